"""Taking a running case to another version of its diagram."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.language.wording import quoted
from engine.runtime.actions import Action, translated
from engine.runtime.codec import load
from engine.runtime.rebinding import LevelPlan, Names, apply, plan_levels
from engine.runtime.session import Session
from engine.runtime.values import Context, Definition, MigrationPreview, MigrationRefused, Progress


def preview_migration(
    old: Definition, new: Definition, state: bytes, element_map: Mapping[str, str] | None = None
) -> MigrationPreview:
    """Say whether a case can go on in another version of its diagram, and what would become of its open steps.

    Args:
        old: the definition the state was saved by.
        new: the definition to go on with.
        state: the saved state.
        element_map: old id -> new id of elements that were renamed.

    Raises:
        StateDamaged: the state cannot be read by the old definition.
    """
    session = Session(Context(definition=new, variables={}, facts={}))
    names = Names(old, new, dict(element_map or {}))
    return _preview(plan_levels(load(old, state, session), names), names)


def migrate(
    old: Definition,
    new: Definition,
    state: bytes,
    variables: Mapping[str, object],
    facts: Mapping[str, object],
    element_map: Mapping[str, str] | None = None,
) -> Progress:
    """Take a case to another version. Open steps keep their token ids, timers their due instants.

    Args:
        old: the definition the state was saved by.
        new: the definition to go on with.
        state: the saved state.
        variables: the case variables.
        facts: given by the engine at each action.
        element_map: old id -> new id of elements that were renamed.

    Raises:
        MigrationRefused: the case cannot go on there; carries every reason.
        ExecutionError: a new event could not be computed; names the element.
        StateDamaged: the state cannot be read by the old definition.
    """
    names = Names(old, new, dict(element_map or {}))
    with translated():
        action = Action(Context(definition=new, variables=variables, facts=facts), state, saved_by=old)
        plans = plan_levels(action.workflow, names)
        preview = _preview(plans, names)
        if preview.refused:
            raise MigrationRefused(preview.refused)
        apply(action.workflow, plans, names)
        return action.finish()


def _preview(plans: list[LevelPlan], names: Names) -> MigrationPreview:
    refused = [*_faulty_map(names), *(reason for plan in plans for reason in plan.refused)]
    mapped = [
        (task.task_spec.bpmn_id, plan.kept[task.id].bpmn_id)
        for plan in plans
        for task in plan.alive
        if task.id in plan.kept and task.task_spec.bpmn_id
    ]
    withdrawn = [task.task_spec.bpmn_id for plan in plans for task in plan.dropped]
    return MigrationPreview(
        mapped=tuple(dict.fromkeys(mapped)),
        withdrawn=tuple(dict.fromkeys(withdrawn)),
        refused=tuple(dict.fromkeys(refused)),
    )


def _faulty_map(names: Names) -> list[Any]:
    faults = [(old, "对照表里的这一步不在旧版流程图中。") for old in names.element_map if old not in names.old.elements]
    targets = list(names.element_map.values())
    for old, new in names.element_map.items():
        if new not in names.new.elements:
            faults.append((old, f"对照表里的{quoted(new)}不在新版流程图中。"))
        elif targets.count(new) > 1:
            faults.append((old, f"对照表里有几步都对应{quoted(new)}。"))
    return faults
