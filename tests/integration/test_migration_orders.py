"""Orders to migrate every case of a version: case by case, resumable, beside people who go on working."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread

import pytest

from engine.audit import first_broken_link
from engine.errors import BadRequest, Conflict, EngineError, NotAllowed, NotFound
from engine.pulse import Pulse
from engine.services import inbox, migration, migration_orders, repair, tasks
from engine.store import cases as case_rows
from engine.store.history import read_chain
from engine.views import MaintenanceNote
from engine.workers import run_worker
from tests.faults.dying import run_and_die
from tests.support.processes import eventually
from tests.support.small_folders import Permit
from tests.unit.runtime.runtime_diagrams import begin, end, path, user

LANES = {"applicant": ("begin", "fill"), "department": ("review",), "ministry": ("decide", "done")}
STEPS = (begin(), user("fill", name_="填写"), user("review", name_="审核"), user("decide", name_="决定"), end())
FLOW = path("begin", "fill", "review", "decide", "done")
EXAMINING = (
    *STEPS[:2],
    user("examine", name_="审查"),
    *STEPS[3:],
    path("begin", "fill", "examine", "decide", "done"),
)
REASON = "按新版办理。"
CITIES = ("dongguan", "guangzhou", "shenzhen")


@pytest.fixture
def permit(offices, tmp_path):
    return Permit(offices, tmp_path)


@pytest.fixture
def running(permit):
    """Three cases of the first version, two of them in review, and a second version without anything to refuse."""
    permit.deploy(*STEPS, FLOW, lanes=LANES)
    found = [permit.begin(city) for city in CITIES]
    permit.do("dongguan", "fill", found[0])
    permit.do("guangzhou", "fill", found[1])
    permit.deploy(*STEPS, FLOW, lanes=LANES, answers={"decide": ("other",)})
    return found


def order(permit, versions=(1, 2), login_name="process_owner", **element_map):
    actor = permit.offices.actor(login_name)
    return migration.order_migration(permit.offices.system, actor, "permit", versions, element_map, REASON)


def work(permit, order_id, **options):
    return migration_orders.carry_on(permit.offices.system, order_id, **options)


def look(permit, order_id, login_name="process_owner"):
    return migration_orders.read_order(permit.offices.system, permit.offices.actor(login_name), order_id)


def versions_of_cases(permit):
    query = "SELECT version FROM process_instance JOIN procedure_definition ON definition_id = procedure_definition.id"
    return [row[0] for row in permit.all(f"{query} ORDER BY process_instance.id")]


def migrations_in_history(permit):
    return permit.all("SELECT instance_id FROM history_event WHERE kind = 'case_migrated' ORDER BY instance_id")


def test_every_running_case_is_migrated_and_each_has_its_own_history(permit, running):
    order_id = order(permit)

    assert work(permit, order_id) is False

    view = look(permit, order_id)
    assert (view.state, view.counts, view.done, view.total) == ("finished", {"migrated": 3}, 3, 3)
    assert versions_of_cases(permit) == [2, 2, 2]
    assert migrations_in_history(permit) == [(case_id,) for case_id in running]
    query = "SELECT DISTINCT actor_name, organisation_name, comment FROM history_event WHERE kind = 'case_migrated'"
    assert permit.all(query) == [("流程管理", "工业和信息化部", REASON)]
    with permit.offices.system.database.reading() as connection:
        assert [first_broken_link(read_chain(connection, case_id)) for case_id in running] == [None] * 3


def test_a_case_that_cannot_go_on_is_named_with_its_reason_and_the_others_go_on(permit, running):
    permit.deploy(*EXAMINING, lanes={**LANES, "department": ("examine",)})
    order_id = order(permit, (1, 3))

    work(permit, order_id)

    view = look(permit, order_id)
    assert view.counts == {"refused": 2, "migrated": 1}
    assert [item.case_id for item in view.refused] == running[:2]
    assert "“审核”这一步正在办理" in view.refused[0].sentence
    assert versions_of_cases(permit) == [1, 1, 3]


def test_the_rest_is_taken_there_by_a_second_order_with_a_map(permit, running):
    permit.deploy(*EXAMINING, lanes={**LANES, "department": ("examine",)})
    work(permit, order(permit, (1, 3)))

    order_id = order(permit, (1, 3), review="examine")
    work(permit, order_id)

    assert look(permit, order_id).counts == {"migrated": 2}
    assert look(permit, order_id).element_map == (("review", "examine"),)
    assert versions_of_cases(permit) == [3, 3, 3]


@pytest.mark.parametrize("place", ["engine.runtime:migrate", "engine.store.migrations:finish_item"])
def test_a_worker_that_dies_between_cases_leaves_the_rest_and_nothing_is_done_twice(permit, running, place):
    order_id = order(permit)
    work(permit, order_id, most=1)

    run_and_die(permit.offices.system, place, lambda system: migration_orders.carry_on(system, order_id))

    assert look(permit, order_id).counts == {"migrated": 1, "waiting": 2}
    assert versions_of_cases(permit) == [2, 1, 1]
    assert work(permit, order_id) is False
    assert migrations_in_history(permit) == [(case_id,) for case_id in running]


def test_a_job_that_was_lost_is_asked_for_again_by_the_pulse(permit, running):
    order(permit)
    with permit.offices.system.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM procrastinate_jobs")

    Pulse(permit.offices.system).beat()

    query = "SELECT task_name, queueing_lock, lock, priority FROM procrastinate_jobs WHERE task_name = 'migrate_cases'"
    assert permit.all(query) == [("migrate_cases", "migrate_cases:1", "migrate_cases:1", -10)]


def test_a_long_order_lets_other_jobs_have_their_turn(permit, running):
    order_id = order(permit)
    assert work(permit, order_id, most=2) is True
    assert look(permit, order_id).done == 2
    assert work(permit, order_id, most=2) is False


def test_a_worker_carries_out_an_order_to_its_end(permit, running):
    order_id, stop = order(permit), Event()
    worker = Thread(target=run_worker, args=(permit.offices.system, stop))
    worker.start()
    try:
        assert eventually(lambda: look(permit, order_id).state == "finished")
    finally:
        stop.set()
        worker.join()
    assert versions_of_cases(permit) == [2, 2, 2]


def test_a_case_that_ended_or_went_elsewhere_meanwhile_is_left_alone(permit, running):
    order_id = order(permit)
    permit.do("guangdong_department", "review", running[0])
    permit.do("ministry", "decide", running[0])
    note = MaintenanceNote(reason=REASON, revision=None)
    migration.migrate_case(permit.offices.system, permit.offices.actor("administrator"), running[1], 2, {}, note)

    work(permit, order_id)

    assert look(permit, order_id).counts == {"gone": 2, "migrated": 1}


def test_an_order_is_stopped_and_what_was_done_stays(permit, running):
    order_id = order(permit)
    work(permit, order_id, most=1)

    migration_orders.stop_order(permit.offices.system, permit.offices.actor("process_owner"), order_id)

    assert work(permit, order_id) is False
    view = look(permit, order_id)
    assert (view.state, view.counts) == ("stopped", {"migrated": 1, "waiting": 2})
    with pytest.raises(Conflict, match="已经结束"):
        migration_orders.stop_order(permit.offices.system, permit.offices.actor("process_owner"), order_id)
    assert order(permit) > order_id


def test_two_orders_for_one_version_do_not_run_side_by_side(permit, running):
    order(permit)
    with pytest.raises(Conflict, match="正在迁移"):
        order(permit)


def test_an_order_without_a_case_is_refused(permit):
    permit.deploy(*STEPS, FLOW, lanes=LANES)
    permit.deploy(*STEPS, FLOW, lanes=LANES, answers={"decide": ("other",)})
    with pytest.raises(Conflict, match="没有在办"):
        order(permit)


def test_an_order_needs_a_reason(permit, running):
    with pytest.raises(BadRequest, match="原因"):
        migration.order_migration(
            permit.offices.system, permit.offices.actor("process_owner"), "permit", (1, 2), {}, " "
        )


@pytest.mark.parametrize("login_name", ["dongguan", "ministry", "guangdong_department"])
def test_only_the_procedures_owner_and_administrators_order_look_and_stop(permit, running, login_name):
    order_id = order(permit)
    with pytest.raises(NotAllowed):
        order(permit, login_name=login_name)
    with pytest.raises(NotAllowed):
        look(permit, order_id, login_name)
    with pytest.raises(NotAllowed):
        migration_orders.stop_order(permit.offices.system, permit.offices.actor(login_name), order_id)


def test_an_unknown_order_is_not_found(permit, running):
    with pytest.raises(NotFound):
        look(permit, 7)


def test_a_damaged_case_is_quarantined_and_the_others_go_on(permit, running):
    with permit.offices.system.database.transaction() as connection:
        query = "UPDATE process_instance SET engine_state = set_byte(engine_state, 60, 7) WHERE id = %s"
        connection.exec_driver_sql(query, (running[0],))
    order_id = order(permit)

    work(permit, order_id)

    assert look(permit, order_id).counts == {"refused": 1, "migrated": 2}
    assert permit.one("SELECT state FROM process_instance WHERE id = %s", running[0])[0] == "incident"
    assert permit.all("SELECT instance_id, action FROM incident") == [(running[0], "load_state")]


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


@pytest.mark.parametrize("_", range(5))
def test_a_submit_and_a_migration_at_the_same_moment_both_happen(permit, running, _):
    system, actor = permit.offices.system, permit.offices.actor("guangdong_department")
    task_id = permit.task("guangdong_department", "review", running[0])
    key, now = inbox.read_task(system, actor, task_id).completion_key, permit.offices.clock.now()
    order_id = order(permit)

    def submit():
        return tasks.complete_task(
            system, actor, task_id, values={"note_review": "同意"}, completion_key=key, received_at=now
        )

    submitted, _more = at_once(submit, lambda: work(permit, order_id))

    assert submitted.case_id == running[0]
    assert versions_of_cases(permit) == [2, 2, 2]
    permit.do("ministry", "decide", running[0])
    with system.database.reading() as connection:
        assert first_broken_link(read_chain(connection, running[0])) is None


def test_two_workers_at_one_order_share_its_cases(permit, running):
    order_id = order(permit)
    at_once(lambda: work(permit, order_id), lambda: work(permit, order_id))
    work(permit, order_id)
    assert look(permit, order_id).counts == {"migrated": 3}
    assert migrations_in_history(permit) == [(case_id,) for case_id in running]


def test_a_case_that_somebody_holds_is_left_for_the_next_time(permit, running, monkeypatch):
    order_id = order(permit)
    read_case = case_rows.read_case

    def held(connection, case_id, *, lock=False):
        if case_id == running[0] and lock:
            raise Conflict("busy")
        return read_case(connection, case_id, lock=lock)

    monkeypatch.setattr(case_rows, "read_case", held)
    assert work(permit, order_id) is True
    assert look(permit, order_id).counts == {"waiting": 1, "migrated": 2}
    monkeypatch.undo()
    assert work(permit, order_id) is False
    assert look(permit, order_id).counts == {"migrated": 3}


def test_a_case_that_a_fault_stops_at_does_not_keep_the_others_waiting(permit, running, monkeypatch):
    order_id = order(permit)
    read_case = case_rows.read_case

    def faulty(connection, case_id, *, lock=False):
        if case_id == running[0] and lock:
            raise ZeroDivisionError
        return read_case(connection, case_id, lock=lock)

    monkeypatch.setattr(case_rows, "read_case", faulty)
    with pytest.raises(ZeroDivisionError):
        work(permit, order_id)
    with pytest.raises(ZeroDivisionError):
        work(permit, order_id)
    assert look(permit, order_id).counts == {"waiting": 1, "migrated": 2}


@pytest.mark.parametrize("_", range(3))
def test_a_move_and_a_submit_at_the_same_moment_do_not_both_happen(permit, running, _):
    system, administrator = permit.offices.system, permit.offices.actor("administrator")
    actor, case_id = permit.offices.actor("guangdong_department"), running[0]
    task_id = permit.task("guangdong_department", "review", case_id)
    token_id = permit.one("SELECT token_id FROM user_task WHERE id = %s", task_id)[0]
    key, now = inbox.read_task(system, actor, task_id).completion_key, permit.offices.clock.now()
    note = MaintenanceNote(
        reason=REASON, revision=permit.one("SELECT revision FROM process_instance WHERE id = %s", case_id)[0]
    )

    answers = at_once(
        lambda: tasks.complete_task(system, actor, task_id, values={}, completion_key=key, received_at=now),
        lambda: repair.move_token(system, administrator, case_id, token_id, "fill", note),
    )

    assert sum(isinstance(answer, EngineError) for answer in answers) == 1
    assert permit.one("SELECT count(*) FROM user_task WHERE instance_id = %s AND state = 'open'", case_id)[0] == 1
