"""送审发布: a draft is submitted, approved by a second person, and counts from an instant on; so does going back."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from engine.access import Action, may
from engine.editions import (
    Judgement,
    Order,
    bring_due_into_force,
    first_person_obstacle,
    judge,
    keep_version,
    readable_draft,
    refuse_closed,
    refuse_others,
    scope_of_draft,
    scope_of_order,
)
from engine.errors import BadRequest, ChangedMeanwhile, Conflict, EngineError, NotAllowed, NotFound
from engine.lint import Severity
from engine.store import drafts, editions, notices, procedures
from engine.system import System
from engine.views import Actor
from engine.views.editions import Submission

logger = logging.getLogger(__name__)

ROUNDS = ("stay", "follow")
LONGEST_NOTE = 2000
#: Findings that an order keeps as evidence of what was known.
MOST_FINDINGS = 200
ONE_ORDER_AT_A_TIME = {
    "uq_version_order_procedure_id": lambda: Conflict("该事项已有一份待审核或待生效的发布，请等它办完或先撤回。")
}


def submit(system: System, actor: Actor, draft_id: int, submission: Submission) -> int:
    """送审: lock a draft and ask a second person to approve it; return the order's id.

    Raises:
        NotFound: no such draft, or it is not the actor's.
        BadRequest: no reason, or the wanted instant has passed.
        ChangedMeanwhile: the draft was changed since the person looked at it.
        Conflict: the checks or a scenario speak against it, another order is open, or a version that came into force
            since the draft was begun was not looked at.
    """
    now = system.clock.now()
    note = _refuse_bad(submission, now)
    with system.database.transaction(ONE_ORDER_AT_A_TIME) as connection:
        draft = readable_draft(system, connection, actor, draft_id, lock=True)
        refuse_closed(draft)
        if draft.revision != submission.revision:
            raise ChangedMeanwhile("草稿在您打开此页以后又有修改，请核对后再送审。", revision=draft.revision)
        found = judge(system, connection, draft)
        _refuse_obstacles(draft, found, submission)
        values = {
            **_values(connection, actor, draft.procedure_id, submission, now),
            "kind": "publish",
            "name": found.report.folder.procedure.name if found.report.folder else draft.name,
            "draft_id": draft_id,
            "digest": found.digest,
            "findings": _sentences(found),
            "note": note,
        }
        order = _begin(system, connection, actor, values)
        drafts.change_draft(connection, draft_id, {"state": "submitted", "name": values["name"]})
        _tell(order, f"请审核：{order.row.name}的修改", f"{actor.name}送审：{note} 请到“流程工作室”审核。")
        return int(order.row.id)


def propose_roll_back(system: System, actor: Actor, procedure_id: str, version: int, submission: Submission) -> int:
    """回退: ask a second person to let an earlier version be in force again; return the order's id.

    Raises:
        NotFound: no such procedure or version.
        NotAllowed: it is not the actor's.
        BadRequest: no reason, or the wanted instant has passed.
        Conflict: the version is in force already, or another order is open.
    """
    now = system.clock.now()
    note = _refuse_bad(submission, now)
    with system.database.transaction(ONE_ORDER_AT_A_TIME) as connection:
        refuse_others(actor, scope_of_draft(system, connection, procedure_id, ""))
        found = {row.version: row for row in editions.list_versions(connection, procedure_id)}.get(version)
        if found is None:
            raise NotFound("没有找到这一版，请核对版本号。")
        if found.id == procedures.current_version(connection, procedure_id):
            raise Conflict("这一版就是现行版本。")
        values = {
            **_values(connection, actor, procedure_id, submission, now),
            "kind": "roll_back",
            "name": found.name,
            "definition_id": found.id,
            "digest": found.digest,
            "note": note,
        }
        order = _begin(system, connection, actor, values)
        _tell(
            order, f"请审核：{order.row.name}回退到第 {version} 版", f"{actor.name}提出：{note} 请到“流程工作室”审核。"
        )
        return int(order.row.id)


def approve(system: System, actor: Actor, order_id: int, digest: str, note: str = "") -> None:
    """批准: let what was submitted become a version, in force at its instant; only a second person may.

    Args:
        system: the system.
        actor: who approves.
        order_id: the order.
        digest: of the folder that the person looked at.
        note: their remark.

    Raises:
        NotFound: no such order, or it is not the actor's to know of.
        NotAllowed: the actor submitted it or changed the draft.
        Conflict: it was decided already, or the checks speak against it now.
        BadRequest: the remark is too long.
        ChangedMeanwhile: what was looked at is not what was submitted.
    """
    now = system.clock.now()
    if len(note) > LONGEST_NOTE:
        raise BadRequest(f"审核意见不能超过 {LONGEST_NOTE} 字。")
    with system.database.transaction() as connection:
        order = _order(system, connection, actor, order_id, "submitted")
        _refuse_first_person(connection, actor, order.row)
        if digest != order.row.digest:
            raise ChangedMeanwhile("您核对的内容与送审的内容不一致，请重新打开此页。")
        definition_id = order.row.definition_id
        if order.row.kind == "publish":
            definition_id = _keep(system, connection, order.row)
            drafts.change_draft(connection, order.row.draft_id, {"state": "approved"})
        decided = {"definition_id": definition_id, "effective_at": order.row.effective_at or now, "state": "approved"}
        editions.change_order(connection, order_id, {**decided, **_decision(actor, note, now)})
        order = Order(system=system, connection=connection, row=editions.read_order(connection, order_id), at=now)
        order.note("approved", _signature(actor), reason=note.strip())
        _tell(order, f"已批准：{order.row.name}", f"{actor.name}已批准，到约定的时间生效。")
        if order.row.effective_at <= now:
            order.bring_into_force()


def return_order(system: System, actor: Actor, order_id: int, reason: str) -> None:
    """退回: the second person gives what was submitted back to be changed.

    Raises:
        NotFound, NotAllowed, Conflict: as for the approval.
        BadRequest: no reason.
    """
    with system.database.transaction() as connection:
        order = _order(system, connection, actor, order_id, "submitted")
        _refuse_first_person(connection, actor, order.row)
        _end(order, actor, "returned", reason)
        _tell(order, f"已退回：{order.row.name}", f"{actor.name}退回：{reason.strip()}")


def withdraw_order(system: System, actor: Actor, order_id: int, reason: str) -> None:
    """撤回: an owner takes back what was submitted and not decided yet.

    Raises:
        NotFound: no such order, or it is not the actor's to know of.
        Conflict: it was decided already.
        BadRequest: no reason.
    """
    with system.database.transaction() as connection:
        _end(_order(system, connection, actor, order_id, "submitted"), actor, "withdrawn", reason)


def cancel_order(system: System, actor: Actor, order_id: int, reason: str) -> None:
    """取消生效: an owner stops what was approved before its instant has come.

    Raises:
        NotFound: no such order, or it is not the actor's to know of.
        Conflict: it is in force already, or was never approved.
        BadRequest: no reason.
    """
    with system.database.transaction() as connection:
        order = _order(system, connection, actor, order_id, "approved")
        if order.row.effective_at <= order.at:
            raise Conflict("生效时间已到，不能再取消；需要恢复旧版请用“回退”。")
        _end(order, actor, "cancelled", reason)
        _tell(order, f"已取消生效：{order.row.name}", f"{actor.name}取消：{reason.strip()}")


def activate_due(system: System) -> tuple[int, datetime | None]:
    """Bring into force what is due; return how much that was, and when the next order counts.

    Each order is a transaction of its own: one that cannot come into force keeps no other from it.
    """
    now = system.clock.now()
    with system.database.reading() as connection:
        due = editions.due_order_ids(connection, now)
    done = 0
    for order_id in due:
        try:
            with system.database.transaction() as connection:
                row = editions.read_order(connection, order_id)
                done += bring_due_into_force(system, connection, now, row.procedure_id)
        except EngineError as error:
            logger.error("an approved version could not come into force", exc_info=error, extra={"order": order_id})
    with system.database.reading() as connection:
        coming = editions.next_due_at(connection)
    return done, coming if coming is None or coming > now else None


def _refuse_first_person(connection: Connection, actor: Actor, order: Row) -> None:
    obstacle = first_person_obstacle(connection, actor, order)
    if obstacle:
        raise NotAllowed(obstacle)


def _refuse_bad(submission: Submission, now: datetime) -> str:
    note = submission.note.strip()
    if not 0 < len(note) <= LONGEST_NOTE:
        raise BadRequest(f"请写明修改了什么、为什么改（{LONGEST_NOTE} 字以内）。")
    if submission.effective_at is not None and submission.effective_at <= now:
        raise BadRequest("生效时间已经过去，请改为以后的时间，或选择“批准后立即生效”。")
    if submission.rounds not in ROUNDS:
        raise BadRequest
    return note


def _refuse_obstacles(draft: Row, found: Judgement, submission: Submission) -> None:
    if found.obstacles:
        raise Conflict("不能送审：" + "".join(found.obstacles), obstacles=found.obstacles)
    current = found.current
    if current is not None and current.version != draft.base_version and not submission.knows_newer:
        raise Conflict(
            f"这份草稿建立以后，第 {current.version} 版已经生效。请在“比较”里核对差异，"
            "确认没有丢掉别人的修改后，勾选“已核对”再送审。"
        )


def _values(
    connection: Connection, actor: Actor, procedure_id: str, submission: Submission, now: datetime
) -> dict[str, Any]:
    known = {row.version for row in editions.list_versions(connection, procedure_id)}
    if not submission.migrations.keys() <= known:
        raise NotFound("没有找到要迁移的版本，请核对版本号。")
    return {
        "procedure_id": procedure_id,
        "base_definition_id": procedures.current_version(connection, procedure_id),
        "state": "submitted",
        "effective_at": submission.effective_at,
        "rounds": submission.rounds,
        "migrations": {str(version): dict(chosen) for version, chosen in submission.migrations.items()},
        "submitted_by_id": actor.account_id,
        "submitted_by": _signature(actor),
        "submitted_at": now,
    }


def _begin(system: System, connection: Connection, actor: Actor, values: Mapping[str, Any]) -> Order:
    order_id = editions.insert_order(connection, values)
    row = editions.read_order(connection, order_id)
    order = Order(system=system, connection=connection, row=row, at=values["submitted_at"])
    order.note("submitted", _signature(actor), reason=values["note"], details={"kind": row.kind})
    return order


def _order(system: System, connection: Connection, actor: Actor, order_id: int, state: str) -> Order:
    row = editions.read_order(connection, order_id, lock=True)
    if not may(actor, Action.APPROVE_PROCEDURE, scope_of_order(system, connection, row)):
        raise NotFound(order_id=order_id)
    if row.state != state:
        raise Conflict("这份发布的情况已经变化，请刷新页面查看。", state=row.state)
    return Order(system=system, connection=connection, row=row, at=system.clock.now())


def _keep(system: System, connection: Connection, order: Row) -> int:
    """Keep the draft as a version, if it is what was submitted and nothing speaks against it now."""
    draft = drafts.read_draft(connection, order.draft_id, lock=True)
    found = judge(system, connection, draft)
    if found.digest != order.digest:
        raise ChangedMeanwhile("草稿的内容与送审的内容不一致，不能批准；请退回后重新送审。")
    if found.obstacles or found.report.folder is None:
        raise Conflict("不能批准：" + "".join(found.obstacles), obstacles=found.obstacles)
    return keep_version(system, connection, found.report.folder, order.submitted_by["name"])[0]


def _end(order: Order, actor: Actor, state: str, reason: str) -> None:
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_NOTE:
        raise BadRequest(f"请写明原因（{LONGEST_NOTE} 字以内）。")
    # Who approved what is cancelled stays on record; who cancelled it is in the ledger.
    decided = {} if state == "cancelled" else _decision(actor, reason, order.at)
    editions.change_order(order.connection, order.row.id, {"state": state, **decided})
    if order.row.draft_id is not None:
        drafts.change_draft(order.connection, order.row.draft_id, {"state": "returned"})
    order.note(state, _signature(actor), reason=reason)


def _decision(actor: Actor, note: str, at: datetime) -> dict[str, Any]:
    return {
        "decided_by_id": actor.account_id,
        "decided_by": _signature(actor),
        "decided_at": at,
        "decision_note": note.strip(),
    }


def _signature(actor: Actor) -> dict[str, Any]:
    values = {name: getattr(actor, name) for name in Actor.__dataclass_fields__}
    return {**values, "roles": sorted(actor.roles)}


def _sentences(found: Judgement) -> list[str]:
    """Return what the checks said beside errors, as evidence of what was known."""
    findings = (one for one in found.report.findings if one.severity is not Severity.HINT)
    return [f"{one.file} {one.name or one.element} {one.message}" for one in findings][:MOST_FINDINGS]


def _tell(order: Order, title: str, body: str) -> None:
    """Tell the process owners of every office that owns the procedure."""
    offices = scope_of_order(order.system, order.connection, order.row).owner_ids
    rows = [
        {
            "instance_id": None,
            "organisation_id": office,
            "role": "process_owner",
            "title": title,
            "body": body,
            "sent_at": order.at,
        }
        for office in sorted(offices)
    ]
    order.system.jobs.defer_deliver_notices(order.connection, notices.insert_notices(order.connection, rows))
