"""Writing the diagram interchange part of a BPMN file; every byte outside of it stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from engine.drawing.geometry import Box
from engine.errors import DefinitionRefused, Problem
from engine.layout.model import Drawn, Picture, Placed

_SPACES = {
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
_DIAGRAM = f"{_SPACES['bpmndi']} BPMNDiagram"
_UNREADABLE = "文件不是 UTF-8 编码，无法写入图形；请用建模工具另存为 UTF-8。"


class _Outline:
    """Where the parts to be replaced are, in bytes, and the prefixes that the root element declares."""

    def __init__(self, bpmn: bytes) -> None:
        self.diagrams: list[tuple[int, int]] = []
        self.ending = -1
        #: By namespace.
        self.prefixes: dict[str, str] = {}
        self._bpmn = bpmn
        self._depth = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartNamespaceDeclHandler = self._declare
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        try:
            bpmn.decode()
            self._parser.Parse(bpmn, True)
        except (expat.ExpatError, UnicodeDecodeError) as error:
            raise DefinitionRefused((Problem(file="process.bpmn", element="", message=_UNREADABLE),)) from error

    def _declare(self, prefix: str | None, space: str) -> None:
        if self._depth == 0 and prefix:
            self.prefixes.setdefault(space, prefix)

    def _begin(self, name: str, _: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 2 and name == _DIAGRAM:
            self.diagrams.append((self._parser.CurrentByteIndex, -1))

    def _end(self, name: str) -> None:
        at = self._parser.CurrentByteIndex
        if self._depth == 2 and name == _DIAGRAM:
            self.diagrams[-1] = self.diagrams[-1][0], self._bpmn.index(b">", at) + 1
        self._depth -= 1
        if self._depth == 0:
            self.ending = at


def write_diagram(bpmn: bytes, pages: Sequence[tuple[str, Picture]]) -> bytes:
    """Return the file with its diagrams replaced.

    Args:
        bpmn: The file.
        pages: Element that a diagram shows (process, collaboration or subprocess), and its picture.
    """
    outline = _Outline(bpmn)
    first = outline.diagrams[0][0] if outline.diagrams else outline.ending
    text = "\n".join(_diagram(outline.prefixes, element_id, picture) for element_id, picture in pages)
    lead, tail = ("", "") if outline.diagrams else ("  ", "\n")
    written = (lead + text.lstrip() + tail).encode()
    for start, end in reversed(outline.diagrams[1:]):
        bpmn = bpmn[: _without_blanks(bpmn, start)] + bpmn[end:]
    end = outline.diagrams[0][1] if outline.diagrams else outline.ending
    return bpmn[:first] + written + bpmn[end:]


def _without_blanks(bpmn: bytes, end: int) -> int:
    return len(bpmn[:end].rstrip())


def _diagram(prefixes: dict[str, str], element_id: str, picture: Picture) -> str:
    names = {usual: prefixes.get(space, usual) for usual, space in _SPACES.items()}
    missing = [(usual, space) for usual, space in _SPACES.items() if space not in prefixes]
    declared = "".join(f' xmlns:{names[usual]}="{space}"' for usual, space in missing)
    di = names["bpmndi"]
    lines = [
        f"  <{di}:BPMNDiagram id={quoteattr(element_id + '__diagram')}{declared}>",
        f"    <{di}:BPMNPlane id={quoteattr(element_id + '__plane')} bpmnElement={quoteattr(element_id)}>",
        *(line for shape in picture.shapes for line in _shape(names, shape)),
        *(line for drawn in picture.lines for line in _line(names, drawn)),
        f"    </{di}:BPMNPlane>",
        f"  </{di}:BPMNDiagram>",
    ]
    return "\n".join(lines)


def _shape(names: dict[str, str], shape: Placed) -> Iterator[str]:
    di = names["bpmndi"]
    attributes = "".join(f' {name}="{value}"' for name, value in shape.attributes.items())
    identity = f"id={quoteattr(shape.id + '__shape')} bpmnElement={quoteattr(shape.id)}"
    yield f"      <{di}:BPMNShape {identity}{attributes}>"
    yield f"        {_bounds(names, shape.box)}"
    yield from _label(names, shape.label)
    yield f"      </{di}:BPMNShape>"


def _line(names: dict[str, str], line: Drawn) -> Iterator[str]:
    di = names["bpmndi"]
    yield f"      <{di}:BPMNEdge id={quoteattr(line.id + '__edge')} bpmnElement={quoteattr(line.id)}>"
    for point in line.points:
        yield f'        <{names["di"]}:waypoint x="{_number(point.x)}" y="{_number(point.y)}" />'
    yield from _label(names, line.label)
    yield f"      </{di}:BPMNEdge>"


def _label(names: dict[str, str], label: Box | None) -> Iterator[str]:
    if label is not None:
        yield f"        <{names['bpmndi']}:BPMNLabel>"
        yield f"          {_bounds(names, label)}"
        yield f"        </{names['bpmndi']}:BPMNLabel>"


def _bounds(names: dict[str, str], box: Box) -> str:
    values = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    return f"<{names['dc']}:Bounds " + " ".join(f'{key}="{_number(value)}"' for key, value in values.items()) + " />"


def _number(value: float) -> str:
    """Write a coordinate as a whole number, which every modeller does."""
    return str(round(value))
