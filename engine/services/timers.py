"""Deadlines: releasing the timers that are due, and firing one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from engine import runtime
from engine.errors import ExecutionError
from engine.recording import ONE_MICROSECOND, CaseAction, record
from engine.store import cases, notices, operation, timers
from engine.store.history import Journal
from engine.system import System

#: Timers and notices handed to the workers in one beat of the pulse.
BATCH = 500


def release_due(system: System) -> tuple[int, datetime | None]:
    """Hand every due timer and undelivered notice to the workers.

    The rows are the truth and a job is only a nudge, so calling this twice, or losing a job, changes nothing.

    Returns:
        How many were handed over, and when the next timer is due.
    """
    now = system.clock.now()
    with system.database.transaction() as connection:
        due = timers.due_timers(connection, now, BATCH)
        system.jobs.defer_fire_timers(connection, due)
        waiting = notices.undelivered(connection, BATCH)
        system.jobs.defer_deliver_notices(connection, waiting)
        return len(due) + len(waiting), timers.next_release(connection, now)


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
    action = CaseAction.begin(system, connection, case, None, now)
    if row.window_id is not None and row.message is None:
        action.counted_from = row.due_at - ONE_MICROSECOND
    kind, progress = _run(action, row)
    timers.mark_timer(connection, timer_id, "fired", now)
    event: dict[str, Any] = {"element": (row.element_id, row.name), "details": {"due_at": row.due_at.isoformat()}}
    record(action, progress, kind, **event)
    return True


def _run(action: CaseAction, row: Row) -> tuple[str, runtime.Progress]:
    state = action.case.engine_state
    if row.message is not None:
        return "window_extended", runtime.send_message(action.context(), state, row.message, {})
    kind = "window_closed" if row.window_id is not None else "timer_fired"
    return kind, runtime.fire_timer(action.context(), state, row.token_id)


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
