"""The drawing of what an import adds: an owner should see it where it belongs. A file without a drawing stays so."""

from __future__ import annotations

from lxml.etree import SubElement
from lxml.etree import _Element as XmlNode

from engine.runtime.documents import tag

_BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_DI = "{http://www.omg.org/spec/DD/20100524/DI}"
_DRAWN = (f"{_BPMNDI}BPMNShape", f"{_BPMNDI}BPMNEdge")
_GAP = 50.0
#: Width and height of events and of gateways.
_EVENT, _GATEWAY = 36.0, 50.0
#: Edges that are not further apart are drawn as one.
_TOUCHING = 2.0

Box = tuple[float, float, float, float]


class Drawing:
    """Shapes and edges by the element they show."""

    def __init__(self, root: XmlNode) -> None:
        """Look at every shape and edge once."""
        self._root = root
        self._drawn = {one.get("bpmnElement") or "": one for one in root.iter(*_DRAWN)}

    def show_first(self, names: set[str]) -> None:
        """Let the diagram that shows most of some elements be the first of the file: it is the one that is opened."""
        diagrams = [*self._root.iterfind(f"{_BPMNDI}BPMNDiagram")]
        shown = [sum(one.get("bpmnElement") in names for one in diagram.iter(*_DRAWN)) for diagram in diagrams]
        best = shown.index(max(shown)) if shown else 0
        if best:
            diagrams[0].addprevious(diagrams[best])

    def draw_beside(self, node: XmlNode, neighbour: str, *, is_before: bool) -> None:
        """Draw an event or gateway left or right of an element that is drawn."""
        plane, box = self._plane(neighbour), self._box(neighbour)
        if plane is None or box is None:
            return
        size = _GATEWAY if tag(node).endswith("Gateway") else _EVENT
        left, top, width, height = box
        x = left - _GAP - size if is_before else left + width + _GAP
        shape = self._add(plane, "BPMNShape", node)
        _bound(shape, (x, top + (height - size) / 2, size, size))

    def draw_apart(self, box: XmlNode, inside: tuple[XmlNode, XmlNode], neighbour: str, holders: list[str]) -> None:
        """Draw an open subprocess of two events right of everything in a pool, or else below everything.

        Args:
            box: the subprocess.
            inside: its two events, in their order.
            neighbour: an element on whose plane it belongs.
            holders: the pool and its lanes, which grow; nothing when there is no pool.
        """
        plane = self._plane(neighbour)
        if plane is None:
            return
        width, height = 4 * _GAP, 2 * _GAP
        left, top = self._grow(holders, width + _GAP) or self._below(plane)
        shape = self._add(plane, "BPMNShape", box)
        shape.set("isExpanded", "true")
        _bound(shape, (left, top, width, height))
        for node, x in zip(inside, (left + _GAP / 2, left + width - _GAP / 2 - _EVENT), strict=True):
            _bound(self._add(plane, "BPMNShape", node), (x, top + (height - _EVENT) / 2, _EVENT, _EVENT))

    def _grow(self, holders: list[str], length: float) -> tuple[float, float] | None:
        """Make a pool longer, with the lanes that reach its right end; return where its new room begins."""
        found = [(name, box) for name in holders if (box := self._box(name)) is not None]
        right = max((box[0] + box[2] for _, box in found), default=0.0)
        for name, (left, top, width, height) in found:
            if abs(left + width - right) < _TOUCHING:
                shape = self._drawn[name]
                shape.remove(shape.find(f"{_DC}Bounds"))  # type: ignore[arg-type]
                _bound(shape, (left, top, width + length, height), place=0)
        return (right, found[0][1][1] + _GAP / 2) if found else None

    def _below(self, plane: XmlNode) -> tuple[float, float]:
        names = [shape.get("bpmnElement") or "" for shape in plane.iterfind(f"{_BPMNDI}BPMNShape")]
        boxes = [box for name in names if (box := self._box(name)) is not None]
        left = min((box[0] for box in boxes), default=0.0)
        return left, max((box[1] + box[3] for box in boxes), default=0.0) + _GAP

    def draw_line(self, flow: XmlNode) -> None:
        """Draw a flow straight from one drawn element to another."""
        source, target = (flow.get(end) or "" for end in ("sourceRef", "targetRef"))
        first, last, plane = self._box(source), self._box(target), self._plane(source)
        if first is None or last is None or plane is None:
            return
        line = self._add(plane, "BPMNEdge", flow)
        is_forward = first[0] + first[2] <= last[0]
        ends = (
            (first[0] + (first[2] if is_forward else first[2] / 2), first[1] + first[3] * (0.5 if is_forward else 1)),
            (last[0] + (0 if is_forward else last[2] / 2), last[1] + last[3] * (0.5 if is_forward else 1)),
        )
        for x, y in ends:
            SubElement(line, f"{_DI}waypoint", {"x": f"{x:g}", "y": f"{y:g}"})

    def erase(self, name: str) -> None:
        """Remove the shape or edge of an element."""
        drawn = self._drawn.pop(name, None)
        plane = None if drawn is None else drawn.getparent()
        if drawn is not None and plane is not None:
            plane.remove(drawn)

    def collapse(self, name: str) -> None:
        """Draw an element without an inside."""
        if name in self._drawn:
            self._drawn[name].attrib.pop("isExpanded", "")

    def _add(self, plane: XmlNode, kind: str, node: XmlNode) -> XmlNode:
        name = node.get("id") or ""
        self._drawn[name] = SubElement(plane, f"{_BPMNDI}{kind}", {"id": f"{name}_di", "bpmnElement": name})
        return self._drawn[name]

    def _plane(self, name: str) -> XmlNode | None:
        drawn = self._drawn.get(name)
        return None if drawn is None else drawn.getparent()

    def _box(self, name: str) -> Box | None:
        drawn = self._drawn.get(name)
        bounds = None if drawn is None else drawn.find(f"{_DC}Bounds")
        if bounds is None:
            return None
        try:
            x, y, width, height = (float(bounds.get(key) or "") for key in ("x", "y", "width", "height"))
        except ValueError:
            return None
        return x, y, width, height


def _bound(shape: XmlNode, box: Box, *, place: int = -1) -> None:
    bounds = zip(("x", "y", "width", "height"), box, strict=True)
    made = shape.makeelement(f"{_DC}Bounds", {name: f"{value:g}" for name, value in bounds})
    shape.insert(len(shape) if place < 0 else place, made)
