"""A foreign drawing as the beginning of a folder: ids that are words, and what it says of people, forms and fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.etree import _Element as XmlNode

from engine.runtime.documents import (
    BPMN,
    CAMUNDA,
    SPIFF,
    Document,
    Problems,
    child,
    flow_nodes,
    levels,
    read_documents,
    tag,
    text,
)

DIAGRAM = "process.bpmn"
_WORD = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
#: Ids that a modelling tool made up, e.g. Activity_0x3f9ab.
_GENERATED = re.compile(r"[A-Za-z]+_(?=\w*\d)[0-9a-z]{6,}")
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_REFERRING = ("id", "sourceRef", "targetRef", "attachedToRef", "default", "processRef", "bpmnElement")
_REFERRING_TEXTS = ("flowNodeRef", "incoming", "outgoing", "sourceRef", "targetRef")
_FORM_KEYS = (f"{CAMUNDA}formKey", f"{CAMUNDA}formRef")
_SPIFF_FORM = "formJsonSchemaFilename"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field that a drawing itself describes."""

    key: str
    label: str
    #: string, long, boolean, date or enum
    kind: str
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A user task of a drawing."""

    id: str
    name: str
    #: Where its form was in the product that it comes from, or "".
    form_key: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A drawing whose ids are words."""

    content: bytes
    process_id: str
    name: str
    #: Lane -> name, in the order of the drawing; lanes that hold others are left out.
    lanes: dict[str, str]
    #: The lane in which it begins, or "".
    first_lane: str
    steps: tuple[Step, ...]
    #: (old, new) ids.
    renamed: tuple[tuple[str, str], ...]


def read_drawing(content: bytes, process_id: str) -> Drawing:
    """Read a drawing that was made executable; every id that is no word becomes one."""
    (document,) = read_documents({DIAGRAM: content}, Problems())
    process = next(one for one in document.processes() if one.get("id") == process_id)
    renamed = _rename(document)
    _name_after_pool(document, process)
    lanes = [lane for lane in process.iterfind(f"{BPMN}laneSet//{BPMN}lane") if child(lane, "childLaneSet") is None]
    starts = [node.get("id") for node in flow_nodes(process) if tag(node) == "startEvent"]
    return Drawing(
        content=etree.tostring(document.root.getroottree(), xml_declaration=True, encoding="UTF-8"),
        process_id=process.get("id") or "",
        name=process.get("name") or process.get("id") or "",
        lanes={lane.get("id") or "": lane.get("name") or lane.get("id") or "" for lane in lanes},
        first_lane=next((lane.get("id") or "" for lane in lanes if set(starts) & _inside(lane)), ""),
        steps=tuple(_steps(document)),
        renamed=tuple(renamed.items()),
    )


def _name_after_pool(document: Document, process: XmlNode) -> None:
    """Call a process that nobody named what its pool is called: some modellers name only the pool."""
    pools = document.root.iterfind(f"{BPMN}collaboration/{BPMN}participant")
    name = next((pool.get("name") or "" for pool in pools if pool.get("processRef") == process.get("id")), "")
    if name and not process.get("name"):
        process.set("name", name)


def _inside(lane: XmlNode) -> set[str]:
    return {text(reference) for reference in lane.iterfind(f"{BPMN}flowNodeRef")}


def _rename(document: Document) -> dict[str, str]:
    """Give every process, lane and step an id that is a word; references follow."""
    nodes = [node for process in document.processes() for node in _named(process)]
    taken = {node.get("id") or "" for node in nodes if _WORD.fullmatch(node.get("id") or "")}
    renamed: dict[str, str] = {}
    for node in nodes:
        old = node.get("id") or ""
        if old and not _WORD.fullmatch(old):
            renamed[old] = _unused(_word_for(node, old), taken)
            taken.add(renamed[old])
    for node in document.root.iter():
        if not isinstance(node.tag, str):
            continue
        for name in _REFERRING:
            if node.get(name) in renamed:
                node.set(name, renamed[node.get(name) or ""])
        if tag(node) in _REFERRING_TEXTS and text(node) in renamed:
            node.text = renamed[text(node)]
    return renamed


def _named(process: XmlNode) -> Iterator[XmlNode]:
    for level in levels(process):
        yield level
        yield from level.iterfind(f"{BPMN}laneSet//{BPMN}lane")
        yield from (
            node for node in flow_nodes(level) if tag(node) not in ("subProcess", "transaction", "adHocSubProcess")
        )


def _word_for(node: XmlNode, old: str) -> str:
    """Return a word that resembles an id; a kind where a tool made the id up."""
    kind = _CAPITAL.sub("_", tag(node)).lower()
    if _GENERATED.fullmatch(old):
        return kind
    word = "_".join(re.findall(r"[a-z0-9]+", _CAPITAL.sub("_", old).lower()))
    return word if _WORD.fullmatch(word) else kind


def _unused(word: str, taken: set[str]) -> str:
    if word not in taken:
        return word
    return next(name for number in range(2, len(taken) + 3) if (name := f"{word}_{number}") not in taken)


def _steps(document: Document) -> Iterator[Step]:
    for node in document.root.iter(f"{BPMN}userTask"):
        extensions = child(node, "extensionElements")
        inside = [] if extensions is None else [*extensions.iter()]
        spiff = [
            one.get("value") or "" for one in inside if one.tag == f"{SPIFF}property" and one.get("name") == _SPIFF_FORM
        ]
        keys = [node.get(name) or "" for name in _FORM_KEYS] + spiff
        yield Step(
            id=node.get("id") or "",
            name=node.get("name") or node.get("id") or "",
            form_key=next((key for key in keys if key), ""),
            fields=tuple(_field(one) for one in inside if one.tag == f"{CAMUNDA}formField" and one.get("id")),
        )


def _field(node: XmlNode) -> Field:
    options = ((one.get("id") or "", one.get("name") or one.get("id") or "") for one in node.iter(f"{CAMUNDA}value"))
    return Field(
        key=re.sub(r"\W", "_", node.get("id") or ""),
        label=node.get("label") or node.get("id") or "",
        kind=node.get("type") or "string",
        options=tuple(option for option in options if option[0]),
    )
