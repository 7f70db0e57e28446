"""Edits of an owner's YAML that leave every other byte alone: comments, order, quotes, blank lines.

The file is not written anew. Its parser says where each value stands, and only that stretch of text is replaced. The
result is read again and compared with what it should mean: an edit does exactly what was asked, or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from engine.errors import BadRequest
from engine.folders.documents import read_document
from engine.folders.spelling import Value
from engine.folders.splicing import Keys, meaning_of, remove_text, set_text

_UNKNOWN_PLACE = "文件里没有这一处，它可能已被删改，请刷新页面后再改。"
_NOT_EDITABLE = "这一处的写法无法自动修改，请下载文件后用文本编辑器修改。"


def set_value(content: bytes, keys: Sequence[str | int], value: Value) -> bytes:
    """Return the file with one value set; a mapping or list that is there already is changed entry by entry.

    Args:
        content: the file.
        keys: path of the value: names in mappings, positions (from 0) in lists; the position behind the last appends.
            What is missing on the way is created.
        value: what it should be.

    Raises:
        DefinitionRefused: the file cannot be read.
        BadRequest: the path does not fit the file, or the way it is written cannot be edited safely.
    """
    value, path = _plain(value), tuple(keys)
    wanted = _with(_read(content), path, value)
    return _checked(content, set_text(_text_of(content), path, value), wanted)


def remove_value(content: bytes, keys: Sequence[str | int]) -> bytes:
    """Return the file without one entry and the comment on its line; unchanged when it is not there.

    Raises:
        DefinitionRefused: the file cannot be read.
        BadRequest: the way it is written cannot be edited safely.
    """
    before, path = _read(content), tuple(keys)
    if not path or not _has(before, path):
        return content
    return _checked(content, remove_text(_text_of(content), path), _without(before, path))


def _read(content: bytes) -> Any:
    return dict(read_document(content, "", []).content)


def _text_of(content: bytes) -> str:
    return content.decode("utf-8").replace("\r\n", "\n")


def _checked(content: bytes, text: str, wanted: Any) -> bytes:
    """Return the edited text in the line ends of the file, once it means what it should."""
    try:
        is_right = meaning_of(text) == wanted
    except (yaml.YAMLError, ValueError) as error:
        raise BadRequest(_NOT_EDITABLE) from error
    if not is_right:
        raise BadRequest(_NOT_EDITABLE)
    return (text.replace("\n", "\r\n") if b"\r\n" in content else text).encode()


def _plain(value: Value) -> Value:
    """Return a value with lists and dicts for whatever sequences and mappings it has."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value


def _has(meaning: Any, keys: Keys) -> bool:
    for key in keys:
        if isinstance(key, int):
            is_there = isinstance(meaning, list) and 0 <= key < len(meaning)
        else:
            is_there = isinstance(meaning, dict) and key in meaning
        if not is_there:
            return False
        meaning = meaning[key]
    return True


def _with(meaning: Any, keys: Keys, value: Value) -> Any:
    """Return what the file means once the value is set."""
    if not keys:
        return value
    key, rest = keys[0], keys[1:]
    if isinstance(key, str):
        if not isinstance(meaning, dict | None):
            raise BadRequest(_UNKNOWN_PLACE)
        return {**(meaning or {}), key: _with((meaning or {}).get(key), rest, value)}
    if not isinstance(meaning, list | None) or not 0 <= key <= len(meaning or []):
        raise BadRequest(_UNKNOWN_PLACE)
    items = meaning or []
    return [*items[:key], _with(items[key] if key < len(items) else None, rest, value), *items[key + 1 :]]


def _without(meaning: Any, keys: Keys) -> Any:
    key, rest = keys[0], keys[1:]
    copy = meaning.copy()
    if rest:
        copy[key] = _without(copy[key], rest)
    else:
        del copy[key]
    return copy
