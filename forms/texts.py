"""Text that people type: what is refused in it, how long it is, and how it is counted."""

from __future__ import annotations

import re
from typing import Final

from forms.errors import ValueRefused

#: Hard caps in code points: what is longer is refused before anything else looks at it.
LINE_CAP: Final = 2_000
TEXT_CAP: Final = 20_000

#: Control characters (line feed and tab may stay), lone surrogates, direction overrides and isolates, non-characters.
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
#: Characters without ink: a field that holds nothing else is empty.
_BLANK: Final = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff\u3164]*")
#: What a word processor counts as one word: a run of Latin letters or digits, half or full width.
_WORD: Final = r"[0-9A-Za-z\u00c0-\u024f\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]+"
_VISIBLE: Final = r"[^\s\ufeff]"
_WORD_OR_CHARACTER: Final = re.compile(rf"{_WORD}|{_VISIBLE}")


def is_blank(value: object) -> bool:
    """Tell whether a posted value says nothing: absent, empty, or only characters without ink."""
    if isinstance(value, str):
        return len(value) <= TEXT_CAP and _BLANK.fullmatch(value) is not None
    return value is None or value is False or (isinstance(value, list | tuple | dict) and not value)


def check_text(value: object, *, cap: int = LINE_CAP, is_multiline: bool = False) -> str:
    """Return the text as typed, with line ends as line feeds.

    Raises:
        ValueRefused: it is no text, too long, or holds characters that cannot be seen or stored.
    """
    if not isinstance(value, str):
        raise ValueRefused("{name}的内容不是文字，请重新填写。")
    if len(value) > 2 * cap:
        raise ValueRefused(f"{{name}}的内容过长，最多 {cap} 个字符，请删减。")
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > cap:
        raise ValueRefused(f"{{name}}的内容过长，最多 {cap} 个字符，现有 {len(text)} 个，请删减。")
    if found := _FORBIDDEN.search(text):
        place = found.start() + 1
        raise ValueRefused(f"{{name}}的第 {place} 个字符是看不见的控制字符，无法保存，请删除后重新填写。")
    if "\n" in text and not is_multiline:
        raise ValueRefused("{name}只能填写一行，请去掉换行。")
    return text


def remove_forbidden(text: str) -> str:
    """Return the text without the characters that `check_text` refuses: drafts are not refused for them."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def count_units(text: str) -> int:
    """Return the length a browser would count: UTF-16 units without the white space at both ends."""
    return len(text.strip().encode("utf-16-le", "surrogatepass")) // 2


def count_characters_cn(text: str) -> int:
    """Return the length under the 字数 rule of the printed forms.

    It is the smaller of the code points without white space and what a word processor shows as 字数 (each Han character
    or punctuation mark is one, each run of Latin letters or digits is one).
    """
    return min(len(re.findall(_VISIBLE, text)), len(_WORD_OR_CHARACTER.findall(text)))
