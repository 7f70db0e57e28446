"""Sketches: the simple ways a line could take between two places, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

#: A place on the sketch: columns and rows at even numbers, the room between them at odd ones.
Spot = tuple[int, int]
Sketch = tuple[Spot, ...]

_BEND = 1.0
_LENGTH = 0.05


def _sketches(start: Spot, end: Spot, edges: tuple[int, int], *, is_guest: bool) -> tuple[Sketch, ...]:
    """Return the simple ways a line could take."""
    (left, top), (right, bottom) = start, end
    if is_guest:
        # Those that lead up leave the upper border.
        outside = top + (1 if bottom >= top else -1)
        first = (left, outside)
        ways: tuple[Sketch, ...] = (
            (first, (left, bottom), end),
            (first, (right, outside), end),
            (first, (right - 1, outside), (right - 1, bottom), end),
        )
    elif right <= left:
        ways = _ways_back(start, end, edges)
    elif top == bottom:
        ways = ((end,), ((left, top - 1), (right, top - 1), end), ((left, top + 1), (right, top + 1), end))
    else:
        ways = (
            ((left, bottom), end),
            ((right, top), end),
            ((right - 1, top), (right - 1, bottom), end),
            ((left + 1, top), (left + 1, bottom), end),
        )
    return tuple(_bends(start, *way) for way in ways)


def _ways_back(start: Spot, end: Spot, edges: tuple[int, int]) -> tuple[Sketch, ...]:
    (left, top), (right, bottom) = start, end
    above, below = min(top, bottom) - 1, max(top, bottom) + 1
    beside = bottom - 1 if top < bottom else bottom + 1
    return (
        ((left, above), (right, above), end),
        ((left, below), (right, below), end),
        *(((left, edge), (right, edge), end) for edge in edges),
        ((right, top), end),
        ((right - 1, top), (right - 1, bottom), end),
        *(((left, edge), (right - 1, edge), (right - 1, bottom), end) for edge in (above, below)),
        ((left, bottom), end),
        ((left, beside), (right, beside), end),
        ((left + 1, top), (left + 1, beside), (right, beside), end),
        ((left - 1, top), (left - 1, beside), (right, beside), end),
    )


def _bends(*spots: Spot) -> Sketch:
    """Return the line without spots that are doubled or lie on a straight part."""
    found: list[Spot] = []
    for spot in spots:
        if found and found[-1] == spot:
            continue
        if len(found) > 1 and (found[-2][0] == found[-1][0] == spot[0] or found[-2][1] == found[-1][1] == spot[1]):
            found.pop()
        found.append(spot)
    return tuple(found)


def _price(sketch: Sketch) -> float:
    length = sum(min(abs(a - c), 12) + min(abs(b - d), 12) for (a, b), (c, d) in pairwise(sketch))
    return _BEND * max(0, len(sketch) - 2) + _LENGTH * length


def count_blocked(sketch: Sketch, occupied: Mapping[Spot, str], own: set[str]) -> int:
    return sum(occupied[spot] not in own for spot in _spots(sketch) & occupied.keys())


@lru_cache(maxsize=65536)
def priced_sketches(
    start: Spot, end: Spot, edges: tuple[int, int], *, is_guest: bool
) -> tuple[tuple[float, Sketch], ...]:
    """Return the simple ways a line could take with their prices, the cheapest first."""
    return tuple(sorted((_price(sketch), sketch) for sketch in _sketches(start, end, edges, is_guest=is_guest)))


@lru_cache(maxsize=65536)
def _spots(sketch: Sketch) -> frozenset[Spot]:
    """Return the spots where nodes could stand that a line passes through."""
    found: list[Spot] = []
    for (a, b), (c, d) in pairwise(sketch):
        if a == c and a % 2 == 0:
            low, high = sorted((b, d))
            found += [(a, y) for y in range(low + low % 2, high + 1, 2)]
        elif b == d and b % 2 == 0:
            low, high = sorted((a, c))
            found += [(x, b) for x in range(low + low % 2, high + 1, 2)]
    return frozenset(found)


@lru_cache(maxsize=262144)
def crossings(one: Sketch, other: Sketch) -> float:
    """Return how often two lines cross; lying on each other counts as well."""
    count = 0.0
    for (a, b), (c, d) in pairwise(one):
        for (e, f), (g, h) in pairwise(other):
            count += _meeting(
                (min(a, c), min(b, d), max(a, c), max(b, d)), (min(e, g), min(f, h), max(e, g), max(f, h))
            )
    return count


def forget_sketches() -> None:
    """Give back what was remembered for one picture; the next one looks otherwise, and a server lives for months."""
    for remembered in (priced_sketches, _spots, crossings):
        remembered.cache_clear()


def _meeting(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> float:
    is_flat, is_other_flat = one[1] == one[3], other[1] == other[3]
    if is_flat != is_other_flat:
        flat, upright = (one, other) if is_flat else (other, one)
        return float(flat[0] < upright[0] < flat[2] and upright[1] < flat[1] < upright[3])
    side, along = (1, 0) if is_flat else (0, 1)
    # On the room between columns there is space for several lines; on the middle of a column or row there is not.
    if one[side] != other[side] or one[side] % 2:
        return 0.0
    return 0.7 if min(one[along + 2], other[along + 2]) > max(one[along], other[along]) else 0.0
