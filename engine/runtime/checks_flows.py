"""What may be wrong with how elements are joined: flows, gateways, dead ends, endless loops, calls and lanes."""

from __future__ import annotations

from lxml.etree import _Element as XmlNode

from engine.language.wording import quoted
from engine.runtime.checks_loops import check_loops
from engine.runtime.diagram import Diagram, Level, has_condition, is_first, is_last
from engine.runtime.dialects import expression_text
from engine.runtime.documents import (
    ACTIVITIES,
    BPMN,
    EMBEDDED,
    GATEWAYS,
    Problems,
    child,
    children,
    event_kind,
    is_event_subprocess,
    tag,
    text,
)
from engine.runtime.limits import MAX_DEPTH, MAX_FLOWS, MAX_NODES

_CONDITIONAL = frozenset({"exclusiveGateway", "inclusiveGateway"})
_WAITED_FOR = frozenset({"timer", "message", "signal", "conditional"})


def check_size(diagram: Diagram, problems: Problems) -> bool:
    """Say whether the diagram is small enough to be looked at any further."""
    nodes = sum(len(level.nodes) for level in diagram.levels)
    flows = sum(len(level.flows) for level in diagram.levels)
    depth = max(_depth(level.node) for level in diagram.levels)
    file = next(level.file for level in diagram.levels if level.node is diagram.main)
    if nodes > MAX_NODES or flows > MAX_FLOWS:
        message = f"流程图过大（{nodes} 个元素，{flows} 条连线；最多 {MAX_NODES} 个、{MAX_FLOWS} 条），请拆分。"
        problems.add(file, diagram.main, message)
    if depth > MAX_DEPTH:
        problems.add(file, diagram.main, f"子流程嵌套超过 {MAX_DEPTH} 层，请拆分。")
    return nodes <= MAX_NODES and flows <= MAX_FLOWS and depth <= MAX_DEPTH


def _depth(node: XmlNode) -> int:
    return sum(1 for outer in node.iterancestors() if tag(outer) in EMBEDDED)


def check_flows(diagram: Diagram, problems: Problems) -> None:
    """Look at every level."""
    called = {node.get("calledElement") for _, node in diagram.nodes() if tag(node) == "callActivity"}
    for level in diagram.levels:
        if _flows_are_whole(level, problems):
            _check_ends(level, level.node.get("id") in called, problems)
            for node in level.nodes.values():
                _check_outgoing(level, node, problems)
                _check_gateway(level, node, problems)
            _check_reachable(level, problems)
            check_loops(level, problems)
        _check_lanes(level, problems)
    _check_calls(diagram, problems)


def _flows_are_whole(level: Level, problems: Problems) -> bool:
    before, seen = len(problems.found), set()
    for flow in level.flows:
        if not flow.get("id"):
            problems.add(level.file, flow, "连线没有编号（id）。")
        ends = (flow.get("sourceRef") or "", flow.get("targetRef") or "")
        for end in ends:
            if end not in level.nodes:
                problems.add(level.file, flow, f"连线的一端{quoted(end)}不存在，或不在同一层流程中。")
        if ends in seen and not _may_double(level, *ends):
            problems.add(level.file, flow, f"从{quoted(ends[0])}到{quoted(ends[1])}有两条相同的连线，请合并。")
        seen.add(ends)
    return len(problems.found) == before


def _may_double(level: Level, source: str, target: str) -> bool:
    """Say whether two flows may join the same elements: two reasons for one way, of which one token takes one."""
    is_choice = source in level.nodes and tag(level.nodes[source]) == "exclusiveGateway"
    return is_choice and target in level.nodes and tag(level.nodes[target]) != "parallelGateway"


def _check_ends(level: Level, is_called: bool, problems: Problems) -> None:
    starts = level.of("startEvent")
    plain = [node for node in starts if not event_kind(node)]
    if tag(level.node) == "process" and starts:
        _check_starts(level, plain, is_called, problems)
    elif len(starts) != 1:
        problems.add(
            level.file, level.node, f"每个流程和子流程都要有开始事件，子流程只能有一个；现有 {len(starts)} 个。"
        )
    elif not plain and not is_event_subprocess(level.node):
        problems.add(level.file, starts[0], "子流程随连线开始，请改为空开始事件；由事件触发的请改为事件子流程。")
    if not level.of("endEvent"):
        problems.add(level.file, level.node, "没有结束事件。")


def _check_starts(level: Level, plain: list[XmlNode], is_called: bool, problems: Problems) -> None:
    for node in plain[1:]:
        problems.add(level.file, node, "有几个空开始事件，不清楚办件从哪里开始；请只留一个。")
    if is_called and not plain:
        problems.add(level.file, level.node, "被调用的流程没有空开始事件，调用时不知道从哪里开始。")
    for node in level.of("startEvent"):
        if plain and event_kind(node) not in {"", "message"}:
            message = "已有空开始事件，办件由人发起，这个开始事件永远不会触发；请删除，或改为事件子流程。"
            problems.add(level.file, node, message)


def _check_outgoing(level: Level, node: XmlNode, problems: Problems) -> None:
    outgoing = level.outgoing.get(node.get("id") or "", [])
    incoming = level.incoming.get(node.get("id") or "", [])
    if is_last(node) and outgoing:
        problems.add(level.file, node, "结束事件、链接起点和事件子流程之后不能有连线。")
    elif not is_last(node) and not outgoing:
        problems.add(level.file, node, "之后没有连线，办件会停在这里；请连到下一步或结束事件。")
    if is_first(node) and incoming:
        problems.add(level.file, node, "开始事件、边界事件、链接终点和事件子流程不能有进入的连线。")
    if tag(node) not in GATEWAYS:
        _check_split(level, node, outgoing, problems)


def _check_split(level: Level, node: XmlNode, outgoing: list[XmlNode], problems: Problems) -> None:
    """Check the flows out of a task or event: each is taken whose condition holds, or that has none."""
    default, name = node.get("default"), node.get("id")
    conditional = [flow for flow in outgoing if has_condition(flow) and flow.get("id") != default]
    if default is not None and default not in {flow.get("id") for flow in outgoing}:
        problems.add(level.file, node, f"默认出线{quoted(default)}不是这个元素的出线。")
    for flow in conditional:
        if tag(node) not in ACTIVITIES:
            problems.add(level.file, flow, f"事件{quoted(name)}之后的连线不能带条件；请加一个排他网关。")
        elif len(outgoing) == 1:
            message = f"{quoted(name)}之后只有一条连线却带有条件；条件不成立时办件会停住，请加默认出线。"
            problems.add(level.file, flow, message)
    if default is not None and not conditional and len(outgoing) > 1:
        problems.add(level.file, node, "有默认出线，但其他出线都没有条件，默认出线不会被选中；请给其他出线加条件。")


def _check_gateway(level: Level, node: XmlNode, problems: Problems) -> None:
    outgoing = level.outgoing.get(node.get("id") or "", [])
    if tag(node) in _CONDITIONAL:
        _check_conditions(level, node, outgoing, problems)
    elif tag(node) in GATEWAYS:
        for flow in outgoing:
            if has_condition(flow):
                problems.add(level.file, flow, "并行网关和事件网关之后的连线不能带条件。")
    if tag(node) == "eventBasedGateway":
        _check_choices(level, node, outgoing, problems)


def _check_conditions(level: Level, node: XmlNode, outgoing: list[XmlNode], problems: Problems) -> None:
    default = node.get("default")
    if default is not None and default not in {flow.get("id") for flow in outgoing}:
        problems.add(level.file, node, f"默认出线{quoted(default)}不是这个网关的出线。")
    if len(outgoing) == 1:
        if has_condition(outgoing[0]) and outgoing[0].get("id") != default:
            problems.add(level.file, outgoing[0], "网关只有一条出线却带有条件；条件不成立时办件会停住，请加默认出线。")
        return
    for flow in outgoing:
        if flow.get("id") != default and not expression_text(text(child(flow, "conditionExpression"))):
            message = f"网关{quoted(node.get('name') or node.get('id'))}的这条出线没有条件，也不是默认出线。"
            problems.add(level.file, flow, message)


def _check_choices(level: Level, node: XmlNode, outgoing: list[XmlNode], problems: Problems) -> None:
    for flow in outgoing:
        target = level.nodes[flow.get("targetRef") or ""]
        is_wait = tag(target) in {"intermediateCatchEvent", "receiveTask"} and event_kind(target) in _WAITED_FOR
        if not is_wait or level.boundaries(target.get("id") or ""):
            problems.add(
                level.file, target, "事件网关之后只能是定时、消息、信号、条件事件或接收任务，且不能带边界事件。"
            )
        elif len(level.incoming[target.get("id") or ""]) > 1:
            problems.add(level.file, target, "事件网关之后的事件不能再有其他进入的连线。")
    if len(outgoing) < 2:
        problems.add(level.file, node, "事件网关之后至少要有两个可供等待的事件。")


def _check_reachable(level: Level, problems: Problems) -> None:
    followers: dict[str, list[str]] = {name: [] for name in level.nodes}
    attached = [(node.get("attachedToRef") or "", node.get("id") or "") for node in level.of("boundaryEvent")]
    for source, target in [*level.steps(), *attached]:
        followers.setdefault(source, []).append(target)
    pending = [name for name, node in level.nodes.items() if tag(node) == "startEvent" or is_event_subprocess(node)]
    reached = set(pending)
    while pending:
        for name in followers[pending.pop()]:
            if name not in reached:
                reached.add(name)
                pending.append(name)
    for name, node in level.nodes.items():
        if name not in reached and tag(node) != "startEvent":
            problems.add(level.file, node, "从开始事件出发到不了这里；请连上或删除。")


def _check_lanes(level: Level, problems: Problems) -> None:
    places: dict[str, list[XmlNode]] = {}
    for lane in level.node.iterfind(f"{BPMN}laneSet//{BPMN}lane"):
        outer = set(lane.iterancestors())
        for name in dict.fromkeys(text(reference) for reference in children(lane, "flowNodeRef")):
            if name not in level.nodes:
                problems.add(level.file, lane, f"泳道引用的元素{quoted(name)}不在这一层流程中。")
            # A lane inside another one is listed after it and takes its place; two are as wrong as a thousand.
            beside = [other for other in places.get(name, []) if other not in outer]
            places[name] = [*beside[-1:], lane]
    if not places:
        return
    for name, node in level.nodes.items():
        if len(places.get(name, [])) > 1:
            problems.add(level.file, node, "同时放在了几个泳道里，不清楚由谁办理。")
        elif name not in places and tag(node) in {"userTask", "manualTask"}:
            problems.add(level.file, node, "没有放在任何泳道里，不清楚由谁办理。")


def _check_calls(diagram: Diagram, problems: Problems) -> None:
    processes = {process.get("id") or "" for document in diagram.documents for process in document.processes()}
    calls: dict[str, list[tuple[Level, XmlNode]]] = {}
    for level, node in diagram.nodes():
        if tag(node) != "callActivity":
            continue
        called = node.get("calledElement") or ""
        if called not in processes:
            problems.add(level.file, node, f"调用的流程{quoted(called)}不在事项文件夹中。")
        calls.setdefault(_process_of(level), []).append((level, node))
    for level, node in [call for found in calls.values() for call in found]:
        if _process_of(level) in _called_from(node.get("calledElement") or "", calls):
            problems.add(level.file, node, "流程直接或间接调用了自己，会无限嵌套。")


def _called_from(process: str, calls: dict[str, list[tuple[Level, XmlNode]]]) -> set[str]:
    reached, pending = {process}, [process]
    while pending:
        for _, node in calls.get(pending.pop(), []):
            called = node.get("calledElement") or ""
            if called not in reached:
                reached.add(called)
                pending.append(called)
    return reached


def _process_of(level: Level) -> str:
    outer = [node for node in (level.node, *level.node.iterancestors()) if tag(node) == "process"]
    return outer[0].get("id") or ""


def lane_members(level_node: XmlNode) -> dict[str, XmlNode]:
    """Return the innermost lane of every element of a level."""
    found: dict[str, XmlNode] = {}

    def descend(lanes: XmlNode) -> None:
        for lane in children(lanes, "lane"):
            found.update({text(reference): lane for reference in children(lane, "flowNodeRef")})
            for inner in children(lane, "childLaneSet"):
                descend(inner)

    for lanes in children(level_node, "laneSet"):
        descend(lanes)
    return found
