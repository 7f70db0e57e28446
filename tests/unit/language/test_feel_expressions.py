"""What expressions mean."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine.language import compile_expression, compile_unary_tests, evaluate

VALUES = [
    ("1 + 2 * 3", Decimal(7)),
    ("0.1 + 0.2 = 0.3", True),
    ("1.10 * 3", Decimal("3.30")),
    ("-2 ** 2", Decimal(4)),
    ("7 - 2 - 1", Decimal(4)),
    ("2 ** 3 ** 2", Decimal(64)),
    ("1 / 0", None),
    ("1 + null", None),
    ('"a" + "b"', "ab"),
    ('"a" + 1', None),
    ("true and null", None),
    ("false and null", False),
    ("true or null", True),
    ("false or null", None),
    ("not(null)", None),
    ("null = null", True),
    ('1 = "1"', None),
    ("if null then 1 else 2", Decimal(2)),
    ("5 between 1 and 5", True),
    ("5 in [1..5)", False),
    ("5 in (< 3, 5)", True),
    ("5 in (1 + 4)", True),
    ('"b" in ("a", "b")', True),
    ("[1, 2, 3][2]", Decimal(2)),
    ("[1, 2, 3][-1]", Decimal(3)),
    ("[1, 2, 3][4]", None),
    ("[1, 2, 3][item > 1]", [Decimal(2), Decimal(3)]),
    ("[{p: 1}, {p: 5}][p > 2].p", [Decimal(5)]),
    ("{a: 1, b: a + 1}.b", Decimal(2)),
    ("{a: 1, a: 2}", None),
    ("for i in 1..3 return i * i", [Decimal(1), Decimal(4), Decimal(9)]),
    ("for i in 3..1 return i", [Decimal(3), Decimal(2), Decimal(1)]),
    ("for i in 1..2, j in 1..2 return i * 10 + j", [Decimal(11), Decimal(12), Decimal(21), Decimal(22)]),
    ("for i in 0..4 return if i = 0 then 1 else partial[-1] * 2", [Decimal(2**n) for n in range(5)]),
    ("some x in [1, 2] satisfies x > 1", True),
    ("every x in [1, 2] satisfies x > 1", False),
    ("every x in [1, null] satisfies x > 0", None),
    ("{double: function(x) x * 2, is: double(4)}.is", Decimal(8)),
    ('(function(x: number) x)("a")', None),
    ("5 instance of number", True),
    ("[1] instance of list<string>", False),
    ('"日" + "月"', "日月"),
    ('"\\u4e2d"', "中"),
    ('{"a b": 1}.a b', Decimal(1)),
    ("/* note */ 1 // end", Decimal(1)),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_an_expression_has_its_value(text, value):
    assert evaluate(text, {}) == value


def test_an_unknown_name_is_null():
    assert evaluate("无此名称", {}) is None


def test_a_name_of_several_words_is_found_by_longest_match():
    context = {"申报 城市": "广州", "申报": "短"}
    assert evaluate('申报 城市 + "市"', context) == "广州市"


@pytest.mark.parametrize(
    "text",
    [
        "客户.联系 方式.固定 电话",
        "订单[单 价 > 1].固定 电话",
        "(for 一 in 订单 return 一.固定 电话)",
        "订单[1].固定 电话",
    ],
)
def test_a_name_of_several_words_is_found_however_deep_it_lies(text):
    contact = {"固定 电话": "020"}
    context = {"客户": {"联系 方式": contact}, "订单": [{"单 价": 2, **contact}]}
    assert evaluate(text, context) in ("020", ["020"])


def test_a_context_may_contain_itself_while_its_names_are_looked_for():
    context = {"a b": 1}
    context["inner"] = [context]
    assert evaluate("a b", context) == 1


def test_a_name_with_full_width_parentheses_is_found():
    assert evaluate("金额（元） * 2", {"金额（元）": Decimal("1.10")}) == Decimal("2.20")


def test_a_name_with_a_hyphen_is_not_a_subtraction_when_declared():
    assert evaluate("a-b", {"a-b": 9, "a": 5, "b": 1}) == 9


def test_an_undeclared_hyphen_is_a_subtraction():
    assert evaluate("a-b", {"a": 5, "b": 1}) == 4


def test_a_variable_does_not_hide_the_function_of_the_same_name():
    assert evaluate("count(xs) + count", {"count": 7, "xs": [1, 2]}) == 9


def test_a_called_function_is_not_a_free_name_even_when_a_variable_has_its_name():
    assert compile_expression("count(xs)", ["count", "xs"]).names == {"xs"}


def test_whole_numbers_of_python_come_out_as_decimals():
    assert isinstance(evaluate("n", {"n": 3}), Decimal)


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("text", ["n > 1", "date(n, 1, 1)", "for i in 1..n return i", "n"])
def test_what_is_no_number_in_feel_is_null(number, text):
    assert evaluate(text, {"n": Decimal(number)}) is None


def test_a_truth_value_is_not_a_number():
    assert evaluate("flag + 1", {"flag": True}) is None


def test_an_aware_datetime_can_be_compared_with_a_literal_in_another_zone():
    context = {"now": datetime(2026, 11, 14, 16, 0, tzinfo=UTC)}
    assert evaluate('now = @"2026-11-15T00:00:00+08:00"', context) is True


def test_the_date_of_an_instant_is_the_day_in_shanghai():
    context = {"now": datetime(2026, 11, 14, 16, 0, tzinfo=UTC)}
    assert evaluate("date(now)", context) == date(2026, 11, 15)


def test_today_is_the_day_of_the_variable_now():
    context = {"now": datetime(2026, 11, 14, 16, 0, tzinfo=UTC)}
    assert evaluate("today()", context) == date(2026, 11, 15)


def test_today_is_null_without_the_variable_now():
    assert evaluate("today()", {}) is None


def test_a_datetime_comes_out_as_the_same_instant():
    moment = datetime(2026, 11, 14, 16, 30, 5, 250000, tzinfo=UTC)
    assert evaluate("moment", {"moment": moment}) == moment


def test_a_timedelta_goes_in_and_comes_out():
    assert evaluate("d * 2", {"d": timedelta(hours=36)}) == timedelta(days=3)


def test_a_duration_in_months_comes_out_as_text():
    assert evaluate('duration("P14M")', {}) == "P1Y2M"


def test_a_month_after_the_last_of_january_is_the_last_of_february():
    assert evaluate('date("2026-01-31") + duration("P1M")', {}) == date(2026, 2, 28)


def test_a_date_far_outside_pythons_calendar_comes_out_as_text():
    assert evaluate('date("-0044-03-15")', {}) == "-0044-03-15"


def test_a_python_object_without_a_feel_value_is_refused():
    with pytest.raises(TypeError):
        evaluate("x", {"x": object()})


def test_free_names_are_the_first_words_of_paths():
    assert compile_expression('applicant.city_level = "市" and amount > 1').names == {"applicant", "amount"}


def test_loop_variables_and_parameters_are_not_free():
    assert compile_expression("for x in xs return (function(y) x + y + z)(1)").names == {"xs", "z"}


def test_functions_of_the_language_are_not_free():
    assert compile_expression("count(xs)").names == {"xs"}


def test_today_needs_the_variable_now():
    assert compile_expression("today()").names == {"now"}


def test_an_undeclared_name_in_a_filter_is_only_possibly_a_variable():
    expression = compile_expression("cases[year > limit]", ["cases", "limit"])
    assert (expression.names, expression.possible_names) == ({"cases", "limit"}, {"year"})


def test_a_possible_name_is_looked_up_in_the_context():
    assert evaluate("[1, 5][item > limit]", {"limit": 3}) == [Decimal(5)]


CELLS = [
    ("-", 1, True),
    ("> 3", 4, True),
    ("> 3, 1", 1, True),
    ("[1..3]", 3, True),
    ("not(1, 2)", 3, True),
    ("not(1, 2)", 2, False),
    ('"市", "县"', "县", True),
    ("? > 3 and ? < 6", 5, True),
    ("? = false", False, True),
    ("null", None, True),
    ("> 3", None, False),
    ("limit", 7, True),
]


@pytest.mark.parametrize(("text", "value", "answer"), CELLS)
def test_a_cell_accepts_or_refuses_a_value(text, value, answer):
    assert compile_unary_tests(text, ["limit"]).evaluate({"?": value, "limit": 7}) is answer
