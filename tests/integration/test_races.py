"""People who act at the same moment: real threads, released together, on the real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest

from engine.audit import first_broken_link
from engine.clock import ZONE
from engine.errors import AlreadyApplied, Conflict, EngineError, TaskAlreadyClaimed, TaskAlreadyCompleted
from engine.recording import WINDOW_GRACE
from engine.services import accounts, cases, inbox, tasks, timers
from engine.store.history import read_chain
from tests.support import city
from tests.support.city import AGREE, CORRECT, PASS, SUBMIT

CLOSE = datetime(2023, 11, 16, tzinfo=ZONE)
REVIEW = "review_by_province"
#: How often each pair of actions meets.
MEETINGS = range(5)


@pytest.fixture
def round_id(offices):
    return offices.open_round("city_application")


@pytest.fixture
def colleagues(offices):
    """Two people who hold the post that reviews for the province."""
    accounts.save_account(
        offices.system, login_name="colleague", password="Yue-Gong-2023", post_id="guangdong_department_officer"
    )
    return ("guangdong_department", "colleague")


@pytest.fixture
def filed(offices, round_id):
    """The case of a city whose application waits for the province's review."""
    offices.start("dongguan", round_id)
    return city.file_application(offices)


@pytest.fixture
def ready(offices, round_id):
    """The task of a municipality that has only to press 提交."""
    offices.start("beijing", round_id)
    city.fill(offices, "beijing")
    return offices.task("beijing", "submit_application")


def at_once(*calls):
    """Release every call at the same moment; return their answers, or the refusals they got, in order."""
    barrier = Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            return call()
        except EngineError as refusal:
            return refusal

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def refusals(answers):
    return [answer for answer in answers if isinstance(answer, EngineError)]


def completing(offices, login_name, task_id, values, *, at=None):
    """Return the act of completing a task, prepared as far as the page that the person has open."""
    actor = offices.actor(login_name)
    key = inbox.read_task(offices.system, actor, task_id).completion_key
    received_at = at or offices.clock.now()

    def act():
        return tasks.complete_task(
            offices.system, actor, task_id, values=values, completion_key=key, received_at=received_at
        )

    return act


def count(offices, query, *values):
    with offices.system.database.reading() as connection:
        return connection.exec_driver_sql(query, values).scalar_one()


def is_sound(offices, case_id):
    """Tell whether the chain of a case verifies and ends where the case says."""
    with offices.system.database.reading() as connection:
        chain = read_chain(connection, case_id)
        row = connection.exec_driver_sql(
            "SELECT last_sequence, last_hash FROM process_instance WHERE id = %s", (case_id,)
        ).one()
    return first_broken_link(chain) is None and (len(chain), chain[-1][1]) == (row.last_sequence, bytes(row.last_hash))


def one_review(offices, colleagues, files=()):
    """Let both colleagues decide at once; send the case back to them; return the loser's refusal."""
    task_id = offices.task(colleagues[0], REVIEW)
    answers = at_once(*(completing(offices, name, task_id, CORRECT) for name in colleagues))
    offices.complete("dongguan", "correct_for_province", {"correction_note": "已补充年度目标。"}, files=files)
    return refusals(answers)


def test_of_two_officials_who_decide_at_once_one_wins_and_the_other_learns_who_and_when(offices, filed, colleagues):
    losses = [one_review(offices, colleagues, ("creation_plan",))]
    losses += [one_review(offices, colleagues) for _ in MEETINGS]

    assert [[type(loss) for loss in losers] for losers in losses] == [[TaskAlreadyCompleted]] * len(losses)
    assert {loss.details["completed_by"] for (loss,) in losses} == {"广东省工业和信息化厅 信息化与软件服务业处 经办"}
    assert all("2023年10月26日10:00:00办结" in loss.sentence for (loss,) in losses)
    assert count(offices, "SELECT count(*) FROM submission WHERE element_id = %s", REVIEW) == len(losses)
    assert is_sound(offices, filed)


def one_claim(offices, colleagues):
    """Let both colleagues claim at once, and the winner give the task back; return the loser's refusal."""
    task_id = offices.task(colleagues[0], REVIEW)
    answers = at_once(
        *(lambda name=name: tasks.claim_task(offices.system, offices.actor(name), task_id) for name in colleagues)
    )
    winner = colleagues[answers.index(None)]
    tasks.release_task(offices.system, offices.actor(winner), task_id)
    return [type(refusal) for refusal in refusals(answers)]


def test_of_two_officials_who_claim_at_once_one_gets_the_task(offices, filed, colleagues):
    assert [one_claim(offices, colleagues) for _ in MEETINGS] == [[TaskAlreadyClaimed]] * len(MEETINGS)
    assert is_sound(offices, filed)


def one_withdrawal(offices, round_id, meet):
    """Let the applicant withdraw while the province acts; return (kinds of refusals, is the case withdrawn)."""
    offices.start("dongguan", round_id)
    case_id = city.file_application(offices)
    now, applicant = offices.clock.now(), offices.actor("dongguan")
    answers = at_once(
        lambda: cases.withdraw_case(offices.system, applicant, case_id, "材料有误，重新申报。", now),
        meet(offices.task("guangdong_department", REVIEW)),
    )
    assert is_sound(offices, case_id)
    is_withdrawn = cases.read_case(offices.system, applicant, case_id).row.outcome == "withdrawn"
    return [type(answer).__name__ for answer in answers], is_withdrawn, case_id


def clear(offices, case_id):
    """End a case by hand, so that its city may apply again."""
    with offices.system.database.transaction() as connection:
        connection.exec_driver_sql(
            "UPDATE process_instance SET is_effective = false, state = 'ended', ended_at = now() WHERE id = %s",
            (case_id,),
        )
        connection.exec_driver_sql("UPDATE user_task SET state = 'cancelled' WHERE instance_id = %s", (case_id,))


def test_a_withdrawal_and_a_claim_at_once_leave_exactly_one_of_them(offices, round_id):
    actor, found = offices.actor("guangdong_department"), []
    for _ in MEETINGS:
        kinds, is_withdrawn, case_id = one_withdrawal(
            offices, round_id, lambda task_id: lambda: tasks.claim_task(offices.system, actor, task_id)
        )
        found.append((kinds, is_withdrawn))
        clear(offices, case_id)

    withdrawn, claimed = (["NoneType", "InstanceNotOpen"], True), (["Conflict", "NoneType"], False)
    assert all(one in (withdrawn, claimed) for one in found), found


def test_a_withdrawal_and_a_decision_at_once_leave_exactly_one_of_them(offices, round_id):
    found = []
    for _ in MEETINGS:
        kinds, is_withdrawn, case_id = one_withdrawal(
            offices, round_id, lambda task_id: completing(offices, "guangdong_department", task_id, AGREE)
        )
        found.append((kinds, is_withdrawn))
        clear(offices, case_id)

    withdrawn, decided = (["NoneType", "InstanceNotOpen"], True), (["Conflict", "Completed"], False)
    assert all(one in (withdrawn, decided) for one in found), found


def test_a_submit_pressed_twenty_times_at_once_has_one_receipt(offices, ready):
    answers = at_once(*[completing(offices, "beijing", ready, SUBMIT)] * 20)

    assert len({answer.receipt_number for answer in answers}) == 1
    assert count(offices, "SELECT count(*) FROM receipt") == 1
    assert count(offices, "SELECT count(*) FROM submission WHERE element_id = 'submit_application'") == 1
    assert is_sound(offices, answers[0].case_id)


def test_a_submit_sent_again_with_another_key_is_told_that_it_came_second(offices, ready):
    offices.submit("beijing", ready, SUBMIT)

    with pytest.raises(TaskAlreadyCompleted):
        tasks.complete_task(
            offices.system,
            offices.actor("beijing"),
            ready,
            values=SUBMIT,
            completion_key="another",
            received_at=offices.clock.now(),
        )


def test_a_city_that_starts_ten_times_at_once_has_one_case(offices, round_id):
    answers = at_once(*[lambda: offices.start("dongguan", round_id)] * 10)

    assert [type(refusal) for refusal in refusals(answers)] == [AlreadyApplied] * 9
    assert count(offices, "SELECT count(*) FROM process_instance") == 1
    assert count(offices, "SELECT last FROM number_series WHERE series LIKE 'case:%%'") == 1


def test_cities_that_file_at_once_get_different_receipts_without_a_gap(offices, round_id):
    make_eligible(offices, "guangzhou_government", "shenzhen_government", "wuhan_government")
    cities = ("guangzhou", "shenzhen", "dongguan")
    for name in cities:
        offices.start(name, round_id)
        city.fill(offices, name)
        offices.complete("guangdong_government", "give_consent", city.CONSENT, files=("consent_document",))

    answers = at_once(*(completing(offices, name, offices.task(name, "submit_application"), SUBMIT) for name in cities))

    assert sorted(answer.receipt_number for answer in answers) == [f"收件-2023-{number:06d}" for number in (1, 2, 3)]


def make_eligible(offices, *organisation_ids):
    with offices.system.database.transaction() as connection:
        connection.exec_driver_sql(
            """UPDATE organisation SET attributes = (attributes::jsonb || '{"holds_title": "none"}'::jsonb)::json
               WHERE id = ANY(%s)""",
            (list(organisation_ids),),
        )


def test_a_submit_received_in_time_and_the_closing_timer_at_once_leave_one_of_them(offices, ready):
    act = completing(offices, "beijing", ready, SUBMIT, at=CLOSE - timedelta(milliseconds=1))
    offices.clock.move_to(CLOSE + WINDOW_GRACE)
    closing = count(offices, "SELECT id FROM timer WHERE state = 'waiting' AND window_id = 'filing'")

    fired, *answers = at_once(lambda: timers.fire_timer(offices.system, closing), *[act] * 4)

    receipts = count(offices, "SELECT count(*) FROM receipt")
    assert receipts == (0 if fired else 1)
    assert len({answer.receipt_number for answer in answers if not isinstance(answer, Conflict)}) == receipts
    assert len(refusals(answers)) == (4 if fired else 0)


def test_before_the_grace_has_passed_the_closing_timer_never_wins(offices, ready):
    act = completing(offices, "beijing", ready, SUBMIT, at=CLOSE - timedelta(microseconds=1))
    offices.clock.move_to(CLOSE + timedelta(seconds=9, microseconds=999_999))
    closing = count(offices, "SELECT id FROM timer WHERE state = 'waiting' AND window_id = 'filing'")

    *fired, answer = at_once(*[lambda: timers.fire_timer(offices.system, closing)] * 4, act)

    assert fired == [False] * 4
    assert answer.receipt_number == "收件-2023-000001"


def test_a_timer_that_ten_workers_fire_at_once_acts_once(offices, filed):
    offices.clock.move_to(CLOSE + timedelta(days=12))
    reminder = count(offices, "SELECT id FROM timer WHERE state = 'waiting' AND element_id = 'review_overdue'")
    before = count(offices, "SELECT count(*) FROM notice")

    answers = at_once(*[lambda: timers.fire_timer(offices.system, reminder)] * 10)

    assert sorted(answers) == [False] * 9 + [True]
    assert count(offices, "SELECT count(*) FROM notice") == before + 1
    assert count(offices, "SELECT count(*) FROM history_event WHERE kind = 'timer_fired'") == 1
    assert is_sound(offices, filed)


def test_two_pulses_that_beat_at_once_ask_for_a_timer_once(offices, filed):
    offices.clock.move_to(CLOSE + timedelta(days=12))

    at_once(*[lambda: timers.release_due(offices.system)] * 6)

    assert count(offices, "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'fire_timer'") == 1


def test_a_draft_saved_while_a_colleague_decides_changes_nothing_that_was_decided(offices, ready):
    offices.submit("beijing", ready, SUBMIT)
    accounts.save_account(offices.system, login_name="second", password="Gong-Xin-2023", post_id="miit_officer")
    task_id = offices.task("ministry", "examine_by_ministry")
    typed = {"examination_opinion": "还在写"}

    saved, decided = at_once(
        lambda: tasks.save_draft(offices.system, offices.actor("second"), task_id, typed),
        completing(offices, "ministry", task_id, PASS),
    )

    content = count(offices, "SELECT content ->> 'examination_opinion' FROM submission WHERE task_id = %s", task_id)
    assert content == PASS["examination_opinion"]
    assert isinstance(saved, datetime | TaskAlreadyCompleted)
    assert decided.message == "“形式审查”已办理。"
