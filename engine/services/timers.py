"""Deadlines: releasing the timers that are due, and firing one."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from engine.errors import ExecutionError
from engine.live import KEPT_SECONDS
from engine.recording import CaseAction
from engine.recording.firing import fire
from engine.store import beat, cases, operation, timers
from engine.store.history import Journal
from engine.system import System


def release_due(system: System) -> tuple[int, datetime | None]:
    """Hand every due timer, undelivered notice, unmade document and unsent package to the workers.

    The rows are the truth and a job is only a nudge, so calling this twice, or losing a job, changes nothing.

    Returns:
        How many were handed over, and when the next timer is due.
    """
    now = system.clock.now()
    with system.database.transaction() as connection:
        found = beat.look(connection, now, system.wall.now() - timedelta(seconds=KEPT_SECONDS))
        system.jobs.defer_fire_timers(connection, found.timers)
        system.jobs.defer_deliver_notices(connection, found.notices)
        system.jobs.defer_render_documents(connection, found.documents)
        system.jobs.defer_send_packages(connection, found.packages)
    handed_over = (found.timers, found.notices, found.documents, found.packages)
    return sum(map(len, handed_over)), found.next_release


def fire_timer(system: System, timer_id: int) -> bool:
    """Fire one timer; True when this call did it.

    The row decides: a timer that was fired, stopped or moved meanwhile is left alone, so that each acts once and never
    early, whatever the queue does.
    """
    try:
        with system.database.transaction() as connection:
            return _fire(system, connection, timer_id)
    except ExecutionError as error:
        _give_up(system, timer_id, error)
        return False


def _fire(system: System, connection: Connection, timer_id: int) -> bool:
    now = system.clock.now()
    known = timers.read_timer(connection, timer_id)
    if known is None:
        return False
    case = cases.read_case(connection, known.instance_id, lock=True)
    row = timers.read_timer(connection, timer_id, lock=True)
    if row is None or row.state != "waiting" or row.release_at > now or case.state != "running":
        return False
    fire(CaseAction.begin(system, connection, case, None, now), row)
    return True


def _give_up(system: System, timer_id: int, error: ExecutionError) -> None:
    """Keep an incident instead of trying a broken step for ever; a person repairs the case."""
    now = system.clock.now()
    with system.database.transaction() as connection:
        known = timers.read_timer(connection, timer_id)
        if known is None:
            return
        case = cases.read_case(connection, known.instance_id, lock=True)
        timers.mark_timer(connection, timer_id, "failed", now)
        incident = {"instance_id": case.id, "element_id": error.element_id or known.element_id, "action": "fire_timer"}
        operation.insert_incident(connection, {**incident, "sentence": error.sentence, "raised_at": now})
        journal = Journal.of(case, now, None)
        journal.add("incident_raised", element=(known.element_id, known.name), comment=error.sentence)
        cases.update_case(connection, case.id, {"state": "incident", **journal.write(connection)})
