"""What a person does with a user task: claim it, keep a draft, complete it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine import runtime
from engine.access import Action, may
from engine.audit import canonical, digests
from engine.clock import local
from engine.errors import (
    Conflict,
    ExecutionError,
    InstanceNotOpen,
    NotAllowed,
    NotFound,
    OutsideWindow,
    TaskAlreadyClaimed,
    TaskAlreadyCompleted,
)
from engine.maintenance.quarantine import QUARANTINE
from engine.presenting import OWN_WORDS, case_window, gate_of
from engine.recording import CaseAction, collect, write
from engine.store import cases, materials, operation, tasks
from engine.store.cases import CaseRecord
from engine.store.history import Journal
from engine.store.tasks import TaskRecord
from engine.system import System
from engine.views import Actor, Completed, MaterialView
from forms import normalise, validate


def claim_task(system: System, actor: Actor, task_id: int) -> None:
    """签收: keep the task to oneself.

    Raises:
        TaskAlreadyClaimed: somebody else was faster.
        NotFound, NotAllowed, TaskAlreadyCompleted, InstanceNotOpen: as for completing it.
    """
    now = system.clock.now()
    with system.database.transaction() as connection:
        task, case = tasks.read_task(connection, task_id, lock=True)
        _refuse_unreadable(actor, task, case)
        if task.assignee_id not in (None, actor.account_id):
            raise TaskAlreadyClaimed(f"该任务已由{task.assignee_name}签收，如需办理请与其联系。")
        _guard(actor, task, case)
        if task.assignee_id is None:
            changes = {"assignee_id": actor.account_id, "assignee_name": actor.name, "claimed_at": now}
            tasks.update_task(connection, task_id, changes)
            _journal(connection, case, actor, now, "task_claimed", task)


def release_task(system: System, actor: Actor, task_id: int) -> None:
    """取消签收: give a claimed task back to the office.

    Raises:
        NotAllowed: the actor has not claimed it.
        NotFound, TaskAlreadyCompleted, InstanceNotOpen: as for completing it.
    """
    with system.database.transaction() as connection:
        task, case = tasks.read_task(connection, task_id, lock=True)
        _refuse_unreadable(actor, task, case)
        if not may(actor, Action.RELEASE_TASK, tasks.scope_of(task, case)):
            raise NotAllowed("只有签收人可以取消签收。")
        _guard(actor, task, case)
        tasks.update_task(connection, task_id, {"assignee_id": None, "assignee_name": None, "claimed_at": None})
        _journal(connection, case, actor, system.clock.now(), "task_released", task)


def save_draft(system: System, actor: Actor, task_id: int, values: dict[str, Any]) -> datetime:
    """暂存: keep what was typed, whether or not it is valid yet; return when it was kept.

    Raises:
        NotFound, NotAllowed, TaskAlreadyCompleted, InstanceNotOpen: as for completing the task.
    """
    now = system.clock.now()
    with system.database.transaction() as connection:
        task, case = tasks.read_task(connection, task_id, lock=True)
        _guard(actor, task, case)
        form = system.folder(connection, case.definition_id).forms.get(task.element_id)
        draft = normalise(form, values) if form is not None else {}
        tasks.update_task(connection, task_id, {"draft": draft, "draft_saved_at": now})
    return now


def complete_task(
    system: System,
    actor: Actor,
    task_id: int,
    *,
    values: dict[str, Any],
    completion_key: str,
    received_at: datetime,
) -> Completed:
    """办理: submit a task's form and let the case go on.

    Args:
        system: the system.
        actor: who submits.
        task_id: the task.
        values: the form's raw values (`forms.read_post`).
        completion_key: the key that `TaskView` gave; the same submit sent twice gets the first answer.
        received_at: when the request arrived; windows are judged by it, not by the commit.

    Raises:
        NotFound: no such task, or the actor may not know of it.
        NotAllowed: the actor's post does not hold it.
        TaskAlreadyCompleted: somebody completed it first; says who and when.
        TaskAlreadyClaimed: somebody else has claimed it.
        InstanceNotOpen: the case has ended or is suspended.
        OutsideWindow: the request arrived outside the window of this step; says when it opened and closed;
            the values are kept as a draft.
        InvalidSubmission: every fault of the form, by field.
        ExecutionError: the diagram could not go on; an incident is kept, the values are kept as a draft.
    """
    try:
        with system.database.transaction() as connection:
            return _complete(system, connection, actor, task_id, values, (completion_key, received_at))
    except OutsideWindow:
        save_draft(system, actor, task_id, values)
        raise
    except ExecutionError as error:
        _raise_incident(system, actor, task_id, values, error)
        raise


def _complete(
    system: System,
    connection: Connection,
    actor: Actor,
    task_id: int,
    values: dict[str, Any],
    receipt: tuple[str, datetime],
) -> Completed:
    completion_key, received_at = receipt
    task, case = tasks.read_task(connection, task_id, lock=True)
    if task.state == "completed" and (task.completed_by, task.completion_key) == (actor.account_id, completion_key):
        return _answer(task, case, task.receipt_number, None)
    _guard(actor, task, case)
    action = CaseAction.begin(system, connection, case, actor, received_at)
    _refuse_outside_window(action, task)
    content, attached = _validated(action, task, values)
    _submit(action, task, content, attached)
    progress = runtime.complete(action.context(), case.engine_state, task.token_id, _kept(action, task, content))
    event: dict[str, Any] = {"element": (task.element_id, task.name), "comment": _opinion(action, task, content)}
    collect(action, progress, "task_completed", **event)
    _close(action, task, content)
    write(action, is_last=True)
    return _answer(task, case, action.receipt_number, action.task_for(actor))


def _refuse_unreadable(actor: Actor, task: TaskRecord, case: CaseRecord) -> None:
    if not may(actor, Action.READ_TASK, tasks.scope_of(task, case)):
        raise NotFound(task_id=task.id)


def _guard(actor: Actor, task: TaskRecord, case: CaseRecord) -> None:
    """Refuse whoever may not work on the task, and a task that is not open any more."""
    scope = tasks.scope_of(task, case)
    if not may(actor, Action.READ_TASK, scope):
        raise NotFound(task_id=task.id)
    if task.state == "completed":
        raise TaskAlreadyCompleted(
            f"该任务已由{task.completed_by_name}于{_text(task.completed_at)}办结，您的内容没有提交。",
            completed_by=task.completed_by_name,
            completed_at=task.completed_at,
        )
    if case.state != "running":
        raise InstanceNotOpen(case_id=case.id)
    if task.state != "open":
        raise Conflict("该任务已被撤回或因窗口截止而关闭，您的内容没有提交。请到办件页查看进展。")
    if task.assignee_id not in (None, actor.account_id):
        raise TaskAlreadyClaimed(f"该任务已由{task.assignee_name}签收，如需办理请与其联系。")
    if not may(actor, Action.WORK_ON_TASK, scope):
        raise NotAllowed(task_id=task.id)


def _refuse_outside_window(action: CaseAction, task: TaskRecord) -> None:
    window_id = gate_of(action.folder, task.element_id)
    window = case_window(action.case.windows, window_id) if window_id else None
    if window is None or window.opens_at <= action.at < window.closes_at:
        return
    received = f"您的请求于{_text(action.at)}到达"
    if action.at < window.opens_at:
        raise OutsideWindow(f"{window.name}于{_text(window.opens_at)}开放，{received}，请在开放后提交。", window=window)
    raise OutsideWindow(
        f"{window.name}已于{_text(window.closes_at)}（北京时间）截止，{received}，未能提交。您填写的内容已保留；"
        "如有延期通知，可在延期后继续提交。",
        window=window,
    )


def _validated(
    action: CaseAction, task: TaskRecord, values: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, list[MaterialView]]]:
    form = action.folder.forms.get(task.element_id)
    if form is None:
        return {}, {}
    files: dict[str, list[MaterialView]] = {}
    if form.file_fields:
        files = materials.current_materials(action.connection, action.case.id, task.element_id)
    content = validate(form, values, {**action.facts(), **action.case.variables}, files=files)
    wanted = {file_field.key for file_field in form.file_fields}
    return content, {key: found for key, found in files.items() if key in wanted}


def _kept(action: CaseAction, task: TaskRecord, content: dict[str, Any]) -> dict[str, Any]:
    """Return what becomes of the form in the diagram: the case variables, or an expert's sheet as a whole.

    In a lane whose offices are named one by one, what one of them submits is the result of its instance.
    """
    result = action.element(task.element_id).result
    if result and result not in content and action.lane(task.element_id).named:
        return {result: {**content, "organisation": task.organisation_id}}
    return {key: value for key, value in content.items() if key in action.folder.kept_names}


def _opinion(action: CaseAction, task: TaskRecord, content: dict[str, Any]) -> str:
    """Return the person's own words: the first opinion or note that was filled in here."""
    form = action.folder.forms.get(task.element_id)
    for part in form.fields if form is not None else ():
        if part.is_answer and part.key.endswith(OWN_WORDS) and content.get(part.key):
            return str(content[part.key])
    return ""


def _submit(
    action: CaseAction, task: TaskRecord, content: dict[str, Any], attached: dict[str, list[MaterialView]]
) -> None:
    assert action.actor is not None
    files = [one for found in attached.values() for one in found]
    sealed = {
        "content": content,
        "materials": [[one.field_key, one.file_name, one.size, one.sha256, one.sm3] for one in files],
    }
    sha256, sm3 = digests(canonical(sealed))
    action.submission = {
        "instance_id": action.case.id,
        "task_id": task.id,
        "element_id": task.element_id,
        "task_name": task.name,
        "organisation_id": action.actor.organisation_id,
        "organisation_name": action.actor.organisation_name,
        "account_id": action.actor.account_id,
        "actor_name": action.actor.post_name,
        "submitted_at": action.at,
        "content": content,
        "materials": [one.material_id for one in files],
        "content_sha256": sha256,
        "content_sm3": sm3,
    }
    materials.add_submission(action.batch, action.submission)
    if files:
        materials.freeze_materials(action.batch, [one.material_id for one in files])


def _close(action: CaseAction, task: TaskRecord, content: dict[str, Any]) -> None:
    assert action.actor is not None
    tasks.complete_task(
        action.batch,
        task.id,
        {
            "completed_at": action.at,
            "completed_by": action.actor.account_id,
            "completed_by_name": action.actor.name,
            "receipt_number": action.receipt_number,
            "draft": {key: value for key, value in content.items() if not key.endswith(OWN_WORDS)},
        },
    )


def _answer(task: TaskRecord, case: CaseRecord, receipt_number: str | None, next_task_id: int | None) -> Completed:
    message = f"“{task.name}”已办理。" if receipt_number is None else f"已提交，收件编号 {receipt_number}。"
    return Completed(
        case_id=case.id,
        case_number=case.number,
        message=message,
        receipt_number=receipt_number,
        next_task_id=next_task_id,
    )


def _raise_incident(system: System, actor: Actor, task_id: int, values: dict[str, Any], error: ExecutionError) -> None:
    now = system.clock.now()
    with system.database.transaction() as connection:
        task, case = tasks.read_task(connection, task_id, lock=True)
        form = system.folder(connection, case.definition_id).forms.get(task.element_id)
        draft = normalise(form, values) if form is not None else {}
        tasks.update_task(connection, task_id, {"draft": draft, "draft_saved_at": now})
        is_damaged = isinstance(error, runtime.StateDamaged)
        act = QUARANTINE if is_damaged else "complete_task"
        incident = {"instance_id": case.id, "element_id": error.element_id, "action": act}
        operation.insert_incident(connection, {**incident, "sentence": error.sentence, "raised_at": now})
        _journal(connection, case, actor, now, "incident_raised", task)
        if is_damaged:
            cases.update_case(connection, case.id, {"state": "incident"})


def _journal(connection: Connection, case: CaseRecord, actor: Actor, at: datetime, kind: str, task: TaskRecord) -> None:
    journal = Journal.of(case, at, actor)
    journal.add(kind, element=(task.element_id, task.name))
    cases.update_case(connection, case.id, journal.write(connection))


def _text(instant: datetime | None) -> str:
    return "" if instant is None else f"{local(instant):%Y年%m月%d日%H:%M:%S}"
