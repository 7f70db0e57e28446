"""Sequence flows and gateways: lines that lead nowhere, conditions of other languages, choices without a condition."""

from __future__ import annotations

from lxml.etree import _Element as XmlNode

from engine.language.wording import quoted
from engine.runtime.diagram import Level
from engine.runtime.documents import ACTIVITIES, child, tag
from engine.runtime.importing.conditions import choice, condition_of, in_feel, is_feel, set_condition
from engine.runtime.importing.draft import Draft, drop, explain

_CHOOSING = {"exclusiveGateway", "inclusiveGateway"}
#: Flows that are meant when nothing else fits.
_OTHERWISE = ("否则", "其他", "其它", "默认", "otherwise", "else", "default")


def remove_broken(draft: Draft) -> None:
    """Remove lines that lead nowhere, and all but one of those that join the same elements."""
    for level in draft.levels():
        _remove_broken(draft, level)


def settle_choices(draft: Draft) -> None:
    """Give every choice its conditions."""
    for level in draft.levels():
        for flow in level.flows:
            _settle_condition(draft, flow)
        for node in level.nodes.values():
            _settle_choice(draft, level, node)


def _remove_broken(draft: Draft, level: Level) -> None:
    seen: set[tuple[str, str]] = set()
    for flow in level.flows:
        ends = (flow.get("sourceRef") or "", flow.get("targetRef") or "")
        if ends[0] not in level.nodes or ends[1] not in level.nodes:
            draft.note(flow, "连线有一端没有连到同一层流程的元素上，已去掉，请检查。")
            draft.remove(flow)
        elif ends in seen:
            draft.note(flow, f"从{quoted(ends[0])}到{quoted(ends[1])}有两条连线，只保留了一条。")
            draft.remove(flow)
        seen.add(ends)


def _settle_condition(draft: Draft, flow: XmlNode) -> None:
    condition = condition_of(flow)
    if not condition:
        set_condition(flow, "")
    elif not is_feel(condition):
        feel = in_feel(condition, draft.data_names)
        written = f"条件改写为 FEEL：{quoted(feel)}" if feel else "条件无法改写为 FEEL，已去掉"
        draft.note(flow, f"{written}（原文：{quoted(condition)}）。")
        explain(flow, f"原条件：{condition}")
        set_condition(flow, feel)


def _settle_choice(draft: Draft, level: Level, node: XmlNode) -> None:
    outgoing = level.outgoing.get(node.get("id") or "", [])
    if node.get("default") is not None and node.get("default") not in {flow.get("id") for flow in outgoing}:
        del node.attrib["default"]
    if tag(node) not in _CHOOSING | ACTIVITIES or len(outgoing) < 2:
        _drop_conditions(draft, node, outgoing)
    elif tag(node) in _CHOOSING or node.get("default") is not None:
        _ask(draft, level, node, outgoing)


def _drop_conditions(draft: Draft, node: XmlNode, outgoing: list[XmlNode]) -> None:
    for flow in outgoing:
        if child(flow, "conditionExpression") is not None:
            draft.note(
                flow, f"{quoted(_called(node))}之后的这条连线不起选择作用，条件{quoted(condition_of(flow))}已去掉。"
            )
            set_condition(flow, "")
    if len(outgoing) < 2 or tag(node) not in _CHOOSING | ACTIVITIES:
        drop(node, "default")


def _ask(draft: Draft, level: Level, node: XmlNode, outgoing: list[XmlNode]) -> None:
    """Give the flows without a condition one that asks a variable, and choose a default flow."""
    bare = [flow for flow in outgoing if not condition_of(flow) and flow.get("id") != node.get("default")]
    if not bare:
        return
    default = node.get("default")
    if default is None:
        other = next((flow for flow in bare if (flow.get("name") or "").strip().lower() in _OTHERWISE), bare[-1])
        default = other.get("id") or ""
        node.set("default", default)
        draft.note(node, f"没有默认出线，以{quoted(_label(level, other))}为默认。")
        bare.remove(other)
    answers = _answers(level, bare)
    asked = [choice(node, answer, is_many=tag(node) != "exclusiveGateway") for answer in answers]
    for flow, (_, feel) in zip(bare, asked, strict=True):
        set_condition(flow, feel)
    if asked:
        said = "、".join(quoted(answer) for answer in answers)
        draft.note(
            node, f"出线没有条件，改为看变量 {asked[0][0]} 的值（{said}）；请在之前的表单里设这一项，或改写条件。"
        )


def _answers(level: Level, flows: list[XmlNode]) -> list[str]:
    labels = [_label(level, flow) for flow in flows]
    ids = [flow.get("id") or "" for flow in flows]
    return [label if labels.count(label) == 1 else name for label, name in zip(labels, ids, strict=True)]


def _label(level: Level, flow: XmlNode) -> str:
    target = level.nodes[flow.get("targetRef") or ""]
    found = " ".join((flow.get("name") or target.get("name") or "").split())
    return found or target.get("id") or ""


def _called(node: XmlNode) -> str:
    return node.get("name") or node.get("id") or ""
