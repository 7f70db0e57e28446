"""What may be wrong with a single element: its id, its kind, its event, its operation, its repetition."""

from __future__ import annotations

import re
from collections.abc import Collection

from lxml.etree import _Element as XmlNode

from engine.language.wording import quoted
from engine.runtime.decisions import SHAPES
from engine.runtime.diagram import Diagram, Level
from engine.runtime.dialects import decision_rule, operation, repetition
from engine.runtime.documents import (
    ACTIVITIES,
    BPMN,
    REFUSED,
    Problems,
    child,
    is_event_subprocess,
    tag,
)
from engine.runtime.limits import LONGEST_ID
from engine.runtime.values import FACTS

#: What several files of a folder may declare under one id: the same office, the same message.
SHARED = frozenset({"lane", "message", "signal", "error", "escalation"})
#: Names SpiffWorkflow gives to its own parts of a process.
RESERVED = frozenset({"Start", "End", "Root"})
_ID = re.compile(rf"[\w-]{{1,{LONGEST_ID}}}")
_SCRIPT_FORMATS = {"", "feel", "application/feel", "text/feel"}


def check_elements(diagram: Diagram, problems: Problems) -> None:
    """Look at every element by itself."""
    for level, node in diagram.nodes():
        _check_kind(level, node, problems)
        _check_repetition(level, node, problems)
        _check_task(level, node, problems)
    _check_ids(diagram, problems)


def _check_ids(diagram: Diagram, problems: Problems) -> None:
    seen: dict[tuple[str, str], str] = {}
    for document in diagram.documents:
        for node in document.root.iter(f"{BPMN}*"):
            name = node.get("id")
            if name is None or tag(node) == "definitions":
                continue
            key = (document.file if tag(node) in SHARED else "", name)
            if key in seen:
                problems.add(document.file, node, f"编号{quoted(name)}重复（另见 {seen[key]}），请改为不同的编号。")
            seen.setdefault(key, f"{document.file} 第 {node.sourceline} 行")
    for level, node in [*diagram.nodes(), *((level, level.node) for level in diagram.levels)]:
        name = node.get("id") or ""
        if not name:
            problems.add(level.file, node, "元素没有编号（id）。")
        elif name in RESERVED or not _ID.fullmatch(name):
            shape = f"请用字母、数字、汉字和下划线组成，不超过 {LONGEST_ID} 字，且不能是 Start、End、Root。"
            message = f"编号{quoted(name)}不能使用：{shape}"
            problems.add(level.file, node, message)


def _check_kind(level: Level, node: XmlNode, problems: Problems) -> None:
    kind = tag(node)
    if kind in REFUSED:
        problems.add(level.file, node, REFUSED[kind])
    if is_event_subprocess(node) and repetition(node) is not None:
        problems.add(level.file, node, "事件子流程由事件触发，不能另设重复执行。")
    for name in ("ioSpecification", "dataInputAssociation"):
        item = child(node, name)
        if item is not None and kind == "callActivity":
            problems.add(level.file, node, "调用活动与主流程共用办件变量，不支持数据映射，请删除。")


def _check_task(level: Level, node: XmlNode, problems: Problems) -> None:
    kind = tag(node)
    if kind == "serviceTask" and not operation(node):
        message = "没有写明要执行的操作：请把实现方式设为“外部”（External），主题（topic）填操作名称。"
        problems.add(level.file, node, message)
    if kind == "sendTask" and not operation(node) and not node.get("messageRef"):
        message = "没有写明要发出什么：请填写操作名称（外部任务的 topic），或选择由本流程其他步骤接收的消息。"
        problems.add(level.file, node, message)
    if kind == "businessRuleTask":
        _check_rule(level, node, problems)
    if kind == "scriptTask" and (node.get("scriptFormat") or "").lower() not in _SCRIPT_FORMATS:
        problems.add(level.file, node, f"不支持{quoted(node.get('scriptFormat'))}脚本；请写成“变量名 = FEEL 表达式”。")


def _check_rule(level: Level, node: XmlNode, problems: Problems) -> None:
    rule = decision_rule(node)
    if not rule.decision:
        message = "没有写明要问的决策：请把实现方式设为 DMN，并填写决策编号（camunda:decisionRef）。"
        problems.add(level.file, node, message)
    if rule.shape not in SHAPES:
        problems.add(level.file, node, f"不认识决策结果的映射方式{quoted(rule.shape)}。")
    if rule.result in FACTS:
        problems.add(level.file, node, f"{quoted(rule.result)}由系统提供，决策结果不能存到它里面，请换一个变量名。")


def check_decisions(diagram: Diagram, decisions: Collection[str], problems: Problems) -> None:
    """Report business rule tasks that ask a decision which no file has."""
    for level, node in diagram.nodes():
        asked = decision_rule(node).decision if tag(node) == "businessRuleTask" else ""
        if asked and asked not in decisions:
            problems.add(level.file, node, f"决策{quoted(asked)}不在事项文件夹的 decisions/ 中。")


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
