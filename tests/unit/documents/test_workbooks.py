"""A filled workbook printed as PDF: what Excel would put on paper, set by this program alone."""

import io
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side

from engine.documents import Fonts, TemplateRefused, print_document
from engine.documents.pages import set_pages
from engine.documents.strips import Rule, Text
from engine.documents.workbooks import read_workbook_content
from tests.unit.documents.reading import read_pages

MADE_AT = datetime(2023, 11, 6, 2, tzinfo=UTC)
THIN = Side(style="thin")


def book(*rows):
    made = Workbook()
    for row in rows:
        made.active.append(row)
    return made


def saved(made):
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def printed(made):
    pages = read_pages(print_document("xlsx", saved(made), Fonts(), title="汇总表", made_at=MADE_AT))
    return [page.replace("\r\n", "") for page in pages]


def marks_of(made, kind):
    return [mark for page in set_pages(read_workbook_content(saved(made)), Fonts()) for mark in page.marks
            if isinstance(mark, kind)]  # fmt: skip


def test_every_cell_is_printed_in_the_order_of_the_sheet():
    assert printed(book(["序号", "名称"], ["1", "甲园区"])) == ["序号 名称 1 甲园区"]


def test_equal_workbooks_give_equal_bytes():
    made = saved(book(["甲"]))
    first, second = (print_document("xlsx", made, Fonts(), title="表", made_at=MADE_AT) for _ in range(2))
    assert first == second


def test_the_paper_lies_as_the_workbook_says():
    made = book(["甲"])
    made.active.page_setup.orientation, made.active.page_setup.paperSize = "landscape", 8
    sheet = read_workbook_content(saved(made)).sheet
    assert (round(sheet.width), round(sheet.height)) == (1191, 842)


def test_a_table_wider_than_the_paper_is_made_to_fit_it():
    made = book([f"第{number}栏" for number in range(30)])
    sheet = read_workbook_content(saved(made)).sheet
    texts = marks_of(made, Text)
    assert max(mark.x + mark.piece.width for mark in texts) <= sheet.width - sheet.right + 1
    assert texts[0].piece.look.size < 11


def test_the_title_rows_stand_on_every_page_and_the_footer_counts_them():
    made = book(["表头"], *([f"第{number}行"] for number in range(1, 120)))
    made.active.print_title_rows = "1:1"
    made.active.oddFooter.center.text = '&"宋体"&9第 &P 页，共 &N 页'
    pages = printed(made)
    assert len(pages) > 1
    assert all(page.startswith("表头") for page in pages)
    assert all(f"第 {number} 页，共 {len(pages)} 页" in page for number, page in enumerate(pages, 1))


def test_a_merged_cell_is_one_cell_over_its_columns_and_rows():
    made = book(["合并", None, "右"], ["x", None, "右下"])
    made.active["A2"].value = None
    made.active.merge_cells("A1:B2")
    made.active["A1"].border = made.active["C1"].border = Border(THIN, THIN, THIN, THIN)
    made.active["A1"].alignment = Alignment(horizontal="center")
    (text, *_) = marks_of(made, Text)
    (table,) = read_workbook_content(saved(made)).blocks
    assert [len(row.cells) for row in table.rows] == [2, 2]
    assert text.x > table.rows[0].cells[0].width / 3
    assert table.rows[1].cells[0].is_continued
    assert {side for row in table.rows for side in row.cells[0].borders} == {"left", "right", "top", "bottom"}


def test_lines_are_drawn_only_where_the_workbook_has_them():
    made = book(["甲", "乙"])
    assert marks_of(made, Rule) == []
    made.active["A1"].border = Border(bottom=Side(style="medium", color="FF0000"))
    (rule,) = marks_of(made, Rule)
    assert (rule.width, rule.color) == (1.0, (255, 0, 0))


def test_text_keeps_its_size_weight_and_place():
    made = book(["标题", "12"])
    made.active["A1"].font = Font(name="黑体", size=18, bold=True, underline="single")
    made.active["B1"].value = 12.5
    title, number = marks_of(made, Text)
    assert (title.piece.look.size, title.piece.look.is_bold, title.piece.face) == (18, True, "heiti")
    assert number.piece.text == "12.5"
    assert number.x > title.x + title.piece.width


def test_what_is_hidden_is_not_printed():
    made = book(["甲", "密"], ["藏", "乙"])
    made.active["A2"].value = "隐"
    made.active.row_dimensions[2].hidden = True
    made.active.column_dimensions["B"].hidden = True
    made.create_sheet("暗").append(["暗表"])
    made["暗"].sheet_state = "hidden"
    assert printed(made) == ["甲"]


def test_each_sheet_begins_a_page():
    made = book(["一"])
    made.create_sheet("二").append(["二"])
    assert printed(made) == ["一", "二"]


def test_a_workbook_with_formulas_is_not_printed_and_says_where():
    made = book(["合计"], ["=SUM(A3:A9)"])
    with pytest.raises(TemplateRefused, match="A2 是公式，服务器不计算公式，未生成 PDF，以 Excel 文件为准"):
        printed(made)
