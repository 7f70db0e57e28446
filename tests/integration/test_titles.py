"""称号: granted, kept through its renewal, evaluated, ended, on simulated days through the services."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy.exc

from engine.audit import first_broken_link
from engine.clock import ZONE, local
from engine.errors import BadRequest, Conflict, NotAllowed, NotEligible
from engine.services import cases, cycles, rounds, windows
from engine.services import titles as title_services
from engine.store import findings, titles
from engine.views import ExtensionRequest
from engine.views.titles import TitleCorrection
from tests.faults.dying import run_and_die
from tests.integration.test_statements import watched
from tests.support.title_folders import AWARD, GRANTER, HOLDER, KIND, RENEWAL, REPORT, SCHEME, VIOLATION, Register


@pytest.fixture
def register(offices, tmp_path):
    """The procedures deployed; it is 2021-07-02."""
    return Register(offices, tmp_path).at(2021, 7, 2)


@pytest.fixture
def holder(register):
    """东莞 has held the title since 2021-07-02, for three years."""
    register.award()
    return register


def test_a_granted_title_stores_its_last_day(holder):
    title = holder.title()
    assert (title.kind, title.holder_id, title.status) == (KIND, "dongguan_government", "有效")
    assert (title.granted_on, title.expires_on) == (date(2021, 7, 2), date(2024, 7, 2))
    assert (title.document_number, title.granted_by) == ("示〔2021〕1号", "guangdong_department")


def test_the_case_says_that_it_granted_the_title(holder):
    case_id = holder.cases(AWARD)[0].id
    view = cases.read_case(holder.system, holder.offices.actor(GRANTER), case_id)
    assert [event.details["kind"] for event in view.history if event.kind == "title_granted"] == [KIND]


def test_a_holder_is_not_eligible_for_the_same_title_again(holder):
    with pytest.raises(NotEligible, match="已持有称号"):
        holder.begin(HOLDER, AWARD)


def test_a_title_is_not_granted_twice(register):
    register.begin(HOLDER, AWARD)
    register.begin(HOLDER, AWARD)
    register.do(HOLDER, "ask", wish="一")
    register.do(HOLDER, "ask", wish="二")
    register.do(GRANTER, "decide", opinion="同意")
    with pytest.raises(Exception, match="已持有"):
        register.do(GRANTER, "decide", opinion="同意")
    assert register.one("SELECT count(*) FROM title")[0] == 1


def reminders(register, procedure):
    """The days on which the holder was reminded of a procedure, as days before the last one."""
    query = (
        "SELECT details->>'days_before' FROM title_event WHERE kind = 'reminded' AND reason LIKE %s ORDER BY sequence"
    )
    return [int(row[0]) for row in register.all(query, f"{procedure.name}%")]


def opened(register, procedure):
    return [local(row.started_at) for row in register.cases(procedure)]


def test_a_renewal_begins_when_its_window_opens_and_not_before(holder):
    assert holder.at(2024, 4, 1, 23).cases(RENEWAL) == []
    assert opened(holder.at(2024, 4, 2, 0), RENEWAL) == [datetime(2024, 4, 2, tzinfo=ZONE)]


def test_the_case_keeps_the_window_up_to_the_end_of_the_last_day(holder):
    holder.at(2024, 4, 2)
    window = holder.one("SELECT windows FROM process_instance WHERE procedure_id = %s", RENEWAL.id)[0]["filing"]
    assert datetime.fromisoformat(window["opens_at"]) == datetime(2024, 4, 2, tzinfo=ZONE)
    assert datetime.fromisoformat(window["closes_at"]) == datetime(2024, 7, 3, tzinfo=ZONE)


def test_the_holder_is_reminded_on_each_day_while_nothing_is_filed(holder):
    assert reminders(holder.at(2024, 7, 2, 23), RENEWAL) == [90, 60, 30, 14, 7, 1]
    sent = holder.all("SELECT sent_at FROM notice WHERE title LIKE '提醒：复核%%' ORDER BY sent_at")
    days = [date(2024, 7, 2) - timedelta(days=before) for before in (90, 60, 30, 14, 7, 1)]
    assert [local(row[0]).date() for row in sent] == days


def test_who_has_filed_is_not_reminded_any_more(holder):
    holder.at(2024, 5, 10).do(HOLDER, "apply", summary_text="三年总结")
    assert reminders(holder.at(2024, 7, 2, 23), RENEWAL) == [90, 60]


def test_an_application_in_time_keeps_the_title_past_its_expiry(holder):
    holder.at(2024, 7, 2, 23).do(HOLDER, "apply", summary_text="三年总结")
    title = holder.at(2024, 9, 1).title()
    assert (title.status, title.expires_on) == ("复核中", date(2024, 7, 2))


def test_the_new_term_begins_the_day_after_the_old_one_whenever_it_is_decided(holder):
    holder.at(2024, 6, 1).do(HOLDER, "apply", summary_text="三年总结")
    holder.at(2024, 9, 20).do(GRANTER, "review", result="pass", opinion="达到目标")
    title = holder.title()
    assert (title.status, title.expires_on, title.document_number) == ("有效", date(2027, 7, 2), "示〔2024〕2号")
    details = holder.one("SELECT details FROM title_event WHERE kind = 'renewed'")[0]
    assert details == {"from": "2024-07-02", "expires_on": "2027-07-02", "document_number": "示〔2024〕2号"}


def test_a_renewed_title_is_renewed_again_three_years_later(holder):
    holder.at(2024, 6, 1).do(HOLDER, "apply", summary_text="三年总结")
    holder.do(GRANTER, "review", result="pass", opinion="达到目标")
    assert opened(holder.at(2027, 4, 2), RENEWAL) == [
        datetime(2024, 4, 2, tzinfo=ZONE),
        datetime(2027, 4, 2, tzinfo=ZONE),
    ]


def corrected(holder, **changes):
    """Correct the title as its granting office does, as it stands now."""
    actor, row = holder.offices.actor(GRANTER), holder.title()
    known = {name: getattr(row, name) for name in ("kind", "granted_on", "expires_on", "document_number")}
    correction = TitleCorrection(**{**known, **changes}, reason="以公告为准", sequence=row.last_sequence)
    title_services.correct_title(holder.system, actor, row.id, correction)


def test_a_corrected_expiry_moves_the_window_of_the_renewal(holder):
    corrected(holder, expires_on=date(2024, 9, 2))
    assert opened(holder.at(2024, 4, 2, 12), RENEWAL) == []
    assert opened(holder.at(2024, 6, 2, 0), RENEWAL) == [datetime(2024, 6, 2, tzinfo=ZONE)]
    assert reminders(holder.at(2024, 9, 2, 23), RENEWAL) == [90, 60, 30, 14, 7, 1]


def test_a_term_that_is_being_renewed_is_not_corrected(holder):
    holder.at(2024, 4, 2)
    with pytest.raises(Conflict, match="复核已经开始"):
        corrected(holder, expires_on=date(2024, 9, 2))
    corrected(holder, document_number="示〔2021〕9号")
    assert holder.title().document_number == "示〔2021〕9号"


def extended(holder, procedure, new_close_at, organisations=()):
    """Order, as the office that organises a procedure, that a window of its holders closes later."""
    row = holder.one("SELECT id FROM yearly_round WHERE procedure_id = %s", procedure.id)
    request = ExtensionRequest(
        window_id="filing",
        cohort="organisations" if organisations else "everyone",
        organisations=tuple(organisations),
        new_close_at=new_close_at,
        reason="系统拥堵",
        document_number="示〔2024〕3号",
    )
    return windows.order_extension(holder.system, holder.offices.actor(GRANTER), row.id, request)


def test_an_order_prolongs_the_window_of_a_renewal_with_its_reminders(holder):
    holder.at(2024, 6, 27)
    assert extended(holder, RENEWAL, datetime(2024, 7, 10, tzinfo=ZONE)) == 1
    assert reminders(holder.at(2024, 7, 1, 23), RENEWAL) == [90, 60, 30, 14, 7]
    assert reminders(holder.at(2024, 7, 8, 23), RENEWAL) == [90, 60, 30, 14, 7, 1]
    holder.at(2024, 7, 9, 23).do(HOLDER, "apply", summary_text="三年总结")
    assert (holder.title().status, holder.title().expires_on) == ("复核中", date(2024, 7, 2))


def test_a_window_that_is_over_is_not_opened_again_by_an_order(holder):
    holder.at(2024, 7, 3, 1)
    with pytest.raises(BadRequest, match="已经截止的按逾期办理"):
        extended(holder, RENEWAL, datetime(2024, 7, 10, tzinfo=ZONE))


def test_an_order_for_another_holder_leaves_this_one_alone(holder):
    holder.at(2024, 6, 27)
    with pytest.raises(BadRequest, match="没有尚未提交"):
        extended(holder, RENEWAL, datetime(2024, 7, 10, tzinfo=ZONE), ["guangzhou_government"])


def test_who_has_filed_needs_no_longer_window(holder):
    holder.at(2024, 5, 10).do(HOLDER, "apply", summary_text="三年总结")
    with pytest.raises(BadRequest, match="没有尚未提交"):
        extended(holder, RENEWAL, datetime(2024, 7, 10, tzinfo=ZONE))


def test_only_the_office_that_organises_a_cycle_prolongs_it(holder):
    holder.at(2024, 6, 27)
    row = holder.one("SELECT id FROM yearly_round WHERE procedure_id = %s", RENEWAL.id)
    assert rounds.read_round(holder.system, holder.offices.actor(GRANTER), row.id).cycle_window.name
    assert rounds.read_round(holder.system, holder.offices.actor(HOLDER), row.id).cycle_window is None
    request = ExtensionRequest(
        window_id="filing",
        cohort="everyone",
        organisations=(),
        new_close_at=datetime(2024, 7, 10, tzinfo=ZONE),
        reason="系统拥堵",
        document_number="示〔2024〕3号",
    )
    with pytest.raises(NotAllowed):
        windows.order_extension(holder.system, holder.offices.actor(HOLDER), row.id, request)


def test_a_failed_review_leads_to_rectification_with_the_reason(holder):
    holder.at(2024, 6, 1).do(HOLDER, "apply", summary_text="三年总结")
    holder.do(GRANTER, "review", result="fail", opinion="规模未达目标")
    assert holder.title().status == "整改中"
    assert holder.one("SELECT reason FROM title_event WHERE status = '整改中'")[0] == "规模未达目标"


def test_lateness_opens_a_task_for_a_person_and_takes_nothing_away(holder):
    holder.at(2024, 7, 4)
    assert holder.offices.steps(GRANTER) == ["decide_lateness"]
    assert holder.title().status == "有效"


def test_an_application_after_the_last_day_is_too_late(holder):
    holder.at(2024, 7, 2, 23)
    task_id = holder.offices.task(HOLDER, "apply")
    holder.clock.move_to(datetime(2024, 7, 3, tzinfo=ZONE))
    with pytest.raises(Exception, match="截止"):
        holder.offices.submit(HOLDER, task_id, {"summary_text": "晚了"})


def test_two_pulses_and_many_workers_at_once_begin_a_case_once(holder):
    holder.at(2024, 4, 1, 23)
    holder.clock.move_to(datetime(2024, 4, 2, tzinfo=ZONE))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: cycles.release_cycles(holder.system), range(4)))
        (step_id,) = holder.one("SELECT id FROM cycle_step WHERE kind = 'begin' AND due_at = %s", holder.clock.now())
        taken = list(pool.map(lambda _: cycles.take_step(holder.system, step_id), range(8)))
    assert sorted(taken) == [False] * 7 + [True]
    assert len(holder.cases(RENEWAL)) == 1


BEGINNING = {
    "the step is locked": ("engine.store.cycles:lock_step", False),
    "the case has its number": ("engine.store.cases:next_case", False),
    "the engine has run": ("engine.runtime:start", False),
    "the case is recorded": ("engine.services.cycles:record", False),
    "the cycle knows its case": ("engine.store.cycles:note_case", False),
    "the commit is about to be sent": ("engine.store.cycles:mark_step", False),
}


@pytest.mark.parametrize("point", BEGINNING)
def test_a_case_whose_worker_is_killed_while_it_begins_begins_once(holder, point):
    holder.at(2024, 4, 1, 23)
    holder.clock.move_to(datetime(2024, 4, 2, tzinfo=ZONE))
    (step_id,) = holder.one("SELECT id FROM cycle_step WHERE kind = 'begin' AND due_at = %s", holder.clock.now())
    place, is_before = BEGINNING[point]
    run_and_die(holder.system, place, lambda system: cycles.take_step(system, step_id), is_before=is_before)
    assert holder.cases(RENEWAL) == []
    assert len(holder.settle().cases(RENEWAL)) == 1
    assert holder.settle().cases(RENEWAL)[0].number == "复核-2024-0001"


def test_a_yearly_report_begins_on_its_first_day_for_each_holder(holder):
    holder.award("guangzhou")
    assert holder.at(2021, 12, 31, 23).cases(REPORT) == []
    assert opened(holder.at(2022, 1, 1, 0), REPORT) == [datetime(2022, 1, 1, tzinfo=ZONE)] * 2


def test_every_opening_that_a_jump_passes_over_begins_at_its_own_instant(holder):
    holder.at(2024, 2, 10)
    assert opened(holder, REPORT) == [datetime(year, 1, 1, tzinfo=ZONE) for year in (2022, 2023, 2024)]
    assert [row.number for row in holder.cases(REPORT)] == [f"年度报告-{year}-0001" for year in (2022, 2023, 2024)]


def test_a_report_is_reminded_of_in_january(holder):
    assert reminders(holder.at(2022, 2, 1), REPORT) == [30, 14, 7, 1]


def test_a_title_that_ended_begins_nothing_any_more(holder):
    holder.judge("found")
    assert holder.at(2024, 8, 1).cases(REPORT) == []
    assert holder.cases(RENEWAL) == []


def test_a_procedure_deployed_later_begins_with_the_next_window(offices, tmp_path):
    register = Register(offices, tmp_path / "first", AWARD).at(2021, 7, 2)
    register.award()
    register.at(2023, 2, 5)
    later = Register(offices, tmp_path / "later", REPORT).settle()
    assert opened(later.at(2024, 1, 2), REPORT) == [datetime(2024, 1, 1, tzinfo=ZONE)]


def test_stars_are_counted_over_evaluated_years(holder):
    holder.evaluate(2021, 1)
    holder.evaluate(2023, 1)
    title = holder.title()
    assert (title.one_star_streak, title.last_stars, title.last_evaluated_year) == (2, 1, 2023)


def test_a_second_one_star_year_in_a_row_is_put_before_a_person(holder):
    holder.evaluate(2022, 1)
    assert holder.offices.steps(GRANTER) == []
    holder.evaluate(2023, 1)
    assert holder.offices.steps(GRANTER) == ["prepare_exit"]
    assert holder.title().status == "有效"


def test_a_correction_of_a_year_counts_instead_of_the_first_entry(holder):
    holder.evaluate(2022, 1)
    holder.evaluate(2022, 3)
    title = holder.title()
    assert (title.one_star_streak, title.last_stars) == (0, 3)


def test_a_finding_blocks_a_new_application_and_lifting_it_opens_the_way(register):
    register.judge("found")
    with pytest.raises(NotEligible, match="认定仍然有效"):
        register.begin(HOLDER, AWARD)
    register.judge("lift", "复查撤销")
    assert register.begin(HOLDER, AWARD)
    assert register.one("SELECT lift_reason, lifted_on FROM finding") == ("复查撤销", date(2021, 7, 2))


def test_a_finding_revokes_the_title_and_closes_the_partys_other_cases(holder):
    report = holder.at(2022, 1, 5).cases(REPORT)[0]
    holder.judge("found")
    assert holder.title().status == "撤销"
    assert holder.cases(REPORT)[0].state == "running"
    holder.settle()
    view = cases.read_case(holder.system, holder.offices.actor(HOLDER), report.id)
    assert (view.row.state, view.row.outcome_name) == ("ended", "已终止")
    assert [mark for mark in view.marks if mark.state in ("active", "late")] == []
    assert view.history[1].comment == "查实弄虚作假"
    assert holder.offices.steps(HOLDER) == []


def test_an_order_to_close_a_case_that_ended_meanwhile_changes_nothing(holder):
    holder.at(2022, 1, 5)
    holder.judge("found")
    holder.do(HOLDER, "fill_report", narrative="去年情况")
    holder.settle()
    assert holder.cases(REPORT)[0].outcome == "reported"
    assert holder.one("SELECT state FROM closing_order")[0] == "skipped"


def test_the_events_of_a_title_are_chained(holder):
    holder.evaluate(2022, 2)
    holder.at(2024, 7, 4)
    with holder.system.database.reading() as connection:
        chain = titles.read_chain(connection, holder.title().id)
    assert len(chain) > 5
    assert first_broken_link(chain) is None


@pytest.mark.parametrize("statement", ["UPDATE title_event SET stars = 3", "DELETE FROM title_event"])
def test_an_event_of_a_title_is_never_changed_or_removed(holder, statement):
    with (
        pytest.raises(sqlalchemy.exc.DBAPIError, match="never changed or removed"),
        holder.system.database.transaction() as connection,
    ):
        connection.exec_driver_sql(statement)


def test_the_party_of_a_violation_does_not_see_the_case_before_a_step_reaches_it(register):
    register.judge("found")
    page = cases.list_cases(register.system, register.offices.actor(HOLDER), procedure=VIOLATION.id)
    assert page.rows == ()


def test_rules_read_what_an_organisation_has_been_and_done(holder):
    holder.judge("found")
    holder.at(2022, 1, 5)
    with holder.system.database.reading() as connection:
        histories = findings.read_histories(connection, ["dongguan_government", "guangzhou_government"])
    assert histories["guangzhou_government"] == findings.NOTHING_YET
    assert (histories["dongguan_government"]["titles"], histories["dongguan_government"]["findings"]) == ([], [SCHEME])
    assert histories["dongguan_government"]["cases"] == [
        {"procedure": AWARD.id, "year": 2021, "state": "ended", "outcome": "granted"},
        {"procedure": VIOLATION.id, "year": 2021, "state": "ended", "outcome": "found"},
    ]


def test_reading_the_title_takes_one_statement_more_and_none_where_nobody_asks(holder):
    holder.evaluate(2022, 1)
    holder.evaluate(2023, 1)
    with watched() as asking:
        holder.do(GRANTER, "prepare_exit", opinion="拟公告退出")
    holder.begin("guangzhou", AWARD)
    with watched() as silent:
        holder.do("guangzhou", "ask", wish="申请")
    # Once for the page of the task, and once for its completion.
    assert [sum("FROM title" in text for text in sent.statements) for sent in (asking, silent)] == [2, 0]
