"""Errors that nobody in the drawing handles: they end the whole case, as nothing is left that could go on."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.etree import SubElement
from lxml.etree import _Element as XmlNode

from engine.runtime.diagram import Level
from engine.runtime.documents import BPMN, children, event_definitions, event_kind, is_event_subprocess, tag
from engine.runtime.importing.draft import Draft, drop


def settle_errors(draft: Draft) -> None:
    """Let every error that is thrown have somebody who handles it."""
    levels = {level.node: level for level in draft.levels()}
    handler: XmlNode | None = None
    for level in levels.values():
        for node in level.of("endEvent"):
            if event_kind(node) != "error" or _is_handled(draft, levels, level, event_definitions(node)[0], set()):
                continue
            if level.node.get("id") == draft.process_id:
                _end_here(draft, node)
            else:
                handler = _add_handler(draft, levels) if handler is None else handler
                draft.note(node, "外层没有谁处理这个错误，已在最外层加上事件子流程：出现时结束整个办件；请核对。")


def _end_here(draft: Draft, node: XmlNode) -> None:
    definition = event_definitions(node)[0]
    definition.tag = f"{BPMN}terminateEventDefinition"
    drop(definition, "errorRef")
    draft.note(node, "最外层没有谁处理这个错误，改为终止结束事件。")


def _is_handled(draft: Draft, levels: dict[XmlNode, Level], level: Level, error: XmlNode, seen: set[XmlNode]) -> bool:
    """Say whether an error that leaves a level is handled on every way out to the case itself."""
    if any(_handles(start, error) for start in _error_starts(level, seen)):
        return True
    if level.node in seen or level.node.get("id") == draft.process_id:
        return level.node in seen
    hosts = [*_hosts(levels, level)]
    return bool(hosts) and all(
        any(_handles(boundary, error) for boundary in outer.boundaries(host.get("id") or ""))
        or _is_handled(draft, levels, outer, error, seen | {level.node})
        for outer, host in hosts
    )


def _error_starts(level: Level, inside: set[XmlNode]) -> Iterator[XmlNode]:
    """Yield the start events of a level's event subprocesses but the one that the error comes from."""
    for inner in level.nodes.values():
        if is_event_subprocess(inner) and inner not in inside:
            yield from children(inner, "startEvent")


def _handles(event: XmlNode, error: XmlNode) -> bool:
    if event_kind(event) != "error":
        return False
    wanted = event_definitions(event)[0].get("errorRef")
    return wanted in {None, "", error.get("errorRef")}


def _hosts(levels: dict[XmlNode, Level], level: Level) -> Iterator[tuple[Level, XmlNode]]:
    """Yield the activities that a level is the inside of: a subprocess, or the calls of a process."""
    for outer in levels.values():
        for node in outer.nodes.values():
            is_call = tag(node) == "callActivity" and node.get("calledElement") == level.node.get("id")
            if node is level.node or (is_call and tag(level.node) == "process"):
                yield outer, node


def _add_handler(draft: Draft, levels: dict[XmlNode, Level]) -> XmlNode:
    """Add an event subprocess to the main process that begins by any error and ends the case."""
    main = next(level for level in levels.values() if level.node.get("id") == draft.process_id)
    box = SubElement(
        main.node, f"{BPMN}subProcess", {"id": draft.unused("unhandled_error"), "triggeredByEvent": "true"}
    )
    box.set("name", "没有处理的错误")
    start, end = (
        SubElement(box, f"{BPMN}{kind}", {"id": draft.unused(name), "name": title})
        for kind, name, title in (
            ("startEvent", "error_occurred", "出现错误"),
            ("endEvent", "ended_by_error", "因错误结束"),
        )
    )
    SubElement(start, f"{BPMN}errorEventDefinition")
    draft.drawing.draw_apart(box, (start, end), next(iter(main.nodes), ""), _holders(draft, main))
    ends = {"sourceRef": start.get("id") or "", "targetRef": end.get("id") or ""}
    flow = SubElement(box, f"{BPMN}sequenceFlow", {"id": draft.unused("__".join(ends.values())), **ends})
    draft.drawing.draw_line(flow)
    return box


def _holders(draft: Draft, main: Level) -> list[str]:
    """Return the main process's pool and its lanes, the pool first."""
    pools = draft.root.iterfind(f"{BPMN}collaboration/{BPMN}participant")
    own = [pool for pool in pools if pool.get("processRef") == draft.process_id]
    return [one.get("id") or "" for one in (*own, *main.node.iterfind(f"{BPMN}laneSet//{BPMN}lane"))]
