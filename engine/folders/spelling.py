"""How a value is spelt in an owner's YAML: on one line or on several, in quotes or bare, as its neighbours are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import yaml

#: What an owner's YAML may hold.
Value: TypeAlias = "bool | int | str | Sequence[Value] | Mapping[str, Value] | None"

#: The styles of a collection: `{…}` on one line, entries on lines of their own, or whichever reads better.
INLINE, BLOCK, EITHER = "inline", "block", "either"

#: What still reads well on one line.
_LONGEST_LINE = 120
#: By how much the entries of a block stand deeper than the key above them.
_STEP = 2


def spell(value: Value, *, column: int, style: str = EITHER, is_in_flow: bool = False, quote: str = "") -> str:
    """Return the text of a value, to stand behind its key or dash.

    Args:
        value: what it should be read as.
        column: where that key or dash stands; the lines of a block are indented deeper.
        style: of a collection.
        is_in_flow: whether it stands inside `{…}` or `[…]`, where a comma ends a text.
        quote: the quotation mark that a text had so far, or "".

    Returns:
        Text that begins with a blank; a block begins with a line feed and ends without one.
    """
    if _is_blockable(value) and not is_in_flow:
        return " " + _literal(str(value), column)
    if is_in_flow or style == INLINE or not _is_collection(value) or not value or _is_short(value, column, style):
        return " " + _inline(value, quote=quote, is_in_flow=is_in_flow)
    if isinstance(value, Mapping):
        entries = [f"{spell_key(key)}:{spell(item, column=column + _STEP)}" for key, item in value.items()]
    else:
        entries = [f"-{_item(item, column + _STEP)}" for item in value]  # type: ignore[union-attr]
    return "".join(f"\n{' ' * (column + _STEP)}{entry}" for entry in entries)


def spell_key(key: str) -> str:
    """Return a key, in quotes when it would be read as something else."""
    return _text(key, quote="", is_in_flow=True)


def _item(value: Value, column: int) -> str:
    """Return an item of a list; a mapping begins on the line of its dash."""
    text = spell(value, column=column)
    return f" {text.lstrip()}" if isinstance(value, Mapping) else text


def _is_collection(value: Value) -> bool:
    return isinstance(value, Mapping | Sequence) and not isinstance(value, str)


def _is_short(value: Value, column: int, style: str) -> bool:
    """Whether a collection fits on a line and holds no collection that has entries."""
    items = value.values() if isinstance(value, Mapping) else value
    is_flat = all(not item or not _is_collection(item) for item in items)  # type: ignore[union-attr]
    length = column + len(_inline(value, quote="", is_in_flow=True))
    return style == EITHER and is_flat and length <= _LONGEST_LINE


def _is_blockable(value: Value) -> bool:
    """Whether a text has several lines that the literal style gives back as they are."""
    if not isinstance(value, str) or "\n" not in value.rstrip("\n") or value.endswith("\n\n"):
        return False
    lines = value.split("\n")
    begins_plainly = lines[0].strip() != "" and lines[0] == lines[0].lstrip()
    return begins_plainly and all(line.isprintable() and line == line.rstrip() for line in lines)


def _literal(value: str, column: int) -> str:
    lines, mark = (value[:-1].split("\n"), "|") if value.endswith("\n") else (value.split("\n"), "|-")
    return mark + "".join(f"\n{' ' * (column + _STEP)}{line}" if line else "\n" for line in lines)


def _inline(value: Value, *, quote: str, is_in_flow: bool) -> str:
    if value is None or isinstance(value, bool | int):
        return json.dumps(value)
    if isinstance(value, str):
        return _text(value, quote=quote, is_in_flow=is_in_flow)
    if isinstance(value, Mapping):
        entries = (f"{spell_key(key)}: {_inline(item, quote='', is_in_flow=True)}" for key, item in value.items())
        return "{" + ", ".join(entries) + "}"
    return "[" + ", ".join(_inline(item, quote="", is_in_flow=True) for item in value) + "]"


def _text(value: str, *, quote: str, is_in_flow: bool) -> str:
    """Return a text bare when it is read as itself, else in quotes; quotes that were there stay."""
    if quote == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if quote != '"' and _is_read_as_itself(value, is_in_flow):
        return value
    # A JSON text is a YAML text; what a screen cannot show is escaped.
    return json.dumps(value, ensure_ascii=not value.replace("\n", "").replace("\t", "").isprintable())


def _is_read_as_itself(value: str, is_in_flow: bool) -> bool:
    if not value.isprintable():
        return False
    try:
        read = yaml.safe_load(f"{{key: {value}}}" if is_in_flow else f"key: {value}")
    except (yaml.YAMLError, ValueError):
        return False
    return bool(read == {"key": value})
