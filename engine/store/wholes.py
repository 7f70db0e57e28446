"""Rows read as one JSON value each: taking over fifty columns one by one costs more than reading them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import DateTime, LargeBinary, Table

#: How a column comes back from JSON, by its type; the others are what they were.
_READERS: Mapping[type, Callable[[str], Any]] = {
    DateTime: datetime.fromisoformat,
    LargeBinary: lambda text: bytes.fromhex(text.removeprefix("\\x")),
}


Record = TypeVar("Record")


def made(kind: type[Record], values: Mapping[str, Any]) -> Record:
    """Return a frozen record of all its values; its own constructor sets each of them by a call."""
    record = object.__new__(kind)
    record.__dict__.update(values)
    return record


def reader_of(table: Table, names: Sequence[str]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Return what reads these columns from the JSON of a row (`to_json(row)`)."""
    readers = [(name, _READERS[type(table.c[name].type)]) for name in names if type(table.c[name].type) in _READERS]
    pick = itemgetter(*names)

    def read(row: Mapping[str, Any]) -> dict[str, Any]:
        found = dict(zip(names, pick(row), strict=True))
        for name, from_text in readers:
            if found[name] is not None:
                found[name] = from_text(found[name])
        return found

    return read
