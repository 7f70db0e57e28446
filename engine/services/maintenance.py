"""Looking at what needs maintenance: one case for 办件维护, and every open incident (异常与隔离)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row

from engine.access import Action, may
from engine.drawing import draw
from engine.errors import NotAllowed, NotFound
from engine.folders import Folder
from engine.maintenance.looking import (
    MAINTENANCE,
    Standing,
    incident_view,
    passed_by,
    standing_of,
    targets_of,
    token_views,
    variables_of,
)
from engine.presenting import case_row, element_marks, inbox_row
from engine.store import cases, history, migrations, organisations, procedures, repairs
from engine.store.cases import CaseRecord
from engine.store.tasks import TaskRecord
from engine.system import System
from engine.views import Actor, ElementMark, HistoryEvent, IncidentView, RepairView

#: Incidents on one page; more than these at once is one fault, not many.
LISTED = 200


def list_incidents(system: System, actor: Actor) -> tuple[IncidentView, ...]:
    """Return the open incidents, latest first; damaged cases are named as such.

    Raises:
        NotAllowed: the actor does not maintain cases.
    """
    if not may(actor, Action.READ_INCIDENTS):
        raise NotAllowed("异常由系统管理员处理。")
    with system.database.reading() as connection:
        rows = repairs.list_incidents(connection, LISTED)
        folders = {row.definition_id: system.folder(connection, row.definition_id) for row in rows}
    found = []
    for row in rows:
        folder = folders[row.definition_id]
        is_damaged = bool(standing_of(folder, row.engine_state).damage)
        found.append(incident_view(row, row.number, row.title, folder, is_damaged=is_damaged))
    return tuple(found)


def read_repair(system: System, actor: Actor, case_id: int) -> RepairView:
    """Return everything 办件维护 shows of a case; never what its forms told, beyond what the diagram itself names.

    Raises:
        NotFound: no such case, or the actor may not know of it.
        NotAllowed: the actor does not maintain cases.
    """
    with system.database.reading() as connection:
        case = _repairable(connection, actor, case_id)
        folder = system.folder(connection, case.definition_id)
        version = procedures.version_number(connection, case.definition_id)
        events = history.read_history(connection, case_id)
        open_tasks = migrations.open_tasks_of(connection, [case_id]).get(case_id, [])
        timers = migrations.live_timers_of(connection, [case_id]).get(case_id, [])
        incidents = repairs.open_incidents(connection, case_id)
        tree = organisations.read_tree(connection)
    standing, passed = standing_of(folder, case.engine_state), passed_by(events)
    marks = _marks(system, actor, (folder, standing), open_tasks, events)
    number, title, is_damaged = case.number, case.title, bool(standing.damage)
    found = [incident_view(row, number, title, folder, is_damaged=is_damaged) for row in incidents]
    return RepairView(
        row=case_row(case, [task.name for task in open_tasks]),
        definition_version=version,
        revision=case.revision,
        diagram_svg=draw(folder.files["process.bpmn"], marks=_failed(marks, incidents), title=case.title),
        tokens=token_views(folder, tree, standing, open_tasks, timers),
        variables=variables_of(folder, case),
        incidents=tuple(found),
        targets=() if standing.damage else targets_of(folder, case.engine_state),
        passed=passed,
        damage=standing.damage,
        history=tuple(event for event in events if event.kind in MAINTENANCE),
        actions=_actions(case, standing, incidents),
    )


def _repairable(connection: Connection, actor: Actor, case_id: int) -> CaseRecord:
    case = cases.read_case(connection, case_id)
    if not may(actor, Action.READ_CASE, case.scope):
        raise NotFound(case_id=case_id)
    if not may(actor, Action.REPAIR_CASE, case.scope):
        raise NotAllowed("办件维护由系统管理员办理。")
    return case


def _marks(
    system: System,
    actor: Actor,
    place: tuple[Folder, Standing],
    open_tasks: Sequence[TaskRecord],
    events: Sequence[HistoryEvent],
) -> tuple[ElementMark, ...]:
    (folder, standing), now = place, system.clock.now()
    rows = [inbox_row(system, actor, task, now) for task in open_tasks]
    passed = [name for event in reversed(events) for name in event.details.get("passed", ())]
    return element_marks(folder.definition, standing.tokens, rows, passed)


def _failed(marks: Sequence[ElementMark], incidents: Sequence[Row]) -> dict[str, ElementMark]:
    """Return the marks by element; where an incident happened counts more than anything else."""
    failed = {row.element_id: ElementMark(element_id=row.element_id, state="incident") for row in incidents}
    return {**{mark.element_id: mark for mark in marks}, **{name: mark for name, mark in failed.items() if name}}


def _actions(case: CaseRecord, standing: Standing, incidents: Sequence[Any]) -> frozenset[str]:
    if case.ended_at is not None or standing.damage:
        return frozenset()
    movable = {"move"} if any(token.kind == "task" for token in standing.tokens) else set()
    return frozenset({"change", "migrate", *movable, *({"retry"} if incidents else ())})
