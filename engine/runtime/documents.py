"""Reading BPMN files safely: no entities, no network, limited size; and the few words all readers of the XML share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.errors import Problem
from engine.language.wording import brief
from engine.runtime.limits import LONGEST_ID, MAX_FILE_BYTES

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"

TASKS = frozenset(
    {"userTask", "manualTask", "serviceTask", "sendTask", "scriptTask", "receiveTask", "businessRuleTask"}
)
#: Activities with a level of their own in the same file.
EMBEDDED = ("subProcess", "transaction")
SCOPES = frozenset({*EMBEDDED, "callActivity"})
ACTIVITIES = TASKS | SCOPES
GATEWAYS = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"})
EVENTS = frozenset(
    {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"},
)
#: Elements whose event is thrown, not waited for.
THROWING = frozenset({"endEvent", "intermediateThrowEvent", "sendTask"})
SUPPORTED = ACTIVITIES | GATEWAYS | EVENTS
REFUSED = {
    "task": "未定类型的任务不能运行，请改为用户任务、服务任务或脚本任务。",
    "adHocSubProcess": "不支持即席子流程，请画出确定的先后顺序。",
    "complexGateway": "不支持复杂网关，请改用排他、并行或包容网关。",
    "choreographyTask": "不支持编排任务。",
    "subChoreography": "不支持编排任务。",
}
#: Attributes that XML Schema lets say `1` and `0` as well.
_TRUTHS = frozenset(
    {
        "cancelActivity",
        "instantiate",
        "isExecutable",
        "isForCompensation",
        "isInterrupting",
        "isSequential",
        "parallelMultiple",
        "testBefore",
        "triggeredByEvent",
    }
)
_SPELLINGS = {"1": "true", "0": "false"}
#: Attributes that may name an element of the file with the prefix of the file's own namespace: `tns:step`.
_NAMES = frozenset({"attachedToRef", "calledElement", "errorRef", "escalationRef", "messageRef", "signalRef"})


@dataclass(slots=True)
class Problems:
    """Collects everything that is wrong, so that the owner can mend all of it at once."""

    found: list[Problem] = field(default_factory=list)

    def add(self, file: str, node: etree._Element | None, message: str) -> None:
        """Note a fault of an element; without an element it is the file's."""
        if node is None:
            self.found.append(Problem(file=file, message=message))
            return
        self.found.append(
            Problem(
                file=file,
                element=(node.get("id") or "")[:LONGEST_ID],
                name=brief(node.get("name") or ""),
                message=message,
                line=line_of(node),
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One BPMN file."""

    file: str
    root: etree._Element

    def processes(self) -> list[etree._Element]:
        """Return its process elements."""
        return self.root.findall(f"{BPMN}process")


def tag(node: etree._Element) -> str:
    """Return the local name of a BPMN element, or "" for anything else."""
    name = node.tag
    return name[len(BPMN) :] if isinstance(name, str) and name.startswith(BPMN) else ""


def line_of(node: etree._Element) -> int | None:
    """Return the line of an element in its file, when the parser knows it."""
    return node.sourceline if isinstance(node.sourceline, int) else None


def children(node: etree._Element, *names: str) -> list[etree._Element]:
    """Return the direct children with one of these BPMN names, in document order."""
    return [child for child in node if tag(child) in names]


def child(node: etree._Element, name: str) -> etree._Element | None:
    """Return the first direct child with this BPMN name."""
    return node.find(f"{BPMN}{name}")


def text(node: etree._Element | None) -> str:
    """Return the element's text without surrounding blanks, "" without an element."""
    return "" if node is None else "".join(str(part) for part in node.itertext()).strip()


def levels(process: etree._Element) -> Iterator[etree._Element]:
    """Yield the process and every embedded subprocess below it."""
    yield process
    for inner in children(process, *EMBEDDED):
        yield from levels(inner)


def flow_nodes(level: etree._Element) -> list[etree._Element]:
    """Return the activities, events and gateways of one level."""
    return children(level, *SUPPORTED, *REFUSED)


def event_definitions(node: etree._Element) -> list[etree._Element]:
    """Return the event definitions of an event."""
    return [item for item in node if tag(item).endswith("EventDefinition")]


def event_kind(node: etree._Element) -> str:
    """Return timer, message … for an event with a definition, message for a task with one, otherwise ""."""
    if tag(node) == "receiveTask" or (tag(node) == "sendTask" and node.get("messageRef")):
        return "message"
    definitions = event_definitions(node)
    return tag(definitions[0]).removesuffix("EventDefinition") if definitions else ""


def is_event_subprocess(node: etree._Element) -> bool:
    """Say whether a subprocess begins by an event instead of a flow."""
    return node.get("triggeredByEvent") == "true"


def interrupts(node: etree._Element) -> bool:
    """Say whether a boundary event, or the start event of an event subprocess, takes back what is open."""
    return "false" not in (node.get("cancelActivity"), node.get("isInterrupting"))


def read_documents(files: Mapping[str, bytes], problems: Problems) -> tuple[Document, ...]:
    """Parse every `.bpmn` file; faults go to `problems`."""
    found = [_read(file, content, problems) for file, content in sorted(files.items()) if file.endswith(".bpmn")]
    return tuple(document for document in found if document is not None)


def _read(file: str, content: bytes, problems: Problems) -> Document | None:
    if len(content) > MAX_FILE_BYTES:
        problems.add(file, None, f"流程图文件超过 {MAX_FILE_BYTES // 1_000_000} MB，请拆分为子流程文件。")
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        problems.found.append(Problem(file=file, message=f"不是完整的 XML 文件，无法读取：{brief(error)}", line=line))
        return None
    if root.getroottree().docinfo.internalDTD is not None:
        problems.add(file, None, "文件带有 DOCTYPE 声明，出于安全考虑不予读取；请用建模工具重新导出。")
        return None
    if tag(root) != "definitions":
        problems.add(file, None, "不是 BPMN 2.0 流程图：根元素应为 bpmn:definitions。")
        return None
    _settle_spellings(root)
    return Document(file=file, root=root)


def _settle_spellings(root: etree._Element) -> None:
    """Write truth values and references of all modellers in one way."""
    for node in root.iter(f"{BPMN}*"):
        for name in _TRUTHS.intersection(node.attrib):
            value = (node.get(name) or "").strip()
            node.set(name, _SPELLINGS.get(value, value))
        for name in _NAMES.intersection(node.attrib):
            prefix, _, local = (node.get(name) or "").partition(":")
            if local and prefix in node.nsmap:
                node.set(name, local)
