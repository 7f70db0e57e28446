"""Templates: placeholders, repeated rows and paragraphs, values as official documents write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.documents import MISSING, TemplateRefused, read_template, reword_template, write_filled, write_value
from engine.language import FeelError, variable_places
from tests.unit.documents.reading import read_cells, read_lines


def filled(content, context, file="one.docx"):
    template = read_template(content, file)
    return write_filled(template.kind, content, template.fill(context))


def lines(content, context):
    return read_lines(filled(content, context))


def test_a_placeholder_is_replaced_by_its_value(word):
    assert lines(word("致{{ applicant.name }}：您好"), {"applicant": {"name": "东莞市"}}) == ["致东莞市：您好"]


def test_a_placeholder_may_be_split_over_runs(split_word):
    content = split_word("编号{", "{ nu", "mber }", "} 号")
    assert lines(content, {"number": "甲"}) == ["编号甲 号"]


def test_several_placeholders_of_one_paragraph_keep_their_order(split_word):
    assert lines(split_word("{{ a }}与{{", " b }}"), {"a": "甲", "b": "乙"}) == ["甲与乙"]


def test_chinese_quotes_around_text_are_understood(word):
    assert lines(word("{{ if level = “省级” then “是” else “否” }}"), {"level": "省级"}) == ["是"]


def test_a_missing_value_says_so(word):
    assert lines(word("{{ nothing }}"), {}) == [MISSING]


def test_a_value_with_braces_is_not_evaluated_again(word):
    assert lines(word("{{ a }}"), {"a": "{{ b }}", "b": "secret"}) == ["{{ b }}"]


def test_a_row_repeats_for_every_item(word_table):
    content = word_table("{{ for one in parks }}{{ row_number }}", "{{ one.name }}", "{{ city }}")
    context = {"parks": [{"name": "甲园"}, {"name": "乙园"}], "city": "东莞"}
    assert lines(content, context) == ["1", "甲园", "东莞", "2", "乙园", "东莞"]


def test_a_paragraph_repeats_for_every_item(word):
    assert lines(word("{{ for one in items }}{{ one }}；", "完"), {"items": ["甲", "乙"]}) == ["甲；", "乙；", "完"]


def test_a_table_without_items_goes_with_its_rows(word_table):
    assert lines(word_table("{{ for one in parks }}{{ one }}", "x"), {"parks": []}) == [""]


@pytest.mark.parametrize(("value", "kept"), [(True, ["有", "完"]), (False, ["完"]), (None, ["完"])])
def test_a_condition_keeps_or_drops_its_paragraph(word, value, kept):
    assert lines(word("{{ if wanted }}有", "完"), {"wanted": value}) == kept


def test_a_value_of_several_lines_alone_becomes_several_paragraphs(word):
    assert lines(word("{{ body }}"), {"body": "第一段\n第二段"}) == ["第一段", "第二段"]


def test_line_ends_inside_a_sentence_stay_in_its_paragraph(word):
    assert lines(word("意见：{{ body }}"), {"body": "甲\n乙"}) == ["意见：甲\n乙"]


def test_the_same_values_give_the_same_bytes(word_table):
    content = word_table("{{ for one in parks }}{{ one }}", "{{ qr }}")
    context = {"parks": ["甲", "乙"], "qr": "https://example.test/verify"}
    assert filled(content, context) == filled(content, context)


def test_a_template_names_what_it_takes_from_outside(word):
    template = read_template(word("{{ for one in items }}{{ one.name }}{{ city }}{{ row_number }}"), "one.docx")
    assert {name for name, _ in template.names} == {"items", "city"}


@pytest.mark.parametrize("text", ["{{ 1 + }}", "{{ a", "字{{ a }}{{ for x in y }}"])
def test_a_placeholder_that_cannot_be_read_is_refused(word, text):
    with pytest.raises(TemplateRefused):
        read_template(word(text), "one.docx")


def test_too_many_rows_are_stopped(word):
    template = read_template(word("{{ for one in items }}{{ one }}"), "one.docx")
    with pytest.raises(FeelError, match="超过"):
        template.fill({"items": list(range(2001))})


def test_a_sheet_repeats_its_row_and_moves_what_is_below(sheet):
    content = sheet(["标题{{ title }}", None], ["{{ for one in parks }}{{ row_number }}", "{{ one }}"], ["完", None])
    rows = read_cells(filled(content, {"title": "表", "parks": ["甲", "乙", "丙"]}, "one.xlsx"))
    assert rows == [["标题表", None], ["1", "甲"], ["2", "乙"], ["3", "丙"], ["完", None]]


def test_what_an_applicant_wrote_never_becomes_a_formula(sheet):
    assert b"<f>" not in filled(sheet(["{{ name }}"]), {"name": "=1+1"}, "one.xlsx")
    assert read_cells(filled(sheet(["{{ name }}"]), {"name": "=1+1"}, "one.xlsx")) == [["=1+1"]]


def test_a_sheet_gives_the_same_bytes_twice(sheet):
    content = sheet(["{{ for one in parks }}{{ one }}"])
    assert filled(content, {"parks": ["甲"]}, "a.xlsx") == filled(content, {"parks": ["甲"]}, "a.xlsx")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2023, 11, 5), "2023年11月5日"),
        ("2023-11-05", "2023年11月5日"),
        (datetime(2023, 11, 5, 2, 5, tzinfo=UTC), "2023年11月5日10:05"),
        (Decimal("12.50"), "12.5"),
        (Decimal("100"), "100"),
        (True, "是"),
        (["甲", "乙"], "甲、乙"),
        ({"甲": 1}, "甲：1"),
        ([], MISSING),
        ("  ", MISSING),
        ("a\x00b", "ab"),
        (Decimal("NaN"), MISSING),
    ],
)
def test_values_are_written_as_official_documents_write_them(value, words):
    assert write_value(value) == words


def reworded(content, file="one.docx"):
    """Return what a template asks for once `city` is called `town`, and how often that was changed."""
    changed, count = reword_template(content, "city", "town", lambda text: variable_places(text, "city"))
    return [text for _, text in read_template(changed, file).names], count


def test_a_variable_gets_another_name_in_placeholders_only(word):
    assert reworded(word("city：{{ city }}", "{{ applicant.city }}", "{{ “city” + city }}")) == (
        ["town", "applicant.city", '"city" + town'],
        2,
    )


def test_a_name_split_over_runs_is_changed_as_one(split_word):
    assert reworded(split_word("{{ ci", "ty", " }} 和 {", "{city }}")) == (["town"], 2)


def test_the_heads_of_rows_and_paragraphs_are_changed_too(word):
    assert reworded(word("{{ for one in city }}{{ one.city }}", "{{ if city = null }}没有"))[1] == 2


def test_cells_of_a_workbook_are_changed(sheet):
    assert reworded(sheet(["{{ for one in city }}{{ one.name }}", "{{ city }}"]), "one.xlsx")[1] == 2


def test_a_template_that_does_not_name_it_keeps_its_bytes(word):
    content = word("{{ number }} city")

    assert reword_template(content, "city", "town", lambda text: variable_places(text, "city")) == (content, 0)
