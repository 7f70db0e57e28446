"""What may be wrong with a single element: its id, its kind, its event, its operation, its repetition."""

from __future__ import annotations

import re
from collections.abc import Collection

from lxml.etree import _Element as XmlNode

from engine.runtime.decisions import SHAPES
from engine.runtime.diagram import Diagram, Level
from engine.runtime.dialects import decision_rule, operation, repetition, timer_text
from engine.runtime.documents import (
    ACTIVITIES,
    BPMN,
    CAMUNDA,
    REFUSED,
    SCOPES,
    SPIFF,
    Problems,
    child,
    event_definitions,
    event_kind,
    tag,
    text,
)
from engine.runtime.values import FACTS

#: Names SpiffWorkflow gives to its own parts of a process.
RESERVED = frozenset({"Start", "End", "Root"})
_ID = re.compile(r"[\w-]+")
_EVENTS = {
    "startEvent": {""},
    "endEvent": {"", "terminate", "error", "escalation", "signal"},
    "intermediateCatchEvent": {"timer", "message", "signal"},
    "intermediateThrowEvent": {"", "signal", "escalation"},
    "boundaryEvent": {"timer", "message", "signal", "error", "escalation"},
    "receiveTask": {"message"},
}
_EVENT_NAMES = {
    "": "空",
    "timer": "定时",
    "message": "消息",
    "signal": "信号",
    "error": "错误",
    "escalation": "升级",
    "terminate": "终止",
    "compensate": "补偿",
    "link": "链接",
    "conditional": "条件",
    "cancel": "取消",
}
_REFERENCES = {
    "message": "messageRef",
    "signal": "signalRef",
    "error": "errorRef",
    "escalation": "escalationRef",
}
_WAITING_TASKS = {"userTask", "manualTask", "receiveTask"}
_SCRIPT_FORMATS = {"", "feel", "application/feel", "text/feel"}


def check_elements(diagram: Diagram, problems: Problems) -> None:
    """Look at every element by itself."""
    declared = {kind: diagram.declared(kind) for kind in _REFERENCES}
    for level, node in diagram.nodes():
        _check_kind(level, node, problems)
        _check_extensions(level, node, problems)
        _check_repetition(level, node, problems)
        _check_task(level, node, problems)
        if tag(node) in _EVENTS:
            _check_event(level, node, declared, problems)
    _check_ids(diagram, problems)


def _check_ids(diagram: Diagram, problems: Problems) -> None:
    seen: dict[str, str] = {}
    for document in diagram.documents:
        for node in document.root.iter(f"{BPMN}*"):
            name = node.get("id")
            if name is None or tag(node) == "definitions":
                continue
            if name in seen:
                problems.add(document.file, node, f"编号“{name}”重复（另见 {seen[name]}），请改为不同的编号。")
            seen.setdefault(name, f"{document.file} 第 {node.sourceline} 行")
    for level, node in [*diagram.nodes(), *((level, level.node) for level in diagram.levels)]:
        name = node.get("id") or ""
        if not name:
            problems.add(level.file, node, "元素没有编号（id）。")
        elif name in RESERVED or not _ID.fullmatch(name):
            message = f"编号“{name}”不能使用：请用字母、数字、汉字和下划线组成，且不能是 Start、End、Root。"
            problems.add(level.file, node, message)


def _check_kind(level: Level, node: XmlNode, problems: Problems) -> None:
    kind = tag(node)
    if kind in REFUSED:
        problems.add(level.file, node, REFUSED[kind])
    if node.get("isForCompensation") == "true":
        problems.add(level.file, node, "不支持补偿活动，请画出明确的更正步骤。")
    if node.get("triggeredByEvent") == "true":
        problems.add(level.file, node, "不支持事件子流程，请改用任务上的边界事件。")
    for name in ("ioSpecification", "dataInputAssociation"):
        item = child(node, name)
        if item is not None and kind == "callActivity":
            problems.add(level.file, node, "调用活动与主流程共用办件变量，不支持数据映射，请删除。")


def _check_extensions(level: Level, node: XmlNode, problems: Problems) -> None:
    extensions = child(node, "extensionElements")
    if extensions is None:
        return
    for name in ("executionListener", "taskListener"):
        if extensions.find(f"{CAMUNDA}{name}") is not None:
            problems.add(level.file, node, "不支持监听器；请改用服务任务或脚本任务，把要做的事画在图上。")
    for name in ("preScript", "postScript"):
        if text(extensions.find(f"{SPIFF}{name}")):
            problems.add(level.file, node, "不支持任务前后的脚本；请改用单独的脚本任务。")
    mappings = [item for name in ("in", "out") for item in extensions.iterfind(f"{CAMUNDA}{name}")]
    if any(item.get("variables") != "all" for item in mappings):
        problems.add(level.file, node, "调用活动与主流程共用办件变量，不支持变量映射（in/out），请删除。")


def _check_task(level: Level, node: XmlNode, problems: Problems) -> None:
    kind = tag(node)
    if kind in {"serviceTask", "sendTask"} and not operation(node):
        message = "没有写明要执行的操作：请把实现方式设为“外部”（External），主题（topic）填操作名称。"
        problems.add(level.file, node, message)
    if kind == "businessRuleTask":
        _check_rule(level, node, problems)
    if kind == "scriptTask" and (node.get("scriptFormat") or "").lower() not in _SCRIPT_FORMATS:
        problems.add(level.file, node, f"不支持 {node.get('scriptFormat')} 脚本；请写成“变量名 = FEEL 表达式”。")


def _check_rule(level: Level, node: XmlNode, problems: Problems) -> None:
    rule = decision_rule(node)
    if not rule.decision:
        message = "没有写明要问的决策：请把实现方式设为 DMN，并填写决策编号（camunda:decisionRef）。"
        problems.add(level.file, node, message)
    if rule.shape not in SHAPES:
        problems.add(level.file, node, f"不认识决策结果的映射方式“{rule.shape}”。")
    if rule.result in FACTS:
        problems.add(level.file, node, f"“{rule.result}”由系统提供，决策结果不能存到它里面，请换一个变量名。")


def check_decisions(diagram: Diagram, decisions: Collection[str], problems: Problems) -> None:
    """Report business rule tasks that ask a decision which no file has."""
    for level, node in diagram.nodes():
        asked = decision_rule(node).decision if tag(node) == "businessRuleTask" else ""
        if asked and asked not in decisions:
            problems.add(level.file, node, f"决策“{asked}”不在事项文件夹的 decisions/ 中。")


def _check_repetition(level: Level, node: XmlNode, problems: Problems) -> None:
    found = repetition(node)
    if found is None:
        return
    if tag(node) not in ACTIVITIES:
        problems.add(level.file, node, "只有任务和子流程可以重复执行。")
    elif found.is_loop:
        if not found.condition and not found.maximum:
            problems.add(level.file, node, "循环任务既没有循环条件也没有最多次数，会永远循环。")
        if found.maximum and not found.maximum.isdecimal():
            problems.add(level.file, node, "循环任务的最多次数应为整数。")
    elif bool(found.collection) == bool(found.cardinality):
        problems.add(level.file, node, "多实例任务应写明集合或个数（只写其中一个）。")
    elif bool(found.results) != bool(found.result):
        problems.add(level.file, node, "多实例任务的结果集合与单项结果名要么都写，要么都不写。")


def _check_event(level: Level, node: XmlNode, declared: dict[str, dict[str, XmlNode]], problems: Problems) -> None:
    kind, event = tag(node), event_kind(node)
    if kind != "receiveTask" and len(event_definitions(node)) > 1:
        problems.add(level.file, node, "一个事件只能有一种触发方式，请拆成几个事件。")
    if event not in _EVENTS[kind]:
        problems.add(level.file, node, _unsupported(kind, event))
        return
    if event == "timer":
        _check_timer(level, node, problems)
    if event in _REFERENCES:
        _check_reference(level, node, event, declared[event], problems)
    if kind == "boundaryEvent":
        _check_boundary(level, node, event, problems)


def _unsupported(kind: str, event: str) -> str:
    name = _EVENT_NAMES.get(event, event)
    if kind == "startEvent":
        return f"不支持{name}开始事件：办件由人发起，请改为空开始事件。"
    if event == "message":
        return "不支持发出消息的事件；通知外部请用服务任务，办件内部请用信号事件。"
    if not event:
        return "没有写明等待什么，请设为定时、消息或信号事件。"
    return f"这里不支持{name}事件。"


def _check_timer(level: Level, node: XmlNode, problems: Problems) -> None:
    unit, value = timer_text(node)
    if not value:
        problems.add(level.file, node, "定时事件没有写明时间（日期、时长或周期）。")
    is_reminder = tag(node) == "boundaryEvent" and node.get("cancelActivity") == "false"
    if unit == "timeCycle" and not is_reminder:
        problems.add(level.file, node, "周期定时只能用在不中断的边界事件上；这里请改用日期或时长。")


def _check_reference(level: Level, node: XmlNode, event: str, declared: dict[str, XmlNode], problems: Problems) -> None:
    place = node if tag(node) == "receiveTask" else event_definitions(node)[0]
    reference = place.get(_REFERENCES[event])
    if reference is None and (event == "error" or event == "escalation") and tag(node) == "boundaryEvent":
        return
    name = _EVENT_NAMES[event]
    if reference is None:
        problems.add(level.file, node, f"没有选择{name}。")
    elif reference not in declared:
        problems.add(level.file, node, f"引用的{name}“{reference}”不存在。")
    elif event in {"message", "signal"} and not declared[reference].get("name"):
        problems.add(level.file, node, f"引用的{name}“{reference}”没有名称。")


def _check_boundary(level: Level, node: XmlNode, event: str, problems: Problems) -> None:
    host = level.nodes.get(node.get("attachedToRef") or "")
    if host is None:
        problems.add(level.file, node, f"边界事件依附的元素“{node.get('attachedToRef')}”不在同一层流程中。")
    elif tag(host) not in ACTIVITIES:
        problems.add(level.file, node, "边界事件只能依附在任务或子流程上。")
    elif event == "escalation" and tag(host) not in SCOPES:
        problems.add(level.file, node, "升级边界事件只能依附在子流程或调用活动上。")
    elif event == "error" and tag(host) not in SCOPES | _WAITING_TASKS:
        message = "这个任务不会停下来等待，错误边界事件永远不会触发；它只能依附在等人办理的任务、子流程或调用活动上。"
        problems.add(level.file, node, message)
    if event == "error" and node.get("cancelActivity") == "false":
        problems.add(level.file, node, "错误边界事件必须是中断的。")
