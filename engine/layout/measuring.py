"""How readable a diagram is, in words its owner understands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine.drawing import Finding
from engine.drawing import measure as measure_drawing
from engine.drawing.geometry import Box
from engine.drawing.reading import Diagram, read_diagram
from engine.layout.model import Picture, Scope
from engine.layout.ranking import rank
from engine.layout.reading import Reader

#: More nodes than this on one sheet are hard to take in.
MOST_ELEMENTS = 25

#: So many diagrams are kept as they were measured, the latest used: an owner changes one of a folder's at a time.
_KEPT = 48

#: Sorts of findings that no published diagram should have; the others are a matter of degree.
FAULTS = frozenset(
    {
        "shapes_overlap",
        "line_through_shape",
        "lines_share",
        "label_on_line",
        "label_on_shape",
        "labels_overlap",
        "label_cut",
        "outside_lane",
        "too_large",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readability:
    """What a reader would object to."""

    #: Steps, events and gateways on the first sheet, without boundary events.
    elements: int
    findings: tuple[Finding, ...]
    #: Element id -> the name that people see.
    names: Mapping[str, str]

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The findings that spoil a diagram: overlaps, lines through shapes, cut or covered words."""
        return tuple(finding for finding in self.findings if finding.kind in FAULTS)

    @property
    def crossings(self) -> int:
        """How many pairs of lines cross."""
        return self.counts["lines_cross"]

    @property
    def counts(self) -> Counter[str]:
        """How many findings of each sort there are."""
        return Counter(finding.kind for finding in self.findings)

    def sentences(self) -> Iterator[str]:
        """Yield one line for each finding, with the names of its elements."""
        for finding in self.findings:
            ids = [element_id for element_id in (finding.element_id, finding.other_id) if element_id]
            where = "、".join(f"{self.names.get(element_id) or '未命名'}（{element_id}）" for element_id in ids)
            yield f"{where}：{finding.message}" if where else finding.message


@lru_cache(maxsize=_KEPT)
def measure(bpmn: bytes) -> Readability:
    """Return how readable the first diagram of a BPMN file is.

    Raises:
        DefinitionRefused: the file cannot be read.
    """
    scope = Reader(bpmn, _without_layout).pages()[0].scope
    diagram = read_diagram(bpmn)
    names = {shape.element_id: shape.name for shape in diagram.shapes}
    names |= {edge.element_id: _line_name(edge.name, edge.source, edge.target, names) for edge in diagram.edges}
    elements = sum(not node.is_artifact for node in scope.nodes)
    findings = (
        *measure_drawing(bpmn),
        *_leading_left(scope, diagram),
        *_not_drawn(scope, diagram),
        *_too_many(elements),
    )
    return Readability(elements=elements, findings=findings, names=names)


def _without_layout(scope: Scope) -> Picture:
    return Picture((), (), Box(0, 0, 0, 0))


def _line_name(name: str, source: str, target: str, names: Mapping[str, str]) -> str:
    ends = f"{names.get(source) or source}→{names.get(target) or target}"
    return f"{ends}“{name}”" if name else ends


def _leading_left(scope: Scope, diagram: Diagram) -> Iterator[Finding]:
    """Yield the flows of the main way that lead to the left."""
    middles = {shape.element_id: shape.box.center.x for shape in diagram.shapes}
    main = rank(scope).main
    for flow in scope.flows:
        is_drawn = flow.source in middles and flow.target in middles
        if flow.id in main and is_drawn and middles[flow.target] < middles[flow.source] - 1:
            yield Finding(kind="leads_left", element_id=flow.id, other_id="", message="主线从右向左走，不易读懂。")


def _not_drawn(scope: Scope, diagram: Diagram) -> Iterator[Finding]:
    """Yield the nodes that the diagram does not show."""
    shown = {shape.element_id for shape in diagram.shapes}
    for node in scope.nodes:
        if node.id not in shown:
            message = "没有画在图上，请运行 guicheng arrange 补画。"
            yield Finding(kind="not_drawn", element_id=node.id, other_id="", message=message)


def _too_many(elements: int) -> Iterator[Finding]:
    if elements > MOST_ELEMENTS:
        message = f"一张图上有 {elements} 个元素，超过 {MOST_ELEMENTS} 个就不易看清，可以拆出子流程。"
        yield Finding(kind="many_elements", element_id="", other_id="", message=message)
