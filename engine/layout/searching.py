"""The cheapest way between the ports of two nodes: best first, by what was paid and what is at least left to pay.

A place with how one came there is one number, in the order of column, row, direction, and direction before the last
turn: numbers in lists and dictionaries cost half of what tuples do, and of two ways that cost the same always the same
one is found.
"""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heappop, heappush
from itertools import product

from engine.layout.grid import DOWN, LEFT, RIGHT, UP, Grid, Port
from engine.layout.model import Flow
from engine.layout.traffic import FREE, PER_UNIT, Place, Route, Stretch, Traffic

_STEPS = {RIGHT: (1, 0), DOWN: (0, 1), LEFT: (-1, 0), UP: (0, -1)}
#: Straight on, and both turns.
_TURNS = [(turn, (turn + 1) % 4, (turn + 3) % 4) for turn in range(4)]
#: A place, a direction, and one more than the direction before the last turn, or 0, as one number.
_State = int
_BEFORE, _HEADINGS = 5, 20
#: Ports with what they cost, by the state in which one leaves, or the place where one arrives.
Starts = dict[_State, tuple[float, Port]]
Goals = Mapping[Place, list[tuple[float, Port]]]
#: One more than the direction of a step; the state behind it, which lacks the direction before the last turn; its
#: place; and the stretch between.
_Step = tuple[int, _State, Place, Stretch]
#: What a way costs in all, its last state, and the port where it ends.
_Finish = tuple[float, _State, Port]
#: What was paid up to each state and whence one came, which states to go on from, what is at least left to pay.
_Known = tuple[dict[_State, float], dict[_State, _State], list[tuple[float, float, _State]], list[float]]


def state_at(place: Place, direction: int) -> _State:
    """Return the state of who has just left a port."""
    return place * _HEADINGS + direction * _BEFORE


class Search:
    """Looks for ways on one grid."""

    def __init__(self, grid: Grid, traffic: Traffic) -> None:
        self._grid = grid
        self._traffic = traffic
        #: What may follow after each place and direction.
        corners = product(range(len(grid.xs)), range(len(grid.ys)), range(4))
        self._steps = [self._steps_from(x, y, came) for x, y, came in corners]
        #: Node -> the least that is left to pay from each place on.
        self._left: dict[str, list[float]] = {}

    def _steps_from(self, x: int, y: int, came: int) -> list[_Step]:
        grid, traffic, found = self._grid, self._traffic, []
        for turned in _TURNS[came]:
            a, b = x + _STEPS[turned][0], y + _STEPS[turned][1]
            if 0 <= a < len(grid.xs) and 0 <= b < len(grid.ys) and (a, b) not in grid.occupied:
                stretch = traffic.stretch(traffic.place((x, y)), turned)
                place = traffic.place((a, b))
                found.append((turned + 1, state_at(place, turned), place, stretch))
        return found

    def find(self, flow: Flow, starts: Starts, goals: Goals) -> tuple[float, Route]:
        """Return what the cheapest way costs, and the way."""
        paid = {state: cost for state, (cost, _) in starts.items()}
        before: dict[_State, _State] = {}
        left = self._left_to(flow.target)
        queue = sorted((cost + left[state // _HEADINGS], cost, state) for state, cost in paid.items())
        finish: _Finish | None = None
        while queue:
            least, cost, state = heappop(queue)
            if finish and least >= finish[0]:
                break
            if cost > paid[state]:
                continue
            if state // _HEADINGS in goals:
                finish = self._arrived(flow, state, cost, goals, finish)
            self._go_on(flow, state, cost, (paid, before, queue, left))
        assert finish is not None, "channels join all ports"
        return finish[0], self._traced(flow, starts, before, finish)

    def _go_on(self, flow: Flow, state: _State, cost: float, known: _Known) -> None:
        """Note every state that is reached more cheaply from this one than before."""
        paid, origins, queue, left = known
        number, before = divmod(state, _BEFORE)
        traffic, place, turned_from = self._traffic, number >> 2, (number & 3) + 1
        prices = traffic.turn_costs(flow, place, number & 3) if traffic.busy[place] else FREE
        for turned, following, there, stretch in self._steps[number]:
            price = traffic.stretch_cost(flow, stretch) if traffic.flows[stretch] else traffic.lengths[stretch]
            if turned == turned_from:
                price, following = prices[0] + price, following + before
            else:
                price, following = prices[2 if turned == before else 1] + price, following + turned_from
            price += cost
            if following not in paid or price < paid[following]:
                paid[following] = price
                origins[following] = state
                heappush(queue, (price + left[there], price, following))

    def _arrived(self, flow: Flow, state: _State, cost: float, goals: Goals, best: _Finish | None) -> _Finish | None:
        """Return the cheapest end of a way so far, now that a place is reached from which ports are."""
        place, heading = divmod(state, _HEADINGS)
        came, before = divmod(heading, _BEFORE)
        straight, bend, back = self._traffic.turn_costs(flow, place, came)
        for extra, port in goals[place]:
            turned = (port.side + 2) % 4
            last = straight if turned == came else back if turned == before - 1 else bend
            total = cost + extra + last
            if port.side != came and (best is None or total < best[0]):
                best = total, state, port
        return best

    def _left_to(self, target: str) -> list[float]:
        """Return the least that is left to pay from each place on."""
        if target not in self._left:
            grid = self._grid
            ports = [port.spot for port in grid.ports(grid.nodes[target])]
            left, right = (grid.xs[edge(x for x, _ in ports)].at for edge in (min, max))
            top, bottom = (grid.ys[edge(y for _, y in ports)].at for edge in (min, max))
            across = [PER_UNIT * max(left - line.at, line.at - right, 0.0) for line in grid.xs]
            down = [PER_UNIT * max(top - line.at, line.at - bottom, 0.0) for line in grid.ys]
            self._left[target] = [x + y for x in across for y in down]
        return self._left[target]

    def _traced(self, flow: Flow, starts: Starts, origins: Mapping[_State, _State], finish: _Finish) -> Route:
        states = [finish[1]]
        while states[-1] in origins:
            states.append(origins[states[-1]])
        spots = (divmod(state // _HEADINGS, self._traffic.height) for state in reversed(states))
        return Route(flow, starts[states[-1]][1], finish[2], tuple(spots))
