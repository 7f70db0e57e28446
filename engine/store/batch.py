"""Everything one action writes, sent as one statement.

The parts are common table expressions. Rows to insert travel as one JSON text per table, which PostgreSQL takes apart
by the table's own row type: putting five rows into parameters costs more than writing them. All parts look at the
tables as they were before the statement; a part learns of another only by what that one returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, Table

from engine.store.direct import ask


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

    def add(self, part: Part, values: Mapping[str, Any]) -> None:
        """Add a part with its parameters; mappings and lists of mappings travel as JSON.

        A part is added at most once, and no two parts may write the same row.
        """
        assert part not in self._parts, part.name
        self._parts.append(part)
        self._values.update(values)

    def insert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows of a table; a column that a row leaves out is null."""
        if rows:
            self.add(inserting(table), {table.name: as_json(rows)})

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
        found = ask(connection, _statement(tuple(self._parts), answer), self._values, is_last=is_last)
        self._parts, self._values = [], {}
        return found


@lru_cache(maxsize=256)
def _statement(parts: Iterable[Part], answer: str) -> str:
    return "WITH " + ",\n".join(f"{part.name} AS ({part.text})" for part in parts) + "\n" + answer


@lru_cache(maxsize=64)
def inserting(table: Table, *, name: str = "", returning: str = "") -> Part:
    """Return the part that inserts rows, given as JSON in a parameter with the table's name.

    Args:
        table: where to; an `id` that the database counts is left to it.
        name: of the part, when another part reads what it returns.
        returning: the columns for them.
    """
    columns = ", ".join(column.name for column in table.c if column.identity is None)
    text = f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {rows_of(table)}"
    return Part(name or f"new_{table.name}", text + (f" RETURNING {returning}" if returning else ""))


def rows_of(table: Table) -> str:
    """Return the source of rows, for FROM, that were given as JSON in a parameter with the table's name."""
    return f"json_populate_recordset(NULL::{table.name}, %({table.name})s)"


def as_json(content: Any) -> str:
    """Return the text of JSON content in which bytes are written as PostgreSQL reads them."""
    return orjson.dumps(content, default=_hexadecimal).decode()


def _hexadecimal(value: Any) -> str:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError(f"{type(value).__name__} cannot be written")
