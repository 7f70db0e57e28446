"""Which titles a procedure grants, and which lane decides: read from the diagrams, so that it is said once."""

from __future__ import annotations

from functools import lru_cache

from engine.folders.diagrams import read_places
from engine.folders.folder import Folder

GRANT = "grant_title"


def grants_of(folder: Folder) -> tuple[tuple[str, str], ...]:
    """Return (kind of title, lane) of each step that grants one; a kind that is an expression is left out."""
    diagrams = tuple(sorted((name, content) for name, content in folder.files.items() if name.endswith(".bpmn")))
    elements = folder.definition.elements
    return tuple(
        (kind, by or elements[element_id].lane) for kind, by, element_id in _grants(diagrams) if element_id in elements
    )


@lru_cache(maxsize=256)
def _grants(diagrams: tuple[tuple[str, bytes], ...]) -> tuple[tuple[str, str, str], ...]:
    """Return (kind, named lane, element) of each call; a version never changes, so neither does the answer."""
    found = []
    for place in read_places(dict(diagrams)):
        kind = place.parameters.get("kind", "").strip()
        if place.operation == GRANT and kind and not kind.startswith("="):
            found.append((kind, place.parameters.get("by", "").strip(), place.id))
    return tuple(found)
