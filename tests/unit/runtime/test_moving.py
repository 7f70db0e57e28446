"""退回: a token goes back to an earlier step."""

from datetime import UTC, datetime

import pytest

from engine.errors import ExecutionError
from engine.runtime import Passed, TokenNotWaiting, move_token
from tests.unit.runtime.runtime_diagrams import Case, begin, boundary, end, many, node, path, read, timer, user


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
