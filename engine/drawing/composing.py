"""Putting a whole diagram together: what lies over what, the names for screen readers, the frame around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from lxml import etree

from engine.drawing.geometry import Box, Point, box_around, box_of_points
from engine.drawing.lettering import fit
from engine.drawing.lines import draw_line
from engine.drawing.lines import label_box as line_label_box
from engine.drawing.markup import FONTS, SVG, add, clean, letters, number
from engine.drawing.painting import COMPARED, PLAIN, badge_text, paint_for, spoken_name
from engine.drawing.reading import Diagram, Edge, Shape, read_diagram
from engine.drawing.shapes import ACTIVITIES, FRAMES, SUBPROCESSES, draw_badge, draw_label, label_box, painter_for
from engine.views import ElementMark

_MARGIN = 12.0
#: So many drawings are kept, the latest used; a page of a case has up to a dozen, and an action changes one or two.
_KEPT = 48
#: SVG is the default namespace. lxml takes None for it, which its type stubs do not know.
_NAMESPACES: dict[str, str] = {None: SVG}  # type: ignore[dict-item]
_EMPTY = "该流程图没有图形信息，无法显示。"


def draw(bpmn: bytes, *, marks: Mapping[str, ElementMark] | None = None, title: str = "") -> str:
    """Draw the first diagram of a BPMN file as SVG that is safe to embed in a page and good to print.

    Args:
        bpmn: The file, with its diagram interchange part.
        marks: Element id -> what happens there; ids that the diagram does not have are left aside.
        title: Name of the picture; the process's own name when empty.

    Returns:
        An `<svg>` element without ids, scripts, style attributes or references. Every element is a
        `<g class="element st-…" data-element="id" role="img" aria-label="…">`.

    Raises:
        DefinitionRefused: the file is not XML, carries a DOCTYPE, is too large, or has impossible coordinates.
    """
    diagram = read_diagram(bpmn)
    drawn = {shape.element_id for shape in diagram.shapes} | {edge.element_id for edge in diagram.edges}
    shown = frozenset(item for item in (marks or {}).items() if item[0] in drawn)
    return _drawn(bpmn, shown, title or diagram.name or "流程图")


@lru_cache(maxsize=_KEPT)
def _drawn(bpmn: bytes, marks: frozenset[tuple[str, ElementMark]], name: str) -> str:
    """Draw a diagram; whoever looks at the same state of it sees the same drawing."""
    diagram = read_diagram(bpmn)
    frame = _frame(diagram)
    svg = etree.Element(f"{{{SVG}}}svg", nsmap=_NAMESPACES)
    _describe(svg, diagram, frame, clean(name))
    if not diagram.shapes:
        letters(svg, fit(_EMPTY, frame.width, frame.height, (14.0,)), frame.center)
    guests: dict[str, list[Box]] = {}
    for shape in diagram.shapes:
        guests.setdefault(shape.attached_to, []).append(shape.box)
    _Sheet(svg, diagram, dict(marks), guests).fill()
    return etree.tostring(svg, encoding="unicode")


def _describe(svg: etree._Element, diagram: Diagram, frame: Box, name: str) -> None:
    view = " ".join(number(value) for value in (frame.x, frame.y, frame.width, frame.height))
    look = {"class": "diagram", "viewBox": view, "width": number(frame.width), "height": number(frame.height)}
    for key, value in {**look, "role": "group", "aria-label": name, "font-family": FONTS}.items():
        svg.set(key, value)
    add(svg, "title").text = name
    pools = "、".join(shape.name for shape in diagram.shapes if shape.kind == "lane" and shape.name)
    steps = sum(shape.kind in ACTIVITIES for shape in diagram.shapes)
    add(svg, "desc").text = clean(f"流程图，{steps} 个环节。" + (f"办理单位：{pools}。" if pools else ""))


def _frame(diagram: Diagram) -> Box:
    """Return the smallest box that holds everything drawn, labels and badges included."""
    boxes = [shape.box for shape in diagram.shapes]
    boxes += [shape.box.grown(12) for shape in diagram.shapes if shape.kind not in FRAMES]
    boxes += [box_of_points(edge.points) for edge in diagram.edges]
    boxes += [box for shape in diagram.shapes if (box := label_box(shape))]
    boxes += [box for edge in diagram.edges if (box := line_label_box(edge))]
    return box_around(boxes).grown(_MARGIN) if boxes else Box(0, 0, 480, 80)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The drawing while it is made; later parts lie over earlier ones."""

    svg: etree._Element
    diagram: Diagram
    marks: Mapping[str, ElementMark]
    #: Activity -> boxes of the boundary events that sit on it.
    guests: Mapping[str, Sequence[Box]]

    def fill(self) -> None:
        """Draw frames, open subprocesses, lines, nodes, then what sits on the edge of nodes."""
        layers: dict[int, list[Shape]] = {0: [], 1: [], 2: [], 3: [], 4: []}
        for shape in self.diagram.shapes:
            layers[_layer(shape)].append(shape)
        nested = sorted(layers[2], key=lambda shape: -shape.box.width * shape.box.height)
        self._draw_shapes((*layers[0], *layers[1], *nested))
        for edge in self.diagram.edges:
            self._draw_edge(edge)
        self._draw_shapes((*layers[3], *layers[4]))

    def _draw_shapes(self, shapes: Iterable[Shape]) -> None:
        for shape in shapes:
            mark = self.marks.get(shape.element_id)
            paint = paint_for(mark)
            group = self._group(shape.element_id, shape.kind, shape.name)
            painter_for(shape.kind)(group, shape, paint)
            if box := label_box(shape):
                draw_label(group, shape.name, box, paint)
            if paint.badge:
                corner = self._badge_corner(shape)
                draw_badge(group, corner, badge_text(mark), paint, is_left=corner.x < shape.box.center.x)

    def _draw_edge(self, edge: Edge) -> None:
        group = self._group(edge.element_id, edge.kind, edge.name)
        mark = self.marks.get(edge.element_id)
        paint = paint_for(mark)
        draw_line(group, edge, paint)
        if box := line_label_box(edge):
            draw_label(group, edge.name, box, PLAIN)
        if mark is not None and mark.state in COMPARED:
            # A line has no room for a word; the sign says the same.
            draw_badge(group, _middle(edge.points), badge_text(mark)[:1], paint, is_left=False)

    def _group(self, element_id: str, kind: str, name: str) -> etree._Element:
        mark = self.marks.get(element_id)
        state = paint_for(mark).state
        look = f"element {kind}" + (f" st-{state}" if state else "")
        said = spoken_name(kind, name, mark)
        if not name and mark is None:
            return add(self.svg, "g", class_=look, data_element=element_id, aria_hidden="true")
        return add(self.svg, "g", class_=look, data_element=element_id, role="img", aria_label=said)

    def _badge_corner(self, shape: Shape) -> Point:
        """Return the first corner of the shape that no boundary event sits on."""
        guests = self.guests.get(shape.element_id, ())
        box = shape.box.grown(-4 if shape.kind in ACTIVITIES else -0.14 * min(shape.box.width, shape.box.height))
        # The icon of a task is at its upper left, so the badge sits a little higher there; names stand above gateways.
        top = [Point(box.right, box.y), Point(box.x, box.y - 8)]
        bottom = [Point(box.right, box.bottom), Point(box.x, box.bottom)]
        corners = [*bottom, *top] if shape.kind.endswith("Gateway") else [*top, *bottom]
        free = [at for at in corners if not any(guest.meets(Box(at.x - 24, at.y - 11, 48, 22)) for guest in guests)]
        return free[0] if free else corners[0]


def _middle(points: Sequence[Point]) -> Point:
    """Return the middle of the longest stretch of a line."""
    start, end = max(pairwise(points), key=lambda stretch: stretch[0].distance_to(stretch[1]))
    return start.towards(end, start.distance_to(end) / 2)


def _layer(shape: Shape) -> int:
    if shape.kind in FRAMES:
        return 0 if shape.kind == "participant" else 1
    if shape.kind == "group" or (shape.kind in SUBPROCESSES and shape.is_expanded):
        return 2
    return 4 if shape.kind == "boundaryEvent" else 3
