import pytest
from click.testing import CliRunner

from web.command_line import main


@pytest.fixture
def folder(tmp_path, outline):
    outline.node("startEvent", "begun", name="开始").node("endEvent", "done").chain("begun", "done")
    (tmp_path / "process.bpmn").write_bytes(outline.bpmn())
    return tmp_path


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def test_arranging_says_what_would_change_and_writes_only_when_asked(folder):
    file = folder / "process.bpmn"
    before = file.read_bytes()
    assert "排布前 2 个元素" in run("arrange", file).output
    assert file.read_bytes() == before
    assert "已写回" in run("arrange", folder, "--write").output
    assert b"BPMNDiagram" in file.read_bytes()


@pytest.mark.parametrize(("name", "start"), [("look.svg", b"<svg"), ("look.png", b"\x89PNG")])
def test_a_diagram_is_drawn_into_a_file(folder, name, start):
    assert run("draw", folder, "-o", folder / name).exit_code == 0
    assert (folder / name).read_bytes().startswith(start)


def test_an_unknown_sort_of_picture_is_refused(folder):
    assert run("draw", folder, "-o", folder / "look.gif").exit_code == 2


def test_without_a_file_the_drawing_goes_to_the_screen(folder):
    assert run("draw", folder / "process.bpmn").output.startswith("<svg")
