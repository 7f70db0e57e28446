"""Blocks as strips: what is never cut by the end of a page. A strip knows its height and what is drawn in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.documents.content import PAGE, PAGES, Block, Cell, Paragraph, Row, Table
from engine.documents.fonts import Fonts
from engine.documents.lines import Line, Piece, set_lines
from engine.documents.looks import Border

#: Where the middle of a Chinese character stands above its baseline, as a part of its size.
_MIDDLE = 0.38
_HAIR = 0.75


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text; y is its baseline."""

    x: float
    y: float
    piece: Piece


@dataclass(frozen=True, slots=True)
class Image:
    """A picture by its upper left corner."""

    x: float
    y: float
    piece: Piece


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    color: tuple[int, int, int]


Mark = Text | Image | Rule


@dataclass(slots=True)
class Strip:
    """Something of a height, with marks placed from its upper left corner."""

    height: float
    marks: list[Mark] = field(default_factory=list)
    #: Space above, left out at the top of a page.
    before: float = 0.0
    after: float = 0.0
    starts_page: bool = False
    ends_page: bool = False
    keeps_next: bool = False
    #: Stands at the foot of the page.
    is_at_foot: bool = False
    #: Rows to repeat when the page ends before this one.
    heads: tuple[Strip, ...] = ()


def moved(mark: Mark, x: float, y: float) -> Mark:
    """Return a mark moved."""
    if isinstance(mark, Rule):
        return replace(mark, x1=mark.x1 + x, x2=mark.x2 + x, y1=mark.y1 + y, y2=mark.y2 + y)
    return replace(mark, x=mark.x + x, y=mark.y + y)


class Setter:
    """Sets blocks into strips of a width."""

    def __init__(self, fonts: Fonts, pitch: float, numbers: Mapping[str, str] | None = None) -> None:
        """Take the fonts, the page's grid, and what stands for the numbers of pages."""
        self._fonts = fonts
        self._pitch = pitch
        self._numbers = dict(numbers or {PAGE: "", PAGES: ""})

    def strips(self, blocks: Iterable[Block], width: float) -> Iterator[Strip]:
        """Yield the strips of blocks, one below the other."""
        for block in blocks:
            if isinstance(block, Paragraph):
                yield from self._paragraph(block, width)
            else:
                yield from self._table(block, width)

    def _paragraph(self, paragraph: Paragraph, width: float) -> Iterator[Strip]:
        look = paragraph.look
        runs = tuple(replace(run, text=self._numbered(run.text)) for run in paragraph.runs)
        lines = set_lines(replace(paragraph, runs=runs), width, self._fonts)
        for place, line in enumerate(lines):
            strip = self._line(paragraph, line)
            is_first, is_last = place == 0, place == len(lines) - 1
            strip.before, strip.starts_page = (look.before, look.starts_page) if is_first else (0.0, False)
            strip.after, strip.keeps_next = (look.after, look.keeps_next) if is_last else (0.0, True)
            strip.keeps_next = look.keeps_next or (is_first and len(lines) == 2 and not is_last)
            if is_first and "top" in look.borders:
                _border_above(strip, look.borders["top"], look.left, width - look.right)
            if is_last and "bottom" in look.borders:
                _border_below(strip, look.borders["bottom"], look.left, width - look.right)
            yield strip

    def _numbered(self, text: str) -> str:
        for mark, number in self._numbers.items():
            text = text.replace(mark, number)
        return text

    def _line(self, paragraph: Paragraph, line: Line) -> Strip:
        height = max(paragraph.look.line_height(line.size, self._pitch), line.picture_height)
        strip = Strip(height, ends_page=line.ends_page)
        baseline = height / 2 + line.size * _MIDDLE
        for piece in line.pieces:
            if piece.picture is not None:
                strip.marks.append(Image(piece.x, height - piece.picture.height, piece))
            elif piece.text:
                strip.marks.append(Text(piece.x, baseline, piece))
                if piece.look.is_underlined:
                    y = baseline + piece.look.size * 0.15
                    strip.marks.append(Rule(piece.x, y, piece.x + piece.width, y, _HAIR, piece.look.color))
        return strip

    def _table(self, table: Table, width: float) -> Iterator[Strip]:
        total = max((sum(cell.width for cell in row.cells) for row in table.rows), default=0.0)
        spare = max(width - total, 0.0)
        left = {"center": spare / 2, "right": spare, "end": spare}.get(table.align, table.left)
        heads: tuple[Strip, ...] = ()
        for row in table.rows:
            columns = [self._cell(cell, table.padding) for cell in row.cells]
            strip = _row_strip(row, columns, left, table.padding)
            strip.is_at_foot = table.is_at_foot
            if row.is_head:
                heads = (*heads, strip)
            else:
                strip.heads = heads
            yield strip

    def _cell(self, cell: Cell, padding: float) -> list[Strip]:
        return [] if cell.is_continued else list(self.strips(cell.blocks, max(cell.width - 2 * padding, 1.0)))


def stack_height(strips: Sequence[Strip]) -> float:
    """Return the height of strips one below the other."""
    return sum(strip.before + strip.height + strip.after for strip in strips)


def _row_strip(row: Row, columns: Sequence[list[Strip]], left: float, padding: float) -> Strip:
    height = max([row.height, *(stack_height(column) for column in columns)])
    strip, x = Strip(height), left
    for cell, column in zip(row.cells, columns, strict=True):
        spare = height - stack_height(column)
        y = {"center": spare / 2, "bottom": spare}.get(cell.align, 0.0)
        for one in column:
            strip.marks.extend(moved(mark, x + padding, y + one.before) for mark in one.marks)
            y += one.before + one.height + one.after
        strip.marks.extend(_box(cell, x, height))
        x += cell.width
    return strip


def _box(cell: Cell, x: float, height: float) -> Iterator[Rule]:
    right = x + cell.width
    sides = {
        "top": (x, 0.0, right, 0.0),
        "bottom": (x, height, right, height),
        "left": (x, 0.0, x, height),
        "right": (right, 0.0, right, height),
    }
    for side, (x1, y1, x2, y2) in sides.items():
        border = cell.borders.get(side)
        if border is not None and not (side == "top" and cell.is_continued):
            yield Rule(x1, y1, x2, y2, border.width, border.color)


def _border_above(strip: Strip, border: Border, left: float, right: float) -> None:
    thickness, rules = _rules(border, left, right)
    added = thickness + border.space
    strip.marks = [moved(mark, 0.0, added) for mark in strip.marks] + list(rules)
    strip.height += added


def _border_below(strip: Strip, border: Border, left: float, right: float) -> None:
    thickness, rules = _rules(border, left, right)
    strip.marks.extend(moved(rule, 0.0, strip.height + border.space) for rule in rules)
    strip.height += thickness + border.space


def _rules(border: Border, left: float, right: float) -> tuple[float, list[Rule]]:
    """Return the thickness of a border and its lines, from its upper edge."""
    thin = min(border.width, _HAIR)
    widths = {"double": [thin, thin], "thickThin": [border.width, thin], "thinThick": [thin, border.width]}
    kind = next((kind for kind in ("thickThin", "thinThick", "double") if border.style.startswith(kind)), "")
    rules, y = [], 0.0
    for width in widths.get(kind, [border.width]):
        rules.append(Rule(left, y + width / 2, right, y + width / 2, width, border.color))
        y += width + _HAIR * 1.6
    return y - _HAIR * 1.6, rules
