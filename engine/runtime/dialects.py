"""What an element says in plain BPMN, in Camunda 7 attributes or in SpiffWorkflow extensions, read as equals."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml.etree import _Element as XmlNode

from engine.runtime.decisions import Rule
from engine.runtime.documents import BPMN, CAMUNDA, SPIFF, child, event_definitions, tag, text

#: How a timer may say its time.
TIMES = ("timeDate", "timeDuration", "timeCycle")
_WRAPPED = re.compile(r"[$#]\{(.*)\}", re.DOTALL)
_NAME = re.compile(r"[^\W\d]\w*")
_LINE = re.compile(rf"({_NAME.pattern})\s*=(?!=)\s*(.+)")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_WRAPPED_PLACEHOLDER = re.compile(r"[$#]\{([^{}]*)\}")
_SINGLE_QUOTED = re.compile(r"'([^'\\]*)'")


@dataclass(frozen=True, slots=True, kw_only=True)
class RepetitionText:
    """How an element says that it runs several times."""

    node: XmlNode
    is_loop: bool
    collection: str = ""
    cardinality: str = ""
    item: str = ""
    results: str = ""
    result: str = ""
    condition: str = ""
    is_sequential: bool = False
    maximum: str = ""
    tests_before: bool = False


def expression_text(raw: str) -> str:
    """Strip the wrappers other engines want around an expression: `${…}`, `#{…}` and a leading `=`."""
    found = raw.strip()
    wrapped = _WRAPPED.fullmatch(found)
    return (wrapped.group(1) if wrapped else found.removeprefix("=")).strip()


def attributes(node: XmlNode) -> dict[str, str]:
    """Return the Camunda attributes and properties of an element by local name."""
    own = {str(name): str(value) for name, value in node.attrib.items()}
    found = {name[len(CAMUNDA) :]: value for name, value in own.items() if name.startswith(CAMUNDA)}
    for space in (CAMUNDA, SPIFF):
        for item in node.iterfind(f"{BPMN}extensionElements/{space}properties/{space}property"):
            found.setdefault(item.get("name") or "", item.get("value") or "")
    return found


def operation(node: XmlNode) -> str:
    """Return the name of the operation a service or send task asks for, or ""."""
    for place in (node, *event_definitions(node)):
        if topic := place.get(f"{CAMUNDA}topic"):
            return topic
    operator = node.find(f"{BPMN}extensionElements/{SPIFF}serviceTaskOperator")
    return "" if operator is None else operator.get("id") or ""


def parameters(node: XmlNode) -> list[tuple[str, str]]:
    """Return the parameters of an operation: name and text, a FEEL expression when the text begins with `=`.

    Camunda writes `${…}` around an expression, alone or inside a text; with SpiffWorkflow every value is one.
    """
    camunda = f".//{CAMUNDA}inputOutput/{CAMUNDA}inputParameter"
    spiff = f".//{SPIFF}serviceTaskOperator/{SPIFF}parameters/{SPIFF}parameter"
    found = [(item.get("name") or "", _unwrapped(text(item))) for item in node.iterfind(camunda)]
    return found + [(item.get("id") or "", _expression(item.get("value") or "")) for item in node.iterfind(spiff)]


def _unwrapped(value: str) -> str:
    whole = _WRAPPED_PLACEHOLDER.fullmatch(value)
    return f"={whole.group(1).strip()}" if whole else _WRAPPED_PLACEHOLDER.sub(r"{\1}", value)


def _expression(value: str) -> str:
    value = value.strip().removeprefix("=").strip()
    quotes = _SINGLE_QUOTED.fullmatch(value)
    if quotes is not None:
        value = '"' + quotes.group(1).replace('"', '\\"') + '"'
    return f"={value}" if value else ""


def code_variable(definition: XmlNode) -> str:
    """Return the variable that receives the code of an error or escalation that an event catches, or ""."""
    names = (definition.get(f"{CAMUNDA}{kind}CodeVariable") for kind in ("error", "escalation"))
    return next((name for name in names if name), "")


def decision_rule(node: XmlNode) -> Rule:
    """Return the decision that a business rule task asks, and where its answer goes; decision "" without one."""
    called = node.find(f"{BPMN}extensionElements/{SPIFF}calledDecisionId")
    return Rule(
        decision=(node.get(f"{CAMUNDA}decisionRef") or text(called)).strip(),
        result=(node.get(f"{CAMUNDA}resultVariable") or "").strip(),
        shape=node.get(f"{CAMUNDA}mapDecisionResult") or "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CallText:
    """What a call activity hands in and takes out: name of the target and expression of the source."""

    gets: tuple[tuple[str, str], ...]
    gives: tuple[tuple[str, str], ...]
    gets_all: bool
    gives_all: bool


def declared_mapping(call: XmlNode, process: XmlNode) -> CallText | None:
    """Return what a called process declares to take and to give, SpiffWorkflow's way: data inputs and outputs by id.

    None when it declares nothing, or when the call says for itself what goes in and out.
    """
    if any(call.find(f"{BPMN}extensionElements/{CAMUNDA}{way}") is not None for way in ("in", "out")):
        return None
    gets, gives = (
        tuple((name, name) for name in declared_names(process, kind)) for kind in ("dataInput", "dataOutput")
    )
    return CallText(gets=gets, gives=gives, gets_all=not gets, gives_all=not gives) if gets or gives else None


def declared_names(process: XmlNode, *kinds: str) -> list[str]:
    """Return the ids of a process's data inputs or outputs that an expression could read as variables."""
    specification = child(process, "ioSpecification")
    items = [] if specification is None else [item for item in specification if tag(item) in kinds]
    return [name for item in items if _NAME.fullmatch(name := item.get("id") or "")]


def call_mapping(node: XmlNode) -> CallText | None:
    """Return Camunda's `in` and `out` of a call; None when it shares all variables: without any, or with all of them.

    A business key is passed over: a called process belongs to the same case.
    """
    gets, gives = ([*node.iterfind(f"{BPMN}extensionElements/{CAMUNDA}{way}")] for way in ("in", "out"))
    gets = [item for item in gets if item.get("businessKey") is None]
    gets_all, gives_all = (any(item.get("variables") == "all" for item in items) for items in (gets, gives))
    pairs = [tuple(_pair(item) for item in items if item.get("variables") is None) for items in (gets, gives)]
    if not (gets or gives) or (gets_all and gives_all and not any(pairs)):
        return None
    return CallText(gets=pairs[0], gives=pairs[1], gets_all=gets_all, gives_all=gives_all)


def _pair(item: XmlNode) -> tuple[str, str]:
    return item.get("target") or "", expression_text(item.get("source") or item.get("sourceExpression") or "")


def link_name(node: XmlNode) -> str:
    """Return the name that joins both ends of a link, or ""."""
    definition = child(node, "linkEventDefinition")
    return "" if definition is None else (definition.get("name") or "").strip()


def links(nodes: Iterable[XmlNode]) -> list[tuple[str, str]]:
    """Return the links of a level: id of the throwing and id of the catching event."""
    ends = [(tag(node), link_name(node), node.get("id") or "") for node in nodes]
    catching = {name: node_id for kind, name, node_id in ends if name and kind == "intermediateCatchEvent"}
    throwing = [(name, node_id) for kind, name, node_id in ends if name and kind == "intermediateThrowEvent"]
    return [(node_id, catching[name]) for name, node_id in throwing if name in catching]


def condition_text(node: XmlNode) -> str:
    """Return the expression of a conditional event, or ""."""
    definition = child(node, "conditionalEventDefinition")
    return "" if definition is None else expression_text(text(child(definition, "condition")))


def placeholders(literal: str) -> list[str]:
    """Return the expressions in braces inside a literal parameter."""
    return [found.strip() for found in _PLACEHOLDER.findall(literal)]


def script_lines(node: XmlNode) -> list[tuple[str, str, str]]:
    """Return the lines of a script task: whole line, variable and expression; both "" when it is no assignment.

    With Camunda's result variable the whole script is one expression, and `x = 1` in it compares.
    """
    script, found = text(child(node, "script")), []
    result = node.get(f"{CAMUNDA}resultVariable")
    if result is not None and script:
        return [(script, result, expression_text(script)) if _NAME.fullmatch(result) else (result, "", "")]
    for line in script.splitlines():
        line = line.strip()
        if line and not line.startswith("//"):
            match = _LINE.fullmatch(line)
            found.append((line, match.group(1), match.group(2)) if match else (line, "", ""))
    return found


def timer_text(node: XmlNode) -> tuple[str, str]:
    """Return which of timeDate, timeDuration, timeCycle an event has, and its text; both "" without one."""
    definition = child(node, "timerEventDefinition")
    for item in definition if definition is not None else ():
        if tag(item) in TIMES:
            return tag(item), expression_text(text(item))
    return "", ""


def repetition(node: XmlNode) -> RepetitionText | None:
    """Return how an activity is repeated, or None."""
    loop = child(node, "standardLoopCharacteristics")
    if loop is not None:
        return RepetitionText(
            node=loop,
            is_loop=True,
            condition=expression_text(text(child(loop, "loopCondition"))),
            maximum=loop.get("loopMaximum") or "",
            tests_before=loop.get("testBefore") == "true",
        )
    many = child(node, "multiInstanceLoopCharacteristics")
    if many is None:
        return None
    collection = text(child(many, "loopDataInputRef")) or many.get(f"{CAMUNDA}collection") or ""
    return RepetitionText(
        node=many,
        is_loop=False,
        collection=expression_text(collection),
        cardinality=expression_text(text(child(many, "loopCardinality"))),
        item=_item_name(many, "inputDataItem") or many.get(f"{CAMUNDA}elementVariable") or "",
        results=text(child(many, "loopDataOutputRef")),
        result=_item_name(many, "outputDataItem"),
        condition=expression_text(text(child(many, "completionCondition"))),
        is_sequential=many.get("isSequential") == "true",
    )


def _item_name(many: XmlNode, name: str) -> str:
    """Return the variable of a data item: its name, or its id where the name is only a description."""
    item = child(many, name)
    names = [] if item is None else [found for found in (item.get("name"), item.get("id")) if found]
    return next((found for found in names if _NAME.fullmatch(found)), *names[:1] or [""])
