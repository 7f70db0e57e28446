"""Cases that wait behind different calls of one diagram are counted and drawn at the call they came through."""

from __future__ import annotations

import re

import pytest

from engine.layout import arrange
from engine.services import cases, monitoring
from tests.support.small_folders import Permit, form, lane_set, write_folder
from tests.unit.runtime.runtime_diagrams import begin, end, flow, node, path, user, xml

CHOICE = '<bpmn:exclusiveGateway id="which" default="which__second" />'
BODY = (
    begin(),
    user("fill", name_="填写"),
    CHOICE,
    node("callActivity", "first_call", calledElement="correction", name_="初审补正"),
    node("callActivity", "second_call", calledElement="correction", name_="复审补正"),
    end(),
    path("begin", "fill", "which"),
    flow("which", "first_call", 'route = "first"'),
    '<bpmn:sequenceFlow id="which__second" sourceRef="which" targetRef="second_call" />',
    path("first_call", "done"),
    path("second_call", "done"),
)
INNER = (
    begin("inner_begin"),
    user("correct", name_="补正材料"),
    end("inner_done"),
    path("inner_begin", "correct", "inner_done"),
)
LANES = {"applicant": ("begin", "fill", "which", "first_call", "second_call"), "ministry": ("done",)}


CALLS = ("first_call", "second_call")


def deploy(permit, tmp_path, body, lanes):
    """Deploy a procedure that calls the diagram 补正, and open its round."""
    folder = write_folder(tmp_path / "one", *body, lanes=lanes, answers={"fill": ("route",)})
    inner_lanes = lane_set({"applicant": ("inner_begin", "correct", "inner_done")}).replace('"lanes"', '"inner_lanes"')
    inner = xml(inner_lanes, *INNER, process="correction").decode()
    named = inner.replace('<bpmn:process id="correction"', '<bpmn:process id="correction" name="补正"')
    (folder / "correction.bpmn").write_bytes(arrange(named.encode()))
    (folder / "forms" / "correct.form").write_bytes(form(("note",)))
    permit.offices.deploy(folder)
    permit.round_id = permit.offices.open_round("permit")


@pytest.fixture
def permit(offices, tmp_path):
    """Two cases behind the first call, one behind the second; all of them in the same diagram."""
    permit = Permit(offices, tmp_path)
    deploy(permit, tmp_path, BODY, LANES)
    for login_name, route in (("dongguan", "first"), ("guangzhou", "first"), ("beijing", "second")):
        permit.begin(login_name)
        permit.do(login_name, "fill", route=route)
    return permit


def picture(permit):
    offices = permit.offices
    found = monitoring.list_monitors(offices.system, offices.actor("administrator"))
    return next(one for one in found if one.procedure_id == "permit")


def counts(monitor):
    return {mark.element_id: mark.count for mark in monitor.marks if mark.count}


def test_each_call_counts_the_cases_that_came_through_it(permit):
    assert counts(picture(permit)) == {"first_call": 2, "second_call": 1, "correct": 3}


def test_the_diagram_is_drawn_once_for_each_call_with_its_own_cases(permit):
    called = picture(permit).called

    assert [name for name, _ in called] == ["补正（初审补正）", "补正（复审补正）"]
    assert [re.findall(r"补正材料，在办 (\d+) 件", drawing) for _, drawing in called] == [["2"], ["1"]]


def test_what_is_done_is_counted_no_more(permit):
    before = counts(picture(permit))
    permit.do("beijing", "correct", note="已补")

    assert (before["second_call"], counts(picture(permit))) == (1, {"first_call": 2, "correct": 2})


def test_too_many_are_counted_at_the_step_only(permit, monkeypatch):
    monkeypatch.setattr(monitoring, "MOST_TOLD_APART", 2)

    assert counts(picture(permit)) == {"correct": 3}


SPLIT = (
    begin(),
    user("fill", name_="填写"),
    '<bpmn:parallelGateway id="both" /><bpmn:parallelGateway id="joined" />',
    node("callActivity", "first_call", calledElement="correction", name_="初审补正"),
    node("callActivity", "second_call", calledElement="correction", name_="复审补正"),
    end(),
    path("begin", "fill", "both", "first_call", "joined", "done"),
    path("both", "second_call", "joined"),
)


def test_a_case_that_waits_behind_two_calls_at_once_is_drawn_at_each(offices, tmp_path):
    permit = Permit(offices, tmp_path)
    deploy(permit, tmp_path, SPLIT, {"applicant": ("begin", "fill", "both", *CALLS, "joined"), "ministry": ("done",)})
    case_id = permit.begin()
    permit.do("dongguan", "fill", route="")

    view = cases.read_case(offices.system, offices.actor("dongguan"), case_id)

    assert [name for name, _ in view.called] == ["补正（初审补正）", "补正（复审补正）"]
    assert [re.findall(r"补正材料，在办 (\d+) 件", drawing) for _, drawing in view.called] == [["1"], ["1"]]
