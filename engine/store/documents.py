"""Official documents: issued in the transaction of a case, rendered after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, literal_column, select, update

from engine.errors import NotFound
from engine.models import official_document, organisation
from engine.store.direct import ask

_documents = official_document.c
#: What lists and downloads need; the filling may be large.
_LISTED = [column for column in _documents if column.name not in ("filling",)]


def read_issuer(connection: Connection, organisation_id: str) -> Row:
    """Return name, short name and attributes of the organisation that issues a document."""
    chosen = select(organisation.c.name, organisation.c.short_name, organisation.c.attributes)
    return connection.execute(chosen.where(organisation.c.id == organisation_id)).one()


def names_of(connection: Connection, organisation_ids: Sequence[str]) -> dict[str, str]:
    """Return the names of organisations by id."""
    chosen = select(organisation.c.id, organisation.c.name).where(organisation.c.id.in_(organisation_ids))
    return {row.id: row.name for row in connection.execute(chosen)}


#: Next in the series, and above every document of it: after a partial restore the series may be behind them.
_NEXT_SEQUENCE = """
WITH known AS (
    SELECT coalesce(max(sequence), 0) AS highest FROM official_document
    WHERE organisation_id = %(issuer)s AND series = %(series)s AND year = %(year)s
)
INSERT INTO number_series AS counted (series, last) SELECT %(name)s, highest + 1 FROM known
ON CONFLICT (series) DO UPDATE SET last = greatest(counted.last + 1, excluded.last) RETURNING last
"""


def next_sequence(connection: Connection, issuer_id: str, series: str, year: int) -> int:
    """Return the next number of an issuing body's series of a year."""
    place = {"issuer": issuer_id, "series": series, "year": year}
    name = f"document:{issuer_id}:{series}:{year}"
    return int(ask(connection, _NEXT_SEQUENCE, {"name": name, **place})[0][0])


def insert_document(connection: Connection, values: Mapping[str, Any]) -> int:
    """Write a document and return its id."""
    return connection.execute(insert(official_document).returning(_documents.id), dict(values)).scalar_one()


def documents_of_case(connection: Connection, case_id: int) -> Sequence[Row]:
    """Return the documents of a case, oldest first."""
    query = select(*_LISTED).where(_documents.instance_id == case_id).order_by(_documents.id)
    return connection.execute(query).all()


def latest_document(connection: Connection, case_id: int, organisation_id: str, template: str) -> int | None:
    """Return the newest document of a case that an office issued from a template."""
    chosen = select(func.max(_documents.id)).where(_documents.instance_id == case_id)
    chosen = chosen.where(_documents.organisation_id == organisation_id, _documents.template == template)
    return connection.scalar(chosen)


def read_document(connection: Connection, document_id: int) -> Row:
    """Return one document with its filling.

    Raises:
        NotFound: there is no such document.
    """
    row = connection.execute(select(official_document).where(_documents.id == document_id)).one_or_none()
    if row is None:
        raise NotFound(document_id=document_id)
    return row


def find_by_code(connection: Connection, code: str) -> Sequence[Row]:
    """Return the documents that carry a verification code."""
    return connection.execute(select(*_LISTED).where(_documents.verification_code == code)).all()


_PENDING = (
    select(_documents.id)
    .where(_documents.state == literal_column("'pending'"))
    .order_by(_documents.id)
    .limit(bindparam("most"))
)


def pending_documents(connection: Connection, most: int) -> list[int]:
    """Return ids of documents that are issued and not rendered."""
    return list(connection.scalars(_PENDING, {"most": most}))


def finish_document(connection: Connection, document_id: int, at: datetime, values: Mapping[str, Any]) -> bool:
    """Write what rendering gave; False when another worker was first."""
    statement = update(official_document).where(_documents.id == document_id, _documents.state == "pending")
    return connection.execute(statement.values(rendered_at=at, **values)).rowcount == 1
