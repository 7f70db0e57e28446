"""The way of every line on the grid: the cheapest by length, bends and crossings, given the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise

from engine.layout.grid import DOWN, LEFT, RIGHT, UP, Grid, Port, Spot
from engine.layout.model import Flow, Node
from engine.layout.ranking import Ranks

_PER_UNIT = 0.006
_BEND = 0.9
_CROSSING = 2.5
_NEARLY_CROSSING = 0.3
#: Turning into a channel that others run through.
_JOINING = 0.8
#: Two lines on the middle of a row or column cannot be told apart; into the same target they may run together.
_SHARING = 60.0
_MERGING = 9.0
_CROWD = 0.08
_TAKEN_PORT = 40.0

_STEPS = {RIGHT: (1, 0), DOWN: (0, 1), LEFT: (-1, 0), UP: (0, -1)}
#: Place, direction, and the direction before the last turn (or -1): who turns back to that has crossed the channel.
_State = tuple[int, int, int, int]
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
        return (self.start.side, *(_direction(a, b) for a, b in pairwise(self.spots)), (self.end.side + 2) % 4)


def route(grid: Grid, flows: Sequence[Flow], ranks: Ranks, *, rounds: int) -> list[Route]:
    """Return a way for every flow, in the order of the flows; each is looked for again in every round."""
    router = _Router(grid, ranks)
    order = sorted(flows, key=lambda flow: router.urgency(flow))
    routes: dict[str, Route] = {}
    for number in range(rounds):
        for flow in order:
            if flow.id in routes:
                router.take_up(routes[flow.id])
            routes[flow.id] = router.find(flow)
            router.put_down(routes[flow.id])
        if number == 0:
            order.reverse()
    return [routes[flow.id] for flow in flows]


def _direction(a: Spot, b: Spot) -> int:
    if a[1] == b[1]:
        return RIGHT if b[0] > a[0] else LEFT
    return DOWN if b[1] > a[1] else UP


class _Router:
    """Finds ways one after the other and remembers what is taken."""

    def __init__(self, grid: Grid, ranks: Ranks) -> None:
        self._grid = grid
        self._ranks = ranks
        #: Stretch from a spot to the right or downwards -> the flows on it.
        self._stretches: dict[_Stretch, list[Flow]] = defaultdict(list)
        #: Spot and axis -> the flows that go straight through.
        self._through: dict[_Stretch, list[Flow]] = defaultdict(list)
        self._turning: dict[Spot, list[Flow]] = defaultdict(list)
        self._ports: dict[tuple[str, int, int], list[Flow]] = defaultdict(list)

    def urgency(self, flow: Flow) -> tuple[int, float, int]:
        """Return what is routed first: straight ways, the main way, short ways, then those that lead back."""
        columns, rows = self._grid.columns, self._grid.rows
        across = columns[flow.target] - columns[flow.source]
        down = rows[flow.target] - rows[flow.source]
        if not flow.is_sequence:
            group = 4
        elif not flow.guest and down == 0 and across > 0 and self._is_clear(flow):
            group = 0
        elif flow.id in self._ranks.main:
            group = 1
        else:
            group = 3 if flow.id in self._ranks.back else 2
        return group, abs(across) + 0.6 * abs(down), flow.order

    def _is_clear(self, flow: Flow) -> bool:
        """Whether nothing stands between two nodes of one row."""
        grid = self._grid
        first = grid.columns[flow.source] + grid.nodes[flow.source].span
        between = range(first, grid.columns[flow.target])
        row = grid.rows[flow.source]
        return not any(grid.rows[node] == row and grid.columns[node] in between for node in grid.nodes)

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
            yield self._stretches, _stretch(a, _direction(a, b))
        for port in (way.start, way.end):
            yield self._ports, (port.node, port.side, port.offset)

    def find(self, flow: Flow) -> Route:
        """Return the cheapest way of a flow."""
        source, target = self._grid.nodes[flow.source], self._grid.nodes[flow.target]
        goals: dict[Spot, list[tuple[float, Port]]] = defaultdict(list)
        for port in self._grid.ports(target):
            goals[port.spot].append((self._end_cost(flow, target, port), port))
        starts: dict[_State, tuple[float, Port]] = {}
        for cost, port in self._starts(flow, source):
            state = (*port.spot, port.side, -1)
            if state not in starts or cost < starts[state][0]:
                starts[state] = (cost, port)
        return self._search(flow, starts, goals)

    def _starts(self, flow: Flow, source: Node) -> Iterator[tuple[float, Port]]:
        if flow.guest:
            yield 0.0, self._grid.guest_port(source, flow.guest)
            return
        for port in self._grid.ports(source):
            yield self._start_cost(flow, source, port), port

    def _start_cost(self, flow: Flow, node: Node, port: Port) -> float:
        columns = self._grid.columns
        leads_left = columns[flow.target] < columns[node.id]
        if not flow.is_sequence:
            side = 0.0 if port.side in (UP, DOWN) else 2.0
        elif port.side == RIGHT:
            side = 0.5 if node.is_gateway and flow.id not in self._ranks.main else 0.0
        elif port.side == LEFT:
            side = 0.9 if leads_left else 6.0
        else:
            side = 0.2 if node.is_gateway else 0.8
        return side + self._port_cost(flow, node, port)

    def _end_cost(self, flow: Flow, node: Node, port: Port) -> float:
        leads_left = self._grid.columns[flow.source] > self._grid.columns[node.id]
        if not flow.is_sequence:
            side = 0.0 if port.side in (UP, DOWN) else 2.0
        elif port.side == LEFT:
            side = 0.0
        elif port.side == RIGHT:
            side = 1.2 if leads_left else 6.0
        else:
            side = 0.3 if node.is_gateway or node.is_event else 0.5
        return side + self._port_cost(flow, node, port)

    def _port_cost(self, flow: Flow, node: Node, port: Port) -> float:
        """Return what it costs to use a port away from the middle or one that is taken."""
        grid = self._grid
        offset = grid.xs[port.offset].offset if port.side in (UP, DOWN) else port.offset
        away = abs(offset) * (0.25 if node.is_gateway else 0.01)
        if node.kind == "participant" or node.span > 1:
            away = 0.0
        others = self._ports.get((port.node, port.side, port.offset), ())
        return away + sum(_MERGING if other.target == flow.target == node.id else _TAKEN_PORT for other in others)

    def _search(
        self, flow: Flow, starts: dict[_State, tuple[float, Port]], goals: dict[Spot, list[tuple[float, Port]]]
    ) -> Route:
        best = {state: cost for state, (cost, _) in starts.items()}
        before: dict[_State, _State] = {}
        far = self._distance_to(flow.target)
        queue = sorted((cost + far(state), cost, state) for state, cost in best.items())
        finish: tuple[float, _State, Port] | None = None
        while queue:
            least, cost, state = heappop(queue)
            if finish and least >= finish[0]:
                break
            if cost > best[state]:
                continue
            for extra, port in goals.get(state[:2], ()):
                total = cost + extra + self._turn_cost(flow, state, (port.side + 2) % 4)
                if port.side != state[2] and (finish is None or total < finish[0]):
                    finish = (total, state, port)
            for price, following in self._moves(flow, state):
                if cost + price < best.get(following, 1e9):
                    best[following] = cost + price
                    before[following] = state
                    heappush(queue, (cost + price + far(following), cost + price, following))
        assert finish is not None, "channels join all ports"
        return _traced(flow, starts, before, finish[1], finish[2])

    def _moves(self, flow: Flow, state: _State) -> Iterator[tuple[float, _State]]:
        x, y, direction, before = state
        grid = self._grid
        for turned in (direction, (direction + 1) % 4, (direction + 3) % 4):
            step = _STEPS[turned]
            a, b = x + step[0], y + step[1]
            if not (0 <= a < len(grid.xs) and 0 <= b < len(grid.ys)) or (a, b) in grid.occupied:
                continue
            price = self._turn_cost(flow, state, turned) + self._stretch_cost(flow, (x, y), turned)
            yield price, (a, b, turned, before if turned == direction else direction)

    def _turn_cost(self, flow: Flow, state: _State, direction: int) -> float:
        """Return the cost of going on in a direction: bends, and lines that are crossed here."""
        x, y, came, before = state
        if came != direction:
            joined = len(self._through.get((x, y, direction % 2), ()))
            left = len(self._through.get((x, y, came % 2), ()))
            is_across = before == direction
            return _BEND + _JOINING * joined + (_CROSSING - _JOINING if is_across else _NEARLY_CROSSING) * left
        across = self._through.get((x, y, 1 - came % 2), ())
        return _CROSSING * len(across) + _NEARLY_CROSSING * len(self._turning.get((x, y), ()))

    def _distance_to(self, target: str) -> Callable[[_State], float]:
        """Return the least that is left to pay from a state on."""
        grid, node = self._grid, self._grid.nodes[target]
        ports = [port.spot for port in grid.ports(node)]
        left, right = (grid.xs[edge(x for x, _ in ports)].at for edge in (min, max))
        top, bottom = (grid.ys[edge(y for _, y in ports)].at for edge in (min, max))
        across = [_PER_UNIT * max(left - line.at, line.at - right, 0.0) for line in grid.xs]
        down = [_PER_UNIT * max(top - line.at, line.at - bottom, 0.0) for line in grid.ys]
        return lambda state: across[state[0]] + down[state[1]]

    def _stretch_cost(self, flow: Flow, spot: Spot, direction: int) -> float:
        grid, key = self._grid, _stretch(spot, direction)
        if direction % 2 == 0:
            length = abs(grid.xs[key[0] + 1].at - grid.xs[key[0]].at)
            is_channel = grid.ys[spot[1]].is_channel
        else:
            length = abs(grid.ys[key[1] + 1].at - grid.ys[key[1]].at)
            is_channel = grid.xs[spot[0]].is_channel
        others = self._stretches.get(key, ())
        if is_channel:
            return _PER_UNIT * length + _CROWD * len(others)
        return _PER_UNIT * length + sum(_MERGING if other.target == flow.target else _SHARING for other in others)


def _stretch(spot: Spot, direction: int) -> _Stretch:
    x, y = spot
    return x - (direction == LEFT), y - (direction == UP), direction % 2


def _traced(
    flow: Flow,
    starts: dict[_State, tuple[float, Port]],
    before: dict[_State, _State],
    last: _State,
    end: Port,
) -> Route:
    states = [last]
    while states[-1] in before:
        states.append(before[states[-1]])
    spots: Iterable[Spot] = (state[:2] for state in reversed(states))
    return Route(flow, starts[states[-1]][1], end, tuple(spots))
