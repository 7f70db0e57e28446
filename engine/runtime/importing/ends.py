"""Where a level begins and ends: what drawings leave out because every reader knows it."""

from __future__ import annotations

from lxml.etree import _Element as XmlNode

from engine.language.wording import quoted
from engine.runtime.diagram import Level, is_first, is_last
from engine.runtime.documents import event_definitions, event_kind, is_event_subprocess, tag
from engine.runtime.importing.conditions import choice, set_condition
from engine.runtime.importing.draft import Draft, drop

#: Elements that one sentence names at most.
_NAMED = 8


def settle_ends(draft: Draft) -> None:
    """Give every level one beginning and at least one end."""
    for level in draft.levels():
        if is_event_subprocess(level.node):
            continue
        _add_start(draft, level)
    for level in draft.levels():
        if not is_event_subprocess(level.node):
            _one_start(draft, level)
    for level in draft.levels():
        _add_ends(draft, level)


def _add_start(draft: Draft, level: Level) -> None:
    first = [node for name, node in level.nodes.items() if not level.incoming.get(name) and not is_first(node)]
    if level.of("startEvent") or not first:
        return
    begin = draft.add_node(level, "startEvent", "case_begins", first[0], is_before=True)
    for node in first:
        draft.add_flow(level, begin, node)
    draft.note(begin, f"没有开始事件，已加上，连到{_names(first)}。")


def _one_start(draft: Draft, level: Level) -> None:
    """Let all plain beginnings be reached from one start event, and leave only messages beside it."""
    starts = level.of("startEvent")
    is_inner = tag(level.node) != "process" or level.node.get("id") != draft.process_id
    plain = [node for node in starts if not event_kind(node)]
    beside = [node for node in starts if event_kind(node) and (is_inner or (plain and event_kind(node) != "message"))]
    if is_inner and not plain and beside:
        plain.append(beside.pop(0))
        _make_plain(draft, plain[0], "这一层由连线或调用开始，开始事件改为空开始事件。")
    for node in beside:
        _make_plain(draft, node, "另有空开始事件，它的触发条件不会起作用，已改为由发起人选择的开始方式。")
    if len(plain) + len(beside) > 1:
        _choose_between(draft, level, [*plain, *beside])


def _make_plain(draft: Draft, start: XmlNode, sentence: str) -> None:
    for definition in event_definitions(start):
        start.remove(definition)
    draft.note(start, sentence)


def _choose_between(draft: Draft, level: Level, starts: list[XmlNode]) -> None:
    begin, *others = starts
    gateway = draft.add_node(level, "exclusiveGateway", "how_it_begins", begin, is_before=False)
    flows = level.outgoing.get(begin.get("id") or "", [])
    for flow in flows:
        draft.lead(flow, source=gateway)
    draft.add_flow(level, begin, gateway)
    if flows:
        gateway.set("default", flows[0].get("id") or "")
    for node in others:
        draft.retag(node, "intermediateThrowEvent")
        drop(node, "isInterrupting")
        answer = " ".join((node.get("name") or node.get("id") or "").split())
        variable, feel = choice(gateway, answer, is_many=False)
        set_condition(draft.add_flow(level, gateway, node), feel)
        draft.note(node, f"有几个开始事件；发起时变量 {variable} 的值为{quoted(answer)}时从这里开始。")


def _add_ends(draft: Draft, level: Level) -> None:
    last = [node for name, node in level.nodes.items() if not level.outgoing.get(name) and not is_last(node)]
    if not last:
        return
    end = draft.add_node(level, "endEvent", "case_ends", last[0], is_before=False)
    for node in last:
        draft.add_flow(level, node, end)
    draft.note(end, f"{_names(last)}之后没有画下一步，已连到新加的结束事件。")


def _names(nodes: list[XmlNode]) -> str:
    return "、".join(quoted(node.get("name") or node.get("id") or "") for node in nodes[:8]) + (
        " 等" * (len(nodes) > 8)
    )
