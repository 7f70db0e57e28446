"""The owner's YAML in which a variable gets another name: rules of batches, offices of lanes, values of scenarios."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import yaml

from engine.errors import BadRequest
from engine.folders.fields.found import Found
from engine.folders.fields.words import FEEL, NAME, Renamed
from engine.folders.rewording import Path, reword, spell_like, words_of

SAMPLES = "scenarios/samples.yaml"

#: What the word at a path is, "" for nothing that could name the variable.
Kinds = Callable[[Path, bool], str]


def rename_in_procedure(content: bytes, renamed: Renamed) -> tuple[bytes, Found]:
    """Return `procedure.yaml` with the variable renamed."""

    def kind(path: Path, is_key: bool) -> str:
        if not is_key and len(path) == 3 and (path[0], path[2]) == ("batches", "rows"):
            return FEEL
        return NAME if not is_key and len(path) == 4 and path[0] == "lanes" and path[2:] == ("office", "named") else ""

    return _reworded(content, renamed, kind)


def rename_in_scenarios(
    files: Mapping[str, bytes], renamed: Renamed, steps: Collection[str]
) -> Iterator[tuple[str, bytes, Found]]:
    """Yield the scenarios with the field renamed in what is filled in at these steps, and their samples."""
    read = {path: _read(files[path]) for path in sorted(files) if _is_scenario(path)}
    users: dict[str, set[str]] = {}
    for written in read.values():
        for step in _steps(written):
            users.setdefault(str(step.get("sample")), set()).add(str(step.get("task")))
    theirs = {sample for sample, tasks in users.items() if tasks & set(steps)}
    alone = {sample for sample in theirs if users[sample] <= set(steps)}
    for path, written in read.items():
        tasks = {index for index, step in enumerate(_steps(written)) if step.get("task") in steps}
        content, found = _reworded(files[path], renamed, _Kinds(renamed.old, tasks, alone))
        if path == SAMPLES:
            found.unsure += [sample for sample in sorted(theirs - alone) if _mentions(written, sample, renamed.old)]
        yield path, content, found


class _Kinds:
    """What the words of a scenario are."""

    def __init__(self, old: str, steps: Collection[int], samples: Collection[str]) -> None:
        self._old, self._steps, self._samples = old, steps, samples

    def __call__(self, path: Path, is_key: bool) -> str:
        rest = self._inside(path)
        is_value = is_key and len(rest) == 2 and rest[0] == "values"
        is_material = not is_key and len(rest) == 2 and rest[0] == "materials"
        return NAME if is_value or is_material else ""

    def _inside(self, path: Path) -> Path:
        """Return the path inside a step or a sample in which the field is filled in."""
        if len(path) > 2 and path[0] == "steps" and path[1] in self._steps:
            return path[2:]
        if len(path) > 2 and path[0] == "samples" and path[1] in self._samples:
            return path[2:]
        is_own = len(path) > 4 and path[0] == "each" and path[2] == "samples" and path[3] in self._samples
        return path[4:] if is_own else ()


def _is_scenario(path: str) -> bool:
    return path.startswith("scenarios/") and path.endswith(".yaml")


def _read(content: bytes) -> Mapping[str, Any]:
    try:
        read = yaml.safe_load(content.decode())
    except (yaml.YAMLError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _steps(written: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    steps = written.get("steps")
    return [step if isinstance(step, dict) else {} for step in steps] if isinstance(steps, list) else []


def _mentions(written: Mapping[str, Any], sample: str, word: str) -> bool:
    samples = written.get("samples")
    one = samples.get(sample) if isinstance(samples, dict) else None
    values, materials = (one.get("values"), one.get("materials")) if isinstance(one, dict) else (None, None)
    return any(isinstance(held, dict | list) and word in held for held in (values, materials))


def _reworded(content: bytes, renamed: Renamed, kind_of: Kinds) -> tuple[bytes, Found]:
    found = Found(renamed)
    if renamed.old.encode() not in content:
        return content, found
    _refuse_clash(content, renamed, kind_of)

    def change(path: Path, is_key: bool, written: str, text: str) -> tuple[str, str]:
        kind = kind_of(path, is_key) if renamed.old in text else ""
        if kind == NAME and text == renamed.old:
            found.changed.append("")
            return spell_like(written, renamed.new), renamed.new
        if kind != FEEL:
            return written, text
        wanted = found.reword(written, text, kind, "")
        return wanted, text if wanted == written else renamed.reword(text, text, kind)[0]

    return reword(content, change), found


def _refuse_clash(content: bytes, renamed: Renamed, kind_of: Kinds) -> None:
    """Refuse to fill in the new name twice."""
    keys = {path for path, is_key, _ in words_of(content) if is_key and kind_of(path, True)}
    if any(path[-1] == renamed.old and (*path[:-1], renamed.new) in keys for path in keys):
        raise BadRequest(f"推演用例里同一处已经填有“{renamed.new}”，没有改动；请换一个名称，或先改用例。")
