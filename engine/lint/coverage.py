"""Scenarios: whether they name what the diagram has, and whether every end is reached by one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import yaml

from engine.folders.documents import LONGEST_DOCUMENT
from engine.lint.findings import Finding
from engine.lint.subject import Subject, found_at, found_in
from engine.runtime.documents import tag

_FOLDER = "scenarios/"
#: Example answers that scenarios share; no scenario itself.
_SAMPLES = "scenarios/samples.yaml"


def check_coverage(subject: Subject) -> Iterator[Finding]:
    """Yield what is wrong with scenarios, and what no scenario shows."""
    scenarios: dict[str, Mapping[str, Any]] = {}
    for file, content in sorted(subject.files.items()):
        if file.startswith(_FOLDER) and file.endswith(".yaml") and file != _SAMPLES:
            found = _read(content)
            if found is None:
                yield found_in("scenario", file, "", "不是完整的推演用例：应写明 title、steps 和 ends。")
            else:
                scenarios[file] = found
    known = {name for level in subject.levels for name in level.nodes}
    if known:
        for file, scenario in scenarios.items():
            yield from _check_names(file, scenario, known)
        yield from _check_ends(subject, scenarios)
    yield from _check_covered(subject)


def _read(content: bytes) -> Mapping[str, Any] | None:
    if len(content) > LONGEST_DOCUMENT:
        return None
    try:
        found = yaml.safe_load(content)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError):
        return None
    is_whole = isinstance(found, dict) and all(isinstance(found.get(key), list) for key in ("steps", "ends"))
    return found if is_whole else None


def _check_names(file: str, scenario: Mapping[str, Any], known: Collection[str]) -> Iterator[Finding]:
    for number, step in enumerate(scenario["steps"], start=1):
        named = [step.get(key) for key in ("begin", "task", "timer")] if isinstance(step, dict) else []
        for name in named:
            if isinstance(name, str) and name not in known:
                yield found_in("scenario", file, name, f"第 {number} 步写了“{name}”，流程图里没有这个编号，请改正。")
    for name in scenario["ends"]:
        if not isinstance(name, str) or name not in known:
            yield found_in("scenario", file, str(name), f"ends 写了“{name}”，流程图里没有这个结束事件，请改正。")


def _check_ends(subject: Subject, scenarios: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    reached = {name for scenario in scenarios.values() for name in scenario["ends"] if isinstance(name, str)}
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
