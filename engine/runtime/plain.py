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


def plain(value: object) -> object:
    """Return a FEEL value or the value of a form field as JSON keeps it.

    Raises:
        TypeError: there is no JSON value like it.
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float, Decimal)):
        return _number(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _duration(value)
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _number(value: int | float | Decimal) -> int | float | None:
    if not isfinite(value):
        return None
    whole = int(value)
    if whole == value and not isinstance(value, float):
        return whole if _SMALLEST <= whole <= _LARGEST else float(whole)
    return float(value)


def _duration(value: timedelta) -> str:
    sign, length = ("-", -value) if value < timedelta(0) else ("", value)
    seconds = Decimal(length.seconds) + Decimal(length.microseconds) / 1_000_000
    return f"{sign}P{length.days}DT{seconds:f}S"
