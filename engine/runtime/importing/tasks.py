"""Tasks and subprocesses: what has nothing to run becomes a user task; a person does it and nothing is skipped."""

from __future__ import annotations

import re

from lxml.etree import _Element as XmlNode

from engine.language.wording import brief, quoted
from engine.runtime.checks_extensions import ZEEBE
from engine.runtime.diagram import Level
from engine.runtime.dialects import decision_rule, declared_mapping, operation, repetition, script_lines
from engine.runtime.documents import BPMN, CAMUNDA, child, flow_nodes, is_event_subprocess, tag, text
from engine.runtime.importing.conditions import is_feel
from engine.runtime.importing.draft import Draft, drop, explain, word
from engine.runtime.importing.events import is_heard

_BY_HAND = "先改为用户任务由人办理"
_FEEL_FORMATS = {"", "feel", "application/feel", "text/feel"}
_QUANTITIES = {"startQuantity": "起始数量", "completionQuantity": "完成数量"}
_DATA = {"ioSpecification", "dataInputAssociation", "dataOutputAssociation"}
#: What other engines would run here.
_CODE = ("class", "delegateExpression", "expression", "type", "topic")


def settle_tasks(draft: Draft) -> None:
    """Look at every activity."""
    for level in draft.levels():
        for node in level.nodes.values():
            _take_one_token(draft, node)
            _settle_repetition(draft, node)
            _SETTLERS.get(tag(node), _leave)(draft, level, node)


def _leave(draft: Draft, level: Level, node: XmlNode) -> None:
    """Leave an element as it is."""


def _take_one_token(draft: Draft, node: XmlNode) -> None:
    for name, what in _QUANTITIES.items():
        if node.get(name, "1") != "1":
            draft.note(node, f"{what}（{name}={brief(node.get(name))}）不支持，按 1 处理。")
            drop(node, name)


def _by_hand(draft: Draft, node: XmlNode, why: str) -> None:
    draft.retag(node, "userTask")
    draft.note(node, f"{why}，{_BY_HAND}。")


def _untyped(draft: Draft, level: Level, node: XmlNode) -> None:
    draft.retag(node, "userTask")
    draft.note(node, "没有写明任务类型，按用户任务处理。")


def _service(draft: Draft, level: Level, node: XmlNode) -> None:
    _read_zeebe_job(node)
    if operation(node):
        draft.note(node, f"操作{quoted(operation(node))}须是系统登记的操作，否则不能发布。")
    elif tag(node) == "sendTask" and is_heard(draft, node):
        return
    else:
        code = next((value for name in _CODE if (value := node.get(f"{CAMUNDA}{name}"))), "")
        _by_hand(draft, node, f"原来由程序{quoted(code)}执行，这里不运行" if code else "没有写明要执行的操作")


def _read_zeebe_job(node: XmlNode) -> None:
    job = node.find(f"{BPMN}extensionElements/{ZEEBE}taskDefinition")
    if job is not None and not operation(node) and re.fullmatch(r"[\w.:-]+", job.get("type") or ""):
        node.set(f"{CAMUNDA}type", "external")
        node.set(f"{CAMUNDA}topic", job.get("type") or "")


def _script(draft: Draft, level: Level, node: XmlNode) -> None:
    lines = script_lines(node)
    language = (node.get("scriptFormat") or "").lower()
    if language in _FEEL_FORMATS and lines and all(name and is_feel(feel) for _, name, feel in lines):
        return
    body = child(node, "script")
    if body is not None:
        explain(node, f"原脚本（{language or '未写明语言'}）：{text(body)}")
        node.remove(body)
    drop(node, "scriptFormat")
    _by_hand(draft, node, "脚本不是“变量名 = FEEL 表达式”，不运行，原文已记在说明里")


def _rule(draft: Draft, level: Level, node: XmlNode) -> None:
    called = node.find(f"{BPMN}extensionElements/{ZEEBE}calledDecision")
    if called is not None and not decision_rule(node).decision:
        node.set(f"{CAMUNDA}decisionRef", called.get("decisionId") or "")
        node.set(f"{CAMUNDA}resultVariable", called.get("resultVariable") or "")
    if decision_rule(node).decision:
        draft.note(node, f"决策{quoted(decision_rule(node).decision)}的文件要放进 decisions/。")
    else:
        _by_hand(draft, node, "没有写明要问的决策")


def _call(draft: Draft, level: Level, node: XmlNode) -> None:
    zeebe = node.find(f"{BPMN}extensionElements/{ZEEBE}calledElement")
    called = node.get("calledElement") or ("" if zeebe is None else zeebe.get("processId") or "")
    process = next((one for one in draft.document.processes() if one.get("id") == called and flow_nodes(one)), None)
    if process is not None:
        node.set("calledElement", called)
        _settle_data(draft, node, process)
        return
    why = f"调用的{quoted(called)}不在这个文件里" if called else "没有写明调用哪个流程"
    _by_hand(draft, node, why)


def _settle_data(draft: Draft, node: XmlNode, process: XmlNode) -> None:
    """Take out what a call hands in and takes out by data of the drawing, and say what is handed over instead."""
    spare = [item for item in node if tag(item) in _DATA]
    for item in spare:
        node.remove(item)
    declared = declared_mapping(node, process)
    if declared is not None:
        gets, gives = (
            "、".join(f"变量 {name}" for name, _ in side) or "全部变量" for side in (declared.gets, declared.gives)
        )
        draft.note(node, f"按被调用流程声明的数据传递：交给它{gets}，收回{gives}；请核对。")
    elif spare:
        draft.note(node, "调用上画的数据输入、输出不起作用，已去掉；没有写明映射时，被调用的流程共用全部变量。")


def _subprocess(draft: Draft, level: Level, node: XmlNode) -> None:
    if flow_nodes(node):
        return
    if is_event_subprocess(node):
        draft.note(node, "事件子流程没有画内容，已去掉。")
        draft.remove(node)
        return
    draft.drawing.collapse(node.get("id") or "")
    _by_hand(draft, node, "子流程没有画内容")


def _receive(draft: Draft, level: Level, node: XmlNode) -> None:
    if node.get("instantiate") != "true":
        return
    del node.attrib["instantiate"]
    if level.incoming.get(node.get("id") or ""):
        draft.note(node, "办件由开始事件发起，接收任务不再发起办件。")
        return
    reference = node.get("messageRef")
    draft.retag(node, "startEvent")
    definition = node.makeelement(f"{BPMN}messageEventDefinition", {"messageRef": reference} if reference else {})
    node.append(definition)
    draft.note(node, "发起办件的接收任务改为消息开始事件。")


_SETTLERS = {
    "task": _untyped,
    "serviceTask": _service,
    "sendTask": _service,
    "scriptTask": _script,
    "businessRuleTask": _rule,
    "callActivity": _call,
    "subProcess": _subprocess,
    "transaction": _subprocess,
    "receiveTask": _receive,
}


def _settle_repetition(draft: Draft, node: XmlNode) -> None:
    found = repetition(node)
    if found is None:
        return
    if not found.is_loop:
        _read_zeebe_loop(found.node)
        _name_items(draft, node, found.node)
        found = repetition(node) or found
    if found.is_loop:
        is_whole = (is_feel(found.condition) or not found.condition) and (found.condition or found.maximum.isdecimal())
    else:
        feels = [feel for feel in (found.collection, found.cardinality) if feel]
        is_whole = len(feels) == 1 and is_feel(feels[0])
    if not is_whole:
        node.remove(found.node)
        what = "循环任务没有写明条件或次数" if found.is_loop else "多实例任务没有写明名单或个数"
        draft.note(node, f"{what}，先按只办一次处理。")


def _read_zeebe_loop(many: XmlNode) -> None:
    zeebe = many.find(f"{BPMN}extensionElements/{ZEEBE}loopCharacteristics")
    if zeebe is None or _how_many(many):
        return
    many.set(f"{CAMUNDA}collection", (zeebe.get("inputCollection") or "").removeprefix("=").strip())
    if zeebe.get("inputElement"):
        many.set(f"{CAMUNDA}elementVariable", zeebe.get("inputElement") or "")


def _how_many(many: XmlNode) -> str:
    collection = text(child(many, "loopDataInputRef")) or many.get(f"{CAMUNDA}collection") or ""
    return collection or text(child(many, "loopCardinality"))


def _name_items(draft: Draft, node: XmlNode, many: XmlNode) -> None:
    """Let collections that are data of the drawing be variables of that name, and drop half-said results."""
    places = [place for name in ("loopDataInputRef", "loopDataOutputRef") if (place := child(many, name)) is not None]
    for place in places:
        data = draft.by_id.get(text(place))
        if data is not None:
            place.text = word(data.get("name") or text(place), "list")
            draft.note(node, f"名单取自数据对象，改为看变量 {place.text}；请在之前的步骤里给它赋值。")
    results, result = child(many, "loopDataOutputRef"), child(many, "outputDataItem")
    if (results is None) != (result is None):
        many.remove(results if results is not None else result)  # type: ignore[arg-type]
