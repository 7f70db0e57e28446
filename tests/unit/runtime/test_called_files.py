"""A procedure in several files: the same offices and messages in each, and every step under one name."""

import pytest

from engine.errors import DefinitionRefused
from tests.unit.runtime.runtime_diagrams import Case, begin, boundary, end, node, path, read, user, xml

LANES = (
    '<bpmn:laneSet id="{name}_lanes"><bpmn:lane id="city" name="市局">'
    "<bpmn:flowNodeRef>{step}</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
)
RECALLED = '<bpmn:messageEventDefinition messageRef="msg_recall" />'


def called(*body, **declarations):
    parts = (
        node("startEvent", "check_begun"), user("check"), node("endEvent", "checked"),
        path("check_begun", "check", "checked"),
    )  # fmt: skip
    return {"check.bpmn": xml(*parts, *body, process="checking", executable="false", **declarations)}


def reading(more, **declarations):
    body = (
        begin(), user("write"), node("callActivity", "have_it_checked", calledElement="checking"), end(),
        path("begin", "write", "have_it_checked", "done"),
    )  # fmt: skip
    return read(LANES.format(name="main", step="write"), *body, called=more, **declarations)


def test_an_office_has_one_lane_id_in_every_file():
    definition = reading(called(LANES.format(name="check", step="check")))
    assert [definition.elements[name].lane for name in ("write", "check")] == ["city", "city"]
    assert list(definition.lanes) == ["city"]


def test_a_message_may_be_declared_in_every_file_that_waits_for_it():
    recalled = (boundary("recalled", "check", RECALLED), node("endEvent", "taken_back"), path("recalled", "taken_back"))
    definition = reading(called(*recalled, messages=["msg_recall"]), messages=["msg_recall"])
    case = Case(definition).do("write").send("msg_recall")
    assert "taken_back" in [passed.element_id for passed in case.last.passed]


def test_two_lanes_of_one_file_do_not_share_an_id():
    twice = LANES.format(name="check", step="check").replace("</bpmn:laneSet>", "") + (
        '<bpmn:lane id="city" name="县局" /></bpmn:laneSet>'
    )
    with pytest.raises(DefinitionRefused, match="编号“city”重复"):
        reading(called(twice))


def test_two_steps_do_not_share_an_id_across_files():
    with pytest.raises(DefinitionRefused, match="编号“write”重复"):
        reading(called(user("write"), path("write", "checked")))
