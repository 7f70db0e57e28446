"""Traffic: the ways that are taken, and what it costs another line to cross, join or share them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
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
#: What straight on, a bend, and a bend back cost where nothing is.
FREE = 0.0, _BEND, _BEND

#: A spot as one number: those of a grid line from top to bottom, then those of the next one.
Place = int
#: The stretch from a place to the right or downwards as one number: twice the place, and the axis.
Stretch = int


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
    """What is taken so far.

    Everything is counted by numbers in lists: ways are looked for among millions of places in one arrangement.
    """

    def __init__(self, grid: Grid) -> None:
        self.height = len(grid.ys)
        count = len(grid.xs) * self.height
        across = [PER_UNIT * (b.at - a.at) for a, b in pairwise(grid.xs)]
        down = [PER_UNIT * (b.at - a.at) for a, b in pairwise(grid.ys)]
        #: How long a stretch is; behind the last line there is none.
        self.lengths = [length for x in (*across, 0.0) for y in (*down, 0.0) for length in (x, y)]
        self._is_channel = [is_channel for x in grid.xs for y in grid.ys for is_channel in (y.is_channel, x.is_channel)]
        #: The flows on each stretch.
        self.flows: list[list[Flow]] = [[] for _ in range(2 * count)]
        #: For each axis, how many lines go straight through a place along it.
        self._through = [0] * count, [0] * count
        #: How many lines turn at a place.
        self._turning = [0] * count
        self._ports: dict[tuple[str, int, int], list[Flow]] = defaultdict(list)
        #: How much there is at a place that makes going on cost more than usual.
        self.busy = [0] * count
        self._avoided: set[tuple[str, Place]] = set()
        #: Flow and port where it may not begin or end.
        self.barred: set[tuple[str, Port]] = set()
        self._numbers: dict[Hashable, int] = {}
        self._standing: set[int] = set()

    def place(self, spot: Spot) -> Place:
        """Return the number of a spot."""
        return spot[0] * self.height + spot[1]

    def put_down(self, way: Route) -> None:
        """Remember a way as taken."""
        self._note(way, 1)
        self._standing.add(self._number(way))
        for flows in self._taken_by(way):
            flows.append(way.flow)

    def take_up(self, way: Route) -> None:
        """Forget a way."""
        self._note(way, -1)
        self._standing.discard(self._number(way))
        for flows in self._taken_by(way):
            flows.remove(way.flow)

    def standing(self, flow: Flow) -> Hashable:
        """Return what is the same whenever everything is taken that is now, as far as a flow may notice."""
        avoided = frozenset(place for other, place in self._avoided if other == flow.id)
        return frozenset(self._standing), avoided, frozenset(port for other, port in self.barred if other == flow.id)

    def _number(self, way: Route) -> int:
        return self._numbers.setdefault((way.flow.id, way.start, way.end, way.spots), len(self._numbers))

    def avoid(self, flow: Flow, spot: Spot) -> None:
        """Never again let a flow turn at a spot."""
        self._avoided.add((flow.id, self.place(spot)))
        self.busy[self.place(spot)] += 1

    def _note(self, way: Route, change: int) -> None:
        for spot, (before, after) in zip(way.spots, pairwise(way.headings), strict=True):
            counts, place = self._through[before % 2] if before == after else self._turning, self.place(spot)
            counts[place] += change
            self.busy[place] += change

    def _taken_by(self, way: Route) -> list[list[Flow]]:
        """Return the flows on each stretch and at both ports of a way."""
        stretches = [self.flows[self.stretch(self.place(a), heading(a, b))] for a, b in pairwise(way.spots)]
        return [*stretches, *(self._ports[port.node, port.side, port.offset] for port in (way.start, way.end))]

    def stretch(self, place: Place, direction: int) -> Stretch:
        """Return the stretch that leads away from a place in a direction."""
        axis = direction % 2
        if direction in (LEFT, UP):
            place -= 1 if axis else self.height
        return 2 * place + axis

    def port_cost(self, flow: Flow, port: Port) -> float:
        """Return what it costs to use a port that others use."""
        others = self._ports.get((port.node, port.side, port.offset), ())
        barred = TAKEN if (flow.id, port) in self.barred else 0.0
        return barred + sum(_MERGING if other.target == flow.target == port.node else TAKEN for other in others)

    def turn_costs(self, flow: Flow, place: Place, came: int) -> tuple[float, float, float]:
        """Return the cost of going straight on, of turning, and of turning back to the direction before the last turn.

        Who turns back has crossed the channel, with the lines in it. Bends, and lines that are crossed here, cost.
        """
        along, across, turning = (
            self._through[came % 2][place],
            self._through[1 - came % 2][place],
            self._turning[place],
        )
        straight = (_CROSSING * across if across else 0.0) + (_NEARLY_CROSSING * turning if turning else 0.0)
        if (flow.id, place) in self._avoided:
            return straight, TAKEN, TAKEN
        bend = _BEND + _JOINING * across
        return straight, bend + _NEARLY_CROSSING * along, bend + (_CROSSING - _JOINING) * along

    def stretch_cost(self, flow: Flow, stretch: Stretch) -> float:
        """Return the cost of going along a stretch: its length, and others on it."""
        length, others = self.lengths[stretch], self.flows[stretch]
        if not others:
            return length
        if self._is_channel[stretch]:
            return length + _CROWD * len(others)
        return length + sum(_MERGING if other.target == flow.target else _SHARING for other in others)
