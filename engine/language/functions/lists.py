"""Built-in functions on lists."""

from __future__ import annotations

import functools
from decimal import Decimal
from typing import Any

from engine.language.budget import Budget
from engine.language.errors import NoValue
from engine.language.functions.registry import built_in
from engine.language.values import Function, compare, equal


def _index(entries: list[object], position: int) -> int:
    """Turn a position that counts from 1, or from the end when negative, into an index."""
    if position == 0 or abs(position) > len(entries):
        raise NoValue
    return position - 1 if position > 0 else len(entries) + position


@built_in("list contains(list: list, element: any)")
def list_contains(budget: Budget, entries: list[object], element: object) -> bool:
    """Tell whether an entry equals the element."""
    return any(equal(entry, element, budget) is True for entry in entries)


@built_in("count(list: list)")
def count(entries: list[object]) -> Decimal:
    """Return the number of entries."""
    return Decimal(len(entries))


@built_in("sublist(list: list, start position: integer, length?: integer)")
def sublist(entries: list[object], start: int, length: int | None = None) -> list[object]:
    """Return part of a list."""
    first = _index(entries, start)
    if length is None:
        return entries[first:]
    if length < 1 or first + length > len(entries):
        raise NoValue
    return entries[first : first + length]


@built_in("append(list: list, item...: any)")
def append(entries: list[object], *items: object) -> list[object]:
    """Return the list with more entries."""
    return [*entries, *items]


@built_in("concatenate(list...: list)")
def concatenate(budget: Budget, *lists: list[object]) -> list[object]:
    """Return all entries of all lists."""
    if not lists:
        raise NoValue
    budget.items(sum(map(len, lists)))
    return [entry for one in lists for entry in one]


@built_in("insert before(list: list, position: integer, newItem: any)")
def insert_before(entries: list[object], position: int, item: object) -> list[object]:
    """Return the list with an entry put in."""
    index = 0 if not entries and position == 1 else _index(entries, position)
    return [*entries[:index], item, *entries[index:]]


@built_in("remove(list: list, position: integer)")
def remove(entries: list[object], position: int) -> list[object]:
    """Return the list without the entry there."""
    index = _index(entries, position)
    return entries[:index] + entries[index + 1 :]


@built_in("reverse(list: list)")
def reverse(entries: list[object]) -> list[object]:
    """Return the list backwards."""
    return entries[::-1]


@built_in("index of(list: list, match: any)")
def index_of(budget: Budget, entries: list[object], match: object) -> list[Decimal]:
    """Return the positions at which an equal entry stands."""
    return [Decimal(place) for place, entry in enumerate(entries, 1) if equal(entry, match, budget) is True]


@built_in("distinct values(list: list)")
def distinct_values(budget: Budget, entries: list[object]) -> list[object]:
    """Return the list without repetitions."""
    distinct: list[object] = []
    for entry in entries:
        budget.spend(1 + len(distinct) // 8)
        if not any(equal(entry, known, budget) is True for known in distinct):
            distinct.append(entry)
    return distinct


@built_in("union(list...: list)")
def union(budget: Budget, *lists: list[object]) -> list[object]:
    """Return all entries of all lists, each once."""
    return distinct_values(budget, concatenate(budget, *lists))


@built_in("flatten(list: list)")
def flatten(budget: Budget, entries: list[object]) -> list[object]:
    """Return the list with the entries of its inner lists in their place."""
    flat: list[object] = []
    for entry in entries:
        flat.extend(flatten(budget, entry) if isinstance(entry, list) else [entry])
        budget.spend()
    budget.items(len(flat))
    return flat


@built_in("list replace(list: list, position: number, newItem: any)")
def replace_at(entries: list[object], position: Decimal, item: object) -> list[object]:
    """Return the list with another entry at that place."""
    index = _index(entries, int(position))
    return [*entries[:index], item, *entries[index + 1 :]]


@built_in("list replace(list: list, match: function, newItem: any)")
def replace_matching(budget: Budget, entries: list[object], match: Function, item: object) -> list[object]:
    """Return the list with another entry wherever `match(entry, new)` is true."""
    replaced: list[object] = []
    for entry in entries:
        answer = match.invoke([entry, item], None, budget)
        if not isinstance(answer, bool):
            raise NoValue
        replaced.append(item if answer else entry)
    return replaced


@built_in("sort(list: list, precedes: function)")
def sort_by(budget: Budget, entries: list[object], precedes: Function) -> list[object]:
    """Return the list in the order of `precedes(x, y)`."""

    def order(left: object, right: object) -> int:
        if precedes.invoke([left, right], None, budget) is True:
            return -1
        return 1 if precedes.invoke([right, left], None, budget) is True else 0

    return sorted(entries, key=functools.cmp_to_key(order))


@built_in("sort(list: list)")
def sort(budget: Budget, entries: list[Any]) -> list[object]:
    """Return the list in ascending order."""

    def order(left: object, right: object) -> int:
        budget.spend()
        is_before = compare("<", left, right)
        if is_before is None:
            raise NoValue
        return -1 if is_before else int(bool(compare(">", left, right)))

    return sorted(entries, key=functools.cmp_to_key(order))
