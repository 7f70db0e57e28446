"""Signals and errors from outside the case."""

import pytest

from engine.errors import ExecutionError
from engine.runtime import ErrorNotCaught
from tests.unit.runtime.runtime_diagrams import (
    Case,
    begin,
    boundary,
    catch,
    end,
    error,
    many,
    node,
    path,
    read,
    signal,
    user,
)


def test_a_signal_from_outside_is_heard_by_everybody_who_waits_for_it():
    definition = read(
        begin(), node("parallelGateway", "split"),
        user("prepare"), boundary("stopped", "prepare", signal("decided")),
        catch("heard", signal("decided")), user("react"), end(), end("cancelled"),
        path("begin", "split", "prepare", "done"), path("stopped", "cancelled"),
        path("split", "heard", "react", "done"),
        signals=["decided"],
    )  # fmt: skip
    case = Case(definition).signal("decided")
    assert case.open == ["react"]
    assert case.ends == ["cancelled"]


def test_a_signal_nobody_waits_for_changes_nothing():
    case = Case(read(begin(), user("step"), end(), path("begin", "step", "done")))
    tokens = case.last.tokens
    case.signal("decided")
    assert case.last.tokens == tokens
    assert case.last.passed == ()


def part(name, code="err_a"):
    """A subprocess with one task and a boundary event that catches an error."""
    inner = begin(f"{name}_in") + user(f"{name}_step") + end(f"{name}_out")
    inner += path(f"{name}_in", f"{name}_step", f"{name}_out")
    caught = boundary(f"{name}_caught", name, error(code)) + user(f"{name}_repair") + end(f"{name}_end")
    return node("subProcess", name, inner) + caught + path(f"{name}_caught", f"{name}_repair", f"{name}_end")


def test_an_error_from_outside_leaves_the_subprocess_that_catches_it():
    definition = read(begin(), part("work"), end(), path("begin", "work", "done"), errors=["err_a"])
    case = Case(definition)
    step = case.token("work_step")
    case.fail("err_a")
    assert case.open == ["work_repair"]
    assert case.last.closed == (step,)


def test_an_error_from_outside_is_recognised_by_its_code():
    declared = '<bpmn:error id="err_a" name="出错" errorCode="E1"/></bpmn:definitions>'
    body = (begin(), part("work"), end(), path("begin", "work", "done"))
    definition = read(*body, after=declared)
    with pytest.raises(ErrorNotCaught):
        Case(definition).fail("err_a")
    assert Case(definition).fail("E1").open == ["work_repair"]


def test_an_error_from_outside_is_caught_on_the_deepest_open_level():
    inner = begin("in") + part("deep") + end("out") + path("in", "deep", "out")
    outer = node("subProcess", "work", inner) + boundary("caught", "work", error("err_a")) + path("caught", "done")
    definition = read(begin(), outer, user("after"), end(), path("begin", "work", "after", "done"), errors=["err_a"])
    case = Case(definition).fail("err_a")
    assert case.open == ["deep_repair"]
    assert case.fail("err_a").ends == ["done"]


def test_of_two_open_scopes_on_one_level_the_first_of_the_tokens_catches():
    definition = read(
        begin(), node("parallelGateway", "both"), part("left"), part("right"), end(),
        path("begin", "both", "left", "done"), path("both", "right", "done"), errors=["err_a"],
    )  # fmt: skip
    case = Case(definition)
    assert case.open == ["left_step", "right_step"]
    assert sorted(case.fail("err_a").open) == ["left_repair", "right_step"]


def test_a_catcher_of_the_code_goes_before_one_that_catches_everything():
    every = boundary("every", "work", "<bpmn:errorEventDefinition/>") + end("lost") + path("every", "lost")
    definition = read(begin(), part("work"), every, end(), path("begin", "work", "done"), errors=["err_a"])
    assert Case(definition).fail("err_a").open == ["work_repair"]
    assert Case(definition).fail("err_b").ends == ["lost"]


def test_a_user_task_can_fail_as_well():
    definition = read(begin(), user("step"), boundary("caught", "step", error("err_a")), user("repair"), end(),
                      path("begin", "step", "done"), path("caught", "repair", "done"), errors=["err_a"])  # fmt: skip
    assert Case(definition).fail("err_a").open == ["repair"]


def test_an_error_takes_back_every_instance_of_a_repeated_task():
    definition = read(begin(), user("vote", many(cardinality="3")), boundary("caught", "vote", error("err_a")), end(),
                      path("begin", "vote", "done"), path("caught", "done"), errors=["err_a"])  # fmt: skip
    case = Case(definition).fail("err_a")
    assert len(case.last.closed) == 3
    assert case.last.is_ended


def test_an_error_nobody_catches_is_refused():
    case = Case(read(begin(), user("step"), end(), path("begin", "step", "done")))
    with pytest.raises(ErrorNotCaught) as caught:
        case.fail("err_a")
    assert isinstance(caught.value, ExecutionError)
    assert case.do("step").last.is_ended
