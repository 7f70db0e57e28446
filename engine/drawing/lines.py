"""Drawing lines: sequence flows, message flows and associations with their ends."""

from __future__ import annotations

from lxml import etree

from engine.drawing.geometry import Box, Point, longest_segment
from engine.drawing.lettering import LINE_HEIGHT, fit
from engine.drawing.markup import PAPER, bent_line, circle, path, polygon
from engine.drawing.painting import Paint
from engine.drawing.reading import Edge
from engine.drawing.shapes import LABEL_SIZE, LABEL_WIDTH

_HEAD_LENGTH = 9.0
_HEAD_WIDTH = 4.0
_DASHES = {"messageFlow": "7 5", "association": "2 4", "dataInputAssociation": "2 4", "dataOutputAssociation": "2 4"}


def draw_line(parent: etree._Element, edge: Edge, paint: Paint) -> None:
    """Draw a line with its bends rounded, its arrowhead, and the marks at its start."""
    has_head = edge.kind in ("sequenceFlow", "messageFlow")
    points = edge.points
    tip, before = points[-1], points[-2]
    dash: dict[str, str | float] = {"stroke_dasharray": _DASHES[edge.kind]} if edge.kind in _DASHES else {}
    # The line stops inside its arrowhead, so that its square end does not blunt the tip.
    ends = (*points[:-1], tip.towards(before, min(_HEAD_LENGTH - 2, tip.distance_to(before)))) if has_head else points
    width = 2.0 if paint.state else 1.4
    path(parent, bent_line(ends), class_="line", stroke=paint.line, stroke_width=width, **dash)
    if has_head:
        _draw_head(parent, before, tip, paint, is_hollow=edge.kind == "messageFlow")
    elif edge.kind.startswith("data"):
        left, right = _wings(before, tip, 7, 4)
        path(parent, bent_line((left, tip)) + bent_line((tip, right)), stroke=paint.line, stroke_width=1.4)
    _draw_start(parent, edge, paint)


def _draw_start(parent: etree._Element, edge: Edge, paint: Paint) -> None:
    start, after = edge.points[0], edge.points[1]
    if edge.kind == "messageFlow":
        circle(parent, start.towards(after, 4), 4, fill=PAPER, stroke=paint.line, stroke_width=1.2)
    elif edge.is_default:
        left, right = _wings(start.towards(after, 14), start.towards(after, 8), 0, 5)
        path(parent, bent_line((left.towards(start, 3), right.towards(after, 3))), stroke=paint.line, stroke_width=1.6)
    elif edge.is_conditional:
        middle = start.towards(after, 8)
        left, right = _wings(start, middle, 0, 4.5)
        corners = [start, left, start.towards(after, 16), right]
        polygon(parent, corners, fill=PAPER, stroke=paint.line, stroke_width=1.3, stroke_linejoin="round")


def _draw_head(parent: etree._Element, before: Point, tip: Point, paint: Paint, *, is_hollow: bool) -> None:
    left, right = _wings(before, tip, _HEAD_LENGTH, _HEAD_WIDTH)
    fill = PAPER if is_hollow else paint.line
    corners = [left, tip, right]
    polygon(parent, corners, class_="head", fill=fill, stroke=paint.line, stroke_width=1, stroke_linejoin="round")


def _wings(before: Point, tip: Point, back: float, aside: float) -> tuple[Point, Point]:
    """Return the points `back` behind the tip and `aside` to both sides of the line."""
    length = before.distance_to(tip) or 1.0
    across, along = (tip.x - before.x) / length, (tip.y - before.y) / length
    foot = Point(tip.x - across * back, tip.y - along * back)
    return (
        Point(foot.x - along * aside, foot.y + across * aside),
        Point(foot.x + along * aside, foot.y - across * aside),
    )


def label_box(edge: Edge) -> Box | None:
    """Return where the name of a line stands: where the file says, else above the middle of its longest part."""
    if not edge.name:
        return None
    if edge.label is not None:
        return edge.label
    lettering = fit(edge.name, LABEL_WIDTH, LABEL_SIZE * LINE_HEIGHT * 3, (LABEL_SIZE,))
    start, end = longest_segment(edge.points)
    middle = Point((start.x + end.x) / 2, (start.y + end.y) / 2)
    if abs(start.x - end.x) < abs(start.y - end.y):
        return Box(middle.x + 6, middle.y - lettering.height / 2, lettering.width, lettering.height)
    return Box(middle.x - lettering.width / 2, middle.y - lettering.height - 4, lettering.width, lettering.height)
