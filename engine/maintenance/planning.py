"""What would become of a case in another version of its procedure. Everything is computed, nothing is written.

A preview and the migration itself use the same plan, so that what was shown is what is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine import runtime
from engine.applicants import offices_for
from engine.errors import ExecutionError
from engine.folders import Folder
from engine.maintenance.changes import list_changes
from engine.maintenance.plans import CasePlan, Target
from engine.maintenance.steps import plan_steps
from engine.maintenance.tokens import name_of
from engine.recording import CaseAction
from engine.runtime import StateDamaged
from engine.store import migrations, procedures
from engine.store.cases import CaseRecord
from engine.store.history import Journal
from engine.system import System
from engine.views import Actor


def plan_cases(
    system: System, connection: Connection, cases: Sequence[CaseRecord], target: Target, actor: Actor | None
) -> Iterator[CasePlan]:
    """Yield the plan of every case; what hangs on them is read with one statement per table."""
    now, ids = system.clock.now(), [case.id for case in cases]
    tasks, timers = migrations.open_tasks_of(connection, ids), migrations.live_timers_of(connection, ids)
    submissions = migrations.submissions_of(connection, ids)
    versions: dict[int, int] = {}
    for case in cases:
        if case.definition_id not in versions:
            versions[case.definition_id] = procedures.version_number(connection, case.definition_id)
        plan = CasePlan(
            case=case,
            source=system.folder(connection, case.definition_id),
            source_version=versions[case.definition_id],
            target=target,
            tasks=tasks.get(case.id, ()),
            timers=timers.get(case.id, ()),
            submissions=submissions.get(case.id, ()),
        )
        _complete(plan, _begin(system, connection, plan, actor, now))
        yield plan


def _begin(system: System, connection: Connection, plan: CasePlan, actor: Actor | None, at: datetime) -> CaseAction:
    """Return the action in the new version: with its offices, and with the variables that it wants to know."""
    case, folder = plan.case, plan.target.folder
    plan.added = _newly_kept(plan)
    moved = replace(case, offices=_offices(plan), variables={**case.variables, **plan.added})
    return CaseAction(system, connection, moved, folder, actor, at, Journal.of(case, at, actor))


def _newly_kept(plan: CasePlan) -> dict[str, Any]:
    """Return answers given so far that only the new version's expressions name."""
    known: dict[str, Any] = {}
    for row in plan.submissions:
        known |= {name: value for name, value in row.content.items() if name in plan.target.folder.kept_names}
    return {name: value for name, value in known.items() if name not in plan.case.variables}


def _offices(plan: CasePlan) -> dict[str, str]:
    """Return the office of each lane: the case's own where the rule is the same, else computed anew."""
    case, new = plan.case, plan.target.folder
    offices = offices_for(new, plan.target.tree, case.applicant_id)
    for lane_id, rule in new.procedure.lanes.items():
        old_rule = plan.source.procedure.lanes.get(lane_id)
        if lane_id in case.offices and old_rule is not None and old_rule.office == rule.office:
            offices[lane_id] = case.offices[lane_id]
    return offices


def _complete(plan: CasePlan, action: CaseAction) -> None:
    """Find out whether the case can go on, and with what result."""
    if plan.case.ended_at is not None:
        plan.refused.append(("办件", "该办件已经办结，不能再迁移。"))
        return
    try:
        _look(plan)
    except StateDamaged as damage:
        plan.damage = damage
        plan.refused.append(("流程状态", damage.sentence))
        return
    plan.refused += [*_missing_windows(plan), *_broken_seals(plan)]
    if plan.refused:
        return
    plan.steps = plan_steps(plan.source, action, plan.tasks, plan.target.element_map)
    plan.refused += [(step.task.name, step.obstacle) for step in plan.steps if step.obstacle]
    if plan.refused:
        return
    action.case = replace(action.case, participants=_participants(plan))
    _run(plan, action)


def _look(plan: CasePlan) -> None:
    old, new = plan.source.definition, plan.target.folder.definition
    plan.tokens = runtime.read_tokens(old, plan.case.engine_state)
    plan.preview = runtime.preview_migration(old, new, plan.case.engine_state, plan.target.element_map)
    plan.refused += _named(plan, plan.preview.refused)


def _run(plan: CasePlan, action: CaseAction) -> None:
    case, context = plan.case, action.context()
    try:
        plan.progress = runtime.migrate(
            plan.source.definition,
            context.definition,
            case.engine_state,
            context.variables,
            context.facts,
            plan.target.element_map,
        )
    except ExecutionError as error:
        plan.refused += _named(plan, ((error.element_id, error.sentence),))
    else:
        plan.action = action
        plan.changes = list_changes(plan, plan.progress)


def _named(plan: CasePlan, refused: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    old, new = plan.source.definition, plan.target.folder.definition
    return [(name_of(old if element_id in old.elements else new, element_id), why) for element_id, why in refused]


def _missing_windows(plan: CasePlan) -> list[tuple[str, str]]:
    """A case carries the windows of its round; a version that asks for another one cannot tell the time."""
    windows = plan.target.folder.windows
    sentence = "新版流程要用到这一窗口，而本办件所在的轮次没有设定它。"
    return [(windows[name].name, sentence) for name in windows if name not in plan.case.windows]


def _broken_seals(plan: CasePlan) -> list[tuple[str, str]]:
    """What was written under seal stays so: neither the lane's rule nor the step's id may change under it."""
    old, new = plan.source, plan.target.folder
    sentence = "这一步的评审表是密封提交的，而新版流程改变了它的编号或不再密封，不能迁移。"
    return [
        (name_of(old.definition, element_id), sentence)
        for element_id in dict.fromkeys(row.element_id for row in plan.submissions)
        if _is_sealed(old, element_id) and not (plan.new_id(element_id) == element_id and _is_sealed(new, element_id))
    ]


def _is_sealed(folder: Folder, element_id: str) -> bool:
    element = folder.definition.elements.get(element_id)
    rule = folder.procedure.lanes.get(element.lane) if element is not None else None
    return rule is not None and rule.is_sealed


def _participants(plan: CasePlan) -> tuple[str, ...]:
    joined = [step.organisation_id for step in plan.steps]
    return tuple(dict.fromkeys([*plan.case.participants, *joined]))
