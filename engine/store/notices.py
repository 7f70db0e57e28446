"""Notices to offices: written in the transaction that causes them, delivered after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, literal, or_, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql import ColumnElement

from engine.access import is_office_holder
from engine.jobs import DELIVER_NOTICE, deferring
from engine.models import notice, notice_reading, organisation
from engine.store.batch import Batch, Part
from engine.views import Actor

LISTED = 100


def insert_notices(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Write notices and return their ids."""
    return list(connection.scalars(insert(notice).returning(notice.c.id), list(rows)))


_TOLD = "new_notice"
_NUDGE = Part("deferred_notice", deferring(DELIVER_NOTICE, _TOLD))


def add_notices(batch: Batch, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add notices, and jobs that deliver them."""
    batch.insert(notice, rows, name=_TOLD, returning="id")
    batch.add(_NUDGE, {})


def addressed_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which a notice is for the actor; one for the whole office is not for supervisors."""
    own_role = notice.c.role.in_(sorted(actor.roles))
    is_mine = or_(notice.c.role == "", own_role) if is_office_holder(actor) else own_role
    return and_(notice.c.organisation_id == actor.organisation_id, is_mine)


def _is_read(actor: Actor) -> ColumnElement[bool]:
    return (
        select(notice_reading.c.notice_id)
        .where(notice_reading.c.notice_id == notice.c.id, notice_reading.c.account_id == actor.account_id)
        .exists()
    )


def list_notices(connection: Connection, actor: Actor) -> Sequence[Row]:
    """Return the actor's latest notices with whether each was read."""
    query = select(notice, _is_read(actor).label("is_read")).where(addressed_to(actor))
    return connection.execute(query.order_by(notice.c.id.desc()).limit(LISTED)).all()


def notices_after(connection: Connection, notice_id: int) -> Sequence[Row]:
    """Return every notice written after one, oldest first, with the name of the organisation it is addressed to."""
    query = select(notice, organisation.c.name.label("organisation_name")).join(
        organisation, organisation.c.id == notice.c.organisation_id
    )
    return connection.execute(query.where(notice.c.id > notice_id).order_by(notice.c.id)).all()


def count_unread(connection: Connection, actor: Actor) -> int:
    """Count the actor's unread notices."""
    query = select(func.count()).select_from(notice).where(addressed_to(actor), ~_is_read(actor))
    return connection.scalar(query) or 0


def mark_read(connection: Connection, actor: Actor, notice_id: int, at: datetime) -> bool:
    """Record that the actor read a notice; False when it is not addressed to them."""
    if connection.scalar(select(notice.c.id).where(notice.c.id == notice_id, addressed_to(actor))) is None:
        return False
    reading = postgresql.insert(notice_reading).values(notice_id=notice_id, account_id=actor.account_id, read_at=at)
    connection.execute(reading.on_conflict_do_nothing())
    return True


def mark_all_read(connection: Connection, actor: Actor, until: int, at: datetime) -> None:
    """Record that the actor read every notice up to one; later ones have not been seen yet."""
    unread = select(notice.c.id, literal(actor.account_id), literal(at)).where(
        addressed_to(actor), notice.c.id <= until, ~_is_read(actor)
    )
    reading = postgresql.insert(notice_reading).from_select(["notice_id", "account_id", "read_at"], unread)
    connection.execute(reading.on_conflict_do_nothing())


def lock_undelivered(connection: Connection, notice_id: int) -> Row | None:
    """Return an undelivered notice, locked; None when it was delivered or another worker has it."""
    query = select(notice).where(notice.c.id == notice_id, notice.c.delivered_at.is_(None))
    return connection.execute(query.with_for_update(skip_locked=True)).one_or_none()


def mark_delivered(connection: Connection, notice_id: int, at: datetime) -> None:
    """Record that the outgoing channel took a notice."""
    connection.execute(update(notice).where(notice.c.id == notice_id).values(delivered_at=at))
