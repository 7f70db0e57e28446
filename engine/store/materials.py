"""Materials, submissions and receipts of a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from engine.errors import NotFound
from engine.models import material, receipt, submission
from engine.store.batch import Batch, Part, Source, travelling
from engine.store.numbers import NEXT_NUMBER, Spelling, catch_up, is_taken
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


_FREEZE = Part("frozen_material", "UPDATE material SET is_frozen = true WHERE id = ANY(%(frozen)s)")


def freeze_materials(batch: Batch, material_ids: Sequence[int]) -> None:
    """Add that the materials are part of a submission: their bytes are kept for good."""
    batch.add(_FREEZE, {"frozen": list(material_ids)})


_SUBMITTED = "new_submission"


def add_submission(batch: Batch, values: Mapping[str, Any]) -> None:
    """Add a submission."""
    batch.insert(submission, [values], name=_SUBMITTED, returning="id")


def submissions_of_case(connection: Connection, case_id: int) -> Sequence[Row]:
    """Return the submissions of a case, oldest first."""
    query = select(submission).where(submission.c.instance_id == case_id).order_by(submission.c.id)
    return connection.execute(query).all()


#: What a receipt lists, and its number, in one statement; a submission without its owner's words stays short.
_RECEIVED = f"""
WITH counted AS ({NEXT_NUMBER}),
     latest AS (
         SELECT DISTINCT ON (element_id) id, element_id, task_name, content, materials, content_sha256, content_sm3
         FROM submission WHERE instance_id = %(case_id)s ORDER BY element_id, id DESC
     ),
     file AS (
         SELECT id, label, file_name, size, sha256, sm3 FROM material WHERE instance_id = %(case_id)s
     )
SELECT last AS number, {is_taken(receipt.name)} AS is_taken,
       (SELECT coalesce(json_agg(latest ORDER BY id), '[]') FROM latest) AS submissions,
       (SELECT coalesce(json_agg(file), '[]') FROM file) AS files
FROM counted
"""


def read_received(connection: Connection, case_id: int, series: str, spelling: Spelling) -> tuple[str, Row]:
    """Return the next number of a series as written, with the latest submission of each step and the case's files."""
    values = {"case_id": case_id, "series": series, **spelling.parameters}
    found = connection.exec_driver_sql(_RECEIVED, values).one()
    number = catch_up(connection, series, spelling, receipt.name) if found.is_taken else found.number
    return spelling.write(number), found


@lru_cache(maxsize=4)
def _receiving_submitted(source: Source) -> Part:
    text = f"SELECT {source.columns}, {_SUBMITTED}.id FROM {source.text}, {_SUBMITTED}"
    return Part("new_receipt", f"INSERT INTO receipt ({source.columns}, submission_id) {text}")


def add_receipt(batch: Batch, values: Mapping[str, Any]) -> None:
    """Add a receipt; without a `submission_id` it is of the submission in the same batch."""
    if "submission_id" in values:
        batch.insert(receipt, [values])
        return
    source, placed = travelling(receipt, [values])
    batch.add(_receiving_submitted(source), {}, placed)


def read_receipt(connection: Connection, number: str) -> Row | None:
    """Return a receipt's row, or None."""
    return connection.execute(select(receipt).where(receipt.c.number == number)).one_or_none()


def receipts_of_case(connection: Connection, case_id: int) -> tuple[str, ...]:
    """Return the numbers of a case's receipts, oldest first."""
    query = select(receipt.c.number).where(receipt.c.instance_id == case_id).order_by(receipt.c.received_at)
    return tuple(connection.scalars(query))
