"""Fitting words into boxes: how wide a text will be, and where Chinese and Latin lines may break.

Nothing here measures a real font. Every Chinese character is as wide as its font size, whatever the font, and Latin
letters are taken a little too wide, so a text that fits here fits in the browser and on paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import combining, east_asian_width

LINE_HEIGHT = 1.3

#: Longer texts are cut before they are wrapped, so that wrapping cannot take long.
LONGEST_TEXT = 400

#: Characters that may not begin a line (避头).
_NOT_FIRST = frozenset("、，。；：？！…％）〕】》」』”’,.;:?!%)]}")
#: Characters that may not end a line (避尾).
_NOT_LAST = frozenset("（〔【《「『“‘([{")
_NARROW = frozenset("iljtfrI.,:;'!|()[] ")


@dataclass(frozen=True, slots=True)
class Lettering:
    """Wrapped text with the size at which it fits."""

    lines: tuple[str, ...]
    size: float
    is_cut: bool = False

    @property
    def width(self) -> float:
        """The width of the widest line."""
        return max((text_width(line, self.size) for line in self.lines), default=0.0)

    @property
    def height(self) -> float:
        """The height of all lines."""
        return len(self.lines) * self.size * LINE_HEIGHT


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of characters that stays together; widths are in units of the font size."""

    text: str
    width: float
    #: Without the blank at its end, which may hang over the edge.
    ink: float


def text_width(text: str, size: float) -> float:
    """Return the width of one line at a font size, rather a little more than less."""
    return sum(map(_character_width, text)) * size


@lru_cache(maxsize=4096)
def _character_width(character: str) -> float:
    if combining(character):
        return 0.0
    if east_asian_width(character) in "WFA":
        return 1.0
    if character in _NARROW:
        return 0.34
    return 0.7 if character.isupper() or character in "mw@%" else 0.58


def fit(text: str, width: float, height: float, sizes: tuple[float, ...]) -> Lettering:
    """Wrap `text` at the first of `sizes` (largest first) at which it fits; at the last one it is cut with “…”."""
    pieces = tuple(map(_measured, _pieces(" ".join(text[:LONGEST_TEXT].split()))))
    for size in sizes:
        lines = _fill(pieces, width / size)
        if len(lines) * size * LINE_HEIGHT <= height:
            return Lettering(_balance(pieces, lines, width / size), size)
    size = sizes[-1]
    lines = _fill(pieces, width / size)
    room = max(1, int(height // (size * LINE_HEIGHT)))
    return Lettering((*lines[: room - 1], _shorten(lines[room - 1], width, size)), size, is_cut=True)


def _balance(pieces: Sequence[_Piece], lines: tuple[str, ...], width: float) -> tuple[str, ...]:
    """Make the lines about equally long without needing more of them."""
    if len(lines) < 2:
        return lines
    narrow, wide = sum(piece.width for piece in pieces) / len(lines), width
    while wide - narrow > 0.25:
        middle = (narrow + wide) / 2
        if len(_fill(pieces, middle)) <= len(lines):
            wide = middle
        else:
            narrow = middle
    return _fill(pieces, wide)


def _fill(pieces: Sequence[_Piece], width: float) -> tuple[str, ...]:
    """Put as much as possible into each line; widths are in units of the font size."""
    lines: list[str] = []
    line, used = "", 0.0
    for piece in pieces:
        if line and used + piece.ink > width:
            lines.append(line.rstrip())
            line, used = "", 0.0
        line += piece.text
        used += piece.width
    if line.strip():
        lines.append(line.rstrip())
    return tuple(lines)


def _measured(text: str) -> _Piece:
    return _Piece(text, text_width(text, 1), text_width(text.rstrip(), 1))


def _pieces(text: str) -> Iterator[str]:
    """Yield the runs of characters between which a line may break."""
    piece = ""
    for character in text:
        if piece and _may_break(piece[-1], character):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if after in _NOT_FIRST or before in _NOT_LAST or after == " ":
        return False
    return before == " " or _is_wide(before) or _is_wide(after)


def _is_wide(character: str) -> bool:
    return east_asian_width(character) in "WF"


def _shorten(line: str, width: float, size: float) -> str:
    while line and text_width(line + "…", size) > width:
        line = line[:-1]
    return line + "…"
