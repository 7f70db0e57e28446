"""Strips on pages: breaks, repeated heads of tables, headers, footers, and what stands at the foot of the last page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.documents.content import PAGE, PAGES, Block, Content
from engine.documents.fonts import Fonts
from engine.documents.parts import TemplateRefused
from engine.documents.strips import Mark, Rule, Setter, Strip, moved, stack_height

MOST_PAGES = 500
_TOLERANCE = 0.5


@dataclass(slots=True)
class Page:
    """What is drawn on one page, in points from its upper left corner."""

    marks: list[Mark] = field(default_factory=list)


def set_pages(content: Content, fonts: Fonts) -> list[Page]:
    """Return the pages of a document.

    Raises:
        TemplateRefused: there would be too many.
    """
    sheet = content.sheet
    setter = Setter(fonts, sheet.pitch)
    width = sheet.width - sheet.left - sheet.right
    flow = _Flow(content, fonts, width)
    strips = list(setter.strips(content.blocks, width))
    foot = [strip for strip in strips if strip.is_at_foot]
    flow.place_all([strip for strip in strips if not strip.is_at_foot])
    flow.place_at_foot(foot)
    flow.dress()
    return flow.pages


class _Flow:
    """Fills page after page."""

    def __init__(self, content: Content, fonts: Fonts, width: float) -> None:
        self._content, self._fonts, self._width = content, fonts, width
        self.pages: list[Page] = []
        self._y = 0.0
        self._top = 0.0
        self._turn()

    @property
    def _bottom(self) -> float:
        return self._content.sheet.height - self._content.sheet.bottom

    def _turn(self) -> None:
        if len(self.pages) == MOST_PAGES:
            raise TemplateRefused(f"文书超过 {MOST_PAGES} 页。")
        self.pages.append(Page())
        header = stack_height(self._around(self._content.headers, len(self.pages), 0))
        self._top = max(self._content.sheet.top, self._content.sheet.header + header if header else 0.0)
        self._y = self._top

    def place_all(self, strips: Sequence[Strip]) -> None:
        """Place strips one below the other."""
        for number, strip in enumerate(strips):
            kept = self._kept_height(strips, number)
            if strip.starts_page and self._y > self._top:
                self._turn()
            if self._y + strip.before + kept > self._bottom + _TOLERANCE and self._y > self._top:
                self._turn()
                for head in strip.heads:
                    self._place(head)
            self._place_cut(strip)
            if strip.ends_page:
                self._turn()

    def _kept_height(self, strips: Sequence[Strip], number: int) -> float:
        """Return the height of a strip with those that must stay on its page; a chain longer than a page is cut."""
        total, room = 0.0, self._bottom - self._top
        while number < len(strips):
            strip = strips[number]
            if total and total + strip.before + strip.height > room:
                break
            total += strip.height + (strip.before if total else 0.0)
            if not strip.keeps_next:
                break
            total += strip.after
            number += 1
        return total

    def _place(self, strip: Strip) -> None:
        is_at_top = self._y <= self._top and len(self.pages) > 1
        y = self._y + (0.0 if is_at_top else strip.before)
        self.pages[-1].marks.extend(moved(mark, self._content.sheet.left, y) for mark in strip.marks)
        self._y = y + strip.height + strip.after

    def _place_cut(self, strip: Strip) -> None:
        """Place a strip; one that is higher than a page (a long cell) goes on where the page ends."""
        while strip.height > self._bottom - self._y + _TOLERANCE and strip.height > self._bottom - self._top:
            room = self._bottom - self._y
            upper = [mark for mark in strip.marks if _ends_above(mark, room)]
            self._place(Strip(room, upper + _cut(strip.marks, 0.0, room)))
            rest = [moved(mark, 0.0, -room) for mark in strip.marks if mark not in upper]
            lower = [mark for mark in rest if not isinstance(mark, Rule)] + _cut(rest, 0.0, strip.height - room)
            strip = replace(strip, height=strip.height - room, marks=lower)
            self._turn()
        self._place(strip)

    def place_at_foot(self, strips: Sequence[Strip]) -> None:
        """Place strips at the foot of the last page, or of one more when they do not fit."""
        height = stack_height(strips)
        if not height:
            return
        if self._y + height > self._bottom + _TOLERANCE:
            self._turn()
        self._y = self._bottom - height
        for strip in strips:
            self._place(strip)

    def dress(self) -> None:
        """Draw the headers and footers, now that the number of pages is known."""
        sheet = self._content.sheet
        for number, page in enumerate(self.pages, start=1):
            header = self._around(self._content.headers, number, len(self.pages))
            footer = self._around(self._content.footers, number, len(self.pages))
            for strips, y in ((header, sheet.header), (footer, sheet.height - sheet.footer - stack_height(footer))):
                for strip in strips:
                    page.marks.extend(moved(mark, sheet.left, y + strip.before) for mark in strip.marks)
                    y += strip.before + strip.height + strip.after

    def _around(self, blocks: Mapping[str, tuple[Block, ...]], number: int, pages: int) -> list[Strip]:
        kind = "even" if self._content.has_even and number % 2 == 0 else "default"
        if self._content.has_first and number == 1:
            kind = "first"
        setter = Setter(self._fonts, 0.0, {PAGE: str(number), PAGES: str(pages)})
        return list(setter.strips(blocks.get(kind, ()), self._width))


def _ends_above(mark: Mark, y: float) -> bool:
    return not isinstance(mark, Rule) and mark.y <= y


def _cut(marks: Sequence[Mark], low: float, high: float) -> list[Mark]:
    """Return the straight lines of a cut row as far as they run between two heights."""
    found: list[Mark] = []
    for mark in marks:
        if isinstance(mark, Rule) and mark.y2 >= low and mark.y1 <= high:
            found.append(replace(mark, y1=max(mark.y1, low), y2=min(mark.y2, high)))
    return found
