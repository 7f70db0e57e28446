"""The parts of the files that will run: the main process, the processes it calls, and their levels with their flows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element as XmlNode

from engine.language.wording import quoted
from engine.runtime.dialects import links
from engine.runtime.documents import (
    BPMN,
    Document,
    Problems,
    child,
    children,
    event_kind,
    flow_nodes,
    is_event_subprocess,
    levels,
    tag,
)

#: The diagram that starts, when a folder has several.
MAIN_FILE = "process.bpmn"


@dataclass(slots=True, kw_only=True)
class Level:
    """A process or an embedded subprocess: nodes joined by sequence flows."""

    document: Document
    node: XmlNode
    nodes: dict[str, XmlNode] = field(default_factory=dict)
    flows: list[XmlNode] = field(default_factory=list)
    outgoing: dict[str, list[XmlNode]] = field(default_factory=dict)
    incoming: dict[str, list[XmlNode]] = field(default_factory=dict)
    #: Boundary events by the activity they are attached to.
    attached: dict[str, list[XmlNode]] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """Path of the file inside the owner's folder."""
        return self.document.file

    def boundaries(self, host: str) -> list[XmlNode]:
        """Return the boundary events attached to an activity."""
        return self.attached.get(host, [])

    def steps(self) -> list[tuple[str, str]]:
        """Return which element leads to which, by flows and by links."""
        flows = [(flow.get("sourceRef") or "", flow.get("targetRef") or "") for flow in self.flows]
        return flows + links(self.nodes.values())

    def of(self, *names: str) -> list[XmlNode]:
        """Return the nodes with one of these BPMN names."""
        return [node for node in self.nodes.values() if tag(node) in names]


@dataclass(slots=True, kw_only=True)
class Diagram:
    """Everything that will run."""

    documents: tuple[Document, ...]
    main: XmlNode
    levels: list[Level]

    def nodes(self) -> Iterator[tuple[Level, XmlNode]]:
        """Yield every activity, event and gateway with its level."""
        for level in self.levels:
            for node in level.nodes.values():
                yield level, node

    def declared(self, kind: str) -> dict[str, XmlNode]:
        """Return the messages, signals, errors or escalations of all files by id."""
        found = (node for document in self.documents for node in document.root.iterfind(f"{BPMN}{kind}"))
        return {node.get("id") or "": node for node in found}


def outline(documents: tuple[Document, ...], problems: Problems, process_id: str = "") -> Diagram | None:
    """Find the process that starts and the processes it calls; faults go to `problems`."""
    main = _chosen(documents, problems, process_id) if process_id else _main_process(documents, problems)
    if main is None:
        return None
    called = {node.get("calledElement") for document in documents for node in document.root.iter(f"{BPMN}callActivity")}
    found: list[Level] = []
    for document in documents:
        for process in document.processes():
            if process is main or process.get("id") in called:
                found.extend(_level(document, level) for level in levels(process))
    return Diagram(documents=documents, main=main, levels=found)


def _chosen(documents: tuple[Document, ...], problems: Problems, process_id: str) -> XmlNode | None:
    found = [process for one in documents for process in one.processes() if process.get("id") == process_id]
    if not found:
        problems.add(documents[0].file if documents else MAIN_FILE, None, f"没有编号为{quoted(process_id)}的流程。")
    return found[0] if found else None


def _main_process(documents: tuple[Document, ...], problems: Problems) -> XmlNode | None:
    document = _main_document(documents, problems)
    if document is None:
        return None
    executable = [process for process in document.processes() if process.get("isExecutable") == "true"]
    if len(executable) == 1:
        return executable[0]
    if not executable:
        message = "没有可执行的流程：请在流程属性中勾选“可执行”（isExecutable=true）。"
        problems.add(document.file, next(iter(document.processes()), None), message)
    for process in executable[1:]:
        problems.add(
            document.file, process, "一个文件只能有一个可执行的流程，请把其余流程改为不可执行或移到 called/ 下。"
        )
    return None


def _main_document(documents: tuple[Document, ...], problems: Problems) -> Document | None:
    named = [document for document in documents if document.file == MAIN_FILE]
    outer = [document for document in documents if "/" not in document.file]
    for choice in (named, outer, list(documents)):
        if len(choice) == 1:
            return choice[0]
    if not documents:
        problems.add(MAIN_FILE, None, "没有流程图文件（.bpmn）。")
    else:
        names = "、".join(document.file for document in documents)
        problems.add(MAIN_FILE, None, f"有多个流程图（{names}），请把主流程命名为 {MAIN_FILE}。")
    return None


def _level(document: Document, node: XmlNode) -> Level:
    level = Level(document=document, node=node, flows=children(node, "sequenceFlow"))
    level.nodes = {inner.get("id") or "": inner for inner in flow_nodes(node)}
    for flow in level.flows:
        level.outgoing.setdefault(flow.get("sourceRef") or "", []).append(flow)
        level.incoming.setdefault(flow.get("targetRef") or "", []).append(flow)
    for inner in level.of("boundaryEvent"):
        level.attached.setdefault(inner.get("attachedToRef") or "", []).append(inner)
    return level


def is_first(node: XmlNode) -> bool:
    """Say whether no flow may lead to an element."""
    is_link_end = tag(node) == "intermediateCatchEvent" and event_kind(node) == "link"
    return tag(node) in {"startEvent", "boundaryEvent"} or is_link_end or is_event_subprocess(node)


def is_last(node: XmlNode) -> bool:
    """Say whether no flow may lead away from an element."""
    is_link_begin = tag(node) == "intermediateThrowEvent" and event_kind(node) == "link"
    return tag(node) == "endEvent" or is_link_begin or is_event_subprocess(node)


def has_condition(flow: XmlNode) -> bool:
    """Say whether a flow carries a condition."""
    return child(flow, "conditionExpression") is not None
