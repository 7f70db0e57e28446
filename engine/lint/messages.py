"""Messages, signals and errors: each that is awaited must come from somewhere, each that is sent must arrive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml.etree import _Element as XmlNode

from engine.language.wording import quoted
from engine.lint.findings import Finding
from engine.lint.subject import Subject, found_at
from engine.runtime.diagram import Diagram, Level
from engine.runtime.documents import (
    EMBEDDED,
    THROWING,
    event_definitions,
    event_kind,
    is_event_subprocess,
    tag,
)

#: Messages that the platform itself delivers, and when.
PLATFORM: Mapping[str, str] = {
    "msg_withdraw": "申请单位撤回办件",
    "msg_window_extended": "窗口顺延",
    "msg_publication_ended": "公示期满",
    "msg_objection": "收到异议",
    "msg_case_closed": "办件被其他办件的决定终止",
}


def check_messages(subject: Subject) -> Iterator[Finding]:
    """Yield what is awaited in vain and what is sent to nobody."""
    if subject.diagram is None:
        return
    yield from _check_awaited(subject.diagram)
    yield from _check_signals(subject.diagram)
    for level in subject.levels:
        for node in level.of("endEvent"):
            if event_kind(node) == "error" and not _is_caught(subject, level, reference_of(node, "errorRef")):
                message = (
                    "引发的错误没有步骤处理，办件会记为异常并停下；请在外层子流程上加错误边界事件，或改为普通结束。"
                )
                yield found_at("error_lost", level, node, message)


def reference_of(node: XmlNode, attribute: str) -> str:
    """Return what an event, or a task, refers to."""
    return next((found for one in (node, *event_definitions(node)) if (found := one.get(attribute))), "")


def _named(diagram: Diagram, kind: str) -> list[tuple[Level, XmlNode, str]]:
    names = {key: node.get("name") or "" for key, node in diagram.declared(kind).items()}
    found = ((level, node, names.get(reference_of(node, f"{kind}Ref"), "")) for level, node in diagram.nodes())
    return [(level, node, name) for level, node, name in found if name]


def _check_awaited(diagram: Diagram) -> Iterator[Finding]:
    messages = _named(diagram, "message")
    sent = {name for _, node, name in messages if tag(node) in THROWING}
    for level, node, name in messages:
        if tag(node) not in THROWING and name not in sent and name not in PLATFORM:
            known = "、".join(f"{key}（{what}）" for key, what in PLATFORM.items())
            message = f"没有步骤会发出消息{quoted(name)}，平台也不会发出它，这里会一直等；平台会发的消息有：{known}。"
            yield found_at("message_never_comes", level, node, message, "message")


def _check_signals(diagram: Diagram) -> Iterator[Finding]:
    signals = _named(diagram, "signal")
    sent = {name for _, node, name in signals if tag(node) in THROWING}
    heard = {name for _, node, name in signals if tag(node) not in THROWING}
    for level, node, name in signals:
        if tag(node) in THROWING and name not in heard:
            message = f"发出的信号{quoted(name)}没有步骤接收；请加上接收它的事件，或删除。"
            yield found_at("signal_lost", level, node, message, "signal")
        elif tag(node) not in THROWING and name not in sent:
            message = f"没有步骤会发出信号{quoted(name)}，这里会一直等；请加上发出它的事件，或删除。"
            yield found_at("message_never_comes", level, node, message, "signal")


def _is_caught(subject: Subject, level: Level, error: str) -> bool:
    """Say whether an error that ends a level is caught there or around it."""
    seen, pending = {id(level.node)}, [level]
    while pending:
        inner = pending.pop()
        hosts = list(_hosts(subject, inner))
        events = [event for outer, host in hosts for event in outer.boundaries(host.get("id") or "")]
        if _has_handler(inner, error) or any(_catches(event, error) for event in events):
            return True
        around = [outer for outer, _ in hosts if id(outer.node) not in seen]
        seen.update(id(outer.node) for outer in around)
        pending += around
    return False


def _has_handler(level: Level, error: str) -> bool:
    subprocesses = [node for node in level.nodes.values() if is_event_subprocess(node)]
    return any(_catches(start, error) for node in subprocesses for start in node if tag(start) == "startEvent")


def _catches(event: XmlNode, error: str) -> bool:
    return event_kind(event) == "error" and reference_of(event, "errorRef") in {"", error}


def _hosts(subject: Subject, level: Level) -> Iterator[tuple[Level, XmlNode]]:
    """Yield the activities that a level is the inside of, with their own levels."""
    for outer in subject.levels:
        for node in outer.nodes.values():
            is_inside = tag(node) in EMBEDDED and node is level.node
            is_called = tag(node) == "callActivity" and node.get("calledElement") == level.node.get("id")
            if is_inside or is_called:
                yield outer, node
