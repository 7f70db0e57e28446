"""Firing one timer: what a worker does when it is due, and maintenance when it failed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from engine import runtime
from engine.recording.action import ONE_MICROSECOND, CaseAction
from engine.recording.outcome import record
from engine.recording.publications import PUBLICATION_ENDED
from engine.store import timers


def fire(action: CaseAction, row: Row) -> runtime.Progress:
    """Let a timer of the action's case go off, and write what the engine answers.

    Raises:
        ExecutionError: the diagram could not go on; names the element.
    """
    if row.window_id is not None and row.message is None:
        action.counted_from = row.due_at - ONE_MICROSECOND
    kind, progress = _run(action, row)
    timers.mark_timer(action.connection, row.id, "fired", action.at)
    event: dict[str, Any] = {"element": (row.element_id, row.name), "details": {"due_at": row.due_at.isoformat()}}
    record(action, progress, kind, **event)
    return progress


def _run(action: CaseAction, row: Row) -> tuple[str, runtime.Progress]:
    state = action.case.engine_state
    if row.message == PUBLICATION_ENDED:
        # The diagram may have gone another way, or come here by a longer one: the period has ended all the same.
        return "publication_ended", runtime.send_message(action.context(), state, row.message, {}, keep=True)
    if row.message is not None:
        return "window_extended", runtime.send_message(action.context(), state, row.message, {})
    kind = "window_closed" if row.window_id is not None else "timer_fired"
    return kind, runtime.fire_timer(action.context(), state, row.token_id)
