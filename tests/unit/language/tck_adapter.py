"""Lets the public compatibility kit ask the decisions of `engine.language` the way everybody does: by `decide`."""

from __future__ import annotations

import datetime
import functools
import sys
from pathlib import Path

from engine.language import decide

_NOW = datetime.datetime(2026, 11, 20, 8, 0, tzinfo=datetime.UTC)
_PYTHON = {"date": datetime.date, "time": datetime.time, "dateTime": datetime.datetime}


def evaluate(dmn_path: str, decision_name: str, inputs: dict, invocable: tuple[str, str] | None = None) -> object:
    """Answer one question of the kit."""
    dmn, imports = _files(dmn_path)
    result = decide(dmn, invocable[1] if invocable else decision_name, _to_python(inputs), imports=imports, now=_NOW)
    is_one_of_several = invocable and invocable[0] == "decisionService" and isinstance(result, dict)
    return result[decision_name] if is_one_of_several and decision_name in result else result


@functools.lru_cache(maxsize=64)
def _files(dmn_path: str) -> tuple[bytes, tuple[bytes, ...]]:
    path = Path(dmn_path)
    others = tuple(other.read_bytes() for other in sorted(path.parent.glob("*.dmn")) if other != path)
    return path.read_bytes(), others


def _to_python(value: object) -> object:
    """Return dates and times as Python has them, and ISO text where Python has nothing like it."""
    if isinstance(value, sys.modules["tck_runner"].Temporal):
        try:
            return _PYTHON[value.kind].fromisoformat(str(value))
        except (KeyError, ValueError):
            return _length(str(value)) if value.kind == "duration" else str(value)
    if isinstance(value, list):
        return [_to_python(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _to_python(entry) for key, entry in value.items()}
    return value


def _length(text: str) -> object:
    """Return a duration of whole days as a timedelta, any other one as its text."""
    days = text.removeprefix("P").removesuffix("D")
    return datetime.timedelta(days=int(days)) if days.isdecimal() else text
