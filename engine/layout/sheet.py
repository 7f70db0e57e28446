"""One sheet with all ways found: from grid lines to shapes, lines and names at their places."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from engine.drawing.geometry import Box, box_around, box_of_points
from engine.drawing.shapes import BAND_WIDTH
from engine.layout.grid import LEFT, RIGHT, UP, Grid
from engine.layout.labelling import (
    Named,
    Sheet,
    first_demands,
    has_outer_name,
    lettering_of,
    name_of_guest,
    name_of_line,
    name_of_node,
)
from engine.layout.model import Drawn, Frame, Node, Picture, Placed, Scope
from engine.layout.spacing import Demands, Measures, points_of
from engine.layout.tracks import Piece, Stretch
from engine.layout.traffic import Route

#: How often room is added for names that found none.
_TRIES = 6
#: Size of one character in the band of a lane, and the air at both ends.
_LANE_LETTER, _LANE_AIR = 13.5, 24.0


def draw_sheet(
    scope: Scope, grid: Grid, ways: Sequence[Route], parts: Sequence[Stretch], tracks: Mapping[Piece, int]
) -> tuple[int, Picture]:
    """Return how much names cover in the best picture with these ways, and that picture."""
    demands = first_demands(grid, ways)
    _demand_lane_heights(scope, demands)
    best: tuple[int, Picture] | None = None
    for _ in range(_TRIES):
        measures = Measures(grid, scope.bands, parts, tracks, demands)
        picture, missing = _drawn(scope, grid, ways, measures)
        covered = sum(count for _, count in missing)
        if best is None or covered < best[0]:
            best = covered, picture
        if not missing:
            break
        _ask_for_room(grid, ways, demands, {name for name, _ in missing})
    assert best is not None, "there is at least one try"
    return best


def _demand_lane_heights(scope: Scope, demands: Demands) -> None:
    for frame in scope.frames:
        needed = len(frame.name) * _LANE_LETTER + _LANE_AIR
        count = frame.last - frame.first + 1
        for band in range(frame.first, frame.last + 1):
            demands.height[band] = max(demands.height[band], needed / count)


def _drawn(
    scope: Scope, grid: Grid, ways: Sequence[Route], measures: Measures
) -> tuple[Picture, list[tuple[str, int]]]:
    """Return the picture and the names that cover something."""
    indent = BAND_WIDTH * (1 + max((frame.depth for frame in scope.frames), default=-1))
    lines = [Drawn(id=way.flow.id, points=points_of(measures, grid, number, way)) for number, way in enumerate(ways)]
    shapes = [Placed(id=node.id, box=measures.box(node)) for node in scope.nodes]
    guests = [Placed(id=guest.id, box=measures.guest_box(node, guest)) for node in scope.nodes for guest in node.guests]
    borders = (*measures.band_tops, *measures.band_bottoms) if scope.frames else ()
    sheet = Sheet([shape.box for shape in (*shapes, *guests)], [line.points for line in lines], borders)
    labels, missing = {}, []
    for named in _names(scope, ways, lines, measures):
        labels[named.id], covered = sheet.put(named)
        if covered:
            missing.append((named.id, covered))
    by_id = scope.node_by_id()
    placed = [
        *(replace(_finished(by_id[shape.id], shape), label=labels.get(shape.id)) for shape in shapes),
        *(replace(guest, label=labels.get(guest.id)) for guest in guests),
    ]
    lines = [replace(line, label=labels.get(line.id)) for line in lines]
    inner = [picture for node in scope.nodes if (picture := _inside(node, measures.box(node)))]
    return _framed(scope, measures, indent, placed, lines, inner), missing


def _names(scope: Scope, ways: Sequence[Route], lines: Sequence[Drawn], measures: Measures) -> Iterator[Named]:
    """Yield the names that stand beside something: those with the fewest places first."""
    sides: dict[str, set[int]] = {}
    for port in (port for way in ways for port in (way.start, way.end)):
        sides.setdefault(port.node, set()).add(port.side)
    for host, guest in ((node, guest) for node in scope.nodes for guest in node.guests if guest.name):
        yield name_of_guest(guest, measures.guest_box(host, guest))
    for way, line in zip(ways, lines, strict=True):
        if way.flow.name:
            yield name_of_line(way.flow.name, way.flow.id, line.points)
    for node in filter(has_outer_name, scope.nodes):
        yield name_of_node(node, measures.box(node), frozenset(sides.get(node.id, ())))


def _finished(node: Node, shape: Placed) -> Placed:
    attributes = {}
    if node.is_expanded is not None:
        attributes["isExpanded"] = str(node.is_expanded).lower()
    if node.kind == "exclusiveGateway":
        attributes["isMarkerVisible"] = "true"
    return replace(shape, attributes=attributes)


def _inside(node: Node, box: Box) -> Picture | None:
    """Return the contents of an open subprocess at their place: in the middle, below its name."""
    if node.inner is None:
        return None
    frame = node.inner.frame
    top = box.bottom - frame.height - (box.height - frame.height - 28) / 2
    return node.inner.moved(box.center.x - frame.center.x, top - frame.y)


def _framed(
    scope: Scope,
    measures: Measures,
    indent: float,
    placed: Sequence[Placed],
    lines: Sequence[Drawn],
    inner: Sequence[Picture],
) -> Picture:
    """Put pools and lanes around the rest."""
    boxes = [shape.box for shape in placed] + [shape.label for shape in placed if shape.label]
    boxes += [box_of_points(line.points) for line in lines] + [line.label for line in lines if line.label]
    right = max([measures.width, *(box.right + 16 for box in boxes)])
    left = min([0.0, *(box.x - 16 for box in boxes)])
    frames = [
        Placed(id=frame.id, box=_frame_box(frame, measures, left - indent, right), attributes={"isHorizontal": "true"})
        for frame in scope.frames
    ]
    shapes = (*frames, *placed, *(shape for picture in inner for shape in picture.shapes))
    drawn = (*lines, *(line for picture in inner for line in picture.lines))
    whole = Box(left - indent, 0, right - left + indent, measures.height) if frames else box_around(boxes)
    picture = Picture(shapes, drawn, whole)
    return picture.moved(-whole.x, -whole.y)


def _frame_box(frame: Frame, measures: Measures, left: float, right: float) -> Box:
    x = left + BAND_WIDTH * frame.depth
    top, bottom = measures.band_tops[frame.first], measures.band_bottoms[frame.last]
    return Box(x, top, right - x, bottom - top)


def _ask_for_room(grid: Grid, ways: Sequence[Route], demands: Demands, missing: Collection[str]) -> None:
    """Ask for more room around the names that cover something."""
    for way in ways:
        if way.flow.id in missing:
            _ask_beside(grid, way, demands)
    for node in grid.nodes.values():
        row, column = grid.rows[node.id], grid.columns[node.id]
        for guest in node.guests:
            if guest.id in missing:
                room = demands.up if guest.is_above else demands.down
                room[row] = max(room[row], node.height / 2 + 22) + 12
                _widen(demands, column + guest.column, lettering_of(guest.name).width)
        if node.id in missing:
            room = demands.up if node.is_gateway else demands.down
            room[row] = max(room[row], node.height / 2) + lettering_of(node.name).height
            _widen(demands, column, lettering_of(node.name).width)


def _widen(demands: Demands, column: int, width: float) -> None:
    """Ask for room on both sides of a column, for a name there."""
    demands.tail[column] = max(demands.tail[column], width) + 6
    demands.lead[column + 1] = max(demands.lead[column + 1], width) + 6


def _ask_beside(grid: Grid, way: Route, demands: Demands) -> None:
    size, channel = lettering_of(way.flow.name), grid.xs[way.spots[0][0]].index
    if way.start.side == RIGHT:
        demands.lead[channel] = max(demands.lead[channel], size.width + 14) + 8
        demands.across[channel] = max(demands.across[channel], size.width + 26) + 8
        return
    if way.start.side == LEFT:
        demands.tail[channel] = max(demands.tail[channel], size.width + 14) + 8
        return
    row = grid.rows[way.flow.source]
    room = demands.up if way.start.side == UP else demands.down
    room[row] = max(room[row], 40.0) + size.height
    _widen(demands, grid.columns[way.flow.source], size.width / 2)
