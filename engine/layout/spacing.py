"""Measures: how far apart the grid lines are once it is known what runs between rows and columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from engine.drawing.geometry import Box, Point
from engine.layout.grid import LEFT, RIGHT, UP, Grid, Port
from engine.layout.model import Band, Guest, Node
from engine.layout.tracks import Piece, Stretch
from engine.layout.traffic import Route

#: Between lines that run beside each other.
_TRACK = 16.0
#: Between nodes of neighbouring columns, with room for an arrowhead.
_GAP = 46.0
_SIDE = 22.0
_ROW_GAP = 26.0
_ROW_SIDE = 13.0
_BAND_SIDE = 18.0
_POOL_GAP = 36.0
_EMPTY_ROW = 30.0

GUEST_SIZE = 36.0


@dataclass(slots=True)
class Demands:
    """Room that words need, in units of the diagram."""

    #: Before the first track of a channel between columns.
    lead: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    #: After its last track.
    tail: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    #: In all of a channel between columns.
    across: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    #: Above and below the middle of a row.
    up: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    down: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    #: Height of a band.
    height: dict[int, float] = field(default_factory=lambda: defaultdict(float))


class Measures:
    """Where every grid line, node and band is."""

    def __init__(
        self, grid: Grid, bands: Sequence[Band], parts: Sequence[Stretch], tracks: Mapping[Piece, int], demands: Demands
    ) -> None:
        self._grid = grid
        self._bands = bands
        self._tracks = tracks
        self._demands = demands
        self._counts: dict[tuple[int, int], int] = defaultdict(int)
        for part in parts:
            if part.piece in tracks:
                key = part.axis, part.line
                self._counts[key] = max(self._counts[key], tracks[part.piece] + 1)
        #: First track of each channel, by its grid line.
        self._first_x: dict[int, float] = {}
        self._first_y: dict[int, float] = {}
        self.column_middles: list[float] = []
        self.column_widths = self._wide_enough()
        self.row_middles: list[float] = []
        self.band_tops: list[float] = []
        self.band_bottoms: list[float] = []
        self.width = self._measure_columns()
        self.height = self._measure_rows()

    def _gap(self, channel: int) -> tuple[float, float]:
        """Return the width of a channel between columns and where its first track is."""
        line = next(number for number, x in enumerate(self._grid.xs) if x.is_channel and x.index == channel)
        count, demands = self._counts[1, line], self._demands
        lead, tail = max(_SIDE, demands.lead[channel]), max(_SIDE, demands.tail[channel])
        tracks = _TRACK * max(0, count - 1)
        width = max(lead + tail + tracks if count else 0.0, demands.across[channel], _GAP, lead, tail)
        is_even = max(lead, tail) == _SIDE
        return width, (width - tracks) / 2 if is_even else lead

    def _wide_enough(self) -> list[float]:
        """Widen the columns under nodes that span several."""
        widths = list(self._grid.widths)
        for node in self._grid.nodes.values():
            first = self._grid.columns[node.id]
            if node.span == 1 or node.kind == "participant":
                continue
            columns = range(first, first + node.span)
            room = sum(widths[column] for column in columns)
            room += sum(self._gap(column)[0] for column in columns[1:])
            for column in columns if room < node.width else ():
                widths[column] += (node.width - room) / node.span
        return widths

    def _measure_columns(self) -> float:
        at = 0.0
        for number, line in enumerate(self._grid.xs):
            if not line.is_channel:
                continue
            width, first = self._gap(line.index)
            self._first_x[number] = at + first
            at += width
            if line.index < self._grid.column_count:
                self.column_middles.append(at + self.column_widths[line.index] / 2)
                at += self.column_widths[line.index]
        return at

    def _measure_rows(self) -> float:
        grid, at = self._grid, 0.0
        lines = [number for number, line in enumerate(grid.ys) if line.is_channel]
        for number, (band, row) in zip(lines, grid.row_channels, strict=True):
            is_top = len(self.band_tops) <= band
            if is_top:
                at += _POOL_GAP if band and self._bands[band].pool != self._bands[band - 1].pool else 0
                self.band_tops.append(at)
            side = _BAND_SIDE if is_top or row is None else _ROW_SIDE
            count = self._counts[0, number]
            room = max(
                2 * side + _TRACK * (count - 1) if count else 0.0, _BAND_SIDE if side == _BAND_SIDE else _ROW_GAP
            )
            self._first_y[number] = at + (room - _TRACK * max(0, count - 1)) / 2
            at += room
            if row is None:
                at = self._close_band(band, at)
            else:
                at += self._up(row)
                self.row_middles.append(at)
                at += self._down(row)
        return at

    def _close_band(self, band: int, at: float) -> float:
        """Make a band as high as its name needs; the spare room goes half above its rows."""
        spare = max(0.0, self._demands.height[band] - (at - self.band_tops[band]))
        if spare:
            for row, row_band in enumerate(self._grid.bands):
                if row_band == band:
                    self.row_middles[row] += spare / 2
            for line, (line_band, _) in zip(sorted(self._first_y), self._grid.row_channels, strict=False):
                if line_band == band:
                    self._first_y[line] += spare / 2
        self.band_bottoms.append(at + spare)
        return at + spare

    def _members(self, row: int) -> list[Node]:
        return [node for node in self._grid.nodes.values() if self._grid.rows[node.id] == row]

    def _up(self, row: int) -> float:
        heights = [_reach(node, is_above=True) for node in self._members(row)]
        return max([*heights, _EMPTY_ROW, self._demands.up[row]])

    def _down(self, row: int) -> float:
        heights = [_reach(node, is_above=False) for node in self._members(row)]
        return max([*heights, _EMPTY_ROW, self._demands.down[row]])

    def box(self, node: Node) -> Box:
        """Return where a node stands."""
        first = self._grid.columns[node.id]
        middle = self.row_middles[self._grid.rows[node.id]]
        last = first + node.span - 1
        left = self.column_middles[first] - self.column_widths[first] / 2
        right = self.column_middles[last] + self.column_widths[last] / 2
        width = node.width if node.span == 1 else right - left
        if node.kind == "participant":
            top, bottom = self.band_tops[node.band], self.band_bottoms[node.band]
            return Box(left, top, width, bottom - top)
        across = (left + right - width) / 2 + (node.shift or 0)
        return Box(across, middle - node.height / 2, width, node.height)

    def guest_box(self, node: Node, guest: Guest) -> Box:
        """Return where a boundary event sits."""
        host = self.box(node)
        half = GUEST_SIZE / 2
        middle = self.column_middles[self._grid.columns[node.id] + guest.column] + guest.offset
        border = host.y if guest.is_above else host.bottom
        return Box(middle - half, border - half, GUEST_SIZE, GUEST_SIZE)

    def x(self, line: int, piece: Piece) -> float:
        """Return where a vertical stretch runs."""
        grid_line = self._grid.xs[line]
        if grid_line.is_channel:
            return self._first_x[line] + _TRACK * self._tracks[piece]
        return self.column_middles[grid_line.index] + grid_line.offset

    def y(self, line: int, piece: Piece) -> float:
        """Return where a horizontal stretch runs."""
        grid_line = self._grid.ys[line]
        if grid_line.is_channel:
            return self._first_y[line] + _TRACK * self._tracks[piece]
        return self.row_middles[grid_line.index] + grid_line.offset


def _reach(node: Node, *, is_above: bool) -> float:
    """Return how far a node and its boundary events reach from its middle, upwards or downwards."""
    return node.height / 2 + (GUEST_SIZE / 2 + 4 if any(guest.is_above is is_above for guest in node.guests) else 0)


def points_of(measures: Measures, grid: Grid, number: int, way: Route) -> tuple[Point, ...]:
    """Return the bends of a route with its two ends on the borders of its nodes."""
    spots = (way.spots[0], *way.turns, way.spots[-1])
    places: list[float] = []
    for index, ((a, _), direction) in enumerate(zip(pairwise(spots), way.directions, strict=True)):
        is_flat = direction % 2 == 0
        places.append(measures.y(a[1], (number, index)) if is_flat else measures.x(a[0], (number, index)))
    points = [_corner(way.directions[index], places[index], places[index + 1]) for index in range(len(places) - 1)]
    start = _border(measures, grid, way.start, way.flow.source, places[0])
    end = _border(measures, grid, way.end, way.flow.target, places[-1])
    return (start, *points, end)


def _corner(direction: int, place: float, following: float) -> Point:
    return Point(following, place) if direction % 2 == 0 else Point(place, following)


def _border(measures: Measures, grid: Grid, port: Port, owner: str, place: float) -> Point:
    """Return the point on the border of a node where a line at `place` meets it."""
    node = grid.nodes[owner]
    box = measures.box(node)
    if port.node != owner:
        return Point(place, box.y - GUEST_SIZE / 2 if port.side == UP else box.bottom + GUEST_SIZE / 2)
    middle = box.center.y if port.side in (LEFT, RIGHT) else box.center.x
    # A diamond is narrower away from its corners.
    shrink = abs(place - middle) if node.is_gateway else 0.0
    if port.side == RIGHT:
        return Point(box.right - shrink, place)
    if port.side == LEFT:
        return Point(box.x + shrink, place)
    return Point(place, box.y + shrink if port.side == UP else box.bottom - shrink)
