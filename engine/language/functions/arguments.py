"""What the built-in functions accept as arguments, with the implicit conversions of FEEL.

A list of one entry stands for the entry where no list is wanted; a value stands for the list of it where one is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from engine.language.errors import NoValue
from engine.language.numbers import whole
from engine.language.temporal import MIDNIGHT_UTC, Date, DateTime, DaysTime, Time, YearsMonths
from engine.language.values import Range, is_function


def _single(value: object) -> object:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _of(*kinds: type) -> Callable[[object], object]:
    def check(value: object) -> object:
        if type(value) in kinds:
            return value
        value = _single(value)
        if type(value) in kinds:
            return value
        raise NoValue

    return check


_number = _of(Decimal)


def _integer(value: object) -> int:
    number = _number(value)
    assert isinstance(number, Decimal)
    return whole(number)


def _any(value: object) -> object:
    return value


def _some(value: object) -> object:
    if value is None:
        raise NoValue
    return value


def _list(value: object) -> list[object]:
    if value is None:
        raise NoValue
    return value if isinstance(value, list) else [value]


def _real_list(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    raise NoValue


def _function(value: object) -> object:
    if is_function(value):
        return value
    raise NoValue


def _day(value: object) -> Date:
    value = _single(value)
    if isinstance(value, DateTime):
        return value.date
    if isinstance(value, Date):
        return value
    raise NoValue


def _moment(value: object) -> DateTime:
    value = _single(value)
    if isinstance(value, Date):
        return DateTime(value, MIDNIGHT_UTC)
    if isinstance(value, DateTime):
        return value
    raise NoValue


def _range(value: object) -> Range:
    """Accept a range, or a point as the range that holds only it."""
    if isinstance(value, Range):
        return value
    if value is None or isinstance(value, list | dict | bool):
        raise NoValue
    return Range(value, value, True, True)


def _optional(check: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else check(value)


_string = _of(str)

#: The check behind each type name of a signature; it returns the value to use or raises `NoValue`.
CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "any": _any,
    "some": _some,
    "string": _string,
    "string or null": _optional(_string),
    "number": _number,
    "integer": _integer,
    "boolean": _of(bool),
    "context": _of(dict),
    "list": _list,
    "real list": _real_list,
    "function": _function,
    "function or null": _optional(_function),
    "day": _day,
    "moment": _moment,
    "only date": _of(Date),
    "time": _of(Time),
    "duration": _of(YearsMonths, DaysTime),
    "days and time duration": _of(DaysTime),
    "days and time duration or null": _optional(_of(DaysTime)),
    "absolute": _of(Decimal, YearsMonths, DaysTime),
    "range": _range,
    "only range": _of(Range),
}
