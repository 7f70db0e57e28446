"""The diagram that somebody begins to draw with."""

from __future__ import annotations

import pytest

from engine.errors import BadRequest
from engine.folders.catalogue import list_parts, steps_in
from web.draft_diagrams import begin_diagram, diagram_file


def test_it_is_a_process_of_its_procedure_with_a_beginning_and_an_end():
    content = begin_diagram("permit", "expert_review", '评审 <"甲"> & 乙')

    diagram = list_parts({"expert_review.bpmn": content}).diagrams[0]
    assert (diagram.process_id, diagram.name) == ("permit_expert_review", '评审 <"甲"> & 乙')
    assert [step.id for step in steps_in(content, "expert_review.bpmn")] == [
        "expert_review_begun",
        "expert_review_done",
    ]


def test_its_file_is_called_by_a_word():
    assert diagram_file("expert_review") == "expert_review.bpmn"


@pytest.mark.parametrize("word", ["", "Expert", "../x", "a-b", "专家", "a" * 61, "process.bpmn"])
def test_anything_else_is_refused(word):
    with pytest.raises(BadRequest):
        diagram_file(word)
