"""A drawing that is being made executable, and everything that was assumed on the way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from lxml.etree import SubElement
from lxml.etree import _Element as XmlNode

from engine.language import FeelError, compile_expression
from engine.language.wording import brief
from engine.runtime.diagram import Level, outline
from engine.runtime.documents import (
    BPMN,
    THROWING,
    Document,
    Problems,
    child,
    children,
    event_definitions,
    tag,
    text,
)
from engine.runtime.importing.shapes import Drawing

#: What no word of FEEL has.
_NO_LETTERS = re.compile(r"\W+")
#: Attributes that make sense only for the kind of task an element no longer is.
_OF_KIND = (
    "implementation",
    "operationRef",
    "messageRef",
    "calledElement",
    "instantiate",
    "triggeredByEvent",
)
#: What holds data; its name is the variable's.
_DATA = tuple(f"{BPMN}{name}" for name in ("dataObject", "dataObjectReference", "dataInput", "dataOutput", "property"))
#: Data whose names are looked for in conditions.
_MOST_DATA = 500
#: Children that come before everything else in an element.
_FIRST = ("documentation", "extensionElements", "incoming", "outgoing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """What was assumed about an element, left out of the run, or is still to be drawn."""

    #: Id in the result; "" for the file as a whole.
    element_id: str
    #: Visible name, or "".
    name: str
    #: One Chinese sentence.
    sentence: str

    def __str__(self) -> str:
        """Render as one line for the command line."""
        shown = f"[{self.element_id}{' ' + self.name if self.name else ''}] " if self.element_id else ""
        return f"{shown}{self.sentence}"


class Draft:
    """The file, the process of it that will start, and the report."""

    def __init__(self, document: Document) -> None:
        """Begin with an empty report."""
        self.document = document
        self.root = document.root
        self.process_id = ""
        self.report: list[Assumption] = []
        self.drawing = Drawing(self.root)
        self._declared: dict[str, dict[str, str]] = {}
        self._gone: set[str] = set()
        #: Old id -> new id.
        self.renamed: dict[str, str] = {}
        self.ids = {str(node.get("id")) for node in self.root.iter() if node.get("id")}

    def note(self, node: XmlNode | None, sentence: str) -> None:
        """Report something about an element, or about the file."""
        element_id, name = ("", "") if node is None else (node.get("id") or "", brief(node.get("name") or ""))
        self.report.append(Assumption(element_id=element_id, name=name, sentence=sentence))

    def levels(self) -> list[Level]:
        """Return the levels that will run, as they are drawn now."""
        diagram = outline((self.document,), Problems(), self.process_id)
        return [] if diagram is None else diagram.levels

    def unused(self, wanted: str) -> str:
        """Return an id that nobody has yet, and keep it."""
        found, number = wanted, 1
        while found in self.ids:
            number += 1
            found = f"{wanted}_{number}"
        self.ids.add(found)
        return found

    def rename(self, node: XmlNode, wanted: str) -> str:
        """Give an element another id, and return it; whoever refers to it follows later."""
        found = self.unused(wanted)
        self.renamed[node.get("id") or ""] = found
        node.set("id", found)
        return found

    def retag(self, node: XmlNode, kind: str) -> None:
        """Make an element one of another kind, with its id, its name, its place and its extensions."""
        node.tag = f"{BPMN}{kind}"
        for name in _OF_KIND:
            drop(node, name)

    def declare(self, kind: str, wanted: str) -> str:
        """Add a message, signal, error or escalation, named like its id; return the id."""
        found = self.unused(wanted)
        declared = self.root.makeelement(f"{BPMN}{kind}", {"id": found, "name": found})
        first = next(node for node in self.root if tag(node) in {"process", "collaboration"})
        first.addprevious(declared)
        self.declared(kind)[found] = found
        return found

    def add_node(self, level: Level, kind: str, wanted: str, beside: XmlNode, *, is_before: bool) -> XmlNode:
        """Add an event or gateway next to an element, and draw it there."""
        node = SubElement(level.node, f"{BPMN}{kind}", {"id": self.unused(wanted)})
        self.drawing.draw_beside(node, beside.get("id") or "", is_before=is_before)
        for lane in level.node.iterfind(f"{BPMN}laneSet//{BPMN}lane"):
            if beside.get("id") in [text(reference) for reference in children(lane, "flowNodeRef")]:
                SubElement(lane, f"{BPMN}flowNodeRef").text = node.get("id")
        return node

    def add_flow(self, level: Level, source: XmlNode, target: XmlNode) -> XmlNode:
        """Join two elements, and draw the line."""
        ends = {"sourceRef": source.get("id") or "", "targetRef": target.get("id") or ""}
        wanted = f"{ends['sourceRef']}__{ends['targetRef']}"
        flow = SubElement(level.node, f"{BPMN}sequenceFlow", {"id": self.unused(wanted), **ends})
        self.drawing.draw_line(flow)
        return flow

    def lead(self, flow: XmlNode, *, source: XmlNode) -> None:
        """Let a flow come from another element."""
        flow.set("sourceRef", source.get("id") or "")
        self.drawing.erase(flow.get("id") or "")
        self.drawing.draw_line(flow)

    def remove(self, node: XmlNode) -> None:
        """Take an element out of the file, with its drawing."""
        gone = {str(inner.get("id")) for inner in node.iter() if inner.get("id")}
        parent = node.getparent()
        if parent is not None:
            parent.remove(node)
        for name in gone:
            self.drawing.erase(name)
        self._gone |= gone

    def sweep(self) -> None:
        """Remove what refers to elements that were taken out, as their neighbours do."""
        for place in [*self.root.iter(f"{BPMN}incoming", f"{BPMN}outgoing", f"{BPMN}flowNodeRef")]:
            holder = place.getparent()
            if text(place) in self._gone and holder is not None:
                holder.remove(place)

    def declared(self, kind: str) -> dict[str, str]:
        """Return the names of the messages, signals, errors or escalations by id."""
        if kind not in self._declared:
            found = self.root.iterfind(f"{BPMN}{kind}")
            self._declared[kind] = {node.get("id") or "": node.get("name") or "" for node in found}
        return self._declared[kind]

    @cached_property
    def heard(self) -> frozenset[str]:
        """Names of the messages that some step of the drawing waits for."""
        nodes = [node for level in self.levels() for node in level.nodes.values() if tag(node) not in THROWING]
        return frozenset(self.declared("message").get(message_of(node), "") for node in nodes) - {""}

    @cached_property
    def data_names(self) -> dict[str, str]:
        """Names of data that are several words, as drawings may write them in conditions, and a word for each."""
        found = islice((" ".join((node.get("name") or "").split()) for node in self.root.iter(*_DATA)), _MOST_DATA)
        return {name: word(_NO_LETTERS.sub("_", name).strip("_"), "data") for name in found if " " in name}

    @cached_property
    def by_id(self) -> dict[str, XmlNode]:
        """Every element of the file as it came."""
        return {str(node.get("id")): node for node in self.root.iter(f"{BPMN}*") if node.get("id")}


def message_of(node: XmlNode) -> str:
    """Return the id of the message that an event or a task waits for or throws, or ""."""
    return next((found for place in (node, *event_definitions(node)) if (found := place.get("messageRef"))), "")


def drop(node: XmlNode, name: str) -> None:
    """Remove an attribute that may be there."""
    if name in node.attrib:
        del node.attrib[name]


def explain(node: XmlNode, sentence: str) -> None:
    """Add a line to an element's documentation."""
    found = child(node, "documentation")
    if found is None:
        found = node.makeelement(f"{BPMN}documentation")
        node.insert(0, found)
    found.text = f"{found.text}\n{sentence}" if (found.text or "").strip() else sentence


def put_in(node: XmlNode, name: str) -> XmlNode:
    """Add a child where the schema wants what is particular to an element's kind."""
    place = sum(1 for item in node if tag(item) in _FIRST)
    made = node.makeelement(f"{BPMN}{name}")
    node.insert(place, made)
    return made


def _is_a_name(word: str) -> bool:
    try:
        return compile_expression(word).names == {word}
    except FeelError:
        return False


def word(name: str, prefix: str) -> str:
    """Return a name that FEEL reads as one word: the name itself when it is one."""
    if name.isidentifier() and _is_a_name(name):
        return name
    return f"{prefix}_{_NO_LETTERS.sub('_', name).strip('_')}"
