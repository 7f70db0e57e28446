"""What is kept of an unfinished form: everything typed, whether or not it could be submitted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.components import Component, Form, walk
from forms.errors import InvalidSubmission, ValueRefused
from forms.texts import TEXT_CAP, is_blank, remove_forbidden
from forms.values import parse_value, text_cap
from forms.visibility import read_rows


def normalise(form: Form, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed, with values normalised where they can be and else as typed.

    Nothing is required, conditions are not applied (what a condition hides comes back when it shows again), unknown
    names are dropped and characters that cannot be stored are removed.

    Raises:
        InvalidSubmission: a text is longer than anything that can be kept, or a list has too many rows.
    """
    messages: dict[str, tuple[str, ...]] = {}
    kept = _keep_scope(form.components, raw, "", messages)
    if messages:
        raise InvalidSubmission(messages)
    return kept


def _keep_scope(
    components: tuple[Component, ...], raw: Mapping[str, Any], path: str, messages: dict[str, tuple[str, ...]]
) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for part in walk(components):
        where = f"{path}{part.key}"
        if part.key not in raw:
            continue
        if part.kind == "dynamiclist":
            rows = read_rows(raw[part.key])
            if len(rows) > part.max_rows:
                messages[where] = (f"“{part.label}”最多 {part.max_rows} 行，请删减。",)
            kept[part.key] = [
                _keep_scope(part.components, row, f"{where}[{index}].", messages) for index, row in enumerate(rows)
            ]
        elif part.is_answer:
            try:
                kept[part.key] = _keep_answer(part, raw[part.key])
            except ValueRefused as refused:
                messages[where] = (refused.sentence.replace("{name}", f"“{part.label}”"),)
    return kept


def _keep_answer(part: Component, raw: object) -> object:
    if is_blank(raw):
        return raw if isinstance(raw, str) else {"checklist": [], "checkbox": False}.get(part.kind)
    try:
        return parse_value(part, raw)
    except ValueRefused:
        return _keep_typed(part, raw)


def _keep_typed(part: Component, raw: object) -> object:
    """Return what is typed though it is not right yet."""
    if isinstance(raw, str):
        text = remove_forbidden(raw)
        if len(text) > TEXT_CAP:
            raise ValueRefused(f"{{name}}的内容过长，最多 {text_cap(part)} 个字符，请删减后再暂存。")
        return text
    if part.kind == "checklist" and isinstance(raw, list | tuple):
        return [remove_forbidden(item)[:200] for item in raw if isinstance(item, str)][:200]
    return None
