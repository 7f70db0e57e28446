"""Where a variable is the same variable: which diagrams share theirs, and who gives one its value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.folders.catalogue import read_form
from engine.folders.diagrams import Place, read_calls, read_places
from engine.runtime.dialects import call_mapping
from engine.runtime.documents import BPMN, Problems, read_documents

#: Kind of the component whose fields belong to its rows.
LIST = "dynamiclist"
_DEEPEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The diagrams in which a form's fields are variables, and what else belongs to them."""

    #: Files of the diagrams.
    diagrams: frozenset[str]
    #: Id of each call activity -> file of the diagram it leads into.
    calls: Mapping[str, str]
    places: tuple[Place, ...]
    #: Forms of their steps: path -> what the file says.
    forms: Mapping[str, Mapping[str, Any]]

    def here(self) -> Iterator[Place]:
        """Yield every place of the diagrams."""
        return (place for place in self.places if place.file in self.diagrams)

    def elsewhere(self) -> Iterator[Place]:
        """Yield every place of the other diagrams."""
        return (place for place in self.places if place.file not in self.diagrams)


def scope_of(files: Mapping[str, bytes], form: str) -> Scope:
    """Return where the fields of a form are variables; a form without a step belongs to everything."""
    places = read_places(files)
    calls = read_calls(files)
    step = step_of(form)
    homes = {place.file for place in places if place.id == step}
    everything = {place.file for place in places}
    diagrams = _together(files, calls, homes) if homes else everything
    ids = {place.id for place in places if place.file not in diagrams}
    own = sorted(path for path in files if "/shared/" not in path)
    forms = {path: read for path in own if (read := read_form(path, files[path])) is not None}
    return Scope(
        diagrams=frozenset(diagrams),
        calls=calls,
        places=places,
        forms={path: read for path, read in forms.items() if step_of(path) not in ids},
    )


def step_of(form: str) -> str:
    """Return the id of the step that a form belongs to."""
    return form.removeprefix("forms/").removesuffix(".form")


def _together(files: Mapping[str, bytes], calls: Mapping[str, str], homes: set[str]) -> set[str]:
    """Return the diagrams that share their variables with these, over any number of calls."""
    pairs = list(_shared(files, calls))
    found, grown = set(homes), True
    while grown:
        more = {file for pair in pairs if found & set(pair) for file in pair}
        grown = not more <= found
        found |= more
    return found


def _shared(files: Mapping[str, bytes], calls: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the two diagrams of each call that hands over variables under the names they have."""
    for document in read_documents(files, Problems()):
        for call in document.root.iter(f"{BPMN}callActivity"):
            mapping = call_mapping(call)
            if mapping is None or mapping.gets_all or mapping.gives_all:
                yield document.file, calls.get(call.get("id") or "", document.file)


def fields_of(form: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield name and label of every field that is a variable; those of a list's rows are not."""
    yield from ((name, label) for name, label, is_row in _fields(form.get("components"), _DEEPEST) if not is_row)


def row_fields_of(form: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the fields of rows."""
    return frozenset(name for name, _, is_row in _fields(form.get("components"), _DEEPEST) if is_row)


def _fields(components: object, depth: int, is_row: bool = False) -> Iterator[tuple[str, str, bool]]:
    for part in components if isinstance(components, list) and depth else ():
        if isinstance(part, dict):
            is_list = part.get("type") == LIST
            name, label = part.get("path" if is_list else "key"), part.get("label")
            if isinstance(name, str) and name:
                yield name, label if isinstance(label, str) else "", is_row
            yield from _fields(part.get("components"), depth - 1, is_row or is_list)
