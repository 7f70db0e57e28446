"""Scenarios: whether they name what the diagram has, and whether every end is reached by one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from engine.folders.documents import DEEPEST_DOCUMENT, LONGEST_DOCUMENT, MOST_EVENTS
from engine.lint.findings import Finding
from engine.lint.subject import Subject, found_at, found_in
from engine.runtime.documents import tag

#: Composing in C where it was built: scenarios are the longest files of a folder. Nothing is constructed from them.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FOLDER = "scenarios/"
#: Example answers that scenarios share; no scenario itself.
_SAMPLES = "scenarios/samples.yaml"
_NAMING = ("begin", "task", "timer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An element that a scenario names."""

    element: str
    line: int
    #: Number of the step, or 0 for an end.
    step: int


def check_coverage(subject: Subject) -> Iterator[Finding]:
    """Yield what is wrong with scenarios, and what no scenario shows."""
    reached: set[str] = set()
    known = {name for level in subject.levels for name in level.nodes}
    for file, content in sorted(subject.files.items()):
        if file.startswith(_FOLDER) and file.endswith(".yaml") and file != _SAMPLES:
            mentions = read_mentions(content)
            if mentions is None:
                yield found_in("scenario", file, "", "不是完整的推演用例：应写明 title、steps 和 ends。")
                continue
            reached.update(mention.element for mention in mentions if not mention.step)
            if known:
                yield from _check_names(file, mentions, known)
    yield from _check_ends(subject, reached)
    yield from _check_covered(subject)


def read_mentions(content: bytes) -> tuple[Mention, ...] | None:
    """Return the elements that a scenario names; None when it is no scenario."""
    try:
        root = yaml.compose(content, Loader=_Loader) if _is_bounded(content) else None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        return None
    parts = _entries(root)
    steps, ends = parts.get("steps"), parts.get("ends")
    if not isinstance(steps, SequenceNode) or not isinstance(ends, SequenceNode):
        return None
    return (*_of_steps(steps), *(_mention(end, 0) for end in ends.value))


def _is_bounded(content: bytes) -> bool:
    """Walk the flat stream of events before anything nested is built: composing goes as deep as the file does."""
    if len(content) > LONGEST_DOCUMENT:
        return False
    depth = 0
    for number, event in enumerate(yaml.parse(content, Loader=_Loader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST_DOCUMENT or number > MOST_EVENTS:
            return False
    return True


def _entries(node: Node | None) -> dict[str, Node]:
    pairs = node.value if isinstance(node, MappingNode) else ()
    return {key.value: value for key, value in pairs if isinstance(key, ScalarNode)}


def _of_steps(steps: SequenceNode) -> Iterator[Mention]:
    for number, step in enumerate(steps.value, start=1):
        entries = _entries(step)
        yield from (_mention(entries[key], number) for key in _NAMING if key in entries)


def _mention(node: Node, step: int) -> Mention:
    element = node.value if isinstance(node, ScalarNode) else ""
    return Mention(element=element, line=node.start_mark.line + 1, step=step)


def _check_names(file: str, mentions: Collection[Mention], known: Collection[str]) -> Iterator[Finding]:
    for one in mentions:
        if one.element not in known:
            where = f"第 {one.step} 步" if one.step else "ends "
            message = f"{where}写了“{one.element}”，流程图里没有这个编号，请改正。"
            yield replace(found_in("scenario", file, one.element, message), line=one.line)


def _check_ends(subject: Subject, reached: Collection[str]) -> Iterator[Finding]:
    main = [level for level in subject.levels if subject.diagram and level.node is subject.diagram.main]
    for level in main:
        for node in level.of("endEvent"):
            if node.get("id") not in reached:
                message = "没有推演用例走到这个结局；请在“推演”里走一遍并存为用例。"
                yield found_at("end_without_scenario", level, node, message)


def _check_covered(subject: Subject) -> Iterator[Finding]:
    for level in subject.levels if subject.covered is not None else ():
        for name, node in level.nodes.items():
            if subject.covered is not None and name not in subject.covered and tag(node) != "endEvent":
                message = "没有推演用例经过这里；请在“推演”里走一遍并存为用例。"
                yield found_at("not_covered", level, node, message)
