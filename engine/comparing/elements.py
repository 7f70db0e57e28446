"""What is said of an element of a diagram when editions are compared: its properties, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from lxml import etree
from lxml.etree import _Element as XmlNode

from engine.comparing.changes import Thing
from engine.drawing.painting import KINDS
from engine.folders import OPERATIONS
from engine.runtime.dialects import (
    attributes,
    condition_text,
    decision_rule,
    expression_text,
    operation,
    parameters,
    repetition,
    timer_text,
)
from engine.runtime.documents import (
    BPMN,
    Document,
    child,
    event_definitions,
    event_kind,
    interrupts,
    tag,
    text,
)

_REFERENCES = {"messageRef": "消息", "signalRef": "信号", "errorRef": "错误", "escalationRef": "升级"}
_EVENTS = {
    "timer": "定时",
    "message": "消息",
    "signal": "信号",
    "error": "错误",
    "escalation": "升级",
    "conditional": "条件",
    "terminate": "终止",
    "link": "链接",
    "cancel": "取消",
}
_UNITS = {"timeDate": "到期时间", "timeDuration": "等待时长", "timeCycle": "重复间隔"}
#: Attributes that are said in other words.
_SAID = frozenset(
    {"topic", "type", "decisionRef", "resultVariable", "mapDecisionResult", "collection", "elementVariable"}
)
_WORDS = {"candidateGroups": "办理岗位", "assignee": "办理人", "dueDate": "到期时间", "formKey": "表单"}
_SORTS: Mapping[str, str] = {**KINDS, "sequenceFlow": "连线", "lane": "泳道", "process": "流程", "message": "消息"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One diagram file: its elements with what is said of them."""

    document: Document
    #: Id of the lane of each element, by id.
    lanes: Mapping[str, str]
    #: What people call each element, by id.
    names: Mapping[str, str]


def read_drawing(document: Document) -> Drawing:
    """Read the lanes and names of a diagram."""
    lanes: dict[str, str] = {}
    for lane in document.root.iter(f"{BPMN}lane"):
        for reference in lane.iterfind(f"{BPMN}flowNodeRef"):
            lanes[text(reference)] = lane.get("id") or ""
    nodes = (node for node in document.root.iter(f"{BPMN}*") if node.get("id"))
    return Drawing(document=document, lanes=lanes, names={node.get("id") or "": _name(node) for node in nodes})


def called(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Return what elements that others refer to are called in both editions; two of one name are told apart by id.

    A step that was renamed must not look like another step to everything that is joined to it.
    """
    names = {**old, **new}
    counts = Counter(names.values())
    return {key: f"{name}（{key}）" if counts[name] > 1 else name for key, name in names.items()}


def things_of(drawing: Drawing, names: Mapping[str, str]) -> dict[str, Thing]:
    """Return everything in a diagram that has an id and means something by itself.

    Args:
        drawing: the diagram.
        names: what elements are called where others refer to them, see `called`.
    """
    drawing = replace(drawing, names=names)
    found = {}
    for node in drawing.document.root.iter(f"{BPMN}*"):
        kind = tag(node)
        if node.get("id") and kind in _SORTS and kind not in {"participant", "group"}:
            found[node.get("id") or ""] = _thing(drawing, node)
    return found


def _name(node: XmlNode) -> str:
    return " ".join((node.get("name") or node.get("id") or "").split())


def _thing(drawing: Drawing, node: XmlNode) -> Thing:
    if tag(node) == "sequenceFlow":
        return _flow(drawing, node)
    properties = {"名称": node.get("name") or "", "种类": _sort(node)}
    for reader in _READERS:
        properties.update({what: value for what, value in reader(drawing, node) if value})
    lane = properties.get("泳道", "")
    return Thing(sort=_sort(node), name=_name(node), properties=properties, place=f"（泳道“{lane}”）" if lane else "")


def _flow(drawing: Drawing, node: XmlNode) -> Thing:
    ends = [drawing.names.get(node.get(end) or "", node.get(end) or "") for end in ("sourceRef", "targetRef")]
    condition = expression_text(text(child(node, "conditionExpression")))
    source = node.getparent()
    outer = (
        next((one for one in source if one.get("id") == node.get("sourceRef")), None) if source is not None else None
    )
    is_default = outer is not None and outer.get("default") == node.get("id")
    properties = {
        "起点": ends[0],
        "终点": ends[1],
        "名称": node.get("name") or "",
        "条件": condition,
        "默认出线": "是" if is_default else "",
    }
    properties.update({what: value for what, value in _explanation(drawing, node) if value})
    return Thing(sort="连线", name=f"{ends[0]}→{ends[1]}", properties=properties)


def _sort(node: XmlNode) -> str:
    event = _EVENTS.get(event_kind(node), "") if tag(node).endswith("Event") else ""
    if event and tag(node) == "boundaryEvent":
        return f"{event}边界事件"
    return f"{event}{_SORTS[tag(node)]}" if event else _SORTS[tag(node)]


def _placing(drawing: Drawing, node: XmlNode) -> Iterator[tuple[str, str]]:
    lane = drawing.lanes.get(node.get("id") or "", "")
    yield "泳道", drawing.names.get(lane, lane)
    host = node.get("attachedToRef") or ""
    yield "所在步骤", drawing.names.get(host, host)
    if tag(node) == "boundaryEvent":
        yield "触发后", "中断所在步骤" if interrupts(node) else "所在步骤照常进行"


def _explanation(drawing: Drawing, node: XmlNode) -> Iterator[tuple[str, str]]:
    prose: list[str] = []
    for line in text(child(node, "documentation")).splitlines():
        label, colon, rest = line.strip().partition("：")
        if colon and label in {"依据", "标记"}:
            yield label, rest
        else:
            prose.append(line.strip())
    yield "说明", "\n".join(prose).strip()


def _timing(drawing: Drawing, node: XmlNode) -> Iterator[tuple[str, str]]:
    unit, body = timer_text(node)
    yield _UNITS.get(unit, ""), body
    yield "触发条件", condition_text(node)
    if tag(node) == "scriptTask":
        yield "脚本", text(child(node, "script"))


def _references(drawing: Drawing, node: XmlNode) -> Iterator[tuple[str, str]]:
    for place in (node, *event_definitions(node)):
        for attribute, what in _REFERENCES.items():
            reference = place.get(attribute) or ""
            yield what, drawing.names.get(reference, reference)
    called = node.get("calledElement") or ""
    yield "调用的流程", called


def _operations(drawing: Drawing, node: XmlNode) -> Iterator[tuple[str, str]]:
    topic = operation(node)
    known = OPERATIONS.get(topic)
    yield "操作", known.label if known else topic
    for name, value in parameters(node) if topic else ():
        parameter = known.parameters.get(name) if known else None
        yield (parameter.label.partition("，")[0] if parameter else f"参数 {name}"), value
    rule = decision_rule(node)
    yield "决策", rule.decision
    yield "决策结果存入", rule.result


def _repeating(drawing: Drawing, node: XmlNode) -> Iterator[tuple[str, str]]:
    found = repetition(node)
    if found is not None:
        yield "重复方式", "循环" if found.is_loop else ("逐个办理" if found.is_sequential else "同时办理")
        yield "按哪些逐一办理", found.collection or found.cardinality
        yield "完成条件", found.condition
        yield "每一项叫", found.item
        yield "结果存入", found.results


def _attributes(drawing: Drawing, node: XmlNode) -> Iterator[tuple[str, str]]:
    for name, value in attributes(node).items():
        if name not in _SAID:
            yield _WORDS.get(name, f"属性 {name}"), value


def _foreign(drawing: Drawing, node: XmlNode) -> Iterator[tuple[str, str]]:
    """Yield extension elements of other vendors, so that nothing is lost in silence."""
    extensions = child(node, "extensionElements")
    for item in extensions if extensions is not None else ():
        if isinstance(item.tag, str) and not item.tag.startswith("{http://camunda.org/schema/1.0/bpmn}"):
            yield f"扩展 {etree.QName(item).localname}", etree.tostring(item, encoding="unicode", with_tail=False)


_READERS: tuple[Callable[[Drawing, XmlNode], Iterator[tuple[str, str]]], ...] = (
    _placing,
    _timing,
    _references,
    _operations,
    _repeating,
    _attributes,
    _explanation,
    _foreign,
)
