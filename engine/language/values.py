"""The values of FEEL: which there are, when two are equal, which comes first.

`None`, `bool`, `Decimal`, `str`, `list` and `dict` are Python's own; dates and durations are in `temporal`; ranges and
functions are here. Nothing else may enter an expression.
"""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any, TypeGuard

from engine.language.budget import Budget
from engine.language.temporal import Date, DateTime, DaysTime, Time, YearsMonths

#: The four order relations by their sign.
ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_PLAIN_ORDER = frozenset({Decimal, str, Date, YearsMonths, DaysTime})


class Function(ABC):
    """Something that can be called: a built-in function, one defined in FEEL, or a decision service."""

    __slots__ = ()

    @abstractmethod
    def takes(self, count: int) -> bool:
        """Tell whether the function can be called with that many arguments."""

    @abstractmethod
    def invoke(self, positional: Sequence[object], named: Mapping[str, object] | None, budget: Budget) -> object:
        """Return the result; null when the arguments do not fit."""


@dataclass(frozen=True, slots=True, eq=False)
class Range:
    """An interval.

    One written with two ends of which one is null contains nothing for certain. One written as a test, such as `(< 5)`,
    has a `sign`; it has no other end, and it is never equal to an interval written with two ends.
    """

    low: object
    high: object
    has_low: bool
    has_high: bool
    sign: str = ""

    def contains(self, value: object) -> bool | None:
        """Tell whether the value is inside; null when it cannot be compared with the ends."""
        if value is None or (not self.sign and (self.low is None or self.high is None)):
            return None
        if self.sign == "!=":
            is_below, is_above = compare("<", value, self.low), compare(">", value, self.low)
            return None if is_below is None else bool(is_below or is_above)
        if self.low is not None:
            inside = compare(">=" if self.has_low else ">", value, self.low)
            if inside is not True:
                return inside
        if self.high is not None:
            return compare("<=" if self.has_high else "<", value, self.high)
        return True


def _milliseconds(seconds: Decimal) -> Decimal:
    """Clocks are compared to the millisecond, as DMN does."""
    return (seconds * 1000).to_integral_value(ROUND_FLOOR)


def is_function(value: object) -> TypeGuard[Function]:
    """Tell whether the value can be called."""
    return isinstance(value, Function)


def compare(sign: str, left: object, right: object) -> bool | None:
    """Return whether `left sign right`; null when the two cannot be ordered."""
    kind = type(left)
    if kind is not type(right):
        return None
    if kind in _PLAIN_ORDER:
        return ORDER[sign](left, right)
    if isinstance(left, DateTime) and isinstance(right, DateTime) and left.is_zoned is right.is_zoned:
        return ORDER[sign](_milliseconds(left.instant), _milliseconds(right.instant))
    if isinstance(left, Time) and isinstance(right, Time) and left.is_zoned is right.is_zoned:
        return ORDER[sign](_milliseconds(left.instant()), _milliseconds(right.instant()))
    return None


def equal(left: object, right: object, budget: Budget) -> bool | None:
    """Return whether two values are equal; null when they are of different kinds."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right):
        return None
    comparison = _EQUALITY.get(kind)
    if comparison is not None:
        return comparison(left, right, budget)
    return None if is_function(left) else left == right


def _equal_lists(left: list[object], right: list[object], budget: Budget) -> bool:
    budget.spend(min(len(left), len(right)))
    return len(left) == len(right) and all(
        equal(mine, other, budget) is True for mine, other in zip(left, right, strict=True)
    )


def _equal_contexts(left: dict[str, object], right: dict[str, object], budget: Budget) -> bool:
    budget.spend(len(left))
    return left.keys() == right.keys() and all(equal(left[key], right[key], budget) is True for key in left)


def _equal_ranges(left: Range, right: Range, budget: Budget) -> bool:
    return (
        (left.sign, left.has_low, left.has_high) == (right.sign, right.has_low, right.has_high)
        and equal(left.low, right.low, budget) is True
        and equal(left.high, right.high, budget) is True
    )


def _equal_times(left: Time, right: Time, budget: Budget) -> bool:
    return left.is_zoned is right.is_zoned and _milliseconds(left.instant()) == _milliseconds(right.instant())


def _equal_moments(left: DateTime, right: DateTime, budget: Budget) -> bool:
    return left.is_zoned is right.is_zoned and _milliseconds(left.instant) == _milliseconds(right.instant)


_EQUALITY: Mapping[type, Callable[[Any, Any, Budget], bool]] = {
    list: _equal_lists,
    dict: _equal_contexts,
    Range: _equal_ranges,
    Time: _equal_times,
    DateTime: _equal_moments,
}


def matches_test(value: object, test: object, budget: Budget) -> bool | None:
    """Return whether the value satisfies the result of a unary test: a range, a list of tests, or an equal value."""
    if isinstance(test, Range):
        return test.contains(value)
    if isinstance(test, list):
        budget.spend(len(test))
        return equal(value, test, budget) is True or any(matches_test(value, one, budget) is True for one in test)
    return equal(value, test, budget)


def negated(truth: bool | None) -> bool | None:
    """Return the three-valued `not`."""
    return None if truth is None else not truth
