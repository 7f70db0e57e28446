"""The border between Python values and FEEL values."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any

from engine.clock import ZONE
from engine.language.budget import Budget
from engine.language.errors import NoValue
from engine.language.temporal import Date, DateTime, DaysTime, Time, YearsMonths, zone
from engine.language.values import Range, is_function

#: What goes in as it is.
UNCHANGED = frozenset({type(None), bool, str, Date, Time, DateTime, YearsMonths, DaysTime, Range})
#: What comes out as it is.
PLAIN = frozenset({type(None), bool, Decimal, str})
_MICROSECOND = Decimal(1_000_000)


def to_feel(value: object, budget: Budget) -> object:
    """Turn a Python value into a FEEL value.

    Aware datetimes are read on the clock of Asia/Shanghai, so that `date(now)` is the day an official's calendar shows.

    Raises:
        TypeError: there is no FEEL value like it.
    """
    kind = type(value)
    if kind in UNCHANGED:
        return value
    if kind is int:
        return Decimal(value)  # type: ignore[arg-type]
    if kind is Decimal:
        return value if value.is_finite() else None  # type: ignore[attr-defined]
    if is_function(value):
        return value
    budget.spend()
    if isinstance(value, Mapping):
        return {str(key): to_feel(entry, budget) for key, entry in value.items()}
    if isinstance(value, list | tuple | AbstractSet):
        return [to_feel(entry, budget) for entry in value]
    return _scalar_to_feel(value)


def _scalar_to_feel(value: object) -> object:
    match value:
        case int():
            return Decimal(value)
        case float():
            number = Decimal(repr(value))
            return number if number.is_finite() else None
        case str():
            return str.__str__(value)
        case datetime.datetime():
            return _moment(value)
        case datetime.date():
            return Date(value.year, value.month, value.day)
        case datetime.time():
            return _time(value, value.utcoffset())
        case datetime.timedelta():
            return DaysTime(value // datetime.timedelta(microseconds=1) / _MICROSECOND)
    raise TypeError(f"{type(value).__name__} is not a value an expression can use")


def _moment(value: datetime.datetime) -> DateTime:
    local = value.astimezone(ZONE) if value.tzinfo is not None else value
    return DateTime(Date(local.year, local.month, local.day), _time(local.time(), local.utcoffset()))


def _time(value: datetime.time, offset: datetime.timedelta | None) -> Time:
    seconds = value.hour * 3600 + value.minute * 60 + value.second + Decimal(value.microsecond) / _MICROSECOND
    return Time(seconds, None if offset is None else int(offset.total_seconds()))


def to_python(value: object, budget: Budget) -> Any:
    """Turn a FEEL value into a Python value; what Python cannot express exactly becomes its ISO text."""
    kind = type(value)
    if kind in PLAIN:
        return value
    budget.spend()
    if isinstance(value, list):
        return [to_python(entry, budget) for entry in value]
    if isinstance(value, dict):
        return {key: to_python(entry, budget) for key, entry in value.items()}
    if isinstance(value, Range):
        return {key: to_python(entry, budget) for key, entry in range_parts(value).items()}
    try:
        return _temporal_to_python(value)
    except (ValueError, OverflowError, NoValue):
        return str(value)


def range_parts(value: Range) -> dict[str, object]:
    """Return what can be asked of a range."""
    return {
        "start": value.low,
        "end": value.high,
        "start included": value.has_low,
        "end included": value.has_high,
    }


def _temporal_to_python(value: object) -> object:
    match value:
        case Date():
            return datetime.date(value.year, value.month, value.day)
        case DateTime() if value.is_zoned:
            clock = datetime.time(value.time.hour, value.time.minute, *_seconds(value.time.second))
            day = datetime.date(value.date.year, value.date.month, value.date.day)
            return datetime.datetime.combine(day, clock, _tzinfo(value.time))
        case Time():
            return datetime.time(value.hour, value.minute, *_seconds(value.second), _tzinfo(value))
        case DaysTime():
            whole, micro = _seconds(value.seconds)
            return datetime.timedelta(seconds=whole, microseconds=micro)
        case DateTime() | YearsMonths():
            return str(value)
    return value


def _seconds(seconds: Decimal) -> tuple[int, int]:
    """Split into whole seconds and microseconds."""
    total = seconds * _MICROSECOND
    if total != int(total):
        raise ValueError("finer than Python's clock")
    return divmod(int(total), 1_000_000)


def _tzinfo(time: Time) -> datetime.tzinfo | None:
    if time.zone_name is not None:
        return zone(time.zone_name)
    if time.offset is None:
        return None
    return datetime.timezone(datetime.timedelta(seconds=time.offset))
