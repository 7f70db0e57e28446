"""How readable a diagram is: what a person would object to at the first look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

from engine.drawing.geometry import Box, Point, crosses_box
from engine.drawing.lettering import LINE_HEIGHT, fit, text_width
from engine.drawing.lines import label_box as line_label_box
from engine.drawing.reading import Diagram, Edge, Shape, read_diagram
from engine.drawing.shapes import ACTIVITIES, FRAMES, LABEL_SIZE, LABEL_WIDTH, NAME_SIZES, SUBPROCESSES, label_box

#: A diagram with more parts or bends is too large to be readable, and to be compared pair by pair.
_MOST_PARTS = 400
_MOST_BENDS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that makes the diagram hard to read."""

    #: too_large, shapes_overlap, line_through_shape, line_askew, lines_cross, lines_share, label_on_line,
    #: label_on_shape, labels_overlap, label_cut, outside_lane
    kind: str
    element_id: str
    #: The other element, or "".
    other_id: str
    message: str


@dataclass(frozen=True, slots=True)
class _Label:
    element_id: str
    box: Box


def measure(bpmn: bytes) -> tuple[Finding, ...]:
    """Return what is hard to read in the first diagram of a BPMN file, worst sorts first.

    Raises:
        DefinitionRefused: the file cannot be drawn at all, see `draw`.
    """
    diagram = read_diagram(bpmn)
    bends = sum(len(edge.points) for edge in diagram.edges)
    if len(diagram.shapes) + len(diagram.edges) > _MOST_PARTS or bends > _MOST_BENDS:
        return (
            _finding("too_large", "", "", f"图形超过 {_MOST_PARTS} 个或折点超过 {_MOST_BENDS} 个，请拆分为子流程。"),
        )
    nodes = [shape for shape in diagram.shapes if _is_node(shape)]
    labels = tuple(_labels(diagram))
    return (
        *_overlapping_shapes(nodes),
        *_lines_through_shapes(diagram, nodes),
        *_outside_lanes(diagram, nodes),
        *_cut_labels(nodes),
        *_covered_labels(diagram, nodes, labels),
        *_tangled_lines(diagram.edges),
        *_askew_lines(diagram.edges),
    )


def _finding(kind: str, element_id: str, other_id: str, message: str) -> Finding:
    return Finding(kind=kind, element_id=element_id, other_id=other_id, message=message)


def _is_node(shape: Shape) -> bool:
    is_open = shape.kind in SUBPROCESSES and shape.is_expanded
    return shape.kind not in FRAMES and shape.kind != "group" and not is_open


def _labels(diagram: Diagram) -> Iterator[_Label]:
    parts: tuple[Shape | Edge, ...] = (*diagram.shapes, *diagram.edges)
    for part in parts:
        place = label_box(part) if isinstance(part, Shape) else line_label_box(part)
        if place is None:
            continue
        lettering = fit(part.name, max(LABEL_WIDTH, place.width), LABEL_SIZE * LINE_HEIGHT * 4, (LABEL_SIZE,))
        top = place.y + max(0.0, place.height - lettering.height) / 2
        # Nine tenths of the height is ink; the rest is air between lines.
        box = Box(place.center.x - lettering.width / 2, top, lettering.width, lettering.height).grown(-1)
        yield _Label(part.element_id, box)


def _overlapping_shapes(nodes: list[Shape]) -> Iterator[Finding]:
    for one, other in combinations(nodes, 2):
        is_guest = other.element_id == one.attached_to or one.element_id == other.attached_to
        if not is_guest and one.box.meets(other.box):
            yield _finding("shapes_overlap", one.element_id, other.element_id, "两个图形重叠，请移开其中一个。")


def _lines_through_shapes(diagram: Diagram, nodes: list[Shape]) -> Iterator[Finding]:
    hosts = {shape.element_id: shape.attached_to for shape in nodes}
    for edge in diagram.edges:
        for node in nodes:
            is_own = node.element_id in (edge.source, edge.target)
            box = node.box.grown(-2 if is_own else 0)
            if node.element_id == hosts.get(edge.source, "-"):
                box = node.box.grown(-1)
            if any(crosses_box(start, end, box) for start, end in pairwise(edge.points)) and not (
                is_own and node.kind.endswith("Gateway")
            ):
                yield _finding("line_through_shape", edge.element_id, node.element_id, "连线穿过图形，请绕开。")


def _outside_lanes(diagram: Diagram, nodes: list[Shape]) -> Iterator[Finding]:
    frames = [shape for shape in diagram.shapes if shape.kind in FRAMES]
    for node in nodes if frames else ():
        if node.kind != "textAnnotation" and not any(frame.box.holds(node.box) for frame in frames):
            yield _finding("outside_lane", node.element_id, "", "图形没有整个放在一条泳道里。")


def _cut_labels(nodes: list[Shape]) -> Iterator[Finding]:
    for node in nodes:
        if node.kind in ACTIVITIES and fit(node.name, node.box.width - 12, node.box.height - 10, NAME_SIZES).is_cut:
            yield _finding("label_cut", node.element_id, "", "名称太长，在图形里放不下，请改短或把图形画大。")
        elif text_width(node.name, LABEL_SIZE) > LABEL_WIDTH * 4 and node.kind != "textAnnotation":
            yield _finding("label_cut", node.element_id, "", "名称太长，请改短，详细内容写在说明里。")


def _covered_labels(diagram: Diagram, nodes: list[Shape], labels: tuple[_Label, ...]) -> Iterator[Finding]:
    for label in labels:
        for edge in diagram.edges:
            if any(crosses_box(start, end, label.box) for start, end in pairwise(edge.points)):
                yield _finding("label_on_line", label.element_id, edge.element_id, "文字压在连线上，请移开。")
        for node in nodes:
            if label.box.meets(node.box):
                yield _finding("label_on_shape", label.element_id, node.element_id, "文字压在图形上，请移开。")
    for one, other in combinations(labels, 2):
        if one.box.meets(other.box):
            yield _finding("labels_overlap", one.element_id, other.element_id, "两处文字重叠，请移开。")


def _tangled_lines(edges: tuple[Edge, ...]) -> Iterator[Finding]:
    for one, other in combinations(edges, 2):
        met = [_meeting(*first, *second) for first in pairwise(one.points) for second in pairwise(other.points)]
        # Lines into the same element may join before they reach it.
        if "share" in met and one.target != other.target:
            yield _finding("lines_share", one.element_id, other.element_id, "两条连线有一段重合，看不出各自的去向。")
        elif "cross" in met:
            yield _finding("lines_cross", one.element_id, other.element_id, "两条连线交叉。")


def _meeting(start: Point, end: Point, other_start: Point, other_end: Point) -> str:
    """Say whether two straight lines "cross", "share" a stretch, or neither ("")."""
    first, second = _side(start, end, other_start), _side(start, end, other_end)
    third, fourth = _side(other_start, other_end, start), _side(other_start, other_end, end)
    if first == second == 0:
        return "share" if _overlap(start, end, other_start, other_end) > 1 else ""
    return "cross" if first * second < 0 and third * fourth < 0 else ""


def _side(start: Point, end: Point, point: Point) -> float:
    return (end.x - start.x) * (point.y - start.y) - (end.y - start.y) * (point.x - start.x)


def _overlap(start: Point, end: Point, other_start: Point, other_end: Point) -> float:
    """Return the length that two lines on the same straight line have in common."""
    across = max(abs(start.x - end.x), abs(start.y - end.y)) == abs(start.x - end.x)
    one = sorted((start.x, end.x) if across else (start.y, end.y))
    other = sorted((other_start.x, other_end.x) if across else (other_start.y, other_end.y))
    return min(one[1], other[1]) - max(one[0], other[0])


def _askew_lines(edges: tuple[Edge, ...]) -> Iterator[Finding]:
    for edge in edges:
        is_flow = edge.kind == "sequenceFlow"
        if is_flow and any(min(abs(a.x - b.x), abs(a.y - b.y)) > 0.5 for a, b in pairwise(edge.points)):
            yield _finding("line_askew", edge.element_id, "", "连线是斜的，请改为横平竖直。")
