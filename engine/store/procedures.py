"""Deployed procedures and their immutable versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select
from sqlalchemy.dialects import postgresql

from engine.errors import NotFound
from engine.models import procedure, procedure_definition, process_instance

_versions = procedure_definition.c


def find_version(connection: Connection, procedure_id: str, digest: str) -> int | None:
    """Return the id of the version with this content, or None."""
    query = select(_versions.id).where(_versions.procedure_id == procedure_id, _versions.digest == digest)
    return connection.scalar(query)


def next_version(connection: Connection, procedure_id: str) -> int:
    """Return the next version number; the row lock keeps two deployments apart."""
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("deploy:" + procedure_id))))
    query = select(func.max(_versions.version)).where(_versions.procedure_id == procedure_id)
    return (connection.scalar(query) or 0) + 1


def insert_version(connection: Connection, values: Mapping[str, Any]) -> int:
    """Write a version and return its id."""
    return connection.execute(insert(procedure_definition).values(**values).returning(_versions.id)).scalar_one()


def make_current(connection: Connection, procedure_id: str, definition_id: int) -> None:
    """Let new rounds take this version."""
    statement = postgresql.insert(procedure).values(id=procedure_id, definition_id=definition_id)
    connection.execute(
        statement.on_conflict_do_update(index_elements=[procedure.c.id], set_={"definition_id": definition_id})
    )


def current_version(connection: Connection, procedure_id: str) -> int | None:
    """Return the id of the version in force, or None for a procedure that was never deployed."""
    return connection.scalar(select(procedure.c.definition_id).where(procedure.c.id == procedure_id))


def read_archive(connection: Connection, definition_id: int) -> Row:
    """Return procedure_id, version, digest and archive of a version.

    Raises:
        NotFound: there is no such version.
    """
    columns = (_versions.procedure_id, _versions.version, _versions.digest, _versions.archive)
    row = connection.execute(select(*columns).where(_versions.id == definition_id)).one_or_none()
    if row is None:
        raise NotFound(definition_id=definition_id)
    return row


def current_versions(connection: Connection) -> Sequence[Row]:
    """Return the version in force of every procedure."""
    columns = (_versions.id, _versions.procedure_id, _versions.version, _versions.digest, _versions.name)
    running = (
        select(func.count())
        .select_from(process_instance)
        .where(process_instance.c.procedure_id == procedure.c.id, process_instance.c.ended_at.is_(None))
        .scalar_subquery()
    )
    query = select(*columns, _versions.deployed_at, running.label("running_cases")).join(
        procedure, procedure.c.definition_id == _versions.id
    )
    return connection.execute(query.order_by(_versions.procedure_id)).all()


def versions_in_use(connection: Connection) -> Sequence[Row]:
    """Return each version that has cases or is in force, newest first."""
    columns = (_versions.id, _versions.procedure_id, _versions.version, _versions.name)
    used = select(process_instance.c.definition_id).union(select(procedure.c.definition_id))
    query = select(*columns).where(_versions.id.in_(used))
    return connection.execute(query.order_by(_versions.procedure_id, _versions.version.desc())).all()


def version_number(connection: Connection, definition_id: int) -> int:
    """Return a version's number."""
    return connection.execute(select(_versions.version).where(_versions.id == definition_id)).scalar_one()
