"""Writing what was played as a scenario that an official can read, and that replays as it was played."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

from engine.errors import BadRequest, DefinitionRefused
from engine.folders import Folder
from engine.rehearsal.acting import Acting
from engine.rehearsal.scenarios import FOLDER, SAMPLES, read_scenarios
from engine.store import materials
from engine.views.rehearsal import Played
from forms import Form

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
#: So many equal values make a step like its sample.
LIKE = 2
_NOTHING = object()
_ORDER = ("at", "begin", "role", "task", "message", "timer", "window", "extended_to", "panel", "sample")
_LAST = ("values", "materials", "refused", "operations", "expect")

Given = tuple[Mapping[str, Any], Sequence[str], bool]


class _Dumper(yaml.SafeDumper):
    """Writes instants in quotes, as owners do, and nothing by reference."""

    def ignore_aliases(self, data: object) -> bool:
        """Write everything out."""
        return True


class _Quoted(str):
    """A text that stands in quotes."""

    __slots__ = ()


_Dumper.add_representer(
    _Quoted, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')
)


def written_answers(acting: Acting, task_id: int, given: Given) -> dict[str, Any]:
    """Return values and materials of a step that was just done.

    Args:
        acting: the stage.
        task_id: the task.
        given: what was typed, the keys of the files, and whether the system refused it.
    """
    typed, keys, is_refused = given
    content: Mapping[str, Any] = typed
    if not is_refused:
        with acting.stage.system.database.reading() as connection:
            found = materials.submissions_of_case(connection, acting.case_id)
        row = next(one for one in reversed(found) if one.task_id == task_id)
        content = _answers(acting.folder.forms.get(row.element_id), row.content)
    return {"values": dict(content), "materials": list(keys)}


def shortened(step: Mapping[str, Any], samples: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return a step with the sample that says most of it, and only what differs from that sample."""
    content, keys = step.get("values", {}), step.get("materials", [])
    equal = {name: _equal(one.get("values", {}), content) for name, one in samples.items()}
    best = max(equal, key=lambda name: equal[name], default="")
    known = samples[best] if best and equal[best] >= LIKE else {}
    values = {key: value for key, value in content.items() if known.get("values", {}).get(key, _NOTHING) != value}
    rest = {key: value for key, value in step.items() if key not in ("values", "materials")}
    if known:
        rest["sample"] = best
    if values:
        rest["values"] = values
    if list(keys) != list(known.get("materials", ())):
        rest["materials"] = list(keys)
    return rest


def _answers(form: Form | None, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a person filled in: nothing that was computed, and nothing left empty."""
    keys = {part.key for part in (form.fields if form else ()) if part.is_answer or part.kind == "dynamiclist"}
    return {key: value for key, value in content.items() if key in keys and value not in (None, "", [])}


def _samples(files: Mapping[str, bytes]) -> Mapping[str, Mapping[str, Any]]:
    if SAMPLES not in files:
        return {}
    try:
        document = yaml.safe_load(files[SAMPLES].decode("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        return {}
    found = document.get("samples") if isinstance(document, dict) else None
    return {name: one for name, one in (found or {}).items() if isinstance(one, dict)}


def _equal(sample: Mapping[str, Any], content: Mapping[str, Any]) -> int:
    """Count the equal values; none when the sample answers what was not answered here."""
    if not set(sample) <= set(content):
        return 0
    return sum(content[key] == value for key, value in sample.items())


def path_of(name: str) -> str:
    """Return the path of a scenario of this name.

    Raises:
        BadRequest: it cannot be the name of a file.
    """
    if not NAME.fullmatch(name):
        raise BadRequest("文件名请用小写英文字母开头，只含小写字母、数字和下划线，如 late_correction。")
    return f"{FOLDER}{name}.yaml"


def write_scenario(
    folder: Folder, title: str, opening: Mapping[str, Any], rows: Iterable[Any], ends: Iterable[str]
) -> bytes:
    """Return the file of a scenario.

    Args:
        folder: its samples may say the same as a step, its forms say in which order people answer.
        title: what it is about.
        opening: year, applicant, titles and findings.
        rows: the steps with what followed.
        ends: the end events that it reaches.
    """
    lines = [f"title: {_flow(title)}", f"year: {opening['year']}"]
    for name in ("applicant", "without", "titles", "findings"):
        if opening.get(name):
            lines.append(f"{name}: {_flow(opening[name])}")
    lines.append("steps:")
    samples = _samples(folder.files)
    lines += [f"  - {_flow(_whole(row, samples, folder))}" for row in rows]
    lines.append(f"ends: {_flow(list(ends))}")
    return ("\n".join(lines) + "\n").encode()


def _whole(row: Any, samples: Mapping[str, Mapping[str, Any]], folder: Folder) -> dict[str, Any]:
    """Return a step with what follows it, in the order in which people read it."""
    step = {**shortened(row.step, samples), "expect": list(row.expect)}
    if "values" in step:
        step["values"] = _in_order(folder.forms.get(step.get("task", "")), step["values"])
    if row.operations:
        step["operations"] = list(row.operations)
    step["at"] = _Quoted(step["at"])
    if "extended_to" in step:
        step["extended_to"] = _Quoted(step["extended_to"])
    return {key: step[key] for key in (*_ORDER, *_LAST) if key in step}


def _in_order(form: Form | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values in the order in which the form asks for them."""
    keys = [part.key for part in form.fields] if form is not None else []
    return {key: values[key] for key in dict.fromkeys((*keys, *values)) if key in values}


def _flow(value: object) -> str:
    text = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, default_flow_style=True, sort_keys=False, width=10**9)
    return text.removesuffix("\n...\n").rstrip("\n")


def refuse_unreadable(files: Mapping[str, bytes], path: str) -> None:
    """Make sure that what was written reads back.

    Raises:
        BadRequest: it does not.
    """
    try:
        read_scenarios(files, file=path)
    except DefinitionRefused as refusal:
        raise BadRequest("；".join(problem.message for problem in refusal.problems)) from refusal


def sentence_about(played: Played) -> str:
    """Say in one sentence how a scenario went; "" when all went as written."""
    found = played.deviation
    if found is None:
        return ""
    where = f"第 {found.step} 步" if found.at is not None else "结束时" if found.step else "开始之前"
    return f"{where}：{found.sentence}"
