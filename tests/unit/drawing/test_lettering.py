import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.drawing.lettering import fit, text_width

SIZES = (14.0, 13.0, 12.0)


def test_a_chinese_character_is_as_wide_as_the_font_size():
    assert text_width("审核", 14) == 28


def test_latin_letters_are_narrower_than_chinese_ones():
    assert text_width("ab", 14) < text_width("审核", 14)


def test_a_short_name_stays_on_one_line():
    assert fit("省级审核", 106, 60, SIZES).lines == ("省级审核",)


def test_a_name_of_two_lines_is_split_evenly():
    assert fit("确认并提交全部申请材料", 106, 60, SIZES).lines == ("确认并提交全", "部申请材料")


def test_words_of_latin_letters_are_kept_whole():
    assert fit("use of FEEL expressions", 90, 60, SIZES).lines == ("use of FEEL", "expressions")


@pytest.mark.parametrize("mark", ["，", "。", "）", "？"])
def test_no_line_begins_with_a_closing_mark(mark):
    lines = fit(f"一二三四五六七{mark}八九", 98, 80, SIZES).lines
    assert not any(line.startswith(mark) for line in lines)


def test_no_line_ends_with_an_opening_bracket():
    lines = fit("一二三四五六（七八九十）", 98, 80, SIZES).lines
    assert not any(line.endswith("（") for line in lines)


def test_a_smaller_size_is_taken_when_the_first_does_not_fit():
    lettering = fit("一二三四五六七八九十", 60, 34, (14.0, 11.0))
    assert (lettering.size, lettering.is_cut) == (11.0, False)


def test_a_name_that_fits_at_no_size_is_cut_with_an_ellipsis():
    lettering = fit("很长的名称" * 20, 60, 30, SIZES)
    assert lettering.is_cut
    assert lettering.lines[-1].endswith("…")


def test_an_empty_name_has_no_lines():
    assert fit("", 100, 60, SIZES).lines == ()


@given(st.text(max_size=80), st.floats(min_value=20, max_value=300))
def test_no_line_is_wider_than_its_box_unless_it_cannot_be_broken(text, width):
    lettering = fit(text, width, 2000, (12.0,))
    too_wide = [line for line in lettering.lines if text_width(line, 12) > width + 0.001]
    assert all(fit(line, 1, 2000, (12.0,)).lines[0].strip() for line in too_wide)
    assert "".join("".join(lettering.lines).split()) == "".join(text.split())
