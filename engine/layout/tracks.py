"""Tracks: which lines run beside each other in a channel, and in which order, so that they do not cross needlessly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from engine.layout.grid import DOWN, RIGHT, Grid
from engine.layout.traffic import Route

_ON_EACH_OTHER = 20.0

#: Number of a route and of its stretch.
Piece = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A straight part of a route."""

    piece: Piece
    #: 0 along a horizontal grid line, 1 along a vertical one.
    axis: int
    line: int
    low: int
    high: int
    #: Where the route goes on at the low and the high end: -1, +1, or 0 at a node.
    low_turn: int
    high_turn: int


def stretches(routes: Sequence[Route]) -> list[Stretch]:
    """Return the straight parts of all routes."""
    return [stretch for number, route in enumerate(routes) for stretch in _parts(number, route)]


def _parts(number: int, route: Route) -> list[Stretch]:
    spots = (route.spots[0], *route.turns, route.spots[-1])
    directions = route.directions
    found = []
    for index, ((a, b), direction) in enumerate(zip(pairwise(spots), directions, strict=True)):
        axis = direction % 2
        before = -_sign(directions[index - 1]) if index else 0
        after = _sign(directions[index + 1]) if index + 1 < len(directions) else 0
        ends = sorted(((a[axis], before), (b[axis], after)))
        found.append(Stretch((number, index), axis, a[1 - axis], ends[0][0], ends[1][0], ends[0][1], ends[1][1]))
    return found


def _sign(direction: int) -> int:
    return 1 if direction in (RIGHT, DOWN) else -1


def assign_tracks(grid: Grid, parts: Sequence[Stretch]) -> tuple[dict[Piece, int], list[Stretch]]:
    """Return the track of every stretch that runs in a channel, from left to right or top to bottom.

    Also those stretches that would lie on another line whatever the order; their routes need another way.
    """
    channels: dict[tuple[int, int], list[Stretch]] = defaultdict(list)
    for part in parts:
        line = (grid.ys if part.axis == 0 else grid.xs)[part.line]
        if line.is_channel:
            channels[part.axis, part.line].append(part)
    found: dict[Piece, int] = {}
    clashing: list[Stretch] = []
    for (axis, _), members in sorted(channels.items()):
        across = grid.xs if axis == 0 else grid.ys
        exclusive = frozenset(number for number, line in enumerate(across) if not line.is_channel)
        order = _ordered(members, exclusive)
        found |= _levels(order)
        clashing += [one for one, other in combinations(order, 2) if _cost(one, other, exclusive) >= _ON_EACH_OTHER]
    return found, clashing


def _levels(order: Sequence[Stretch]) -> dict[Piece, int]:
    levels: dict[Piece, int] = {}
    for number, part in enumerate(order):
        before = [levels[other.piece] for other in order[:number] if _are_beside(part, other)]
        levels[part.piece] = max(before, default=-1) + 1
    return levels


def _are_beside(one: Stretch, other: Stretch) -> bool:
    return one.low <= other.high and other.low <= one.high


def _ordered(members: list[Stretch], exclusive: frozenset[int]) -> list[Stretch]:
    """Return the stretches of a channel in the order that makes the fewest crossings."""
    order = sorted(members, key=lambda part: (part.low_turn + part.high_turn, part.low, part.piece))
    costs = {(a.piece, b.piece): _cost(a, b, exclusive) for a in members for b in members if a is not b}
    is_better = True
    while is_better:
        is_better = False
        for index in range(len(order)):
            is_better = _insert_better(order, index, costs) or is_better
    return order


def _insert_better(order: list[Stretch], index: int, costs: Mapping[tuple[Piece, Piece], float]) -> bool:
    """Move one stretch to the place in the order where it makes the fewest crossings; say whether it moved."""
    part = order[index]
    others = order[:index] + order[index + 1 :]
    # Price of standing before all others, then of each step towards the end.
    price = sum(costs[part.piece, other.piece] for other in others)
    prices = [price]
    for other in others:
        price += costs[other.piece, part.piece] - costs[part.piece, other.piece]
        prices.append(price)
    best = min(range(len(prices)), key=lambda place: (prices[place], abs(place - index)))
    if prices[best] > prices[index] - 1e-6:
        return False
    order[:] = [*others[:best], part, *others[best:]]
    return True


def _cost(first: Stretch, second: Stretch, exclusive: frozenset[int]) -> float:
    """Return how often two stretches cross when the first lies left of, or above, the second."""
    return _ends_across(first, second, 1, exclusive) + _ends_across(second, first, -1, exclusive)


def _ends_across(part: Stretch, other: Stretch, towards: int, exclusive: frozenset[int]) -> float:
    """Count the ends of a stretch that turn towards the other one within its length."""
    count = 0.0
    for end, turn in ((part.low, part.low_turn), (part.high, part.high_turn)):
        if turn == towards and other.low < end < other.high:
            count += 1.0
        elif turn == towards and end in (other.low, other.high):
            # On the middle of a row or column both would lie on each other; in a channel they have tracks of their own.
            count += _ON_EACH_OTHER if end in exclusive else 0.5
    return count
