"""Two editions of a workbook are compared cell by cell."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from engine.comparing import compare

FILE = "documents/summary.xlsx"
ROWS = (("汇总表",), ("序号", "名称", "备注"), ("{{ row_number }}", "{{ item.name }}", "{{ item.note }}"), ("注：一",))


def workbook(*changes, rows=ROWS):
    made = Workbook()
    sheet = made.active
    sheet.title = "汇总"
    for row in rows:
        sheet.append(row)
    for change in changes:
        change(made, sheet)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def change_of(old, new):
    (found,) = compare({FILE: old}, {FILE: new}).changes
    return found


def put(cell, value):
    return lambda _, sheet: sheet.__setitem__(cell, value)


def test_a_cell_that_says_something_else_is_named():
    found = change_of(workbook(), workbook(put("C2", "说明"), put("A4", "注：二")))

    assert found.details == (("C2", "备注", "说明"), ("A4", "注：一", "注：二"))
    assert found.sentence == f"表格“{FILE}”的C2、A4有修改。"


def test_a_row_that_came_moves_no_other():
    rows = (*ROWS[:2], ("合计", "", ""), *ROWS[2:])

    assert change_of(workbook(), workbook(rows=rows)).details == (("新第 3 行", "", "合计"),)


def test_a_row_that_went_is_quoted():
    assert change_of(workbook(), workbook(rows=ROWS[:3])).details == (("原第 4 行", "注：一", ""),)


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        (
            lambda _, sheet: setattr(sheet["B2"], "font", Font(name="黑体", sz=12, b=True)),
            ("B2 的样式", "（默认）", "黑体 12.0，加粗"),
        ),
        (
            lambda _, sheet: setattr(sheet["B3"], "number_format", "0.00"),
            ("B3 的样式", "（默认）", "Calibri 11.0，格式 0.00"),
        ),
        (lambda _, sheet: sheet.merge_cells("A1:C1"), ("合并单元格 A1:C1", "", "合并")),
        (lambda _, sheet: setattr(sheet.column_dimensions["B"], "width", 30), ("B 列宽", "", "30")),
        (lambda _, sheet: setattr(sheet.page_setup, "orientation", "landscape"), ("纸张", "", "landscape")),
        (put("C4", "=SUM(A1:A3)"), ("C4", "", "=SUM(A1:A3)")),
        (lambda made, _: made.create_sheet("附表"), ("工作表“附表”", "", "（空表）")),
    ],
    ids=["font", "number", "merged", "width", "page", "formula", "sheet"],
)
def test_everything_that_people_see_of_a_sheet_is_compared(change, detail):
    assert change_of(workbook(), workbook(change)).details == (detail,)


def test_a_sheet_among_several_is_named():
    both = lambda made, _: made.create_sheet("附表")  # noqa: E731

    assert change_of(workbook(both), workbook(both, put("A1", "新表"))).details == (("“汇总”A1", "汇总表", "新表"),)


def test_a_workbook_that_was_only_saved_again_says_so():
    again = workbook(lambda made, _: setattr(made.properties, "creator", "另一位"))

    assert change_of(workbook(), again).sentence == f"表格“{FILE}”重新保存过，内容和格式不变。"


def test_a_workbook_that_cannot_be_read_is_compared_as_a_whole():
    assert "换成了另一个" in change_of(workbook(), b"PK\x03\x04 broken").sentence
