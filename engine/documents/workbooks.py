"""A filled workbook as what it says and how it looks: one table a sheet, fitted to the width of the paper."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.documents.content import PAGE, PAGE_END, PAGES, Block, Cell, Content, Paragraph, Row, Run, Sheet, Table
from engine.documents.looks import BLACK, Border, ParagraphLook, RunLook
from engine.documents.parts import TemplateRefused
from engine.documents.sheets import open_workbook
from engine.documents.wording import write_value

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell as WorkbookCell
    from openpyxl.cell import MergedCell
    from openpyxl.styles.colors import Color
    from openpyxl.worksheet.cell_range import CellRange
    from openpyxl.worksheet.worksheet import Worksheet

INCH = 72.0
#: Width and height of paper by the number that Excel has for it; anything else is printed on A4.
PAPERS = {"8": (841.9, 1190.6), "9": (595.3, 841.9), "11": (419.5, 595.3)}
#: Where a workbook says nothing: a column's width in characters, a row's height and the size of text in points.
USUAL_WIDTH, USUAL_HEIGHT, USUAL_SIZE = 8.43, 15.0, 11.0
#: Points of a character of a column's width, and of the room beside its text.
_CHARACTER, _BESIDE = 5.25, 3.75
_PADDING = 3.0
#: Points above and below the text of a cell.
_ABOVE = 2.0
_WIDTHS = {"hair": 0.25, "thin": 0.5, "medium": 1.0, "thick": 1.5, "double": 1.5}
_ACROSS = {"center": "center", "centerContinuous": "center", "right": "right", "justify": "both"}
_SIDES = ("left", "right", "top", "bottom")
_FIELDS = re.compile(r"&([PN])|&(?:\"[^\"]*\"|[KC][0-9A-F]{6}|[A-Z]|\d+)")


def read_workbook_content(document: bytes) -> Content:
    """Read a filled workbook; sheets and rows that are hidden stay out.

    Raises:
        TemplateRefused: it cannot be opened safely, or has formulas, whose values only Excel knows.
    """
    workbook = open_workbook(document)
    shown = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    _refuse_formulas(workbook)
    sheet, first = _paper(shown[0]), shown[0]
    blocks: list[Block] = []
    for one in shown:
        blocks += [_page_end()] if blocks else []
        blocks.append(_Printer(one, sheet.width - sheet.left - sheet.right).table())
    footer = _FIELDS.sub(_field, first.oddFooter.center.text or "")
    footers = {"default": (_words(footer),)} if footer.strip() else {}
    return Content(sheet=sheet, blocks=tuple(blocks), headers={}, footers=footers, has_first=False, has_even=False)


def _refuse_formulas(workbook: Workbook) -> None:
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    where = f"工作表“{sheet.title}”的 {cell.coordinate}"
                    raise TemplateRefused(f"{where} 是公式，服务器不计算公式，未生成 PDF，以 Excel 文件为准。")


def _paper(sheet: Worksheet) -> Sheet:
    width, height = PAPERS.get(str(sheet.page_setup.paperSize or ""), PAPERS["9"])
    if sheet.page_setup.orientation == "landscape":
        width, height = height, width
    margins = sheet.page_margins
    sides = {name: float(getattr(margins, name)) * INCH for name in (*_SIDES, "header", "footer")}
    return Sheet(width=width, height=height, pitch=0.0, **sides)


class _Printer:
    """Makes the table of one sheet."""

    def __init__(self, sheet: Worksheet, width: float) -> None:
        self.sheet, self.width = sheet, width
        #: Row and column -> the merged cell that they are part of.
        self._areas = {place: area for area in sheet.merged_cells.ranges for place in area.cells}

    def table(self) -> Table:
        columns = {number: self._column(number) for number in range(1, self.sheet.max_column + 1)}
        total = sum(columns.values())
        scale = min(self.width / total, 1.0) if total else 1.0
        heads = self._heads()
        rows = [
            self._row(number, {key: width * scale for key, width in columns.items()}, scale, number in heads)
            for number in range(1, self.sheet.max_row + 1)
            if not self.sheet.row_dimensions[number].hidden
        ]
        align = "center" if self.sheet.print_options.horizontalCentered else "left"
        return Table(rows=tuple(rows), left=0.0, padding=_PADDING * scale, is_at_foot=False, align=align)

    def _column(self, number: int) -> float:
        """Return the width of a column; neighbours of one width are written as one."""
        from openpyxl.utils import get_column_letter

        for letter, known in self.sheet.column_dimensions.items():
            is_it = (known.min or 0) <= number <= (known.max or 0) or letter == get_column_letter(number)
            if is_it:
                return 0.0 if known.hidden else float(known.width or USUAL_WIDTH) * _CHARACTER + _BESIDE
        return USUAL_WIDTH * _CHARACTER + _BESIDE

    def _heads(self) -> range:
        found = re.findall(r"\d+", self.sheet.print_title_rows or "")
        return range(int(found[0]), int(found[-1]) + 1) if found else range(0)

    def _row(self, number: int, columns: Mapping[int, float], scale: float, is_head: bool) -> Row:
        cells, column = [], 1
        while column <= len(columns):
            area = self._areas.get((number, column))
            last = area.max_col if area is not None else column
            width = sum(columns[one] for one in range(column, last + 1))
            if width:
                cells.append(self._cell((number, column, last), area, width, scale))
            column = last + 1
        height = self.sheet.row_dimensions[number].height or USUAL_HEIGHT
        return Row(cells=tuple(cells), height=height * scale, is_head=is_head)

    def _cell(self, place: tuple[int, int, int], area: CellRange | None, width: float, scale: float) -> Cell:
        row, first, last = place
        is_continued = area is not None and row > area.min_row
        at = (area.min_row, area.min_col) if area is not None else (row, first)
        holder: WorkbookCell = self.sheet.cell(*at)
        borders = {
            "left": self._line(row, first, "left"),
            "right": self._line(row, last, "right"),
            "top": None if is_continued else self._line(row, first, "top"),
            "bottom": self._line(row, first, "bottom") if area is None or row == area.max_row else None,
        }
        return Cell(
            width=width,
            blocks=() if is_continued else (_paragraph(holder, scale),),
            borders={side: border for side, border in borders.items() if border is not None},
            align=str(holder.alignment.vertical or "bottom"),
            is_continued=is_continued,
        )

    def _line(self, row: int, column: int, side: str) -> Border | None:
        cell: WorkbookCell | MergedCell = self.sheet.cell(row, column)
        line = getattr(cell.border, side)
        if line is None or not line.style:
            return None
        return Border(line.style, _WIDTHS.get(line.style, _WIDTHS["thin"]), 0.0, _color(line.color))


def _paragraph(cell: WorkbookCell, scale: float) -> Paragraph:
    font = cell.font
    look = RunLook(
        font=font.name or "",
        latin_font=font.name or "",
        size=float(font.sz or USUAL_SIZE) * scale,
        is_bold=bool(font.b),
        is_underlined=bool(font.u),
        color=_color(font.color),
        spacing=0.0,
    )
    is_text = isinstance(cell.value, str)
    text = cell.value if isinstance(cell.value, str) else "" if cell.value is None else write_value(cell.value)
    align = _ACROSS.get(cell.alignment.horizontal or "", "left" if is_text else "right")
    return Paragraph(_set(align, _ABOVE * scale), (Run(text, look),), look)


def _words(text: str, size: float = USUAL_SIZE) -> Paragraph:
    look = RunLook("宋体", "宋体", size, False, False, BLACK, 0.0)
    return Paragraph(_set("center"), (Run(text, look),), look)


def _page_end() -> Paragraph:
    return _words(PAGE_END, 1.0)


def _set(align: str, around: float = 0.0) -> ParagraphLook:
    return ParagraphLook(
        align=align,
        left=0.0,
        right=0.0,
        first=0.0,
        before=around,
        after=around,
        line=1.0,
        is_exact=False,
        borders={},
        starts_page=False,
        keeps_next=False,
    )


def _field(match: re.Match[str]) -> str:
    return {"P": PAGE, "N": PAGES}.get(match[1] or "", "")


def _color(color: Color | None) -> tuple[int, int, int]:
    """Return a colour that is written out; those of a theme are printed black."""
    if color is None or color.type != "rgb" or not re.fullmatch(r"[0-9A-Fa-f]{6,8}", str(color.rgb)):
        return BLACK
    text = str(color.rgb)[-6:]
    return int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16)
