"""What a loop runs over."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from engine.language.budget import Budget
from engine.language.errors import NoValue
from engine.language.numbers import whole
from engine.language.temporal import Date
from engine.language.values import Range


def iterated(source: object, budget: Budget) -> Iterator[object]:
    """Return the entries of a list, the members of a range of whole numbers or days, or the value alone.

    Raises:
        NoValue: the source is null or a range that cannot be counted through.
    """
    if isinstance(source, list):
        return iter(source)
    if isinstance(source, Range):
        return spanned(source.low, source.high, budget, has_low=source.has_low, has_high=source.has_high)
    if source is None:
        raise NoValue
    return iter((source,))


def spanned(
    low: object, high: object, budget: Budget, *, has_low: bool = True, has_high: bool = True
) -> Iterator[object]:
    """Return the numbers or days from `low` to `high`, downwards when `high` is smaller.

    Raises:
        NoValue: the ends are not two whole numbers or two days.
        FeelBudgetExceeded: there are too many.
    """
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        first, last = whole(low), whole(high)
        budget.items(abs(last - first))
        return map(Decimal, _counted(first, last, has_low, has_high))
    if isinstance(low, Date) and isinstance(high, Date):
        budget.items(abs(high.days - low.days))
        return map(Date.from_days, _counted(low.days, high.days, has_low, has_high))
    raise NoValue


def _counted(first: int, last: int, has_first: bool, has_last: bool) -> range:
    step = 1 if first <= last else -1
    return range(first if has_first else first + step, last + step if has_last else last, step)
