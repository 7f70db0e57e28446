"""Who does each step, and how long it may take."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from lxml.etree import _Element as XmlNode

from engine.lint.findings import Finding
from engine.lint.subject import Subject, found_at
from engine.runtime.checks_flows import lane_members
from engine.runtime.diagram import Level
from engine.runtime.documents import BPMN, children, tag, text


def check_duties(subject: Subject) -> Iterator[Finding]:
    """Yield steps without somebody to do them, lanes without steps, and steps of offices without a time limit."""
    lanes = {id(level.node): lane_members(level.node) for level in subject.levels}
    for level in subject.levels:
        for node in level.of("userTask", "manualTask"):
            lane = _lane_of(level, node, lanes)
            if lane is None:
                message = "没有写明由谁办理：请把这一步放进一个泳道，并在泳道上选择岗位角色。" + _advice(subject)
                yield found_at("no_role", level, node, message, "lane")
            elif tag(node) == "userTask":
                yield from _check_limit(subject, level, node, lane.get("id") or "")
        for lane in level.node.iterfind(f"{BPMN}laneSet//{BPMN}lane"):
            if not [name for name in children(lane, "flowNodeRef") if text(name)] and not children(
                lane, "childLaneSet"
            ):
                yield found_at("empty_lane", level, lane, "泳道里没有步骤；请放入步骤，或删除这个泳道。")


def _advice(subject: Subject) -> str:
    """Say where lanes come from, when a diagram has none at all."""
    has_lanes = any(place.kind == "lane" for place in subject.places)
    return "" if has_lanes else "图里还没有泳道：从左边拖入“池”，它会围住全部步骤，再把池分成几条泳道。"


def _lane_of(level: Level, node: XmlNode, lanes: dict[int, dict[str, XmlNode]]) -> XmlNode | None:
    """Return the lane of an element, or of the subprocess it stands in."""
    around = [node, *node.iterancestors()]
    for inner, outer in pairwise(around):
        found = lanes.get(id(outer), {}).get(inner.get("id") or "")
        if found is not None:
            return found
    return None


def _check_limit(subject: Subject, level: Level, node: XmlNode, lane: str) -> Iterator[Finding]:
    procedure, schedule, name = subject.draft.procedure, subject.draft.schedule, node.get("id") or ""
    if procedure is None or schedule is None or name in schedule.time_limits:
        return
    rule = procedure.lanes.get(lane)
    gates = {gate for window in schedule.windows.values() for gate in window.gates}
    if rule is not None and not rule.is_applicant and name not in gates:
        message = "没有办理时限，逾期不会提醒；请在“窗口与时限”里写明几个工作日，来源文件没有规定的标为平台默认。"
        yield found_at("no_time_limit", level, node, message, "time_limit")
