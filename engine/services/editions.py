"""What becomes of drafts, looked at: what speaks against one, orders, a procedure's history, cases it would touch."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Row

from engine.access import Action, may
from engine.audit import first_broken_link
from engine.editions import (
    Judgement,
    draft_view,
    first_person_obstacle,
    judge,
    owned_procedures,
    readable_draft,
    refuse_others,
    scope_of_draft,
    scope_of_order,
)
from engine.errors import Conflict, NotAllowed, NotFound
from engine.folders import unpack
from engine.maintenance import Target, groups_of, map_choices, plan_cases
from engine.store import drafts, editions, migrations, organisations, procedures
from engine.system import System
from engine.views import Actor, MigrationPlanView
from engine.views.editions import (
    ApprovalView,
    FindingView,
    OrderView,
    ProcedureEvent,
    ProcedureHistory,
    ReplayedScenario,
    ReplayView,
    VersionView,
)

#: Cases that a preview looks at.
EXAMINED = 300


def read_approval(system: System, actor: Actor, draft_id: int) -> ApprovalView:
    """Return what the page 送审发布 shows of a draft.

    Raises:
        NotFound: no such draft, or it is not the actor's.
    """
    with system.database.reading() as connection:
        draft = readable_draft(system, connection, actor, draft_id)
        found = judge(system, connection, draft)
        order = editions.latest_order(connection, draft_id)
        versions = _versions(connection, draft.procedure_id)
        current = next((one for one in versions if one.is_current), None)
        is_newer = current is not None and current.version != draft.base_version
        return ApprovalView(
            draft=draft_view(draft),
            digest=found.digest,
            findings=_findings(found),
            is_publishable=found.report.is_publishable,
            replay=None if found.replay is None else _replay(found.replay),
            obstacles=found.obstacles,
            newer_version=current.version if current is not None and is_newer else None,
            running=tuple(one for one in versions if one.running),
            open_rounds=tuple(
                row.title for row in editions.open_rounds(connection, draft.procedure_id, system.clock.now())
            ),
            order=None if order is None else _order_view(system, connection, actor, order),
            authors=tuple(drafts.authors_of(connection, draft_id).values()),
        )


def read_order(system: System, actor: Actor, order_id: int) -> OrderView:
    """Return an order with what the actor may do with it.

    Raises:
        NotFound: no such order, or it is not the actor's to know of.
    """
    with system.database.reading() as connection:
        row = editions.read_order(connection, order_id)
        if not may(actor, Action.APPROVE_PROCEDURE, scope_of_order(system, connection, row)):
            raise NotFound(order_id=order_id)
        return _order_view(system, connection, actor, row)


def list_open_orders(system: System, actor: Actor) -> tuple[OrderView, ...]:
    """Return what waits for approval or for its instant in the actor's procedures.

    Raises:
        NotAllowed: the actor changes no procedures at all.
    """
    if not may(actor, Action.READ_STUDIO):
        raise NotAllowed("流程工作室由流程负责人使用。")
    with system.database.reading() as connection:
        owned = owned_procedures(system, connection, actor)
        rows = editions.open_orders(connection, list(owned), actor.organisation_id)
        return tuple(_order_view(system, connection, actor, row) for row in rows)


def read_procedure(system: System, actor: Actor, procedure_id: str) -> ProcedureHistory:
    """Return a procedure with its versions, drafts and everything that was done to it.

    Raises:
        NotFound: no such procedure.
        NotAllowed: it is not the actor's.
    """
    with system.database.reading() as connection:
        refuse_others(actor, scope_of_draft(system, connection, procedure_id, ""))
        versions = _versions(connection, procedure_id)
        if not versions:
            raise NotFound(procedure_id=procedure_id)
        orders = editions.orders_of(connection, procedure_id)
        waiting = next((row for row in orders if row.state in ("submitted", "approved")), None)
        chain = editions.read_chain(connection, procedure_id)
        head = editions.read_head(connection, procedure_id)
        return ProcedureHistory(
            procedure_id=procedure_id,
            name=versions[0].name,
            versions=versions,
            drafts=tuple(draft_view(row) for row in drafts.list_drafts(connection, [procedure_id], "")),
            open_order=None if waiting is None else _order_view(system, connection, actor, waiting),
            events=tuple(_event(row) for row in editions.read_events(connection, procedure_id)),
            is_sound=first_broken_link(chain) is None and head == ((len(chain), chain[-1][1]) if chain else None),
        )


def open_version(system: System, actor: Actor, definition_id: int) -> tuple[VersionView, dict[str, bytes]]:
    """Return a version and its folder, byte for byte as it was deployed.

    Raises:
        NotFound: no such version, or it is not the actor's to read.
    """
    with system.database.reading() as connection:
        row = procedures.read_archive(connection, definition_id)
        if not may(actor, Action.EDIT_PROCEDURE, scope_of_draft(system, connection, row.procedure_id, "")):
            raise NotFound(definition_id=definition_id)
        view = next(one for one in _versions(connection, row.procedure_id) if one.definition_id == definition_id)
        return view, unpack(bytes(row.archive))


def preview_cases(
    system: System, actor: Actor, draft_id: int, version: int, element_map: Mapping[str, str]
) -> MigrationPlanView:
    """Say what would become of the running cases of a version, were the draft in force as it stands.

    Raises:
        NotFound: no such draft or version, or it is not the actor's.
        Conflict: the draft cannot run as it stands.
    """
    with system.database.reading() as connection:
        draft = readable_draft(system, connection, actor, draft_id)
        folder = judge(system, connection, draft).report.folder
        if folder is None:
            raise Conflict("草稿还有错误，不能预览；请先到“检查”改正。")
        versions = _versions(connection, draft.procedure_id)
        source = next((one for one in versions if one.version == version), None)
        if source is None:
            raise NotFound("没有找到这一版，请核对版本号。")
        target = Target(
            definition_id=0,
            version=versions[0].version + 1,
            folder=folder,
            tree=organisations.read_tree(connection),
            element_map={old: new for old, new in element_map.items() if new},
        )
        some = migrations.running_cases(connection, source.definition_id, most=EXAMINED)
        plans = list(plan_cases(system, connection, some, target, actor))
    return MigrationPlanView(
        procedure_id=draft.procedure_id,
        procedure_name=draft.name,
        from_version=version,
        to_version=target.version,
        versions=(),
        map_choices=map_choices(plans),
        groups=groups_of(plans),
        total=source.running,
        examined=len(plans),
        possible=sum(plan.is_possible for plan in plans),
    )


def _versions(connection: Connection, procedure_id: str) -> tuple[VersionView, ...]:
    current = procedures.current_version(connection, procedure_id)
    return tuple(
        VersionView(
            definition_id=row.id,
            version=row.version,
            digest=row.digest,
            name=row.name,
            deployed_at=row.deployed_at,
            deployed_by=row.deployed_by,
            running=row.running,
            is_current=row.id == current,
        )
        for row in editions.list_versions(connection, procedure_id)
    )


def _findings(found: Judgement) -> tuple[FindingView, ...]:
    return tuple(
        FindingView(severity=one.severity.value, file=one.file, element=one.element, name=one.name, message=one.message)
        for one in found.report.findings
    )


def _replay(row: Row) -> ReplayView:
    return ReplayView(scenarios=tuple(ReplayedScenario(**one) for one in row.scenarios), replayed_at=row.replayed_at)


def _order_view(system: System, connection: Connection, actor: Actor, row: Row) -> OrderView:
    obstacle = first_person_obstacle(connection, actor, row)
    return OrderView(
        order_id=row.id,
        kind=row.kind,
        procedure_id=row.procedure_id,
        name=row.name,
        draft_id=row.draft_id,
        version=row.version,
        definition_id=row.definition_id,
        base_version=row.base_version,
        base_definition_id=row.base_definition_id,
        digest=row.digest,
        state=row.state,
        note=row.note,
        effective_at=row.effective_at,
        rounds=row.rounds,
        migrations=tuple((int(version), chosen) for version, chosen in sorted(row.migrations.items())),
        findings=tuple(row.findings),
        submitted_by=row.submitted_by["name"],
        submitted_at=row.submitted_at,
        decided_by=row.decided_by.get("name", ""),
        decided_at=row.decided_at,
        decision_note=row.decision_note,
        in_force_at=row.in_force_at,
        remarks=tuple(row.remarks),
        actions=_actions(system, row, obstacle),
        obstacle=obstacle,
    )


def _actions(system: System, row: Row, obstacle: str) -> frozenset[str]:
    if row.state == "submitted":
        return frozenset({"withdraw"} if obstacle else {"approve", "return", "withdraw"})
    is_waiting = row.state == "approved" and row.effective_at > system.clock.now()
    return frozenset({"cancel"} if is_waiting else ())


def _event(row: Row) -> ProcedureEvent:
    return ProcedureEvent(
        sequence=row.sequence,
        at=row.at,
        kind=row.kind,
        order_id=row.order_id,
        version=row.version,
        digest=row.digest,
        reason=row.reason,
        actor_name=row.actor_name,
        organisation_name=row.organisation_name,
        remarks=tuple(row.details.get("remarks", ())),
    )
