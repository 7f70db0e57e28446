"""Every published diagram can be read: nothing overlaps or crosses, no words are cut, none is too large."""

from pathlib import Path

import pytest

from engine.drawing.reading import read_diagram
from engine.layout import measure
from engine.layout.measuring import MOST_ELEMENTS

REPOSITORY = Path(__file__).parents[2]
#: From a question to the words of an answer.
FARTHEST = 40
DIAGRAMS = sorted((REPOSITORY / "bpmn").glob("*/*.bpmn"))


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_diagram_is_whole_and_has_no_faults(path):
    found = measure(path.read_bytes())
    assert found.elements > 0
    assert found.faults == ()
    assert found.counts["not_drawn"] == 0


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nobody_has_anything_to_say_about_how_a_diagram_reads(path):
    found = measure(path.read_bytes())
    assert list(found.sentences()) == []
    assert found.elements <= MOST_ELEMENTS


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_answer_stands_beside_its_question(path):
    diagram = read_diagram(path.read_bytes())
    questions = {shape.element_id: shape.box for shape in diagram.shapes if shape.kind.endswith("Gateway")}
    answers = [edge for edge in diagram.edges if edge.name and edge.source in questions]
    assert [edge.name for edge in answers if not questions[edge.source].grown(FARTHEST).meets(edge.label)] == []


def test_there_are_diagrams():
    assert DIAGRAMS
