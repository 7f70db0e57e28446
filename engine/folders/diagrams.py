"""What the diagrams of a folder say in FEEL, element by element: the names they set and where each name is used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

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


def called_diagrams(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the name of the process in every diagram but the main one, by file."""
    found = {}
    for document in read_documents(files, Problems()):
        for process in document.processes()[:1]:
            if document.file != MAIN_FILE:
                found[document.file] = process.get("name") or process.get("id") or ""
    return found


def read_calls(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the file that each call activity leads into, by the activity's id, in the order of the files."""
    documents = read_documents(files, Problems())
    files_of = {process.get("id"): document.file for document in documents for process in document.processes()}
    calls = (node for document in documents for node in document.root.iter(f"{BPMN}callActivity"))
    found = {node.get("id") or "": files_of.get(node.get("calledElement")) for node in calls}
    return {element_id: file for element_id, file in found.items() if file}


def read_places(files: Mapping[str, bytes]) -> tuple[Place, ...]:
    """Return every place of every diagram, in the order of the files; what cannot be read is left out."""
    return tuple(_places(files))


def _places(files: Mapping[str, bytes]) -> Iterator[Place]:
    for document in read_documents(files, Problems()):
        for process in document.processes():
            for node in process.iterdescendants():
                if tag(node) and node.get("id"):
                    yield _place(document.file, node)


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
