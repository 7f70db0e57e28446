"""The built-in functions, one or two lines each; the compatibility kit has the rest."""

import datetime
from decimal import Decimal

import pytest

from engine.language import evaluate

CALLS = [
    ('number("1 234,5", " ", ",")', Decimal("1234.5")),
    ('number("abc")', None),
    ("string(1.50)", "1.5"),
    ('string([1, "a", {b: null}])', '[1, "a", {b: null}]'),
    ('string(@"2026-11-15T09:00:00+08:00")', "2026-11-15T09:00:00+08:00"),
    ('substring("foobar", 3)', "obar"),
    ('substring("foobar", -2, 1)', "a"),
    ('substring("foobar", 0)', None),
    ('substring(string: "foobar", start position: 3, length: 3)', "oba"),
    ('string length("工业😀")', Decimal(3)),
    ('substring before("广州市越秀区", "市")', "广州"),
    ('substring after("广州市越秀区", "市")', "越秀区"),
    ('contains("名城名园", "名园")', True),
    ('starts with("名城", "名")', True),
    ('ends with("名城", "城")', True),
    ('upper case("ab")', "AB"),
    ('matches("440100", "^\\d{6}$")', True),
    ('matches("中文", "^\\p{IsCJKUnifiedIdeographs}+$")', True),
    ('matches("b", "[a-z-[aeiou]]")', True),
    ('matches("a", "[a-z-[aeiou]]")', False),
    ('matches("AB", "ab", "i")', True),
    ('matches("(", "(")', None),
    ('matches("aa", "(a)\\1")', None),
    ('replace("2026-11-15", "(\\d+)-(\\d+)-(\\d+)", "$1年$2月$3日")', "2026年11月15日"),
    ('replace("abc", "x*", "-")', None),
    ('split("a；b；c", "；")', ["a", "b", "c"]),
    ('string join(["a", null, "b"], "、")', "a、b"),
    ("list contains([1, null], null)", True),
    ("count([])", Decimal(0)),
    ("min(3, 1, 2)", Decimal(1)),
    ('max(["a", "c", "b"])', "c"),
    ("min([])", None),
    ("sum([0.1, 0.2])", Decimal("0.3")),
    ("mean([1, 2, 4])", Decimal("2.333333333333333333333333333333333")),
    ("median([4, 1, 3, 2])", Decimal("2.5")),
    ("stddev([2, 4, 7, 5])", Decimal("2.081665999466132735282297706979931")),
    ("mode([6, 1, 9, 6, 1])", [Decimal(1), Decimal(6)]),
    ("product([2, 3, 4])", Decimal(24)),
    ("all([true, null])", None),
    ("any([false, true, null])", True),
    ("sublist([1, 2, 3], 2)", [Decimal(2), Decimal(3)]),
    ("append([1], 2, 3)", [Decimal(1), Decimal(2), Decimal(3)]),
    ("concatenate([1], [2])", [Decimal(1), Decimal(2)]),
    ("insert before([1, 3], 2, 2)", [Decimal(1), Decimal(2), Decimal(3)]),
    ("remove([1, 2], 1)", [Decimal(2)]),
    ("reverse([1, 2])", [Decimal(2), Decimal(1)]),
    ("index of([1, 2, 1], 1)", [Decimal(1), Decimal(3)]),
    ("union([1, 2], [2, 3])", [Decimal(1), Decimal(2), Decimal(3)]),
    ("distinct values([1, 2, 1])", [Decimal(1), Decimal(2)]),
    ("flatten([[1], [[2]]])", [Decimal(1), Decimal(2)]),
    ("sort([3, 1, 2])", [Decimal(1), Decimal(2), Decimal(3)]),
    ("sort([1, 3, 2], function(x, y) x > y)", [Decimal(3), Decimal(2), Decimal(1)]),
    ("list replace([1, 2], 2, 5)", [Decimal(1), Decimal(5)]),
    ("list replace([1, 2], function(old, new) old < 2, 5)", [Decimal(5), Decimal(2)]),
    ("decimal(2.345, 2)", Decimal("2.34")),
    ("round half up(2.345, 2)", Decimal("2.35")),
    ("round half down(2.345, 2)", Decimal("2.34")),
    ("round up(-5.5, 0)", Decimal(-6)),
    ("floor(-1.5)", Decimal(-2)),
    ("ceiling(1.21, 1)", Decimal("1.3")),
    ("abs(-3)", Decimal(3)),
    ("modulo(-12, 5)", Decimal(3)),
    ("sqrt(16)", Decimal(4)),
    ("sqrt(-1)", None),
    ("odd(3)", True),
    ("even(2)", True),
    ("date(2026, 2, 30)", None),
    ('date("2026-11-15T10:00:00")', None),
    ('date(@"2026-11-15T10:00:00")', datetime.date(2026, 11, 15)),
    ('time("10:00:00").hour', Decimal(10)),
    ('date and time(date("2026-11-15"), time("24:00:00"))', None),
    ('string(date and time("2026-11-15T24:00:00"))', "2026-11-16T00:00:00"),
    ('duration("P1DT2H").hours', Decimal(2)),
    ('years and months duration(date("2024-02-29"), date("2026-02-28"))', "P1Y11M"),
    ('date("2026-11-15") - date("2026-10-15")', datetime.timedelta(days=31)),
    ('@"2026-01-01T09:00:00@Asia/Shanghai" - @"2026-01-01T00:00:00Z"', datetime.timedelta(hours=1)),
    ('@"2026-01-01T09:00:00@Asia/Shanghai".time offset', datetime.timedelta(hours=8)),
    ('day of week(date("2026-11-15"))', "Sunday"),
    ('day of year(date("2026-02-01"))', Decimal(32)),
    ('week of year(date("2027-01-01"))', Decimal(53)),
    ('month of year(date("2026-11-15"))', "November"),
    ('last day of month(date("2028-02-05"))', datetime.date(2028, 2, 29)),
    ('is(time("09:00:00+08:00"), time("01:00:00Z"))', False),
    ('time("09:00:00+08:00") = time("01:00:00Z")', True),
    ('get value({a: {b: 1}}, ["a", "b"])', Decimal(1)),
    ("get entries({a: 1})", [{"key": "a", "value": Decimal(1)}]),
    ('context([{key: "a", value: 1}])', {"a": Decimal(1)}),
    ('context put({a: {b: 1}}, ["a", "b"], 2)', {"a": {"b": Decimal(2)}}),
    ("context merge([{a: 1}, {a: 2}])", {"a": Decimal(2)}),
    ("before([1..5], [6..9])", True),
    ("after(5, [1..4])", True),
    ("meets([1..5], [5..9])", True),
    ("overlaps([1..5], [3..9])", True),
    ("overlaps before([1..5], [3..9])", True),
    ("includes([1..9], 9)", True),
    ("during(9, [1..9))", False),
    ("starts(1, [1..9])", True),
    ("finished by([1..9], 9)", True),
    ("coincides([1..5], [1..5])", True),
    ('range("[1..5)").end included', False),
]


@pytest.mark.parametrize(("text", "value"), CALLS)
def test_a_call_has_its_value(text, value):
    assert evaluate(text, {}) == value


def test_a_call_with_a_wrong_argument_name_is_null():
    assert evaluate('contains(text: "a", match: "a")', {}) is None


def test_a_list_of_one_stands_for_its_entry():
    assert evaluate('upper case(["a"])', {}) == "A"


def test_a_replacement_cannot_name_groups_of_python():
    assert evaluate('replace("a", "(a)", "\\\\g<0>")', {}) is None
