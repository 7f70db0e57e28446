"""Turning records into the frozen views that several services return."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from engine.calendars import working_days_left
from engine.drawing import draw
from engine.folders import Folder
from engine.recording import WITHDRAWN, read_window
from engine.recording.panels import EXPERTS
from engine.runtime import Definition, Token
from engine.store import materials, organisations
from engine.store.cases import CaseRecord
from engine.store.tasks import SOON, TaskRecord
from engine.system import System
from engine.views import Actor, CaseRow, ElementMark, InboxRow, MaterialView, SubmissionView, Window
from forms import Form, present


def inbox_row(system: System, actor: Actor, task: TaskRecord, now: datetime) -> InboxRow:
    """Return a task as a line of a list."""
    left = None if task.due_at is None else working_days_left(now, task.due_at, system.calendar)
    return InboxRow(
        task_id=task.id,
        element_id=task.element_id,
        name=task.name,
        case_id=task.instance_id,
        case_number=task.case_number,
        case_title=task.case_title,
        procedure_name=task.procedure_name,
        applicant_name=task.applicant_name,
        opened_at=task.opened_at,
        due_at=task.due_at,
        working_days_left=left if task.state == "open" else None,
        state=task.state,
        status=_status(task, now),
        assignee_name=task.assignee_name,
        is_mine=task.assignee_id == actor.account_id,
        is_for_me=task.organisation_id == actor.organisation_id and task.role in actor.roles,
        completed_at=task.completed_at,
        completed_by=task.completed_by_name,
    )


def _status(task: TaskRecord, now: datetime) -> str:
    if task.state != "open":
        return task.state
    if task.due_at is None or task.due_at > now + SOON:
        return "on_time"
    return "soon" if task.due_at > now else "overdue"


#: Ends of the keys of fields that hold a person's own words (`review_opinion`, `correction_note`): shown in the
#: history, and never filled in beforehand.
OWN_WORDS = ("opinion", "note")
#: Marks as owners write them in a diagram.
MARKS = {"依据": "source", "解释": "reading", "平台默认": "platform"}


def case_row(row: Row | CaseRecord, waiting_at: Iterable[str] = (), *, is_overdue: bool = False) -> CaseRow:
    """Return a case as a line of a list."""
    return CaseRow(
        case_id=row.id,
        number=row.number,
        title=row.title,
        procedure_id=row.procedure_id,
        procedure_name=row.procedure_name,
        applicant_name=row.applicant_name,
        state=row.state,
        outcome=row.outcome,
        outcome_name=row.outcome_name,
        waiting_at=tuple(waiting_at),
        started_at=row.started_at,
        submitted_at=row.submitted_at,
        ended_at=row.ended_at,
        is_overdue=is_overdue,
    )


def case_window(windows: Mapping[str, Mapping[str, str]], window_id: str) -> Window | None:
    """Return a case's window as callers see it, or None when the case has no such window."""
    stored = windows.get(window_id)
    if stored is None:
        return None
    opens_at, closes_at = read_window(stored)
    return Window(
        window_id=window_id,
        name=stored["name"],
        opens_at=opens_at,
        closes_at=closes_at,
        set_by=stored["set_by"],
        basis=stored["basis"],
        mark=stored["mark"],
    )


def gate_of(folder: Folder, element_id: str) -> str | None:
    """Return the id of the window that a step must be completed in, or None."""
    return next((rule.id for rule in folder.windows.values() if element_id in rule.gates), None)


def folders_of(system: System, connection: Connection, submissions: Iterable[Row]) -> dict[int, Folder]:
    """Return the earlier versions that submissions were made under, before their case went on to another one."""
    earlier = {row.definition_id for row in submissions if row.definition_id is not None}
    return {definition_id: system.folder(connection, definition_id) for definition_id in earlier}


def names_of_experts(connection: Connection, folder: Folder) -> Mapping[str, object]:
    """Return by which name an expert that a form chose is shown, as forms take their options; read when needed."""
    if EXPERTS not in folder.fact_names:
        return {}
    roles = {rule.role for rule in folder.procedure.lanes.values() if rule.named}
    return {EXPERTS: [{"value": one.id, "label": one.name} for one in organisations.holders_of(connection, roles)]}


def submission_views(
    folder: Folder,
    submissions: Sequence[Row],
    files: Sequence[Row],
    earlier: Mapping[int, Folder],
    experts: Mapping[str, object],
) -> tuple[SubmissionView, ...]:
    """Return what was submitted at each step, oldest first, as labels and texts of the forms that were filled in.

    Args:
        folder: the case's version.
        submissions: the rows.
        files: the case's materials.
        earlier: the versions of submissions that were made under another one.
        experts: what was chosen from the register is shown as (`names_of_experts`).
    """
    by_id = {row.id: row for row in files}
    views = []
    for row in submissions:
        form: Form | None = earlier.get(row.definition_id, folder).forms.get(row.element_id)
        attached = [_labelled(materials.view_of(by_id[material_id]), form) for material_id in row.materials]
        names: dict[str, list[str]] = {}
        for one in attached:
            names.setdefault(one.field_key, []).append(one.file_name)
        content: dict[str, Any] = {**row.content, **{key: "、".join(value) for key, value in names.items()}}
        views.append(
            SubmissionView(
                task_name=row.task_name,
                organisation_name=row.organisation_name,
                actor_name=row.actor_name,
                submitted_at=row.submitted_at,
                answers=tuple(present(form, content, experts)) if form is not None else (),
                materials=tuple(attached),
            )
        )
    return tuple(views)


def _labelled(material: MaterialView, form: Form | None) -> MaterialView:
    labels = (part.label for part in form.file_fields if part.key == material.field_key) if form is not None else ()
    return replace(material, label=next(iter(labels), ""))


def called_drawings(
    folder: Folder, marks: Sequence[ElementMark], behind: Mapping[str, Sequence[ElementMark]] | None = None
) -> tuple[tuple[str, str], ...]:
    """Return name and drawing of every called diagram in which something waits now, in the order of the files.

    Args:
        folder: the version.
        marks: how its elements are painted.
        behind: id of a call -> marks of its diagram, when several calls lead into that one: it is drawn for each.
    """
    apart = {call: folder.calls[call] for call in behind or {}}
    drawn = _drawings(folder, marks, _files_with(folder, marks, is_done=False) - set(apart.values()))
    return (*drawn, *(_drawing_behind(folder, call, behind[call]) for call in apart)) if behind else drawn


def _drawing_behind(folder: Folder, call_id: str, marks: Sequence[ElementMark]) -> tuple[str, str]:
    file, call = folder.calls[call_id], folder.definition.elements[call_id]
    name = folder.called[file]
    words = [folder.called.get(call.file, ""), "" if call.name == name else call.name]
    title = f"{name}（{'，'.join(word for word in words if word) or call_id}）"
    return title, draw(folder.files[file], marks={mark.element_id: mark for mark in marks}, title=title)


def passed_drawings(folder: Folder, marks: Sequence[ElementMark]) -> tuple[tuple[str, str], ...]:
    """Return name and drawing of every called diagram that was passed and in which nothing waits any more."""
    passed = _files_with(folder, marks, is_done=True) - _files_with(folder, marks, is_done=False)
    return _drawings(folder, marks, passed)


def _files_with(folder: Folder, marks: Sequence[ElementMark], *, is_done: bool) -> set[str]:
    elements = folder.definition.elements
    shown = (mark.element_id for mark in marks if (mark.state == "done") is is_done)
    return {elements[element_id].file for element_id in shown if element_id in elements}


def _drawings(folder: Folder, marks: Sequence[ElementMark], files: Collection[str]) -> tuple[tuple[str, str], ...]:
    by_element = {mark.element_id: mark for mark in marks}
    return tuple(
        (name, draw(folder.files[file], marks=by_element, title=name))
        for file, name in sorted(folder.called.items())
        if file in files
    )


def element_marks(
    definition: Definition, tokens: Sequence[Token], open_rows: Sequence[InboxRow], passed: Iterable[str]
) -> tuple[ElementMark, ...]:
    """Return how a case's diagram is painted: where it waits, what is late, what was passed."""
    late = Counter(row.element_id for row in open_rows if row.status == "overdue")
    # A step that several take has a token for each of them and one for itself; people count the tasks.
    tasks = Counter(row.element_id for row in open_rows)
    waiting: dict[str, int] = {}
    for token in tokens:
        if not definition.elements[token.element_id].attached_to:
            waiting[token.element_id] = waiting.get(token.element_id, 0) + 1
    marks = [
        ElementMark(
            element_id=element_id,
            state="late" if element_id in late else "active",
            count=tasks[element_id] or count,
            overdue=late[element_id],
        )
        for element_id, count in waiting.items()
    ]
    done = [name for name in dict.fromkeys(passed) if name not in waiting and name in definition.elements]
    return (*marks, *(ElementMark(element_id=name, state="done", done=1) for name in done))


def marks_behind(
    folder: Folder, tokens: Sequence[Token], waiting: Sequence[tuple[TaskRecord, InboxRow]]
) -> dict[str, Sequence[ElementMark]]:
    """Return how a diagram is painted for each call, when a case waits behind several calls of it at once."""
    inside: dict[str, list[Token]] = {}
    for token in tokens:
        for call in token.calls[-1:]:
            inside.setdefault(call, []).append(token)
    files = Counter(folder.calls[call] for call in inside)
    found: dict[str, Sequence[ElementMark]] = {}
    for call, theirs in inside.items():
        if files[folder.calls[call]] > 1:
            ids = {token.token_id for token in theirs}
            rows = [row for task, row in waiting if task.token_id in ids]
            found[call] = element_marks(folder.definition, theirs, rows, ())
    return found


def is_withdrawable(definition: Definition, case: CaseRecord, open_now: Sequence[TaskRecord]) -> bool:
    """Tell whether the applicant may withdraw: a step that waits takes the message, and no reviewer has claimed it.

    平台默认值: an applicant may withdraw until the next office opens the case.
    """
    waiting = {task.element_id: task for task in open_now}
    for element in definition.elements.values():
        task = waiting.get(element.attached_to or "")
        if task is not None and element.message == WITHDRAWN:
            return task.organisation_id == case.applicant_id or task.assignee_id is None
    return False
