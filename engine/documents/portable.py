"""PDF files, set from filled Word documents and workbooks by this program alone: no office suite, no network."""

from __future__ import annotations

import io
import logging
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.documents.content import read_content
from engine.documents.fonts import TITLE, Fonts, cut_font
from engine.documents.pages import Page, set_pages
from engine.documents.strips import Image, Mark, Rule, Text
from engine.documents.templates import WORD
from engine.documents.workbooks import read_workbook_content

if TYPE_CHECKING:
    from fpdf import FPDF

# It would tell the log which characters a document is written in.
logging.getLogger("fontTools").setLevel(logging.WARNING)

MEDIA_TYPE = "application/pdf"
#: How much thicker the strokes of a stand-in for a bold face are drawn, as a part of the size.
_BOLD = 0.028


def print_document(kind: str, document: bytes, fonts: Fonts, *, title: str, made_at: datetime) -> bytes:
    """Return a filled document as PDF with its fonts embedded; equal arguments give equal bytes.

    Args:
        kind: docx or xlsx.
        document: the bytes that `write_filled` gave.
        fonts: the fonts of this installation.
        title: shown by viewers.
        made_at: written into the file, instead of the time of printing.

    Raises:
        TemplateRefused: the document is longer than any official document, or a workbook with formulas.
    """
    # Takes a third of a second, and most processes never print.
    from fpdf import FPDF

    content = read_content(document) if kind == WORD else read_workbook_content(document)
    pages = set_pages(content, fonts)
    pdf = FPDF(unit="pt", format=(content.sheet.width, content.sheet.height))
    pdf.set_auto_page_break(False)
    pdf.set_creation_date(made_at)
    pdf.set_title(title)
    pdf.set_lang("zh-CN")
    with tempfile.TemporaryDirectory(prefix="guicheng-fonts-") as folder:
        _add_fonts(pdf, pages, fonts, Path(folder))
        for page in pages:
            pdf.add_page()
            _Pen(pdf, fonts).draw(page.marks)
        return bytes(pdf.output())


def _add_fonts(pdf: FPDF, pages: Iterable[Page], fonts: Fonts, folder: Path) -> None:
    """Put what the pages need of each font into a folder, from where it is read until the end of the printing."""
    used: defaultdict[Path, set[str]] = defaultdict(set)
    for page in pages:
        for mark in page.marks:
            if isinstance(mark, Text):
                # Faces that are one file are one font.
                used[fonts.file(mark.piece.face)].update(mark.piece.text)
    for file, characters in sorted(used.items()):
        cut = folder / f"{_family(file)}.otf"
        cut.write_bytes(cut_font(file, characters))
        pdf.add_font(_family(file), "", str(cut))


def _family(file: Path) -> str:
    return file.stem.lower()


class _Pen:
    """Draws the marks of one page."""

    def __init__(self, pdf: FPDF, fonts: Fonts) -> None:
        self._pdf, self._fonts = pdf, fonts

    def draw(self, marks: Iterable[Mark]) -> None:
        for mark in marks:
            if isinstance(mark, Rule):
                self._pdf.set_draw_color(*mark.color)
                self._pdf.set_line_width(mark.width)
                self._pdf.line(mark.x1, mark.y1, mark.x2, mark.y2)
            elif isinstance(mark, Image):
                self._draw_picture(mark)
            else:
                self._draw_text(mark)

    def _draw_picture(self, mark: Image) -> None:
        picture = mark.piece.picture
        if picture is not None:
            self._pdf.image(io.BytesIO(picture.content), mark.x, mark.y, picture.width, picture.height)

    def _draw_text(self, mark: Text) -> None:
        from fpdf.enums import TextMode

        piece, pdf = mark.piece, self._pdf
        pdf.set_font(_family(self._fonts.file(piece.face)), size=piece.look.size)
        pdf.set_text_color(*piece.look.color)
        pdf.set_char_spacing(piece.spacing)
        # 小标宋 is a heavy face; its stand-in is drawn with thicker strokes.
        is_heavy = piece.look.is_bold or (piece.face == TITLE and not self._fonts.is_own(TITLE))
        if is_heavy:
            pdf.set_draw_color(*piece.look.color)
            pdf.set_line_width(piece.look.size * _BOLD)
        with pdf.local_context(text_mode=TextMode.FILL_STROKE if is_heavy else TextMode.FILL):
            pdf.text(mark.x, mark.y, piece.text)
