"""The task of a simulation on the owner's desk: its real form, values at one click, sample files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from engine.clock import local
from engine.errors import BadRequest, Conflict, DefinitionRefused
from engine.rehearsal.acting import Acting, drawn_panel
from engine.rehearsal.looking import read_simulation
from engine.rehearsal.playing import play_scenarios
from engine.rehearsal.scenarios import TASK, read_scenarios
from engine.rehearsal.troupe import Script, kept_stage, on_stage, read_script
from engine.rehearsal.writing import path_of, refuse_unreadable, write_scenario
from engine.services import documents, drafts, inbox, materials, tasks
from engine.store import rehearsals
from engine.system import System
from engine.views import Actor, DocumentFile
from engine.views.rehearsal import Played, Recording, SimulatedForm
from forms import make_sample

#: Scenarios whose answers are offered.
MOST_EXAMPLES = 12
GENERATED = "按栏目自动生成的样例"
LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Answers that a scenario has for a task."""

    title: str
    values: Mapping[str, Any]
    materials: tuple[str, ...]
    #: How many experts are invited in the order of the draw, or 0.
    panel: int = 0


def read_form(
    system: System, actor: Actor, draft_id: int, simulation_id: int, task_id: int, *, may_write: bool = False
) -> SimulatedForm:
    """Return a task of a simulation with its form.

    Args:
        system: the system.
        actor: the owner.
        draft_id: the draft.
        simulation_id: the simulation.
        task_id: the task.
        may_write: whether a stage that was cleared away is set anew.

    Raises:
        NotFound: no such simulation, its stage was cleared away, or there is no such task.
        Conflict: the task is done, or others go first.
    """
    script = read_script(system, actor, draft_id)
    if may_write:
        with system.database.transaction() as connection:
            row = rehearsals.read_simulation(connection, draft_id, simulation_id, lock=True)
            with kept_stage(system, connection, script, row) as acting:
                return _form(acting, script, task_id)
    with system.database.reading() as connection:
        row = rehearsals.read_simulation(connection, draft_id, simulation_id)
    with on_stage(system, script, row) as acting:
        return _form(acting, script, task_id)


def _form(acting: Acting, script: Script, task_id: int) -> SimulatedForm:
    element_id, login = _holder(acting, task_id)
    who = acting.stage.actor(login)
    view = inbox.read_task(acting.stage.system, who, task_id)
    return SimulatedForm(view=view, who=who.name, examples=tuple(one.title for one in _examples(script, element_id)))


def fill_in(system: System, actor: Actor, draft_id: int, simulation_id: int, task_id: int, example: int) -> None:
    """Fill a task's form with the answers of an example, and put a sample file wherever it has one.

    Raises:
        NotFound, Conflict: as for reading it.
        BadRequest: there is no such example.
    """
    script = read_script(system, actor, draft_id)
    with system.database.transaction() as connection:
        row = rehearsals.read_simulation(connection, draft_id, simulation_id, lock=True)
        with kept_stage(system, connection, script, row) as acting:
            element_id, login = _holder(acting, task_id)
            chosen = dict(enumerate(_examples(script, element_id))).get(example)
            if chosen is None:
                raise BadRequest
            stage, who = acting.stage, acting.stage.actor(login)
            view = inbox.read_task(stage.system, who, task_id)
            values, keys = dict(chosen.values), chosen.materials
            if chosen.title == GENERATED and view.form is not None:
                values = make_sample(view.form, local(stage.clock.now()).date())
                keys = tuple(item.field_key for item in view.checklist if item.is_required)
            if chosen.panel:
                values |= drawn_panel(view, chosen.panel)
            known = {item.field_key for item in view.checklist}
            acting.upload(who, view, tuple(key for key in keys if key in known))
            tasks.save_draft(stage.system, who, task_id, values)


def put_sample_file(  # noqa: PLR0913 - one file, by name
    system: System, actor: Actor, draft_id: int, simulation_id: int, task_id: int, *, key: str, values: dict[str, Any]
) -> None:
    """Keep what was typed and put a sample file for one item of the task's checklist.

    Raises:
        NotFound, Conflict: as for reading it.
        BadRequest: the task does not ask for such a file.
    """
    script = read_script(system, actor, draft_id)
    with system.database.transaction() as connection:
        row = rehearsals.read_simulation(connection, draft_id, simulation_id, lock=True)
        with kept_stage(system, connection, script, row) as acting:
            _, login = _holder(acting, task_id)
            who = acting.stage.actor(login)
            tasks.save_draft(acting.stage.system, who, task_id, values)
            acting.add_sample(who, task_id, key)


def remove_file(
    system: System, actor: Actor, draft_id: int, simulation_id: int, task_id: int, material_id: int
) -> None:
    """Take a sample file away.

    Raises:
        NotFound, Conflict: as for reading it.
    """
    script = read_script(system, actor, draft_id)
    with system.database.transaction() as connection:
        row = rehearsals.read_simulation(connection, draft_id, simulation_id, lock=True)
        with kept_stage(system, connection, script, row) as acting:
            _, login = _holder(acting, task_id)
            materials.remove_material(acting.stage.system, acting.stage.actor(login), task_id, material_id)


def open_document(
    system: System, actor: Actor, draft_id: int, simulation_id: int, document_id: int, kind: str
) -> tuple[DocumentFile, BinaryIO]:
    """Return a file of a document that the case issued.

    Raises:
        NotFound: no such simulation or document, or its stage was cleared away.
    """
    script = read_script(system, actor, draft_id)
    with system.database.reading() as connection:
        row = rehearsals.read_simulation(connection, draft_id, simulation_id)
    with on_stage(system, script, row) as acting:
        starter = acting.stage.actor(acting.cast.starter)
        return documents.open_document(acting.stage.system, starter, document_id, kind)


def record_scenario(system: System, actor: Actor, draft_id: int, simulation_id: int, recording: Recording) -> Played:
    """记录为推演用例: write what was played into the draft, play it, and return how that went.

    Raises:
        NotFound: no such simulation.
        BadRequest: the name or the title cannot be used.
        Conflict: the draft is not open for changes, has a scenario of this name that is not to be replaced, or has
            changed since it was played.
    """
    path, title = path_of(recording.name.strip()), " ".join(recording.title.split())
    if not 0 < len(title) <= LONGEST_TITLE:
        raise BadRequest(f"请填写用例的标题（{LONGEST_TITLE} 字以内），说清走的是哪种情形。")
    view = read_simulation(system, actor, draft_id, simulation_id)
    if view.is_stale:
        raise Conflict("草稿在推演以后又有修改，请先“按最新草稿重走各步”，再记录为用例。")
    script = read_script(system, actor, draft_id)
    if path in script.files and not recording.replaces:
        raise Conflict(f"已经有 {path}，请换一个名称；流程改了、要用这次推演代替它的，请勾选“替换同名用例”。")
    with system.database.reading() as connection:
        row = rehearsals.read_simulation(connection, draft_id, simulation_id)
        rows = rehearsals.steps_of(connection, simulation_id)
    content = write_scenario(script.folder, title, row.opening, rows, view.ends)
    files = {**script.files, path: content}
    refuse_unreadable(files, path)
    based_on = drafts.read_file(system, actor, draft_id, path).revision if path in script.files else None
    drafts.save_file(system, actor, draft_id, path, content, based_on=based_on, summary=f"记录推演用例：{title}")
    _follow_revision(system, actor, draft_id, simulation_id)
    (played,) = play_scenarios(system, script.folder, read_scenarios(files, file=path)).played
    return played


def _follow_revision(system: System, actor: Actor, draft_id: int, simulation_id: int) -> None:
    """A scenario more changes nothing about the case that was played."""
    revision = drafts.read_draft(system, actor, draft_id).revision
    with system.database.transaction() as connection:
        rehearsals.change_simulation(connection, simulation_id, {"draft_revision": revision})


def _holder(acting: Acting, task_id: int) -> tuple[str, str]:
    """Return the step of a task and the account that does it."""
    task = next((one for one in acting.open_tasks() if one.id == task_id), None)
    if task is None:
        raise Conflict("这一任务已经办理或撤销，请回到推演页面。")
    login = acting.holder_of(task.element_id, task.role)
    if acting.stage.actor(login).organisation_id != task.organisation_id:
        raise Conflict("专家依次办理，请先办理排在前面的一位。")
    return task.element_id, login


def _examples(script: Script, element_id: str) -> Iterator[Example]:
    """Yield the answers that scenarios have for a step, each once, and those that any form can be given."""
    found: list[tuple[Example, list[str]]] = []
    for title, example in _answers(script, element_id):
        known = next((titles for one, titles in found if one == example), None)
        if known is None:
            found.append((example, known := []))
        known.append(title)
    for example, titles in found[:MOST_EXAMPLES]:
        others = len(set(titles)) - 1
        yield replace(example, title=f"{titles[0]}（等 {others + 1} 个用例）" if others else titles[0])
    yield Example(title=GENERATED, values={}, materials=())


def _answers(script: Script, element_id: str) -> Iterator[tuple[str, Example]]:
    """Yield each answer of a scenario to a step with the title of the scenario."""
    try:
        scenarios = read_scenarios(script.files)
    except DefinitionRefused:
        return
    for scenario in scenarios:
        for step in scenario.steps:
            if step.get(TASK) == element_id:
                values, files = scenario.answers(step)
                yield scenario.title, Example(title="", values=values, materials=files, panel=step.get("panel", 0))
