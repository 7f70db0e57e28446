"""One attempt at a picture: rows are chosen, ways are found, and lines that cross are looked at again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from engine.drawing.geometry import Box
from engine.layout.grid import Grid
from engine.layout.guests import settle
from engine.layout.model import Flow, Node, Picture, Scope
from engine.layout.placing import row_bands
from engine.layout.ranking import Ranks
from engine.layout.routing import Router
from engine.layout.scoring import crossing_pairs, score
from engine.layout.sheet import draw_sheet
from engine.layout.tracks import assign_tracks, stretches
from engine.layout.traffic import Route

#: How often ways are changed that would lie on others whatever the order.
_TRIES = 6
#: How often lines that cross are looked at again.
_PARTINGS = 3
#: So many crossings are looked at with care; where there are more, other rows are needed.
_FEW = 4
#: What a name costs that covers something, in the units of the score.
_COVERED = 20.0


class Attempt:
    """One choice of rows, and the best picture of it so far."""

    def __init__(self, scope: Scope, ranks: Ranks, rows: dict[str, int], raised: Collection[str] = ()) -> None:
        """Prepare the grid.

        Args:
            scope: What is laid out.
            ranks: Its columns.
            rows: Its rows.
            raised: Boundary events that sit on the upper border though they do not lead up.
        """
        self.choice = ranks, rows
        self._scope = scope = settle(scope, rows, ranks.hanging, raised)
        bands = row_bands(scope, rows)
        columns = _closed_up(scope.nodes, ranks.columns)
        rows = dict(rows)
        nodes = (*scope.nodes, *_closed_pools(scope, columns, rows, bands))
        self._grid = Grid(nodes, columns, rows, bands)
        self._router = Router(self._grid, ranks)
        self._flows = {flow.id: flow for flow in scope.flows}
        homes = {node.id: node.band for node in scope.nodes}
        #: Flows of the main way within a lane, which should be straight.
        self._straight = {
            flow.id for flow in scope.flows if flow.id in ranks.main and homes[flow.source] == homes[flow.target]
        }
        self._guests = {flow.id for flow in scope.flows if flow.guest}
        self.cost = float("inf")
        self.picture = Picture((), (), Box(0, 0, 0, 0))
        #: The ways of the best picture.
        self._ways: tuple[Route, ...] = ()

    def route(self, rounds: int) -> None:
        """Find ways for all lines."""
        self._keep(self._router.route(self._scope.flows, rounds))

    def crossing(self) -> list[tuple[Flow, Flow]]:
        """Return the flows whose lines cross in the best picture."""
        drawn = [line for line in self.picture.lines if line.id in self._flows]
        pairs = crossing_pairs([line.points for line in drawn])
        return [(self._flows[drawn[one].id], self._flows[drawn[other].id]) for one, other, _ in pairs]

    def part_lines(self) -> None:
        """Look for other ways of lines that cross, as long as that helps."""
        for _ in range(_PARTINGS):
            moved = [self._part(one, other) for one, other in self.crossing()]
            before = self.cost
            if any(moved):
                self._keep(self._router.route(self._scope.flows, 0))
            if self.cost > before - 0.01:
                break

    def look_again(self) -> None:
        """Take from lines that cross one of the places where they begin or end, and see whether that helps."""
        pairs = self.crossing()
        for flow in [flow for pair in pairs for flow in pair] if len(pairs) <= _FEW else ():
            way = next(way for way in self._ways if way.flow.id == flow.id)
            for port in (way.start, way.end):
                before = self.cost
                self._router.resume(self._ways)
                self._router.bar(flow, port)
                self._keep(self._router.route(self._scope.flows, 0))
                self.part_lines()
                self._router.allow(flow, port)
                if self.cost < before - 0.01:
                    break

    def _part(self, one: Flow, other: Flow) -> bool:
        """Look for other ways of two lines that cross; where that does not help, a third one may be in the way."""
        if self._router.part(one, other):
            return True
        ends = {one.source, one.target, other.source, other.target}
        third = [
            flow
            for flow in self._scope.flows
            if flow.id not in (one.id, other.id) and ends & {flow.source, flow.target}
        ]
        return any(self._router.part(one, other, flow) for flow in third)

    def _keep(self, ways: list[Route]) -> None:
        """Draw the ways, and keep the picture when it is the best so far."""
        for _ in range(_TRIES):
            parts = stretches(ways)
            tracks, clashing = assign_tracks(self._grid, parts)
            if not clashing:
                break
            for part in clashing:
                way = ways[part.piece[0]]
                for end in (part.low, part.high):
                    spot = (end, part.line) if part.axis == 0 else (part.line, end)
                    if spot in way.turns:
                        ways[part.piece[0]] = self._router.avoid(way.flow, spot)
        covered, picture = draw_sheet(self._scope, self._grid, ways, parts, tracks)
        cost = _COVERED * (covered + len(clashing)) + score(picture, self._straight, self._guests)
        if cost < self.cost:
            self.cost, self.picture, self._ways = cost, picture, tuple(ways)


def _closed_up(nodes: Sequence[Node], columns: dict[str, int]) -> dict[str, int]:
    """Number the columns anew without those where nothing stands."""
    used = {column + step for node in nodes for column in (columns[node.id],) for step in range(node.span)}
    numbers = {column: number for number, column in enumerate(sorted(used))}
    return {node: numbers[column] for node, column in columns.items()}


def _closed_pools(scope: Scope, columns: dict[str, int], rows: dict[str, int], bands: Sequence[int]) -> Iterator[Node]:
    """Yield pools without a process as nodes as wide as the sheet, and note their places."""
    width = max((columns[node.id] + node.span for node in scope.nodes), default=1)
    for frame in scope.frames:
        if frame.kind == "participant" and scope.bands[frame.first].is_closed:
            columns[frame.id], rows[frame.id] = 0, bands.index(frame.first)
            yield Node(
                id=frame.id, kind="participant", name="", order=0, band=frame.first, width=0, height=60, span=width
            )
