"""Subprocesses and called processes: nested, repeated, in loops, several at once."""

from datetime import timedelta

import pytest

from engine.simulation import Sandbox
from tests.unit.runtime.runtime_diagrams import (
    HEADER,
    begin,
    boundary,
    catch,
    end,
    flow,
    many,
    message,
    node,
    path,
    signal,
    throw,
    timer,
    user,
)
from tests.unit.simulation.diagrams import DAY, MORNING, after, sandbox

TERMINATE = "<bpmn:terminateEventDefinition/>"


def consulted(*extra, block="", flows="", repeated="", **more):
    """A subprocess in which two offices work at once, then a decision."""
    inner = (
        *(begin("in"), node("parallelGateway", "ask"), user("finance"), user("law")),
        *(node("parallelGateway", "gather"), end("out"), path("in", "ask", "finance", "gather", "out")),
        path("ask", "law", "gather") + block + repeated,
    )
    return sandbox(
        *(begin(), node("subProcess", "consult", "".join(inner)), user("decide"), end(), *extra),
        path("begin", "consult", "decide", "done") + flows,
        **more,
    )


def test_a_subprocess_is_left_when_everything_inside_is_done():
    case = consulted()
    case.complete("law")
    assert case.ready == ["finance"]
    case.complete("finance")
    assert case.ready == ["decide"]


@pytest.mark.parametrize("is_sequential", [True, False])
def test_a_repeated_subprocess_joins_the_branches_of_each_item_by_themselves(is_sequential):
    repeated = many("regions", "region", is_sequential=is_sequential)
    case = consulted(repeated=repeated, variables={"regions": ["north", "south"]})
    opened = [case.ready]
    for office in ("finance", "law", "finance"):
        case.complete(office)
        opened.append(case.ready)
    case.complete("law")
    assert case.ready == ["decide"]
    pair = ["finance", "law"]
    in_turn = [pair, ["law"], pair, ["law"]]
    at_once = [pair * 2, ["law", *pair], pair, ["law"]]
    assert opened == (in_turn if is_sequential else at_once)


def test_an_item_is_known_in_every_branch_of_its_own_subprocess_and_nowhere_else():
    chosen = flow("which", "north", when='region = "north"') + flow("which", "south", name="otherwise")
    inner = (
        *(
            begin("in"),
            node("exclusiveGateway", "which", default="otherwise"),
            user("north"),
            user("south"),
            end("out"),
        ),
        path("in", "which") + chosen + path("north", "out") + path("south", "out") + many("regions", "region"),
    )
    case = sandbox(
        *(begin(), node("subProcess", "visit", "".join(inner)), end(), path("begin", "visit", "done")),
        variables={"regions": ["north", "south", "north"]},
    )
    assert sorted(case.ready) == ["north", "north", "south"]
    assert case.variables == {"regions": ["north", "south", "north"]}


def test_a_terminate_event_ends_its_own_subprocess_only():
    inner = (
        *(begin("in"), node("parallelGateway", "split"), user("stop"), user("work"), end("stopped", TERMINATE)),
        *(end("out"), path("in", "split", "stop", "stopped") + path("split", "work", "out")),
    )
    case = sandbox(
        *(begin(), node("subProcess", "block", "".join(inner)), user("after"), end()),
        path("begin", "block", "after", "done"),
    )
    case.complete("stop")
    assert (case.ready, case.ended) == (["after"], False)


def test_a_terminate_event_in_one_instance_leaves_the_other_instances_alone():
    inner = (
        *(begin("in"), node("parallelGateway", "split"), user("stop"), user("work"), end("stopped", TERMINATE)),
        *(end("out"), path("in", "split", "stop", "stopped") + path("split", "work", "out"), many(cardinality="2")),
    )
    case = sandbox(
        *(begin(), node("subProcess", "block", "".join(inner)), user("after"), end()),
        path("begin", "block", "after", "done"),
    )
    case.complete("stop")
    assert sorted(case.ready) == ["stop", "work"]
    case.complete("stop")
    assert case.ready == ["after"]


def calls(*body, called=(), **declared):
    """A main process and a process `inner` that it can call."""
    names = "".join(f'<bpmn:{kind[:-1]} id="{one}" name="{one}"/>' for kind, all_ in declared.items() for one in all_)
    return Sandbox(
        f'{HEADER}{names}<bpmn:process id="main" isExecutable="true">{"".join(body)}</bpmn:process>'
        f'<bpmn:process id="inner" isExecutable="true">{"".join(called)}</bpmn:process></bpmn:definitions>'.encode(),
        "main",
        at=MORNING,
    )


def call(name):
    return node("callActivity", name, calledElement="inner")


def test_one_process_may_be_called_twice_at_the_same_time():
    case = calls(
        *(
            begin(),
            node("parallelGateway", "split"),
            call("left"),
            call("right"),
            user("after_left"),
            user("after_right"),
        ),
        *(end(), path("begin", "split", "left", "after_left", "done") + path("split", "right", "after_right", "done")),
        called=(begin("in"), user("check"), end("out"), path("in", "check", "out")),
    )
    assert case.ready == ["check", "check"]
    case.complete("check")
    assert case.ready == ["check", "after_left"]
    case.complete("check")
    assert case.ready == ["after_left", "after_right"]


def test_an_error_of_a_called_process_is_caught_at_the_call():
    case = calls(
        *(begin(), call("call"), boundary("failed", "call", '<bpmn:errorEventDefinition errorRef="bad"/>')),
        *(user("mend"), end(), path("begin", "call", "done") + path("failed", "mend", "done")),
        called=(
            *(begin("in"), user("check"), end("out", '<bpmn:errorEventDefinition errorRef="bad"/>')),
            path("in", "check", "out"),
        ),
        errors=["bad"],
    )
    case.complete("check")
    assert case.ready == ["mend"]


def test_a_deadline_on_a_call_takes_the_called_process_and_its_timers_back():
    case = calls(
        *(begin(), call("call"), boundary("late", "call", timer("P5D")), end(), end("expired")),
        path("begin", "call", "done") + path("late", "expired"),
        called=(
            *(begin("in"), user("check"), boundary("remind", "check", timer("R/P2D", "timeCycle"), interrupts=False)),
            *(end("out"), end("told"), path("in", "check", "out") + path("remind", "told")),
        ),
    )
    assert case.timers == [("remind", after(2)), ("late", after(5))]
    case.advance(30 * DAY)
    assert (case.end_events, case.timers, case.tokens) == (["expired"], [], ())
    assert case.passed.count("remind") == 2


def test_an_event_gateway_in_a_loop_waits_anew_each_time():
    case = sandbox(
        *(begin(), node("exclusiveGateway", "again"), node("eventBasedGateway", "first_of"), user("remind"), end()),
        *(catch("answered", message("msg")), catch("silent", timer("P7D"))),
        path("begin", "again", "first_of", "answered", "done") + path("first_of", "silent", "remind", "again"),
        messages=["msg"],
    )
    for number in range(3):
        assert case.timers == [("silent", after(7 * (number + 1)))]
        case.advance(7 * DAY)
        case.complete("remind")
    case.send_message("msg")
    assert (case.ended, case.timers) == (True, [])


def test_a_signal_end_event_is_heard_beside_it():
    case = sandbox(
        *(begin(), node("parallelGateway", "split"), user("give_up"), end("gone", signal("over")), user("work")),
        *(boundary("stopped", "work", signal("over")), end(), end("aborted")),
        path("begin", "split", "give_up", "gone") + path("split", "work", "done") + path("stopped", "aborted"),
        signals=["over"],
    )
    case.complete("give_up")
    assert (case.ended, sorted(case.end_events)) == (True, ["aborted", "gone"])


def test_a_signal_reaches_into_open_subprocesses():
    inner = (
        *(begin("in"), user("work"), boundary("stopped", "work", signal("over")), user("hand_in"), end("out")),
        path("in", "work", "out") + path("stopped", "hand_in", "out"),
    )
    case = sandbox(
        *(begin(), node("parallelGateway", "split"), node("subProcess", "block", "".join(inner)), user("give_up")),
        *(throw("given_up", signal("over")), end(), path("begin", "split", "block", "done")),
        path("split", "give_up", "given_up", "done"),
        signals=["over"],
    )
    case.complete("give_up")
    assert case.ready == ["hand_in"]


def test_a_branch_from_a_boundary_event_may_outlive_its_activity_and_the_main_path():
    case = sandbox(
        *(begin(), user("write"), boundary("asked", "write", timer("P1D"), interrupts=False), user("reply")),
        *(end(), end("replied"), path("begin", "write", "done") + path("asked", "reply", "replied")),
    )
    case.advance(timedelta(hours=24))
    case.complete("write")
    assert (case.ready, case.ended) == (["reply"], False)
    case.complete("reply")
    assert case.end_events == ["done", "replied"]


def test_two_tokens_on_one_path_pass_it_one_after_the_other():
    case = sandbox(
        *(begin(), node("parallelGateway", "split"), user("a"), user("b"), node("exclusiveGateway", "merge")),
        *(user("check"), end(), path("begin", "split", "a", "merge", "check", "done") + path("split", "b", "merge")),
    )
    case.complete("a")
    case.complete("b")
    assert case.ready == ["check", "check"]
    case.complete("check")
    assert (case.ready, case.ended) == (["check"], False)
    case.complete("check")
    assert case.end_events == ["done", "done"]


@pytest.mark.parametrize(("answer", "expected"), [(True, ["again"]), (False, ["next"])])
def test_a_loop_runs_again_while_its_condition_holds(answer, expected):
    loop = (
        '<bpmn:standardLoopCharacteristics loopMaximum="5"><bpmn:loopCondition>more</bpmn:loopCondition>'
        "</bpmn:standardLoopCharacteristics>"
    )
    case = sandbox(begin(), user("again", loop), user("next"), end(), path("begin", "again", "next", "done"))
    case.complete("again", more=True)
    case.complete("again", more=answer)
    assert case.ready == expected


def test_a_loop_ends_at_its_maximum():
    loop = '<bpmn:standardLoopCharacteristics loopMaximum="3"/>'
    case = sandbox(begin(), user("again", loop), user("next"), end(), path("begin", "again", "next", "done"))
    for _ in range(3):
        assert case.ready == ["again"]
        case.complete("again")
    assert case.ready == ["next"]
