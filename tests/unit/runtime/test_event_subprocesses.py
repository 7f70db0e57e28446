"""Event subprocesses: what waits beside a level, interrupts it or runs along with it."""

import pytest

from engine.errors import ExecutionError
from engine.runtime import MessageNotExpected
from tests.unit.runtime.runtime_diagrams import (
    Case,
    aside,
    begin,
    boundary,
    conditional,
    end,
    error,
    escalation,
    many,
    message,
    node,
    path,
    read,
    script,
    signal,
    throw,
    timer,
    user,
)

AFTERWARDS = user("explain") + end("explained") + path("asked", "explain", "explained")
DECLARED = {"messages": ["msg_ask"], "signals": ["sig"], "errors": ["err_a"], "escalations": ["esc"]}


def beside(event, *more, interrupts=True, steps=("first", "second")):
    """A process of two tasks with an event subprocess beside it."""
    tasks = "".join(user(name) for name in steps)
    return read(begin(), tasks, end(), path("begin", *steps, "done"),
                aside("help", event, AFTERWARDS, interrupts=interrupts), *more, **DECLARED)  # fmt: skip


def test_an_event_subprocess_waits_beside_the_process():
    case = Case(beside(message("msg_ask")))
    assert case.open == ["first"]
    assert [(token.element_id, token.kind) for token in case.last.tokens] == [("first", "task"), ("asked", "message")]


def test_an_interrupting_message_takes_back_everything_else():
    case = Case(beside(message("msg_ask")))
    first = case.token("first")
    case.send("msg_ask", reason="撤回")
    assert case.open == ["explain"]
    assert case.last.closed == (first,)
    assert case.variables == {"reason": "撤回"}
    assert [(passed.element_id, passed.kind) for passed in case.last.passed] == [
        ("asked", "fired"),
        ("first", "cancelled"),
    ]
    with pytest.raises(MessageNotExpected):
        case.send("msg_ask")


def test_the_end_of_an_interrupting_event_subprocess_ends_the_process():
    case = Case(beside(message("msg_ask"))).send("msg_ask").do("explain")
    assert case.last.is_ended
    assert case.ends == ["explained"]


def test_a_message_that_does_not_interrupt_runs_along_and_may_come_again():
    case = Case(beside(message("msg_ask"), interrupts=False)).send("msg_ask").send("msg_ask")
    assert sorted(case.open) == ["explain", "explain", "first"]
    case.do("first").do("second")
    assert not case.last.is_ended
    assert case.do("explain").do("explain").last.is_ended
    assert case.ends == ["done", "explained", "explained"]


def test_a_process_ends_while_its_event_subprocesses_still_wait():
    case = Case(
        beside(timer("P9D"), aside("more", message("msg_ask"), end("out"), path("asked_2", "out"), begins="asked_2"))
    )
    timer_token = case.token("asked")
    case.do("first").do("second")
    assert case.last.is_ended
    assert case.last.disarmed == (timer_token,)
    assert case.waiting == []


def test_a_timer_of_an_event_subprocess_has_a_due_instant_and_interrupts():
    case = Case(beside(timer("P2D")))
    assert list(case.due()) == ["asked"]
    assert case.do("first").fire("asked").open == ["explain"]


def test_a_repeating_timer_that_does_not_interrupt_is_armed_again():
    case = Case(beside(timer("R2/P1D", "timeCycle"), interrupts=False))
    case.later(days=1).fire("asked").later(days=1)
    assert sorted(case.open) == ["explain", "first"]
    assert case.fire("asked").due() == {}
    assert sorted(case.open) == ["explain", "explain", "first"]


def test_a_repeating_timer_that_interrupts_fires_once():
    case = Case(beside(timer("R/P1D", "timeCycle"))).later(days=1).fire("asked")
    assert case.open == ["explain"]
    assert case.due() == {}


@pytest.mark.parametrize("is_interrupting", [True, False])
def test_a_signal_thrown_inside_begins_the_event_subprocess(is_interrupting):
    definition = read(
        begin(), node("parallelGateway", "both"), user("first"), throw("announce", signal("sig")), user("second"),
        user("other"), end(), path("begin", "both", "first", "announce", "second", "done"),
        path("both", "other", "done"), aside("help", signal("sig"), AFTERWARDS, interrupts=is_interrupting), **DECLARED,
    )  # fmt: skip
    case = Case(definition).do("first")
    assert sorted(case.open) == (["explain"] if is_interrupting else ["explain", "other", "second"])


def failing(*more, code="err_a", catches="err_a"):
    """A subprocess that ends with an error, and an event subprocess inside it."""
    inner = (
        begin("in") + user("step") + end("failed", error(code)) + path("in", "step", "failed")
        + aside("help", error(catches), AFTERWARDS)
    )  # fmt: skip
    return read(begin(), node("subProcess", "work", inner), user("after"), end(), path("begin", "work", "after",
                "done"),
                *more, errors=["err_a", "err_b"])  # fmt: skip


def test_an_error_is_caught_by_the_event_subprocess_of_its_own_level():
    case = Case(failing(boundary("caught", "work", error("err_a")), path("caught", "done"))).do("step")
    assert case.open == ["explain"]
    assert case.do("explain").open == ["after"]


def test_an_error_of_another_code_goes_to_the_boundary_event_outside():
    definition = failing(boundary("caught", "work", error("err_b")), path("caught", "done"), code="err_b")
    case = Case(definition).do("step")
    assert case.last.is_ended
    assert case.waiting == []


def test_an_error_nobody_catches_names_where_it_happened():
    with pytest.raises(ExecutionError) as caught:
        Case(failing(code="err_b")).do("step")
    assert caught.value.element_id == "failed"


def test_an_error_from_outside_begins_the_event_subprocess_of_the_deepest_level():
    case = Case(failing(boundary("caught", "work", error("err_a")), path("caught", "done"))).fail("err_a")
    assert case.open == ["explain"]


def test_an_escalation_begins_an_event_subprocess_and_the_level_goes_on():
    inner = (
        begin("in") + throw("escalate", escalation("esc")) + user("step") + end("out")
        + path("in", "escalate", "step", "out") + aside("help", escalation("esc"), AFTERWARDS, interrupts=False)
    )  # fmt: skip
    definition = read(begin(), node("subProcess", "work", inner), end(), path("begin", "work", "done"), **DECLARED)
    case = Case(definition)
    assert sorted(case.open) == ["explain", "step"]
    assert case.do("step").do("explain").last.is_ended


def test_a_condition_begins_an_event_subprocess_when_it_becomes_true():
    case = Case(beside(conditional("amount > 10")))
    assert case.do("first", amount=11).open == ["explain"]


def test_an_event_subprocess_of_every_instance_interrupts_only_its_own():
    inner = (
        begin("in") + user("step") + end("out") + path("in", "step", "out")
        + aside("help", timer("P1D"), AFTERWARDS) + many("experts", "expert")
    )  # fmt: skip
    definition = read(begin(), node("subProcess", "work", inner), end(), path("begin", "work", "done"))
    case = Case(definition, experts=[1, 2])
    case.fire("asked")
    assert sorted(case.open) == ["explain", "step"]
    assert case.do("explain").do("step").last.is_ended


def test_what_an_event_subprocess_sets_are_case_variables():
    body = script("compute", "answer = 42") + user("explain") + end("explained")
    definition = read(begin(), user("first"), end(), path("begin", "first", "done"),
                      aside("help", message("msg_ask"), body, path("asked", "compute", "explain", "explained")),
                      messages=["msg_ask"])  # fmt: skip
    assert Case(definition).send("msg_ask").variables == {"answer": 42}


def test_a_subprocess_waits_for_its_event_subprocess_and_a_timeout_takes_it_back():
    inner = (
        begin("in") + user("step") + end("out") + path("in", "step", "out")
        + aside("help", message("msg_ask"), AFTERWARDS, interrupts=False)
    )  # fmt: skip
    definition = read(begin(), node("subProcess", "work", inner), boundary("late", "work", timer("P1D")), end(),
                      path("begin", "work", "done"), path("late", "done"), messages=["msg_ask"])  # fmt: skip
    case = Case(definition).send("msg_ask").do("step")
    assert case.open == ["explain"]
    explain = case.token("explain")
    case.fire("late")
    assert case.last.closed == (explain,)
    assert case.last.is_ended


def test_a_terminate_event_beside_ends_only_the_event_subprocess():
    body = user("explain") + end("stop", "<bpmn:terminateEventDefinition/>") + path("asked", "explain", "stop")
    definition = read(begin(), user("first"), end(), path("begin", "first", "done"),
                      aside("help", message("msg_ask"), body, interrupts=False), messages=["msg_ask"])  # fmt: skip
    case = Case(definition).send("msg_ask").do("explain")
    assert case.open == ["first"]
    assert case.do("first").last.is_ended


def test_two_cases_of_one_definition_do_not_disturb_each_other():
    definition = beside(message("msg_ask"))
    Case(definition).send("msg_ask").do("explain")
    second = Case(definition)
    assert second.open == ["first"]
    assert second.do("first").do("second").last.is_ended


def test_a_lone_task_can_be_sent_back_while_an_event_subprocess_waits():
    case = Case(beside(message("msg_ask"))).do("first").move("second", "first")
    assert case.open == ["first"]
    assert case.send("msg_ask").open == ["explain"]


def test_an_event_subprocess_can_not_be_moved_to():
    with pytest.raises(ExecutionError, match="不能退回"):
        Case(beside(message("msg_ask"))).move("first", "help")
