"""What the language refuses, and how it says so."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.language import FeelError, FeelSyntaxError, compile_expression, compile_unary_tests

REFUSED = [
    ("", 0),
    ("1 +", 3),
    ("(1", 2),
    ("[1, 2", 5),
    ("{a: 1", 5),
    ("if 1 then 2", 11),
    ("for i in [1] i", 13),
    ("申报 城市", 3),
    ("“市”", 0),
    ("a，b", 1),
    ('级别 = "市', 5),
    ("a = 'b'", 4),
    ('@"2026-13-01"', 1),
    ("a $ b", 2),
    ("f(a: 1, 2)", 10),
    ("1 /* open", 2),
    ("().__class__.__mro__", 1),
    ("x.(y)", 2),
    ("lambda x: x", 7),
    ("import os", 7),
    ("a; b", 1),
    ("1e99999", 0),
    ('"\\ud800"', 0),
    ("return", 0),
]


@pytest.mark.parametrize(("text", "position"), REFUSED)
def test_a_wrong_text_is_refused_at_the_wrong_character(text, position):
    with pytest.raises(FeelSyntaxError) as refusal:
        compile_expression(text)
    assert refusal.value.position == position


@pytest.mark.parametrize(("text", "position"), REFUSED)
def test_a_refusal_is_a_chinese_sentence(text, position):
    with pytest.raises(FeelSyntaxError, match=r"[一-龥].*。$"):
        compile_expression(text)


def test_a_full_width_sign_is_named_with_its_replacement():
    with pytest.raises(FeelSyntaxError, match=r"“，”是全角符号，请改用半角的 ,"):
        compile_expression("count(a，b)")


def test_a_cell_with_something_left_over_is_refused():
    with pytest.raises(FeelSyntaxError):
        compile_unary_tests("> 3 4")


DEEP = [
    "(" * 3000 + "1" + ")" * 3000,
    "-" * 3000 + "1",
    "[" * 3000,
    "if a then " * 3000,
    "a" + ".a" * 3000,
    "{a:" * 3000,
]


@pytest.mark.parametrize("text", DEEP)
def test_a_text_that_nests_too_deeply_is_refused(text):
    with pytest.raises(FeelSyntaxError):
        compile_expression(text)


def test_a_very_long_text_is_refused():
    with pytest.raises(FeelSyntaxError):
        compile_expression("1 + " * 10_000 + "1")


SIGNS = ["(", ")", "[", "]", "{", "}", ":", ",", ".", "..", "+", "-", "*", "/", "**", "=", "<", ">=", "?", "@"]
WORDS = ["if", "then", "else", "for", "in", "return", "some", "satisfies", "and", "or", "not", "between", "instance of"]
VALUES = ["1", "x", '"a"', "function", "count", "sum", "date and time", "item", '@"2026-11-15"', "null", "true", "名"]


def _position_of_refusal(text):
    """Return where the text is refused, 0 when it is not."""
    try:
        compile_expression(text).evaluate({"x": 1, "名": [1, {"a": "b"}]})
    except FeelError as refusal:
        return refusal.position
    return 0


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from([*SIGNS, *WORDS, *VALUES]), max_size=14).map(" ".join))
def test_any_text_has_a_value_or_is_refused_at_one_of_its_characters(text):
    assert 0 <= _position_of_refusal(text) <= len(text)
