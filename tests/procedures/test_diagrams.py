"""Every published diagram can be read: nothing overlaps, no line runs through a shape, no words are cut or covered."""

from pathlib import Path

import pytest

from engine.layout import measure

REPOSITORY = Path(__file__).parents[2]
DIAGRAMS = sorted((REPOSITORY / "bpmn").glob("*/*.bpmn"))
MOST_CROSSINGS = 8


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_diagram_is_whole_and_has_no_faults(path):
    found = measure(path.read_bytes())
    assert found.elements > 0
    assert found.faults == ()
    assert found.counts["not_drawn"] == 0


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_few_lines_of_a_diagram_cross(path):
    assert measure(path.read_bytes()).crossings <= MOST_CROSSINGS


def test_there_are_diagrams():
    assert DIAGRAMS
