"""One text of a folder in which a variable gets another name: an expression, a script, a text with placeholders."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.language import FeelError, variable_places
from engine.runtime.dialects import expression_text

#: What a text is: FEEL, a cell of a decision table, `{FEEL}` in a text, lines `name = FEEL`, or the name itself.
FEEL, CELL, LITERAL, SCRIPT, NAME = "feel", "cell", "literal", "script", "name"

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_LINE = re.compile(r"^[ \t]*([^\W\d]\w*)[ \t]*=(?!=)[ \t]*(.+)$", re.MULTILINE)


class Unsure(Exception):
    """A text that has the word, and of which nobody can tell whether it means the variable."""


@dataclass(slots=True)
class Renamed:
    """A variable's old and new name; counts what was changed."""

    old: str
    new: str
    #: Whether rows of lists have a field that is called so, too.
    is_row_name: bool = False
    _word: re.Pattern[str] = field(init=False, repr=False)
    _written: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Know how the word stands in a text, and in one whose line ends and tabs are escaped."""
        word = re.escape(self.old)
        self._word = re.compile(rf"(?<!\w){word}(?!\w)")
        self._written = re.compile(rf"(?:(?<!\w)|(?<=\\[nrt])){word}(?!\w)")

    def reword(self, raw: str, value: str, kind: str) -> tuple[str, int]:
        """Return a text as it is written with the name changed where it is meant, and how often.

        Args:
            raw: as it stands in the file, with its escapes.
            value: what it is read as.
            kind: what it is.

        Raises:
            Unsure: it has the word, but cannot be read, or is written in a way that cannot be changed.
        """
        words = [match.start() for match in self._word.finditer(value)]
        meant = {words.index(place) for place in self._places(value, kind) if place in words} if words else set()
        if not meant:
            return raw, 0
        written = list(self._written.finditer(raw))
        if len(written) != len(words):
            raise Unsure
        changed = raw
        for index in sorted(meant, reverse=True):
            changed = changed[: written[index].start()] + self.new + changed[written[index].end() :]
        return changed, len(meant)

    def _places(self, value: str, kind: str) -> list[int]:
        try:
            return list(_PLACES[kind](self, value))
        except (FeelError, ValueError) as error:
            raise Unsure from error

    def in_feel(self, text: str, *, is_cell: bool = False) -> tuple[int, ...]:
        """Return where an expression means the variable."""
        return variable_places(text, self.old, is_cell=is_cell, may_be_entry=self.is_row_name)


def _of_feel(renamed: Renamed, value: str) -> Iterator[int]:
    inner = expression_text(value)
    yield from (value.index(inner) + place for place in renamed.in_feel(inner))


def _of_cell(renamed: Renamed, value: str) -> Iterator[int]:
    if value.strip() not in ("", "-"):
        yield from renamed.in_feel(value, is_cell=True)


def _of_literal(renamed: Renamed, value: str) -> Iterator[int]:
    for match in _PLACEHOLDER.finditer(value):
        if renamed.old in match[1]:
            yield from (match.start(1) + place for place in renamed.in_feel(match[1]))


def _of_script(renamed: Renamed, value: str) -> Iterator[int]:
    for match in _LINE.finditer(value):
        if match[1] == renamed.old:
            yield match.start(1)
        if renamed.old in match[2]:
            yield from (match.start(2) + place for place in renamed.in_feel(match[2]))


def _of_name(renamed: Renamed, value: str) -> Iterator[int]:
    if value.strip() == renamed.old:
        yield value.index(renamed.old)


_PLACES: Mapping[str, Callable[[Renamed, str], Iterator[int]]] = {
    FEEL: _of_feel,
    CELL: _of_cell,
    LITERAL: _of_literal,
    SCRIPT: _of_script,
    NAME: _of_name,
}
