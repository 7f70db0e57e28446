"""Reading a BPMN file for laying it out: what stands in which lane and what leads where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from lxml import etree

from engine.drawing.lettering import fit
from engine.drawing.reading import parse
from engine.drawing.shapes import ACTIVITIES, LABEL_SIZE, NAME_SIZES, SUBPROCESSES
from engine.layout.guests import STEP, spread
from engine.layout.model import Band, Flow, Frame, Guest, Node, Picture, Scope

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"

TASK = (120.0, 80.0)
GATEWAY, EVENT = 50.0, 36.0
DATA = (36.0, 50.0)
NOTE_WIDTH = 168.0
#: Room for boundary events below a name of several lines.
_BELOW_WORDS = 12.0
#: From the upper border of a task to the first of three or more lines, which would cover its symbol, and below them.
_WORDS_TOP, _WORDS_FOOT = 26.0, 6.0
#: Column and channel together, for the number of columns an open subprocess takes.
_COLUMN = 166.0
_INNER_SIDE, _INNER_TOP = 20.0, 44.0

_FLOW_NODES = ACTIVITIES | {
    "startEvent",
    "endEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "exclusiveGateway",
    "parallelGateway",
    "inclusiveGateway",
    "eventBasedGateway",
    "complexGateway",
}
_ARTIFACTS = frozenset({"textAnnotation", "dataObjectReference", "dataStoreReference"})
_LINES = frozenset({"sequenceFlow", "messageFlow", "association"})

LayOut = Callable[[Scope], Picture]


@dataclass(frozen=True, slots=True)
class Page:
    """What one diagram of the file shows: everything, or the inside of a closed subprocess."""

    element_id: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class _Pool:
    participant: etree._Element | None
    process: etree._Element | None


class Reader:
    """One BPMN file."""

    def __init__(self, bpmn: bytes, lay_out: LayOut) -> None:
        self._root = parse(bpmn)
        self._lay_out = lay_out
        self._elements = {node.get("id", ""): node for node in self._root.iter() if isinstance(node.tag, str)}
        drawn = self._root.iter(f"{_DI}BPMNShape")
        self._expanded = {shape.get("bpmnElement", ""): shape.get("isExpanded") for shape in drawn}
        self._order = {element_id: number for number, element_id in enumerate(self._elements)}
        #: Insides of closed subprocesses, found while reading.
        self._closed: list[Page] = []

    def pages(self) -> tuple[Page, ...]:
        """Return what each diagram shows, the one of the process that starts first."""
        collaborations = self._root.findall(f"{_BPMN}collaboration")
        shown = [(one, self._pools(one)) for one in collaborations if one.find(f"{_BPMN}participant") is not None]
        shown += [(one, [_Pool(None, one)]) for one in self._alone(collaborations)]
        starts = [any(_is_main(pool.process) for pool in pools) for _, pools in shown]
        first = starts.index(True) if True in starts else 0
        shown = [*shown[first : first + 1], *shown[:first], *shown[first + 1 :]]
        pages = [self._page(plane, pools) for plane, pools in shown]
        return (*(pages or [Page(self._root.get("id", ""), self._scope([], [], [], []))]), *self._closed)

    def _page(self, plane: etree._Element, pools: Sequence[_Pool]) -> Page:
        bands: list[Band] = []
        frames: list[Frame] = []
        nodes: list[Node] = []
        for number, pool in enumerate(pools):
            homes = self._add_bands(number, pool, bands, frames)
            if pool.process is not None:
                nodes += self._nodes(pool.process, homes, len(bands) - 1)
        sources = [pool.process for pool in pools if pool.process is not None]
        if plane not in sources:
            sources.append(plane)
        return Page(plane.get("id", ""), self._scope(nodes, sources, bands, frames))

    def _pools(self, collaboration: etree._Element) -> list[_Pool]:
        processes = {process.get("id", ""): process for process in self._root.findall(f"{_BPMN}process")}
        participants = collaboration.findall(f"{_BPMN}participant")
        return [_Pool(one, processes.get(one.get("processRef", ""))) for one in participants]

    def _alone(self, collaborations: Sequence[etree._Element]) -> list[etree._Element]:
        """Return the processes that stand in no pool, as called ones do; empty ones only when there is nothing else."""
        pools = {one.get("processRef") for found in collaborations for one in found.findall(f"{_BPMN}participant")}
        processes = [one for one in self._root.findall(f"{_BPMN}process") if one.get("id") not in pools]
        drawn = [one for one in processes if any(_local(node) in _FLOW_NODES for node in one)]
        return drawn or ([] if pools else processes[:1])

    def _add_bands(self, number: int, pool: _Pool, bands: list[Band], frames: list[Frame]) -> dict[str, int]:
        """Add the lanes of a pool and return the band of each node that a lane names."""
        homes: dict[str, int] = {}
        first, depth = len(bands), 0
        start = len(frames)
        if pool.participant is not None:
            depth = 1
        lanes = pool.process.find(f"{_BPMN}laneSet") if pool.process is not None else None
        if lanes is not None:
            self._add_lanes(lanes, _Lanes(bands, frames, homes, number), depth)
        if len(bands) == first:
            bands.append(Band(pool=number, is_closed=pool.process is None))
        if pool.participant is not None:
            frames.insert(start, _frame(pool.participant, first, len(bands) - 1, 0))
        return homes

    def _add_lanes(self, lane_set: etree._Element, made: _Lanes, depth: int) -> None:
        for lane in lane_set.findall(f"{_BPMN}lane"):
            first, place = len(made.bands), len(made.frames)
            child = lane.find(f"{_BPMN}childLaneSet")
            if child is not None:
                self._add_lanes(child, made, depth + 1)
            if len(made.bands) == first:
                made.bands.append(Band(name=lane.get("name", ""), pool=made.pool))
            for reference in lane.findall(f"{_BPMN}flowNodeRef"):
                made.homes.setdefault((reference.text or "").strip(), first)
            made.frames.insert(place, _frame(lane, first, len(made.bands) - 1, depth))

    def _nodes(self, container: etree._Element, homes: Mapping[str, int], last: int) -> list[Node]:
        """Return the nodes right inside a process or subprocess, with their boundary events."""
        guests: dict[str, list[etree._Element]] = {}
        for event in container.findall(f"{_BPMN}boundaryEvent"):
            guests.setdefault(event.get("attachedToRef", ""), []).append(event)
        first = min(homes.values(), default=last)
        found = []
        for element in container:
            kind = _local(element)
            if kind in _FLOW_NODES or kind in _ARTIFACTS:
                band = homes.get(element.get("id", ""), first)
                found.append(self._node(element, kind, band, guests.get(element.get("id", ""), [])))
        return found

    def _node(self, element: etree._Element, kind: str, band: int, guests: Sequence[etree._Element]) -> Node:
        element_id, name = element.get("id", ""), element.get("name", "")
        if kind == "textAnnotation":
            name = element.findtext(f"{_BPMN}text") or ""
        node = Node(
            id=element_id,
            kind=kind,
            name=name,
            order=self._order[element_id],
            band=band,
            width=_size(kind, name)[0],
            height=_size(kind, name)[1],
        )
        if kind in SUBPROCESSES:
            node = self._subprocess(element, node)
        return _with_guests(node, guests) if guests else node

    def _subprocess(self, element: etree._Element, node: Node) -> Node:
        inside = self._scope(self._nodes(element, {}, 0), [element], [Band()], [])
        if not inside.nodes:
            return replace(node, is_expanded=False)
        if self._expanded.get(node.id) == "false":
            self._closed.append(Page(node.id, inside))
            return replace(node, is_expanded=False)
        picture = self._lay_out(inside)
        width = max(TASK[0], picture.frame.width + 2 * _INNER_SIDE)
        height = picture.frame.height + _INNER_TOP + _INNER_SIDE
        span = max(1, -int(-(width + _COLUMN - TASK[0]) // _COLUMN))
        return replace(node, width=width, height=height, span=span, inner=picture, is_expanded=True)

    def _scope(
        self, nodes: list[Node], sources: Sequence[etree._Element], bands: list[Band], frames: list[Frame]
    ) -> Scope:
        hosts = {guest.id: node.id for node in nodes for guest in node.guests}
        places = {node.id: node.id for node in nodes} | hosts
        places |= {frame.id: frame.id for frame in frames if bands[frame.first].is_closed}
        flows = [flow for source in sources for flow in self._flows(source, places)]
        homes = {node.id: node.band for node in nodes}
        nodes = [_beside_its_subject(node, flows, homes, self._elements) for node in nodes]
        return Scope(nodes=tuple(nodes), flows=tuple(flows), bands=tuple(bands), frames=tuple(frames))

    def _flows(self, container: etree._Element, places: Mapping[str, str]) -> Iterator[Flow]:
        for element in container.iterchildren(*(f"{_BPMN}{kind}" for kind in sorted(_LINES))):
            source, target = element.get("sourceRef", ""), element.get("targetRef", "")
            ends = [self._end(end, places) for end in (source, target)]
            if all(ends) and (ends[0] != ends[1] or _local(element) == "sequenceFlow"):
                yield Flow(
                    id=element.get("id", ""),
                    kind=_local(element),
                    name=element.get("name", ""),
                    source=ends[0],
                    target=ends[1],
                    order=self._order[element.get("id", "")],
                    guest=source if places.get(source, source) != source else "",
                )

    def _end(self, end: str, places: Mapping[str, str]) -> str:
        """Return the node at the end of a line; for a note on a flow that is where the flow leads."""
        if end in places:
            return places[end]
        element = self._elements.get(end)
        if element is not None and _local(element) == "sequenceFlow":
            return places.get(element.get("targetRef", ""), "")
        return ""


def _is_main(process: etree._Element | None) -> bool:
    return process is not None and process.get("isExecutable") == "true"


@dataclass(frozen=True, slots=True)
class _Lanes:
    bands: list[Band]
    frames: list[Frame]
    homes: dict[str, int]
    pool: int


def _frame(element: etree._Element, first: int, last: int, depth: int) -> Frame:
    return Frame(
        id=element.get("id", ""),
        kind=_local(element),
        name=element.get("name", ""),
        first=first,
        last=last,
        depth=depth,
    )


def _with_guests(node: Node, events: Sequence[etree._Element]) -> Node:
    """Put boundary events on the lower border, which is as long as they need."""
    guests = [Guest(id=event.get("id", ""), name=event.get("name", "")) for event in events]
    width = max(node.width, len(guests) * STEP) if node.span == 1 else node.width
    height = node.height + (_BELOW_WORDS if node.inner is None and node.height > TASK[1] else 0)
    return replace(node, guests=spread(guests, node.span), width=width, height=height)


def _beside_its_subject(
    node: Node, flows: Sequence[Flow], homes: Mapping[str, int], elements: Mapping[str, etree._Element]
) -> Node:
    """Put a note or data object into the lane of what it belongs to."""
    if not node.is_artifact:
        return node
    for flow in flows:
        if node.id in (flow.source, flow.target):
            other = flow.target if flow.source == node.id else flow.source
            return replace(node, band=homes.get(other, node.band))
    return node


def _size(kind: str, name: str) -> tuple[float, float]:
    if kind.endswith("Gateway"):
        return GATEWAY, GATEWAY
    if kind.endswith("Event"):
        return EVENT, EVENT
    if kind.startswith("data"):
        return DATA
    if kind == "textAnnotation":
        lettering = fit(name, NOTE_WIDTH - 14, 400, (LABEL_SIZE,))
        return min(NOTE_WIDTH, lettering.width + 18), max(30.0, lettering.height + 8)
    lettering = fit(name, TASK[0] - 12, 160, NAME_SIZES[:1])
    if len(lettering.lines) < 3:
        return TASK
    return TASK[0], 10 * ceil((_WORDS_TOP + lettering.height + _WORDS_FOOT) / 10)


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
