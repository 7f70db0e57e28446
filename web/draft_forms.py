"""The forms of a draft: which step has one, and what a new one begins with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.errors import BadRequest, NotFound
from engine.folders.diagrams import read_places

FORMS: Final = "forms/"
SHARED: Final = "forms/shared/"
ENDING: Final = ".form"
#: Of form-js; what its editor of this generation writes.
_SCHEMA: Final = 18
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRow:
    """One form of a draft, or a step that still needs one."""

    #: Path inside the folder.
    file: str
    #: Id and name of the step it belongs to; the name is "" when no diagram has such a step.
    task: str
    name: str
    title: str
    is_there: bool

    @property
    def is_shared(self) -> bool:
        """Whether it is a block for other forms, of no step."""
        return self.file.startswith(SHARED)


def list_forms(files: Mapping[str, bytes]) -> tuple[FormRow, ...]:
    """Return every form and every step without one, in the order of the diagrams; shared blocks last."""
    tasks = {place.id: place.name for place in read_places(files) if place.kind == "userTask"}
    there = [name for name in sorted(files) if name.startswith(FORMS) and name.endswith(ENDING)]
    wanted = dict.fromkeys([*(f"{FORMS}{task}{ENDING}" for task in tasks), *there])
    rows = [_row(file, tasks, files) for file in wanted]
    return tuple(sorted(rows, key=lambda row: row.is_shared))


def find_form(rows: Iterable[FormRow], file: str) -> FormRow | None:
    """Return the row of a form, None when no form is asked for.

    Raises:
        NotFound: the draft has no such form, and no step that needs it.
    """
    found = next((row for row in rows if row.file == file), None)
    if file and found is None:
        raise NotFound("草稿里没有这张表单，它可能已被删除或改名。", path=file)
    return found


def _row(file: str, tasks: Mapping[str, str], files: Mapping[str, bytes]) -> FormRow:
    task = file.rpartition("/")[2].removesuffix(ENDING)
    is_shared = file.startswith(SHARED)
    return FormRow(
        file=file,
        task=task,
        name="" if is_shared else tasks.get(task, ""),
        title=_title(files.get(file, b"")),
        is_there=file in files,
    )


def read_json(content: bytes) -> dict[str, Any]:
    """Return the form as JSON; empty when it is none."""
    try:
        read = json.loads(content)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _title(content: bytes) -> str:
    return str(read_json(content).get("title") or "")


def form_file(name: str, *, is_shared: bool = False) -> str:
    """Return the path of the form of a step, or of a shared block.

    Raises:
        BadRequest: the name cannot be that of a file.
    """
    if not _NAME.fullmatch(name):
        raise BadRequest("名称应为小写英文字母、数字和下划线，以字母开头，例如 review_by_city。")
    return f"{SHARED if is_shared else FORMS}{name}{ENDING}"


def begin_form(file: str, title: str, copied: bytes = b"") -> bytes:
    """Return the content of a new form: that of another one, or one question to begin with.

    Args:
        file: its path.
        title: what its step is called.
        copied: the form to begin from, or nothing.
    """
    name = file.rpartition("/")[2].removesuffix(ENDING)
    beginning = read_json(copied) or {
        "schemaVersion": _SCHEMA,
        "type": "default",
        "components": [_first_question(name)],
    }
    form = {**beginning, "id": name, "title": title or name}
    form["components"] = form.pop("components", [])
    return (json.dumps(form, ensure_ascii=False, indent=2) + "\n").encode()


def _first_question(name: str) -> dict[str, Any]:
    key = f"{name}_opinion"[:64]
    return {
        "type": "textarea",
        "id": key,
        "key": key,
        "label": "办理意见",
        "validate": {"required": True},
        "properties": {"basis": "来源文件没有规定", "mark": "platform", "max_characters_cn": "500"},
    }
