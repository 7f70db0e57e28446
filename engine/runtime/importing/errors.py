"""Errors that nobody in the drawing handles: they end the whole case, as nothing is left that could go on."""

from __future__ import annotations

from lxml.etree import SubElement
from lxml.etree import _Element as XmlNode

from engine.runtime.diagram import Level
from engine.runtime.documents import BPMN, children, event_definitions, event_kind, is_event_subprocess, tag
from engine.runtime.importing.draft import Draft, drop
from engine.runtime.limits import MAX_DEPTH


def settle_errors(draft: Draft) -> None:
    """Let every error that is thrown have somebody who handles it."""
    levels = {level.node: level for level in draft.levels()}
    scopes = _Scopes(levels, draft.process_id)
    is_added = False
    for level in levels.values():
        for node in level.of("endEvent"):
            if event_kind(node) != "error" or scopes.handle(level, _reference(node)):
                continue
            if level.node.get("id") == draft.process_id:
                _end_here(draft, node)
                continue
            if not is_added:
                _add_handler(draft, levels)
            is_added = True
            draft.note(node, "外层没有谁处理这个错误，已在最外层加上事件子流程：出现时结束整个办件；请核对。")


def _end_here(draft: Draft, node: XmlNode) -> None:
    definition = event_definitions(node)[0]
    definition.tag = f"{BPMN}terminateEventDefinition"
    drop(definition, "errorRef")
    draft.note(node, "最外层没有谁处理这个错误，改为终止结束事件。")


def _reference(event: XmlNode) -> str:
    return event_definitions(event)[0].get("errorRef") or ""


class _Scopes:
    """Who handles the errors that leave a level: its event subprocesses and the activities around it."""

    def __init__(self, levels: dict[XmlNode, Level], process_id: str) -> None:
        """Look at every activity once."""
        self._process_id = process_id
        self._asides: dict[XmlNode, list[tuple[XmlNode, str]]] = {}
        self._hosts: dict[XmlNode, list[tuple[Level, XmlNode]]] = {}
        self._known: dict[tuple[XmlNode, str, XmlNode | None], bool] = {}
        called = {node.get("id"): node for node in levels if tag(node) == "process"}
        for outer in levels.values():
            for node in outer.nodes.values():
                inner = called.get(node.get("calledElement")) if tag(node) == "callActivity" else node
                if inner is not None and inner in levels:
                    self._hosts.setdefault(inner, []).append((outer, node))
                if is_event_subprocess(node):
                    caught = [_reference(start) for start in children(node, "startEvent") if _is_error(start)]
                    self._asides.setdefault(outer.node, []).extend((node, one) for one in caught)

    def handle(self, level: Level, error: str, inside: XmlNode | None = None, depth: int = 0) -> bool:
        """Say whether an error is handled on every way from a level out of the case.

        Args:
            level: where it arrives.
            error: the error's reference.
            inside: the activity of that level that it comes from, which does not handle it itself.
            depth: how far out it has come; what is nested deeper than the engine allows is refused later.
        """
        key = (level.node, error, inside)
        if key not in self._known:
            self._known[key] = True
            self._known[key] = depth > MAX_DEPTH or self._find(level, error, inside, depth)
        return self._known[key]

    def _find(self, level: Level, error: str, inside: XmlNode | None, depth: int) -> bool:
        asides = self._asides.get(level.node, [])
        if any(box is not inside and caught in {"", error} for box, caught in asides):
            return True
        if level.node.get("id") == self._process_id:
            return False
        hosts = self._hosts.get(level.node, [])
        return all(
            any(
                _is_error(event) and _reference(event) in {"", error}
                for event in outer.boundaries(host.get("id") or "")
            )
            or self.handle(outer, error, host, depth + 1)
            for outer, host in hosts
        )


def _is_error(event: XmlNode) -> bool:
    return event_kind(event) == "error"


def _add_handler(draft: Draft, levels: dict[XmlNode, Level]) -> None:
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


def _holders(draft: Draft, main: Level) -> list[str]:
    """Return the main process's pool and its lanes, the pool first."""
    pools = draft.root.iterfind(f"{BPMN}collaboration/{BPMN}participant")
    own = [pool for pool in pools if pool.get("processRef") == draft.process_id]
    return [one.get("id") or "" for one in (*own, *main.node.iterfind(f"{BPMN}laneSet//{BPMN}lane"))]
