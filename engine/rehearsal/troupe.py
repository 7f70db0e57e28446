"""A simulation between two requests: its stage stays in a scratch schema, its steps are rows of the draft.

The steps are the truth. When the stage was cleared away, or the draft has changed, the steps are played again on a new
one; what cannot be played any more is dropped and said.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from engine.errors import Conflict, NotFound
from engine.folders import OPERATIONS, Folder, read_folder
from engine.rehearsal.acting import Acting
from engine.rehearsal.cast import Cast
from engine.rehearsal.deviation import REFUSALS, sentence_of
from engine.rehearsal.scenarios import Scenario
from engine.rehearsal.scratch import PREFIX, drop_scratch, make_scratch, sweep_scratches, touch_scratch
from engine.rehearsal.stage import Stage
from engine.rehearsal.story import Story
from engine.rehearsal.taking import ceil_minute, take
from engine.services import drafts
from engine.store import procedures, rehearsals
from engine.system import System
from engine.views import Actor

FILES = "rehearsals"
#: A stage that nobody used for so long is cleared away; the steps stay.
KEPT = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The draft that is played, as it stands."""

    draft_id: int
    revision: int
    files: Mapping[str, bytes]
    folder: Folder


def read_script(system: System, actor: Actor, draft_id: int) -> Script:
    """Return a draft that can be played.

    Raises:
        NotFound: no such draft, or it is not the actor's.
        DefinitionRefused: it has faults that keep it from running.
    """
    revision = drafts.read_draft(system, actor, draft_id).revision

    def read() -> Script:
        files = drafts.read_files(system, actor, draft_id)
        folder = read_folder(files, operations=OPERATIONS)
        return Script(draft_id=draft_id, revision=revision, files=files, folder=folder)

    return system.remembered.get(("script", draft_id), revision, read)


@contextmanager
def on_stage(live: System, script: Script, row: Any) -> Iterator[Acting]:
    """Give the stage of a simulation as it was left.

    Raises:
        NotFound: it was cleared away, or the draft has changed since.
    """
    if row.draft_revision != script.revision or not _stands(live, row.scratch):
        raise NotFound("推演的现场已经收起，请回到推演页面，点“按最新草稿重走各步”。")
    with _entered(live, script, row.title, row.opening, row.scratch) as acting:
        acting.stage.move_to(row.clock_at)
        acting.case_id = row.case_id
        yield acting


@contextmanager
def kept_stage(live: System, connection: Connection, script: Script, row: Any) -> Iterator[Acting]:
    """Give the stage of a simulation whose row this transaction has locked, set anew if it was cleared away.

    Raises:
        Conflict: the draft has changed since.
    """
    if row.draft_revision != script.revision:
        raise Conflict("草稿在这次推演以后又有修改，请先点“按最新草稿重走各步”。")
    if not _stands(live, row.scratch):
        steps = [one.step for one in rehearsals.steps_of(connection, row.id)]
        played = set_anew(live, script, row._mapping, steps)
        # The clock may have been moved after the last step.
        played["clock_at"] = max(played["clock_at"], row.clock_at)
        rehearsals.put_steps(connection, row.id, 1, played.pop("rows"))
        rehearsals.change_simulation(connection, row.id, played)
        row = rehearsals.read_simulation(connection, row.draft_id, row.id)
    with on_stage(live, script, row) as acting:
        yield acting
    touch_scratch(live.database, row.scratch, live.wall.now())


def _stands(live: System, scratch: str) -> bool:
    with live.database.reading() as connection:
        query = "SELECT 1 FROM pg_namespace WHERE nspname = %s"
        return connection.exec_driver_sql(query, (scratch,)).one_or_none() is not None


@contextmanager
def _entered(live: System, script: Script, title: str, opening: Mapping[str, Any], scratch: str) -> Iterator[Acting]:
    """Give a stage that stands, with the draft as the version in force."""
    database = live.database.within(scratch)
    try:
        stage = Stage.around(live, database, place_of(live, scratch))
        folder = _folder_on(live, stage, script, scratch)
        scenario = scenario_of(title, opening)
        yield Acting(stage, folder, scenario, Cast.of(folder, scenario))
    finally:
        database.close()


def _folder_on(live: System, stage: Stage, script: Script, scratch: str) -> Folder:
    """Return the folder as it was when the stage was set: a scenario that was written since makes another content."""
    with stage.system.database.reading() as connection:
        definition_id = procedures.current_version(connection, script.folder.procedure.id) or 0
        folder = live.remembered.get(("stage", scratch), 0, lambda: stage.system.folder(connection, definition_id))
    stage.system.folders.put(definition_id, folder)
    stage.has_cycle = folder.procedure.cycle is not None
    return folder


def set_anew(
    live: System, script: Script, row: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Play steps on a new stage.

    Returns:
        The columns of the simulation, and under `rows` its steps; `obstacle` says why they are fewer than before.
    """
    name = make_scratch(live.database, live.wall.now())
    database = live.database.within(name)
    rows: list[dict[str, Any]] = []
    obstacle = ""
    try:
        stage = Stage.around(live, database, place_of(live, name))
        acting = Acting.on(stage, script.folder, scenario_of(row["title"], row["opening"]))
        live.remembered.get(("stage", name), 0, lambda: script.folder)
        story = Story()
        try:
            for step in steps:
                rows.append(take(acting, story, step))
        except REFUSALS as refusal:
            if not rows:
                raise
            obstacle = f"第 {len(rows) + 1} 步不能再这样走：{sentence_of(refusal)}"
        return {
            "scratch": name,
            "case_id": acting.case_id,
            "clock_at": ceil_minute(stage.clock.now()),
            "draft_revision": script.revision,
            "obstacle": obstacle,
            "changed_at": live.wall.now(),
            "rows": rows,
        }
    except BaseException:
        clear_away(live, name)
        raise
    finally:
        database.close()


def scenario_of(title: str, opening: Mapping[str, Any]) -> Scenario:
    """Return what a simulation begins with as a scenario without steps."""
    return Scenario(file="", written={"title": title, "steps": [], "ends": [], **opening}, samples={})


def place_of(live: System, scratch: str) -> Path:
    """Return where the files of a stage lie."""
    return live.settings.var / FILES / scratch


def clear_away(live: System, scratch: str) -> None:
    """Drop a stage with its files."""
    drop_scratch(live.database, scratch)
    if scratch.startswith(PREFIX):
        shutil.rmtree(place_of(live, scratch), ignore_errors=True)


def sweep_stages(live: System, *, now: datetime | None = None) -> int:
    """Clear away the stages that nobody used for hours; return how many."""
    swept = sweep_scratches(live.database, (now or live.wall.now()) - KEPT)
    for name in swept:
        shutil.rmtree(place_of(live, name), ignore_errors=True)
    return len(swept)
