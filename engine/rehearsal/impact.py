"""对在办件的影响: what would become of the running cases of a procedure if they were taken to a draft."""

from __future__ import annotations

from engine.maintenance import Target, plan_cases
from engine.maintenance.previewing import groups_of
from engine.rehearsal.troupe import read_script
from engine.store import migrations, organisations
from engine.system import System
from engine.views import Actor
from engine.views.rehearsal import ImpactView, VersionImpact

#: Cases of each version that are looked at, in the order in which they began.
EXAMINED = 200


def read_impact(system: System, actor: Actor, draft_id: int) -> ImpactView:
    """Say what would become of the running cases, those that would fare alike together. Nothing is written.

    Raises:
        NotFound: no such draft, or it is not the actor's.
        DefinitionRefused: the draft has faults that keep it from running.
    """
    script = read_script(system, actor, draft_id)
    procedure_id = script.folder.procedure.id
    with system.database.reading() as connection:
        tree = organisations.read_tree(connection)
        versions = [row for row in migrations.versions_of(connection, procedure_id) if row.running]
        target = Target(definition_id=0, version=0, folder=script.folder, tree=tree, element_map={})
        found = []
        for version in versions:
            some = migrations.running_cases(connection, version.id, most=EXAMINED)
            plans = list(plan_cases(system, connection, some, target, None))
            found.append(
                VersionImpact(
                    version=version.version,
                    running=version.running,
                    examined=len(plans),
                    possible=sum(plan.is_possible for plan in plans),
                    groups=groups_of(plans),
                )
            )
    return ImpactView(versions=tuple(found))
