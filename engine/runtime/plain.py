"""Values as JSON keeps them, so that a variable means the same before and after it was saved.

Dates, times and durations become their ISO text, which FEEL reads back with `date(x)`, `date and time(x)` and
`duration(x)`; numbers become JSON numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite

_SMALLEST, _LARGEST = -(2**63), 2**63 - 1
#: Lists and contexts inside one another.
_DEEPEST = 100
#: Digits before the point of the largest number that JSON's readers have a place for.
_MOST_DIGITS = 307


def plain(value: object, room: int = _DEEPEST) -> object:
    """Return a FEEL value or the value of a form field as JSON keeps it.

    Raises:
        TypeError: there is no JSON value like it, or it is nested too deeply.
    """
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float, Decimal)):
        return _number(value)
    if isinstance(value, (Mapping, list, tuple)):
        return _several(value, room - 1)
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _duration(value)
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _several(value: Mapping[object, object] | list[object] | tuple[object, ...], room: int) -> object:
    if room < 0:
        raise TypeError("it is nested too deeply to be kept")
    if isinstance(value, Mapping):
        return {_text(str(key)): plain(item, room) for key, item in value.items()}
    return [plain(item, room) for item in value]


def _text(value: str) -> str:
    """Return a text that UTF-8 has bytes for."""
    try:
        if not value.isascii():
            value.encode()
    except UnicodeEncodeError as error:
        raise TypeError("half a character cannot be kept") from error
    return value


def _number(value: int | float | Decimal) -> int | float | None:
    if not (value.is_finite() if isinstance(value, Decimal) else isinstance(value, int) or isfinite(value)):
        return None
    if isinstance(value, Decimal) and value.adjusted() > _MOST_DIGITS:
        raise TypeError("so large a number cannot be kept")
    whole = int(value)
    if whole == value and not isinstance(value, float) and _SMALLEST <= whole <= _LARGEST:
        return whole
    try:
        return float(value)
    except OverflowError as error:
        raise TypeError("so large a number cannot be kept") from error


def _duration(value: timedelta) -> str:
    sign, length = ("-", -value) if value < timedelta(0) else ("", value)
    seconds = Decimal(length.seconds) + Decimal(length.microseconds) / 1_000_000
    return f"{sign}P{length.days}DT{seconds:f}S"
