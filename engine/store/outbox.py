"""Packages on their way out, and the mailboxes that rounds name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.dialects import postgresql

from engine.models import outbox, process_instance, round_mailbox

_outbox = outbox.c
LISTED = 100


def insert_package(connection: Connection, values: Mapping[str, Any]) -> int:
    """Write a package into the outbox and return its id."""
    return connection.execute(insert(outbox).returning(_outbox.id), dict(values)).scalar_one()


def lock_pending(connection: Connection, outbox_id: int) -> Row | None:
    """Return a package that is to be sent, locked; None when it is done or another worker has it."""
    query = select(outbox).where(_outbox.id == outbox_id, _outbox.state == "pending")
    return connection.execute(query.with_for_update(skip_locked=True)).one_or_none()


def update_package(connection: Connection, outbox_id: int, values: Mapping[str, Any]) -> None:
    """Change a package's row."""
    connection.execute(update(outbox).where(_outbox.id == outbox_id).values(**values))


def list_packages(connection: Connection) -> Sequence[Row]:
    """Return the latest packages with their cases' numbers."""
    query = select(outbox, process_instance.c.number.label("case_number")).join(
        process_instance, process_instance.c.id == _outbox.instance_id
    )
    return connection.execute(query.order_by(_outbox.id.desc()).limit(LISTED)).all()


def read_mailbox(connection: Connection, round_id: int, name: str) -> str | None:
    """Return the address that a round gives to a mailbox, or None."""
    found = round_mailbox.c
    return connection.scalar(select(found.address).where(found.round_id == round_id, found.name == name))


def list_mailboxes(connection: Connection, round_id: int) -> Sequence[Row]:
    """Return the mailboxes of a round."""
    found = round_mailbox.c
    return connection.execute(select(round_mailbox).where(found.round_id == round_id).order_by(found.name)).all()


def waiting_of_round(connection: Connection, round_id: int) -> dict[str, int]:
    """Return how many packages wait for an address, by mailbox."""
    query = select(_outbox.mailbox, func.count().label("waiting")).where(
        _outbox.round_id == round_id, _outbox.state == "waiting"
    )
    return {row.mailbox: row.waiting for row in connection.execute(query.group_by(_outbox.mailbox))}


def save_mailbox(connection: Connection, values: Mapping[str, Any]) -> None:
    """Write the address of a mailbox, or replace it."""
    statement = postgresql.insert(round_mailbox).values(**values)
    changed = {name: values[name] for name in ("address", "set_by", "set_at")}
    connection.execute(
        statement.on_conflict_do_update(index_elements=[round_mailbox.c.round_id, round_mailbox.c.name], set_=changed)
    )


def release_waiting(connection: Connection, round_id: int, name: str) -> list[int]:
    """Let packages go that waited for this mailbox, and return their ids."""
    statement = update(outbox).where(_outbox.round_id == round_id, _outbox.mailbox == name, _outbox.state == "waiting")
    return list(connection.scalars(statement.values(state="pending", note="").returning(_outbox.id)))
