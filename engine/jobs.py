"""Work outside the transaction, as jobs of procrastinate that commit together with the rows they are about.

A job is only a nudge: the row (a waiting timer, an undelivered notice) is the truth, and the pulse nudges again for
whatever is overdue and undone. So a nudge may be lost or come twice without harm.

Deferring is one statement on the caller's own connection. Procrastinate's own call would raise when the same nudge is
already waiting, which aborts the caller's transaction unless a savepoint is put around it; `ON CONFLICT` on the index
that procrastinate keeps for this purpose says the same in one round trip, for any number of jobs.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from procrastinate.schema import SchemaManager

if TYPE_CHECKING:
    from sqlalchemy import Connection

QUEUE = "guicheng"
FIRE_TIMER = "fire_timer"
DELIVER_NOTICE = "deliver_notice"
MIGRATE_CASES = "migrate_cases"
TAKE_CYCLE_STEP = "take_cycle_step"
CLOSE_CASE = "close_case"
RENDER_DOCUMENT = "render_document"
SEND_PACKAGE = "send_package"
REHEARSE = "rehearse"
#: Timers decide the course of a case; neither a slow mail server nor thousands of migrations may delay them.
PRIORITIES = {
    FIRE_TIMER: 10,
    CLOSE_CASE: 5,
    TAKE_CYCLE_STEP: 5,
    DELIVER_NOTICE: 0,
    RENDER_DOCUMENT: -1,
    SEND_PACKAGE: -1,
    MIGRATE_CASES: -10,
    REHEARSE: -20,
}
#: The one argument of each task.
ARGUMENTS = {
    FIRE_TIMER: "timer_id",
    CLOSE_CASE: "order_id",
    TAKE_CYCLE_STEP: "step_id",
    DELIVER_NOTICE: "notice_id",
    RENDER_DOCUMENT: "document_id",
    SEND_PACKAGE: "outbox_id",
    REHEARSE: "order_id",
    MIGRATE_CASES: "order_id",
}
#: Tasks of which only one at a time may work on the same subject.
ONE_BY_ONE = frozenset({MIGRATE_CASES, REHEARSE})

DEFER = """
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, queueing_lock, lock, args)
SELECT %(queue)s, %(task)s::text, %(priority)s, %(task)s::text || ':' || subject,
       CASE WHEN %(is_one_by_one)s THEN %(task)s::text || ':' || subject END,
       jsonb_build_object(%(argument)s::text, subject)
FROM unnest(%(subjects)s::bigint[]) WITH ORDINALITY AS given (subject, place) ORDER BY place
ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
"""

#: The same for the ids that another part of the caller's statement returns.
_DEFER_NEW = """
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, queueing_lock, args)
SELECT '{queue}', '{task}', {priority}, '{task}:' || id, jsonb_build_object('{argument}', id)
FROM {part} ORDER BY id
ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
"""


def deferring(task: str, part: str) -> str:
    """Return the part of a statement that asks for a task for each `id` that another part returns."""
    return _DEFER_NEW.format(queue=QUEUE, task=task, priority=PRIORITIES[task], argument=ARGUMENTS[task], part=part)


class Jobs:
    """Asks for work to be done once the caller's transaction is committed. Asking twice is asking once."""

    def defer_fire_timer(self, connection: Connection, timer_id: int) -> None:
        """Ask for a timer to be fired."""
        _defer(connection, FIRE_TIMER, (timer_id,))

    def defer_fire_timers(self, connection: Connection, timer_ids: Sequence[int]) -> None:
        """Ask for many timers to be fired, in this order, in one statement."""
        _defer(connection, FIRE_TIMER, timer_ids)

    def defer_deliver_notice(self, connection: Connection, notice_id: int) -> None:
        """Ask for a notice to be handed to the outgoing channel."""
        _defer(connection, DELIVER_NOTICE, (notice_id,))

    def defer_deliver_notices(self, connection: Connection, notice_ids: Sequence[int]) -> None:
        """Ask for many notices to be handed to the outgoing channel, in one statement."""
        _defer(connection, DELIVER_NOTICE, notice_ids)

    def defer_migrate_cases(self, connection: Connection, order_ids: Sequence[int]) -> None:
        """Ask for the next cases of these orders to be migrated."""
        _defer(connection, MIGRATE_CASES, order_ids)

    def defer_cycle_steps(self, connection: Connection, step_ids: Sequence[int]) -> None:
        """Ask for steps of cycles to be taken: a case begun, a reminder sent."""
        _defer(connection, TAKE_CYCLE_STEP, step_ids)

    def defer_close_cases(self, connection: Connection, order_ids: Sequence[int]) -> None:
        """Ask for orders to close cases to be carried out."""
        _defer(connection, CLOSE_CASE, order_ids)

    def defer_render_documents(self, connection: Connection, document_ids: Sequence[int]) -> None:
        """Ask for the files of issued documents to be made."""
        _defer(connection, RENDER_DOCUMENT, document_ids)

    def defer_send_packages(self, connection: Connection, outbox_ids: Sequence[int]) -> None:
        """Ask for packages to be made and handed to the outgoing channel."""
        _defer(connection, SEND_PACKAGE, outbox_ids)

    def defer_rehearse(self, connection: Connection, order_ids: Sequence[int]) -> None:
        """Ask for orders to replay cases to be carried out."""
        _defer(connection, REHEARSE, order_ids)


def _defer(connection: Connection, task: str, subjects: Sequence[int]) -> None:
    if subjects:
        arguments = {
            "queue": QUEUE,
            "task": task,
            "priority": PRIORITIES[task],
            "argument": ARGUMENTS[task],
            "is_one_by_one": task in ONE_BY_ONE,
            "subjects": list(subjects),
        }
        connection.exec_driver_sql(DEFER, arguments)


def let_same_wait(connection: Connection, job_id: int) -> None:
    """Let a job that failed wait for its next try beside another one that was asked for meanwhile.

    Of two that wait under one queueing lock the queue refuses the second: the failed one would stay "at work", and its
    lock with it, as long as its worker lives.
    """
    connection.exec_driver_sql("UPDATE procrastinate_jobs SET queueing_lock = NULL WHERE id = %(id)s", {"id": job_id})


def apply_job_schema(connection: Connection) -> None:
    """Create procrastinate's tables, or bring them to the installed version. Does nothing when they are.

    The name of the last of procrastinate's migrations is kept as the comment of its table.
    """
    migrations = _migrations()
    applied = connection.exec_driver_sql(
        "SELECT obj_description(oid, 'pg_class') FROM pg_class WHERE oid = to_regclass('procrastinate_jobs')"
    ).one_or_none()
    if applied is None:
        scripts = [SchemaManager.get_schema()]
    else:
        scripts = [path.read_text(encoding="utf-8") for path in migrations if path.name > (applied[0] or "")]
    session = connection.connection.driver_connection
    assert session is not None
    for script in scripts:
        # Straight to the driver: these files hold many statements, and percent signs that are not placeholders.
        session.execute(script)
    if scripts:
        connection.exec_driver_sql(_noting(migrations))


def write_job_schema() -> str:
    """Return the statements that create procrastinate's tables where there are none."""
    return f"{SchemaManager.get_schema()};{_noting(_migrations())}"


def _migrations() -> list[Path]:
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def _noting(migrations: Sequence[Path]) -> str:
    return f"COMMENT ON TABLE procrastinate_jobs IS '{migrations[-1].name}'"
