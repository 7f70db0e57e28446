"""出入 I-01 to I-56 of the sources: each stands in the owners' table, and what the table says of it is true."""

from __future__ import annotations

import re

import pytest
import yaml

from engine.language import compile_expression
from forms import InvalidSubmission, read_form, validate, visible, walk
from tests.support.offices import REPOSITORY

BPMN = REPOSITORY / "bpmn"
TABLE = (BPMN / "README.md").read_text(encoding="utf-8").partition("| 编号 | 事项 |")[2]
ROWS = [
    tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|")))
    for line in TABLE.splitlines()
    if line.startswith("| I-")
]
EVERYWHERE = "各事项"
#: What stands between backquotes and is a file of the procedure's folder.
FILE = re.compile(r"`([\w./]+\.(?:bpmn|dmn|form|yaml|md))`")
#: A test, with its file or in the file that was named before.
TEST = re.compile(r"`(tests/[\w/]+\.py)?::(test_\w+)`")
#: A file followed by words that it contains.
QUOTATION = re.compile(r"`([\w./]+)`写((?:“[^”]+”、?)+)")
#: Steps on which the case of a gate waits, by procedure: the applicant filed before, the window may be over.
GATES = ["review_by_district", "review_by_city", "review_by_province"]
PLACEHOLDERS = [
    ("city_application", "fill_application"),
    ("city_award", "score_application"),
    ("city_evaluation", "fill_evaluation"),
    ("park_application", "fill_application"),
    ("park_review", "fill_application"),
    ("park_review", "score_application"),
    ("park_evaluation", "fill_evaluation"),
    ("cluster_award", "fill_application"),
    ("cluster_reporting", "fill_report"),
    ("cluster_renewal", "apply_renewal"),
    ("cooperation_cases", "fill_registration"),
]


def named_tests(cell):
    """The tests that a cell names, each with its file."""
    file = ""
    for match in TEST.finditer(cell):
        file = match[1] or file
        yield file, match[2]


def folder_of(row):
    return BPMN if row[1] == EVERYWHERE else BPMN / row[1]


def form(procedure, name):
    path = BPMN / procedure / "forms" / f"{name}.form"
    return read_form(path.read_bytes(), file=path.name, compile_expression=compile_expression)


def messages_of(found, raw):
    with pytest.raises(InvalidSubmission) as refused:
        validate(found, raw, {})
    return refused.value.messages


def test_each_of_the_56_stands_in_the_table():
    named = {one for row in ROWS for one in row[0].split("、")}
    assert named == {f"I-{number:02d}" for number in range(1, 57)}


def test_a_row_has_its_four_cells():
    assert {len(row) for row in ROWS} == {4}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0][:4]} {row[1]}")
def test_what_a_row_names_is_there(row):
    folder = folder_of(row)
    assert [name for name in FILE.findall(row[2] + row[3]) if not (folder / name).is_file()] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0][:4]} {row[1]}")
def test_a_row_says_how_it_is_checked(row):
    found = [*named_tests(row[3]), *QUOTATION.findall(row[3]), *re.findall(r"`scenarios/", row[3])]
    assert found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0][:4]} {row[1]}")
def test_the_tests_of_a_row_exist(row):
    missing = [
        (file, name)
        for file, name in named_tests(row[3])
        if f"\ndef {name}(" not in (REPOSITORY / file).read_text(encoding="utf-8")
    ]
    assert missing == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0][:4]} {row[1]}")
def test_words_that_a_row_quotes_stand_in_the_file(row):
    quoted = [(name, word) for name, words in QUOTATION.findall(row[3]) for word in re.findall("“([^”]+)”", words)]
    missing = [(name, word) for name, word in quoted if word not in (folder_of(row) / name).read_text(encoding="utf-8")]
    assert missing == []


def test_the_seven_indicators_of_2017_add_up_to_100():
    found = form("city_grading_2017", "score_application")
    points = dict(zip((f"score_{number}" for number in range(1, 8)), (15, 15, 10, 15, 15, 20, 10), strict=True))
    full, above = (messages_of(found, {key: most + more for key, most in points.items()}) for more in (0, 1))
    assert sum(points.values()) == 100
    assert (points.keys() & full.keys(), points.keys() & above.keys()) == (set(), points.keys())


@pytest.mark.parametrize("procedure", ["park_application", "park_review", "park_evaluation"])
def test_every_gate_has_its_own_time_limit(procedure):
    limits = yaml.safe_load((BPMN / procedure / "windows.yaml").read_text(encoding="utf-8"))["time_limits"]
    assert [(limits[gate]["working_days"], limits[gate]["after"]) for gate in GATES] == [(5, "filing.closes")] * 3


@pytest.mark.parametrize(
    ("level", "is_asked"), [("直辖市", False), ("副省级", True), ("计划单列", True), ("地级", True)]
)
def test_every_city_but_a_municipality_is_asked_for_consent(level, is_asked):
    found = form("city_application", "fill_application")
    context = {"applicant": {"is_municipality": level == "直辖市", "city_level": level}}
    shown = {part.key for part in walk(visible(found, {}, context))}
    assert ("consent_status" in shown) is is_asked


@pytest.mark.parametrize(
    ("procedure", "name", "keys"),
    [
        ("cluster_award", "fill_application", ["companies_10yi", "companies_5yi", "companies_1yi"]),
        ("cluster_reporting", "fill_report", ["report_10yi", "report_5yi", "report_1yi", "report_2000wan"]),
    ],
)
def test_larger_companies_are_counted_among_the_smaller_ones(procedure, name, keys):
    found = form(procedure, name)
    growing, shrinking = (dict(zip(keys, order, strict=False)) for order in ((1, 2, 5, 20), (20, 5, 2, 1)))
    told = ["".join(map(str, messages_of(found, raw).values())).count("累计计算") for raw in (growing, shrinking)]
    assert told == [0, len(keys) - 1]


@pytest.mark.parametrize(("procedure", "name"), PLACEHOLDERS)
def test_forms_whose_official_version_is_not_public_say_so(procedure, name):
    assert form(procedure, name).is_placeholder
