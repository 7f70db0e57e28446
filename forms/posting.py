"""Between the flat names of a posted page and the nested values of a form.

A field's name in a page is its path: `title`, `products[0].name`. Every field that can post nothing (an unticked box,
an empty list) is accompanied by an empty value of the same name, so that what is absent was not on the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final

from forms.components import ROW_CAP, Component, Form, walk

_STEP: Final = re.compile(r"([^\[\].]{1,64})(?:\[(\d{1,6})\])?")
_PATH_CAP: Final = 600
_PAIR_CAP: Final = 20_000
#: Rows kept of a list: one more than can be accepted, so that too many are still noticed.
_ROWS_KEPT: Final = ROW_CAP + 1


def read_post(form: Form, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the posted values, nested; what the form does not have is dropped.

    Rows are numbered anew, so gaps in their numbers do no harm.

    Args:
        form: the form.
        pairs: names and values in the order they were posted.
    """
    raw: dict[str, Any] = {}
    for name, value in islice(pairs, _PAIR_CAP):
        if len(name) <= _PATH_CAP and (steps := _split(name)):
            _put(form.components, raw, steps, value)
    return _number_rows(raw)


def change_rows(form: Form, raw: Mapping[str, Any], action: str) -> dict[str, Any]:
    """Return the values after `add:<path>` or `remove:<path>:<row>`, the buttons beside a list; else unchanged.

    Lists inside rows are named by their path, e.g. `add:products[0].users`.
    """
    verb, _, rest = action.partition(":")
    changed: dict[str, Any] = _copy(raw)
    path, _, number = rest.rpartition(":") if verb == "remove" else (rest, "", "")
    steps = _split(path) if len(path) <= _PATH_CAP else ()
    found = _find_list(form.components, changed, steps)
    if found is None:
        return changed
    part, rows = found
    if verb == "add" and part.can_add_rows and len(rows) < part.max_rows:
        rows.append({})
    if verb == "remove" and part.can_add_rows and number.isdecimal() and int(number[:6]) < len(rows):
        del rows[int(number[:6])]
    return changed


def with_defaults(form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with the form's own defaults where nothing is known yet, as a page first shows them."""
    filled = dict(values)
    for part in form.fields:
        if part.key in filled:
            continue
        if part.kind == "dynamiclist":
            filled[part.key] = [_row_defaults(part) for _ in range(_starting_rows(part))]
        elif part.default is not None:
            filled[part.key] = part.default
    return filled


def _starting_rows(part: Component) -> int:
    wanted = part.default if isinstance(part.default, int) else 0
    return max(wanted, part.min_rows)


def _row_defaults(part: Component) -> dict[str, Any]:
    return {
        inner.key: inner.default for inner in walk(part.components) if inner.is_answer and inner.default is not None
    }


def _split(name: str) -> tuple[tuple[str, int | None], ...]:
    """Return the steps of a path as (key, row or None); empty when it is no path."""
    steps = []
    for piece in name.split("."):
        found = _STEP.fullmatch(piece)
        if found is None:
            return ()
        steps.append((found[1], None if found[2] is None else int(found[2])))
    return tuple(steps)


def _put(
    components: tuple[Component, ...], target: dict[str, Any], steps: tuple[tuple[str, int | None], ...], value: str
) -> None:
    (key, row), rest = steps[0], steps[1:]
    part = next((part for part in walk(components) if part.key == key), None)
    if part is None:
        return
    if part.kind == "dynamiclist":
        rows = target.setdefault(key, {})
        if row is not None and rest and (row in rows or len(rows) < _ROWS_KEPT):
            _put(part.components, rows.setdefault(row, {}), rest, value)
    elif part.is_answer and row is None and not rest:
        _put_answer(part, target, value)


def _put_answer(part: Component, target: dict[str, Any], value: str) -> None:
    if part.kind == "checklist":
        chosen = target.setdefault(part.key, [])
        if value and len(chosen) <= 1_000:
            chosen.append(value)
    elif part.kind == "checkbox":
        target[part.key] = bool(value) and value != "false"
    else:
        target[part.key] = value


def _number_rows(value: Any) -> Any:
    """Return the value with rows by number turned into rows in order."""
    if not isinstance(value, dict):
        return value
    if value and all(isinstance(key, int) for key in value):
        return [_number_rows(value[key]) for key in sorted(value)]
    return {key: _number_rows(item) if item != {} else [] for key, item in value.items()}


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list | tuple) else value


def _find_list(
    components: tuple[Component, ...], values: dict[str, Any], steps: tuple[tuple[str, int | None], ...]
) -> tuple[Component, list[Any]] | None:
    """Return the list at a path with its rows, which are made when it has none yet."""
    if not steps:
        return None
    (key, row), rest = steps[0], steps[1:]
    part = next((part for part in walk(components) if part.key == key and part.kind == "dynamiclist"), None)
    if part is None:
        return None
    if not isinstance(values.get(key), list):
        values[key] = []
    rows = values[key]
    if not rest:
        return (part, rows) if row is None else None
    if row is None or row >= len(rows):
        return None
    if not isinstance(rows[row], dict):
        rows[row] = {}
    return _find_list(part.components, rows[row], rest)
