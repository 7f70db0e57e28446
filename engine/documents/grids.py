"""The sheets of a workbook as people see them, so that two workbooks can be compared cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.documents.sheets import open_workbook

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.styles.colors import Color
    from openpyxl.worksheet.worksheet import Worksheet

_ACROSS = {"center": "居中", "left": "靠左", "right": "靠右", "justify": "两端对齐", "distributed": "分散对齐"}
_DOWN = {"center": "垂直居中", "top": "靠上"}
_BORDERS = {"left": "左", "right": "右", "top": "上", "bottom": "下"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One sheet."""

    name: str
    #: The texts of each row, empty cells included; row 1 comes first.
    rows: tuple[tuple[str, ...], ...]
    #: How each cell looks that is not plain, in words, row by row.
    looks: tuple[tuple[str, ...], ...]
    #: Everything else by what people call it: widths, heights, merged cells, the page.
    settings: Mapping[str, str]


def read_grids(content: bytes) -> tuple[Grid, ...]:
    """Return the sheets of a workbook in their order.

    Raises:
        TemplateRefused: it cannot be opened safely, is no Excel workbook, or is too large.
    """
    return tuple(_read(sheet) for sheet in open_workbook(content).worksheets)


def _read(sheet: Worksheet) -> Grid:
    rows = [list(row) for row in sheet.iter_rows()]
    return Grid(
        name=sheet.title,
        rows=tuple(tuple(_text(cell) for cell in row) for row in rows),
        looks=tuple(tuple("，".join(_look(cell)) for cell in row) for row in rows),
        settings=dict(_settings(sheet)),
    )


def _text(cell: Cell) -> str:
    return "" if cell.value is None else str(cell.value)


def _look(cell: Cell) -> Iterator[str]:
    if not cell.has_style:
        return
    font, place = cell.font, cell.alignment
    yield f"{font.name or ''} {font.sz or ''}".strip()
    yield from (
        word
        for word, is_on in (("加粗", font.b), ("斜体", font.i), ("下划线", font.u), ("删除线", font.strike))
        if is_on
    )
    if colour := _colour(font.color):
        yield f"文字颜色 {colour}"
    if cell.fill.fill_type and (colour := _colour(cell.fill.fgColor)):
        yield f"底色 {colour}"
    if cell.number_format != "General":
        yield f"格式 {cell.number_format}"
    yield from (
        words[value] for words, value in ((_ACROSS, place.horizontal), (_DOWN, place.vertical)) if value in words
    )
    if place.wrap_text:
        yield "自动换行"
    sides = {side: getattr(cell.border, side) for side in _BORDERS}
    lines = [f"{_BORDERS[side]} {line.style}" for side, line in sides.items() if line is not None and line.style]
    if lines:
        yield f"边框 {'、'.join(lines)}"


def _colour(colour: Color | None) -> str:
    """Return a colour that is not the one that text has by itself."""
    if colour is None:
        return ""
    if colour.type == "rgb":
        return "" if str(colour.rgb)[-6:] == "000000" else str(colour.rgb)[-6:]
    return "" if colour.type == "theme" and colour.theme == 1 else f"{colour.type} {getattr(colour, colour.type)}"


def _settings(sheet: Worksheet) -> Iterator[tuple[str, str]]:
    from openpyxl.utils import get_column_letter

    for span in sorted(str(one) for one in sheet.merged_cells.ranges):
        yield f"合并单元格 {span}", "合并"
    for letter, column in sorted(sheet.column_dimensions.items()):
        for index in range(column.min or 0, (column.max or 0) + 1):
            yield f"{get_column_letter(index) if index else letter} 列宽", _width(column.width, column.hidden)
    for number, row in sorted(sheet.row_dimensions.items()):
        if row.height is not None or row.hidden:
            yield f"第 {number} 行行高", _width(row.height, row.hidden)
    setup = sheet.page_setup
    yield "纸张", " ".join(str(one) for one in (setup.paperSize, setup.orientation) if one)
    yield "打印标题行", str(sheet.print_title_rows or "")
    yield "打印区域", str(sheet.print_area or "")
    yield "工作表是否隐藏", "" if sheet.sheet_state == "visible" else "隐藏"


def _width(size: float | None, is_hidden: bool) -> str:
    return "隐藏" if is_hidden else f"{size:g}" if size is not None else ""
