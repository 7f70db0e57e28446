"""Gap-free number series: counted in the transaction that uses the number, so a rolled-back one gives it back."""

from __future__ import annotations

from sqlalchemy import Connection

from engine.store.direct import ask

#: Returns the next number of a series as `last`; for a statement that uses it.
NEXT_NUMBER = """
INSERT INTO number_series AS known (series, last) VALUES (%(series)s, 1)
ON CONFLICT (series) DO UPDATE SET last = known.last + 1 RETURNING last
"""


def next_number(connection: Connection, series: str) -> int:
    """Return the next number of a series."""
    return int(ask(connection, NEXT_NUMBER, {"series": series})[0][0])
