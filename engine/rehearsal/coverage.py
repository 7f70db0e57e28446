"""What of the diagrams of a folder its scenarios pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from engine.folders import Folder
from engine.runtime import Element
from engine.views.rehearsal import DiagramCoverage


def coverage_of(folder: Folder, passed: Iterable[str]) -> tuple[DiagramCoverage, ...]:
    """Return what of each diagram was passed, in the order of the files.

    Args:
        folder: the folder.
        passed: ids of the elements that scenarios passed, as often as they did.
    """
    counted = Counter(passed)
    by_file: dict[str, list[Element]] = {}
    for element in folder.definition.elements.values():
        by_file.setdefault(element.file, []).append(element)
    return tuple(
        DiagramCoverage(
            file=file,
            name=folder.called.get(file, folder.procedure.name),
            elements=len(elements),
            passed={one.id: counted[one.id] for one in elements if counted[one.id]},
            missing=tuple((one.id, one.name, one.kind) for one in elements if not counted[one.id]),
        )
        for file, elements in sorted(by_file.items(), key=lambda item: (item[0] in folder.called, item[0]))
    )
