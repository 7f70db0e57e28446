"""What a template asks for, piece by piece: `{{ FEEL }}` blanks, and rows or paragraphs that repeat or may be absent.

A template is evaluated once, inside the action that issues the document. The answers (a *filling*) are plain JSON and
stay with the document, so that it can be written again at any time and nothing is computed a second time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.documents.parts import TemplateRefused
from engine.documents.wording import write_value
from engine.language import Expression, FeelError, compile_expression

#: A text for a blank; for a repeated piece one list per round.
Entry = str | list[list["Entry"]]

PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
#: The blank that becomes a picture: the address under which anybody can check the document.
QR = "qr"
#: Counts the rounds of a repetition from 1.
ROW_NUMBER = "row_number"
MOST_ROUNDS = 2000
#: Characters of a whole filling.
MOST_TEXT = 2_000_000

_LOOP = re.compile(r"for\s+(\w+)\s+in\s+(.+)", re.DOTALL)
_CONDITION = re.compile(r"if\s+(.+)", re.DOTALL)
_WHOLE_LOOP = re.compile(r"\breturn\b")
_WHOLE_CONDITION = re.compile(r"\bthen\b")


@dataclass(frozen=True, slots=True)
class Blank:
    """A place for one value."""

    expression: Expression


@dataclass(frozen=True, slots=True)
class Repeat:
    """A row or paragraph written once per item, or, without a variable, once or not at all."""

    variable: str
    expression: Expression
    pieces: tuple[Piece, ...]


Piece = Blank | Repeat


@dataclass(frozen=True, slots=True)
class Marker:
    """`{{ for x in … }}` or `{{ if … }}` at the head of a row or paragraph."""

    variable: str
    text: str


def read_marker(text: str) -> Marker | None:
    """Return the marker that a placeholder is, or None when it is a blank."""
    clean = clean_text(text)
    loop = _LOOP.fullmatch(clean)
    if loop and not _WHOLE_LOOP.search(clean):
        return Marker(loop[1], loop[2])
    condition = _CONDITION.fullmatch(clean)
    if condition and not _WHOLE_CONDITION.search(clean):
        return Marker("", condition[1])
    return None


def compile_text(text: str) -> Expression:
    """Return the compiled expression of a placeholder.

    Raises:
        TemplateRefused: it is not FEEL.
    """
    clean = clean_text(text)
    try:
        return compile_expression(clean)
    except FeelError as error:
        raise TemplateRefused(f"占位符“{{{{ {clean} }}}}”不是有效的 FEEL 表达式：{error.message}") from error


def clean_text(text: str) -> str:
    """Return a placeholder as it was meant: word processors turn straight quotes into Chinese ones."""
    if '"' not in text:
        text = text.replace("“", '"').replace("”", '"')
    return " ".join(text.replace("\u00a0", " ").replace("\u3000", " ").split())


def names_of(pieces: Sequence[Piece]) -> Iterator[tuple[str, str]]:
    """Yield (name, placeholder) for every name that a template takes from outside."""
    for piece in pieces:
        expression = piece.expression
        yield from ((name, expression.text) for name in sorted(expression.names))
        if isinstance(piece, Repeat):
            own = {piece.variable, ROW_NUMBER} if piece.variable else set()
            yield from ((name, text) for name, text in names_of(piece.pieces) if name not in own)


def fill(pieces: Sequence[Piece], context: Mapping[str, object]) -> list[Entry]:
    """Return what goes into the pieces.

    Raises:
        FeelError: an expression takes too long, grows too large or nests too deep, or there are too many rows.
    """
    return _Filler().fill(pieces, context)


class _Filler:
    """Counts what it writes, so that no document outgrows the machine."""

    def __init__(self) -> None:
        self._left = MOST_TEXT

    def fill(self, pieces: Sequence[Piece], context: Mapping[str, object]) -> list[Entry]:
        return [self._repeat(one, context) if isinstance(one, Repeat) else self._blank(one, context) for one in pieces]

    def _blank(self, piece: Blank, context: Mapping[str, object]) -> str:
        value = piece.expression.evaluate(context)
        text = ("" if value is None else str(value)) if piece.expression.text == QR else write_value(value)
        self._left -= len(text) + 1
        if self._left < 0:
            raise FeelError(f"文书内容超过 {MOST_TEXT} 字。", 0)
        return text

    def _repeat(self, piece: Repeat, context: Mapping[str, object]) -> list[list[Entry]]:
        value = piece.expression.evaluate(context)
        if not piece.variable:
            return [self.fill(piece.pieces, context)] if value is True else []
        items = value if isinstance(value, list) else [] if value is None else [value]
        if len(items) > MOST_ROUNDS:
            raise FeelError(f"“{piece.expression.text}”超过 {MOST_ROUNDS} 行。", 0)
        rounds = enumerate(items, start=1)
        return [
            self.fill(piece.pieces, {**context, piece.variable: item, ROW_NUMBER: number}) for number, item in rounds
        ]
