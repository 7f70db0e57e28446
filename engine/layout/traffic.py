"""Traffic: the ways that are taken, and what it costs another line to cross, join or share them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from engine.layout.grid import DOWN, LEFT, RIGHT, UP, Grid, Port, Spot
from engine.layout.model import Flow

PER_UNIT = 0.006
_BEND = 0.9
_CROSSING = 4.0
_NEARLY_CROSSING = 0.3
#: Turning into a channel that others run through.
_JOINING = 0.8
#: Two lines on the middle of a row or column cannot be told apart; into the same target they may run together.
_SHARING = 60.0
_MERGING = 9.0
_CROWD = 0.08
TAKEN = 40.0

#: Place, direction, and the direction before the last turn (or -1): who turns back to that has crossed the channel.
State = tuple[int, int, int, int]
_Stretch = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Route:
    """The way of one line: from a port over the spots where it turns to another port."""

    flow: Flow
    start: Port
    end: Port
    spots: tuple[Spot, ...]

    @property
    def turns(self) -> tuple[Spot, ...]:
        """The spots where the direction changes."""
        changes = zip(self.spots, pairwise(self.headings), strict=True)
        return tuple(spot for spot, (before, after) in changes if before != after)

    @property
    def directions(self) -> tuple[int, ...]:
        """The direction of each straight part."""
        headings = self.headings
        return (headings[0], *(after for before, after in pairwise(headings) if before != after))

    @property
    def headings(self) -> tuple[int, ...]:
        """The direction before every spot, and at the end that into the last node."""
        return (self.start.side, *(heading(a, b) for a, b in pairwise(self.spots)), (self.end.side + 2) % 4)


def heading(a: Spot, b: Spot) -> int:
    """Return the direction from one spot to another on the same grid line."""
    if a[1] == b[1]:
        return RIGHT if b[0] > a[0] else LEFT
    return DOWN if b[1] > a[1] else UP


class Traffic:
    """What is taken so far."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._across = [PER_UNIT * (b.at - a.at) for a, b in pairwise(grid.xs)]
        self._down = [PER_UNIT * (b.at - a.at) for a, b in pairwise(grid.ys)]
        self._is_channel_x = [line.is_channel for line in grid.xs]
        self._is_channel_y = [line.is_channel for line in grid.ys]
        #: Stretch from a spot to the right or downwards -> the flows on it.
        self._stretches: dict[_Stretch, list[Flow]] = defaultdict(list)
        #: Spot and axis -> the flows that go straight through.
        self._through: dict[_Stretch, list[Flow]] = defaultdict(list)
        self._turning: dict[Spot, list[Flow]] = defaultdict(list)
        self._ports: dict[tuple[str, int, int], list[Flow]] = defaultdict(list)
        #: Flow and spot where it may not turn again.
        self.avoided: set[tuple[str, Spot]] = set()
        #: Flow and port where it may not begin or end.
        self.barred: set[tuple[str, Port]] = set()

    def put_down(self, way: Route) -> None:
        """Remember a way as taken."""
        for record, key in self._places(way):
            record[key].append(way.flow)

    def take_up(self, way: Route) -> None:
        """Forget a way."""
        for record, key in self._places(way):
            record[key].remove(way.flow)

    def _places(self, way: Route) -> Iterator[tuple[dict, object]]:
        for spot, (before, after) in zip(way.spots, pairwise(way.headings), strict=True):
            if before == after:
                yield self._through, (*spot, before % 2)
            else:
                yield self._turning, spot
        for a, b in pairwise(way.spots):
            yield self._stretches, _stretch(a, heading(a, b))
        for port in (way.start, way.end):
            yield self._ports, (port.node, port.side, port.offset)

    def port_cost(self, flow: Flow, port: Port) -> float:
        """Return what it costs to use a port that others use."""
        others = self._ports.get((port.node, port.side, port.offset), ())
        barred = TAKEN if (flow.id, port) in self.barred else 0.0
        return barred + sum(_MERGING if other.target == flow.target == port.node else TAKEN for other in others)

    def turn_cost(self, flow: Flow, state: State, direction: int) -> float:
        """Return the cost of going on in a direction: bends, and lines that are crossed here."""
        x, y, came, before = state
        if came != direction:
            joined = len(self._through.get((x, y, direction % 2), ()))
            left = len(self._through.get((x, y, came % 2), ()))
            is_across = before == direction
            if (flow.id, (x, y)) in self.avoided:
                return TAKEN
            return _BEND + _JOINING * joined + (_CROSSING - _JOINING if is_across else _NEARLY_CROSSING) * left
        across = self._through.get((x, y, 1 - came % 2))
        turning = self._turning.get((x, y))
        return (_CROSSING * len(across) if across else 0.0) + (_NEARLY_CROSSING * len(turning) if turning else 0.0)

    def stretch_cost(self, flow: Flow, x: int, y: int, direction: int) -> float:
        """Return the cost of going to the next grid line: its length, and others on it."""
        if direction % 2 == 0:
            x -= direction == LEFT
            length, is_channel = self._across[x], self._is_channel_y[y]
        else:
            y -= direction == UP
            length, is_channel = self._down[y], self._is_channel_x[x]
        others = self._stretches.get((x, y, direction % 2))
        if not others:
            return length
        if is_channel:
            return length + _CROWD * len(others)
        return length + sum(_MERGING if other.target == flow.target else _SHARING for other in others)


def _stretch(spot: Spot, direction: int) -> _Stretch:
    x, y = spot
    return x - (direction == LEFT), y - (direction == UP), direction % 2
