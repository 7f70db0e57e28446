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


def draw_beside(root: XmlNode, node: XmlNode, neighbour: str, *, is_before: bool) -> None:
    """Draw an event or gateway left or right of an element that is drawn."""
    shape, box = _shape(root, neighbour), _box(root, neighbour)
    plane = None if shape is None else shape.getparent()
    if plane is None or box is None:
        return
    size = _GATEWAY if tag(node).endswith("Gateway") else _EVENT
    left, top, width, height = box
    x = left - _GAP - size if is_before else left + width + _GAP
    drawn = SubElement(
        plane, f"{_BPMNDI}BPMNShape", {"id": f"{node.get('id')}_di", "bpmnElement": node.get("id") or ""}
    )
    bounds = {"x": x, "y": top + (height - size) / 2, "width": size, "height": size}
    SubElement(drawn, f"{_DC}Bounds", {name: f"{value:g}" for name, value in bounds.items()})


def draw_line(root: XmlNode, flow: XmlNode) -> None:
    """Draw a flow straight from one drawn element to another."""
    source, target = (flow.get(end) or "" for end in ("sourceRef", "targetRef"))
    first, last, shape = _box(root, source), _box(root, target), _shape(root, source)
    plane = None if shape is None else shape.getparent()
    if first is None or last is None or plane is None:
        return
    line = SubElement(plane, f"{_BPMNDI}BPMNEdge", {"id": f"{flow.get('id')}_di", "bpmnElement": flow.get("id") or ""})
    is_forward = first[0] + first[2] <= last[0]
    ends = (
        (first[0] + (first[2] if is_forward else first[2] / 2), first[1] + first[3] * (0.5 if is_forward else 1)),
        (last[0] + (0 if is_forward else last[2] / 2), last[1] + last[3] * (0.5 if is_forward else 1)),
    )
    for x, y in ends:
        SubElement(line, f"{_DI}waypoint", {"x": f"{x:g}", "y": f"{y:g}"})


def erase(root: XmlNode, name: str) -> None:
    """Remove the shape or edge of an element."""
    for drawn in [*root.iter(f"{_BPMNDI}BPMNShape", f"{_BPMNDI}BPMNEdge")]:
        parent = drawn.getparent()
        if drawn.get("bpmnElement") == name and parent is not None:
            parent.remove(drawn)


def _shape(root: XmlNode, name: str) -> XmlNode | None:
    return next((one for one in root.iter(f"{_BPMNDI}BPMNShape") if one.get("bpmnElement") == name), None)


def _box(root: XmlNode, name: str) -> Box | None:
    shape = _shape(root, name)
    bounds = None if shape is None else shape.find(f"{_DC}Bounds")
    if bounds is None:
        return None
    try:
        x, y, width, height = (float(bounds.get(key) or "") for key in ("x", "y", "width", "height"))
    except ValueError:
        return None
    return x, y, width, height
