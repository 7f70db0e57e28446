"""Scenarios of procedures that the clock begins, or that an office begins about another organisation."""

import pytest
import yaml

from engine.rehearsal import Deviation
from tests.support.offices import Offices
from tests.support.scenarios import play, scenarios_of
from tests.support.title_folders import KIND, RENEWAL, VIOLATION

HELD = [{"kind": KIND, "granted_on": "2021-07-02", "expires_on": "2024-07-02"}]
BEGUN = {"at": "2024-04-02 00:00", "begin": "begin", "expect": ["apply"]}
RENEWED = [
    BEGUN,
    {
        "at": "2024-05-02 10:00",
        "role": "applicant",
        "task": "apply",
        "values": {"summary_text": "三年总结"},
        "operations": ["issue_receipt", "change_title"],
        "expect": ["review"],
    },
    {
        "at": "2024-08-02 10:00",
        "role": "provincial_department",
        "task": "review",
        "values": {"result": "pass", "opinion": "达到目标"},
        "operations": ["renew_title"],
        "expect": [],
    },
]
FOUND = [
    {"at": "2024-04-02 09:00", "begin": "begin", "expect": ["judge"]},
    {
        "at": "2024-04-03 09:00",
        "role": "provincial_department",
        "task": "judge",
        "values": {"verdict": "found", "ground": "查实弄虚作假"},
        "operations": ["record_finding", "close_cases", "change_title"],
        "expect": [],
    },
]


@pytest.fixture
def ends(offices, tmp_path):
    """Return a function that plays the steps of a scenario and says where its case ended."""

    def ends_of(procedure, steps, end):
        folder = procedure.write(tmp_path)
        path = folder / "scenarios" / "case.yaml"
        path.parent.mkdir()
        written = {"title": "推演", "year": 2024, "applicant": {"name": "甲市"}, "titles": HELD, "steps": steps}
        written["ends"] = [end]
        path.write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")
        (kept,) = scenarios_of(folder)
        return play(offices, kept).ends

    return ends_of


@pytest.fixture
def offices(system, clock):
    """Everybody's hands over a system with nobody in it: a scenario brings its own."""
    return Offices(system, clock)


def test_a_renewal_is_begun_by_the_clock_when_its_window_opens(ends):
    assert ends(RENEWAL, RENEWED, "renewed") == ["renewed"]


def test_a_renewal_written_for_another_day_is_a_deviation(ends):
    with pytest.raises(Deviation, match="系统按周期发起的是 2024-04-02"):
        ends(RENEWAL, [{**BEGUN, "at": "2024-04-03 00:00"}], "renewed")


def test_an_office_begins_a_case_about_the_applicant(ends):
    assert ends(VIOLATION, FOUND, "found") == ["found"]
