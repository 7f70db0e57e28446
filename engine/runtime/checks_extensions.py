"""What other engines would do and ours would not: extensions and attributes that must not be passed over in silence."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.etree import _Element as XmlNode

from engine.language.wording import quoted
from engine.runtime.diagram import Diagram, Level
from engine.runtime.dialects import call_mapping
from engine.runtime.documents import CAMUNDA, SPIFF, Problems, child, event_definitions, tag, text
from engine.runtime.values import FACTS

ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
_LISTENERS = "不支持监听器；请改用服务任务或脚本任务，把要做的事画在图上。"
_SCRIPTS = "不支持任务前后的脚本；请改用单独的脚本任务。"
_PAYLOAD = "消息的内容直接成为办件变量，不支持另设内容表达式或变量名，请删除。"
#: Extension elements that would have to run, and what is said about them.
REFUSED_EXTENSIONS = {
    f"{CAMUNDA}executionListener": _LISTENERS,
    f"{CAMUNDA}taskListener": _LISTENERS,
    f"{ZEEBE}executionListeners": _LISTENERS,
    f"{ZEEBE}taskListeners": _LISTENERS,
    f"{SPIFF}preScript": _SCRIPTS,
    f"{SPIFF}postScript": _SCRIPTS,
    f"{SPIFF}messagePayload": _PAYLOAD,
    f"{SPIFF}payloadExpression": _PAYLOAD,
    f"{SPIFF}messageVariable": _PAYLOAD,
    f"{SPIFF}variableName": _PAYLOAD,
    f"{CAMUNDA}errorEventDefinition": "不支持由外部任务的结果引发错误；请在后面用排他网关判断结果。",
    f"{ZEEBE}ioMapping": "不支持变量映射（ioMapping）；请用脚本任务给变量赋值。",
}
#: Attributes, the values that change nothing, and what is said about any other value.
_ATTRIBUTES = {
    "isForCompensation": ({"false"}, "不支持补偿活动，请画出明确的更正步骤。"),
    "startQuantity": ({"1"}, "不支持起始数量（startQuantity），请删除。"),
    "completionQuantity": ({"1"}, "不支持完成数量（completionQuantity），请删除；要分出几条路请用并行网关。"),
    "eventGatewayType": ({"Exclusive"}, "不支持并行的事件网关；请改用并行网关，后面各接一个等待事件。"),
    "instantiate": ({"false"}, "不支持由接收任务或事件网关发起办件；请改用消息开始事件。"),
    "parallelMultiple": ({"false"}, "不支持要等几个触发都到齐的事件；请改用并行网关，后面各接一个等待事件。"),
}
#: Elements that ask for an operation.
WITH_PARAMETERS = {"serviceTask", "sendTask", "endEvent", "intermediateThrowEvent"}


def check_extensions(diagram: Diagram, problems: Problems) -> None:
    """Look at every element, flow and process."""
    for level in diagram.levels:
        process = [level.node] if tag(level.node) == "process" else []
        for place in (*process, *level.flows, *level.nodes.values()):
            for sentence in dict.fromkeys(_refused(place)):
                problems.add(level.file, place, sentence)
        for node in level.nodes.values():
            _check_parameters(level, node, problems)
            _check_mapping(level, node, problems)


def _refused(place: XmlNode) -> Iterator[str]:
    for holder in (place, *event_definitions(place)):
        extensions = child(holder, "extensionElements")
        for extension in extensions if extensions is not None else ():
            is_filled = len(extension) or extension.attrib or text(extension)
            if is_filled or extension.tag not in (f"{SPIFF}preScript", f"{SPIFF}postScript"):
                yield from filter(None, [REFUSED_EXTENSIONS.get(str(extension.tag))])
    for name, (harmless, sentence) in _ATTRIBUTES.items():
        if place.get(name, next(iter(harmless))) not in harmless:
            yield sentence
    many = child(place, "multiInstanceLoopCharacteristics")
    if many is not None and many.get("behavior", "All") != "All":
        yield "不支持多实例的中途事件（behavior）；请用完成条件。"


def _check_parameters(level: Level, node: XmlNode, problems: Problems) -> None:
    extensions = child(node, "extensionElements")
    if extensions is None:
        return
    if tag(node) not in WITH_PARAMETERS and extensions.find(f"{CAMUNDA}inputOutput") is not None:
        problems.add(level.file, node, "只有服务任务可以带输入参数；这里请改用脚本任务给变量赋值。")
    elif extensions.find(f"{CAMUNDA}inputOutput/{CAMUNDA}outputParameter") is not None:
        problems.add(level.file, node, "不支持输出参数；请在后面用脚本任务给变量赋值。")
    for parameter in extensions.iterfind(f"{CAMUNDA}inputOutput/{CAMUNDA}inputParameter/*/.."):
        name = parameter.get("name")
        message = f"参数{quoted(name)}不能用列表、映射或脚本；请写成文字，或以 = 开头的 FEEL 表达式。"
        problems.add(level.file, node, message)


def _check_mapping(level: Level, node: XmlNode, problems: Problems) -> None:
    found = call_mapping(node)
    if found is None:
        return
    if tag(node) != "callActivity":
        problems.add(level.file, node, "只有调用活动可以带变量映射（in/out）。")
    for name, feel in (*found.gets, *found.gives):
        if not name or not feel:
            problems.add(level.file, node, "变量映射应写明来源（source 或 sourceExpression）和目标（target）。")
        elif name in FACTS:
            problems.add(level.file, node, f"{quoted(name)}由系统提供，变量映射不能给它赋值，请换一个变量名。")
