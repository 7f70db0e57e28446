"""Two editions of a folder, file by file, each by what kind of file it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.comparing.changes import AREAS, KINDS, Change, Comparison
from engine.comparing.diagrams import compare_diagrams
from engine.comparing.forms import compare_forms
from engine.comparing.scenarios import compare_scenarios
from engine.comparing.settings import compare_settings
from engine.comparing.tables import compare_tables
from engine.comparing.texts import compare_contents
from engine.runtime.documents import BPMN, Problems, read_documents

_MAIN = "process.bpmn"


def compare(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Comparison:
    """Return what is different between two folders.

    Args:
        old: path inside the folder -> content, before.
        new: the same, now.
    """
    names = {**_names(old), **_names(new)}
    changes: list[Change] = []
    for file in dict.fromkeys((*sorted(new), *sorted(old))):
        before, after = old.get(file, b""), new.get(file, b"")
        if before != after:
            changes.extend(_compare(file, before, after, names))
    areas, kinds = list(AREAS), list(KINDS)
    changes.sort(key=lambda one: (areas.index(one.area), one.file != _MAIN, one.file, kinds.index(one.kind)))
    return Comparison(changes=tuple(changes))


def _compare(file: str, old: bytes, new: bytes, names: Mapping[str, str]) -> Iterator[Change]:
    folder = file.partition("/")[0]
    if file.endswith(".bpmn"):
        return compare_diagrams(file, old, new)
    if file.endswith(".form"):
        return compare_forms(file, old, new)
    if file.endswith(".dmn"):
        return compare_tables(file, old, new)
    if file in {"procedure.yaml", "windows.yaml"}:
        return compare_settings(file, old, new, area=file.removesuffix(".yaml"), names=names)
    if folder == "scenarios":
        return compare_scenarios(file, old, new, names=names)
    return compare_contents(file, old, new, area="document")


def _names(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return what people call the elements of the diagrams."""
    documents = read_documents({file: content for file, content in files.items() if file.endswith(".bpmn")}, Problems())
    nodes = (node for document in documents for node in document.root.iter(f"{BPMN}*"))
    return {node.get("id") or "": " ".join((node.get("name") or "").split()) for node in nodes if node.get("name")}
