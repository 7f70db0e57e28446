"""运行监控: how many cases wait at each step of each version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row

from engine.access import Action, may
from engine.drawing import draw
from engine.errors import NotAllowed, NotFound
from engine.folders import Folder
from engine.maintenance.looking import standing_of
from engine.presenting import called_drawings
from engine.runtime import Element
from engine.runtime.diagram import MAIN_FILE
from engine.store import cases, operation, procedures
from engine.system import System
from engine.views import Actor, ElementMark, MonitorView

#: (element id, name, open, overdue, done)
Step = tuple[str, str, int, int, int]
#: Tasks in diagrams of several calls that are told apart; of more nobody looks at each.
MOST_TOLD_APART = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An open task in a diagram that several calls lead into."""

    element_id: str
    is_overdue: bool
    #: The calls that it is behind, the outermost first.
    calls: tuple[str, ...]


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
    apart = _told_apart(system, connection, folder, row.id)
    counts = _counts(connection, folder, row.id, now, apart)
    steps = tuple(counts[element.id] for element in _in_order(folder) if element.kind == "userTask")
    marks = tuple(_mark(step) for step in counts.values() if any(step[2:]))
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
        called=called_drawings(folder, marks, _marks_behind(folder, apart)),
        marks=marks,
        steps=steps,
        revision=int(totals.revision),
    )


def _told_apart(system: System, connection: Connection, folder: Folder, definition_id: int) -> list[Waiting]:
    """Return the tasks that wait in diagrams of several calls; none when they are too many."""
    files = _shared_files(folder)
    steps = [one.id for one in folder.definition.elements.values() if one.file in files and one.kind == "userTask"]
    if not steps:
        return []
    now, most = system.clock.now(), MOST_TOLD_APART + 1
    rows = operation.open_at(connection, definition_id, steps, now, most=most)
    if len(rows) == most:
        return []
    return [
        Waiting(
            element_id=row.element_id,
            is_overdue=row.is_overdue,
            calls=_calls_of(system, connection, folder, row).get(row.token_id, ()),
        )
        for row in rows
    ]


def _calls_of(system: System, connection: Connection, folder: Folder, row: Row) -> Mapping[str, tuple[str, ...]]:
    """Return the calls around each token of a case, which are read anew only when the case has changed."""

    def read() -> dict[str, tuple[str, ...]]:
        state = cases.read_state(connection, row.instance_id)
        return {token.token_id: token.calls for token in standing_of(folder, state).tokens}

    return system.standing.get(row.instance_id, row.revision, read)


def _shared_files(folder: Folder) -> set[str]:
    """Return the diagrams that several calls lead into, and those that are called from there."""
    found = {file for file, calls in Counter(folder.calls.values()).items() if calls > 1}
    inner = found
    while inner:
        elements = folder.definition.elements
        inner = {file for call, file in folder.calls.items() if elements[call].file in inner} - found
        found |= inner
    return found


def _marks_behind(folder: Folder, apart: Sequence[Waiting]) -> dict[str, list[ElementMark]]:
    """Return how the diagram behind each of several calls is painted."""
    shared = {file for file, calls in Counter(folder.calls.values()).items() if calls > 1}
    found: dict[str, dict[str, list[Waiting]]] = {}
    for one in apart:
        for call in one.calls[-1:]:
            if folder.calls[call] in shared:
                found.setdefault(call, {}).setdefault(one.element_id, []).append(one)
    return {
        call: [
            _mark((step, "", len(tasks), sum(task.is_overdue for task in tasks), 0)) for step, tasks in steps.items()
        ]
        for call, steps in sorted(found.items())
    }


def _counts(
    connection: Connection, folder: Folder, definition_id: int, now: datetime, apart: Sequence[Waiting]
) -> dict[str, Step]:
    """Return the figures of every user task and of every call activity, which stands for the diagram behind it."""
    waiting = {
        one.element_id: (one.open, one.overdue) for one in operation.open_by_step(connection, definition_id, now)
    }
    passed = operation.passed_by_step(connection, definition_id)
    counts: dict[str, Step] = {}
    # What is called comes before what calls it, so that the figures of an inner diagram are there to be added up.
    for element in reversed(_in_order(folder)):
        if element.kind == "userTask":
            figures = waiting.get(element.id, (0, 0))
        elif element.id in folder.calls:
            figures = _behind(folder, element, counts, apart)
        else:
            continue
        counts[element.id] = (element.id, element.name, *figures, passed.get(element.id, 0))
    return counts


def _behind(folder: Folder, call: Element, counts: Mapping[str, Step], apart: Sequence[Waiting]) -> tuple[int, int]:
    """Return open and overdue behind a call."""
    file, elements = folder.calls[call.id], folder.definition.elements
    if sum(one == file for one in folder.calls.values()) > 1:
        mine = [one for one in apart if call.id in one.calls]
        return (len(mine), sum(one.is_overdue for one in mine))
    inner = [step for step in counts.values() if elements[step[0]].file == file]
    return (sum(step[2] for step in inner), sum(step[3] for step in inner))


def _in_order(folder: Folder) -> list[Element]:
    """Return the elements as a reader of the diagrams meets them: what is called, after the first call of it."""
    by_file: dict[str, list[Element]] = {}
    for element in folder.definition.elements.values():
        by_file.setdefault(element.file, []).append(element)
    ordered: list[Element] = []
    pending = [*by_file.pop(MAIN_FILE, ())]
    while pending:
        element = pending.pop(0)
        ordered.append(element)
        pending[:0] = by_file.pop(folder.calls.get(element.id, ""), ())
    return ordered


def _mark(step: Step) -> ElementMark:
    element_id, _, waiting, overdue, done = step
    state = "late" if overdue else "active" if waiting else "done"
    return ElementMark(element_id=element_id, state=state, count=waiting, overdue=overdue, done=done)
