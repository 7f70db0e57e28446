"""What may follow a dot. Only entries of contexts and the parts of dates, times, durations and ranges: never Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from engine.language.budget import Budget
from engine.language.conversion import range_parts
from engine.language.errors import NoValue
from engine.language.temporal import Date, DateTime, DaysTime, Time, YearsMonths
from engine.language.values import Range

_Parts = Mapping[str, Callable[[Any], object]]


def _offset(offset: int | None) -> DaysTime | None:
    return None if offset is None else DaysTime(Decimal(offset))


def _signed(duration: DaysTime, unit: int, modulus: int | None) -> Decimal:
    size = abs(duration.seconds)
    part = (size % modulus if modulus else size) // unit if unit > 1 else size % 60
    return -part if duration.seconds < 0 else part


def _months_part(duration: YearsMonths, index: int) -> Decimal:
    part = divmod(abs(duration.months), 12)[index]
    return Decimal(-part if duration.months < 0 else part)


def _of_component(component: str, part: Callable[[Any], object]) -> Callable[[Any], object]:
    """Return how a part of the date or the time is taken from a date and time."""
    if component == "date":
        return lambda moment: part(moment.date)
    return lambda moment: part(moment.time)


_DATE: _Parts = {
    "year": lambda day: Decimal(day.year),
    "month": lambda day: Decimal(day.month),
    "day": lambda day: Decimal(day.day),
    "weekday": lambda day: Decimal(day.weekday),
}
_TIME: _Parts = {
    "hour": lambda time: Decimal(time.hour),
    "minute": lambda time: Decimal(time.minute),
    "second": lambda time: time.second,
    "time offset": lambda time: _offset(time.offset_on(None)),
    "timezone": lambda time: time.zone_name,
}
_DATE_TIME: _Parts = {
    **{name: _of_component("date", part) for name, part in _DATE.items()},
    **{name: _of_component("time", part) for name, part in _TIME.items()},
    "time offset": lambda moment: _offset(moment.time.offset_on(moment.date)),
}
_YEARS_MONTHS: _Parts = {
    "years": lambda duration: _months_part(duration, 0),
    "months": lambda duration: _months_part(duration, 1),
}
_DAYS_TIME: _Parts = {
    "days": lambda duration: _signed(duration, 86400, None),
    "hours": lambda duration: _signed(duration, 3600, 86400),
    "minutes": lambda duration: _signed(duration, 60, 3600),
    "seconds": lambda duration: _signed(duration, 1, None),
}
_PARTS: Mapping[type, _Parts] = {
    Date: _DATE,
    Time: _TIME,
    DateTime: _DATE_TIME,
    YearsMonths: _YEARS_MONTHS,
    DaysTime: _DAYS_TIME,
}


def property_of(value: object, name: str, budget: Budget) -> object:
    """Return a part of a value; of a list, the list of that part of each entry.

    Raises:
        NoValue: the value has no such part.
    """
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list):
        budget.items(len(value))
        return [_property_or_null(entry, name, budget) for entry in value]
    if isinstance(value, Range):
        return range_parts(value).get(name)
    part = _PARTS.get(type(value), {}).get(name)
    if part is None:
        raise NoValue
    return part(value)


def _property_or_null(value: object, name: str, budget: Budget) -> object:
    try:
        return property_of(value, name, budget)
    except NoValue:
        return None
