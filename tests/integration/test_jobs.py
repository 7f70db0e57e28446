from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued

from engine import jobs, workers
from engine.jobs import DELIVER_NOTICE, FIRE_TIMER, Jobs, apply_job_schema
from tests.support.processes import eventually

QUEUED = "SELECT task_name, queue_name, priority, lock, queueing_lock, args, status::text, scheduled_at, attempts"


def waiting(database):
    with database.reading() as connection:
        return connection.exec_driver_sql(f"{QUEUED} FROM procrastinate_jobs ORDER BY id").all()


def test_a_job_commits_with_the_rows_it_is_about(database):
    with database.transaction() as connection:
        Jobs().defer_fire_timer(connection, 7)

    assert [(job.task_name, job.args) for job in waiting(database)] == [(FIRE_TIMER, {"timer_id": 7})]


def test_a_job_of_an_undone_transaction_was_never_asked_for(database):
    def defer_and_fail():
        with database.transaction() as connection:
            Jobs().defer_fire_timer(connection, 7)
            raise LookupError

    with pytest.raises(LookupError):
        defer_and_fail()

    assert waiting(database) == []


def test_asking_twice_is_asking_once_and_leaves_the_transaction_alive(database):
    with database.transaction() as connection:
        Jobs().defer_deliver_notice(connection, 3)
    with database.transaction() as connection:
        Jobs().defer_deliver_notice(connection, 3)
        Jobs().defer_deliver_notice(connection, 4)

    assert [job.args for job in waiting(database)] == [{"notice_id": 3}, {"notice_id": 4}]


def test_a_timer_and_a_notice_of_one_number_are_two_jobs(database):
    with database.transaction() as connection:
        Jobs().defer_fire_timer(connection, 3)
        Jobs().defer_deliver_notice(connection, 3)

    assert [job.task_name for job in waiting(database)] == [FIRE_TIMER, DELIVER_NOTICE]


def test_many_jobs_keep_their_order(database):
    with database.transaction() as connection:
        Jobs().defer_fire_timers(connection, [5, 2, 9, 2])

    assert [job.args["timer_id"] for job in waiting(database)] == [5, 2, 9]


def test_asking_for_nothing_is_no_statement():
    Jobs().defer_fire_timers(connection=None, timer_ids=[])


@pytest.fixture
def native(database):
    """Procrastinate itself, on a connection of its own."""
    app = App(connector=SyncPsycopgConnector(conninfo=database.conninfo))
    with app.open():
        yield app


def test_a_job_looks_as_procrastinate_would_have_written_it(database, native):
    with database.transaction() as connection:
        Jobs().defer_fire_timer(connection, 1)
    native.configure_task(FIRE_TIMER, queue=jobs.QUEUE, priority=10, queueing_lock="fire_timer:2").defer(timer_id=2)

    ours, theirs = waiting(database)
    assert dict(ours._mapping) | {"queueing_lock": "fire_timer:2", "args": {"timer_id": 2}} == dict(theirs._mapping)


def test_procrastinate_sees_our_jobs_as_waiting(database, native):
    with database.transaction() as connection:
        Jobs().defer_fire_timer(connection, 1)

    with pytest.raises(AlreadyEnqueued):
        native.configure_task(FIRE_TIMER, queueing_lock="fire_timer:1").defer(timer_id=1)


def test_the_tables_of_the_queue_are_made_only_once(database):
    with database.transaction() as connection:
        apply_job_schema(connection)


def test_the_tables_of_the_queue_follow_a_newer_procrastinate(database, tmp_path, monkeypatch):
    newer = tmp_path / "99.00.00_01_add_a_column.sql"
    newer.write_text("ALTER TABLE procrastinate_jobs ADD COLUMN of_tomorrow text; -- 100 % new")
    monkeypatch.setattr(jobs.SchemaManager, "get_migrations_path", lambda: str(tmp_path))

    with database.transaction() as connection:
        apply_job_schema(connection)
        columns = connection.exec_driver_sql("SELECT * FROM procrastinate_jobs").keys()
        connection.rollback()

    assert "of_tomorrow" in columns


@pytest.fixture
def worker(system, monkeypatch):
    """A worker that notes what it was asked to do; `fire` may be made to fail."""
    done, seen, stop = [], Event(), Event()

    def fire(_system, timer_id):
        done.append(timer_id)
        seen.set()

    monkeypatch.setitem(workers.WORK, FIRE_TIMER, fire)
    thread = Thread(target=workers.run_worker, args=(system, stop))
    thread.start()
    yield done, seen
    stop.set()
    thread.join(60)
    assert not thread.is_alive()


def test_a_worker_does_a_job_soon_after_it_was_committed(database, worker):
    done, seen = worker
    with database.transaction() as connection:
        Jobs().defer_fire_timer(connection, 42)

    assert seen.wait(60)
    assert done == [42]


def test_a_failing_job_is_tried_again_later(system, database, monkeypatch):
    failed, stop = Event(), Event()

    def fail(_system, _timer_id):
        failed.set()
        raise LookupError("the mail server is on holiday")

    monkeypatch.setitem(workers.WORK, FIRE_TIMER, fail)
    with database.transaction() as connection:
        Jobs().defer_fire_timer(connection, 42)
    thread = Thread(target=workers.run_worker, args=(system, stop))
    thread.start()
    assert failed.wait(60)
    stop.set()
    thread.join(60)

    (job,) = (job for job in waiting(database) if job.task_name == FIRE_TIMER)
    assert (job.status, job.attempts) == ("todo", 1)
    assert job.scheduled_at is not None


def test_a_failing_job_is_tried_again_although_the_same_was_asked_for_meanwhile(system, database, monkeypatch):
    tried, stop = [], Event()

    def fail(_system, timer_id):
        tried.append(timer_id)
        if len(tried) == 1:
            with database.transaction() as connection:
                Jobs().defer_fire_timer(connection, timer_id)
        raise LookupError("the mail server is on holiday")

    def failed_and_waiting():
        jobs = [job for job in waiting(database) if job.task_name == FIRE_TIMER]
        return [job.status for job in jobs if job.attempts] == ["todo", "todo"]

    monkeypatch.setitem(workers.WORK, FIRE_TIMER, fail)
    with database.transaction() as connection:
        Jobs().defer_fire_timer(connection, 42)
    thread = Thread(target=workers.run_worker, args=(system, stop))
    thread.start()
    have_both_failed = eventually(failed_and_waiting)
    stop.set()
    thread.join(60)
    assert have_both_failed


@pytest.mark.parametrize(("attempts", "delay"), [(0, 3), (1, 9), (2, 27), (3, 81), (4, 243)])
def test_each_retry_waits_longer_than_the_one_before(native, attempts, delay):
    job = native.configure_task("x", queue="x").make_new_job().evolve(attempts=attempts)

    retry_at = workers.RETRY.get_retry_decision(exception=LookupError(), job=job).retry_at
    assert retry_at - datetime.now(UTC) == pytest.approx(timedelta(seconds=delay), abs=timedelta(seconds=1))


def test_the_fifth_retry_is_the_last(native):
    job = native.configure_task("x", queue="x").make_new_job().evolve(attempts=5)

    assert workers.RETRY.get_retry_decision(exception=LookupError(), job=job) is None


def test_a_job_of_a_killed_worker_is_dropped_so_that_the_pulse_may_ask_again(system, database):
    with database.transaction() as connection:
        Jobs().defer_fire_timer(connection, 42)
        connection.exec_driver_sql("UPDATE procrastinate_jobs SET status = 'doing'")

    workers.drop_broken_off_jobs(system)

    assert waiting(database) == []


def test_files_without_a_row_are_swept_after_a_day(system, monkeypatch):
    monkeypatch.setattr(workers, "ORPHAN_AGE", workers.timedelta(hours=-1))
    with (system.settings.bpmn / "calendars" / "cn.yaml").open("rb") as stream:
        stored = system.files.save(stream, limit=10**6)

    assert workers.sweep_files(system) == 1
    assert not system.files.path(stored.name).exists()


def test_a_young_file_is_left_for_the_row_that_is_about_to_be_written(system):
    with (system.settings.bpmn / "calendars" / "cn.yaml").open("rb") as stream:
        stored = system.files.save(stream, limit=10**6)

    assert workers.sweep_files(system) == 0
    assert system.files.path(stored.name).exists()
