"""待办与已办: the lists of tasks, and everything the page of one task shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from engine.access import Action, may
from engine.errors import NotFound
from engine.folders import Folder
from engine.paging import read_cursor, write_cursor
from engine.presenting import (
    MARKS,
    OWN_WORDS,
    case_window,
    folders_of,
    gate_of,
    inbox_row,
    is_withdrawable,
    names_of_experts,
    submission_views,
)
from engine.recording import CaseAction
from engine.runtime import Element
from engine.sealing import Seals
from engine.store import history, materials, tasks
from engine.store.cases import CaseRecord
from engine.store.tasks import TaskRecord
from engine.system import System
from engine.views import Actor, ChecklistItem, HistoryEvent, InboxPage, MaterialView, TaskSheet, TaskView, Window


def list_inbox(
    system: System, actor: Actor, *, scope: str = "all", search: str = "", cursor: str | None = None
) -> InboxPage:
    """Return a page of the actor's open tasks, nearest limit first.

    Args:
        system: the system.
        actor: who looks.
        scope: all, soon, overdue or unclaimed.
        search: words in the number, title, applicant or step.
        cursor: `next_cursor` of the page before.

    Raises:
        BadRequest: the cursor is not one of ours.
    """
    now = system.clock.now()
    conditions = [tasks.in_scope(scope, now)]
    if search.strip():
        conditions.append(tasks.matching(search.strip()))
    with system.database.reading() as connection:
        found = tasks.list_open(connection, actor, conditions, read_cursor(cursor))
        counts = tasks.count_open(connection, actor, now)
    last = found[tasks.PAGE - 1] if len(found) > tasks.PAGE else None
    return InboxPage(
        rows=tuple(inbox_row(system, actor, task, now) for task in found[: tasks.PAGE]),
        counts=counts,
        next_cursor=write_cursor(last.due_at or tasks.NO_LIMIT, last.id) if last else None,
    )


def list_completed(system: System, actor: Actor, *, search: str = "", cursor: str | None = None) -> InboxPage:
    """Return a page of the tasks that the actor's posts completed, latest first.

    Raises:
        BadRequest: the cursor is not one of ours.
    """
    now = system.clock.now()
    conditions = [tasks.completed_in_office_of(actor)]
    if search.strip():
        conditions.append(tasks.matching(search.strip()))
    with system.database.reading() as connection:
        found = tasks.list_completed(connection, conditions, read_cursor(cursor))
    last = found[tasks.PAGE - 1] if len(found) > tasks.PAGE else None
    return InboxPage(
        rows=tuple(inbox_row(system, actor, task, now) for task in found[: tasks.PAGE]),
        counts={},
        next_cursor=write_cursor(last.completed_at, last.id) if last and last.completed_at else None,
    )


def read_task(system: System, actor: Actor, task_id: int) -> TaskView:
    """Return everything the page of one task shows.

    Raises:
        NotFound: no such task, or the actor may not know of it.
    """
    with system.database.reading() as connection:
        one = _read_file(system, connection, actor, task_id)
    action, task, now = one.action, one.task, one.action.at
    element, form = _element(one), action.folder.forms.get(task.element_id)
    window = _window(action.folder, action.case, task)
    seals = Seals.of(action.folder, actor, action.case, one.open_tasks)
    return TaskView(
        row=inbox_row(system, actor, task, now),
        basis=element.basis,
        mark=MARKS.get(element.mark, element.mark),
        documentation=element.documentation,
        form=form,
        values=_values(action, task, actor),
        context={**action.facts(), **action.case.variables},
        checklist=_checklist(form, one.current if task.organisation_id == actor.organisation_id else {}),
        submissions=submission_views(
            action.folder, seals.submissions(one.submissions), one.files, one.earlier, one.experts
        ),
        history=seals.events(one.events),
        window=window,
        is_window_open=window is None or window.opens_at <= now < window.closes_at,
        draft_saved_at=task.draft_saved_at,
        completion_key=task.completion_key,
        actions=_actions(actor, one),
        obstacle=_obstacle(actor, task, action.case),
    )


def read_sheet(system: System, actor: Actor, task_id: int) -> TaskSheet:
    """Return what a task is filled in on: asked for again while somebody types.

    Raises:
        NotFound: no such task, or the actor may not know of it.
    """
    with system.database.reading() as connection:
        task, case = _readable(connection, actor, task_id)
        action = CaseAction.begin(system, connection, case, actor, system.clock.now())
        context = {**action.facts(), **case.variables}
        current = materials.current_materials(connection, case.id, task.element_id)
    form = action.folder.forms.get(task.element_id)
    return TaskSheet(
        task_id=task.id,
        form=form,
        context=context,
        checklist=_checklist(form, current if task.organisation_id == actor.organisation_id else {}),
        is_open=_is_open(actor, task, case),
    )


def read_form(system: System, actor: Actor, task_id: int) -> Any:
    """Return the compiled form (`forms.Form`) of a task, or None for a step without one.

    Raises:
        NotFound: no such task, or the actor may not know of it.
    """
    with system.database.reading() as connection:
        task, case = _readable(connection, actor, task_id)
        return system.folder(connection, case.definition_id).forms.get(task.element_id)


def _readable(connection: Connection, actor: Actor, task_id: int) -> tuple[TaskRecord, CaseRecord]:
    task, case = tasks.read_task(connection, task_id)
    if not may(actor, Action.READ_TASK, tasks.scope_of(task, case)):
        raise NotFound(task_id=task_id)
    return task, case


def _element(one: TaskFile) -> Element:
    """Return the step in the diagram; a finished one may be missing in the version its case went on to."""
    known = one.action.folder.definition.elements
    return known.get(one.task.element_id) or Element(id=one.task.element_id, name=one.task.name, kind="userTask")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFile:
    """A task with all that its page shows, as it was read in one moment."""

    task: TaskRecord
    #: Never recorded: it only says what the step's expressions may name.
    action: CaseAction
    current: Mapping[str, list[MaterialView]]
    submissions: Sequence[Row]
    #: Versions that submissions were made under before the case went on to another one.
    earlier: Mapping[int, Folder]
    #: How experts that a form chose are shown.
    experts: Mapping[str, object]
    files: Sequence[Row]
    events: tuple[HistoryEvent, ...]
    open_tasks: Sequence[TaskRecord]


def _read_file(system: System, connection: Connection, actor: Actor, task_id: int) -> TaskFile:
    task, case = _readable(connection, actor, task_id)
    action = CaseAction.begin(system, connection, case, actor, system.clock.now())
    action.facts()  # read while there is a connection
    submissions = materials.submissions_of_case(connection, case.id)
    return TaskFile(
        task=task,
        action=action,
        current=materials.current_materials(connection, case.id, task.element_id),
        submissions=submissions,
        earlier=folders_of(system, connection, submissions),
        experts=names_of_experts(connection, action.folder),
        files=materials.materials_of_case(connection, case.id),
        events=history.read_history(connection, case.id),
        open_tasks=tasks.open_tasks(connection, case.id),
    )


def _window(folder: Folder, case: CaseRecord, task: TaskRecord) -> Window | None:
    window_id = gate_of(folder, task.element_id)
    return case_window(case.windows, window_id) if window_id else None


def _values(action: CaseAction, task: TaskRecord, actor: Actor) -> Mapping[str, Any]:
    """Return what is in the fields: the draft, or else what the case already knows under the same keys.

    Only an applicant's fields are filled in beforehand, and never somebody's own words: an office decides afresh. A
    draft is shown to those who may work on the task, not to the other participants of the case.
    """
    if not may(actor, Action.WORK_ON_TASK, tasks.scope_of(task, action.case)):
        return {}
    form, known = action.folder.forms.get(task.element_id), {}
    is_applicant = task.organisation_id == action.case.applicant_id
    for part in form.fields if form is not None else ():
        may_prefill = not part.is_answer or (is_applicant and not part.key.endswith(OWN_WORDS))
        if may_prefill and part.key in action.case.variables:
            known[part.key] = action.case.variables[part.key]
    return {**known, **(task.draft or {})}


def _checklist(form: Any, current: Mapping[str, list[MaterialView]]) -> tuple[ChecklistItem, ...]:
    return tuple(
        ChecklistItem(
            field_key=item.key,
            label=item.label,
            is_required=item.is_required,
            is_stamped=item.is_stamped,
            basis=item.basis,
            hint=item.description,
            files=tuple(current.get(item.key, ())),
        )
        for item in (form.file_fields if form is not None else ())
    )


def _is_open(actor: Actor, task: TaskRecord, case: CaseRecord) -> bool:
    may_work = may(actor, Action.WORK_ON_TASK, tasks.scope_of(task, case))
    return case.state == "running" and task.state == "open" and may_work


def _actions(actor: Actor, one: TaskFile) -> frozenset[str]:
    actions, task, case = set(), one.task, one.action.case
    if _is_open(actor, task, case):
        actions |= {"complete", "save_draft", "claim" if task.assignee_id is None else "release"}
    is_possible = is_withdrawable(one.action.folder.definition, case, one.open_tasks)
    if is_possible and may(actor, Action.WITHDRAW_CASE, case.withdrawable_scope):
        actions.add("withdraw")
    return frozenset(actions)


def _obstacle(actor: Actor, task: TaskRecord, case: CaseRecord) -> str:
    if task.state == "completed":
        return f"该任务已由{task.completed_by_name}办结。"
    if task.state == "cancelled":
        return "该任务已被撤回或因窗口截止而关闭。"
    if case.state != "running":
        return "该办件已办结或已挂起，不能再办理。"
    if task.assignee_id not in (None, actor.account_id):
        return f"该任务已由{task.assignee_name}签收。"
    if not may(actor, Action.WORK_ON_TASK, tasks.scope_of(task, case)):
        return "该任务由其他岗位办理，您可以查看，不能办理。"
    return ""
