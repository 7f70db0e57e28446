"""Kinds of values: what can never succeed is found, and what may succeed is left alone."""

import pytest

from engine.language.parser import parse_expression
from engine.lint.kind_tables import ANY, BOOLEAN, CONTEXT, LIST, MOMENT, NUMBER, STRING
from engine.lint.kinds import Kinds

NAMES = {
    "amount": NUMBER,
    "opinion": STRING,
    "day": STRING,
    "is_late": BOOLEAN,
    "items": LIST,
    "anything": ANY,
    "now": MOMENT,
    "windows": CONTEXT,
    "deadlines": CONTEXT,
    "applicant": CONTEXT,
    "round": CONTEXT,
}
CHOICES = {"opinion": frozenset({"agree", "return"})}


def faults(text):
    kinds = Kinds(NAMES, CHOICES)
    kinds.of(parse_expression(text, ()))
    return kinds.faults


@pytest.mark.parametrize(
    "text",
    [
        'opinion = "agree" and amount > 3',
        'opinion in ("agree", "return")',
        'opinion in ["agree"]',
        "opinion = null or amount = null",
        'anything = "x" and anything > 3',
        "now < windows.filing.closes_at",
        'now >= deadlines.review + duration("P1D")',
        'date(now) = date("2026-02-28")',
        "date(day) < date(now)",
        'date and time(day + "T00:00:00+08:00") + duration("P1D")',
        "now.year = round.year - 1",
        "count(items[item > 3]) > 2",
        "some one in items satisfies one.score > 3",
        "every one in items satisfies one",
        "if is_late then amount else 0",
        "amount between 1 and 5",
        "amount in [1..5]",
        'string(amount) + "个"',
        "decimal(mean(items), 2) > 60",
        "not(is_late)",
        "not(applicant.is_municipality = true)",
        'applicant.city_level in ("直辖市", "地级")',
        "for one in items return one * 2",
        "{a: 1, b: a + 1}.b > 1",
        "-amount < 3",
        'duration("P1M") > duration("P1D")',
        "sum(items) / count(items)",
        "max(1, 2, 3) > 2",
        'opinion + "。"',
        '-duration("P1D")',
        'amount * duration("P1D")',
    ],
)
def test_what_may_succeed_is_left_alone(text):
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('amount = "3"', "“amount”是数字"),
        ("opinion > 3", "“opinion”是文字"),
        ('is_late = "是"', "“is_late”是“是否”值"),
        ("day < date(now)", "请写成 date(day)"),
        ("day < now", "请写成 date and time(day)"),
        ("is_late > false", "不能比较大小"),
        ("items = 3", "“items”是列表"),
        ('opinion = "agreed"', "不是“opinion”的选项"),
        ('opinion in ("agree", "refuse")', "“refuse”不是"),
        ('opinion != "agreed"', "“agreed”不是"),
        ("amount and is_late", "“amount”是数字"),
        ("if amount then 1 else 2", "“amount”是数字"),
        ("not(amount)", "“amount”是数字"),
        ('amount + "个"', "请用 string(…)"),
        ("opinion * 2", "不能用“*”计算"),
        ("now + 3", "不能用“+”计算"),
        ("-opinion", "不能加负号"),
        ('amount in ["a".."b"]', "两者不能比较"),
        ('amount between 1 and "5"', "两者不能比较"),
        ("contains(opinion)", "要 2 个参数，这里给了 1 个"),
        ('date("2026-02-30") < date(now)', "不是日历上的日期"),
        ('some one in items satisfies amount = "x"', "两者不能比较"),
        ("{a: amount = opinion}", "两者不能比较"),
    ],
)
def test_what_can_never_succeed_is_found(text, said):
    fault = faults(text)[0]
    assert said in fault
    assert fault.endswith("。")
