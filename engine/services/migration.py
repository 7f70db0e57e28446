"""迁移: taking running cases to another version of their procedure; looked at first, one at a time or by an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Row

from engine.access import Action, may
from engine.errors import BadRequest, Conflict, NotAllowed, NotFound
from engine.folders import Folder
from engine.maintenance import (
    CasePlan,
    Target,
    carry_out,
    find_target,
    groups_of,
    map_choices,
    plan_cases,
    quarantine,
    refuse_bad_reason,
    refuse_stale,
    scope_of,
)
from engine.runtime import StateDamaged
from engine.store import cases, migrations, organisations
from engine.store.cases import CaseRecord
from engine.system import System
from engine.views import Actor, MaintenanceNote, MigrationPlanView, VersionChoice

#: Cases that a preview looks at; the order looks at every one.
EXAMINED = 300
ONE_ORDER_AT_A_TIME = {
    "uq_migration_order_from_definition_id": lambda: Conflict("这一版正在迁移，请等它完成或先停止它，再下达新的迁移。")
}
Versions = tuple[int, int]


def preview_version(
    system: System,
    actor: Actor,
    procedure_id: str,
    versions: Versions,
    element_map: Mapping[str, str] | None = None,
    most: int = EXAMINED,
) -> MigrationPlanView:
    """Say what would become of the running cases of a version, those that would fare alike together.

    Args:
        system: the system.
        actor: who looks.
        procedure_id: the procedure.
        versions: the version to leave and the one to take them to; 0 as long as it is not chosen.
        element_map: old element id -> new element id.
        most: how many cases it looks at, in the order in which they began.

    Raises:
        NotFound: no such procedure or version.
        NotAllowed: it is not the actor's procedure.
        BadRequest: both versions are the same.
    """
    from_version, to_version = versions
    with system.database.reading() as connection:
        source_id, source = _own_version(system, connection, actor, procedure_id, from_version)
        found = migrations.versions_of(connection, procedure_id)
        total = next(row.running for row in found if row.version == from_version)
        order = next((row.id for row in migrations.orders_of(connection, source_id) if row.state == "running"), None)
        plans: list[CasePlan] = []
        if to_version:
            target = _target(system, connection, procedure_id, versions, element_map)
            some = migrations.running_cases(connection, source_id, most=most)
            plans = list(plan_cases(system, connection, some, target, actor))
    return MigrationPlanView(
        procedure_id=procedure_id,
        procedure_name=source.procedure.name,
        from_version=from_version,
        to_version=to_version,
        versions=_choices(found, from_version),
        map_choices=map_choices(plans),
        groups=groups_of(plans),
        total=total,
        examined=len(plans),
        possible=sum(plan.is_possible for plan in plans),
        running_order=order,
    )


def preview_case(
    system: System, actor: Actor, case_id: int, to_version: int, element_map: Mapping[str, str] | None = None
) -> MigrationPlanView:
    """Say what would become of one case in another version.

    Raises:
        NotFound: no such case or version, or the actor may not know of the case.
        NotAllowed: it is not the actor's procedure.
        BadRequest: the case is in that version already.
    """
    with system.database.reading() as connection:
        case = cases.read_case(connection, case_id)
        _refuse_others(system, connection, actor, case)
        found = migrations.versions_of(connection, case.procedure_id)
        from_version = next(row.version for row in found if row.id == case.definition_id)
        versions = (from_version, to_version)
        plans: list[CasePlan] = []
        if to_version:
            target = _target(system, connection, case.procedure_id, versions, element_map)
            plans = list(plan_cases(system, connection, [case], target, actor))
    return MigrationPlanView(
        procedure_id=case.procedure_id,
        procedure_name=case.procedure_name,
        from_version=from_version,
        to_version=to_version,
        versions=_choices(found, from_version),
        map_choices=map_choices(plans),
        groups=groups_of(plans),
        total=1,
        revision=case.revision,
        examined=len(plans),
        possible=sum(plan.is_possible for plan in plans),
    )


def migrate_case(
    system: System,
    actor: Actor,
    case_id: int,
    to_version: int,
    element_map: Mapping[str, str] | None,
    note: MaintenanceNote,
) -> tuple[str, ...]:
    """Take one case to another version; open tasks keep their ids, drafts and claims, timers their due instants.

    Returns:
        What changed, one sentence each, as it stands in the history.

    Raises:
        NotFound, NotAllowed, BadRequest: as for the preview; no reason, or one that is too long.
        ChangedMeanwhile: the case changed since the person looked at it.
        Conflict: the case cannot go on there; says every reason.
        StateDamaged: the saved state cannot be read; the case is quarantined.
    """
    reason = refuse_bad_reason(note.reason)
    try:
        with system.database.transaction() as connection:
            case = cases.read_case(connection, case_id, lock=True)
            _refuse_others(system, connection, actor, case)
            refuse_stale(case, note)
            target = find_target(system, connection, case.procedure_id, to_version, element_map or {})
            _refuse_same(case.definition_id, target.definition_id)
            plan = next(plan_cases(system, connection, [case], target, actor))
            _refuse_impossible(plan)
            return carry_out(plan, reason)
    except StateDamaged as damage:
        quarantine(system, actor, case_id, damage)
        raise


def order_migration(
    system: System, actor: Actor, procedure_id: str, versions: Versions, element_map: Mapping[str, str], reason: str
) -> int:
    """Order that every running case of a version be taken to another one; a worker does it, case by case.

    Returns:
        The id of the order.

    Raises:
        NotFound, NotAllowed, BadRequest: as for the preview; no reason, or one that is too long.
        Conflict: another order is at work on this version, or it has no case that could go on there.
    """
    reason, (from_version, _) = refuse_bad_reason(reason), versions
    with system.database.transaction(ONE_ORDER_AT_A_TIME) as connection:
        source_id, _ = _own_version(system, connection, actor, procedure_id, from_version)
        target = _target(system, connection, procedure_id, versions, element_map)
        order_id = migrations.insert_order(
            connection,
            {
                "procedure_id": procedure_id,
                "from_definition_id": source_id,
                "to_definition_id": target.definition_id,
                "element_map": dict(target.element_map),
                "reason": reason,
                "state": "running",
                "ordered_by": _signature(actor),
                "ordered_at": system.clock.now(),
            },
        )
        if not migrations.count_items(connection, order_id):
            raise Conflict("这一版没有在办的办件，不需要迁移。")
        system.jobs.defer_migrate_cases(connection, [order_id])
    return order_id


def _signature(actor: Actor) -> dict[str, object]:
    """Return who orders it, as of this moment: each case's history will name this post."""
    values = {name: getattr(actor, name) for name in Actor.__dataclass_fields__}
    return {**values, "roles": sorted(actor.roles)}


def _own_version(
    system: System, connection: Connection, actor: Actor, procedure_id: str, version: int
) -> tuple[int, Folder]:
    definition_id = migrations.find_version(connection, procedure_id, version)
    folder = system.folder(connection, definition_id)
    if not may(actor, Action.MIGRATE_CASES, scope_of(folder, organisations.read_tree(connection))):
        raise NotAllowed("办件迁移由事项主管单位的流程负责人或系统管理员办理。")
    return definition_id, folder


def _refuse_others(system: System, connection: Connection, actor: Actor, case: CaseRecord) -> None:
    folder = system.folder(connection, case.definition_id)
    if may(actor, Action.MIGRATE_CASES, scope_of(folder, organisations.read_tree(connection))):
        return
    if not may(actor, Action.READ_CASE, case.scope):
        raise NotFound(case_id=case.id)
    raise NotAllowed("办件迁移由事项主管单位的流程负责人或系统管理员办理。")


def _target(
    system: System,
    connection: Connection,
    procedure_id: str,
    versions: Versions,
    element_map: Mapping[str, str] | None,
) -> Target:
    _refuse_same(*versions)
    return find_target(system, connection, procedure_id, versions[1], element_map or {})


def _refuse_same(old: int, new: int) -> None:
    if old == new:
        raise BadRequest("办件已经在这一版，请选择另一版。")


def _refuse_impossible(plan: CasePlan) -> None:
    if plan.damage is not None:
        raise plan.damage
    if plan.refused:
        reasons = "；".join(f"“{where}”{sentence}" for where, sentence in plan.refused)
        raise Conflict(f"该办件不能迁移到第 {plan.target.version} 版：{reasons}", refused=tuple(plan.refused))


def _choices(found: Sequence[Row], from_version: int) -> tuple[VersionChoice, ...]:
    return tuple(
        VersionChoice(version=row.version, running=row.running) for row in found if row.version != from_version
    )
