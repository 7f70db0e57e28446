"""What a sandbox shows and takes: tasks, variables, effects, several processes, diagrams of unknown authors."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine.clock import ZONE
from engine.errors import DefinitionRefused, ExecutionError
from engine.runtime import Effect, Passed, TokenNotWaiting
from engine.simulation import Sandbox
from tests.unit.runtime.runtime_diagrams import (
    HEADER,
    begin,
    boundary,
    end,
    flow,
    many,
    node,
    path,
    script,
    service,
    timer,
    user,
    xml,
)
from tests.unit.simulation.diagrams import MORNING, OFFICES, chain, rounds, sandbox

FOREIGN = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  id="Definitions_0a" targetNamespace="http://bpmn.io/schema/bpmn">
  <collaboration id="Collaboration_1">
    <participant id="Participant_1" name="City" processRef="Process_1"/>
  </collaboration>
  <process id="Process_1" isExecutable="false">
    <startEvent id="StartEvent_1" name="Apply"><outgoing>Flow_1</outgoing></startEvent>
    <sequenceFlow id="Flow_1" sourceRef="StartEvent_1" targetRef="Activity_1"/>
    <userTask id="Activity_1" name="Review&#10;papers" camunda:formKey="nowhere" camunda:assignee="${demo}">
      <extensionElements><zeebe:formDefinition formId="x"/></extensionElements>
      <incoming>Flow_1</incoming><outgoing>Flow_2</outgoing>
    </userTask>
    <sequenceFlow id="Flow_2" sourceRef="Activity_1" targetRef="Gateway_1"/>
    <exclusiveGateway id="Gateway_1" default="Flow_4"/>
    <sequenceFlow id="Flow_3" sourceRef="Gateway_1" targetRef="Activity_2">
      <conditionExpression xsi:type="tFormalExpression">${score &gt;= 60 and level = "a"}</conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="Flow_4" sourceRef="Gateway_1" targetRef="Event_2"/>
    <manualTask id="Activity_2"/>
    <sequenceFlow id="Flow_5" sourceRef="Activity_2" targetRef="Event_1"/>
    <endEvent id="Event_1"/><endEvent id="Event_2"/>
    <textAnnotation id="TextAnnotation_1"><text>note</text></textAnnotation>
  </process>
  <bpmndi:BPMNDiagram id="BPMNDiagram_1"/>
</definitions>"""


def test_a_case_begins_at_its_first_task_and_ends_at_its_end_event():
    case = chain("write", "read")
    assert (case.ready, case.ended, case.end_events) == (["write"], False, [])
    case.complete("write")
    case.complete("read")
    assert (case.ready, case.ended, case.end_events) == ([], True, ["done"])
    assert case.passed == ["begin", "write", "read", "done"]


def test_a_case_may_end_before_anybody_acts():
    case = sandbox(begin(), end(), path("begin", "done"))
    assert (case.ended, case.passed) == (True, ["begin", "done"])


def test_several_tokens_of_one_task_are_all_shown_and_completed_one_by_one():
    case = sandbox(begin(), user("vote", many(cardinality="3")), end(), path("begin", "vote", "done"))
    assert case.ready == ["vote"] * 3
    case.complete("vote")
    assert case.ready == ["vote"] * 2


def test_tasks_are_shown_in_the_order_in_which_they_were_opened():
    case = sandbox(*rounds("parallelGateway"))
    case.complete("write")
    assert case.ready == list(OFFICES)
    case.complete("law")
    assert case.ready == ["finance", "science"]


def test_completing_what_is_not_open_says_what_is():
    case = chain("write", "read")
    with pytest.raises(TokenNotWaiting, match="write") as caught:
        case.complete("read")
    assert caught.value.element_id == "read"
    assert case.ready == ["write"]


def test_values_become_variables_as_json_keeps_them():
    case = chain("write", variables={"opened_on": date(2026, 1, 31)})
    case.complete("write", 金额=Decimal("2.50"), until=timedelta(days=2), papers=["a", {"b": None}])
    assert case.variables == {
        "opened_on": "2026-01-31",
        "金额": 2.5,
        "until": "P2DT0S",
        "papers": ["a", {"b": None}],
    }


def test_a_value_may_have_the_name_of_a_parameter():
    case = chain("write")
    case.complete("write", element_id="x", values=1)
    assert case.variables == {"element_id": "x", "values": 1}


def test_variables_that_were_read_or_given_can_be_changed_without_changing_the_case():
    given = {"papers": ["plan"]}
    case = chain("write", variables=given)
    given["papers"].append("budget")
    case.variables["papers"].append("map")
    assert case.variables == {"papers": ["plan"]}


def test_two_sandboxes_of_one_diagram_know_nothing_of_one_another():
    first, second = chain("write", "read"), chain("write", "read")
    first.complete("write", x=1)
    assert (second.ready, second.variables) == (["write"], {})


def test_a_value_that_cannot_be_kept_is_refused_and_changes_nothing():
    case = chain("write", "read")
    with pytest.raises(ExecutionError) as caught:
        case.complete("write", amount=1, paper=object())
    assert caught.value.element_id == "write"
    assert (case.ready, case.variables) == (["write"], {})


def test_a_step_that_fails_half_way_leaves_the_case_as_it_was():
    body = (begin(), user("fill"), script("note", "seen = true"), node("exclusiveGateway", "which"), end("a"), end("b"))
    conditions = flow("which", "a", when="x = 1") + flow("which", "b", when="x = 2")
    case = sandbox(*body, path("begin", "fill", "note", "which"), conditions)
    with pytest.raises(ExecutionError) as caught:
        case.complete("fill", x=3)
    assert caught.value.element_id == "which"
    assert (case.ready, case.variables, case.passed) == (["fill"], {}, ["begin"])
    case.complete("fill", x=2)
    assert (case.end_events, case.variables) == (["b"], {"x": 2, "seen": True})


def test_operations_are_noted_with_their_parameters_and_not_called():
    told = service("tell", "notify", to="applicant", title="第{number}号", days="= 2 + 3")
    case = sandbox(begin(), user("fill"), told, end(), path("begin", "fill", "tell", "done"))
    assert case.effects == []
    case.complete("fill", number=7)
    parameters = {"to": "applicant", "title": "第{number}号", "days": 5}
    assert case.effects == [Effect(element_id="tell", operation="notify", parameters=parameters)]


def test_what_is_taken_back_is_in_the_history_and_was_not_passed():
    body = (begin(), user("write"), boundary("late", "write", timer("P1D")), end(), end("expired"))
    case = sandbox(*body, path("begin", "write", "done"), path("late", "expired"))
    case.advance(timedelta(days=1))
    assert case.passed == ["begin", "late", "expired"]
    assert Passed(element_id="write", kind="cancelled") in case.history


def test_tokens_are_everything_that_waits():
    body = (begin(), user("write"), boundary("late", "write", timer("P1D")), end(), end("expired"))
    case = sandbox(*body, path("begin", "write", "done"), path("late", "expired"))
    assert sorted((token.element_id, token.kind) for token in case.tokens) == [("late", "timer"), ("write", "task")]


@pytest.mark.parametrize(
    ("values", "ready", "ends"),
    [({"score": 80, "level": "a"}, ["Activity_2"], []), ({"score": 80, "level": "b"}, [], ["Event_2"])],
)
def test_a_diagram_of_an_unknown_author_runs_as_it_is(values, ready, ends):
    case = Sandbox(FOREIGN, "Process_1", at=MORNING)
    assert case.ready == ["Activity_1"]
    case.complete("Activity_1", **values)
    assert (case.ready, case.end_events) == (ready, ends)


def test_a_diagram_in_the_dialect_of_spiffworkflow_runs_as_it_is():
    operator = (
        '<bpmn:extensionElements><spiff:serviceTaskOperator id="post/letter"><spiff:parameters>'
        '<spiff:parameter id="to" type="str" value="= name"/></spiff:parameters></spiff:serviceTaskOperator>'
        "</bpmn:extensionElements>"
    )
    form = (
        '<bpmn:extensionElements><spiff:properties><spiff:property name="formJsonSchemaFilename" value="a.json"/>'
        "</spiff:properties></bpmn:extensionElements>"
    )
    body = (begin(), user("Activity_0x1", form), node("serviceTask", "Activity_0x2", operator), end())
    case = sandbox(*body, path("begin", "Activity_0x1", "Activity_0x2", "done"))
    case.complete("Activity_0x1", name="王")
    assert [(one.operation, one.parameters) for one in case.effects] == [("post/letter", {"to": "王"})]


def two_processes(caller="true", called="true"):
    inner = begin("in") + user("check") + end("out") + path("in", "check", "out")
    outer = begin() + node("callActivity", "call", calledElement="inner") + end() + path("begin", "call", "done")
    return (
        f'{HEADER}<bpmn:process id="outer" isExecutable="{caller}">{outer}</bpmn:process>'
        f'<bpmn:process id="inner" isExecutable="{called}">{inner}</bpmn:process></bpmn:definitions>'
    ).encode()


@pytest.mark.parametrize("marks", [("true", "true"), ("true", "false"), ("false", "true"), ("false", "false")])
def test_the_named_process_starts_and_calls_the_others_whatever_is_marked_executable(marks):
    case = Sandbox(two_processes(*marks), "outer", {}, MORNING)
    assert case.ready == ["check"]
    case.complete("check", fine=True)
    assert (case.end_events, case.variables) == (["done"], {"fine": True})


def test_a_called_process_can_be_run_by_itself():
    case = Sandbox(two_processes(), "inner", {}, MORNING)
    case.complete("check")
    assert case.end_events == ["out"]


def test_a_process_that_the_file_does_not_have_is_named():
    with pytest.raises(DefinitionRefused, match="elsewhere"):
        Sandbox(two_processes(), "elsewhere", {}, MORNING)


def test_a_diagram_that_cannot_run_is_refused_with_its_element():
    with pytest.raises(DefinitionRefused) as caught:
        sandbox(begin(), user("write"), end(), path("begin", "write"))
    assert "write" in {problem.element for problem in caught.value.problems}


def test_a_time_without_a_zone_is_in_shanghai():
    naive = datetime.fromisoformat("2026-01-31T10:00:00")
    case = chain("write", at=naive)
    assert (case.at, case.at.tzinfo) == (datetime(2026, 1, 31, 2, 0, tzinfo=UTC), ZONE)


def test_a_case_that_is_given_no_time_begins_at_the_same_instant_every_day():
    content = xml(begin(), user("write"), end(), path("begin", "write", "done"))
    assert Sandbox(content, "sample").at == Sandbox(content, "sample").at == datetime(2026, 1, 1, 1, 0, tzinfo=UTC)


def test_facts_are_read_and_never_kept():
    choice = flow("which", "a", when='applicant.kind = "city"') + flow("which", "b", name="other")
    body = (begin(), user("fill"), node("exclusiveGateway", "which", default="other"), end("a"), end("b"))
    content = xml(*body, path("begin", "fill", "which"), choice)
    case = Sandbox(content, "sample", {}, MORNING, facts={"applicant": {"kind": "city"}})
    case.complete("fill")
    assert (case.end_events, case.variables) == (["a"], {})


def test_facts_may_change_with_the_instant():
    content = xml(
        begin(), user("fill"), service("tell", "notify", day="= day"), end(), path("begin", "fill", "tell", "done")
    )
    case = Sandbox(content, "sample", {}, MORNING, facts=lambda now: {"day": now.date()})
    case.advance(timedelta(days=3))
    case.complete("fill")
    assert case.effects[0].parameters == {"day": "2026-02-03"}
