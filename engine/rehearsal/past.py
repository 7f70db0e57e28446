"""用新版重放往年的轮次: the cases of a past round once more, with what was submitted then, under a draft.

Each case begins when it began and submits what was submitted when it was submitted; windows, limits and timers are
those of the draft. What is otherwise than it was then is listed case by case. Experts are taken for the invented ones
of the stage, in the order in which they appear.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.clock import local
from engine.errors import Conflict, EngineError
from engine.folders import OPERATIONS, Folder, digest_of, read_folder
from engine.recording import WITHDRAWN
from engine.rehearsal.acting import ONE_MINUTE, Acting
from engine.rehearsal.deviation import REFUSALS, sentence_of
from engine.rehearsal.replays import ROUND, give_order, order_view
from engine.rehearsal.scenarios import BEGIN, MESSAGE, MINUTE, TASK, instant_of
from engine.rehearsal.stage import Stage, rehearse
from engine.rehearsal.story import Story, until
from engine.rehearsal.taking import advance, ceil_minute, take
from engine.rehearsal.troupe import read_script, scenario_of
from engine.store import drafts as draft_rows
from engine.store import rehearsals
from engine.system import System
from engine.views import Actor
from engine.views.rehearsal import PastRound, PastView, ReplayedCase

#: Cases of a round that are played; a round of some hundreds is told apart by its first ones.
MOST_CASES = 200
#: An applicant's facts that are no attributes of its own.
_NO_ATTRIBUTES = frozenset({"id", "region", "levels"})
_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCase:
    """A case as it went."""

    number: str
    applicant: Mapping[str, Any]
    year: int
    titles: Sequence[Mapping[str, Any]]
    #: What was done from outside, as a scenario writes it.
    steps: Sequence[Mapping[str, Any]]
    passed: Sequence[str]
    outcome: str
    outcome_name: str
    #: (element id, its name, when its limit ended), in the order of opening.
    limits: Sequence[tuple[str, str, datetime]]


@dataclass
class Replayed:
    """The same case on a stage."""

    acting: Acting
    story: Story = field(default_factory=Story)
    passed: list[str] = field(default_factory=list)
    limits: dict[int, tuple[str, str, datetime]] = field(default_factory=dict)
    obstacle: str = ""

    def run(self, steps: Sequence[Mapping[str, Any]]) -> None:
        """Take every step; the first that cannot be taken any more stops it."""
        for number, step in enumerate(steps, start=1):
            try:
                self._go_on(step)
            except REFUSALS as refusal:
                self.obstacle = f"第 {number} 步（{step['at']}）在新版走不通：{sentence_of(refusal)}"
                return

    def _go_on(self, step: Mapping[str, Any]) -> None:
        if self.acting.case_id:
            for row in advance(self.acting, self.story, instant_of(step["at"])):
                self._note(row)
        row = take(self.acting, self.story, step)
        self._note(row)
        if "refused" in row["step"]:
            raise Conflict(row["sentence"])

    def _note(self, row: Mapping[str, Any]) -> None:
        self.passed += row["passed"]
        for task in self.acting.open_tasks():
            if task.due_at is not None:
                self.limits.setdefault(task.id, (task.element_id, task.name, task.due_at))


def list_past_rounds(system: System, actor: Actor, draft_id: int) -> tuple[PastRound, ...]:
    """Return the rounds of a draft's procedure that have cases that ended, latest first.

    Raises:
        NotFound: no such draft, or it is not the actor's.
    """
    script = read_script(system, actor, draft_id)
    with system.database.reading() as connection:
        rows = rehearsals.past_rounds(connection, script.folder.procedure.id)
    return tuple(PastRound(round_id=row.id, title=row.title, year=row.year, ended=row.ended) for row in rows)


def order_past_round(system: System, actor: Actor, draft_id: int, round_id: int) -> int:
    """Order that the cases of a past round be played under a draft; return the order's id.

    Raises:
        NotFound: no such draft, or it is not the actor's.
        Conflict: the round has no case that ended, or it is being done already.
    """
    script = read_script(system, actor, draft_id)
    found = next((one for one in list_past_rounds(system, actor, draft_id) if one.round_id == round_id), None)
    if found is None:
        raise Conflict("这个轮次没有已办结的办件，不能重放。")
    total = min(found.ended, MOST_CASES)
    values = {"kind": ROUND, "round_id": round_id, "draft_revision": script.revision, "total": total}
    return give_order(system, actor, draft_id, values)


def carry_out_round(system: System, order_id: int, draft_id: int, round_id: int) -> None:
    """Play the cases of a round under a draft and keep the differences."""
    with system.database.reading() as connection:
        files = draft_rows.read_contents(connection, draft_id)
        found = rehearsals.ended_cases(connection, round_id, MOST_CASES)
        past = [_past_case(rehearsals.case_with_course(connection, case_id)) for case_id in found]
    try:
        folder = read_folder(files, operations=OPERATIONS)
        rows = []
        with rehearse(system) as stage:
            for case in past:
                rows.append(
                    {"number": case.number, "applicant": case.applicant["name"], **_compared(stage, folder, case)}
                )
                with system.database.transaction() as connection:
                    rehearsals.change_order(connection, order_id, {"done": len(rows), "total": len(past)})
        values: dict[str, Any] = {"state": "done", "result": {"digest": digest_of(files), "cases": rows}}
    except EngineError as refusal:
        values = {"state": "failed", "result": {"sentence": refusal.sentence}}
    with system.database.transaction() as connection:
        rehearsals.change_order(connection, order_id, {**values, "finished_at": system.wall.now()})


def _compared(stage: Stage, folder: Folder, case: PastCase) -> dict[str, Any]:
    """Play one case and say what is otherwise."""
    stage.clear()
    opening = {"year": case.year, "applicant": case.applicant, "titles": list(case.titles)}
    replayed = Replayed(Acting.on(stage, folder, scenario_of(case.number, opening)))
    replayed.run(case.steps)
    return {"differences": list(_differences(folder, case, replayed)), "stopped": replayed.obstacle}


def _differences(folder: Folder, case: PastCase, replayed: Replayed) -> Iterator[str]:
    elements = folder.definition.elements
    ends = [name for name in replayed.passed if name in elements and elements[name].kind == "endEvent"]
    if not replayed.obstacle and ends[-1:] != [case.outcome]:
        reached = "、".join(elements[name].name or name for name in ends) or "尚未办结"
        yield f"结果：原为“{case.outcome_name or '未到达结束事件'}”，新版为“{reached}”。"
    before, after = dict.fromkeys(case.passed), dict.fromkeys(replayed.passed)
    if not replayed.obstacle:
        yield from _named("不再经过", [name for name in before if name not in after], elements)
    yield from _named("新经过", [name for name in after if name not in before], elements)
    yield from _limits(case, replayed)


def _named(word: str, names: Sequence[str], elements: Mapping[str, Any]) -> Iterator[str]:
    shown = [elements[name].name or name if name in elements else name for name in names]
    if shown:
        more = f"等 {len(shown)} 处" if len(shown) > _SHOWN else ""
        yield f"{word}：{'、'.join(shown[:_SHOWN])}{more}。"


def _limits(case: PastCase, replayed: Replayed) -> Iterator[str]:
    """Yield the time limits that are otherwise, the n-th of a step compared with its n-th."""
    now: dict[str, list[datetime]] = {}
    for element_id, _, due_at in replayed.limits.values():
        now.setdefault(element_id, []).append(due_at)
    for element_id, name, due_at in case.limits:
        found = now.get(element_id)
        other = found.pop(0) if found else None
        if other is not None and abs(other - due_at) > ONE_MINUTE:
            yield f"“{name}”的时限：原至 {until(due_at)}，新版至 {until(other)}。"


def _past_case(row: Mapping[str, Any]) -> PastCase:
    facts, experts = row["facts"]["applicant"], _experts(row["experts"])
    applicant = {key: value for key, value in facts.items() if key not in _NO_ATTRIBUTES}
    return PastCase(
        number=row["number"],
        applicant={**applicant, "level": facts["levels"][0]},
        year=row["facts"]["round"]["year"],
        titles=row["titles"],
        steps=list(_steps(row, experts)),
        passed=row["passed"],
        outcome=row["outcome"],
        outcome_name=row["outcome_name"],
        limits=row["limits"],
    )


def _experts(ids: Sequence[str]) -> dict[str, str]:
    return {organisation_id: f"expert_{place}" for place, organisation_id in enumerate(dict.fromkeys(ids), start=1)}


def _steps(row: Mapping[str, Any], experts: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    """Yield what was done from outside, in order, each at the minute after which it was there."""
    yield {"at": _minute(row["started_at"]), BEGIN: ""}
    done = [(one["at"], one) for one in row["submissions"]]
    done += [(at, {MESSAGE: WITHDRAWN}) for at in row["withdrawn_at"]]
    for at, one in sorted(done, key=lambda pair: pair[0]):
        if MESSAGE in one:
            yield {"at": _minute(at), **one}
        else:
            step = {"at": _minute(at), "role": one["role"], TASK: one["element_id"], "materials": one["materials"]}
            by = {"by": experts[one["organisation_id"]]} if one["organisation_id"] in experts else {}
            yield {**step, **by, "values": _renamed(one["content"], experts)}


def _minute(instant: datetime) -> str:
    return f"{local(ceil_minute(instant)):{MINUTE}}"


def _renamed(value: Any, experts: Mapping[str, str]) -> Any:
    """Return a value with every expert replaced by the one of the stage."""
    if isinstance(value, dict):
        return {key: _renamed(one, experts) for key, one in value.items()}
    if isinstance(value, list):
        return [_renamed(one, experts) for one in value]
    return experts.get(value, value) if isinstance(value, str) else value


def read_past_page(system: System, actor: Actor, draft_id: int) -> PastView:
    """Return the rounds that can be played again, and what the last replay of one found.

    Raises:
        NotFound: no such draft, or it is not the actor's.
    """
    script = read_script(system, actor, draft_id)
    found = list_past_rounds(system, actor, draft_id)
    with system.database.reading() as connection:
        row = rehearsals.latest_order(connection, draft_id, ROUND)
    order = order_view(row)
    cases = tuple(
        ReplayedCase(
            number=one["number"],
            applicant=one["applicant"],
            differences=tuple(one["differences"]),
            stopped=one["stopped"],
        )
        for one in (order.result.get("cases", ()) if order is not None else ())
    )
    title = next((one.title for one in found if row is not None and one.round_id == row.round_id), "")
    is_stale = row is not None and row.draft_revision != script.revision
    return PastView(rounds=found, order=order, title=title, is_stale=is_stale, cases=cases)
