"""办件: beginning one, finding it, looking at it, withdrawing it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine import runtime
from engine.access import Action, may
from engine.drawing import draw
from engine.errors import BadRequest, Conflict, NotAllowed, NotFound
from engine.paging import read_cursor, write_cursor
from engine.presenting import case_row, case_window, element_marks, inbox_row, is_withdrawable, submission_views
from engine.recording import WITHDRAWN, CaseAction, record
from engine.store import cases, history, materials, operation, procedures, rounds, tasks, timers
from engine.store.cases import CaseRecord
from engine.system import System
from engine.views import Actor, CasePage, CaseView, HistoryEvent, TimerView

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
    rows = []
    for row in found[: cases.PAGE]:
        steps = waiting.get(row.id, [])
        rows.append(case_row(row, [name for name, _ in steps], is_overdue=any(late for _, late in steps)))
    next_cursor = write_cursor(last.started_at, last.id) if last else None
    return CasePage(rows=tuple(rows), total=total, next_cursor=next_cursor)


def read_case(system: System, actor: Actor, case_id: int) -> CaseView:
    """Return everything the page of one case shows; an administrator sees its course, not its contents.

    Raises:
        NotFound: no such case, or the actor may not know of it.
    """
    now = system.clock.now()
    with system.database.reading() as connection:
        case = _readable(connection, actor, case_id)
        folder = system.folder(connection, case.definition_id)
        events = history.read_history(connection, case.id)
        open_now = tasks.open_tasks(connection, case.id)
        submitted = materials.submissions_of_case(connection, case.id)
        files = materials.materials_of_case(connection, case.id)
        waiting = timers.waiting_timers(connection, case.id)
        receipts = materials.receipts_of_case(connection, case.id)
        version = procedures.version_number(connection, case.definition_id)
        round_title = rounds.read_round(connection, case.round_id).title
        incident = operation.open_incident(connection, case.id)
    may_read_contents = may(actor, Action.READ_CONTENTS, case.scope)
    open_rows = tuple(inbox_row(system, actor, task, now) for task in open_now)
    tokens = runtime.read_tokens(folder.definition, case.engine_state)
    marks = element_marks(folder.definition, tokens, open_rows, _passed(events))
    can_withdraw = is_withdrawable(folder.definition, case, open_now) and actor.organisation_id == case.applicant_id
    is_late = any(row.status == "overdue" for row in open_rows)
    return CaseView(
        row=case_row(case, [row.name for row in open_rows], is_overdue=is_late),
        definition_version=version,
        round_title=round_title,
        window=next((case_window(case.windows, window_id) for window_id in case.windows), None),
        diagram_svg=draw(
            folder.files["process.bpmn"], marks={mark.element_id: mark for mark in marks}, title=case.title
        ),
        marks=marks,
        history=events if may_read_contents else tuple(_without_contents(event) for event in events),
        submissions=submission_views(folder, submitted, files) if may_read_contents else (),
        timers=tuple(TimerView(element_id=row.element_id, name=row.name, due_at=row.due_at) for row in waiting),
        receipts=receipts if may_read_contents else (),
        open_tasks=open_rows,
        revision=case.revision,
        actions=frozenset({"withdraw"} if can_withdraw and "applicant" in actor.roles else ()),
        may_read_contents=may_read_contents,
        incident=incident,
    )


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


def _without_contents(event: HistoryEvent) -> HistoryEvent:
    kept: dict[str, Any] = {name: getattr(event, name) for name in HistoryEvent.__dataclass_fields__}
    return HistoryEvent(**{**kept, "comment": "", "details": {}})
