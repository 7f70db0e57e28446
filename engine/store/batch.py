"""Everything one action writes, sent as one statement.

The parts are common table expressions. A few rows to insert travel as parameters, many as one JSON text per table,
which PostgreSQL takes apart by the table's own row type: getting ready for that costs it more than writing three rows.
All parts look at the tables as they were before the statement; a part learns of another only by what that one returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB

from engine.store.direct import PLACED, ask

#: So many rows of a table travel as parameters. Each number of rows makes a statement of its own.
FEW = 4
_DIALECT = postgresql.dialect()


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One common table expression: its name, and its text with named parameters. Made once, it equals itself alone."""

    name: str
    text: str


class Batch:
    """Collects the writes of one action."""

    def __init__(self) -> None:
        """Begin empty."""
        self._parts: list[Part] = []
        self._values: dict[str, Any] = {}
        self._placed: list[Any] = []

    def add(self, part: Part, values: Mapping[str, Any], placed: Sequence[Any] = ()) -> None:
        """Add a part with its parameters, by name and by place; JSON travels as its text.

        A part is added at most once, and no two parts may write the same row.
        """
        assert part not in self._parts, part.name
        self._parts.append(part)
        self._values.update(values)
        self._placed += placed

    def insert(self, table: Table, rows: Sequence[Mapping[str, Any]], *, name: str = "", returning: str = "") -> None:
        """Add rows of a table.

        Args:
            table: where to; an `id` that the database counts is left to it.
            rows: all with the same columns; one that they leave out is null.
            name: of the part, when another part reads what it returns.
            returning: the columns for them.
        """
        if rows:
            source, placed = travelling(table, rows)
            self.add(_inserting(table, source, name, returning), {}, placed)

    def __bool__(self) -> bool:
        """Say whether there is anything to write."""
        return bool(self._parts)

    def __contains__(self, name: str) -> bool:
        """Say whether a part of this name was added."""
        return any(part.name == name for part in self._parts)

    def send(self, connection: Connection, answer: str = "SELECT 1", *, is_last: bool = False) -> list[tuple[Any, ...]]:
        """Write everything in one statement, and return the rows of `answer`, which may read what parts return.

        Args:
            connection: the transaction.
            answer: what to select.
            is_last: nothing follows in this transaction; it is committed with the statement.
        """
        statement = _statement(tuple(self._parts), answer)
        found = ask(connection, statement, self._values, self._placed, is_last=is_last)
        self._parts, self._values, self._placed = [], {}, []
        return found


@lru_cache(maxsize=256)
def _statement(parts: Iterable[Part], answer: str) -> str:
    return "WITH " + ",\n".join(f"{part.name} AS ({part.text})" for part in parts) + "\n" + answer


@lru_cache(maxsize=256)
def _inserting(table: Table, source: Source, name: str, returning: str) -> Part:
    text = f"INSERT INTO {table.name} ({source.columns}) SELECT {source.columns} FROM {source.text}"
    return Part(name or f"new_{table.name}", text + (f" RETURNING {returning}" if returning else ""))


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Where a statement finds the rows that travel with it, for FROM. Made once, it equals itself alone."""

    columns: str
    text: str
    #: Places of the parameters that are JSON.
    documents: tuple[int, ...] = ()


def travelling(
    table: Table, rows: Sequence[Mapping[str, Any]], *, are_few: bool | None = None
) -> tuple[Source, list[Any]]:
    """Return where a statement may select rows from, which are `given` there, and its parameters by place.

    Args:
        table: whose rows.
        rows: at least one, all with the same columns.
        are_few: whether each value is a parameter, or all together are one; by default when there are at most FEW.
    """
    columns = tuple(rows[0])
    if not (len(rows) <= FEW if are_few is None else are_few):
        return _as_one(table, columns), [as_json(rows)]
    source, pick = _one_by_one(table, columns, len(rows)), itemgetter(*columns)
    placed = [value for row in rows for value in pick(row)]
    for place in source.documents:
        placed[place] = None if placed[place] is None else as_json(placed[place])
    return source, placed


@lru_cache(maxsize=256)
def _one_by_one(table: Table, columns: tuple[str, ...], count: int) -> Source:
    types = [table.c[name].type for name in columns]
    listed, places = ", ".join(columns), [f"{PLACED}::{one.compile(_DIALECT)}" for one in types]
    text = ", ".join(f"{place} AS {name}" for place, name in zip(places, columns, strict=True))
    if count > 1:
        text = ", ".join([f"({', '.join(places)})"] * count)
        text = f"(VALUES {text}) AS given ({listed})"
    else:
        text = f"(SELECT {text}) AS given"
    are_documents = [isinstance(one, JSONB) for one in types] * count
    return Source(listed, text, tuple(place for place, is_document in enumerate(are_documents) if is_document))


@lru_cache(maxsize=64)
def _as_one(table: Table, columns: tuple[str, ...]) -> Source:
    text = f"json_populate_recordset(NULL::{table.name}, {PLACED}) WITH ORDINALITY AS given"
    return Source(", ".join(columns), text)


def as_json(content: Any) -> str:
    """Return the text of JSON content in which bytes are written as PostgreSQL reads them."""
    return orjson.dumps(content, default=_hexadecimal).decode()


def _hexadecimal(value: Any) -> str:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError(f"{type(value).__name__} cannot be written")
