"""办件维护: returning a case, moving it freely, setting what its diagram asks for, trying again what failed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from engine import runtime
from engine.access import Action, may
from engine.errors import BadRequest, ExecutionError, InstanceNotOpen, NotAllowed, NotFound
from engine.language import FeelError
from engine.maintenance import name_of, places, quarantine, refuse_bad_reason, refuse_stale
from engine.maintenance.looking import left_behind, passed_by, read_feel, repairable_names
from engine.recording import CaseAction, record
from engine.recording.firing import fire
from engine.runtime import Progress, StateDamaged, Token
from engine.store import cases, history, migrations, notices, repairs, tasks
from engine.store.cases import CaseRecord
from engine.store.tasks import OpenedTask, TaskRecord
from engine.system import System
from engine.views import Actor, MaintenanceNote, MovePreview

#: Longest FEEL text of one variable.
LONGEST_VALUE = 20_000


def preview_move(system: System, actor: Actor, case_id: int, token_id: str, element_id: str) -> MovePreview:
    """Say what moving a token would end and begin; the runtime's refusal is part of the answer.

    Raises:
        NotFound, NotAllowed: the actor may not know of the case, or does not maintain cases.
        InstanceNotOpen: the case has ended.
    """
    with system.database.reading() as connection:
        case = cases.read_case(connection, case_id)
        _refuse_others(actor, case)
        passed = passed_by(history.read_history(connection, case_id))
        action = CaseAction.begin(system, connection, case, actor, system.clock.now())
        names = {task.token_id: task.name for task in tasks.open_tasks(connection, case_id)}
        timers = migrations.live_timers_of(connection, [case_id]).get(case_id, [])
        names |= {timer.token_id: timer.name for timer in timers}
        definition = action.folder.definition
        found: dict[str, Any] = {
            "from_name": names.get(token_id, ""),
            "to_name": name_of(definition, element_id),
            "is_return": element_id in passed,
        }
        before = runtime.read_tokens(definition, case.engine_state)
        try:
            progress = runtime.move_token(action.context(), case.engine_state, token_id, element_id)
        except ExecutionError as error:
            return MovePreview(**found, refusal=error.sentence)
    begun = [*(one.element_id for one in progress.opened), *(one.element_id for one in progress.armed)]
    ended = (token_id, *progress.closed, *progress.disarmed)
    return MovePreview(
        **found,
        closed=tuple(names[token] for token in ended if token in names),
        opened=tuple(name_of(definition, name) for name in begun),
        left=left_behind(definition, before, progress.tokens),
        is_ended=progress.is_ended,
    )


def move_token(
    system: System, actor: Actor, case_id: int, token_id: str, element_id: str, note: MaintenanceNote
) -> None:
    """移动环节: end an open task and go on at another activity, whatever the flows say.

    The activity is one of the task's own process or of one around it; a called diagram that is left is taken back with
    everything that is open in it. What was typed at the task that ends is offered again when its step is opened again.

    Raises:
        NotFound, NotAllowed, InstanceNotOpen, ChangedMeanwhile, BadRequest: as for every repair.
        ExecutionError: the runtime refuses; says why. Nothing has changed.
    """
    with _repairing(system, actor, case_id, note) as action:
        _move(action, token_id, element_id, ("token_moved", note))


def send_back(
    system: System, actor: Actor, case_id: int, token_id: str, element_id: str, note: MaintenanceNote
) -> None:
    """退回: end an open task and go on at a step that the case has been at before.

    Raises:
        NotFound, NotAllowed, InstanceNotOpen, ChangedMeanwhile, BadRequest: as for every repair, and when the case has
            never been at that step.
        ExecutionError: the runtime refuses; says why. Nothing has changed.
    """
    with _repairing(system, actor, case_id, note) as action:
        if element_id not in passed_by(history.read_history(action.connection, case_id)):
            name = name_of(action.folder.definition, element_id)
            raise BadRequest(f"本办件没有办理过“{name}”，不能退回到那里。")
        _move(action, token_id, element_id, ("case_returned", note))


def set_variables(
    system: System, actor: Actor, case_id: int, values: Mapping[str, str], note: MaintenanceNote
) -> tuple[str, ...]:
    """Set variables that the diagram's expressions name; they count from the next step on.

    Args:
        system: the system.
        actor: who repairs.
        case_id: the case.
        values: name -> FEEL expression over nothing, e.g. `"agree"`, `12.5`, `null`.
        note: why, and what the person looked at.

    Returns:
        The names whose values changed.

    Raises:
        NotFound, NotAllowed, InstanceNotOpen, ChangedMeanwhile: as for every repair.
        BadRequest: no reason, a name that the diagram does not use, a value that is no FEEL, or nothing changes.
    """
    with _repairing(system, actor, case_id, note) as action:
        case = action.case
        read = {name: _read_value(action, name, text) for name, text in values.items()}
        changed = {name: value for name, value in read.items() if value != case.variables.get(name)}
        if not changed:
            raise BadRequest("没有改动任何流程变量。")
        before = {name: case.variables.get(name) for name in changed}
        details = {"before": before, "after": changed}
        action.journal.add("variables_changed", comment=note.reason.strip(), details=details)
        written = action.journal.write(action.connection)
        cases.update_case(action.connection, case_id, {"variables": {**case.variables, **changed}, **written})
    return tuple(sorted(changed))


def retry_incident(system: System, actor: Actor, case_id: int, note: MaintenanceNote) -> bool:
    """Try again what failed; the case goes on, and its incidents are resolved.

    A step whose submit failed is its office's to submit again: its draft was kept.

    Returns:
        Whether a timer was fired.

    Raises:
        NotFound, NotAllowed, InstanceNotOpen, ChangedMeanwhile, BadRequest: as for every repair.
        BadRequest: nothing failed.
        ExecutionError: it failed again; a further incident is kept.
        StateDamaged: the saved state cannot be read; the case stays in quarantine.
    """
    try:
        with _repairing(system, actor, case_id, note) as action:
            if not repairs.open_incidents(action.connection, case_id):
                raise BadRequest("本办件没有未处理的异常。")
            tokens = runtime.read_tokens(action.folder.definition, action.case.engine_state)
            repairs.drop_failed_timers(action.connection, case_id, [token.token_id for token in tokens])
            _resolve(action, note)
            return _fire_again(system, action)
    except ExecutionError as error:
        if not isinstance(error, StateDamaged):
            _keep_incident(system, actor, case_id, error)
        raise


@contextmanager
def _repairing(system: System, actor: Actor, case_id: int, note: MaintenanceNote) -> Iterator[CaseAction]:
    """Lock a case for a repair; stop it when its state turns out to be damaged.

    Raises:
        NotFound: no such case, or the actor may not know of it.
        NotAllowed: the actor does not maintain cases.
        InstanceNotOpen: the case has ended.
        ChangedMeanwhile: the case changed since the person looked at it.
        BadRequest: no reason, or one that is too long.
    """
    refuse_bad_reason(note.reason)
    try:
        with system.database.transaction() as connection:
            case = cases.read_case(connection, case_id, lock=True)
            _refuse_others(actor, case)
            refuse_stale(case, note)
            yield CaseAction.begin(system, connection, case, actor, system.clock.now())
    except StateDamaged as damage:
        quarantine(system, actor, case_id, damage)
        raise


def _refuse_others(actor: Actor, case: CaseRecord) -> None:
    if not may(actor, Action.READ_CASE, case.scope):
        raise NotFound(case_id=case.id)
    if not may(actor, Action.REPAIR_CASE, case.scope):
        raise NotAllowed("办件维护由系统管理员办理。")
    if case.ended_at is not None:
        raise InstanceNotOpen("该办件已经办结，不能再维护。", case_id=case.id)


def _move(action: CaseAction, token_id: str, element_id: str, act: tuple[str, MaintenanceNote]) -> None:
    (kind, note), case, definition = act, action.case, action.folder.definition
    before = runtime.read_tokens(definition, case.engine_state)
    progress = runtime.move_token(action.context(), case.engine_state, token_id, element_id)
    ended = (token_id, *progress.closed)
    concerned = [task for task in tasks.open_tasks(action.connection, case.id) if task.token_id in ended]
    tasks.cancel_tasks(action.connection, case.id, [token_id])
    source = next(token.element_id for token in before if token.token_id == token_id)
    details = {
        "from": source,
        "to": element_id,
        "before": {"places": places(definition, before)},
        "after": {"places": places(definition, progress.tokens)},
        "changes": [
            f"“{name_of(definition, source)}”改到“{name_of(definition, element_id)}”继续办理。",
            *(f"“{name}”中止，其中未办结的环节一并撤销。" for name in left_behind(definition, before, progress.tokens)),
        ],
    }
    _settle(action, progress, note)
    record(action, progress, kind, element=action.label(element_id), comment=note.reason.strip(), details=details)
    _tell(action, (*concerned, *action.opened), (kind, element_id, note))


def _tell(
    action: CaseAction, concerned: Iterable[TaskRecord | OpenedTask], act: tuple[str, str, MaintenanceNote]
) -> None:
    """Tell the offices whose steps ended or began, and the applicant; each once."""
    (kind, element_id, note), case = act, action.case
    word = "退回到" if kind == "case_returned" else "改到"
    title = f"办件已{word}“{name_of(action.folder.definition, element_id)}”"
    body = f"{case.title}（{case.number}）由系统管理员{word}该环节继续办理。原因：{note.reason.strip()}"
    parties = {(case.applicant_id, ""), *((one.organisation_id, one.role) for one in concerned)}
    common = {"instance_id": case.id, "title": title, "body": body, "sent_at": action.at}
    rows = [{**common, "organisation_id": office, "role": role} for office, role in sorted(parties)]
    action.system.jobs.defer_deliver_notices(action.connection, notices.insert_notices(action.connection, rows))


def _settle(action: CaseAction, progress: Progress, note: MaintenanceNote) -> None:
    """Resolve the incidents of a case that is away from where it failed."""
    left = repairs.drop_failed_timers(action.connection, action.case.id, _ids(progress.tokens))
    if not left and repairs.open_incidents(action.connection, action.case.id):
        _resolve(action, note)


def _resolve(action: CaseAction, note: MaintenanceNote) -> None:
    repairs.resolve_incidents(action.connection, action.case.id, action.at)
    action.changes["state"] = "running"
    details = {"before": {"state": action.case.state}, "after": {"state": "running"}}
    action.journal.add("incident_resolved", comment=note.reason.strip(), details=details)


def _fire_again(system: System, action: CaseAction) -> bool:
    """Fire every timer that failed, each as an action of its own on what the one before left behind."""
    connection, case = action.connection, action.case
    failed = repairs.failed_timers(connection, case.id)
    written = action.journal.write(connection)
    cases.update_case(connection, case.id, {**action.changes, **written})
    for row in failed:
        now_case = cases.read_case(connection, case.id)
        if now_case.ended_at is None:
            fire(CaseAction.begin(system, connection, now_case, action.actor, action.at), row)
    return bool(failed)


def _keep_incident(system: System, actor: Actor, case_id: int, error: ExecutionError) -> None:
    """Say what keeps a case from going on now; it stays stopped."""
    with system.database.transaction() as connection:
        case = cases.read_case(connection, case_id, lock=True)
        action = CaseAction.begin(system, connection, case, actor, system.clock.now())
        incident = {"instance_id": case.id, "element_id": error.element_id, "action": "retry_incident"}
        repairs.insert_incident(connection, {**incident, "sentence": error.sentence, "raised_at": action.at})
        action.journal.add("incident_raised", element=action.label(error.element_id), comment=error.sentence)
        cases.update_case(connection, case.id, action.journal.write(connection))


def _read_value(action: CaseAction, name: str, text: str) -> object:
    if name not in repairable_names(action.folder):
        raise BadRequest(f"流程图没有用到变量“{name}”，不能修改。")
    if len(text) > LONGEST_VALUE:
        raise BadRequest(f"变量“{name}”的值过长，最多 {LONGEST_VALUE} 字。")
    try:
        return read_feel(text)
    except FeelError as error:
        raise BadRequest(
            f'变量“{name}”的值无法读取：{error.message}文字要加英文双引号，例如 "agree"。', name=name
        ) from error


def _ids(tokens: tuple[Token, ...]) -> list[str]:
    return [token.token_id for token in tokens]
