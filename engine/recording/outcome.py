"""Writing the engine's answer: state, inbox, timers, effects, history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from engine.models import timer
from engine.recording.action import WINDOW_GRACE, CaseAction
from engine.recording.inbox import open_tasks
from engine.recording.operations import COLLECTED, carry_out
from engine.runtime import Armed, Progress
from engine.store import cases, tasks, timers


def record(action: CaseAction, progress: Progress, kind: str, *, is_last: bool = False, **event: Any) -> None:
    """Write what the engine answered: everything that `collect` puts together, in one statement.

    Args:
        action: the action; its `opened` and `receipt_number` are filled in.
        progress: the engine's answer.
        kind: the history event of the action itself.
        is_last: nothing else is sent in this transaction; it is committed with the statement.
        **event: its element, comment and details, as `Journal.add` takes them.
    """
    collect(action, progress, kind, **event)
    write(action, is_last=is_last)


def collect(action: CaseAction, progress: Progress, kind: str, **event: Any) -> None:
    """Put together what the engine answered, for `write`; the arguments are those of `record`."""
    details = {**event.pop("details", {}), "passed": [passed.element_id for passed in progress.passed]}
    action.journal.add(kind, details=details, **event)
    action.changes |= {"engine_state": progress.state, "variables": dict(progress.variables)}
    if any(effect.operation not in COLLECTED for effect in progress.effects):
        _write_so_far(action)
    if progress.closed:
        tasks.close_tasks(action.batch, action.case.id, progress.closed)
    if progress.disarmed and not progress.is_ended:
        timers.cancel_timers(action.batch, action.case.id, progress.disarmed)
    action.batch.insert(timer, [_timer_row(action, armed) for armed in progress.armed])
    carry_out(action, progress.effects)
    if progress.opened:
        open_tasks(action, progress)
    if progress.is_ended:
        _end(action, progress)


def _write_so_far(action: CaseAction) -> None:
    """Write a new case, and the submission, which the operations of a diagram may refer to."""
    if action.is_first:
        cases.add_case(action.batch, action.case, action.changes)
        action.is_first = False
    if action.batch:
        action.batch.send(action.connection)
    action.submission = None


def write(action: CaseAction, *, is_last: bool = False) -> None:
    """Send everything that the action has collected, with the head of the history and what changed of the case.

    Args:
        action: its `opened` is filled in.
        is_last: nothing else is sent in this transaction; it is committed with the statement.
    """
    changes = {**action.changes, **action.journal.add_to(action.batch)}
    if action.is_first:
        cases.add_case(action.batch, action.case, changes)
    else:
        cases.change_case(action.batch, action.case.id, changes)
    opened = action.batch.send(action.connection, tasks.answer_of(action.batch), is_last=is_last)
    action.opened = [tasks.OpenedTask(*row) for row in opened]


def _timer_row(action: CaseAction, armed: Armed) -> dict[str, Any]:
    window_id = window_followed_by(action, armed.element_id)
    return {
        "instance_id": action.case.id,
        "token_id": armed.token_id,
        "element_id": armed.element_id,
        "name": action.label(armed.element_id)[1],
        "due_at": armed.due_at,
        "release_at": armed.due_at + (WINDOW_GRACE if window_id else timedelta(0)),
        "window_id": window_id,
        "message": None,
        "state": "waiting",
    }


def window_followed_by(action: CaseAction, element_id: str) -> str | None:
    """Return the window that a timer's expression follows: an order that moves the window moves the timer."""
    expression = action.element(element_id).timer
    for window_id in action.case.windows:
        if f"windows.{window_id}.closes_at" in expression.replace(" ", ""):
            return window_id
    return None


def _end(action: CaseAction, progress: Progress) -> None:
    outcome, name = action.label(progress.end_events[-1]) if progress.end_events else ("", "")
    is_filed = action.case.submitted_at is not None or "submitted_at" in action.changes
    action.changes |= {"state": "ended", "ended_at": action.at}
    # A case that was stopped from outside reaches no end event; whoever stopped it says what became of it.
    action.changes = {"outcome": outcome, "outcome_name": name, "is_effective": is_filed, **action.changes}
    timers.cancel_all(action.batch, action.case.id)
    action.journal.add("case_ended", element=(outcome, name))
