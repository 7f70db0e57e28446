"""Orders to migrate cases at work: case by case, each its own transaction; how far they are; stopping one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from engine.access import Action, may
from engine.errors import Conflict, NotAllowed
from engine.maintenance import Target, carry_out, find_target, plan_cases, quarantine, scope_of
from engine.runtime import StateDamaged
from engine.store import cases, migrations, organisations
from engine.store.cases import CaseRecord
from engine.system import System
from engine.views import Actor, MigrationItem, MigrationOrderView

#: Cases that one job looks at before it lets other jobs have their turn.
BATCH = 100
#: Refused cases that the page of an order lists.
LISTED = 200


def nudge_unfinished(system: System) -> int:
    """Hand every unfinished order to the workers again; return how many. Their rows say what is left to do."""
    with system.database.transaction() as connection:
        unfinished = migrations.unfinished_orders(connection)
        system.jobs.defer_migrate_cases(connection, unfinished)
    return len(unfinished)


def carry_on(system: System, order_id: int, *, most: int = BATCH) -> bool:
    """Migrate the next cases of an order; True when there may be more to do.

    Each case is a transaction of its own that also records what became of it: a worker that dies leaves the rest
    waiting, and a case is never migrated twice. A case that somebody else holds locked is left for the next time.
    """
    with system.database.reading() as connection:
        first = migrations.read_order(connection, order_id)
        target = find_target(system, connection, first.procedure_id, first.to_version, first.element_map)
    seen: set[int] = set()
    while len(seen) < most:
        with system.database.transaction() as connection:
            order = migrations.read_order(connection, order_id)
            case_id = migrations.next_item(connection, order_id, system.wall.now())
        if order.state != "running" or case_id is None or case_id in seen:
            break
        seen.add(case_id)
        _migrate_one(system, order, target, case_id)
    return _finish_or_go_on(system, order_id)


def read_order(system: System, actor: Actor, order_id: int) -> MigrationOrderView:
    """Return an order and how far it has come.

    Raises:
        NotFound: no such order.
        NotAllowed: it is not the actor's procedure.
    """
    with system.database.reading() as connection:
        row = migrations.read_order(connection, order_id)
        _refuse_others(system, connection, actor, row)
        counts = migrations.count_items(connection, order_id)
        refused = migrations.list_items(connection, order_id, "refused", LISTED)
    return MigrationOrderView(
        order_id=row.id,
        procedure_id=row.procedure_id,
        procedure_name=row.name,
        from_version=row.from_version,
        to_version=row.to_version,
        element_map=tuple(sorted(row.element_map.items())),
        reason=row.reason,
        state=row.state,
        ordered_by=row.ordered_by["name"],
        ordered_at=row.ordered_at,
        finished_at=row.finished_at,
        counts=counts,
        refused=tuple(MigrationItem(case_id=one[0], number=one[1], sentence=one[2]) for one in refused),
    )


def stop_order(system: System, actor: Actor, order_id: int) -> None:
    """Let an order end after the case at hand; what was migrated stays so.

    Raises:
        NotFound: no such order.
        NotAllowed: it is not the actor's procedure.
        Conflict: it has come to its end already.
    """
    with system.database.transaction() as connection:
        row = migrations.read_order(connection, order_id, lock=True)
        _refuse_others(system, connection, actor, row)
        if row.state != "running":
            raise Conflict("这次迁移已经结束。")
        migrations.change_order(connection, order_id, "stopped", system.clock.now())


def _refuse_others(system: System, connection: Connection, actor: Actor, order: Row) -> None:
    folder = system.folder(connection, order.from_definition_id)
    if not may(actor, Action.MIGRATE_CASES, scope_of(folder, organisations.read_tree(connection))):
        raise NotAllowed("办件迁移由事项主管单位的流程负责人或系统管理员办理。")


def _migrate_one(system: System, order: Row, target: Target, case_id: int) -> None:
    """Migrate one case, or record why it cannot be."""
    damage: StateDamaged | None = None
    try:
        with system.database.transaction() as connection:
            case = cases.read_case(connection, case_id, lock=True)
            if migrations.claim_item(connection, order.id, case_id):
                outcome, damage = _outcome(system, connection, (order, target), case)
                migrations.finish_item(connection, order.id, case_id, outcome)
    except Conflict:
        # Somebody is at work on it for longer than a lock may be waited for. It stays waiting.
        return
    if damage is not None:
        quarantine(system, _ordering(order), case_id, damage)


def _outcome(
    system: System, connection: Connection, ordered: tuple[Row, Target], case: CaseRecord
) -> tuple[dict[str, Any], StateDamaged | None]:
    order, target = ordered
    if case.ended_at is not None or case.definition_id != order.from_definition_id:
        return {"state": "gone"}, None
    plan = next(plan_cases(system, connection, [case], target, _ordering(order)))
    if plan.refused:
        sentence = "；".join(f"“{where}”{why}" for where, why in plan.refused)
        return {"state": "refused", "sentence": sentence}, plan.damage
    carry_out(plan, order.reason)
    return {"state": "migrated"}, None


def _ordering(order: Row) -> Actor:
    """Return who gave the order, as of that moment."""
    return Actor(**{**order.ordered_by, "roles": frozenset(order.ordered_by["roles"])})


def _finish_or_go_on(system: System, order_id: int) -> bool:
    with system.database.transaction() as connection:
        order = migrations.read_order(connection, order_id, lock=True)
        if order.state != "running":
            return False
        if not migrations.has_waiting(connection, order_id):
            migrations.change_order(connection, order_id, "finished", system.clock.now())
            return False
        system.jobs.defer_migrate_cases(connection, [order_id])
        return True
