"""The arithmetic operators on numbers, texts, dates and durations.

Each raises `NoValue` where FEEL says null. `DAY`-long durations keep the clock: on a day of a daylight saving change
`+ P1D` is the same wall-clock time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from engine.language.budget import Budget
from engine.language.errors import NoValue
from engine.language.numbers import DECIMAL128, power
from engine.language.temporal import DAY, MIDNIGHT_UTC, Date, DateTime, DaysTime, Duration, Time, YearsMonths

Operator = Callable[[Any, Any, Budget], Any]


def add(left: object, right: object, budget: Budget) -> object:
    """Return `left + right`."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return DECIMAL128.add(left, right)
    if isinstance(left, str) and isinstance(right, str):
        budget.text(len(left) + len(right))
        return left + right
    if isinstance(left, YearsMonths) and isinstance(right, YearsMonths):
        return YearsMonths(left.months + right.months)
    if isinstance(left, DaysTime) and isinstance(right, DaysTime):
        return DaysTime(left.seconds + right.seconds)
    if isinstance(left, Duration):
        return _moved(right, left, 1)
    return _moved(left, right, 1)


def subtract(left: object, right: object, budget: Budget) -> object:
    """Return `left - right`."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return DECIMAL128.subtract(left, right)
    if isinstance(left, YearsMonths) and isinstance(right, YearsMonths):
        return YearsMonths(left.months - right.months)
    if isinstance(left, DaysTime) and isinstance(right, DaysTime):
        return DaysTime(left.seconds - right.seconds)
    if isinstance(right, Duration):
        return _moved(left, right, -1)
    return _distance(left, right)


def multiply(left: object, right: object, budget: Budget) -> object:
    """Return `left * right`."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return DECIMAL128.multiply(left, right)
    if isinstance(left, Decimal):
        left, right = right, left
    return _scaled(left, right, DECIMAL128.multiply)


def divide(left: object, right: object, budget: Budget) -> object:
    """Return `left / right`."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return DECIMAL128.divide(left, right)
    if isinstance(left, YearsMonths) and isinstance(right, YearsMonths):
        return DECIMAL128.divide(Decimal(left.months), Decimal(right.months))
    if isinstance(left, DaysTime) and isinstance(right, DaysTime):
        return DECIMAL128.divide(left.seconds, right.seconds)
    return _scaled(left, right, DECIMAL128.divide)


def raise_to(left: object, right: object, budget: Budget) -> object:
    """Return `left ** right`."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return power(left, right)
    raise NoValue


def negate(value: object) -> object:
    """Return `-value`."""
    if isinstance(value, Decimal):
        return DECIMAL128.minus(value)
    if isinstance(value, YearsMonths):
        return YearsMonths(-value.months)
    if isinstance(value, DaysTime):
        return DaysTime(-value.seconds)
    raise NoValue


OPERATORS: Mapping[str, Operator] = {"+": add, "-": subtract, "*": multiply, "/": divide, "**": raise_to}


def _scaled(duration: object, factor: object, operation: Callable[[Decimal, Decimal], Decimal]) -> Duration:
    if isinstance(factor, Decimal):
        if isinstance(duration, YearsMonths):
            return YearsMonths(int(operation(Decimal(duration.months), factor)))
        if isinstance(duration, DaysTime):
            return DaysTime(operation(duration.seconds, factor))
    raise NoValue


def _moved(moment: object, duration: object, direction: int) -> object:
    """Return the moment, that much later (or earlier)."""
    if isinstance(duration, YearsMonths):
        months = direction * duration.months
        if isinstance(moment, Date):
            return moment.plus_months(months)
        if isinstance(moment, DateTime):
            return DateTime(moment.date.plus_months(months), moment.time)
    if isinstance(duration, DaysTime):
        return _moved_by_seconds(moment, direction * duration.seconds)
    raise NoValue


def _moved_by_seconds(moment: object, seconds: Decimal) -> object:
    if isinstance(moment, Date):
        return Date.from_days(moment.days + math.floor(seconds / DAY))
    if isinstance(moment, DateTime):
        return moment.plus_seconds(seconds)
    if isinstance(moment, Time):
        total = moment.seconds + seconds
        return moment.at(total - DAY * math.floor(total / DAY))
    raise NoValue


def _distance(left: object, right: object) -> DaysTime:
    """Return how much time lies between two moments."""
    if isinstance(left, Time) and isinstance(right, Time) and left.is_zoned is right.is_zoned:
        return DaysTime(left.instant() - right.instant())
    if isinstance(left, Date) and isinstance(right, Date):
        return DaysTime(Decimal((left.days - right.days) * DAY))
    if isinstance(left, Date):
        left = DateTime(left, MIDNIGHT_UTC)
    if isinstance(right, Date):
        right = DateTime(right, MIDNIGHT_UTC)
    if isinstance(left, DateTime) and isinstance(right, DateTime) and left.is_zoned is right.is_zoned:
        return DaysTime(left.instant - right.instant)
    raise NoValue
