"""What the page of a simulation shows: the picture, who has to do what, what would have gone out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from engine.errors import NotFound
from engine.folders import Folder
from engine.recording import WINDOW_EXTENDED
from engine.rehearsal.acting import Acting
from engine.rehearsal.scenarios import instant_of
from engine.rehearsal.troupe import Script, on_stage, read_script
from engine.services import cases as case_services
from engine.services import documents as document_services
from engine.services import drafts
from engine.store import cases, documents, notices, publications, rehearsals
from engine.system import System
from engine.views import Actor
from engine.views.rehearsal import (
    SimulatedNotice,
    SimulatedStep,
    SimulatedTask,
    SimulationRow,
    SimulationView,
)
from forms import show_value, walk

LONGEST_VALUE = 400


def list_simulations(system: System, actor: Actor, draft_id: int) -> tuple[SimulationRow, ...]:
    """Return the simulations of a draft, latest first.

    Raises:
        NotFound: no such draft, or it is not the actor's.
    """
    revision = drafts.read_draft(system, actor, draft_id).revision
    with system.database.reading() as connection:
        rows = rehearsals.list_simulations(connection, draft_id)
    return tuple(
        SimulationRow(
            simulation_id=row.id,
            title=row.title,
            steps=row.steps,
            clock_at=row.clock_at,
            is_stale=row.draft_revision != revision,
            created_by=row.created_by,
            changed_at=row.changed_at,
        )
        for row in rows
    )


def read_simulation(system: System, actor: Actor, draft_id: int, simulation_id: int) -> SimulationView:
    """Return a simulation as it stands.

    Raises:
        NotFound: no such draft or simulation, or it is not the actor's.
        DefinitionRefused: the draft has faults that keep it from running.
    """
    script = read_script(system, actor, draft_id)
    with system.database.reading() as connection:
        row = rehearsals.read_simulation(connection, draft_id, simulation_id)
        steps = rehearsals.steps_of(connection, simulation_id)
    common = {
        "simulation_id": simulation_id,
        "draft_id": draft_id,
        "title": row.title,
        "clock_at": row.clock_at,
        "is_stale": row.draft_revision != script.revision,
        "obstacle": row.obstacle,
        "steps": tuple(_step(one) for one in steps),
        "ends": _ends(script.folder, steps),
    }
    try:
        with on_stage(system, script, row) as acting:
            return SimulationView(**common, is_cleared=False, **_stage(acting, script))
    except NotFound:
        return SimulationView(**common, is_cleared=True, **_EMPTY)


_EMPTY: Mapping[str, Any] = {
    "case": None,
    **dict.fromkeys(("tasks", "timers", "variables", "notices", "documents", "publications", "windows"), ()),
    "can_withdraw": False,
    "can_object": False,
}


def _stage(acting: Acting, script: Script) -> dict[str, Any]:
    system, starter = acting.stage.system, acting.stage.actor(acting.cast.starter)
    view = case_services.read_case(system, starter, acting.case_id)
    now = system.clock.now()
    with system.database.reading() as connection:
        record = cases.read_case(connection, acting.case_id)
        published = publications.publications_of_case(connection, acting.case_id)
        sent = tuple(_notices(connection, record.started_at))
        tasks = tuple(_tasks(acting, connection, now))
    waits = {element.message for element in script.folder.definition.elements.values()}
    return {
        "case": view,
        "tasks": tasks,
        "timers": view.timers,
        "variables": tuple(_variables(script.folder, record.variables)),
        "notices": sent,
        "documents": document_services.list_documents(system, starter, acting.case_id),
        "publications": tuple(row.title for row in published),
        "windows": tuple((one.id, one.name) for one in script.folder.windows.values())
        if WINDOW_EXTENDED in waits
        else (),
        "can_withdraw": "withdraw" in view.actions,
        "can_object": any(row.opens_at <= now < row.closes_at for row in published),
    }


def _tasks(acting: Acting, connection: Connection, now: datetime) -> Iterator[SimulatedTask]:
    waiting = acting.open_tasks()
    names = documents.names_of(connection, [task.organisation_id for task in waiting])
    for task in waiting:
        login = acting.holder_of(task.element_id, task.role)
        is_next = acting.stage.actor(login).organisation_id == task.organisation_id
        yield SimulatedTask(
            task_id=task.id,
            element_id=task.element_id,
            name=task.name,
            who=names[task.organisation_id],
            due_at=task.due_at,
            is_overdue=task.due_at is not None and task.due_at <= now,
            is_next=is_next,
        )


def _notices(connection: Connection, since: datetime) -> Iterator[SimulatedNotice]:
    """Yield what was sent since the case began, latest first, once for everybody who got the same."""
    found: dict[tuple[datetime, str, str], list[str]] = {}
    for row in notices.notices_after(connection, 0):
        if row.instance_id is not None or row.sent_at > since:
            found.setdefault((row.sent_at, row.title, row.body), []).append(row.organisation_name)
    for (sent_at, title, body), names in reversed(found.items()):
        yield SimulatedNotice(sent_at=sent_at, to="、".join(dict.fromkeys(names)), title=title, body=body)


def _variables(folder: Folder, variables: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield what the diagram remembers, by the labels of the forms where some form asks for it."""
    parts = {part.key: part for form in folder.forms.values() for part in walk(form.components) if part.key}
    for name, value in sorted(variables.items()):
        part = parts.get(name)
        text = show_value(part, value) if part is not None else ""
        yield name, part.label if part is not None else "", (text or _plain(value))[:LONGEST_VALUE]


def _plain(value: object) -> str:
    """Return a value that no form explains."""
    if value is None or value == "":
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _step(row: Row) -> SimulatedStep:
    return SimulatedStep(
        number=row.number,
        at=instant_of(row.step["at"]),
        sentence=row.sentence,
        consequences=tuple(row.consequences),
        is_refused="refused" in row.step,
    )


def _ends(folder: Folder, steps: Sequence[Row]) -> tuple[str, ...]:
    elements = folder.definition.elements
    passed = [name for row in steps for name in row.passed if name in elements]
    return tuple(name for name in passed if elements[name].kind == "endEvent")
