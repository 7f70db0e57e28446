"""Reading what a BPMN file draws: shapes and lines with their places, sorts and names. Nothing is executed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

from lxml import etree

from engine.drawing.geometry import Box, Point
from engine.errors import DefinitionRefused, Problem

LARGEST_FILE = 4 * 1024 * 1024
MOST_PARTS = 2000
MOST_WAYPOINTS = 200
FARTHEST = 1_000_000.0
#: So many files are kept as they were read, the latest used.
_KEPT = 48

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_DD = "{http://www.omg.org/spec/DD/20100524/DI}"

#: Truth values as XML Schema has them.
_TRUE, _FALSE = frozenset({"true", "1"}), frozenset({"false", "0"})
_LOOPS = {"standardLoopCharacteristics": "loop", "multiInstanceLoopCharacteristics": "parallel"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A pool, lane, activity, event, gateway or artifact at its place."""

    element_id: str
    #: Local name of the BPMN element: userTask, boundaryEvent, participant …
    kind: str
    name: str
    box: Box
    label: Box | None
    #: timer, message …, or "" for a plain event.
    event: str
    #: loop, parallel, sequential or "".
    repeats: str
    #: The activity a boundary event sits on.
    attached_to: str
    is_interrupting: bool
    is_expanded: bool
    is_horizontal: bool
    is_event_subprocess: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A sequence flow, message flow or association with its bends."""

    element_id: str
    kind: str
    name: str
    points: tuple[Point, ...]
    label: Box | None
    source: str
    target: str
    is_default: bool
    #: Leaves an activity under a condition: drawn with a small diamond.
    is_conditional: bool


@dataclass(frozen=True, slots=True)
class Diagram:
    """Everything that is drawn."""

    name: str
    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]


@lru_cache(maxsize=_KEPT)
def read_diagram(bpmn: bytes) -> Diagram:
    """Read the first diagram of a BPMN file.

    Raises:
        DefinitionRefused: it is not XML, carries a DOCTYPE, is too large, or has impossible coordinates.
    """
    root = parse(bpmn)
    plane = root.find(f"{_DI}BPMNDiagram/{_DI}BPMNPlane")
    if plane is None:
        return Diagram("", (), ())
    elements = {node.get("id", ""): node for node in root.iter() if isinstance(node.tag, str)}
    drawn_shapes, drawn_edges = plane.findall(f"{_DI}BPMNShape"), plane.findall(f"{_DI}BPMNEdge")
    if len(drawn_shapes) + len(drawn_edges) > MOST_PARTS:
        raise _refused(f"流程图超过 {MOST_PARTS} 个图形，请拆分为子流程。")
    shapes = [_read_shape(drawn, elements) for drawn in drawn_shapes]
    edges = [_read_edge(drawn, elements) for drawn in drawn_edges]
    process = root.find(f"{_BPMN}process[@isExecutable='true']")
    process = root.find(f"{_BPMN}process") if process is None else process
    name = process.get("name", "") if process is not None else ""
    return Diagram(name, tuple(found for found in shapes if found), tuple(found for found in edges if found))


def parse(bpmn: bytes) -> etree._Element:
    """Read a BPMN file as XML; comments and processing instructions are left aside.

    Raises:
        DefinitionRefused: it is not XML, carries a DOCTYPE, or is too large.
    """
    if len(bpmn) > LARGEST_FILE:
        raise _refused(f"流程图文件超过 {LARGEST_FILE // 1024 // 1024} MB，请拆分为子流程文件。")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(bpmn, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _refused(f"不是完整的 XML 文件，无法读取：{error}") from error
    if _has_doctype(root):
        raise _refused("文件带有 DOCTYPE 声明，出于安全考虑不予读取；请用建模工具重新导出。")
    return root


def _has_doctype(root: etree._Element) -> bool:
    document = root.getroottree().docinfo
    return document is not None and document.internalDTD is not None


def _refused(message: str, element: str = "") -> DefinitionRefused:
    return DefinitionRefused((Problem(file="process.bpmn", element=element, message=message),))


def _read_shape(drawn: etree._Element, elements: Mapping[str, etree._Element]) -> Shape | None:
    element_id = drawn.get("bpmnElement", "")
    node, box = elements.get(element_id), _read_box(drawn, element_id)
    if node is None or box is None:
        return None
    return Shape(
        element_id=element_id,
        kind=_local(node),
        name=_name(node, elements),
        box=box,
        label=_read_label(drawn, element_id),
        event=_event(node),
        repeats=_repeats(node),
        attached_to=node.get("attachedToRef", ""),
        is_interrupting=_FALSE.isdisjoint({node.get("cancelActivity"), node.get("isInterrupting")}),
        is_expanded=drawn.get("isExpanded") == "true",
        is_horizontal=drawn.get("isHorizontal", "true") == "true",
        is_event_subprocess=node.get("triggeredByEvent") in _TRUE,
    )


def _read_edge(drawn: etree._Element, elements: Mapping[str, etree._Element]) -> Edge | None:
    element_id = drawn.get("bpmnElement", "")
    node, waypoints = elements.get(element_id), drawn.findall(f"{_DD}waypoint")
    if node is None or len(waypoints) < 2:
        return None
    if len(waypoints) > MOST_WAYPOINTS:
        raise _refused(f"连线的折点超过 {MOST_WAYPOINTS} 个，请重画这条线。", element_id)
    source = elements.get(node.get("sourceRef", ""))
    leaves_activity = source is not None and not _local(source).endswith(("Gateway", "Event"))
    return Edge(
        element_id=element_id,
        kind=_local(node),
        name=node.get("name", ""),
        points=tuple(Point(_coordinate(at, "x", element_id), _coordinate(at, "y", element_id)) for at in waypoints),
        label=_read_label(drawn, element_id),
        source=node.get("sourceRef", ""),
        target=node.get("targetRef", ""),
        is_default=source is not None and source.get("default") == element_id,
        is_conditional=leaves_activity and node.find(f"{_BPMN}conditionExpression") is not None,
    )


def _read_label(drawn: etree._Element, element_id: str) -> Box | None:
    label = drawn.find(f"{_DI}BPMNLabel")
    return None if label is None else _read_box(label, element_id)


def _read_box(drawn: etree._Element, element_id: str) -> Box | None:
    bounds = drawn.find(f"{_DC}Bounds")
    if bounds is None:
        return None
    x, y, width, height = (_coordinate(bounds, name, element_id) for name in ("x", "y", "width", "height"))
    if width < 0 or height < 0:
        raise _refused("图形的宽或高小于零，请重画。", element_id)
    return Box(x, y, width, height)


def _coordinate(node: etree._Element, name: str, element_id: str) -> float:
    try:
        value = float(node.get(name, ""))
    except ValueError as error:
        raise _refused(f"图形的 {name} 不是数字，请用建模工具重新导出。", element_id) from error
    if not isfinite(value) or abs(value) > FARTHEST:
        raise _refused(f"图形的 {name} 超出可画的范围，请重画。", element_id)
    return value


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname


def _name(node: etree._Element, elements: Mapping[str, etree._Element]) -> str:
    if _local(node) == "textAnnotation":
        return node.findtext(f"{_BPMN}text") or ""
    if _local(node) == "group":
        value = elements.get(node.get("categoryValueRef", ""))
        return value.get("value", "") if value is not None else ""
    return node.get("name", "")


def _event(node: etree._Element) -> str:
    found = [_local(child) for child in node if _local(child).endswith("EventDefinition")]
    return found[0].removesuffix("EventDefinition") if len(found) == 1 else ("multiple" if found else "")


def _repeats(node: etree._Element) -> str:
    for child in node:
        if (kind := _LOOPS.get(_local(child), "")) and child.get("isSequential") in _TRUE:
            return "sequential"
        if kind:
            return kind
    return ""
