"""Gap-free number series: counted in the transaction that uses the number, so a rolled-back one gives it back.

After a partial restore a series may be behind the rows that carry its numbers. The statement that counts also looks
whether its number is taken; if so, the series goes on above the highest number that exists, and nobody is refused.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter

from sqlalchemy import Connection

from engine.store.direct import ask

logger = logging.getLogger(__name__)

#: Returns the next number of a series as `last`; for a statement that uses it.
NEXT_NUMBER = """
INSERT INTO number_series AS known (series, last) VALUES (%(series)s, 1)
ON CONFLICT (series) DO UPDATE SET last = known.last + 1 RETURNING last
"""

#: `last` as it is written; the parameters are those of `Spelling.parameters`.
_SPELLED = (
    "%(before)s::text || lpad(last::text, greatest(length(last::text), %(digits)s::int), %(fill)s::text)"
    " || %(after)s::text"
)
#: The number in a text, or null where the text is not written this way.
_READ = (
    "CASE WHEN starts_with(number, %(before)s::text) AND right(number, length(%(after)s::text)) = %(after)s::text "
    "THEN substring(substring(number FROM length(%(before)s::text) + 1 "
    "FOR length(number) - length(%(before)s::text) - length(%(after)s::text)) FROM '^ *([0-9]{1,18})$')::bigint END"
)


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the numbers of one series are written: the texts around them, and what fills them up to how many digits."""

    before: str
    digits: int
    fill: str
    after: str

    @property
    def parameters(self) -> dict[str, str | int]:
        """What `is_taken` asks for."""
        return {"before": self.before, "digits": self.digits, "fill": self.fill, "after": self.after}

    def write(self, number: int) -> str:
        """Return a number as it is known outside."""
        return f"{self.before}{str(number).rjust(self.digits, self.fill)}{self.after}"


@lru_cache(maxsize=256)
def spelling_of(pattern: str, year: int) -> Spelling:
    """Return how a checked pattern over `{year}` and `{number}`, each `{number}` once, is written in a year."""
    before, after, form, is_before = "", "", "", True
    for literal, name, width, _ in Formatter().parse(pattern):
        text = literal + (format(year, width or "") if name == "year" else "")
        before, after = (before + text, after) if is_before else (before, after + text)
        if name == "number":
            form, is_before = width or "", False
    digits = form.removesuffix("d")
    return Spelling(before=before, digits=int(digits or 0), fill="0" if digits.startswith("0") else " ", after=after)


def is_taken(table: str) -> str:
    """Return the SQL condition that a row of the table carries the number `last` already."""
    return f"EXISTS (SELECT FROM {table} WHERE number = {_SPELLED})"


def next_number(connection: Connection, series: str) -> int:
    """Return the next number of a series."""
    return int(ask(connection, NEXT_NUMBER, {"series": series})[0][0])


def next_spelled(connection: Connection, series: str, spelling: Spelling, table: str) -> str:
    """Return the next number of a series as written, which no row of the table carries."""
    number = next_number(connection, series)
    asked = f"SELECT {is_taken(table)} FROM (SELECT %(last)s::bigint AS last) AS counted"
    is_behind = ask(connection, asked, {"last": number, **spelling.parameters})[0][0]
    return spelling.write(catch_up(connection, series, spelling, table) if is_behind else number)


def catch_up(connection: Connection, series: str, spelling: Spelling, table: str) -> int:
    """Take a series above every number that rows of a table carry, and return the first free one.

    The caller has counted the series in this transaction, so nobody else counts it meanwhile.
    """
    statement = f"""
UPDATE number_series SET last = 1 + greatest(last, (SELECT max({_READ}) FROM {table})) WHERE series = %(series)s
RETURNING last
"""
    number = int(ask(connection, statement, {"series": series, **spelling.parameters})[0][0])
    details = {"action": "number_series_caught_up", "series": series, "number": number}
    logger.warning("A number series was behind the rows that carry its numbers.", extra=details)
    return number
