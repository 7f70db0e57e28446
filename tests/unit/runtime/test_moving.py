"""退回: a token goes back to an earlier step."""

from datetime import UTC, datetime

import pytest

from engine.errors import ExecutionError
from engine.runtime import Passed, TokenNotWaiting, destinations, move_token
from tests.unit.runtime.runtime_diagrams import Case, begin, boundary, end, many, node, path, read, timer, user, xml


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


@pytest.mark.parametrize(
    ("before", "at", "found"),
    [
        ([], "write", {"write", "work", "have_it_checked", "vote"}),
        (["write"], "weigh", {"weigh", "settle"}),
        (["write", "weigh", "settle"], "check", {"check"}),
        (["write", "weigh", "settle", "check"], "vote", {"write", "work", "have_it_checked", "vote"}),
    ],
)
def test_the_destinations_of_a_task_are_those_that_moving_knows_in_its_process(levels, before, at, found):
    def is_refused(element_id):
        case = Case(levels, experts=[1])
        for step in before:
            case.do(step)
        try:
            case.move(at, element_id)
        except ExecutionError as refusal:
            return "不是同一流程中的任务" in refusal.sentence
        return False

    assert destinations(levels, at) == found
    assert {element_id for element_id in levels.elements if not is_refused(element_id)} == found
