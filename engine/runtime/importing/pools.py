"""Which process of a file becomes the procedure, and what becomes of the other pools and the messages between them."""

from __future__ import annotations

from collections.abc import Iterable

from lxml.etree import _Element as XmlNode

from engine.language.wording import brief, quoted
from engine.runtime.documents import BPMN, Problems, flow_nodes, levels
from engine.runtime.importing.draft import Draft

#: Names that one sentence lists at most.
_NAMED = 8
#: What is drawn for the reader and has no part in a run.
_ONLY_DRAWN = {
    "dataObjectReference": "数据对象",
    "dataStoreReference": "数据存储",
    "textAnnotation": "注释",
    "group": "分组",
    "conversation": "会话",
}


def choose_process(draft: Draft, process_id: str, problems: Problems) -> bool:
    """Pick the process that starts and mark it executable; faults go to `problems`."""
    found = [process for process in draft.document.processes() if flow_nodes(process)]
    wanted = [process for process in found if process.get("id") == process_id] if process_id else found
    if not wanted:
        message = f"没有编号为{quoted(process_id)}的流程。" if process_id else "图中没有画出任何步骤的流程，无法导入。"
        problems.add(draft.document.file, next(iter(draft.document.processes()), None), message)
        return False
    main = _most_likely(draft, wanted)
    draft.process_id = main.get("id") or ""
    if main.get("isExecutable") != "true":
        draft.note(main, "图上没有标为可执行，已标为可执行。")
    for process in draft.document.processes():
        process.set("isExecutable", "true" if process is main else "false")
    _report_pools(draft, main, found, is_chosen=bool(process_id))
    return True


def _most_likely(draft: Draft, found: list[XmlNode]) -> XmlNode:
    """Return the executable process that nobody calls, or else the one with the most steps."""
    called = {node.get("calledElement") for node in draft.root.iter(f"{BPMN}callActivity")}
    outer = [process for process in found if process.get("id") not in called] or found
    executable = [process for process in outer if process.get("isExecutable") == "true"] or outer
    return max(executable, key=lambda process: sum(len(flow_nodes(level)) for level in levels(process)))


def _report_pools(draft: Draft, main: XmlNode, found: list[XmlNode], *, is_chosen: bool) -> None:
    pools = [*draft.root.iterfind(f"{BPMN}collaboration/{BPMN}participant")]
    names = {pool.get("processRef") or "": pool.get("name") or "" for pool in pools}
    called = _called_from(main, found)
    others = [process for process in found if process is not main]
    if others and is_chosen:
        draft.note(main, "图中有几个流程，按导入时的指定以这一个为主流程。")
    elif others:
        way = "在原图里只把它标为可执行后重新导入，或用命令 guicheng import --process 指定它的编号"
        draft.note(main, f"图中有几个流程，以步骤最多或标为可执行的这一个为主流程；要以另一个为主，请{way}。")
    for process in others:
        if process.get("id") in called:
            draft.note(process, "由主流程调用，作为被调用的流程保留。")
        else:
            name = names.get(process.get("id") or "") or process.get("name") or process.get("id")
            draft.note(process, f"{quoted(name)}的步骤不属于主流程，只留在图上，不会运行。")
    boxes = [pool.get("name") or "" for pool in pools if not pool.get("processRef")]
    if boxes:
        draft.note(None, f"没有画内部步骤的池（{_listed(boxes)}）只作说明。")


def _called_from(main: XmlNode, found: list[XmlNode]) -> set[str]:
    """Return the processes that a process calls, and those that these call."""
    by_id = {process.get("id") or "": process for process in found}
    called: set[str] = set()
    pending = [main]
    while pending:
        calls = (node.get("calledElement") or "" for node in pending.pop().iter(f"{BPMN}callActivity"))
        fresh = {name for name in calls if name in by_id} - called
        called |= fresh
        pending += [by_id[name] for name in fresh]
    return called


def report_drawn(draft: Draft) -> None:
    """Report message flows, and what is drawn for the reader only."""
    flows = [*draft.root.iterfind(f"{BPMN}collaboration/{BPMN}messageFlow")]
    if flows:
        named = _listed(flow.get("name") or flow.get("id") or "" for flow in flows)
        draft.note(None, f"池与池之间的消息流（{named}）只作说明；要等待或发出的消息以事件和任务上写的为准。")
    for kind, what in _ONLY_DRAWN.items():
        found = [*draft.root.iter(f"{BPMN}{kind}")]
        if found:
            names = _listed(node.get("name") or "" for node in found)
            draft.note(None, f"{what} {len(found)} 个{f'（{names}）' if names else ''}只作说明，不参与运行。")


def show_main(draft: Draft) -> None:
    """Let the diagram of the main process be the one that is opened, where a file has several."""
    main = next(process for process in draft.document.processes() if process.get("id") == draft.process_id)
    draft.drawing.show_first({node.get("id") or "" for node in flow_nodes(main)})


def _listed(names: Iterable[str]) -> str:
    found = [*dict.fromkeys(brief(name) for name in names if name)]
    return "、".join(found[:_NAMED]) + (" 等" if len(found) > _NAMED else "")
