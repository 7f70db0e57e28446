"""What belongs to a step by its id, given to another id: its form, its time limit, its place among a window's gates."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from engine.errors import BadRequest, DefinitionRefused
from engine.folders import windows as windows_file
from engine.folders.documents import read_document
from engine.folders.editing import remove_value, set_value

_WORD = re.compile(r"[^\W\d][\w-]{0,199}")


def form_of(element_id: str) -> str:
    """Return the path of a step's form.

    Raises:
        BadRequest: no step can be called so.
    """
    if not _WORD.fullmatch(element_id):
        raise BadRequest("编号由字母、数字和下划线组成，以字母开头。")
    return f"forms/{element_id}.form"


def give_parts(files: Mapping[str, bytes], old: str, new: str) -> dict[str, bytes | None]:
    """Return the files that change when what belonged to `old` belongs to `new`; None removes one.

    Args:
        files: form of the old step and windows.yaml, as far as they are there, and every path that is taken.
        old: id that the parts had.
        new: id of the step that gets them.

    Raises:
        BadRequest: an id cannot be one, or the new step has a form or a limit of its own already.
    """
    before, after = form_of(old), form_of(new)
    changed: dict[str, bytes | None] = {}
    if before in files:
        if after in files:
            raise BadRequest(f"“{new}”已有自己的表单，没有改动。")
        changed = {before: None, after: _renamed_form(files[before], old, new)}
    schedule = files.get(windows_file.FILE)
    if schedule is not None and (edited := _renamed_schedule(schedule, old, new)) != schedule:
        changed[windows_file.FILE] = edited
    return changed


def _renamed_form(content: bytes, old: str, new: str) -> bytes:
    """Return the form with its own id changed; a form that has another id, or is no JSON, stays as it is."""
    pattern = re.compile(rb'("id"\s*:\s*")' + re.escape(old.encode()) + rb'"')
    renamed = pattern.sub(lambda match: match[1] + new.encode() + b'"', content, count=1)
    return renamed if _form_id(content) == old and _form_id(renamed) == new else content


def _form_id(content: bytes) -> object:
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return read.get("id") if isinstance(read, dict) else None


def _renamed_schedule(content: bytes, old: str, new: str) -> bytes:
    try:
        read = read_document(content, windows_file.FILE, []).content
    except DefinitionRefused:
        return content
    limits, windows = (read.get(key) or {} for key in ("time_limits", "windows"))
    if isinstance(limits, dict) and old in limits:
        if new in limits:
            raise BadRequest(f"“{new}”已有自己的办理时限，没有改动。")
        content = remove_value(set_value(content, ["time_limits", new], limits[old]), ["time_limits", old])
    for name, window in windows.items() if isinstance(windows, dict) else ():
        gates = window.get("gates") if isinstance(window, dict) else None
        if isinstance(gates, list) and old in gates:
            content = set_value(content, ["windows", name, "gates"], [new if gate == old else gate for gate in gates])
    return content
