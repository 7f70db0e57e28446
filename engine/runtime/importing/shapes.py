"""The drawing of what an import adds: an owner should see it where it belongs. A file without a drawing stays so."""

from __future__ import annotations

from lxml.etree import SubElement
from lxml.etree import _Element as XmlNode

from engine.runtime.documents import tag

_BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_DI = "{http://www.omg.org/spec/DD/20100524/DI}"
_GAP = 50.0
#: Width and height of events and of gateways.
_EVENT, _GATEWAY = 36.0, 50.0

Box = tuple[float, float, float, float]


class Drawing:
    """Shapes and edges by the element they show."""

    def __init__(self, root: XmlNode) -> None:
        """Look at every shape and edge once."""
        drawn = root.iter(f"{_BPMNDI}BPMNShape", f"{_BPMNDI}BPMNEdge")
        self._drawn = {one.get("bpmnElement") or "": one for one in drawn}

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

    def draw_below(self, box: XmlNode, inside: tuple[XmlNode, XmlNode], neighbour: str) -> None:
        """Draw an open subprocess of two events below everything on the plane of an element."""
        plane = self._plane(neighbour)
        if plane is None:
            return
        shapes = [one.get("bpmnElement") or "" for one in plane.iterfind(f"{_BPMNDI}BPMNShape")]
        boxes = [found for name in shapes if (found := self._box(name)) is not None]
        left = min((one[0] for one in boxes), default=0.0)
        top = max((one[1] + one[3] for one in boxes), default=0.0) + _GAP
        width, height = 4 * _GAP, 2 * _GAP
        shape = self._add(plane, "BPMNShape", box)
        shape.set("isExpanded", "true")
        _bound(shape, (left, top, width, height))
        for node, x in zip(inside, (left + _GAP / 2, left + width - _GAP / 2 - _EVENT), strict=True):
            _bound(self._add(plane, "BPMNShape", node), (x, top + (height - _EVENT) / 2, _EVENT, _EVENT))

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


def _bound(shape: XmlNode, box: Box) -> None:
    bounds = zip(("x", "y", "width", "height"), box, strict=True)
    SubElement(shape, f"{_DC}Bounds", {name: f"{value:g}" for name, value in bounds})
