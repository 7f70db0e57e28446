"""Materials, submissions and receipts of a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from engine.errors import NotFound
from engine.models import material, receipt, submission
from engine.views import MaterialView

_materials = material.c


def view_of(row: Row) -> MaterialView:
    """Return a material as callers see it."""
    return MaterialView(
        material_id=row.id,
        field_key=row.field_key,
        file_name=row.file_name,
        size=row.size,
        media_type=row.media_type,
        sha256=row.sha256,
        sm3=row.sm3,
        uploaded_at=row.uploaded_at,
        uploaded_by=row.uploaded_by,
        is_current=row.removed_at is None,
    )


def insert_material(connection: Connection, values: Mapping[str, Any]) -> MaterialView:
    """Write a material and return it."""
    return view_of(connection.execute(insert(material).values(**values).returning(material)).one())


def read_material(connection: Connection, material_id: int) -> Row:
    """Return one material's row.

    Raises:
        NotFound: there is no such material.
    """
    row = connection.execute(select(material).where(_materials.id == material_id)).one_or_none()
    if row is None:
        raise NotFound(material_id=material_id)
    return row


def materials_of_case(connection: Connection, case_id: int) -> Sequence[Row]:
    """Return every material of a case, removed ones too, oldest first."""
    query = select(material).where(_materials.instance_id == case_id).order_by(_materials.id)
    return connection.execute(query).all()


def current_materials(connection: Connection, case_id: int, element_id: str) -> dict[str, list[MaterialView]]:
    """Return the materials that a step has now, by field key."""
    query = (
        select(material)
        .where(_materials.instance_id == case_id, _materials.element_id == element_id, _materials.removed_at.is_(None))
        .order_by(_materials.id)
    )
    found: dict[str, list[MaterialView]] = {}
    for row in connection.execute(query):
        found.setdefault(row.field_key, []).append(view_of(row))
    return found


def remove_material(connection: Connection, material_id: int, at: datetime) -> None:
    """Take a material off its step's list."""
    connection.execute(update(material).where(_materials.id == material_id).values(removed_at=at))


def freeze_materials(connection: Connection, material_ids: Sequence[int]) -> None:
    """Mark the materials as part of a submission: their bytes are kept for good."""
    connection.execute(update(material).where(_materials.id.in_(material_ids)).values(is_frozen=True))


_SUBMIT = insert(submission).returning(submission.c.id)


def insert_submission(connection: Connection, values: Mapping[str, Any]) -> int:
    """Write a submission and return its id."""
    return connection.execute(_SUBMIT, dict(values)).scalar_one()


def submissions_of_case(connection: Connection, case_id: int) -> Sequence[Row]:
    """Return the submissions of a case, oldest first."""
    query = select(submission).where(submission.c.instance_id == case_id).order_by(submission.c.id)
    return connection.execute(query).all()


def insert_receipt(connection: Connection, values: Mapping[str, Any]) -> None:
    """Write a receipt."""
    connection.execute(insert(receipt).values(**values))


def read_receipt(connection: Connection, number: str) -> Row | None:
    """Return a receipt's row, or None."""
    return connection.execute(select(receipt).where(receipt.c.number == number)).one_or_none()


def receipts_of_case(connection: Connection, case_id: int) -> tuple[str, ...]:
    """Return the numbers of a case's receipts, oldest first."""
    query = select(receipt.c.number).where(receipt.c.instance_id == case_id).order_by(receipt.c.received_at)
    return tuple(connection.scalars(query))
