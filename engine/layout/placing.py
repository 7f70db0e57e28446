"""Rows: on which line of its lane each node stands, so that ways are straight and few lines cross."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, repeat

from engine.layout.model import Flow, Node, Scope
from engine.layout.ranking import Ranks
from engine.layout.sketching import Sketch, Spot, count_blocked, crossings, priced_sketches

#: Rows a lane may have above or below its first one while they are being chosen.
_REACH = 9
_LANE = 8 * _REACH
_ROUNDS = 6

_BLOCKED = 7.0
#: How much the line of a boundary event to the end right below it counts, which should be short.
_HANGING = 4.0


@dataclass(frozen=True, slots=True)
class Taste:
    """What matters how much when rows are chosen."""

    crossing: float
    row: float
    #: How much straighter the main way should be than others.
    main: float
    #: How bad it is when the line of a boundary event leads up.
    upwards: float


def place(scope: Scope, ranks: Ranks, taste: Taste) -> dict[str, int]:
    """Return the row of every node, counted over all bands from top to bottom; each band has at least one row."""
    chart = _Chart(scope, ranks, taste)
    rows = chart.first_rows()
    rows = chart.improved(rows)
    return _counted(scope, rows)


def row_bands(scope: Scope, rows: Mapping[str, int]) -> tuple[int, ...]:
    """Return the band of every row."""
    heights = [1] * len(scope.bands)
    first: dict[int, int] = {}
    for node in scope.nodes:
        first[node.band] = min(first.get(node.band, rows[node.id]), rows[node.id])
    for node in scope.nodes:
        heights[node.band] = max(heights[node.band], rows[node.id] - first[node.band] + 1)
    return tuple(band for band, height in enumerate(heights) for _ in range(height))


def _counted(scope: Scope, rows: Mapping[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    before = 0
    for band in range(len(scope.bands)):
        here = sorted({rows[node.id] for node in scope.nodes if node.band == band})
        for node in scope.nodes:
            if node.band == band:
                found[node.id] = before + here.index(rows[node.id])
        before += max(1, len(here))
    return found


class _Chart:
    """The sheet while rows are chosen: rows are numbered within the band of each node, the first one being 0."""

    def __init__(self, scope: Scope, ranks: Ranks, taste: Taste) -> None:
        self._taste = taste
        self._ranks = ranks
        self._nodes = scope.node_by_id()
        self._flows = [flow for flow in scope.flows if flow.source in self._nodes and flow.target in self._nodes]
        self._flows = [flow for flow in self._flows if flow.source != flow.target]
        self._order = sorted(scope.nodes, key=lambda node: (ranks.columns[node.id], node.order))
        self._hanging = {flow.source: {end} for end, flow in ranks.hanging.items()}
        self._edges: dict[int, tuple[int, int]] = {}
        self._known: list[Sketch] = []
        self._known_crossings = 0.0
        #: What rows cost, by those of each node: a quarter of them are tried more than once.
        self._costs: dict[tuple[int, ...], float] = {}
        self._main = {end for flow in self._flows if flow.id in ranks.main for end in (flow.source, flow.target)}

    def first_rows(self) -> dict[str, int]:
        """Put the main way on the first row of each lane and everything else next to what leads to it."""
        taken: set[tuple[int, int, int]] = set()
        rows: dict[str, int] = {}
        for node in sorted(self._order, key=lambda node: node.id not in self._main):
            wished = self._wished(node, rows)
            free = (row for row in _around(wished) if not self._cells(node, row) & taken)
            rows[node.id] = next(free)
            taken |= self._cells(node, rows[node.id])
        return rows

    def _wished(self, node: Node, rows: Mapping[str, int]) -> int:
        if node.id in self._main:
            return 0
        for flow in self._flows:
            if flow.target == node.id and flow.source in rows and self._nodes[flow.source].band == node.band:
                return rows[flow.source] + bool(flow.guest)
        return 1

    def _cells(self, node: Node, row: int) -> set[tuple[int, int, int]]:
        first = self._ranks.columns[node.id]
        return {(node.band, column, row) for column in range(first, first + node.span)}

    def improved(self, rows: dict[str, int]) -> dict[str, int]:
        """Move nodes and chains of nodes to other rows as long as that makes the sketch better."""
        cost = self._cost(rows)
        for _ in range(_ROUNDS):
            before = cost
            for group in (*self._chains(rows), *((node.id,) for node in self._order)):
                rows, cost = self._moved(rows, group, cost)
            rows, cost = self._swapped(rows, cost)
            if cost > before - 0.01:
                break
        return rows

    def _chains(self, rows: Mapping[str, int]) -> Iterator[tuple[str, ...]]:
        """Yield the runs of nodes that follow each other on one row."""
        following = {
            flow.source: flow.target
            for flow in reversed(self._flows)
            if not flow.guest and flow.is_sequence and self._is_beside(flow, rows)
        }
        for node in self._order:
            chain = [node.id]
            while chain[-1] in following and following[chain[-1]] not in chain:
                chain.append(following[chain[-1]])
            if len(chain) > 1:
                yield tuple(chain)

    def _is_beside(self, flow: Flow, rows: Mapping[str, int]) -> bool:
        is_same_band = self._nodes[flow.source].band == self._nodes[flow.target].band
        return is_same_band and rows[flow.source] == rows[flow.target] and flow.id not in self._ranks.back

    def _moved(self, rows: dict[str, int], group: tuple[str, ...], cost: float) -> tuple[dict[str, int], float]:
        band = self._nodes[group[0]].band
        used = [rows[node.id] for node in self._order if node.band == band]
        now = rows[group[0]]
        for row in range(max(min(used) - 1, -_REACH), min(max(used) + 1, _REACH) + 1):
            tried = self._exchanged(rows, group, row) if row != now else None
            if tried is None:
                continue
            price = self._cost(tried)
            if price < cost - 0.01:
                rows, cost = tried, price
        return rows, cost

    def _swapped(self, rows: dict[str, int], cost: float) -> tuple[dict[str, int], float]:
        """Exchange whole rows of a band."""
        used = sorted({(node.band, rows[node.id]) for node in self._order})
        for (band, one), (other_band, other) in combinations(used, 2):
            if band != other_band:
                continue
            turned = {one: other, other: one}
            tried = {
                node.id: turned.get(rows[node.id], rows[node.id]) if node.band == band else rows[node.id]
                for node in self._order
            }
            price = self._cost(tried)
            if price < cost - 0.01:
                rows, cost = tried, price
        return rows, cost

    def _exchanged(self, rows: dict[str, int], group: tuple[str, ...], row: int) -> dict[str, int] | None:
        """Return the rows with a group on another one; what is in its way takes the group's old row if it can."""
        now = rows[group[0]]
        wanted = set().union(*(self._cells(self._nodes[member], row) for member in group))
        others = [node for node in self._order if node.id not in group]
        away = [node.id for node in others if self._cells(node, rows[node.id]) & wanted]
        tried = {**rows, **dict.fromkeys(group, row), **dict.fromkeys(away, now)}
        if away:
            moved = set().union(*(self._cells(self._nodes[member], now) for member in away))
            if any(self._cells(node, tried[node.id]) & moved for node in self._order if node.id not in away):
                return None
        return tried

    def _cost(self, rows: Mapping[str, int]) -> float:
        key = tuple([rows[node.id] for node in self._order])
        if key not in self._costs:
            self._costs[key] = self._counted_cost(rows)
        return self._costs[key]

    def _counted_cost(self, rows: Mapping[str, int]) -> float:
        occupied = self._occupied(rows)
        self._edges = self._band_edges(rows)
        cost = self._taste.row * len({(node.band, rows[node.id]) for node in self._order})
        sketches = []
        for flow in self._flows:
            price, sketch = self._best_sketch(flow, rows, occupied)
            cost += price
            sketches.append(sketch)
        return cost + self._taste.crossing * self._crossings(sketches)

    def _crossings(self, sketches: list[Sketch]) -> float:
        """Return how often lines cross, counting anew only what changed since the last time."""
        old = self._known
        if len(old) != len(sketches):
            self._known_crossings = sum(crossings(one, other) for one, other in combinations(sketches, 2))
        else:
            changed = [number for number, sketch in enumerate(sketches) if sketch != old[number]]
            change = _crossings_at(changed, sketches) - _crossings_at(changed, old)
            self._known_crossings += change
        self._known = sketches
        return self._known_crossings

    def _occupied(self, rows: Mapping[str, int]) -> dict[Spot, str]:
        found = {}
        for node in self._order:
            for band, column, row in self._cells(node, rows[node.id]):
                found[(2 * column, _height(band, row))] = node.id
        return found

    def _band_edges(self, rows: Mapping[str, int]) -> dict[int, tuple[int, int]]:
        """Return the channels above and below all rows of each band."""
        found: dict[int, tuple[int, int]] = {}
        for node in self._order:
            height = _height(node.band, rows[node.id])
            top, bottom = found.get(node.band, (height - 1, height + 1))
            found[node.band] = min(top, height - 1), max(bottom, height + 1)
        return found

    def _weight(self, flow: Flow) -> float:
        """Return how much the bends of a flow count: most on the main way within a lane."""
        if flow.target in self._ranks.hanging:
            return _HANGING
        if flow.id not in self._ranks.main:
            return 1.0 if flow.is_sequence else 0.5
        is_within = self._nodes[flow.source].band == self._nodes[flow.target].band
        return self._taste.main if is_within else 2.0

    def _best_sketch(self, flow: Flow, rows: Mapping[str, int], occupied: Mapping[Spot, str]) -> tuple[float, Sketch]:
        source, target = self._nodes[flow.source], self._nodes[flow.target]
        columns = self._ranks.columns
        start = (
            2 * (columns[source.id] + (0 if flow.guest else source.span - 1)),
            _height(source.band, rows[source.id]),
        )
        end = (2 * columns[target.id], _height(target.band, rows[target.id]))
        weight = self._weight(flow)
        own = {source.id, target.id, *(self._hanging.get(source.id, ()) if flow.guest else ())}
        price: float = 1e9
        sketch: Sketch = (start, end)
        for bare, tried in priced_sketches(start, end, self._edges[target.band], is_guest=bool(flow.guest)):
            if weight * bare >= price:
                break
            cost = weight * (bare + _BLOCKED * count_blocked(tried, occupied, own))
            if cost < price:
                price, sketch = cost, tried
        if flow.guest and end[1] < start[1]:
            price += self._taste.upwards
        return price, sketch


def _around(row: int) -> Iterator[int]:
    yield row
    distance = 1
    while True:
        yield row + distance
        yield row - distance
        distance += 1


def _crossings_at(numbers: Sequence[int], sketches: Sequence[Sketch]) -> float:
    """Return how often some of the lines cross each other and the rest."""
    chosen = set(numbers)
    count = 0.0
    for number in numbers:
        others = [other for index, other in enumerate(sketches) if index < number or index not in chosen]
        count += sum(map(crossings, repeat(sketches[number]), others))
    return count


def _height(band: int, row: int) -> int:
    return 2 * (band * _LANE + row)
