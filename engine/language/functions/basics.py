"""Built-in functions for conversion, logic and identity."""

from __future__ import annotations

import re
from decimal import Decimal

from engine.language.budget import Budget
from engine.language.errors import NoValue
from engine.language.functions.registry import built_in
from engine.language.numbers import DECIMAL128, fitted
from engine.language.temporal import DateTime, Time
from engine.language.text_form import text_of
from engine.language.values import equal

_NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


@built_in("number(from: string)")
@built_in("number(from: string, grouping separator: string or null, decimal separator?: string or null)")
def number(text: str, grouping: str | None = None, point: str | None = None) -> Decimal:
    """Read a number."""
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or (grouping and grouping == point):
        raise NoValue
    if grouping:
        text = text.replace(grouping, "")
    if point:
        text = text.replace(point, ".")
    if not _NUMBER.fullmatch(text):
        raise NoValue
    return fitted(DECIMAL128.create_decimal(text))


@built_in("string(from: some)")
def string(budget: Budget, value: object) -> str:
    """Write any value as text."""
    return text_of(value, budget)


@built_in("not(negand: boolean)")
def negation(negand: bool) -> bool:
    """Return the opposite."""
    return not negand


def _list_truth(name: str, deciding: bool) -> None:
    def decide(entries: list[object]) -> bool | None:
        if any(entry is deciding for entry in entries):
            return deciding
        return not deciding if all(isinstance(entry, bool) for entry in entries) else None

    @built_in(f"{name}(list: real list)")
    def of_list(entries: list[object]) -> bool | None:
        return decide(entries)

    @built_in(f"{name}(list...: any)")
    def of_arguments(*entries: object) -> bool | None:
        if not entries:
            raise NoValue
        return decide(list(entries))


_list_truth("all", False)
_list_truth("any", True)


@built_in("is(value1: any, value2: any)")
def is_same(budget: Budget, left: object, right: object) -> bool:
    """Tell whether two values are the same, zone of a time included."""
    if type(left) is not type(right):
        return False
    if isinstance(left, Time | DateTime):
        return str(left) == str(right)
    return equal(left, right, budget) is True
