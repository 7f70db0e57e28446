"""Keyset cursors: where the next page of a list begins, as an opaque text."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime

from engine.errors import BadRequest

#: Of a bigint.
LARGEST_ID = 2**63 - 1


def write_cursor(at: datetime, row_id: int) -> str:
    """Return the position after the row with this instant and id."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{row_id}".encode()).decode().rstrip("=")


def read_cursor(cursor: str | None) -> tuple[datetime, int] | None:
    """Return the position that a cursor names, or None for the first page.

    Raises:
        BadRequest: the text is not a cursor of ours.
    """
    if not cursor:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at, _, row_id = text.rpartition("|")
        instant = datetime.fromisoformat(at)
        if instant.tzinfo is None:
            raise ValueError("a cursor carries its zone")
        if not 0 <= int(row_id) <= LARGEST_ID:
            raise ValueError("no row has such an id")
        return instant, int(row_id)
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise BadRequest("翻页位置无效，请从第一页重新查看。") from error
