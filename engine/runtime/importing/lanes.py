"""Lanes: every task in exactly one, as far as the drawing says."""

from __future__ import annotations

from lxml.etree import SubElement
from lxml.etree import _Element as XmlNode

from engine.language.wording import quoted
from engine.runtime.diagram import Level
from engine.runtime.documents import BPMN, child, children, tag, text
from engine.runtime.importing.draft import Draft

_PEOPLE = {"userTask", "manualTask"}


def settle_lanes(draft: Draft) -> None:
    """Look at every level that has lanes."""
    for level in draft.levels():
        lanes = [*level.node.iterfind(f"{BPMN}laneSet//{BPMN}lane")]
        _forget_strangers(level, lanes)
        _one_lane_each(draft, level, lanes)
        if any(children(lane, "flowNodeRef") for lane in lanes):
            _find_places(draft, level, lanes)


def _forget_strangers(level: Level, lanes: list[XmlNode]) -> None:
    """Remove what stands on another level: subprocesses take their lane along."""
    for lane in lanes:
        for reference in children(lane, "flowNodeRef"):
            if text(reference) not in level.nodes:
                lane.remove(reference)


def _one_lane_each(draft: Draft, level: Level, lanes: list[XmlNode]) -> None:
    places: dict[str, list[XmlNode]] = {}
    for lane in lanes:
        for reference in children(lane, "flowNodeRef"):
            held = places.setdefault(text(reference), [])
            outer = [other for other in held if other in set(lane.iterancestors())]
            if len(held) > len(outer):
                lane.remove(reference)
                draft.note(level.nodes[text(reference)], f"同时放在几个泳道里，以{quoted(_name(held[0]))}为准。")
            else:
                held.append(lane)


def _find_places(draft: Draft, level: Level, lanes: list[XmlNode]) -> None:
    """Put a task that stands in no lane into that of the step before it."""
    inner = {text(reference): lane for lane in lanes for reference in children(lane, "flowNodeRef")}
    for name, node in level.nodes.items():
        if name in inner or tag(node) not in _PEOPLE:
            continue
        lane = _nearest(level, name, inner)
        if lane is None or child(lane, "childLaneSet") is not None:
            continue
        SubElement(lane, f"{BPMN}flowNodeRef").text = name
        inner[name] = lane
        draft.note(node, f"没有放进任何泳道，先归入邻近一步所在的{quoted(_name(lane))}，请核对由谁办理。")


def _nearest(level: Level, name: str, inner: dict[str, XmlNode]) -> XmlNode | None:
    seen, pending = {name}, [name]
    while pending:
        here = pending.pop(0)
        if here in inner:
            return inner[here]
        before = [flow.get("sourceRef") or "" for flow in level.incoming.get(here, [])]
        after = [flow.get("targetRef") or "" for flow in level.outgoing.get(here, [])]
        fresh = [other for other in (*before, *after) if other not in seen]
        seen.update(fresh)
        pending += fresh
    return None


def _name(lane: XmlNode) -> str:
    return lane.get("name") or lane.get("id") or ""
