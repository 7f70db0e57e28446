"""The shared templates, filled in and printed: what is on the paper, and where."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine.documents import Fonts, print_document, read_template, write_filled
from engine.documents.content import read_content
from engine.documents.pages import set_pages
from engine.documents.strips import Rule, Text
from tests.templates.word_files import cell, paragraph, row, table, text, word_file
from tests.unit.documents.reading import read_cells, read_pages

FOLDER = Path("bpmn/documents")
MADE_AT = datetime(2023, 11, 6, 2, 5, tzinfo=UTC)
#: Points.
MILLIMETRE = 72 / 25.4
VALUES = {
    "document": {
        "title": "受理通知书",
        "number": "东工信函〔2023〕12号",
        "to": "松山湖管委会",
        "office": "东莞市工业和信息化局",
        "issued_on": date(2023, 11, 6),
        "code": "7K3MPQ9RTV2X",
    },
    "case": {"number": "集聚区-2023-0007", "title": "集聚区认定申请"},
    "qr": "https://guicheng.example.test/verify",
    "working_days": 20,
    "entries": [{"name": "松山湖集聚区"}],
}
WORD_TEMPLATES = sorted(path.name for path in FOLDER.glob("*.docx"))


def written(name):
    template = read_template((FOLDER / name).read_bytes(), name)
    return write_filled(template.kind, template.content, template.fill(VALUES))


def printed(document):
    return print_document("docx", document, Fonts(), title="文书", made_at=MADE_AT)


def pages_of(document):
    return set_pages(read_content(document), Fonts())


def texts_of(page):
    return [mark for mark in page.marks if isinstance(mark, Text)]


@pytest.mark.parametrize("name", WORD_TEMPLATES)
def test_every_shared_template_prints_number_office_and_date(name):
    words = "".join(read_pages(printed(written(name)))).replace("\r\n", "")
    assert "东莞市工业和信息化局" in words
    assert "2023年11月6日" in words
    assert "7K3MPQ9RTV2X" in words


def test_the_same_document_prints_to_the_same_bytes():
    document = written("acceptance.docx")
    assert printed(document) == printed(document)


def test_a_letter_names_its_office_30_millimetres_below_the_edge_in_red():
    first = min(texts_of(pages_of(written("acceptance.docx"))[0]), key=lambda mark: mark.y)
    top = first.y - first.piece.look.size
    assert first.piece.look.color == (255, 0, 0)
    assert 28 * MILLIMETRE < top < 36 * MILLIMETRE


def test_the_red_lines_of_a_letter_are_170_millimetres_long():
    page = pages_of(written("acceptance.docx"))[0]
    lengths = {round((mark.x2 - mark.x1) / MILLIMETRE) for mark in page.marks if isinstance(mark, Rule)}
    assert lengths == {170}


def test_the_first_page_of_a_letter_has_no_page_number():
    words = read_pages(printed(written("acceptance.docx")))[0]
    assert "— 1 —" not in words


def test_a_line_holds_28_characters_and_a_page_22_lines():
    document = word_file("".join(paragraph(text("文" * 28)) for _ in range(23)))
    first, second = pages_of(document)
    bodies = [len({mark.y for mark in texts_of(page) if "文" in mark.piece.text}) for page in (first, second)]
    assert bodies == [22, 1]


def test_no_line_begins_with_a_mark():
    document = word_file(paragraph(text("文" * 28 + "。" + "文" * 27 + "，" + "文")))
    starts = {}
    for mark in texts_of(pages_of(document)[0]):
        starts.setdefault(mark.y, mark.piece.text[0])
    assert {"。", "，"}.isdisjoint(starts.values())


def test_no_line_ends_with_an_opening_bracket():
    document = word_file(paragraph(text("文" * 27 + "（文" + "字" * 5)))
    ends = {mark.y: mark.piece.text[-1] for mark in texts_of(pages_of(document)[0])}
    assert "（" not in ends.values()


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于不同意乙市人民政府使用标志物平面图形的批复", ["关于不同意乙市人民政府", "使用标志物平面图形的批复"]),
        ("省级工业和信息化主管部门文件", ["省级工业和信息化", "主管部门文件"]),
        ("关于授予甲市人民政府“中国软件名城”称号的公告", ["关于授予甲市人民政府", "“中国软件名城”称号的公告"]),
    ],
)
def test_no_line_of_a_title_ends_inside_a_word(title, lines):
    document = word_file(paragraph(text(title, size=40 if len(title) < 20 else 22), align="center"))
    page = pages_of(document)[0]
    rows = {}
    for mark in texts_of(page):
        rows.setdefault(round(mark.y), []).append(mark.piece.text)
    assert ["".join(row) for _, row in sorted(rows.items())][: len(lines)] == lines


def test_a_title_breaks_into_lines_of_about_the_same_length():
    document = word_file(paragraph(text("题" * 22, size=22), align="center"))
    lengths = [len(mark.piece.text) for mark in texts_of(pages_of(document)[0]) if "题" in mark.piece.text]
    assert lengths == [11, 11]


def test_a_long_table_repeats_its_head_on_every_page():
    head = row(cell(4000, paragraph(text("表头"))), head=True)
    document = word_file(table([4000], head, *(row(cell(4000, paragraph(text("行")))) for _ in range(50)), lines=True))
    assert ["表头" in words for words in read_pages(printed(document))] == [True, True, True]


def test_a_cell_longer_than_a_page_loses_no_text():
    lines = "".join(paragraph(text(f"第{number}行")) for number in range(60))
    document = word_file(table([8000], row(cell(8000, lines)), lines=True))
    words = "".join(mark.piece.text for page in pages_of(document) for mark in texts_of(page))
    assert [number for number in range(60) if f"第{number}行" not in words] == []


def test_a_character_no_font_has_is_marked():
    assert "〓" in read_pages(printed(word_file(paragraph(text("\U0001f600")))))[0]


@pytest.mark.parametrize(
    ("name", "words"), [("review_opinion.docx", "一、审核结论"), ("decision.docx", "一、查明的事实")]
)
def test_the_text_begins_under_its_addressee(name, words):
    assert words in read_pages(printed(written(name)))[0]


def test_the_imprint_stands_at_the_foot_of_the_last_page():
    last = pages_of(written("decision.docx"))[-1]
    lowest = max(mark.y1 for mark in last.marks if isinstance(mark, Rule))
    assert lowest == pytest.approx((297 - 35) * MILLIMETRE, abs=3)


def test_the_summary_sheet_lists_its_parks():
    rows = read_cells(written("park_summary.xlsx"))
    assert rows[0][0] == "受理通知书"
    assert rows[3][:2] == ["1", "松山湖集聚区"]
