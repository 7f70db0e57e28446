"""`guicheng import`: the report on the screen, the result in a file."""

import pytest
from click.testing import CliRunner

from tests.unit.runtime.runtime_diagrams import begin, end, node, path, xml
from web.command_line import main


@pytest.fixture
def drawing(tmp_path):
    file = tmp_path / "drawing.bpmn"
    file.write_bytes(xml(begin(), node("task", "check"), end(), path("begin", "check", "done"), executable="false"))
    return file


def say(*arguments):
    return CliRunner().invoke(main, ["import", *map(str, arguments)])


def test_every_assumption_is_a_line(drawing):
    result = say(drawing)
    assert result.exit_code == 0
    assert "[check] 没有写明任务类型，按用户任务处理。" in result.output
    assert "可以执行。" in result.output


def test_the_result_is_written_where_the_caller_says(drawing, tmp_path):
    output = tmp_path / "process.bpmn"
    assert say(drawing, "-o", output).exit_code == 0
    assert b"<bpmn:userTask" in output.read_bytes()
    assert "已标为可执行" not in say(output).output


def test_the_process_that_starts_may_be_named(drawing):
    assert "sample" in say(drawing, "--process", "sample").output
    refused = say(drawing, "--process", "other")
    assert refused.exit_code == 1
    assert "other" in refused.output


def test_what_cannot_be_imported_is_refused_with_its_element(tmp_path):
    file = tmp_path / "drawing.bpmn"
    file.write_bytes(xml(begin(), node("complexGateway", "which"), end(), path("begin", "which", "done")))
    result = say(file, "-o", tmp_path / "out.bpmn")
    assert result.exit_code == 1
    assert "which" in result.output
    assert not (tmp_path / "out.bpmn").exists()
