"""Two editions of a diagram: elements by id; where they are drawn is one quiet line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml.etree import _Element as XmlNode

from engine.comparing.changes import Change, compare_things
from engine.comparing.elements import Drawing, called, read_drawing, things_of
from engine.comparing.texts import compare_contents
from engine.runtime.documents import Problems, read_documents

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"


def compare_diagrams(file: str, old: bytes, new: bytes) -> Iterator[Change]:
    """Yield what is different in a diagram; "" stands for a file that is not there."""
    before, after = _read(file, old), _read(file, new)
    if (old and before is None) or (new and after is None):
        # A drawing that cannot be read can still be told apart.
        yield from compare_contents(file, old, new, area="diagram")
        return
    names = called(before.names if before else {}, after.names if after else {})
    things = [things_of(one, names) if one else {} for one in (before, after)]
    yield from compare_things(things[0], things[1], area="diagram", file=file)
    if before and after:
        yield from _moved(file, before, after, things[0].keys() & things[1].keys())


def _read(file: str, content: bytes) -> Drawing | None:
    documents = read_documents({file: content}, Problems()) if content else ()
    return read_drawing(documents[0]) if documents else None


def _moved(file: str, before: Drawing, after: Drawing, both: set[str]) -> Iterator[Change]:
    old, new = _positions(before), _positions(after)
    moved = [name for name in new if name in both and name in old and old[name] != new[name]]
    if moved:
        names = [after.names.get(name, name) for name in moved]
        yield Change(
            kind="moved",
            area="diagram",
            file=file,
            sentence=f"{len(moved)} 个元素在图上的位置有调整，办理不变。",
            details=tuple((name, "", "") for name in dict.fromkeys(names)),
        )


def _positions(drawing: Drawing) -> Mapping[str, tuple[tuple[tuple[str, str], ...], ...]]:
    """Return where each element is drawn: the numbers of its shape, or of the points of its line."""
    found = {}
    for kind in ("BPMNShape", "BPMNEdge"):
        for drawn in drawing.document.root.iter(f"{_DI}{kind}"):
            found[drawn.get("bpmnElement") or ""] = tuple(_numbers(part) for part in drawn if part.attrib)
    return found


def _numbers(part: XmlNode) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(value)) for name, value in sorted(part.attrib.items()))
