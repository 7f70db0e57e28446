"""The grid that lines are routed on: through the middle of rows and columns, and through the channels between them.

Only the order of its lines is fixed while routing; how far apart they are is decided when all lines have their ways.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.layout.guests import STEP
from engine.layout.model import Node

#: Directions, clockwise.
RIGHT, DOWN, LEFT, UP = range(4)
#: How far apart lines to the same side of a node are.
PITCH = 15

_CHANNEL = 48
_ROW_HEIGHT = 84
_ROW_CHANNEL = 32

#: Numbers of a vertical and a horizontal grid line.
Spot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Line:
    """A grid line: a channel, or a line through a column or row at an offset from its middle."""

    is_channel: bool
    #: Number of the channel, column or row.
    index: int
    offset: int
    #: About where it will be; only for comparing lengths.
    at: float


@dataclass(frozen=True, slots=True)
class Port:
    """A place on the border of a node where a line may begin or end."""

    node: str
    #: The direction away from the node.
    side: int
    offset: int
    #: The first crossing of grid lines outside the node.
    spot: Spot


class Grid:
    """Where nodes stand and where lines may go."""

    def __init__(
        self,
        nodes: Sequence[Node],
        columns: Mapping[str, int],
        rows: Mapping[str, int],
        bands: Sequence[int],
    ) -> None:
        self.nodes = {node.id: node for node in nodes}
        self.columns = columns
        self.rows = rows
        self.bands = bands
        self.column_count = max((columns[node.id] + node.span for node in nodes), default=1)
        self.widths = [self._width(column) for column in range(self.column_count)]
        self.xs: list[Line] = []
        self.ys: list[Line] = []
        self._channel_x: list[int] = []
        self._zone_x: dict[tuple[int, int], int] = {}
        self._zone_y: dict[tuple[int, int], int] = {}
        #: Row -> grid line of the channel above and below it.
        self.above: list[int] = []
        self.below: list[int] = []
        #: Channels between rows, in order: (band, row beneath it or None at the foot of a band).
        self.row_channels: list[tuple[int, int | None]] = []
        self._lay_columns()
        self._lay_rows()
        self.occupied = {spot: node.id for node in nodes for spot in self._cells(node)}

    def _width(self, column: int) -> float:
        single = [node.width for node in self.nodes.values() if self.columns[node.id] == column and node.span == 1]
        return max(single, default=50.0)

    def _lay_columns(self) -> None:
        at = 0.0
        for column, width in enumerate(self.widths):
            self._channel_x.append(len(self.xs))
            self.xs.append(Line(True, column, 0, at + _CHANNEL / 2))
            middle = at + _CHANNEL + width / 2
            for offset in self._column_offsets(column):
                self._zone_x[column, offset] = len(self.xs)
                self.xs.append(Line(False, column, offset, middle + offset))
            at += _CHANNEL + width
        self._channel_x.append(len(self.xs))
        self.xs.append(Line(True, self.column_count, 0, at + _CHANNEL / 2))

    def _column_offsets(self, column: int) -> list[int]:
        offsets = {0}
        for node in self.nodes.values():
            first = self.columns[node.id]
            if first <= column < first + node.span:
                offsets |= {guest.offset for guest in node.guests if guest.column == column - first}
                offsets |= set(_offsets_across(node))
        return sorted(offsets)

    def _lay_rows(self) -> None:
        at = 0.0
        for row, band in enumerate(self.bands):
            self.above.append(self._add_row_channel(band, row, at))
            middle = at + _ROW_CHANNEL + _ROW_HEIGHT / 2
            for offset in self._row_offsets(row):
                self._zone_y[row, offset] = len(self.ys)
                self.ys.append(Line(False, row, offset, middle + offset))
            at += _ROW_CHANNEL + _ROW_HEIGHT
            is_last = row + 1 == len(self.bands) or self.bands[row + 1] != band
            if is_last:
                self.below.append(self._add_row_channel(band, None, at))
                at += _ROW_CHANNEL
            else:
                self.below.append(len(self.ys))

    def _add_row_channel(self, band: int, row: int | None, at: float) -> int:
        self.ys.append(Line(True, len(self.row_channels), 0, at + _ROW_CHANNEL / 2))
        self.row_channels.append((band, row))
        return len(self.ys) - 1

    def _row_offsets(self, row: int) -> list[int]:
        offsets = {0}
        for node in self.nodes.values():
            if self.rows[node.id] == row:
                offsets |= set(offsets_down(node))
        return sorted(offsets)

    def _cells(self, node: Node) -> Iterator[Spot]:
        first, last = self.columns[node.id], self.columns[node.id] + node.span
        row = self.rows[node.id]
        for x in range(self._channel_x[first] + 1, self._channel_x[last]):
            # Beside an end that hangs below a boundary event there is room for the line of another one.
            if node.shift is not None and abs(self.xs[x].offset - node.shift) >= STEP:
                continue
            for y in range(self.above[row] + 1, self.below[row]):
                yield x, y

    def ports(self, node: Node) -> Iterator[Port]:
        """Yield the places where lines may begin or end at a node."""
        first, last, row = self.columns[node.id], self.columns[node.id] + node.span, self.rows[node.id]
        if node.kind != "participant":
            for offset in offsets_down(node):
                y = self._zone_y[row, offset]
                yield Port(node.id, RIGHT, offset, (self._channel_x[last], y))
                yield Port(node.id, LEFT, offset, (self._channel_x[first], y))
        for x in range(self._channel_x[first] + 1, self._channel_x[last]):
            line = self.xs[x]
            if line.is_channel or (node.span == 1 and line.offset not in _offsets_across(node)):
                continue
            near = [guest for guest in node.guests if guest.column == line.index - first]
            near = [guest for guest in near if abs(line.offset - guest.offset) < 2 * PITCH]
            if not any(guest.is_above for guest in near):
                yield Port(node.id, UP, x, (x, self.above[row]))
            if all(guest.is_above for guest in near):
                yield Port(node.id, DOWN, x, (x, self.below[row]))

    def guest_port(self, node: Node, guest_id: str) -> Port:
        """Return the place where the line of a boundary event begins."""
        guest = next(guest for guest in node.guests if guest.id == guest_id)
        x = self._zone_x[self.columns[node.id] + guest.column, guest.offset]
        row = self.rows[node.id]
        side, channel = (UP, self.above[row]) if guest.is_above else (DOWN, self.below[row])
        return Port(guest_id, side, x, (x, channel))


def _offsets_across(node: Node) -> tuple[int, ...]:
    """Return where lines may meet the upper and lower border, from the middle."""
    if node.shift is not None:
        return (node.shift,)
    if node.is_gateway:
        return (-PITCH, 0, PITCH)
    if node.is_event or node.is_artifact:
        return (0,)
    return (-2 * PITCH, -PITCH, 0, PITCH, 2 * PITCH)


def offsets_down(node: Node) -> tuple[int, ...]:
    """Return where lines may meet the left and right border, from the middle."""
    return (0,) if node.is_event or node.is_artifact else (-PITCH, 0, PITCH)
