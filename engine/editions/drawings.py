"""A foreign drawing as the beginning of a folder: what it says of people, forms and fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.etree import _Element as XmlNode

from engine.runtime.diagram import outline
from engine.runtime.documents import (
    BPMN,
    CAMUNDA,
    SPIFF,
    Document,
    Problems,
    child,
    flow_nodes,
    read_documents,
    tag,
    text,
)

DIAGRAM = "process.bpmn"
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
    """What a drawing that was made executable tells."""

    content: bytes
    process_id: str
    name: str
    #: Lane -> name, in the order of the drawing; lanes that hold others are left out.
    lanes: dict[str, str]
    #: The lane in which it begins, or "".
    first_lane: str
    #: Of the processes that run.
    steps: tuple[Step, ...]


def read_drawing(content: bytes, process_id: str) -> Drawing:
    """Read a drawing that was made executable."""
    (document,) = read_documents({DIAGRAM: content}, Problems())
    process = next(one for one in document.processes() if one.get("id") == process_id)
    _name_after_pool(document, process)
    lanes = [lane for lane in process.iterfind(f"{BPMN}laneSet//{BPMN}lane") if child(lane, "childLaneSet") is None]
    starts = [node.get("id") for node in flow_nodes(process) if tag(node) == "startEvent"]
    return Drawing(
        content=etree.tostring(document.root.getroottree(), xml_declaration=True, encoding="UTF-8"),
        process_id=process.get("id") or "",
        name=_name(process),
        lanes={lane.get("id") or "": _name(lane) for lane in lanes},
        first_lane=next((lane.get("id") or "" for lane in lanes if set(starts) & _inside(lane)), ""),
        steps=tuple(_steps(document, process_id)),
    )


def _name_after_pool(document: Document, process: XmlNode) -> None:
    """Call a process that nobody named what its pool is called: some modellers name only the pool."""
    pools = document.root.iterfind(f"{BPMN}collaboration/{BPMN}participant")
    name = next((pool.get("name") or "" for pool in pools if pool.get("processRef") == process.get("id")), "")
    if name and not process.get("name"):
        process.set("name", name)


def _inside(lane: XmlNode) -> set[str]:
    return {text(reference) for reference in lane.iterfind(f"{BPMN}flowNodeRef")}


def _name(node: XmlNode) -> str:
    """Return a name on one line: modellers break it where it is drawn."""
    return " ".join((node.get("name") or "").split()) or node.get("id") or ""


def _steps(document: Document, process_id: str) -> Iterator[Step]:
    diagram = outline((document,), Problems(), process_id)
    levels = () if diagram is None else diagram.levels
    for node in (node for level in levels for node in level.of("userTask")):
        extensions = child(node, "extensionElements")
        inside = [] if extensions is None else [*extensions.iter()]
        spiff = [
            one.get("value") or "" for one in inside if one.tag == f"{SPIFF}property" and one.get("name") == _SPIFF_FORM
        ]
        keys = [node.get(name) or "" for name in _FORM_KEYS] + spiff
        yield Step(
            id=node.get("id") or "",
            name=_name(node),
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
