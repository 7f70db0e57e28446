"""The report over a whole folder."""

from pathlib import Path

import pytest

from engine.folders import load_directory
from engine.lint import RULES, Severity, examine

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
