"""Decision tables: overlaps, dead rows, gaps, by cells of every kind."""

from xml.sax.saxutils import escape

import pytest

from engine.lint.subject import read_subject
from engine.lint.tables import check_tables
from engine.lint.vocabulary import Vocabulary

VOCABULARY = Vocabulary(
    kinds={"amount": "number", "level": "string", "is_new": "boolean"},
    choices={"level": frozenset({"省级", "市级"})},
)


def table(*rows, columns=("amount",), policy="UNIQUE", default=""):
    inputs = "".join(
        f'<input id="c{number}"><inputExpression><text>{escape(one)}</text></inputExpression></input>'
        for number, one in enumerate(columns)
    )
    given = f"<defaultOutputEntry><text>{default}</text></defaultOutputEntry>" if default else ""
    rules = "".join(
        f'<rule id="r{number}">'
        + "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in row)
        + f"<outputEntry><text>{number if policy != 'ANY' else number % 2}</text></outputEntry></rule>"
        for number, row in enumerate(rows, start=1)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">'
        f'<decision id="answer" name="answer"><decisionTable id="t" hitPolicy="{policy}">{inputs}'
        f'<output id="o" name="answer">{given}</output>{rules}</decisionTable></decision></definitions>'
    ).encode()


def found(*rows, **more):
    subject = read_subject({"decisions/answer.dmn": table(*rows, **more)})
    return [(one.rule, one.element, str(one.severity)) for one in check_tables(subject, VOCABULARY)]


@pytest.mark.parametrize(
    "rows",
    [
        [("< 60",), ("[60..80)",), (">= 80",)],
        [("< 60",), ("60, 70",), ("not(< 60, 60, 70)",)],
        [("-",)],
        [("<= -5",), ("> -5",)],
    ],
)
def test_numbers_without_overlap_or_gap(rows):
    assert found(*rows) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("<= 60",), (">= 60",)], [("rows_overlap", "r2", "error")]),
        ([("< 60",), ("> 60",)], [("no_row_hits", "answer", "warning")]),
        ([("-",), ("5",)], [("rows_overlap", "r2", "error")]),
        ([("-",), ("[5..3]",)], [("row_never_hits", "r2", "warning")]),
    ],
)
def test_numbers_with_a_fault(rows, expected):
    assert found(*rows) == expected


def test_a_text_is_one_of_the_answers_of_its_field():
    assert found(('"省级"',), ('"市级"',), columns=("level",)) == []
    assert found(('"省级"',), columns=("level",)) == [("no_row_hits", "answer", "warning")]
    assert ("types", "r2", "error") in found(('"省级"',), ('"县级"',), columns=("level",))


def test_a_text_of_which_nothing_is_known_may_have_no_row():
    assert found(('"a"',), ('"b"',), columns=("unknown",)) == []


def test_truth_has_two_values():
    assert found(("true",), ("false",), columns=("is_new",)) == []
    assert found(("true",), columns=("is_new",)) == [("no_row_hits", "answer", "warning")]


def test_days_are_in_order():
    rows = [('< date("2026-01-01")',), ('>= date("2026-01-01")',)]
    assert found(*rows, columns=("day",)) == []
    assert found(rows[0], ('>= date("2025-12-01")',), columns=("day",)) == [("rows_overlap", "r2", "error")]


def test_a_count_is_a_whole_number_from_zero():
    assert found(("0",), ("[1..4]",), (">= 5",), columns=("count(sheets)",)) == []
    assert found(("[1..4]",), (">= 5",), columns=("count(sheets)",)) == [("no_row_hits", "answer", "warning")]


def test_several_columns_are_looked_at_together():
    columns = ("amount", "is_new")
    assert found(("< 5", "true"), ("< 5", "false"), (">= 5", "-"), columns=columns) == []
    assert found(("< 5", "true"), (">= 5", "-"), columns=columns) == [("no_row_hits", "answer", "warning")]
    overlapping = found(("< 5", "-"), ("-", "true"), (">= 5", "false"), columns=columns)
    assert overlapping == [("rows_overlap", "r2", "error")]


def test_columns_over_one_value_may_exclude_each_other():
    columns = ("amount > 5", "amount > 3")
    found_overlaps = [one for one in found(("true", "-"), ("-", "false"), columns=columns) if one[0] == "rows_overlap"]
    assert found_overlaps == [("rows_overlap", "r2", "warning")]


def test_the_first_row_that_hits_answers():
    assert found(("< 60",), ("< 80",), ("-",), policy="FIRST") == []
    assert found(("< 80",), ("< 60",), ("-",), policy="FIRST") == [("row_never_hits", "r2", "warning")]
    assert found(("< 80",), (">= 60",), ("-",), policy="FIRST") == [("row_never_hits", "r3", "warning")]


def test_rows_that_agree_may_hit_together():
    assert found(("< 60",), ("-",), ("> 90",), policy="ANY") == [
        ("rows_overlap", "r2", "error"),
        ("rows_overlap", "r3", "error"),
    ]
    assert found(("< 60",), (">= 60",), ("< 10",), policy="ANY") == []


def test_a_default_answers_what_no_row_does():
    assert found(("< 60",), default="0") == []


def test_collecting_tables_may_hit_as_they_like():
    assert found(("< 60",), ("< 80",), policy="COLLECT") == []


def test_of_cells_that_are_not_constant_nothing_is_said():
    assert found(("< limit",), (">= 3",)) == []
