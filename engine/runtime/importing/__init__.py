"""Making any BPMN 2.0 drawing executable, and saying what was assumed on the way.

A drawing from a workshop or from another product leaves out what every reader knows, or says it in words that our
engine does not run. Nothing is guessed silently: each assumption is reported with its element, what has nothing to
run becomes a task of a person, and what can have no honest reading is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine.errors import DefinitionRefused
from engine.runtime.checks_flows import check_size
from engine.runtime.diagram import outline
from engine.runtime.documents import REFUSED, Problems, event_kind, read_documents, tag
from engine.runtime.importing import ends, errors, events, extensions, flows, lanes, names, pools, tasks
from engine.runtime.importing.draft import Assumption, Draft
from engine.runtime.parsing import read_definition

__all__ = ["Assumption", "Imported", "import_diagram"]

#: What the file is called while it is looked at.
_FILE = "process.bpmn"
_COMPENSATION = "不支持补偿，无法导入；请先把要撤销的事画成明确的步骤。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """An executable diagram and what was assumed to make it so."""

    bpmn: bytes
    #: The process that starts.
    process_id: str
    #: In the order of the steps of the import; what is still to be drawn comes last.
    report: tuple[Assumption, ...]
    #: (old, new) ids; every new one is found in the report as well unless it was asked for.
    renamed: tuple[tuple[str, str], ...]
    #: Whether `read_definition` accepts it; otherwise the end of the report says what the owner still has to draw.
    is_executable: bool


def import_diagram(data: bytes, *, process_id: str = "", as_words: bool = False) -> Imported:
    """Make a drawing executable.

    Args:
        data: any BPMN 2.0 file, of any modeller, executable or not.
        process_id: the process that starts when the file has several pools, by its id in the file; "" for the most
            likely one.
        as_words: give every process, lane and step an id that is a word, for the files that will refer to it.

    Raises:
        DefinitionRefused: it is no such file, or has elements that cannot be imported; names each.
    """
    problems = Problems()
    documents = read_documents({_FILE: data}, problems)
    if not documents:
        raise DefinitionRefused(tuple(problems.found))
    draft = Draft(documents[0])
    _prepare(draft, process_id, problems, as_words=as_words)
    if problems.found and as_words:
        return import_diagram(data, process_id=process_id)
    if problems.found:
        raise DefinitionRefused(tuple(problems.found))
    _settle(draft)
    return _checked(draft)


def _prepare(draft: Draft, process_id: str, problems: Problems, *, as_words: bool) -> None:
    """Settle ids and the process that starts; what cannot be imported goes to `problems`."""
    names.check_doubles(draft, problems)
    if problems.found:
        return
    extensions.adopt_relatives(draft)
    names.settle_names(draft, as_words=as_words)
    wanted = draft.renamed.get(process_id, process_id)
    if pools.choose_process(draft, wanted, problems) and _is_small(draft, problems):
        _check_kinds(draft, problems)


def _is_small(draft: Draft, problems: Problems) -> bool:
    diagram = outline((draft.document,), problems, draft.process_id)
    return diagram is not None and check_size(diagram, problems)


def _check_kinds(draft: Draft, problems: Problems) -> None:
    """Report elements whose meaning no other drawing would keep."""
    for level in draft.levels():
        for node in level.nodes.values():
            if tag(node) in REFUSED and tag(node) != "task":
                problems.add(draft.document.file, node, REFUSED[tag(node)])
            elif event_kind(node) == "compensate" or node.get("isForCompensation") == "true":
                problems.add(draft.document.file, node, _COMPENSATION)


def _settle(draft: Draft) -> None:
    flows.remove_broken(draft)
    tasks.settle_tasks(draft)
    events.settle_events(draft)
    errors.settle_errors(draft)
    ends.settle_ends(draft)
    flows.settle_choices(draft)
    lanes.settle_lanes(draft)
    extensions.settle_extensions(draft)
    pools.report_drawn(draft)
    pools.show_main(draft)
    draft.sweep()


def _checked(draft: Draft) -> Imported:
    bpmn = etree.tostring(draft.root, xml_declaration=True, encoding="UTF-8")
    remaining: tuple[Assumption, ...] = ()
    try:
        read_definition({_FILE: bpmn}, digest="import")
    except DefinitionRefused as refused:
        remaining = tuple(
            Assumption(element_id=problem.element, name=problem.name, sentence=f"仍需修改：{problem.message}")
            for problem in refused.problems
        )
    report = (*draft.report, *remaining)
    return Imported(
        bpmn=bpmn,
        process_id=draft.process_id,
        report=report,
        renamed=tuple(draft.renamed.items()),
        is_executable=not remaining,
    )
