"""Names beside events, gateways and lines: at the first of some usual places where nothing is in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.drawing.geometry import Box, Point, box_of_points
from engine.drawing.lettering import LINE_HEIGHT, Lettering, fit
from engine.drawing.shapes import LABEL_SIZE, LABEL_WIDTH
from engine.layout.grid import DOWN, LEFT, RIGHT, UP, Grid
from engine.layout.model import Guest, Node
from engine.layout.spacing import Demands
from engine.layout.traffic import Route

_AIR = 4.0
#: How far from the beginning of a line its name still stands near it.
_NEAR = (0.0, 18.0, 36.0)
_ON_SHAPE, _ON_LABEL, _ON_LINE, _ON_BORDER = 10, 8, 3, 2


def lettering_of(name: str) -> Lettering:
    """Return the lines of a name beside a shape or line."""
    return fit(name, LABEL_WIDTH, LABEL_SIZE * LINE_HEIGHT * 4, (LABEL_SIZE,))


def has_outer_name(node: Node) -> bool:
    """Whether the name of a node stands beside it."""
    return bool(node.name) and (node.is_event or node.is_gateway or node.kind.startswith("data"))


def first_demands(grid: Grid, ways: Sequence[Route]) -> Demands:
    """Return the room that names need at their first choice of place."""
    demands = Demands()
    used = {(port.node, port.side) for way in ways for port in (way.start, way.end)}
    for node in grid.nodes.values():
        _demand_for_node(demands, grid, node, used)
    for way in ways:
        if way.flow.name and way.start.side == RIGHT:
            _demand_beside(demands, grid, way)
    return demands


def _demand_for_node(demands: Demands, grid: Grid, node: Node, used: set[tuple[str, int]]) -> None:
    row = grid.rows[node.id]
    if has_outer_name(node):
        needed = node.height / 2 + lettering_of(node.name).height + 2 * _AIR
        is_above = (node.id, UP) not in used if node.is_gateway else (node.id, DOWN) in used
        room = demands.up if is_above else demands.down
        room[row] = max(room[row], needed)
    for guest in node.guests:
        room = demands.up if guest.is_above else demands.down
        room[row] = max(room[row], node.height / 2 + lettering_of(guest.name).height + 2 * _AIR)


def _demand_beside(demands: Demands, grid: Grid, way: Route) -> None:
    """Ask for room in the channel right of a node for the name of a line that leaves there."""
    channel = grid.xs[way.spots[0][0]].index
    width = lettering_of(way.flow.name).width
    if not way.turns:
        if len(way.spots) == 1:
            demands.across[channel] = max(demands.across[channel], width + 26)
    elif way.turns[0] == way.spots[0]:
        demands.lead[channel] = max(demands.lead[channel], width + 14)


@dataclass(frozen=True, slots=True)
class Named:
    """A name that looks for its place."""

    id: str
    width: float
    height: float
    #: Its usual places, best first.
    places: tuple[Box, ...]


class Sheet:
    """Everything that a name may not cover."""

    def __init__(self, boxes: Iterable[Box], lines: Iterable[Sequence[Point]], borders: Iterable[float]) -> None:
        self._boxes = list(boxes)
        #: Lines are flat or upright, so that the box of a segment is the segment.
        self._segments = [box_of_points(pair) for points in lines for pair in pairwise(points)]
        self._borders = list(borders)
        self._labels: list[Box] = []

    def put(self, named: Named) -> tuple[Box, int]:
        """Put a name at its best place and return that with how much it covers there."""
        covered, best = 1_000_000, named.places[0]
        for place in named.places:
            count = self._covered(place)
            if count < covered:
                covered, best = count, place
            if not covered:
                break
        self._labels.append(best)
        return best, covered

    def _covered(self, place: Box) -> int:
        tight = place.grown(1)
        count = _ON_SHAPE * sum(tight.meets(box) for box in self._boxes)
        count += _ON_LABEL * sum(tight.meets(label) for label in self._labels)
        count += _ON_LINE * sum(_runs_through(line, tight) for line in self._segments)
        return count + _ON_BORDER * sum(place.y < border < place.bottom for border in self._borders)


def _runs_through(line: Box, box: Box) -> bool:
    """Whether a flat or upright line has a point inside a box: strict on the side where it is thin."""
    return box.x < line.right and line.x < box.right and box.y < line.bottom and line.y < box.bottom


def name_of_node(node: Node, box: Box, used: frozenset[int]) -> Named:
    """Return the places for the name of an event, gateway or data object; `used` are its sides with lines."""
    lettering = lettering_of(node.name)
    width, height = lettering.width, lettering.height
    middle = box.center
    sides = {
        UP: Box(middle.x - width / 2, box.y - _AIR - height, width, height),
        DOWN: Box(middle.x - width / 2, box.bottom + _AIR, width, height),
        RIGHT: Box(box.right + _AIR, middle.y - height / 2, width, height),
        LEFT: Box(box.x - _AIR - width, middle.y - height / 2, width, height),
    }
    above, below = box.y - height - 1, box.bottom + 1
    corners: tuple[Box, ...] = (
        Box(middle.x - 6 - width, above, width, height),
        Box(middle.x + 6, above, width, height),
        Box(middle.x - 6 - width, below, width, height),
        Box(middle.x + 6, below, width, height),
    )
    corners += tuple(Box(x, y, width, height) for y in (above, below) for x in (middle.x - 22 - width, middle.x + 22))
    order = (UP, DOWN, LEFT, RIGHT) if node.is_gateway else (DOWN, UP, RIGHT, LEFT)
    free = [sides[side] for side in order if side not in used]
    rest = [sides[side] for side in order if side in used]
    return Named(node.id, width, height, (*free, *corners, *rest))


def name_of_guest(guest: Guest, box: Box) -> Named:
    """Return the places for the name of a boundary event: outside the border of its activity, beside its line."""
    lettering = lettering_of(guest.name)
    width, height = lettering.width, lettering.height
    border = box.center.y
    right, left = box.right + _AIR - 1, box.x - _AIR + 1 - width
    beside = box.center.x + 6, box.center.x - 6 - width
    near, far, away = border + 3, box.bottom + 2, border + 12
    if guest.is_above:
        near, far, away = (border - (place - border) - height for place in (near, far, away))
    places = [(right, near), (left, near)] if guest.offset >= 0 else [(left, near), (right, near)]
    places += [(beside[0], far), (beside[1], far), (right, away), (left, away)]
    return Named(guest.id, width, height, tuple(Box(x, y, width, height) for x, y in places))


def name_of_line(name: str, flow_id: str, points: Sequence[Point]) -> Named:
    """Return the places for the name of a line: near its beginning, then further along."""
    lettering = lettering_of(name)
    width, height = lettering.width, lettering.height
    places = [
        place for step in _NEAR for place in _along(_further(points[0], points[1], step), points[1], width, height)
    ]
    for start, end in pairwise(points[1:]):
        places += _along(start, end, width, height)
    for start, end in pairwise(points):
        middle = Point((start.x + end.x) / 2, (start.y + end.y) / 2)
        places += _along(middle, end, width, height)
    return Named(flow_id, width, height, tuple(places))


def _further(start: Point, end: Point, step: float) -> Point:
    """Return the point on a straight line that is so far from its beginning, but not beyond its end."""
    length = start.distance_to(end)
    share = min(step, length) / length if length else 0.0
    return Point(start.x + share * (end.x - start.x), start.y + share * (end.y - start.y))


def _along(start: Point, end: Point, width: float, height: float) -> Iterator[Box]:
    """Yield the places on both sides of a straight line near its beginning."""
    if start.y == end.y:
        left = start.x + 7 if end.x > start.x else start.x - 7 - width
        yield Box(left, start.y - height - 3, width, height)
        yield Box(left, start.y + 3, width, height)
        return
    top = start.y + 4 if end.y > start.y else start.y - 4 - height
    yield Box(start.x + 6, top, width, height)
    yield Box(start.x - 6 - width, top, width, height)
