"""What may be wrong with events: what they wait for or throw, where they stand, and who would ever hear them."""

from __future__ import annotations

from lxml.etree import _Element as XmlNode

from engine.language.wording import quoted
from engine.runtime.diagram import Diagram, Level
from engine.runtime.dialects import TIMES, code_variable, condition_text, link_name, operation, timer_text
from engine.runtime.documents import (
    ACTIVITIES,
    SCOPES,
    THROWING,
    Problems,
    children,
    event_definitions,
    event_kind,
    interrupts,
    is_event_subprocess,
    tag,
)
from engine.runtime.values import FACTS

_EVENTS = {
    "startEvent": {"", "message", "timer", "signal", "conditional"},
    "endEvent": {"", "terminate", "error", "escalation", "signal", "message", "cancel"},
    "intermediateCatchEvent": {"timer", "message", "signal", "conditional", "link"},
    "intermediateThrowEvent": {"", "signal", "escalation", "message", "link"},
    "boundaryEvent": {"timer", "message", "signal", "error", "escalation", "conditional", "cancel"},
    "receiveTask": {"message"},
    "sendTask": {"", "message"},
}
#: What an event subprocess begins with.
_TRIGGERS = {"message", "timer", "signal", "conditional", "error", "escalation"}
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
_TASKS = {"receiveTask", "sendTask"}


def check_events(diagram: Diagram, problems: Problems) -> None:
    """Look at every event, receive task and send task."""
    declared = {kind: diagram.declared(kind) for kind in _REFERENCES}
    for level, node in diagram.nodes():
        if tag(node) in _EVENTS:
            _check_event(level, node, declared, problems)
    for level in diagram.levels:
        _check_links(level, problems)
    _check_heard(diagram, declared["message"], problems)


def _check_event(level: Level, node: XmlNode, declared: dict[str, dict[str, XmlNode]], problems: Problems) -> None:
    kind, event = tag(node), event_kind(node)
    if kind not in _TASKS and len(event_definitions(node)) > 1:
        problems.add(level.file, node, "一个事件只能有一种触发方式，请拆成几个事件。")
    is_trigger = kind == "startEvent" and is_event_subprocess(level.node)
    if event not in (_TRIGGERS if is_trigger else _EVENTS[kind]):
        problems.add(level.file, node, _unsupported(kind, event, is_trigger))
        return
    _check_content(level, node, event, problems)
    if event in _REFERENCES and not (event == "message" and operation(node)):
        _check_reference(level, node, event, declared[event], problems)
    if event == "cancel":
        _check_cancel(level, node, problems)
    if kind == "boundaryEvent":
        _check_boundary(level, node, event, problems)


def _check_content(level: Level, node: XmlNode, event: str, problems: Problems) -> None:
    if event == "timer" and not timer_text(node)[1]:
        problems.add(level.file, node, "定时事件没有写明时间（日期、时长或周期）。")
    if event == "timer" and len(children(event_definitions(node)[0], *TIMES)) > 1:
        problems.add(level.file, node, "定时事件写了几个时间，不清楚以哪个为准；日期、时长、周期请只留一个。")
    if event in {"error", "escalation"} and code_variable(event_definitions(node)[0]) in FACTS:
        problems.add(level.file, node, "接收错误编号的变量名由系统提供，不能赋值，请换一个变量名。")
    if event == "conditional" and not condition_text(node):
        problems.add(level.file, node, "条件事件没有写明条件。")
    if event == "error" and tag(node) in {"boundaryEvent", "startEvent"} and not interrupts(node):
        problems.add(level.file, node, "错误事件必须是中断的。")


def _unsupported(kind: str, event: str, is_trigger: bool) -> str:
    name = _EVENT_NAMES.get(event, event)
    if is_trigger:
        return f"事件子流程不能以{name}开始事件开始；请设为定时、消息、信号、条件、错误或升级事件。"
    if event == "compensate":
        return "不支持补偿事件，请画出明确的更正步骤。"
    if not event:
        return "没有写明等待什么，请设为定时、消息、信号或条件事件。"
    return f"这里不支持{name}事件。"


def _check_reference(level: Level, node: XmlNode, event: str, declared: dict[str, XmlNode], problems: Problems) -> None:
    place = node if tag(node) in _TASKS else event_definitions(node)[0]
    reference = place.get(_REFERENCES[event])
    if reference is None and event in {"error", "escalation"} and tag(node) in {"boundaryEvent", "startEvent"}:
        return
    name = _EVENT_NAMES[event]
    if reference is None:
        problems.add(level.file, node, f"没有选择{name}。")
    elif reference not in declared:
        problems.add(level.file, node, f"引用的{name}{quoted(reference)}不存在。")
    elif event in {"message", "signal"} and not declared[reference].get("name"):
        problems.add(level.file, node, f"引用的{name}{quoted(reference)}没有名称。")
    elif "{" in (declared[reference].get("name") or ""):
        problems.add(level.file, node, f"引用的{name}{quoted(reference)}的名称里有表达式；名称必须是固定的文字。")


def _check_boundary(level: Level, node: XmlNode, event: str, problems: Problems) -> None:
    host = level.nodes.get(node.get("attachedToRef") or "")
    if host is None:
        problems.add(level.file, node, f"边界事件依附的元素{quoted(node.get('attachedToRef'))}不在同一层流程中。")
    elif tag(host) not in ACTIVITIES or is_event_subprocess(host):
        problems.add(level.file, node, "边界事件只能依附在任务或子流程上，不能依附在网关、事件或事件子流程上。")
    elif event == "escalation" and tag(host) not in SCOPES:
        problems.add(level.file, node, "升级边界事件只能依附在子流程或调用活动上。")
    elif event == "error" and tag(host) not in SCOPES | _WAITING_TASKS:
        message = "这个任务不会停下来等待，错误边界事件永远不会触发；它只能依附在等人办理的任务、子流程或调用活动上。"
        problems.add(level.file, node, message)


def _check_cancel(level: Level, node: XmlNode, problems: Problems) -> None:
    if tag(node) == "boundaryEvent":
        host = level.nodes.get(node.get("attachedToRef") or "")
        if host is not None and (tag(host) != "transaction" or not interrupts(node)):
            problems.add(level.file, node, "取消边界事件只能依附在事务上，而且必须是中断的。")
        return
    if tag(level.node) != "transaction":
        problems.add(level.file, node, "取消结束事件只能直接放在事务里。")
        return
    host_id = level.node.get("id")
    beside = [*level.node.itersiblings(), *level.node.itersiblings(preceding=True)]
    if not any(one.get("attachedToRef") == host_id and event_kind(one) == "cancel" for one in beside):
        problems.add(level.file, node, "事务没有取消边界事件，取消之后不知道去哪里；请在事务上加一个。")


def _check_links(level: Level, problems: Problems) -> None:
    ends = [node for node in level.nodes.values() if event_kind(node) == "link"]
    catching = [link_name(node) for node in ends if tag(node) == "intermediateCatchEvent"]
    throwing = [link_name(node) for node in ends if tag(node) == "intermediateThrowEvent"]
    for node in ends:
        name, is_catch = link_name(node), tag(node) == "intermediateCatchEvent"
        if not name:
            problems.add(level.file, node, "链接事件没有名称，不知道与哪个事件相连。")
        elif is_catch and catching.count(name) > 1:
            problems.add(level.file, node, f"有几个名为{quoted(name)}的链接终点，不清楚去哪一个。")
        elif name not in (throwing if is_catch else catching):
            problems.add(level.file, node, f"名为{quoted(name)}的链接在同一层流程中没有另一端。")


def _check_heard(diagram: Diagram, declared: dict[str, XmlNode], problems: Problems) -> None:
    """Report messages that are thrown and that no element waits for: nobody would ever learn of them."""
    names = {reference: node.get("name") or "" for reference, node in declared.items()}
    found = [(level, node, names.get(_message(node), "")) for level, node in diagram.nodes() if _message(node)]
    heard = {name for _, node, name in found if tag(node) not in THROWING}
    for level, node, name in found:
        if tag(node) in THROWING and name and name not in heard and not operation(node):
            message = (
                f"消息{quoted(name)}在本流程中没有步骤接收；通知外部请用服务任务，或给这个事件填写操作名称（topic）。"
            )
            problems.add(level.file, node, message)


def _message(node: XmlNode) -> str:
    places = [node] if tag(node) in _TASKS else event_definitions(node)
    return next((reference for place in places if (reference := place.get("messageRef"))), "")
