"""The report over a whole folder."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.calendars import load_calendar
from engine.folders import load_directory
from engine.lint import RULES, Severity, examine
from tests.support.large_folder import large_folder

FOLDERS = sorted(path.parent for path in Path("bpmn").glob("*/process.bpmn"))


@pytest.mark.parametrize("path", FOLDERS, ids=lambda path: path.name)
def test_every_published_folder_has_no_errors(path):
    report = examine(load_directory(path), name=path.name)
    assert report.errors == ()
    assert report.is_publishable


def test_what_the_reader_refuses_is_an_error_with_its_place():
    report = examine({"procedure.yaml": b"id: x\n"}, name="x")
    assert not report.is_publishable
    assert report.folder is None
    assert ("procedure", "procedure.yaml") in {(finding.rule, finding.file) for finding in report.errors}


def test_findings_come_worst_first():
    report = examine(load_directory(Path("bpmn/city_application")) | {"stray.txt": b""}, name="other")
    severities = [finding.severity for finding in report.findings]
    assert severities == sorted(severities, key=list(Severity).index)
    assert {Severity.ERROR, Severity.WARNING} <= set(severities)


def test_every_finding_is_of_a_rule_in_the_catalogue():
    report = examine(load_directory(Path("bpmn/city_application")) | {"stray.txt": b"", "forms/x.form": b"["})
    assert {finding.rule for finding in report.findings} <= RULES.keys()


def test_the_calendar_of_the_year_is_looked_at_when_it_is_given():
    calendar = load_calendar(Path("bpmn/calendars/cn.yaml").read_text(encoding="utf-8"))
    files = load_directory(Path("bpmn/city_application"))
    files["windows.yaml"] = files["windows.yaml"].replace(
        b"closes: {month: 11, day: 15}", b"closes: {month: 11, day: 12}"
    )
    now = datetime(2023, 6, 1, tzinfo=UTC)

    found = examine(files, now=now, calendar=calendar).findings

    dates = [finding for finding in found if finding.rule == "dates"]
    assert [(finding.file, finding.element) for finding in dates] == [("windows.yaml", "windows.filing")]
    assert not [finding for finding in examine(files, now=now).findings if finding.rule == "dates"]


def test_two_hundred_elements_are_checked_within_a_second():
    files = large_folder()
    assert files["process.bpmn"].count(b"BPMNShape id") == 200
    begun = time.process_time()
    report = examine(files)
    assert time.process_time() - begun < 1
    assert not [finding for finding in report.findings if finding.rule in {"join_stuck", "done_twice", "unproven"}]
