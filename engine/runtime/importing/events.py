"""Events: what does not say what it waits for waits for a message that a person can send; nothing is thrown in vain."""

from __future__ import annotations

from lxml.etree import _Element as XmlNode

from engine.language import FeelError, compile_expression
from engine.language.wording import quoted
from engine.runtime.checks_timers import fault_of
from engine.runtime.diagram import Level
from engine.runtime.dialects import condition_text, link_name, operation, timer_text
from engine.runtime.documents import (
    BPMN,
    SCOPES,
    THROWING,
    child,
    event_definitions,
    event_kind,
    is_event_subprocess,
    tag,
)
from engine.runtime.importing.conditions import in_feel, is_feel
from engine.runtime.importing.draft import Draft, drop, message_of
from engine.runtime.moments import is_literal

_REFERENCES = {"message": "messageRef", "signal": "signalRef", "error": "errorRef", "escalation": "escalationRef"}
_PREFIXES = {"message": "msg", "signal": "sig", "error": "err", "escalation": "esc"}
_WORDS = {"message": "消息", "signal": "信号", "error": "错误", "escalation": "升级"}
_TASKS = {"receiveTask", "sendTask"}
_WAITING_TASKS = {"userTask", "manualTask", "receiveTask"}


def settle_events(draft: Draft) -> None:
    """Look at every event and receive task."""
    for level in draft.levels():
        for node in level.nodes.values():
            if tag(node).endswith("Event") or tag(node) == "receiveTask":
                _settle_event(draft, level, node)


def _settle_event(draft: Draft, level: Level, node: XmlNode) -> None:
    for spare in event_definitions(node)[1:]:
        draft.note(node, f"一个事件只能有一种触发方式，已去掉 {tag(spare).removesuffix('EventDefinition')}。")
        node.remove(spare)
    drop(node, "parallelMultiple")
    kind = event_kind(node)
    if not kind and tag(node) == "intermediateCatchEvent":
        draft.retag(node, "intermediateThrowEvent")
        draft.note(node, "没有写明等待什么，只作为经过的标记，不停留。")
    elif not kind and _has_to_wait(level, node):
        _wait_for_message(draft, node, "没有写明等待什么")
    elif kind == "link":
        _name_link(draft, node)
    elif kind in {"timer", "conditional"}:
        _settle_waiting(draft, level, node, kind)
    elif kind in _REFERENCES and tag(node) in THROWING:
        _settle_throwing(draft, level, node, kind)
    elif kind in _REFERENCES:
        _settle_catching(draft, level, node, kind)


def _has_to_wait(level: Level, node: XmlNode) -> bool:
    return tag(node) == "boundaryEvent" or (tag(node) == "startEvent" and is_event_subprocess(level.node))


def _name_link(draft: Draft, node: XmlNode) -> None:
    definition = child(node, "linkEventDefinition")
    if definition is not None and not link_name(node):
        definition.set("name", " ".join((node.get("name") or "").split()))
        draft.note(node, f"链接没有名称，以事件的名称{quoted(node.get('name') or '')}为链接名。")


def _settle_waiting(draft: Draft, level: Level, node: XmlNode, kind: str) -> None:
    why = _timer_fault(node) if kind == "timer" else _condition_fault(draft, node)
    if not why:
        body = timer_text(node)[1]
        if body.isidentifier() and not is_literal(body):
            draft.note(node, f"时间{quoted(body)}按变量读取；如果只是说明，请改为日期、时长或周期。")
        return
    is_begin = tag(node) == "startEvent" and not is_event_subprocess(level.node)
    if is_begin:
        for definition in event_definitions(node):
            node.remove(definition)
        draft.note(node, f"{why}，改为由人发起。")
    else:
        _wait_for_message(draft, node, why)


def _timer_fault(node: XmlNode) -> str:
    body = timer_text(node)[1]
    if not body:
        return "没有写明时间"
    try:
        if not is_literal(body):
            compile_expression(body)
        fault = fault_of(node)
    except FeelError:
        fault = body
    return f"时间{quoted(body)}无法使用" if fault else ""


def _condition_fault(draft: Draft, node: XmlNode) -> str:
    written = condition_text(node)
    if is_feel(written):
        return ""
    feel = in_feel(written, draft.data_names)
    definition = child(node, "conditionalEventDefinition")
    place = None if definition is None else child(definition, "condition")
    if feel and place is not None:
        place.text = feel
        draft.note(node, f"条件改写为 FEEL：{quoted(feel)}（原文：{quoted(written)}）。")
        return ""
    return f"条件{quoted(written)}无法使用" if written else "没有写明条件"


def _wait_for_message(draft: Draft, node: XmlNode, why: str) -> None:
    """Let an event wait for a message of its own instead."""
    for definition in event_definitions(node):
        node.remove(definition)
    name = draft.declare("message", f"msg_{node.get('id')}")
    definition = node.makeelement(f"{BPMN}messageEventDefinition", {"messageRef": name})
    node.append(definition)
    draft.note(node, f"{why}，先改为等待消息{quoted(name)}，由人触发；请写明后改回。")


def _settle_throwing(draft: Draft, level: Level, node: XmlNode, kind: str) -> None:
    if kind == "message":
        if not operation(node) and not is_heard(draft, node):
            _say_nothing(draft, node, f"消息{quoted(_message_name(draft, node))}不会自动发出：本流程没有步骤接收")
        return
    _refer(draft, node, kind)


def _say_nothing(draft: Draft, node: XmlNode, why: str) -> None:
    for definition in event_definitions(node):
        node.remove(definition)
    draft.note(node, f"{why}，这里只留作标记；要通知对方请用服务任务（操作 notify）。")


def _settle_catching(draft: Draft, level: Level, node: XmlNode, kind: str) -> None:
    host = level.nodes.get(node.get("attachedToRef") or "")
    if host is not None and not _ever_hears(host, kind):
        what = "升级" if kind == "escalation" else "错误"
        _wait_for_message(draft, node, f"这个任务不会引发{what}，事件永远不会触发")
    elif kind in {"message", "signal"}:
        _refer(draft, node, kind)
    else:
        _forget_unknown(draft, node, kind)


def _ever_hears(host: XmlNode, kind: str) -> bool:
    if kind == "escalation":
        return tag(host) in SCOPES
    return kind != "error" or tag(host) in SCOPES | _WAITING_TASKS


def _forget_unknown(draft: Draft, node: XmlNode, kind: str) -> None:
    definition = event_definitions(node)[0]
    if definition.get(_REFERENCES[kind]) not in draft.declared(kind):
        drop(definition, _REFERENCES[kind])


def _refer(draft: Draft, node: XmlNode, kind: str) -> None:
    """Give an event a message, signal, error or escalation of its own when it names none that exists."""
    place = node if tag(node) in _TASKS else event_definitions(node)[0]
    if place.get(_REFERENCES[kind]) in draft.declared(kind):
        return
    name = draft.declare(kind, f"{_PREFIXES[kind]}_{node.get('id')}")
    place.set(_REFERENCES[kind], name)
    draft.note(node, f"没有写明是哪个{_WORDS[kind]}，已新建{quoted(name)}。")


def _message_name(draft: Draft, node: XmlNode) -> str:
    reference = message_of(node)
    return draft.declared("message").get(reference, "") or node.get("name") or reference or node.get("id") or ""


def is_heard(draft: Draft, node: XmlNode) -> bool:
    """Say whether a message that is thrown reaches a step that will run."""
    return draft.declared("message").get(message_of(node), "") in draft.heard
