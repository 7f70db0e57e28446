"""退回: a token goes back to an earlier step, also out of a called diagram."""

from datetime import UTC, datetime

import pytest

from engine.errors import ExecutionError
from engine.runtime import Passed, TokenNotWaiting, move_token, read_destinations
from tests.unit.runtime.runtime_diagrams import (
    Case,
    aside,
    begin,
    boundary,
    end,
    many,
    message,
    node,
    path,
    read,
    timer,
    user,
    xml,
)


@pytest.fixture
def case():
    definition = read(
        begin(),
        user("write"),
        boundary("too_late", "write", timer("P9D")),
        user("check"),
        boundary("reminder", "check", timer("P2D"), interrupts=False),
        user("decide"),
        end(),
        end("expired"),
        end("reminded"),
        path("begin", "write", "check", "decide", "done"),
        path("too_late", "expired"),
        path("reminder", "reminded"),
    )
    return Case(definition).do("write")


def test_a_task_sent_back_opens_the_earlier_step_with_its_events(case):
    case.later(days=1).move("check", "write")
    assert case.open == ["write"]
    assert case.due() == {"too_late": datetime(2026, 2, 10, 2, 0, tzinfo=UTC)}
    assert [opened.element_id for opened in case.last.opened] == ["write"]
    assert Passed(element_id="check", kind="cancelled") in case.last.passed


def test_the_events_of_the_task_that_is_sent_back_are_taken_back(case):
    reminder = case.token("reminder")
    case.move("check", "write")
    assert case.last.disarmed == (reminder,)


def test_after_a_return_the_case_goes_on_as_drawn(case):
    case.do("check").move("decide", "write").do("write").do("check").do("decide")
    assert case.ends == ["done"]


def test_a_reminder_that_has_ended_does_not_keep_a_task_from_being_sent_back(case):
    assert case.fire("reminder").move("check", "write").open == ["write"]


def test_a_step_may_be_restarted_in_place(case):
    token = case.token("check")
    assert case.move("check", "check").open == ["check"]
    assert case.token("check") != token


@pytest.mark.parametrize("target", ["too_late", "begin", "done", "unknown", "Start", "write.scope"])
def test_only_activities_can_be_returned_to(case, target):
    with pytest.raises(ExecutionError, match="不能退回"):
        case.move("check", target)


def test_only_an_open_task_can_be_sent_back(case):
    with pytest.raises(TokenNotWaiting):
        move_token(case.context, case.state, case.token("reminder"), "write")


def test_one_branch_of_a_parallel_block_cannot_be_sent_back_alone():
    definition = read(
        begin(), user("write"), node("parallelGateway", "split"), user("left"), user("right"),
        node("parallelGateway", "join"), end(), path("begin", "write", "split", "left", "join", "done"),
        path("split", "right", "join"),
    )  # fmt: skip
    case = Case(definition).do("write")
    with pytest.raises(ExecutionError, match="并行"):
        case.move("left", "write")
    assert case.do("right").do("left").last.is_ended


def test_one_instance_of_a_multi_instance_cannot_be_sent_back_alone():
    definition = read(begin(), user("write"), user("vote", many("experts", "expert")), end(), path("begin", "write"),
                      path("write", "vote", "done"))  # fmt: skip
    case = Case(definition, experts=[1]).do("write")
    with pytest.raises(ExecutionError, match="并行"):
        case.move("vote", "write")


@pytest.fixture(scope="module")
def levels():
    """A step, an embedded subprocess, a called diagram, a vote: each task at a level of its own or beside others."""
    inside = begin("in") + user("weigh") + user("settle") + end("out") + path("in", "weigh", "settle", "out")
    check = (begin("check_begun"), user("check"), end("checked"), path("check_begun", "check", "checked"))
    return read(
        begin(), user("write"), node("subProcess", "work", inside), node("callActivity", "have_it_checked",
        calledElement="checking"), user("vote", many("experts", "expert")), end(),
        path("begin", "write", "work", "have_it_checked", "vote", "done"),
        called={"check.bpmn": xml(*check, process="checking", executable="false")},
    )  # fmt: skip


OUTER = {"write", "work", "have_it_checked", "vote"}


@pytest.mark.parametrize(
    ("before", "at", "found"),
    [
        ([], "write", OUTER),
        (["write"], "weigh", {"weigh", "settle"} | OUTER),
        (["write", "weigh", "settle"], "check", {"check"} | OUTER),
        (["write", "weigh", "settle", "check"], "vote", OUTER),
    ],
)
def test_the_destinations_of_a_task_are_those_that_moving_knows_in_its_processes(levels, before, at, found):
    def case():
        begun = Case(levels, experts=[1])
        for step in before:
            begun.do(step)
        return begun

    def is_refused(element_id):
        try:
            case().move(at, element_id)
        except ExecutionError as refusal:
            return "不是同一流程中的任务" in refusal.sentence
        return False

    assert read_destinations(levels, case().state) == found
    assert {element_id for element_id in levels.elements if not is_refused(element_id)} == found


@pytest.fixture
def checking(levels):
    """A case whose text is being checked in the called diagram."""
    return Case(levels, experts=[1]).do("write").do("weigh").do("settle")


def test_a_token_leaves_a_called_diagram_for_a_step_around_it(checking):
    checking.move("check", "write")
    assert checking.waiting == ["write"]
    cancelled = {passed.element_id for passed in checking.last.passed if passed.kind == "cancelled"}
    assert cancelled == {"check", "have_it_checked"}
    assert checking.do("write").do("weigh").do("settle").do("check").do("vote").ends == ["done"]


def test_a_called_diagram_is_begun_anew(checking):
    token = checking.token("check")
    assert checking.move("check", "have_it_checked").waiting == ["have_it_checked", "check"]
    assert checking.token("check") != token


def test_a_step_past_a_called_diagram_is_gone_to(checking):
    assert checking.move("check", "vote").open == ["vote"]


def called(*inside, outside=()):
    """Return a process whose second step calls another file, with this inside it and this beside the step."""
    inner = (begin("check_begun"), *inside, end("checked"))
    return read(
        begin(), user("write"), node("callActivity", "have_it_checked", calledElement="checking"), end(),
        path("begin", "write", "have_it_checked", "done"), *outside,
        called={"check.bpmn": xml(*inner, process="checking", executable="false")},
    )  # fmt: skip


def test_everything_open_in_a_called_diagram_is_taken_back_with_it():
    parallel = (
        node("parallelGateway", "split"), user("left"), user("right"), boundary("late", "right", timer("P2D")),
        end("missed"), node("parallelGateway", "join"), path("check_begun", "split", "left", "join", "checked"),
        path("split", "right", "join"), path("late", "missed"),
    )  # fmt: skip
    case = Case(called(*parallel)).do("write")
    right, late = case.token("right"), case.token("late")
    case.move("left", "write")
    assert (case.last.closed, case.last.disarmed) == ((right,), (late,))
    assert case.waiting == ["write"]


def test_the_events_of_a_called_diagram_that_is_left_are_taken_back():
    limit = (boundary("too_late", "have_it_checked", timer("P9D")), end("expired"), path("too_late", "expired"))
    inside = (user("check"), path("check_begun", "check", "checked"))
    case = Case(called(*inside, outside=limit)).do("write")
    token = case.token("too_late")
    assert case.move("check", "write").last.disarmed == (token,)


def test_a_token_leaves_two_called_diagrams_at_once():
    middle = (begin("middle_begun"), node("callActivity", "ask", calledElement="asking"), end("asked"),
              path("middle_begun", "ask", "asked"))  # fmt: skip
    inner = (begin("in"), user("answer"), end("out"), path("in", "answer", "out"))
    definition = read(
        begin(), user("write"), node("callActivity", "have_it_checked", calledElement="checking"), end(),
        path("begin", "write", "have_it_checked", "done"),
        called={"check.bpmn": xml(*middle, process="checking", executable="false"),
                "ask.bpmn": xml(*inner, process="asking", executable="false")},
    )  # fmt: skip
    case = Case(definition).do("write")
    assert read_destinations(definition, case.state) == {"answer", "ask", "write", "have_it_checked"}
    assert case.move("answer", "write").do("write").do("answer").ends[-1] == "done"


def test_a_called_diagram_beside_other_steps_is_not_left_alone():
    definition = read(
        begin(), user("write"), node("parallelGateway", "split"), user("wait_beside"),
        node("callActivity", "have_it_checked", calledElement="checking"), node("parallelGateway", "join"), end(),
        path("begin", "write", "split", "have_it_checked", "join", "done"), path("split", "wait_beside", "join"),
        called={"check.bpmn": xml(begin("in"), user("check"), end("out"), path("in", "check", "out"),
                                  process="checking", executable="false")},
    )  # fmt: skip
    case = Case(definition).do("write")
    with pytest.raises(ExecutionError, match="并行"):
        case.move("check", "write")
    assert sorted(case.open) == ["check", "wait_beside"]


def test_what_a_called_diagram_had_for_itself_is_gone_with_it():
    inside = (user("check"), path("check_begun", "check", "checked"))
    mapping = '<camunda:in source="subject" target="topic"/><camunda:out source="topic" target="subject"/>'
    given = f"<bpmn:extensionElements>{mapping}</bpmn:extensionElements>"
    definition = read(
        begin(), user("write"), node("callActivity", "have_it_checked", given, calledElement="checking"), end(),
        path("begin", "write", "have_it_checked", "done"),
        called={"check.bpmn": xml(begin("check_begun"), *inside, end("checked"), process="checking",
                                  executable="false")},
    )  # fmt: skip
    case = Case(definition, subject="old").do("write").move("check", "write")
    assert case.last.variables == {"subject": "old"}


def test_what_an_event_began_is_not_left_for_the_steps_around_it():
    afterwards = (user("handle"), end("handled"), path("asked", "handle", "handled"))
    definition = read(
        begin(), user("write"), end(), path("begin", "write", "done"),
        aside("handling", message("msg_ask"), *afterwards), messages=["msg_ask"],
    )  # fmt: skip
    case = Case(definition).send("msg_ask")
    assert read_destinations(definition, case.state) == {"handle"}
    with pytest.raises(ExecutionError, match="不是同一流程中的任务"):
        case.move("handle", "write")
