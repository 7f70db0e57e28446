"""Ids and references of other modellers, made such that the engine can use them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element as XmlNode

from engine.language.wording import quoted
from engine.runtime.checks_elements import RESERVED
from engine.runtime.documents import BPMN, Problems, flow_nodes, levels, tag
from engine.runtime.importing.draft import Draft
from engine.runtime.importing.words import is_word, word_for
from engine.runtime.limits import LONGEST_ID

_WRONG = re.compile(r"[^\w-]+")
#: Where the id of an element, a lane or a process may stand, besides what is called …Ref.
_REFERRING = {"default", "calledElement", "processId", "bpmnElement"}
_REFERRING_TEXTS = ("incoming", "outgoing", "source", "target", "supportedInterfaceRef")


def settle_names(draft: Draft, *, as_words: bool) -> None:
    """Give every element a usable id of its own, and let every reference be such an id."""
    _drop_prefixes(draft)
    _add_missing(draft)
    if as_words:
        _name_in_words(draft)
    _rename(draft)
    _follow(draft)


def check_doubles(draft: Draft, problems: Problems) -> None:
    """Report ids that several elements have: nobody can say which one a reference means."""
    seen: set[str] = set()
    for node in draft.root.iter(f"{BPMN}*"):
        name = node.get("id")
        if name in seen:
            problems.add(draft.document.file, node, f"编号{quoted(name)}重复，不知道连线和引用指的是哪一个元素。")
        elif name:
            seen.add(name)


def _references(root: XmlNode) -> Iterator[tuple[XmlNode, str, str]]:
    """Yield every place that may refer to an id: element, attribute ("" for its text) and what stands there."""
    for node in root.iter():
        if not isinstance(node.tag, str):
            continue
        for name, value in node.attrib.items():
            if name not in {"id", "name"}:
                yield node, str(name), str(value)
        is_reference = tag(node).endswith(("Ref", "Refs")) or tag(node) in _REFERRING_TEXTS
        if is_reference and len(node) == 0 and node.text:
            yield node, "", node.text.strip()


def _write(node: XmlNode, attribute: str, value: str) -> None:
    if attribute:
        node.set(attribute, value)
    else:
        node.text = value


def _drop_prefixes(draft: Draft) -> None:
    """Turn `tns:step` into `step` where that is an id of this file."""
    for node, attribute, value in [*_references(draft.root)]:
        prefix, colon, local = value.partition(":")
        if colon and prefix in node.nsmap and value not in draft.ids and local in draft.ids:
            _write(node, attribute, local)


def _add_missing(draft: Draft) -> None:
    for process in draft.document.processes():
        for level in [*levels(process)]:
            lanes = [*level.iterfind(f"{BPMN}laneSet//{BPMN}lane")]
            for node in (level, *flow_nodes(level), *level.iterfind(f"{BPMN}sequenceFlow"), *lanes):
                if not node.get("id"):
                    node.set("id", draft.unused(tag(node)))
    for kind in ("message", "signal", "error", "escalation"):
        for node in draft.root.iterfind(f"{BPMN}{kind}"):
            if not node.get("name"):
                node.set("name", node.get("id") or "")


def _rename(draft: Draft) -> None:
    for node in _named(draft):
        name = node.get("id") or ""
        if tag(node) != "lane" and (name in RESERVED or _WRONG.search(name) or len(name) > LONGEST_ID):
            found = draft.rename(node, _usable(name))
            draft.note(node, f"原编号{quoted(name)}不能使用，已改为{quoted(found)}。")


def _name_in_words(draft: Draft) -> None:
    for node in _named(draft):
        if not is_word(node.get("id") or ""):
            draft.rename(node, word_for(node))


def _named(draft: Draft) -> Iterator[XmlNode]:
    """Yield the processes, lanes and steps, each once."""
    for process in draft.document.processes():
        yield process
        for level in levels(process):
            yield from level.iterfind(f"{BPMN}laneSet//{BPMN}lane")
            yield from flow_nodes(level)


def _follow(draft: Draft) -> None:
    """Let references lead to the new ids."""
    for node, attribute, value in [*_references(draft.root)]:
        if value in draft.renamed and (not attribute or attribute in _REFERRING or attribute.endswith("Ref")):
            _write(node, attribute, draft.renamed[value])


def _usable(name: str) -> str:
    found = _WRONG.sub("_", name)[: LONGEST_ID - 20].strip("_")
    return f"element_{found}" if found in RESERVED or not found else found
