"""How a value is written as text: what `string(…)` returns."""

from __future__ import annotations

import re
from decimal import Decimal

from engine.language.budget import Budget
from engine.language.numbers import number_text
from engine.language.values import Range, is_function

_PLAIN_KEY = re.compile(r"\w[\w ]*")


def text_of(value: object, budget: Budget) -> str:
    """Write a value; a text stands for itself."""
    if isinstance(value, str):
        return value
    text = _nested(value, budget)
    budget.text(len(text))
    return text


def _nested(value: object, budget: Budget) -> str:
    """Write a value as it stands inside a list or context."""
    budget.measure(value)
    budget.spend()
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return "[" + ", ".join(_nested(entry, budget) for entry in value) + "]"
    if isinstance(value, dict):
        entries = (f"{_key(key)}: {_nested(entry, budget)}" for key, entry in value.items())
        return "{" + ", ".join(entries) + "}"
    if isinstance(value, Range):
        if value.sign:
            end = value.high if value.low is None else value.low
            return f"({value.sign} {_nested(end, budget)})"
        opening, closing = "[" if value.has_low else "(", "]" if value.has_high else ")"
        return f"{opening}{_nested(value.low, budget)}..{_nested(value.high, budget)}{closing}"
    return _scalar(value)


def _scalar(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return number_text(value)
    return "function" if is_function(value) else str(value)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else _quoted(key)
