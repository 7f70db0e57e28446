"""The way of every line on the grid: the cheapest by length, bends and crossings, given the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import pairwise, permutations

from engine.layout.grid import DOWN, LEFT, RIGHT, UP, Grid, Port, Spot
from engine.layout.model import Flow, Node
from engine.layout.ranking import Ranks
from engine.layout.traffic import PER_UNIT, Route, State, Traffic, heading

_STEPS = {RIGHT: (1, 0), DOWN: (0, 1), LEFT: (-1, 0), UP: (0, -1)}
#: Straight on, and both turns.
_TURNS = [(turn, (turn + 1) % 4, (turn + 3) % 4) for turn in range(4)]


class Router:
    """Finds ways one after the other and remembers what is taken."""

    def __init__(self, grid: Grid, ranks: Ranks) -> None:
        self._grid = grid
        self._ranks = ranks
        self._width, self._height = len(grid.xs), len(grid.ys)
        self._traffic = Traffic(grid)
        self._ways: dict[str, Route] = {}

    def route(self, flows: Sequence[Flow], rounds: int) -> list[Route]:
        """Return a way for every flow, in their order; each is looked for again in every round."""
        order = sorted(flows, key=self.urgency)
        for number in range(rounds):
            for flow in order:
                self._renew(flow)
            if number == 0:
                order.reverse()
        return [self._ways[flow.id] for flow in flows]

    def part(self, *flows: Flow) -> bool:
        """Look for ways of some flows anew, in all orders, and keep what costs least; say whether that is better."""
        before = tuple(self._ways[flow.id] for flow in flows)
        for way in before:
            self._traffic.take_up(way)
        now = self._total(before)
        cost, best = min((self._tried(order) for order in permutations(flows)), key=lambda choice: choice[0])
        for way in best if cost < now - 0.01 else before:
            self._put_down(way)
        return cost < now - 0.01

    def resume(self, ways: Iterable[Route]) -> None:
        """Go back to other ways."""
        for way in ways:
            self._traffic.take_up(self._ways[way.flow.id])
            self._put_down(way)

    def bar(self, flow: Flow, port: Port) -> Route:
        """Return another way for a flow that neither begins nor ends at a port."""
        self._traffic.barred.add((flow.id, port))
        return self._renew(flow)

    def allow(self, flow: Flow, port: Port) -> None:
        """Let a flow use a port again."""
        self._traffic.barred.discard((flow.id, port))

    def avoid(self, flow: Flow, spot: Spot) -> Route:
        """Return another way for a flow that does not turn at a spot."""
        self._traffic.avoided.add((flow.id, spot))
        return self._renew(flow)

    def _renew(self, flow: Flow) -> Route:
        if flow.id in self._ways:
            self._traffic.take_up(self._ways[flow.id])
        return self._put_down(self._find(flow)[1])

    def _put_down(self, way: Route) -> Route:
        self._traffic.put_down(way)
        self._ways[way.flow.id] = way
        return way

    def _total(self, ways: Sequence[Route]) -> float:
        """Return what some ways cost together that are not put down."""
        cost = 0.0
        for way in ways:
            cost += self._cost_of(way)
            self._traffic.put_down(way)
        for way in ways:
            self._traffic.take_up(way)
        return cost

    def _tried(self, flows: Sequence[Flow]) -> tuple[float, tuple[Route, ...]]:
        """Return what some ways cost together when they are looked for in this order; none is kept."""
        cost, ways = 0.0, []
        for flow in flows:
            price, way = self._find(flow)
            self._traffic.put_down(way)
            cost += price
            ways.append(way)
        for way in ways:
            self._traffic.take_up(way)
        return cost, tuple(ways)

    def _cost_of(self, way: Route) -> float:
        """Return what a way costs that is not put down."""
        flow, nodes = way.flow, self._grid.nodes
        cost = 0.0 if flow.guest else self._start_cost(flow, nodes[flow.source], way.start)
        cost += self._end_cost(flow, nodes[flow.target], way.end)
        state: State = (*way.spots[0], way.start.side, -1)
        for a, b in pairwise(way.spots):
            direction = heading(a, b)
            cost += self._traffic.turn_cost(flow, state, direction)
            cost += self._traffic.stretch_cost(flow, *a, direction)
            state = (*b, direction, state[3] if direction == state[2] else state[2])
        return cost + self._traffic.turn_cost(flow, state, (way.end.side + 2) % 4)

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

    def _find(self, flow: Flow) -> tuple[float, Route]:
        """Return the cheapest way of a flow, with its cost."""
        source, target = self._grid.nodes[flow.source], self._grid.nodes[flow.target]
        goals: dict[Spot, list[tuple[float, Port]]] = defaultdict(list)
        for port in self._grid.ports(target):
            goals[port.spot].append((self._end_cost(flow, target, port), port))
        starts: dict[State, tuple[float, Port]] = {}
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
        return away + self._traffic.port_cost(flow, port)

    def _search(
        self, flow: Flow, starts: dict[State, tuple[float, Port]], goals: dict[Spot, list[tuple[float, Port]]]
    ) -> tuple[float, Route]:
        best = {state: cost for state, (cost, _) in starts.items()}
        before: dict[State, State] = {}
        far = self._distance_to(flow.target)
        queue = sorted((cost + far(state), cost, state) for state, cost in best.items())
        finish: tuple[float, State, Port] | None = None
        while queue:
            least, cost, state = heappop(queue)
            if finish and least >= finish[0]:
                break
            if cost > best[state]:
                continue
            for extra, port in goals.get(state[:2], ()):
                total = cost + extra + self._traffic.turn_cost(flow, state, (port.side + 2) % 4)
                if port.side != state[2] and (finish is None or total < finish[0]):
                    finish = (total, state, port)
            for price, following in self._moves(flow, state):
                if cost + price < best.get(following, 1e9):
                    best[following] = cost + price
                    before[following] = state
                    heappush(queue, (cost + price + far(following), cost + price, following))
        assert finish is not None, "channels join all ports"
        return finish[0], _traced(flow, starts, before, finish[1], finish[2])

    def _moves(self, flow: Flow, state: State) -> Iterator[tuple[float, State]]:
        x, y, direction, before = state
        occupied = self._grid.occupied
        for turned in _TURNS[direction]:
            step = _STEPS[turned]
            a, b = x + step[0], y + step[1]
            if not (0 <= a < self._width and 0 <= b < self._height) or (a, b) in occupied:
                continue
            price = self._traffic.turn_cost(flow, state, turned) + self._traffic.stretch_cost(flow, x, y, turned)
            yield price, (a, b, turned, before if turned == direction else direction)

    def _distance_to(self, target: str) -> Callable[[State], float]:
        """Return the least that is left to pay from a state on."""
        grid, node = self._grid, self._grid.nodes[target]
        ports = [port.spot for port in grid.ports(node)]
        left, right = (grid.xs[edge(x for x, _ in ports)].at for edge in (min, max))
        top, bottom = (grid.ys[edge(y for _, y in ports)].at for edge in (min, max))
        across = [PER_UNIT * max(left - line.at, line.at - right, 0.0) for line in grid.xs]
        down = [PER_UNIT * max(top - line.at, line.at - bottom, 0.0) for line in grid.ys]
        return lambda state: across[state[0]] + down[state[1]]


def _traced(
    flow: Flow,
    starts: dict[State, tuple[float, Port]],
    before: dict[State, State],
    last: State,
    end: Port,
) -> Route:
    states = [last]
    while states[-1] in before:
        states.append(before[states[-1]])
    spots: Iterable[Spot] = (state[:2] for state in reversed(states))
    return Route(flow, starts[states[-1]][1], end, tuple(spots))
