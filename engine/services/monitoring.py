"""运行监控: how many cases wait at each step of each version."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Row

from engine.access import Action, may
from engine.drawing import draw
from engine.errors import NotAllowed, NotFound
from engine.presenting import called_drawings
from engine.runtime import Definition
from engine.store import operation, procedures
from engine.system import System
from engine.views import Actor, ElementMark, MonitorView

#: (element id, name, open, overdue, done)
Step = tuple[str, str, int, int, int]


def list_monitors(system: System, actor: Actor) -> tuple[MonitorView, ...]:
    """Return the live picture of every version that is in force or has cases.

    Raises:
        NotAllowed: the actor does not watch the system.
    """
    _guard(actor)
    with system.database.reading() as connection:
        return tuple(_view(system, connection, row) for row in procedures.versions_in_use(connection))


def read_monitor(system: System, actor: Actor, procedure_id: str, version: int) -> MonitorView:
    """Return the live picture of one version.

    Raises:
        NotAllowed: the actor does not watch the system.
        NotFound: no such version is in use.
    """
    _guard(actor)
    with system.database.reading() as connection:
        for row in procedures.versions_in_use(connection):
            if (row.procedure_id, row.version) == (procedure_id, version):
                return _view(system, connection, row)
    raise NotFound(procedure=procedure_id, version=version)


def read_monitor_revision(system: System, actor: Actor) -> int:
    """Return a number that grows with every change of any case.

    Raises:
        NotAllowed: the actor does not watch the system.
    """
    _guard(actor)
    with system.database.reading() as connection:
        return operation.total_revision(connection)


def _guard(actor: Actor) -> None:
    if not may(actor, Action.MONITOR):
        raise NotAllowed("运行监控由系统管理员和流程管理岗位查看。")


def _view(system: System, connection: Connection, row: Row) -> MonitorView:
    folder, now = system.folder(connection, row.id), system.clock.now()
    steps = _steps(connection, folder.definition, row.id, now)
    marks = tuple(_mark(step) for step in steps if any(step[2:]))
    by_element = {mark.element_id: mark for mark in marks}
    totals = operation.totals(connection, row.id, now)
    return MonitorView(
        procedure_id=row.procedure_id,
        procedure_name=row.name,
        version=row.version,
        running=totals.running,
        overdue=totals.overdue,
        ended=totals.ended,
        incidents=totals.incidents,
        diagram_svg=draw(folder.files["process.bpmn"], marks=by_element, title=row.name),
        called=called_drawings(folder, marks),
        marks=marks,
        steps=steps,
        revision=int(totals.revision),
    )


def _steps(connection: Connection, definition: Definition, definition_id: int, now: datetime) -> tuple[Step, ...]:
    waiting = {
        one.element_id: (one.open, one.overdue) for one in operation.open_by_step(connection, definition_id, now)
    }
    passed = operation.passed_by_step(connection, definition_id)
    return tuple(
        (element.id, element.name, *waiting.get(element.id, (0, 0)), passed.get(element.id, 0))
        for element in definition.elements.values()
        if element.kind == "userTask"
    )


def _mark(step: Step) -> ElementMark:
    element_id, _, waiting, overdue, done = step
    state = "late" if overdue else "active" if waiting else "done"
    return ElementMark(element_id=element_id, state=state, count=waiting, overdue=overdue, done=done)
