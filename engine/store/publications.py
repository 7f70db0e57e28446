"""Publications, the orders that prolong them, and objections against them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, case, cast, func, insert, select, true, tuple_, update
from sqlalchemy.dialects import postgresql

from engine.errors import NotFound
from engine.models import objection, public_throttle, publication, publication_extension
from engine.store.numbers import next_spelled, spelling_of
from engine.views import AttachmentView

_publications = publication.c
_objections = objection.c
PAGE = 20
OBJECTION_NUMBER = "异议-{year}-{number:06d}"


def insert_publication(connection: Connection, values: Mapping[str, Any]) -> int:
    """Write a publication and return its id."""
    return connection.execute(insert(publication).returning(_publications.id), dict(values)).scalar_one()


def read_publication(connection: Connection, publication_id: int, *, lock: bool = False) -> Row:
    """Return one publication.

    Raises:
        NotFound: there is no such publication.
    """
    query = select(publication).where(_publications.id == publication_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound(publication_id=publication_id)
    return row


def list_public(connection: Connection, after: tuple[datetime, int] | None) -> Sequence[Row]:
    """Return a page of what the public may see, newest first, and one row more when there are more."""
    query = select(publication).where(_publications.is_public)
    if after is not None:
        query = query.where(tuple_(_publications.published_at, _publications.id) < tuple_(*after))
    newest = query.order_by(_publications.published_at.desc(), _publications.id.desc())
    return connection.execute(newest.limit(PAGE + 1)).all()


def publications_of_case(connection: Connection, case_id: int) -> Sequence[Row]:
    """Return the publications of a case, oldest first."""
    query = select(publication).where(_publications.instance_id == case_id).order_by(_publications.id)
    return connection.execute(query).all()


def extensions_of(connection: Connection, publication_id: int) -> Sequence[Row]:
    """Return the orders that prolonged a publication, oldest first."""
    found = publication_extension.c
    query = select(publication_extension).where(found.publication_id == publication_id).order_by(found.id)
    return connection.execute(query).all()


def prolong(connection: Connection, order: Mapping[str, Any]) -> None:
    """Write an order and move the end of its publication."""
    connection.execute(insert(publication_extension), dict(order))
    statement = update(publication).where(_publications.id == order["publication_id"])
    connection.execute(statement.values(closes_at=order["new_close_at"]))


def next_objection_number(connection: Connection, year: int) -> str:
    """Return the next number of the year's objections."""
    return next_spelled(connection, f"objection:{year}", spelling_of(OBJECTION_NUMBER, year), objection.name)


def insert_objection(connection: Connection, values: Mapping[str, Any]) -> int:
    """Write an objection and return its id."""
    return connection.execute(insert(objection).returning(_objections.id), dict(values)).scalar_one()


def attachments_of(files: Sequence[Mapping[str, Any]]) -> tuple[AttachmentView, ...]:
    """Return the attachments of an objection as callers see them."""
    names = ("file_name", "size", "sm3")
    return tuple(
        AttachmentView(position=place, **{name: file[name] for name in names}) for place, file in enumerate(files)
    )


def size_of_attachments(connection: Connection, publication_id: int) -> int:
    """Return how many bytes the attachments of all objections against a publication take."""
    file = func.jsonb_array_elements(_objections.files).table_valued("value", name="file")
    size = func.sum(cast(file.c.value.op("->>")("size"), BigInteger))
    query = select(func.coalesce(size, 0)).select_from(objection).join(file, true())
    return int(connection.execute(query.where(_objections.publication_id == publication_id)).scalar_one())


def objections_of(connection: Connection, publication_id: int) -> Sequence[Row]:
    """Return the objections against a publication, oldest first."""
    query = select(objection).where(_objections.publication_id == publication_id).order_by(_objections.id)
    return connection.execute(query).all()


def count_objections(connection: Connection, publication_id: int) -> int:
    """Count the objections against a publication."""
    query = select(func.count()).select_from(objection).where(_objections.publication_id == publication_id)
    return connection.scalar(query) or 0


def read_objection(connection: Connection, objection_id: int) -> Row:
    """Return one objection.

    Raises:
        NotFound: there is no such objection.
    """
    row = connection.execute(select(objection).where(_objections.id == objection_id)).one_or_none()
    if row is None:
        raise NotFound(objection_id=objection_id)
    return row


def find_objection(connection: Connection, number: str) -> Row | None:
    """Return the objection of a number, or None."""
    return connection.execute(select(objection).where(_objections.number == number)).one_or_none()


def answer_objection(connection: Connection, objection_id: int, values: Mapping[str, Any]) -> bool:
    """Write an answer; False when there is one already."""
    statement = update(objection).where(_objections.id == objection_id, _objections.answered_at.is_(None))
    return connection.execute(statement.values(**values)).rowcount == 1


def count_use(connection: Connection, subject: str, now: datetime, period: timedelta) -> int:
    """Count one more use of a public form by a sender, and return how many there were in the running period."""
    table = public_throttle
    fresh = postgresql.insert(table).values(subject=subject, uses=1, since=now)
    is_over = table.c.since <= now - period
    counted = fresh.on_conflict_do_update(
        index_elements=[table.c.subject],
        set_={
            "uses": case((is_over, 1), else_=table.c.uses + 1),
            "since": case((is_over, now), else_=table.c.since),
        },
    )
    return connection.execute(counted.returning(table.c.uses)).scalar_one()
