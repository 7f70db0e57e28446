"""The way of every line on the grid: the cheapest by length, bends and crossings, given the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import pairwise, permutations

from engine.layout.grid import DOWN, LEFT, RIGHT, UP, Grid, Port, Spot
from engine.layout.model import Flow, Node
from engine.layout.ranking import Ranks
from engine.layout.searching import Search, Starts, state_at
from engine.layout.traffic import Place, Route, Traffic, heading


class Router:
    """Finds ways one after the other and remembers what is taken."""

    def __init__(self, grid: Grid, ranks: Ranks) -> None:
        self._grid = grid
        self._ranks = ranks
        self._traffic = Traffic(grid)
        self._search = Search(grid, self._traffic)
        self._ways: dict[str, Route] = {}
        #: What was found before, by the flow and what was taken then: half of all questions come again.
        self._found: dict[Hashable, tuple[float, Route]] = {}

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
        self._traffic.avoid(flow, spot)
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
        came, before = way.start.side, -1
        for a, b in pairwise(way.spots):
            direction = heading(a, b)
            cost += self._turn_cost(flow, a, (before, came, direction))
            cost += self._traffic.stretch_cost(flow, self._traffic.stretch(self._traffic.place(a), direction))
            came, before = direction, before if direction == came else came
        return cost + self._turn_cost(flow, way.spots[-1], (before, came, (way.end.side + 2) % 4))

    def _turn_cost(self, flow: Flow, spot: Spot, directions: tuple[int, int, int]) -> float:
        """Return what going on costs; the directions are those before the last turn, now, and next."""
        before, came, direction = directions
        straight, bend, back = self._traffic.turn_costs(flow, self._traffic.place(spot), came)
        return straight if direction == came else back if direction == before else bend

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
        key = flow.id, self._traffic.standing(flow)
        if key not in self._found:
            self._found[key] = self._cheapest(flow)
        return self._found[key]

    def _cheapest(self, flow: Flow) -> tuple[float, Route]:
        source, target = self._grid.nodes[flow.source], self._grid.nodes[flow.target]
        goals: dict[Place, list[tuple[float, Port]]] = defaultdict(list)
        for port in self._grid.ports(target):
            goals[self._traffic.place(port.spot)].append((self._end_cost(flow, target, port), port))
        starts: Starts = {}
        for cost, port in self._starts(flow, source):
            state = state_at(self._traffic.place(port.spot), port.side)
            if state not in starts or cost < starts[state][0]:
                starts[state] = (cost, port)
        return self._search.find(flow, starts, goals)

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
