"""Plans as a person reads them before anything is done: cases that would fare alike, steps that need a counterpart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.maintenance.plans import CasePlan
from engine.maintenance.tokens import name_of
from engine.views import MapChoice, MigrationGroup


def groups_of(plans: Iterable[CasePlan]) -> tuple[MigrationGroup, ...]:
    """Return the cases by where they wait and what would become of them; those that cannot go on come first."""
    found: dict[tuple, list[CasePlan]] = {}
    for plan in plans:
        found.setdefault((plan.waiting_at, plan.changes, tuple(plan.refused)), []).append(plan)
    groups = [
        MigrationGroup(
            waiting_at=waiting_at,
            cases=tuple((plan.case.id, plan.case.number) for plan in some),
            changes=changes,
            refused=refused,
        )
        for (waiting_at, changes, refused), some in found.items()
    ]
    return tuple(sorted(groups, key=lambda group: (not group.refused, group.waiting_at)))


def map_choices(plans: Sequence[CasePlan]) -> tuple[MapChoice, ...]:
    """Return the steps where cases wait that need a counterpart, or were given one."""
    waiting = {token.element_id: plan for plan in plans for token in plan.tokens}
    given = plans[0].target.element_map if plans else {}
    return tuple(
        choice
        for element_id, plan in sorted(waiting.items())
        if (choice := _map_choice(plan, element_id)).is_missing or element_id in given
    )


def _map_choice(plan: CasePlan, element_id: str) -> MapChoice:
    old, new = plan.source.definition, plan.target.folder.definition
    element, same = old.elements[element_id], new.elements.get(element_id)
    alike = [one for one in new.elements.values() if one.kind == element.kind]
    by_name = next((one.id for one in alike if one.name == element.name), "")
    return MapChoice(
        element_id=element_id,
        name=name_of(old, element_id),
        choices=tuple((one.id, name_of(new, one.id)) for one in alike),
        chosen=plan.target.element_map.get(element_id, by_name),
        is_missing=same is None or same.kind != element.kind,
    )
