"""Gap-free number series: counted in the transaction that uses the number."""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from engine.models import number_series


def next_number(connection: Connection, series: str) -> int:
    """Return the next number of a series; a rolled-back transaction gives it back."""
    statement = insert(number_series).values(series=series, last=1)
    counted = statement.on_conflict_do_update(
        index_elements=[number_series.c.series], set_={"last": number_series.c.last + 1}
    )
    return connection.execute(counted.returning(number_series.c.last)).scalar_one()
