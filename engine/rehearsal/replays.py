"""全部重放: ordering that every scenario of a draft be played, doing it, and painting what they reach."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.drawing import draw
from engine.errors import Conflict, DefinitionRefused, EngineError
from engine.folders import OPERATIONS, digest_of, read_folder
from engine.rehearsal.coverage import coverage_of
from engine.rehearsal.playing import play_scenarios
from engine.rehearsal.scenarios import read_scenarios
from engine.rehearsal.troupe import read_script
from engine.rehearsal.writing import sentence_about
from engine.services import drafts
from engine.store import drafts as draft_rows
from engine.store import editions, rehearsals
from engine.system import System
from engine.views import Actor, ElementMark
from engine.views.rehearsal import CoveredDiagram, Replay, ReplayOrder, ScenarioRow, ScenariosView

SCENARIOS, ROUND = "scenarios", "round"
ONE_AT_A_TIME = {
    "uq_replay_order_draft_id_kind": lambda: Conflict("正在重放，请等它完成。"),
}
BATCH = 20


def order_replay(system: System, actor: Actor, draft_id: int) -> int:
    """Order that every scenario of a draft be played; a worker does it. Return the order's id.

    Raises:
        NotFound: no such draft, or it is not the actor's.
        DefinitionRefused: the draft or a scenario has faults that keep it from running.
        Conflict: it is being done already.
    """
    script = read_script(system, actor, draft_id)
    total = len(read_scenarios(script.files))
    if not total:
        raise Conflict("草稿里还没有推演用例，请先推演一次并记录为用例。")
    return give_order(system, actor, draft_id, {"kind": SCENARIOS, "draft_revision": script.revision, "total": total})


def give_order(system: System, actor: Actor, draft_id: int, values: Mapping[str, Any]) -> int:
    """Write an order and ask a worker to carry it out."""
    common = {"draft_id": draft_id, "state": "waiting", "asked_by": actor.name, "asked_at": system.wall.now()}
    with system.database.transaction(ONE_AT_A_TIME) as connection:
        order_id = rehearsals.insert_order(connection, {**common, **values})
        system.jobs.defer_rehearse(connection, [order_id])
    return order_id


def replay_files(system: System, files: Mapping[str, bytes], told: Any = None) -> Replay:
    """Play every scenario of a folder and keep how it went under the folder's digest, for whoever publishes it.

    Raises:
        DefinitionRefused: the folder or a scenario has faults.
    """
    folder = read_folder(files, operations=OPERATIONS)
    replay = play_scenarios(system, folder, read_scenarios(files), told)
    with system.database.transaction() as connection:
        editions.keep_replay(
            connection,
            {
                "digest": digest_of(files),
                "scenarios": [
                    {"file": one.file, "name": one.name, "title": one.title, "sentence": sentence_about(one)}
                    for one in replay.played
                ],
                "passed": sorted({name for one in replay.played for name in one.passed}),
                "replayed_at": system.wall.now(),
            },
        )
    return replay


def carry_out_replay(system: System, order_id: int, draft_id: int) -> None:
    """Play the scenarios of a draft as it stands now, and tell after each how far it is."""

    def told(done: int, total: int) -> None:
        with system.database.transaction() as connection:
            rehearsals.change_order(connection, order_id, {"done": done, "total": total})

    with system.database.reading() as connection:
        files = draft_rows.read_contents(connection, draft_id)
    values: dict[str, Any]
    try:
        replay = replay_files(system, files, told)
        values = {"state": "done", "result": {"seconds": replay.seconds, "deviating": len(replay.deviating)}}
    except EngineError as refusal:
        values = {"state": "failed", "result": {"sentence": refusal.sentence}}
    with system.database.transaction() as connection:
        rehearsals.change_order(connection, order_id, {**values, "finished_at": system.wall.now()})


def read_scenarios_page(system: System, actor: Actor, draft_id: int) -> ScenariosView:
    """Return the scenarios of a draft, how they went when they were last played as it stands, and what they reach.

    Raises:
        NotFound: no such draft, or it is not the actor's.
        DefinitionRefused: the draft or a scenario has faults that keep it from running.
    """
    script = read_script(system, actor, draft_id)
    scenarios = read_scenarios(script.files)
    with system.database.reading() as connection:
        kept = editions.read_replay(connection, script.folder.digest)
        order = rehearsals.latest_order(connection, draft_id, SCENARIOS)
    said = {one["name"]: one["sentence"] for one in kept.scenarios} if kept is not None else {}
    rows = tuple(
        ScenarioRow(
            file=one.file,
            name=one.name,
            title=one.title,
            applicant=str(one.applicant["name"]),
            ends=tuple(dict.fromkeys(_name(script.folder.definition.elements, end) for end in one.ends)),
            sentence=said.get(one.name),
        )
        for one in scenarios
    )
    diagrams = _covered(script, kept.passed) if kept is not None else ()
    return ScenariosView(
        rows=rows,
        replayed_at=kept.replayed_at if kept is not None else None,
        diagrams=diagrams,
        order=order_view(order),
    )


def order_view(row: Any) -> ReplayOrder | None:
    """Return an order as callers see it."""
    if row is None:
        return None
    return ReplayOrder(
        order_id=row.id,
        is_running=row.state == "waiting",
        done=row.done,
        total=row.total,
        sentence=str(row.result.get("sentence", "")),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        finished_at=row.finished_at,
        result=row.result,
    )


def _covered(script: Any, passed: list[str]) -> tuple[CoveredDiagram, ...]:
    marks = {name: ElementMark(element_id=name, state="done", done=1) for name in passed}
    return tuple(
        CoveredDiagram(
            name=one.name,
            file=one.file,
            elements=one.elements,
            reached=one.elements - len(one.missing),
            missing=tuple(name or element_id for element_id, name, _ in one.missing),
            svg=draw(script.files[one.file], marks=marks, title=f"{one.name}：推演用例走到的环节"),
        )
        for one in coverage_of(script.folder, passed)
    )


def _name(elements: Mapping[str, Any], element_id: str) -> str:
    return str(elements[element_id].name or element_id) if element_id in elements else element_id


def problems_of(system: System, actor: Actor, draft_id: int) -> tuple[str, ...]:
    """Return what keeps a draft from being played, sentence by sentence.

    Raises:
        NotFound: no such draft, or it is not the actor's.
    """
    drafts.read_draft(system, actor, draft_id)
    try:
        read_scenarios(read_script(system, actor, draft_id).files)
    except DefinitionRefused as refusal:
        return tuple(str(problem) for problem in refusal.problems)
    return ()
