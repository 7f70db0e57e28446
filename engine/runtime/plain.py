"""Values as JSON and back without loss: dates, exact numbers and lengths of time keep their type."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

_LARGEST = 2**53
_WRITERS: tuple[tuple[type, str, Callable], ...] = (
    (datetime, "$instant", datetime.isoformat),
    (date, "$date", date.isoformat),
    (time, "$time", time.isoformat),
    (timedelta, "$microseconds", lambda value: value // timedelta(microseconds=1)),
    (Decimal, "$number", str),
)
_READERS: dict[str, Callable] = {
    "$instant": datetime.fromisoformat,
    "$date": date.fromisoformat,
    "$time": time.fromisoformat,
    "$microseconds": lambda value: timedelta(microseconds=value),
    "$number": Decimal,
    "$integer": int,
    "$context": lambda pairs: {key: unpack(value) for key, value in pairs},
}


def pack(value: object) -> object:
    """Return the value as plain JSON.

    Raises:
        TypeError: it is not a FEEL value.
    """
    if value is None or isinstance(value, (bool, str, float)):
        return value
    if isinstance(value, int):
        return value if abs(value) < _LARGEST else {"$integer": str(value)}
    if isinstance(value, (list, tuple)):
        return [pack(item) for item in value]
    if isinstance(value, dict):
        if any(str(key).startswith("$") for key in value):
            return {"$context": [[key, pack(item)] for key, item in value.items()]}
        return {str(key): pack(item) for key, item in value.items()}
    for kind, mark, write in _WRITERS:
        if isinstance(value, kind):
            return {mark: write(value)}
    raise TypeError(f"{type(value).__name__} cannot be stored")


def unpack(value: object) -> object:
    """Return what `pack` was given."""
    if isinstance(value, list):
        return [unpack(item) for item in value]
    if isinstance(value, dict):
        if len(value) == 1:
            mark, content = next(iter(value.items()))
            if mark in _READERS:
                return _READERS[mark](content)
        return {key: unpack(item) for key, item in value.items()}
    return value
