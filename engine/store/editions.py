"""Orders to publish and to go back, the chained ledger of each procedure, and how scenarios went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql

from engine.audit import GENESIS, link
from engine.errors import NotFound
from engine.models import (
    draft,
    procedure_definition,
    procedure_event,
    procedure_ledger,
    process_instance,
    replayed_folder,
    round_window,
    version_order,
    yearly_round,
)

_orders = version_order.c
_events = procedure_event.c
_base, _target = procedure_definition.alias("base"), procedure_definition.alias("target")
_WITH_VERSIONS: Select = (
    select(version_order, _base.c.version.label("base_version"), _target.c.version.label("version"))
    .outerjoin(_base, _base.c.id == _orders.base_definition_id)
    .outerjoin(_target, _target.c.id == _orders.definition_id)
)
#: Events and orders on one page.
LISTED = 200


def insert_order(connection: Connection, values: Mapping[str, Any]) -> int:
    """Write an order and return its id."""
    return connection.execute(insert(version_order).values(**values).returning(_orders.id)).scalar_one()


def change_order(connection: Connection, order_id: int, values: Mapping[str, Any]) -> None:
    """Change columns of an order."""
    connection.execute(update(version_order).where(_orders.id == order_id).values(**values))


def read_order(connection: Connection, order_id: int, *, lock: bool = False) -> Row:
    """Return an order with the numbers of its versions.

    Raises:
        NotFound: there is no such order.
    """
    query = _WITH_VERSIONS.where(_orders.id == order_id)
    row = connection.execute(query.with_for_update(of=version_order) if lock else query).one_or_none()
    if row is None:
        raise NotFound(order_id=order_id)
    return row


def latest_order(connection: Connection, draft_id: int) -> Row | None:
    """Return the last order that a draft was submitted with, or None."""
    query = _WITH_VERSIONS.where(_orders.draft_id == draft_id).order_by(_orders.id.desc()).limit(1)
    return connection.execute(query).one_or_none()


def orders_of(connection: Connection, procedure_id: str) -> Sequence[Row]:
    """Return the latest orders of a procedure, latest first."""
    query = _WITH_VERSIONS.where(_orders.procedure_id == procedure_id)
    return connection.execute(query.order_by(_orders.id.desc()).limit(LISTED)).all()


def open_orders(connection: Connection, procedure_ids: Sequence[str], organisation_id: str) -> Sequence[Row]:
    """Return what waits for approval or for its instant: of these procedures, and of new ones that the office began."""
    query = _WITH_VERSIONS.outerjoin(draft, draft.c.id == _orders.draft_id).where(
        _orders.state.in_(("submitted", "approved")),
        _orders.procedure_id.in_(procedure_ids) | (draft.c.organisation_id == organisation_id),
    )
    return connection.execute(query.order_by(_orders.id)).all()


# Asked whenever a case begins, so built once.
_ALL_DUE = (
    _WITH_VERSIONS.where(_orders.state == "approved", _orders.effective_at <= bindparam("now"))
    .order_by(_orders.effective_at, _orders.id)
    .with_for_update(of=version_order)
)
_DUE_OF_PROCEDURE = _ALL_DUE.where(_orders.procedure_id == bindparam("procedure_id"))


def due_orders(connection: Connection, now: datetime, procedure_id: str = "") -> Sequence[Row]:
    """Return the approved orders whose instant has come, locked, the earliest first; waits for one that is at work."""
    if procedure_id:
        return connection.execute(_DUE_OF_PROCEDURE, {"now": now, "procedure_id": procedure_id}).all()
    return connection.execute(_ALL_DUE, {"now": now}).all()


def due_order_ids(connection: Connection, now: datetime) -> Sequence[int]:
    """Return the ids of the approved orders whose instant has come, the earliest first."""
    query = select(_orders.id).where(_orders.state == "approved", _orders.effective_at <= now)
    return list(connection.scalars(query.order_by(_orders.effective_at, _orders.id)))


def next_due_at(connection: Connection) -> datetime | None:
    """Return when the next approved order counts, or None."""
    return connection.scalar(select(func.min(_orders.effective_at)).where(_orders.state == "approved"))


def is_in_owners_hands(connection: Connection, procedure_id: str) -> bool:
    """Tell whether the procedure's owners ever published a version themselves, or are about to."""
    states = ("submitted", "approved", "in_force")
    query = select(_orders.id).where(_orders.procedure_id == procedure_id, _orders.state.in_(states)).limit(1)
    return connection.scalar(query) is not None


def append_event(connection: Connection, procedure_id: str, event: Mapping[str, Any]) -> None:
    """Add an event to a procedure's ledger, chained to the one before; the ledger's row stays locked.

    Args:
        connection: the caller's transaction.
        procedure_id: the procedure.
        event: at, kind, version, digest, reason, actor_name, organisation_name; order_id, definition_id and details
            when it has any.
    """
    ledger = postgresql.insert(procedure_ledger).values(procedure_id=procedure_id, last_sequence=0, last_hash=GENESIS)
    connection.execute(ledger.on_conflict_do_nothing())
    of_procedure = procedure_ledger.c.procedure_id == procedure_id
    head = connection.execute(select(procedure_ledger).where(of_procedure).with_for_update()).one()
    written = {
        "procedure_id": procedure_id,
        "sequence": head.last_sequence + 1,
        "order_id": None,
        "definition_id": None,
        "details": {},
        **event,
    }
    written["at"] = written["at"].astimezone(UTC)
    sha256, sm3 = link(bytes(head.last_hash), written)
    connection.execute(insert(procedure_event).values(**written, sha256=sha256, sm3=sm3))
    changed = {"last_sequence": written["sequence"], "last_hash": sha256}
    connection.execute(update(procedure_ledger).where(of_procedure).values(**changed))


def read_events(connection: Connection, procedure_id: str) -> Sequence[Row]:
    """Return the latest events of a procedure, latest first."""
    query = select(procedure_event).where(_events.procedure_id == procedure_id)
    return connection.execute(query.order_by(_events.sequence.desc()).limit(LISTED)).all()


def read_chain(connection: Connection, procedure_id: str) -> list[tuple[dict[str, Any], bytes, bytes]]:
    """Return (event, SHA-256, SM3) of a procedure in order, as `engine.audit.first_broken_link` takes them."""
    chain = []
    query = select(procedure_event).where(_events.procedure_id == procedure_id).order_by(_events.sequence)
    for row in connection.execute(query):
        event = {str(name): value for name, value in row._mapping.items()}
        event["at"] = event["at"].astimezone(UTC)
        sha256, sm3 = event.pop("sha256"), event.pop("sm3")
        chain.append((event, bytes(sha256), bytes(sm3)))
    return chain


def read_head(connection: Connection, procedure_id: str) -> tuple[int, bytes] | None:
    """Return the number and digest of a ledger's last event, or None without one."""
    ledger = procedure_ledger.c
    row = connection.execute(
        select(ledger.last_sequence, ledger.last_hash).where(ledger.procedure_id == procedure_id)
    ).one_or_none()
    return None if row is None else (row.last_sequence, bytes(row.last_hash))


def keep_replay(connection: Connection, values: Mapping[str, Any]) -> None:
    """Write how the scenarios of a folder went; of two replays the later counts."""
    statement = postgresql.insert(replayed_folder).values(**values)
    changes = {name: statement.excluded[name] for name in values if name != "digest"}
    connection.execute(statement.on_conflict_do_update(index_elements=["digest"], set_=changes))


def read_replay(connection: Connection, digest: str) -> Row | None:
    """Return how the scenarios of a folder went, or None when they were not replayed."""
    return connection.execute(select(replayed_folder).where(replayed_folder.c.digest == digest)).one_or_none()


def open_rounds(connection: Connection, procedure_id: str, now: datetime) -> Sequence[Row]:
    """Return the yearly rounds of a procedure that may still get cases, latest first: some window has not closed."""
    windows = select(round_window.c.id).where(round_window.c.round_id == yearly_round.c.id)
    query = select(yearly_round).where(
        yearly_round.c.procedure_id == procedure_id,
        yearly_round.c.year > 0,
        windows.where(round_window.c.closes_at > now).exists() | ~windows.exists(),
    )
    return connection.execute(query.order_by(yearly_round.c.year.desc())).all()


def window_ids(connection: Connection, round_id: int) -> frozenset[str]:
    """Return the windows that a round has."""
    return frozenset(connection.scalars(select(round_window.c.window_id).where(round_window.c.round_id == round_id)))


def take_round(connection: Connection, round_id: int, definition_id: int) -> None:
    """Let new cases of a round take a version."""
    change = update(yearly_round).where(yearly_round.c.id == round_id, yearly_round.c.definition_id != definition_id)
    connection.execute(change.values(definition_id=definition_id))


def list_versions(connection: Connection, procedure_id: str) -> Sequence[Row]:
    """Return the versions of a procedure, newest first, with their running cases."""
    versions = procedure_definition.c
    running = (
        select(func.count())
        .select_from(process_instance)
        .where(process_instance.c.definition_id == versions.id, process_instance.c.ended_at.is_(None))
        .scalar_subquery()
    )
    columns = ("id", "version", "digest", "name", "deployed_at", "deployed_by")
    query = select(*(versions[name] for name in columns), running.label("running"))
    return connection.execute(
        query.where(versions.procedure_id == procedure_id).order_by(versions.version.desc())
    ).all()
