"""Two editions of a scenario: its steps and ends, in a few words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.comparing.changes import Change, changed_sentence, differences
from engine.comparing.texts import compare_contents
from engine.errors import DefinitionRefused
from engine.folders.documents import read_document


def compare_scenarios(file: str, old: bytes, new: bytes, *, names: Mapping[str, str]) -> Iterator[Change]:
    """Yield that a scenario came, went, or goes another way; "" stands for a file that is not there."""
    before, after = _read(file, old), _read(file, new)
    if before is None or after is None:
        yield from compare_contents(file, old, new, area="scenario")
        return
    name = str((after or before).get("title") or file)
    if not old or not new:
        kind, word = ("added", "新增") if new else ("removed", "删除")
        yield Change(kind=kind, area="scenario", file=file, name=name, sentence=f"{word}推演用例“{name}”。")
        return
    details = tuple(differences(_properties(before, names), _properties(after, names)))
    sentence = changed_sentence(f"推演用例“{name}”", details) if details else f"推演用例“{name}”只改了写法。"
    yield Change(kind="changed", area="scenario", file=file, name=name, sentence=sentence, details=details)


def _read(file: str, content: bytes) -> Mapping[str, Any] | None:
    try:
        return read_document(content, file, []).content if content else {}
    except DefinitionRefused:
        return None


def _properties(scenario: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    steps = scenario.get("steps")
    found = {
        "标题": str(scenario.get("title") or ""),
        "年度": str(scenario.get("year") or ""),
        "申请单位": _text(scenario.get("applicant")),
        "结局": "、".join(names.get(str(end), str(end)) for end in _list(scenario.get("ends"))),
    }
    for number, step in enumerate(_list(steps), start=1):
        found[f"第 {number} 步"] = _text(step)
    return found


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    if isinstance(value, dict):
        return "，".join(f"{key}：{_text(one)}" for key, one in value.items())
    if isinstance(value, list):
        return "、".join(map(_text, value))
    return "" if value is None else str(value)
