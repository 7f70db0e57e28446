"""`guicheng scenario run`: a story for people, JSON for programs, and a code that says how it went."""

from __future__ import annotations

import json
import shutil

import pytest
from click.testing import CliRunner

from tests.support.offices import REPOSITORY
from web.command_line import main

FOLDER = REPOSITORY / "bpmn" / "violation"
DROPPED = "scenarios/dropped.yaml"


@pytest.fixture
def run(database, monkeypatch, tmp_path):
    """Return a function that runs the command against the database of the tests."""
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("VAR", str(tmp_path / "var"))
    monkeypatch.setenv("BPMN", str(REPOSITORY / "bpmn"))
    return lambda *arguments: CliRunner().invoke(main, ["scenario", "run", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path):
    """A copy of a procedure that a test may spoil."""
    shutil.copytree(FOLDER.parent / "documents", tmp_path / "documents")
    return shutil.copytree(FOLDER, tmp_path / "violation")


def spoil(folder):
    path = folder / DROPPED
    path.write_text(path.read_text("utf-8").replace("[preliminary_check]", "[investigate]"), "utf-8")


def test_a_scenario_is_told_day_by_day(run):
    result = run(FOLDER / DROPPED)

    assert result.exit_code == 0
    assert "✓ violation/dropped：初核后不予立案" in result.output
    assert "  2025-03-03（周一）10:00  工业和信息化部 经办办理“登记线索或复查”。" in result.output
    assert "      · 办结：不予立案" in result.output
    assert "violation：用例 1 个，全部与写的一致" in result.output


def test_the_first_deviation_is_told_with_what_was_written_and_what_happened(run, folder):
    spoil(folder)

    result = run(folder / DROPPED)

    assert result.exit_code == 1
    assert "不一致：第 2 步（2025-03-03（周一）10:00）" in result.output
    assert "    写的是：立案调查取证（investigate）" in result.output
    assert "    实际是：初核（preliminary_check）" in result.output


def test_coverage_lists_what_no_scenario_reaches(run):
    result = run(FOLDER / DROPPED, "--coverage", "--brief")

    assert "process.bpmn（名城名园违规查处）：" in result.output
    assert "    没有走到：立案调查取证（investigate）" in result.output


def test_a_whole_folder_reaches_every_element(run):
    result = run(FOLDER, "--coverage", "--brief")

    assert result.exit_code == 0
    assert result.output.count("100%") == 2
    assert "没有走到" not in result.output


def test_json_says_the_same_to_programs(run, folder):
    spoil(folder)

    result = run(folder / DROPPED, "--json")

    found = json.loads(result.output)["violation"]
    assert result.exit_code == 1
    assert found["is_green"] is False
    assert found["played"][0]["deviation"]["step"] == 2
    assert found["played"][0]["steps"][0]["at"] == "2025-03-03T09:00:00+08:00"


def test_a_file_that_is_no_scenario_of_a_folder_is_refused(run, tmp_path):
    stray = tmp_path / "stray.yaml"
    stray.write_text("title: 无处安放\n", "utf-8")

    result = run(stray)

    assert result.exit_code == 2
    assert "scenarios" in result.output


def test_a_folder_without_procedures_is_refused(run, tmp_path):
    assert run(tmp_path).exit_code == 2
