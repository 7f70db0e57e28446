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
from engine.language.functions.pattern_classes import require, translated_class, translated_escape

_MAX_PATTERN = 1000
_STEPS_PER_MATCH = 5
_FLAGS = frozenset("smixq")
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
            budget.limit_text(length)
            end = match.end()
        budget.text(length)
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
            budget.spend(_STEPS_PER_MATCH)
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
    source = (
        re2.escape(pattern)
        if "q" in flags
        else _translated(_condensed(pattern) if "x" in flags else pattern, dots_match_all="s" in flags)
    )
    try:
        return re2.compile(f"(?m:{source})" if "m" in flags else source, options=options)
    except (re2.error, UnicodeEncodeError) as error:
        raise NoValue from error


def _translated(pattern: str, *, dots_match_all: bool) -> str:
    """Return the pattern in the dialect of RE2."""
    parts: list[str] = []
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "[":
            source, position = translated_class(pattern, position)
            parts.append(source)
            continue
        if character == "\\":
            source, position = translated_escape(pattern, position)
            parts.append(source)
            continue
        if character == "{":
            require(_QUANTIFIER.match(pattern, position))
        if character == "(" and pattern.startswith("(?", position):
            require(pattern.startswith("(?:", position))
        if character in "]}":
            require(character == "}" and "{" in pattern[:position])
        parts.append("[^\\n\\r]" if character == "." and not dots_match_all else character)
        position += 1
    return "".join(parts)


def _condensed(pattern: str) -> str:
    """Return the pattern without the white space outside character classes: the flag `x`."""
    kept: list[str] = []
    depth = 0
    is_escaped = False
    for character in pattern:
        if depth == 0 and character.isspace():
            continue
        if not is_escaped:
            depth += {"[": 1, "]": -1}.get(character, 0)
        is_escaped = character == "\\" and not is_escaped
        kept.append(character)
    return "".join(kept)


def _template(replacement: str) -> list[str | int]:
    """Split a replacement into texts and group numbers."""
    template: list[str | int] = []
    end = 0
    for match in _GROUP.finditer(replacement):
        template.append(replacement[end : match.start()])
        require(match[3] is None)
        template.append(match[1] if match[1] else int(match[2]))
        end = match.end()
    return [*template, replacement[end:]]


def _filled(template: list[str | int], match: Any) -> str:
    groups = len(match.groups())
    return "".join(
        part if isinstance(part, str) else (match.group(part) or "" if part <= groups else "") for part in template
    )
