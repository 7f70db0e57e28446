"""Stretches of YAML text: where the entry of a path stands, and the text with that stretch replaced.

Line feeds only; nothing is checked here, `engine.folders.editing` does that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import yaml

from engine.folders.spelling import BLOCK, EITHER, INLINE, Value, spell, spell_key

#: Names in mappings and positions in lists, from the top.
Keys: TypeAlias = tuple[str | int, ...]


class _Entry(NamedTuple):
    """One entry of a mapping, or of a list (without a key)."""

    key: yaml.Node | None
    value: yaml.Node


def meaning_of(text: str) -> Any:
    """Return what a text means."""
    return yaml.safe_load(text)


def set_text(text: str, keys: Keys, value: Value) -> str:
    """Return the text with a value set, entry by entry where a collection is there already."""
    node, rest = _descend(text, keys)
    for key in reversed(rest[1:]):
        value = [value] if isinstance(key, int) else {key: value}
    if rest and _has_entries(node):
        return _insert(text, node, rest[0], value)
    if rest:
        value = [value] if isinstance(rest[0], int) else {rest[0]: value}
        keys = keys[: -len(rest)]
    if value and isinstance(value, Mapping) and isinstance(node, yaml.MappingNode) and node.value:
        return _merge_mapping(text, keys, node, value)
    if value and isinstance(value, list) and isinstance(node, yaml.SequenceNode) and node.value:
        return _merge_list(text, keys, node, value)
    return _replace(text, keys, node, value)


def remove_text(text: str, keys: Keys) -> str:
    """Return the text without an entry that is there; a collection that loses its last entry stays, empty."""
    parent = _descend(text, keys[:-1])[0]
    entries = _entries(parent)
    position = _position(parent, keys[-1])
    if len(entries) == 1:
        return _replace(text, keys[:-1], parent, {} if isinstance(parent, yaml.MappingNode) else [])
    start, end = _entry_start(text, parent, entries[position]), _end(text, entries[position].value)
    if _is_inline(parent):
        if position + 1 < len(entries):
            return text[:start] + text[_entry_start(text, parent, entries[position + 1]) :]
        return text[: _end(text, entries[position - 1].value)] + text[end:]
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].strip():
        # The first key behind a dash: the next one takes its place.
        return text[:start] + text[_entry_start(text, parent, entries[position + 1]) :]
    return text[:line] + text[_line_end(text, end) :]


def _descend(text: str, keys: Keys) -> tuple[yaml.Node, Keys]:
    """Return the deepest node on the path that is there, and the keys that are left."""
    node: yaml.Node = yaml.compose(text, yaml.SafeLoader)  # type: ignore[assignment]
    for depth, key in enumerate(keys):
        position = _position(node, key)
        if position < 0:
            return node, keys[depth:]
        node = _entries(node)[position].value
    return node, ()


def _entries(node: yaml.Node) -> list[_Entry]:
    if isinstance(node, yaml.MappingNode):
        return [_Entry(key, value) for key, value in node.value]
    return [_Entry(None, value) for value in node.value] if isinstance(node, yaml.SequenceNode) else []


def _has_entries(node: yaml.Node) -> bool:
    return bool(_entries(node))


def _is_inline(node: yaml.Node) -> bool:
    """Whether the entries of a collection stand in `{…}` or `[…]`."""
    return bool(getattr(node, "flow_style", False))


def _position(node: yaml.Node, key: str | int) -> int:
    """Return the position of an entry, or -1."""
    if isinstance(key, int):
        return key if isinstance(node, yaml.SequenceNode) and 0 <= key < len(node.value) else -1
    found = (index for index, (name, _) in enumerate(_entries(node)) if name is not None and name.value == key)
    return next(found, -1)


def _entry_start(text: str, parent: yaml.Node, entry: _Entry) -> int:
    """Return where an entry begins: at its key, or at its dash."""
    if entry.key is not None or _is_inline(parent):
        return int((entry.key or entry.value).start_mark.index)
    dash = int(entry.value.start_mark.index)
    while True:
        dash = text.rfind("-", 0, dash)
        if dash - (text.rfind("\n", 0, dash) + 1) == parent.start_mark.column:
            return dash


def _end(text: str, node: yaml.Node) -> int:
    """Return where a value really ends; the parser lets a block end where the next thing begins."""
    if isinstance(node, yaml.CollectionNode) and not _is_inline(node):
        return _end(text, _entries(node)[-1].value)
    end = int(node.end_mark.index)
    is_block = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
    return len(text[:end].rstrip("\n")) if is_block else end


def _line_end(text: str, index: int) -> int:
    """Return where the line ends, its line feed included."""
    found = text.find("\n", index)
    return len(text) if found < 0 else found + 1


def _insert(text: str, parent: yaml.Node, key: str | int, value: Value) -> str:
    """Add an entry behind the last one, in the style of its neighbour."""
    last = _entries(parent)[-1]
    end = _end(text, last.value)
    if _is_inline(parent):
        spelt = spell(value, column=0, is_in_flow=True)
        return text[:end] + (f", {spell_key(key)}:" if isinstance(key, str) else ",") + spelt + text[end:]
    column = int(parent.start_mark.column)
    spelt = spell(value, column=column, style=_style_of(last.value))
    if isinstance(key, int) and isinstance(value, Mapping) and spelt.startswith("\n"):
        spelt = " " + spelt.lstrip()
    line_end = _line_end(text, end)
    before = text[:line_end] if text[:line_end].endswith("\n") else text[:line_end] + "\n"
    entry = f"{spell_key(key)}:" if isinstance(key, str) else "-"
    return f"{before}{' ' * column}{entry}{spelt}\n{text[line_end:]}"


def _style_of(node: yaml.Node) -> str:
    if not isinstance(node, yaml.CollectionNode) or not node.value:
        return EITHER
    return INLINE if _is_inline(node) else BLOCK


def _merge_mapping(text: str, keys: Keys, node: yaml.MappingNode, value: Mapping[str, Value]) -> str:
    for key, item in value.items():
        text = set_text(text, (*keys, key), item)
    for name, _ in node.value:
        if name.value not in value:
            text = remove_text(text, (*keys, name.value))
    return text


def _merge_list(text: str, keys: Keys, node: yaml.SequenceNode, value: Sequence[Value]) -> str:
    for index, item in enumerate(value):
        text = set_text(text, (*keys, index), item)
    for index in reversed(range(len(value), len(node.value))):
        text = remove_text(text, (*keys, index))
    return text


def _replace(text: str, keys: Keys, node: yaml.Node, value: Value) -> str:
    """Put a value in the place of another one."""
    old = yaml.constructor.SafeConstructor().construct_document(node)
    if old == value and type(old) is type(value):
        return text
    if not keys:
        return spell(value, column=-2).lstrip() + "\n"
    parent = _descend(text, keys[:-1])[0]
    entry = _entries(parent)[_position(parent, keys[-1])]
    spelt = spell(
        value,
        column=int(parent.start_mark.column),
        style=_style_of(node),
        is_in_flow=_is_inline(parent),
        quote=getattr(node, "style", "") or "",
    )
    before = text[: _value_start(text, parent, entry)]
    if spelt.startswith("\n"):
        before = before.rstrip(" ")
    elif before[-1] in " [{,\n":
        spelt = spelt[1:]
    return before + spelt + text[_end(text, node) :]


def _value_start(text: str, parent: yaml.Node, entry: _Entry) -> int:
    """Return where the text of a value begins; that of a block begins right behind its key or dash."""
    if not isinstance(entry.value, yaml.CollectionNode) or _is_inline(entry.value):
        return int(entry.value.start_mark.index)
    if entry.key is None:
        return _entry_start(text, parent, entry) + 1
    return text.index(":", int(entry.key.end_mark.index)) + 1
