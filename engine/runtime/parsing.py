"""From an owner's files to a definition that may run, or a list of everything that keeps it from running."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from lxml.etree import _Element as XmlNode
from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine.errors import DefinitionRefused
from engine.language.wording import brief
from engine.runtime.checks_elements import check_decisions, check_elements
from engine.runtime.checks_events import check_events
from engine.runtime.checks_extensions import check_extensions
from engine.runtime.checks_flows import check_flows, check_size, lane_members
from engine.runtime.checks_timers import check_timers
from engine.runtime.decisions import inputs_of, read_decisions
from engine.runtime.diagram import Diagram, Level, outline
from engine.runtime.dialects import attributes, repetition
from engine.runtime.documents import (
    BPMN,
    THROWING,
    Problems,
    child,
    event_definitions,
    event_kind,
    interrupts,
    line_of,
    read_documents,
    tag,
    text,
)
from engine.runtime.expressions import Expressions, check_expressions, local_names
from engine.runtime.specifications import build
from engine.runtime.values import Definition, Element, Lane

_BASIS, _MARK = "依据：", "标记："


def read_definition(files: Mapping[str, bytes], *, digest: str, process_id: str = "") -> Definition:
    """Read a procedure's diagrams.

    Args:
        files: content by path inside the owner's folder; only `*.bpmn` and `decisions/*.dmn` are looked at.
            The diagram that starts is `process.bpmn`, or the only one outside of folders.
        digest: digest of the whole folder; states belong to exactly one digest.
        process_id: the process that starts, wherever it stands and executable or not; the others can be called.

    Returns:
        The definition, safe to share between threads.

    Raises:
        DefinitionRefused: it cannot run; carries every problem found.
    """
    problems, expressions = Problems(), Expressions()
    documents = read_documents(files, problems)
    diagram = None if problems.found else outline(documents, problems, process_id)
    decisions = read_decisions(files, problems)
    if diagram is not None and check_size(diagram, problems):
        check_elements(diagram, problems)
        check_extensions(diagram, problems)
        check_events(diagram, problems)
        check_decisions(diagram, decisions, problems)
        check_flows(diagram, problems)
        check_expressions(diagram, expressions, problems)
        check_timers(diagram, problems)
    if diagram is None or problems.found:
        raise DefinitionRefused(tuple(problems.found))
    names = expressions.names(local_names(diagram)) | inputs_of(decisions)
    found = replace(_definition(diagram, expressions, problems), digest=digest, variable_names=names)
    return replace(found, decisions=MappingProxyType(decisions))


def _definition(diagram: Diagram, expressions: Expressions, problems: Problems) -> Definition:
    try:
        specs = build(diagram, expressions)
    except SpiffWorkflowException as error:
        problems.add(diagram.levels[0].file, diagram.main, f"流程引擎无法读取这张图：{brief(error)}")
        raise DefinitionRefused(tuple(problems.found)) from error
    elements = {element.id: element for element in _elements(diagram)}
    return Definition(
        digest="",
        process_id=diagram.main.get("id") or "",
        name=diagram.main.get("name") or "",
        documentation=_explained(diagram.main)[0],
        elements=MappingProxyType(elements),
        lanes=MappingProxyType({lane.id: lane for lane in _lanes(diagram)}),
        variable_names=frozenset(),
        message_names=frozenset(
            element.message for element in elements.values() if element.message and element.kind not in THROWING
        ),
        specs=MappingProxyType(specs),
    )


def _lanes(diagram: Diagram) -> Iterator[Lane]:
    for level in diagram.levels:
        for lane in level.node.iterfind(f"{BPMN}laneSet//{BPMN}lane"):
            yield Lane(id=lane.get("id") or "", name=lane.get("name") or "")


def _elements(diagram: Diagram) -> Iterator[Element]:
    messages = {key: node.get("name") or "" for key, node in diagram.declared("message").items()}
    lanes: dict[str, str] = {}
    for level in diagram.levels:
        inherited = lanes.get(level.node.get("id") or "", "")
        members = lane_members(level.node)
        for name, node in level.nodes.items():
            lane = members.get(name)
            host = members.get(node.get("attachedToRef") or "")
            place = lane if lane is not None else host
            lanes[name] = inherited if place is None else place.get("id") or ""
            yield _element(level, node, lanes[name], messages)


def _element(level: Level, node: XmlNode, lane: str, messages: dict[str, str]) -> Element:
    documentation, basis, mark = _explained(node)
    places = (node, *event_definitions(node))
    return Element(
        id=node.get("id") or "",
        name=" ".join((node.get("name") or "").split()),
        kind=tag(node),
        lane=lane,
        documentation=documentation,
        basis=basis,
        mark=mark,
        attributes=MappingProxyType(attributes(node)),
        attached_to=node.get("attachedToRef") or "",
        event=event_kind(node),
        message=next((messages.get(ref, "") for place in places if (ref := place.get("messageRef"))), ""),
        timer=next((text(place) for place in places if tag(place) == "timerEventDefinition"), ""),
        is_interrupting=interrupts(node),
        default_flow=node.get("default") or "",
        result=repeated.result if (repeated := repetition(node)) else "",
        file=level.file,
        line=line_of(node),
    )


def _explained(node: XmlNode) -> tuple[str, str, str]:
    """Return the explanation, the clause after 依据： and the mark after 标记：."""
    prose, basis, mark = [], [], ""
    for line in text(child(node, "documentation")).splitlines():
        line = line.strip()
        if line.startswith(_BASIS):
            basis.append(line.removeprefix(_BASIS).strip())
        elif line.startswith(_MARK):
            mark = line.removeprefix(_MARK).strip()
        else:
            prose.append(line)
    return "\n".join(prose).strip(), "；".join(basis), mark
