"""Regular expressions in the dialect of XPath, run by RE2 in time linear in the text.

Back references, look-around and class subtraction are beyond RE2: such a pattern gives null.
"""

from __future__ import annotations

import functools
import re
from typing import Any

import re2

from engine.language.budget import Budget
from engine.language.errors import NoValue

_MAX_PATTERN = 1000
_FLAGS = frozenset("smixq")
#: XML name characters, for `\i` and `\c`.
_NAME_START = "_:A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u2c00-\u2fef\u3001-\ud7ff"
_NAME = _NAME_START + r"\-.0-9" + "\u00b7"
#: Inside and outside of a class: escape -> RE2.
_SHORTHANDS = {"i": _NAME_START, "c": _NAME, "d": r"\p{Nd}", "w": r"\p{L}\p{M}\p{N}\p{S}", "s": r" \t\n\r"}
_PLAIN_ESCAPES = frozenset("nrt\\|.?*+(){}[]-^$")
_ESCAPE = re.compile(r"\\(?:([pP])\{([A-Za-z]{1,2})\}|(.))", re.DOTALL)
_QUANTIFIER = re.compile(r"\{\d+(?:,\d*)?\}")
_GROUP = re.compile(r"\\([\\$])|\$(\d)|([\\$])", re.DOTALL)


class Pattern:
    """A compiled pattern."""

    def __init__(self, pattern: str, flags: str) -> None:
        """Translate and compile.

        Raises:
            NoValue: the pattern or a flag is wrong or not supported.
        """
        self._compiled = _compiled(pattern, flags)

    def is_found(self, text: str) -> bool:
        """Tell whether the pattern occurs."""
        return self._compiled.search(_encodable(text)) is not None

    def replaced(self, text: str, replacement: str, budget: Budget) -> str:
        """Return the text with every occurrence replaced.

        Raises:
            NoValue: the pattern matches the empty text, or the replacement is malformed.
        """
        parts: list[str] = []
        end = length = 0
        template = _template(replacement)
        for match in self._matches(text, budget):
            parts += (text[end : match.start()], _filled(template, match))
            length += len(parts[-2]) + len(parts[-1])
            budget.text(length)
            end = match.end()
        return "".join(parts) + text[end:]

    def split(self, text: str, budget: Budget) -> list[str]:
        """Return the pieces between the occurrences."""
        parts: list[str] = []
        end = 0
        for match in self._matches(text, budget):
            parts.append(text[end : match.start()])
            end = match.end()
        return [*parts, text[end:]]

    def _matches(self, text: str, budget: Budget) -> list[Any]:
        if self._compiled.search("") is not None:
            raise NoValue
        matches = []
        for match in self._compiled.finditer(_encodable(text)):
            budget.spend()
            matches.append(match)
        return matches


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NoValue from error
    return text


@functools.lru_cache(maxsize=256)
def _compiled(pattern: str, flags: str) -> Any:
    if len(pattern) > _MAX_PATTERN or not _FLAGS.issuperset(flags):
        raise NoValue
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = "i" not in flags
    options.dot_nl = "s" in flags
    source = re2.escape(pattern) if "q" in flags else _translated(pattern, "x" in flags)
    try:
        return re2.compile(f"(?m:{source})" if "m" in flags else source, options=options)
    except (re2.error, UnicodeEncodeError) as error:
        raise NoValue from error


def _translated(pattern: str, is_spaced: bool) -> str:
    """Return the pattern in the dialect of RE2."""
    parts: list[str] = []
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "[":
            position = _class(pattern, position, parts, is_spaced)
            continue
        if character == "\\":
            position = _escape(pattern, position, parts, is_in_class=False)
            continue
        if character == "{":
            _require(_QUANTIFIER.match(pattern, position))
        if character == "(" and pattern.startswith("(?", position):
            _require(pattern.startswith("(?:", position))
        if character in "]}":
            _require(character == "}" and "{" in pattern[:position])
        if not (is_spaced and character.isspace()):
            parts.append(character)
        position += 1
    return "".join(parts)


def _require(condition: object) -> None:
    if not condition:
        raise NoValue


def _escape(pattern: str, position: int, parts: list[str], *, is_in_class: bool) -> int:
    """Translate the escape at `position`; return where it ends."""
    match = _ESCAPE.match(pattern, position)
    if match is None:
        raise NoValue
    kind, category, letter = match.groups()
    if kind:
        parts.append(f"\\{kind}{{{category}}}")
    elif letter.lower() in _SHORTHANDS:
        _require(letter.islower() or not is_in_class)
        inside = _SHORTHANDS[letter.lower()]
        parts.append(inside if is_in_class else f"[{'' if letter.islower() else '^'}{inside}]")
    else:
        _require(letter in _PLAIN_ESCAPES)
        parts.append("\\" + letter)
    return match.end()


def _class(pattern: str, position: int, parts: list[str], is_spaced: bool) -> int:
    """Translate the character class at `position`; return where it ends."""
    parts.append("[")
    position += 1
    if pattern.startswith("^", position):
        parts.append("^")
        position += 1
    first = position
    while position < len(pattern):
        character = pattern[position]
        if character == "]":
            _require(position > first)
            parts.append("]")
            return position + 1
        _require(character != "[")
        if character == "\\":
            position = _escape(pattern, position, parts, is_in_class=True)
            continue
        if not (is_spaced and character.isspace()):
            parts.append("\\^" if character == "^" else character)
        position += 1
    raise NoValue


def _template(replacement: str) -> list[str | int]:
    """Split a replacement into texts and group numbers."""
    template: list[str | int] = []
    end = 0
    for match in _GROUP.finditer(replacement):
        template.append(replacement[end : match.start()])
        _require(match[3] is None)
        template.append(match[1] if match[1] else int(match[2]))
        end = match.end()
    return [*template, replacement[end:]]


def _filled(template: list[str | int], match: Any) -> str:
    groups = len(match.groups())
    return "".join(
        part if isinstance(part, str) else (match.group(part) or "" if part <= groups else "") for part in template
    )
