"""Opening user tasks: who holds them, until when."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.errors import ExecutionError
from engine.recording.action import CaseAction
from engine.runtime import Element, Opened, Progress
from engine.store import organisations, tasks


def open_tasks(action: CaseAction, progress: Progress) -> None:
    """Add the user tasks that the diagram opened; their offices join the case."""
    armed = {one.element_id: one.due_at for one in progress.armed}
    rows = [_task_row(action, opened, armed) for opened in progress.opened]
    applicant_id, is_first = action.case.applicant_id, action.is_first
    tasks.add_tasks(action.batch, rows, applicant_id=applicant_id, closed=progress.closed, is_first=is_first)
    joined = [row["organisation_id"] for row in rows if row["organisation_id"] not in action.case.participants]
    if joined:
        action.changes["participants"] = [*action.case.participants, *dict.fromkeys(joined)]
    for row in rows:
        action.journal.add("task_opened", element=(row["element_id"], row["name"]))


def _task_row(action: CaseAction, opened: Opened, armed: Mapping[str, datetime]) -> dict[str, Any]:
    case, element = action.case, action.element(opened.element_id)
    organisation_id, role = _holder(action, element, opened)
    due_at = _due_at(action, element, armed)
    return {
        "instance_id": case.id,
        "token_id": opened.token_id,
        "element_id": element.id,
        "name": element.name,
        "role": role,
        "organisation_id": organisation_id,
        "state": "open",
        "opened_at": action.at,
        "due_at": due_at,
        "sort_at": due_at or tasks.NO_LIMIT,
        "completion_key": secrets.token_urlsafe(16),
        "case_number": case.number,
        "case_title": case.title,
        "procedure_id": case.procedure_id,
        "procedure_name": case.procedure_name,
        "applicant_name": case.applicant_name,
    }


def _holder(action: CaseAction, element: Element, opened: Opened) -> tuple[str, str]:
    """Return the organisation and role that a user task is for: its lane's office, or whom the lane's name names."""
    rule = action.lane(element.id)
    organisation_id = action.case.offices.get(element.lane)
    if rule.named:
        organisation_id = _named(action, {**action.changes["variables"], **opened.local}.get(rule.named))
    if organisation_id is None:
        raise ExecutionError(f"没有找到办理“{element.name}”的单位，请管理员核对组织机构。", element_id=element.id)
    return organisation_id, element.attributes.get("candidateGroups") or rule.role


def _named(action: CaseAction, value: object) -> str | None:
    return value if isinstance(value, str) and organisations.is_known(action.connection, value) else None


def _due_at(action: CaseAction, element: Element, armed: Mapping[str, datetime]) -> datetime | None:
    """Return the earliest of the step's time limit, the timer that would take it away, and a window's drawn close."""
    limits = []
    if element.id in action.folder.time_limits:
        limits.append(action.facts()["deadlines"][element.id])
    closes = {window["closes_at"] for window in action.facts()["windows"].values()}
    for timer_id, due_at in armed.items():
        boundary = action.element(timer_id)
        if boundary.attached_to == element.id and (boundary.is_interrupting or due_at in closes):
            limits.append(due_at)
    return min(limits, default=None)
