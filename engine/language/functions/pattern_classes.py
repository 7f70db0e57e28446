"""Character classes and escapes of XPath patterns, in the words of RE2."""

from __future__ import annotations

import re
from itertools import pairwise

from engine.language.errors import NoValue

#: XML name characters, for `\\i` and `\\c`.
_NAME_START = "_:A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u2c00-\u2fef\u3001-\ud7ff"
_NAME = _NAME_START + r"\-.0-9" + "\u00b7"
#: Escape -> what stands for it inside a class.
_SHORTHANDS = {"i": _NAME_START, "c": _NAME, "d": r"\p{Nd}", "w": r"\p{L}\p{M}\p{N}\p{S}", "s": r" \t\n\r"}
_BLOCKS = {
    "IsBasicLatin": r"\x00-\x7f",
    "IsLatin-1Supplement": r"\x{80}-\x{ff}",
    "IsGreek": r"\x{370}-\x{3ff}",
    "IsCyrillic": r"\x{400}-\x{4ff}",
    "IsCJKSymbolsandPunctuation": r"\x{3000}-\x{303f}",
    "IsHiragana": r"\x{3040}-\x{309f}",
    "IsKatakana": r"\x{30a0}-\x{30ff}",
    "IsCJKUnifiedIdeographs": r"\x{4e00}-\x{9fff}",
    "IsHalfwidthandFullwidthForms": r"\x{ff00}-\x{ffef}",
}
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}
_PLAIN_ESCAPES = frozenset("nrt\\|.?*+(){}[]-^$")
_ESCAPE = re.compile(r"\\(?:([pP])\{([\w-]{1,40})\}|(.))", re.DOTALL)
_LAST = 0x10FFFF
Interval = tuple[int, int]


def require(condition: object) -> None:
    """Give up on a pattern unless the condition holds."""
    if not condition:
        raise NoValue


def translated_escape(pattern: str, position: int, *, is_in_class: bool = False) -> tuple[str, int]:
    """Translate the escape at `position`; return it and where it ends.

    Raises:
        NoValue: there is no such escape, or RE2 cannot express it.
    """
    match = _ESCAPE.match(pattern, position)
    if match is None:
        raise NoValue
    kind, category, letter = match.groups()
    if kind:
        return _category(kind, category, is_in_class), match.end()
    if letter.lower() not in _SHORTHANDS:
        require(letter in _PLAIN_ESCAPES)
        return "\\" + letter, match.end()
    inside = _SHORTHANDS[letter.lower()]
    if is_in_class:
        require(letter.islower())
        return inside, match.end()
    return f"[{'' if letter.islower() else '^'}{inside}]", match.end()


def _category(kind: str, category: str, is_in_class: bool) -> str:
    if not category.startswith("Is"):
        return f"\\{kind}{{{category}}}"
    require(category in _BLOCKS and not (is_in_class and kind == "P"))
    block = _BLOCKS[category]
    return block if is_in_class else f"[{'^' if kind == 'P' else ''}{block}]"


def translated_class(pattern: str, position: int) -> tuple[str, int]:
    """Translate the character class at `position`; return it and where it ends.

    A class with another one subtracted, `[A-Z-[OI]]`, is computed when both consist of characters only.

    Raises:
        NoValue: the class is malformed, or RE2 cannot express it.
    """
    is_negated = pattern.startswith("^", position + 1)
    start = position = position + 1 + is_negated
    parts: list[str] = []
    while not pattern.startswith("]", position):
        if pattern.startswith("-[", position) and position > start:
            removed, end = _intervals_of_class(pattern, position + 1)
            require(pattern.startswith("]", end))
            kept = _without(_intervals(pattern[start:position], is_negated), removed)
            return _written(kept), end + 1
        part, position = _class_part(pattern, position)
        parts.append(part)
    require(parts)
    return f"[{'^' if is_negated else ''}{''.join(parts)}]", position + 1


def _class_part(pattern: str, position: int) -> tuple[str, int]:
    require(position < len(pattern) and pattern[position] != "[")
    if pattern[position] == "\\":
        return translated_escape(pattern, position, is_in_class=True)
    return ("\\^" if pattern[position] == "^" else pattern[position]), position + 1


def _intervals_of_class(pattern: str, position: int) -> tuple[list[Interval], int]:
    """Return the characters of the plain class at `position`, and where it ends."""
    is_negated = pattern.startswith("^", position + 1)
    start = position + 1 + is_negated
    end = pattern.find("]", start)
    require(end > start)
    return _intervals(pattern[start:end], is_negated), end + 1


def _intervals(body: str, is_negated: bool) -> list[Interval]:
    """Return the characters that the inside of a class names."""
    found: list[Interval] = []
    position = 0
    while position < len(body):
        low, position = _character(body, position)
        high = low
        if body.startswith("-", position) and position + 1 < len(body):
            high, position = _character(body, position + 1)
        require(low <= high)
        found.append((low, high))
    return _without([(0, _LAST)], found) if is_negated else found


def _character(body: str, position: int) -> tuple[int, int]:
    require(body[position] != "[")
    if body[position] != "\\":
        return ord(body[position]), position + 1
    require(position + 1 < len(body) and body[position + 1] in _PLAIN_ESCAPES)
    letter = body[position + 1]
    return ord(_CONTROLS.get(letter, letter)), position + 2


def _without(intervals: list[Interval], removed: list[Interval]) -> list[Interval]:
    """Return the intervals less the removed ones."""
    bounds = sorted({edge for low, high in (*intervals, *removed) for edge in (low, high + 1)})

    def has(intervals: list[Interval], character: int) -> bool:
        return any(low <= character <= high for low, high in intervals)

    return [(low, above - 1) for low, above in pairwise(bounds) if has(intervals, low) and not has(removed, low)]


def _written(intervals: list[Interval]) -> str:
    require(intervals)
    return "[" + "".join(f"\\x{{{low:x}}}-\\x{{{high:x}}}" for low, high in intervals) + "]"
