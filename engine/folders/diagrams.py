"""What the diagrams of a folder say in FEEL, element by element: the names they set and where each name is used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml.etree import _Element as XmlNode

from engine.runtime.diagram import MAIN_FILE
from engine.runtime.dialects import (
    code_variable,
    decision_rule,
    expression_text,
    operation,
    parameters,
    repetition,
    script_lines,
    timer_text,
)
from engine.runtime.documents import BPMN, Problems, child, event_definitions, read_documents, tag, text

#: So many diagrams are kept as they were read, the latest used.
_KEPT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One activity, event, gateway or sequence flow, as it is written."""

    file: str
    id: str
    name: str
    kind: str
    line: int | None
    #: Every expression, with everything around it.
    texts: tuple[str, ...]
    #: Variables that it sets itself: by a script, as the answer of a decision, or as the results of a repetition.
    sets: frozenset[str]
    #: Operation that a service task calls, or "".
    operation: str
    #: What it passes to the operation, as written.
    parameters: Mapping[str, str]

    def names(self, name: str) -> bool:
        """Return whether an expression here mentions a name (not as a part of another name or path)."""
        return any(re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", one) for one in self.texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """One diagram, as it is written."""

    file: str
    #: Name of its first process, or else its id; None without a process.
    name: str | None
    process_ids: tuple[str | None, ...]
    #: Id of each call activity, and id of the process that it calls.
    calls: tuple[tuple[str, str | None], ...]
    places: tuple[Place, ...]


def called_diagrams(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the name of the process in every diagram but the main one, by file."""
    sheets = _sheets(files)
    return {sheet.file: sheet.name for sheet in sheets if sheet.name is not None and sheet.file != MAIN_FILE}


def read_calls(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the file that each call activity leads into, by the activity's id, in the order of the files."""
    sheets = _sheets(files)
    files_of = {process_id: sheet.file for sheet in sheets for process_id in sheet.process_ids}
    found = {element_id: files_of.get(called) for sheet in sheets for element_id, called in sheet.calls}
    return {element_id: file for element_id, file in found.items() if file}


def read_places(files: Mapping[str, bytes]) -> tuple[Place, ...]:
    """Return every place of every diagram, in the order of the files; what cannot be read is left out."""
    return tuple(place for sheet in _sheets(files) for place in sheet.places)


def _sheets(files: Mapping[str, bytes]) -> list[_Sheet]:
    found = [_read_sheet(file, content) for file, content in sorted(files.items()) if file.endswith(".bpmn")]
    return [sheet for sheet in found if sheet is not None]


@lru_cache(maxsize=_KEPT)
def _read_sheet(file: str, content: bytes) -> _Sheet | None:
    """Return what a diagram says, or None for one that cannot be read; whoever checks a folder asks several times."""
    for document in read_documents({file: content}, Problems()):
        processes = document.processes()
        nodes = [node for process in processes for node in process.iterdescendants() if tag(node) and node.get("id")]
        calls = document.root.iter(f"{BPMN}callActivity")
        return _Sheet(
            file=file,
            name=processes[0].get("name") or processes[0].get("id") or "" if processes else None,
            process_ids=tuple(process.get("id") for process in processes),
            calls=tuple((node.get("id") or "", node.get("calledElement")) for node in calls),
            places=tuple(_place(file, node) for node in nodes),
        )
    return None


def _place(file: str, node: XmlNode) -> Place:
    repeated = repetition(node)
    given = {repeated.results if repeated else "", decision_rule(node).result}
    given |= {code_variable(definition) for definition in event_definitions(node)}
    return Place(
        file=file,
        id=node.get("id") or "",
        name=node.get("name") or "",
        kind=tag(node),
        line=getattr(node, "sourceline", None),
        texts=tuple(_texts(node)),
        sets=frozenset({name for _, name, _ in script_lines(node)} | given) - {""},
        operation=operation(node) if tag(node) in {"serviceTask", "sendTask"} else "",
        parameters=dict(parameters(node)),
    )


def _texts(node: XmlNode) -> Iterator[str]:
    yield expression_text(text(child(node, "conditionExpression")))
    yield timer_text(node)[1]
    yield from (feel for _, _, feel in script_lines(node))
    yield from (value for _, value in parameters(node))
    repeated = repetition(node)
    if repeated:
        yield from (repeated.collection, repeated.cardinality, repeated.condition)
