"""A process that is killed in the middle of an act: nothing acknowledged is lost, and nothing is done twice."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pytest

from engine.clock import ZONE
from engine.errors import AlreadyApplied
from engine.services import cases, hall, inbox, materials, notices, receipts, tasks, timers
from tests.faults.dying import run_and_die
from tests.faults.invariants import broken_promises
from tests.support import city
from tests.support.city import AGREE, SUBMIT
from tests.support.offices import PDF

CLOSE = datetime(2023, 11, 16, tzinfo=ZONE)

#: Where a submit is broken off, in the order in which it gets there: name -> (place, before it).
SUBMIT_POINTS = {
    "the request has arrived": ("engine.services.tasks:_complete", True),
    "the case is locked": ("engine.store.tasks:read_task", False),
    "the form is checked": ("engine.services.tasks:_validated", False),
    "the submission is put together": ("engine.services.tasks:_submit", False),
    "the engine has run": ("engine.runtime:complete", False),
    "the receipt has its number": ("engine.store.materials:read_received", False),
    "the operations are carried out": ("engine.recording.outcome:carry_out", False),
    "the next task is put together": ("engine.recording.outcome:open_tasks", False),
    "the history is put together": ("engine.store.history:Journal.add_to", False),
    "everything is about to be written": ("engine.store.batch:Batch.send", True),
    # It takes the commit along: whatever comes later finds the act done.
    "the last statement is about to be sent": ("engine.store.tasks:answer_of", False),
}


@pytest.fixture
def round_id(offices):
    return offices.open_round("city_application")


@pytest.fixture
def ready(offices, round_id):
    """The task of a municipality that has only to press 提交."""
    offices.start("beijing", round_id)
    city.fill(offices, "beijing")
    return offices.task("beijing", "submit_application")


@pytest.fixture
def filed(offices, round_id):
    offices.start("dongguan", round_id)
    return city.file_application(offices)


def completing(offices, login_name, task_id, values):
    """Return the act of completing a task, by whichever process runs it, with the key of the page."""
    actor = offices.actor(login_name)
    key, received_at = inbox.read_task(offices.system, actor, task_id).completion_key, offices.clock.now()

    def act(system):
        return tasks.complete_task(
            system, actor, task_id, values=values, completion_key=key, received_at=received_at
        ).receipt_number

    return act


def numbers(offices, query, *values):
    with offices.system.database.reading() as connection:
        return connection.exec_driver_sql(query, values).scalars().all()


@pytest.mark.parametrize("point", SUBMIT_POINTS)
def test_a_submit_killed_before_its_commit_left_nothing_and_is_done_once_when_pressed_again(offices, ready, point):
    place, is_before = SUBMIT_POINTS[point]
    act = completing(offices, "beijing", ready, SUBMIT)

    assert run_and_die(offices.system, place, act, is_before=is_before) == ""

    assert numbers(offices, "SELECT number FROM receipt") == []
    assert offices.steps("beijing") == ["submit_application"]
    assert broken_promises(offices.system) == []
    first, again = act(offices.system), act(offices.system)
    assert (first, again) == ("收件-2023-000001", "收件-2023-000001")
    assert broken_promises(offices.system, [first]) == []


@pytest.mark.parametrize("place", ["write", "_answer", "complete_task"])
def test_a_submit_killed_after_its_commit_gets_the_first_receipt_when_pressed_again(offices, ready, place):
    act = completing(offices, "beijing", ready, SUBMIT)
    run_and_die(offices.system, f"engine.services.tasks:{place}", act)
    (stored,) = numbers(offices, "SELECT number FROM receipt")

    offices.clock.move_to(CLOSE + timedelta(hours=1))

    assert act(offices.system) == stored
    assert numbers(offices, "SELECT number FROM receipt") == [stored]
    assert broken_promises(offices.system, [stored]) == []


@pytest.mark.parametrize("point", ["the engine has run", "the last statement is about to be sent"])
def test_a_decision_killed_before_its_commit_was_not_made(offices, filed, point):
    task_id = offices.task("guangdong_department", "review_by_province")
    act = completing(offices, "guangdong_department", task_id, AGREE)
    before = numbers(offices, "SELECT id FROM notice")

    run_and_die(offices.system, SUBMIT_POINTS[point][0], act)

    assert offices.steps("guangdong_department") == ["review_by_province"]
    assert numbers(offices, "SELECT id FROM notice") == before
    act(offices.system)
    assert offices.steps("ministry") == ["examine_by_ministry"]
    assert broken_promises(offices.system) == []


@pytest.mark.parametrize(
    ("place", "is_kept"), [("engine.store.tasks:update_task", False), ("engine.services.tasks:save_draft", True)]
)
def test_a_draft_is_kept_from_its_commit_on(offices, ready, place, is_kept):
    typed, actor = {"submit_decision": "revise"}, offices.actor("beijing")

    run_and_die(offices.system, place, lambda system: tasks.save_draft(system, actor, ready, typed))

    kept = inbox.read_task(offices.system, actor, ready).values.get("submit_decision")
    assert kept == ("revise" if is_kept else None)


@pytest.mark.parametrize(
    ("place", "count"),
    [
        ("engine.files.storage:FileStore.save", 0),
        ("engine.services.materials:check_upload", 0),
        ("engine.store.materials:insert_material", 0),
        ("engine.services.materials:add_material", 1),
    ],
)
def test_an_upload_broken_off_leaves_an_orphan_at_most_and_never_a_row_without_its_file(
    offices, round_id, place, count
):
    actor, task_id = offices.actor("beijing"), offices.start("beijing", round_id)

    def upload(system):
        return materials.add_material(system, actor, task_id, "written_report", "报告.pdf", io.BytesIO(PDF))

    run_and_die(offices.system, place, upload)

    assert len(numbers(offices, "SELECT id FROM material")) == count
    assert broken_promises(offices.system) == []
    assert upload(offices.system).material_id


@pytest.mark.parametrize(
    "place", ["engine.store.cases:next_case", "engine.runtime:start", "engine.store.tasks:answer_of"]
)
def test_a_start_broken_off_began_no_case_and_took_no_number(offices, round_id, place):
    actor = offices.actor("beijing")

    run_and_die(offices.system, place, lambda system: hall.start_case(system, actor, round_id))

    assert numbers(offices, "SELECT id FROM process_instance") == []
    offices.start("beijing", round_id)
    assert numbers(offices, "SELECT number FROM process_instance") == ["名城创建-2023-0001"]


@pytest.mark.parametrize("place", ["record", "start_case"])
def test_a_start_killed_after_its_commit_is_there_and_is_not_begun_twice(offices, round_id, place):
    actor = offices.actor("beijing")

    run_and_die(
        offices.system, f"engine.services.hall:{place}", lambda system: hall.start_case(system, actor, round_id)
    )

    assert offices.steps("beijing") == ["fill_application"]
    with pytest.raises(AlreadyApplied):
        offices.start("beijing", round_id)


@pytest.mark.parametrize(
    ("place", "outcome"),
    [
        ("engine.runtime:send_message", ""),
        ("engine.services.cases:record", ""),
        ("engine.services.cases:withdraw_case", "withdrawn"),
    ],
)
def test_a_withdrawal_is_done_or_not_done(offices, filed, place, outcome):
    actor, now = offices.actor("dongguan"), offices.clock.now()

    run_and_die(offices.system, place, lambda system: cases.withdraw_case(system, actor, filed, "材料有误。", now))

    assert cases.read_case(offices.system, actor, filed).row.outcome == outcome
    assert broken_promises(offices.system) == []


@pytest.mark.parametrize(
    "place",
    [
        "engine.runtime:fire_timer",
        "engine.store.timers:mark_timer",
        "engine.store.notices:add_notices",
        "engine.services.timers:fire",
        "engine.services.timers:fire_timer",
    ],
)
def test_a_timer_killed_anywhere_fires_once_and_sends_its_notice_once(offices, filed, place):
    offices.clock.move_to(CLOSE + timedelta(days=12))
    (reminder,) = numbers(offices, "SELECT id FROM timer WHERE state = 'waiting' AND element_id = 'review_overdue'")
    before = len(numbers(offices, "SELECT id FROM notice"))

    run_and_die(offices.system, place, lambda system: timers.fire_timer(system, reminder))
    offices.beat()
    offices.beat()

    assert len(numbers(offices, "SELECT id FROM notice")) == before + 1
    assert numbers(offices, "SELECT kind FROM history_event WHERE kind = 'timer_fired'") == ["timer_fired"]
    assert broken_promises(offices.system) == []


@pytest.mark.parametrize("place", ["engine.store.notices:lock_undelivered", "engine.store.notices:mark_delivered"])
def test_a_notice_whose_delivery_was_killed_is_delivered_later(offices, filed, place):
    waiting = numbers(offices, "SELECT id FROM notice WHERE delivered_at IS NULL")

    run_and_die(offices.system, place, lambda system: notices.deliver_notice(system, waiting[0]))
    offices.beat()

    assert numbers(offices, "SELECT id FROM notice WHERE delivered_at IS NULL") == []


def test_reading_the_receipt_may_die_without_harm(offices, ready):
    number = offices.submit("beijing", ready, SUBMIT).receipt_number
    actor = offices.actor("beijing")

    run_and_die(
        offices.system,
        "engine.store.materials:read_receipt",
        lambda system: receipts.read_receipt(system, actor, number),
    )

    assert receipts.read_receipt(offices.system, actor, number).number == number
    assert broken_promises(offices.system, [number]) == []
