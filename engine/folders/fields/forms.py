"""Forms in which a field, or a variable that their expressions name, gets another name; every other byte stays."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.folders.fields.found import Found
from engine.folders.fields.scope import LIST, row_fields_of
from engine.folders.fields.words import FEEL, NAME, Renamed

#: Properties that are FEEL with or without a leading "=".
_EXPRESSIONS = frozenset({"rule", "when", "hide", "expression", "dataSource"})
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]', re.DOTALL)

#: Names of entries and positions in lists, from the top.
Path = tuple[str | int, ...]


def rename_in_form(content: bytes, renamed: Renamed, *, is_asked: bool) -> tuple[bytes, Found]:
    """Return a form with the variable renamed.

    Args:
        content: the file.
        renamed: the variable.
        is_asked: whether the form's own field of that name is the variable, and is renamed with it.
    """
    found = Found(renamed)
    try:
        text = content.decode()
        form = json.loads(text)
    except (ValueError, RecursionError):
        return content, found
    if renamed.old not in text:
        return content, found
    stretches = list(_texts(text))
    for path, start, end in reversed(stretches):
        value = json.loads(text[start:end])
        kind = _kind_of(form, path, value, is_asked=is_asked, old=renamed.old)
        if kind:
            wanted = found.reword(text[start:end], value, kind, _where(form, path))
            text = text[:start] + wanted + text[end:]
    found.changed.reverse()
    return text.encode(), found


def _kind_of(form: Mapping[str, Any], path: Path, value: str, *, is_asked: bool, old: str) -> str:
    component = _at(form, path[:-1])
    name = path[-1]
    in_rows = _lists_above(form, path)
    if name in ("key", "path", "id") and isinstance(component, dict) and "type" in component:
        field = component.get("path" if component.get("type") == LIST else "key")
        return NAME if is_asked and field == old and not in_rows else ""
    if name == "valuesKey":
        return NAME
    is_expression = name in _EXPRESSIONS or value.lstrip().startswith("=")
    is_hidden = old in row_fields_of({"components": in_rows})
    return FEEL if is_expression and not (is_hidden and "parent" not in value) else ""


def _lists_above(form: Mapping[str, Any], path: Path) -> list[Mapping[str, Any]]:
    """Return the lists in whose rows a place is."""
    above = [path[:length] for length in range(1, len(path)) if path[length] == "components"]
    return [part for one in above if isinstance(part := _at(form, one), dict) and part.get("type") == LIST]


def _where(form: Mapping[str, Any], path: Path) -> str:
    """Return the label of the component around a place."""
    for length in range(len(path), 0, -1):
        part = _at(form, path[:length])
        if isinstance(part, dict) and isinstance(part.get("label"), str):
            return str(part["label"])
    return ""


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _texts(text: str) -> Iterator[tuple[Path, int, int]]:
    """Yield path, start and end of every text of a JSON file that is no key."""
    path: list[str | int] = []
    is_key: list[bool] = []
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token in "{[":
            path.append("" if token == "{" else 0)
            is_key.append(token == "{")
        elif token in "}]":
            path.pop()
            is_key.pop()
        elif token == ",":
            is_key[-1] = isinstance(path[-1], str)
            path[-1] = path[-1] + 1 if isinstance(path[-1], int) else ""
        elif token == ":":
            is_key[-1] = False
        elif is_key and is_key[-1]:
            path[-1] = str(json.loads(token))
        else:
            yield tuple(path), match.start(), match.end()
