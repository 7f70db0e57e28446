"""Excel templates (.xlsx): the same blanks and repeated rows, for summary tables.

Every value is written as text, so that nothing an applicant wrote can become a formula.
"""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from engine.documents.parts import TemplateRefused, close_parts, open_parts
from engine.documents.pieces import PLACEHOLDER, Blank, Entry, Piece, Repeat, compile_text, read_marker

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

MOST_CELLS = 20_000
#: The longest text of a cell.
LONGEST_TEXT = 32_767
_CORE = "docProps/core.xml"
#: Every file of one template says the same time inside; the document's row keeps the real one.
_MOMENT = datetime(2000, 1, 1)  # noqa: DTZ001 (the file format has no zones)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def read_sheet_pieces(content: bytes) -> tuple[Piece, ...]:
    """Return what a template asks for.

    Raises:
        TemplateRefused: it cannot be opened safely, is no Excel workbook, or a placeholder is not FEEL.
    """
    problems: list[str] = []
    pieces: list[Piece] = []
    for _, row in _rows(open_workbook(content)):
        try:
            pieces.extend(_read_row(row))
        except TemplateRefused as refusal:
            problems.extend(refusal.problems)
    if problems:
        raise TemplateRefused(*problems)
    return tuple(pieces)


def write_sheet(content: bytes, entries: Sequence[Entry]) -> bytes:
    """Return the template filled in; the same template and entries give the same bytes."""
    workbook = open_workbook(content)
    waiting = iter(entries)
    plan = [(sheet, row[0].row, _answers(row, waiting)) for sheet, row in list(_rows(workbook))]
    for sheet, number, rounds in reversed(plan):
        _write_rows(sheet, number, rounds)
    workbook.properties.created = workbook.properties.modified = _MOMENT
    buffer = io.BytesIO()
    workbook.save(buffer)
    parts = open_parts(buffer.getvalue())
    parts[_CORE] = _MODIFIED.sub(rb"\g<1>2000-01-01T00:00:00Z", parts[_CORE])
    return close_parts(parts)


def open_workbook(content: bytes) -> Workbook:
    """Return a workbook.

    Raises:
        TemplateRefused: it cannot be opened safely, is no Excel workbook, or is too large.
    """
    # Takes long to load, and most processes never see a workbook.
    from openpyxl import load_workbook

    if "xl/workbook.xml" not in open_parts(content):
        raise TemplateRefused("不是 Excel 工作簿（.xlsx），请用 Excel 或 WPS 重新保存。")
    try:
        workbook = load_workbook(io.BytesIO(content), keep_links=False)
    except (KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
        raise TemplateRefused("工作簿无法读取，请用 Excel 或 WPS 另存为新的 .xlsx。") from error
    if sum(sheet.max_row * sheet.max_column for sheet in workbook.worksheets) > MOST_CELLS:
        raise TemplateRefused(f"工作表超过 {MOST_CELLS} 个单元格，请删去多余的行和列。")
    return workbook


def _rows(workbook: Workbook) -> Iterator[tuple[Worksheet, list[Cell]]]:
    """Yield every row with placeholders, as its cells that hold text."""
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            texts = [cell for cell in row if isinstance(cell.value, str)]
            if any("{{" in cell.value for cell in texts):
                yield sheet, texts


def _read_row(cells: Sequence[Cell]) -> list[Piece]:
    marker, inner = None, []
    for number, text in enumerate(_placeholders(cells)):
        found = read_marker(text)
        if found and number == 0:
            marker = found
        elif found:
            raise TemplateRefused(f"“{{{{{text}}}}}”应写在一行的第一个单元格开头，且每行只写一个。")
        else:
            inner.append(Blank(compile_text(text)))
    if marker is None:
        return list(inner)
    return [Repeat(marker.variable, compile_text(marker.text), tuple(inner))]


def _placeholders(cells: Sequence[Cell]) -> Iterator[str]:
    for cell in cells:
        for match in PLACEHOLDER.finditer(str(cell.value)):
            yield match[1]


def _answers(cells: Sequence[Cell], entries: Iterator[Entry]) -> list[dict[int, str]]:
    """Return the texts of a row by column, once per round."""
    if read_marker(next(_placeholders(cells), "")) is None:
        return [_filled(cells, entries)]
    rounds = next(entries)
    assert isinstance(rounds, list)
    return [_filled(cells, iter(one)) for one in rounds] or [{cell.column: "" for cell in cells}]


def _filled(cells: Sequence[Cell], entries: Iterator[Entry]) -> dict[int, str]:
    def value(match: re.Match[str]) -> str:
        return "" if read_marker(match[1]) else str(next(entries))

    return {cell.column: PLACEHOLDER.sub(value, str(cell.value))[:LONGEST_TEXT] for cell in cells}


def _write_rows(sheet: Worksheet, number: int, rounds: Sequence[dict[int, str]]) -> None:
    if len(rounds) > 1:
        _make_room(sheet, number, len(rounds) - 1)
    for offset, texts in enumerate(rounds):
        for column in range(1, sheet.max_column + 1):
            cell, model = sheet.cell(number + offset, column), sheet.cell(number, column)
            if offset:
                cell._style = copy.copy(model._style)
            if column in texts:
                cell.value = texts[column]
                cell.data_type = "s"


def _make_room(sheet: Worksheet, number: int, more: int) -> None:
    """Move everything below a row down, with heights and merged cells, which openpyxl leaves behind."""
    below = [area for area in sheet.merged_cells.ranges if area.min_row > number]
    for area in below:
        sheet.merged_cells.remove(area)
        area.shift(row_shift=more)
    heights = {row: dimension.height for row, dimension in sheet.row_dimensions.items()}
    sheet.insert_rows(number + 1, more)
    for area in below:
        sheet.merged_cells.add(area)
    for row in range(number + 1, max(heights, default=number) + more + 1):
        sheet.row_dimensions[row].height = heights.get(number if row <= number + more else row - more)
