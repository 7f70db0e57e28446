"""办件: beginning one, finding it, looking at it, withdrawing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from engine import runtime
from engine.access import Action, may
from engine.drawing import draw
from engine.errors import BadRequest, Conflict, NotAllowed, NotFound
from engine.folders import Folder
from engine.maintenance.looking import standing_of
from engine.paging import read_cursor, write_cursor
from engine.presenting import (
    called_drawings,
    case_row,
    case_window,
    element_marks,
    folders_of,
    inbox_row,
    is_withdrawable,
    marks_behind,
    names_of_experts,
    passed_drawings,
    submission_views,
)
from engine.recording import WITHDRAWN, CaseAction, record
from engine.sealing import Seals
from engine.store import cases, history, materials, operation, organisations, procedures, rounds, tasks, timers
from engine.store.cases import CaseRecord
from engine.store.tasks import TaskRecord
from engine.system import System
from engine.views import Actor, CasePage, CaseRow, CaseView, ElementMark, HistoryEvent, InboxRow, TimerView

LONGEST_REASON = 2000


def list_cases(
    system: System,
    actor: Actor,
    *,
    state: str = "all",
    search: str = "",
    procedure: str = "",
    cursor: str | None = None,
) -> CasePage:
    """Return a page of the cases that the actor may know of, newest first.

    Args:
        system: the system.
        actor: who looks.
        state: all, running, ended, overdue or incident.
        search: words in the number or the title.
        procedure: id of a procedure, or empty for all.
        cursor: `next_cursor` of the page before.

    Raises:
        BadRequest: the cursor is not one of ours.
    """
    now = system.clock.now()
    conditions = [cases.visible_to(actor), cases.in_state(state, now)]
    if search.strip():
        conditions.append(cases.matching(search.strip()))
    if procedure:
        conditions.append(cases.of_procedure(procedure))
    with system.database.reading() as connection:
        found = cases.list_cases(connection, conditions, read_cursor(cursor))
        total = cases.count_cases(connection, conditions)
        waiting = tasks.waiting_steps(connection, [row.id for row in found], now)
    last = found[cases.PAGE - 1] if len(found) > cases.PAGE else None
    next_cursor = write_cursor(last.started_at, last.id) if last else None
    rows = tuple(_line(row, waiting.get(row.id, [])) for row in found[: cases.PAGE])
    return CasePage(rows=rows, total=total, next_cursor=next_cursor)


def _line(row: Row, steps: Sequence[tuple[str, bool]]) -> CaseRow:
    return case_row(row, [name for name, _ in steps], is_overdue=any(late for _, late in steps))


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case with all that hangs on it, as it was read in one moment."""

    case: CaseRecord
    folder: Folder
    version: int
    round_title: str
    events: tuple[HistoryEvent, ...]
    open_tasks: Sequence[TaskRecord]
    #: Name of the office of each task, by the organisation's id.
    offices: Mapping[str, str]
    submissions: Sequence[Row]
    #: Versions that submissions were made under before the case went on to another one.
    earlier: Mapping[int, Folder]
    #: How experts that a form chose are shown.
    experts: Mapping[str, object]
    files: Sequence[Row]
    timers: Sequence[Row]
    receipts: tuple[str, ...]
    incident: str


def read_case(system: System, actor: Actor, case_id: int) -> CaseView:
    """Return everything the page of one case shows; an administrator sees its course, not its contents.

    Raises:
        NotFound: no such case, or the actor may not know of it.
    """
    with system.database.reading() as connection:
        one = _read_file(system, connection, actor, case_id)
    case, definition = one.case, one.folder.definition
    now = system.clock.now()
    open_rows = tuple(
        replace(inbox_row(system, actor, task, now), office_name=one.offices[task.organisation_id])
        for task in one.open_tasks
    )
    standing = standing_of(one.folder, case.engine_state)
    marks = element_marks(definition, standing.tokens, open_rows, _passed(one.events))
    is_late = any(row.status == "overdue" for row in open_rows)
    by_element = {mark.element_id: mark for mark in marks}
    return CaseView(
        row=case_row(case, [row.name for row in open_rows], is_overdue=is_late),
        definition_version=one.version,
        round_title=one.round_title,
        window=next((case_window(case.windows, window_id) for window_id in case.windows), None),
        diagram_svg=draw(one.folder.files["process.bpmn"], marks=by_element, title=case.title),
        called=_called_drawings(one, standing.tokens, (marks, open_rows)),
        passed=passed_drawings(one.folder, marks),
        marks=marks,
        timers=tuple(TimerView(element_id=row.element_id, name=row.name, due_at=row.due_at) for row in one.timers),
        open_tasks=open_rows,
        revision=case.revision,
        actions=_actions(actor, one),
        incident=one.incident or standing.damage,
        **_contents(actor, one),
    )


def _called_drawings(
    one: CaseFile, tokens: Sequence[runtime.Token], painted: tuple[Sequence[ElementMark], Sequence[InboxRow]]
) -> tuple[tuple[str, str], ...]:
    marks, open_rows = painted
    waiting = list(zip(one.open_tasks, open_rows, strict=True))
    return called_drawings(one.folder, marks, marks_behind(one.folder, tokens, waiting))


def _read_file(system: System, connection: Connection, actor: Actor, case_id: int) -> CaseFile:
    case = _readable(connection, actor, case_id)
    folder = system.folder(connection, case.definition_id)
    submissions = materials.submissions_of_case(connection, case.id)
    open_now = tasks.open_tasks(connection, case.id)
    return CaseFile(
        case=case,
        folder=folder,
        version=procedures.version_number(connection, case.definition_id),
        round_title=rounds.read_round(connection, case.round_id).title,
        events=history.read_history(connection, case.id),
        open_tasks=open_now,
        offices=organisations.names_of(connection, {task.organisation_id for task in open_now}),
        submissions=submissions,
        earlier=folders_of(system, connection, submissions),
        experts=names_of_experts(connection, folder),
        files=materials.materials_of_case(connection, case.id),
        timers=timers.waiting_timers(connection, case.id),
        receipts=materials.receipts_of_case(connection, case.id),
        incident=operation.open_incident(connection, case.id),
    )


def _contents(actor: Actor, one: CaseFile) -> dict[str, Any]:
    """Return the parts of the view that show what people wrote; empty for who only watches."""
    if may(actor, Action.READ_CONTENTS, one.case.scope):
        seals = Seals.of(one.folder, actor, one.case, one.open_tasks)
        return {
            "may_read_contents": True,
            "history": seals.events(one.events),
            "submissions": submission_views(
                one.folder, seals.submissions(one.submissions), one.files, one.earlier, one.experts
            ),
            "receipts": one.receipts,
        }
    course = tuple(replace(event, comment="", details={}) for event in one.events)
    return {"may_read_contents": False, "history": course, "submissions": (), "receipts": ()}


def _actions(actor: Actor, one: CaseFile) -> frozenset[str]:
    is_possible = is_withdrawable(one.folder.definition, one.case, one.open_tasks)
    may_withdraw = is_possible and may(actor, Action.WITHDRAW_CASE, one.case.withdrawable_scope)
    allowed = {"withdraw": may_withdraw, "repair": may(actor, Action.REPAIR_CASE, one.case.scope)}
    return frozenset(name for name, is_allowed in allowed.items() if is_allowed)


def read_case_revision(system: System, actor: Actor, case_id: int) -> int:
    """Return a number that grows with every change of the case.

    Raises:
        NotFound: no such case, or the actor may not know of it.
    """
    with system.database.reading() as connection:
        return _readable(connection, actor, case_id).revision


def withdraw_case(system: System, actor: Actor, case_id: int, reason: str, received_at: datetime) -> None:
    """撤回: the applicant takes the case back, and may apply again while the window is open.

    Raises:
        NotFound: no such case, or the actor may not know of it.
        NotAllowed: the actor is not the applicant.
        Conflict: a reviewer has claimed the case, or it waits nowhere that can be withdrawn.
        BadRequest: no reason, or one that is too long.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise BadRequest(f"请填写撤回理由（{LONGEST_REASON} 字以内）。")
    with system.database.transaction() as connection:
        case = cases.read_case(connection, case_id, lock=True)
        if not may(actor, Action.READ_CASE, case.scope):
            raise NotFound(case_id=case_id)
        action = CaseAction.begin(system, connection, case, actor, received_at)
        open_now = tasks.open_tasks(connection, case_id)
        can_withdraw = case.state == "running" and is_withdrawable(action.folder.definition, case, open_now)
        if not can_withdraw and actor.organisation_id == case.applicant_id:
            raise Conflict("审核单位已签收或该办件已办结，不能自行撤回。如确需撤回，请联系审核单位。")
        if not may(actor, Action.WITHDRAW_CASE, case.withdrawable_scope):
            raise NotAllowed("只有申请单位可以撤回申请。")
        action.changes["is_effective"] = False
        progress = runtime.send_message(action.context(), case.engine_state, WITHDRAWN, {})
        record(action, progress, "case_withdrawn", comment=reason)


def _readable(connection: Connection, actor: Actor, case_id: int) -> CaseRecord:
    case = cases.read_case(connection, case_id)
    if not may(actor, Action.READ_CASE, case.scope):
        raise NotFound(case_id=case_id)
    return case


def _passed(events: Sequence[HistoryEvent]) -> list[str]:
    return [element_id for event in reversed(events) for element_id in event.details.get("passed", ())]
