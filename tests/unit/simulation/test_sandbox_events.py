"""Boundary events, choices between events, messages, errors, escalations: who hears what, and what is taken back."""

from datetime import timedelta

import pytest

from engine.errors import ExecutionError
from engine.runtime import ErrorNotCaught, MessageNotExpected
from tests.unit.runtime.runtime_diagrams import (
    begin,
    boundary,
    catch,
    end,
    many,
    message,
    node,
    path,
    signal,
    throw,
    timer,
    user,
)
from tests.unit.simulation.diagrams import DAY, after, sandbox


def watched(*events, flows="", **declared):
    """A task with boundary events on it."""
    return sandbox(begin(), user("write"), *events, end(), path("begin", "write", "done"), flows, **declared)


def test_an_interrupting_timer_takes_the_task_back():
    case = watched(boundary("late", "write", timer("P5D")), user("remedy"), flows=path("late", "remedy", "done"))
    case.advance(5 * DAY)
    assert (case.ready, case.timers) == (["remedy"], [])


def test_a_timer_that_does_not_interrupt_opens_a_branch_beside_the_task():
    events = (boundary("late", "write", timer("P5D"), interrupts=False), user("remedy"), end("told"))
    case = watched(*events, flows=path("late", "remedy", "told"))
    case.advance(50 * DAY)
    assert (case.ready, case.timers) == (["write", "remedy"], [])
    case.complete("write")
    assert (case.ready, case.ended) == (["remedy"], False)
    case.complete("remedy")
    assert case.end_events == ["done", "told"]


def test_a_task_that_is_done_in_time_takes_its_timers_with_it():
    case = watched(boundary("late", "write", timer("P5D")), end("expired"), flows=path("late", "expired"))
    case.complete("write")
    case.advance(9 * DAY)
    assert (case.end_events, case.timers) == (["done"], [])


def test_of_two_timers_on_one_task_each_has_its_own_instant():
    events = (
        *(boundary("warn", "write", timer("P3D"), interrupts=False), user("warned")),
        *(boundary("late", "write", timer("P5D")), end("expired")),
    )
    case = watched(*events, flows=path("warn", "warned", "done") + path("late", "expired"))
    assert case.timers == [("warn", after(3)), ("late", after(5))]
    case.advance(4 * DAY)
    assert (case.ready, case.timers) == (["write", "warned"], [("late", after(5))])
    case.advance(1 * DAY)
    assert (case.ready, case.end_events) == (["warned"], ["expired"])


def test_a_timer_on_a_subprocess_takes_everything_inside_back():
    inner = begin("in") + user("fill", many(cardinality="3")) + end("out") + path("in", "fill", "out")
    case = sandbox(
        *(begin(), node("subProcess", "work", inner), boundary("late", "work", timer("P5D")), end(), end("expired")),
        path("begin", "work", "done") + path("late", "expired"),
    )
    assert case.ready == ["fill"] * 3
    case.complete("fill")
    case.advance(5 * DAY)
    assert (case.ended, case.end_events, case.tokens) == (True, ["expired"], ())


def choosing(*waits, flows, **declared):
    return sandbox(
        *(begin(), node("eventBasedGateway", "first_of"), *waits, end("a"), end("b")),
        path("begin", "first_of") + flows,
        **declared,
    )


@pytest.mark.parametrize(("lengths", "reached"), [(("P2D", "P5D"), "a"), (("P5D", "P2D"), "b")])
def test_of_two_timers_behind_an_event_gateway_the_earlier_decides(lengths, reached):
    waits = (catch("one", timer(lengths[0])), catch("two", timer(lengths[1])))
    case = choosing(*waits, flows=path("first_of", "one", "a") + path("first_of", "two", "b"))
    assert [due_at for _, due_at in case.timers] == [after(2), after(5)]
    case.advance(30 * DAY)
    assert (case.end_events, case.timers) == ([reached], [])


def test_a_message_before_the_timer_decides_an_event_gateway():
    waits = (catch("told", message("msg_told")), catch("late", timer("P2D")))
    flows = path("first_of", "told", "a") + path("first_of", "late", "b")
    case = choosing(*waits, flows=flows, messages=["msg_told"])
    case.advance(timedelta(hours=47))
    case.send_message("msg_told", {"answer": "yes"})
    assert (case.end_events, case.timers, case.variables) == (["a"], [], {"answer": "yes"})


def test_a_message_that_comes_before_its_catch_is_kept_and_delivered_there():
    case = sandbox(
        *(begin(), user("write"), catch("answered", message("msg_answer")), user("read"), end()),
        path("begin", "write", "answered", "read", "done"),
        messages=["msg_answer"],
    )
    case.send_message("msg_answer", {"answer": 7})
    assert (case.ready, case.kept_messages, case.variables) == (["write"], ["msg_answer"], {})
    case.complete("write")
    assert (case.ready, case.kept_messages, case.variables) == (["read"], [], {"answer": 7})


def test_kept_messages_are_delivered_one_for_each_catch_in_the_order_they_came():
    case = sandbox(
        *(begin(), user("write"), catch("one", message("msg")), user("between"), catch("two", message("msg")), end()),
        path("begin", "write", "one", "between", "two", "done"),
        messages=["msg"],
    )
    case.send_message("msg", {"answer": "first"})
    case.send_message("msg", {"answer": "second"})
    case.complete("write")
    assert (case.ready, case.variables) == (["between"], {"answer": "first"})
    case.complete("between")
    assert (case.ended, case.variables) == (True, {"answer": "second"})


def test_two_kept_messages_for_two_catches_in_a_row_are_delivered_in_one_step():
    case = sandbox(
        *(begin(), user("write"), catch("one", message("msg_a")), catch("two", message("msg_b")), end()),
        path("begin", "write", "one", "two", "done"),
        messages=["msg_a", "msg_b"],
    )
    case.send_message("msg_b")
    case.send_message("msg_a")
    case.complete("write")
    assert case.passed == ["begin", "write", "one", "two", "done"]


def test_a_kept_message_is_delivered_when_time_brings_the_case_to_its_catch():
    case = sandbox(
        *(begin(), catch("pause", timer("P3D")), node("receiveTask", "receive", messageRef="msg"), user("act"), end()),
        path("begin", "pause", "receive", "act", "done"),
        messages=["msg"],
    )
    case.send_message("msg")
    case.advance(4 * DAY)
    assert case.ready == ["act"]


def test_a_kept_message_interrupts_its_activity_as_soon_as_that_is_open():
    case = sandbox(
        *(begin(), user("read"), user("write"), boundary("withdrawn", "write", message("msg")), end(), end("gone")),
        path("begin", "read", "write", "done") + path("withdrawn", "gone"),
        messages=["msg"],
    )
    case.send_message("msg")
    case.complete("read")
    assert (case.end_events, case.passed) == (["gone"], ["begin", "read", "withdrawn", "gone"])


def test_a_step_fails_as_a_whole_when_the_kept_message_that_it_meets_leads_nowhere():
    case = sandbox(
        *(begin(), user("write"), catch("answered", message("msg")), catch("later", timer("when", "timeDate")), end()),
        path("begin", "write", "answered", "later", "done"),
        messages=["msg"],
    )
    case.send_message("msg", {"answer": 7})
    with pytest.raises(ExecutionError) as caught:
        case.complete("write")
    assert caught.value.element_id == "later"
    assert (case.ready, case.kept_messages, case.variables) == (["write"], ["msg"], {})
    case.complete("write", when="2026-03-01")
    assert (case.kept_messages, case.variables["answer"], len(case.timers)) == ([], 7, 1)


def test_a_message_that_the_diagram_does_not_know_is_refused():
    case = watched()
    with pytest.raises(MessageNotExpected):
        case.send_message("msg_elsewhere")
    assert case.kept_messages == []


def test_a_message_to_a_case_that_has_ended_is_refused():
    case = watched(boundary("told", "write", message("msg")), flows=path("told", "done"), messages=["msg"])
    case.complete("write")
    with pytest.raises(MessageNotExpected):
        case.send_message("msg")


def test_a_message_that_does_not_interrupt_may_come_again():
    events = (boundary("asked", "write", message("msg"), interrupts=False), user("reply"), end("replied"))
    case = watched(*events, flows=path("asked", "reply", "replied"), messages=["msg"])
    case.send_message("msg")
    case.send_message("msg")
    assert case.ready == ["write", "reply", "reply"]


def test_a_signal_thrown_in_one_branch_is_heard_in_the_other():
    case = sandbox(
        *(begin(), node("parallelGateway", "split"), user("stop"), throw("stopped", signal("halt")), user("work")),
        *(boundary("halted", "work", signal("halt")), end(), end("aborted"), end("regular")),
        path("begin", "split", "stop", "stopped", "done") + path("split", "work", "regular"),
        path("halted", "aborted"),
        signals=["halt"],
    )
    case.complete("stop")
    assert (case.ended, sorted(case.end_events)) == (True, ["aborted", "done"])


def scope(name, kind, code, extra=""):
    """A subprocess that ends with an error or escalation after a task."""
    event = f'<bpmn:{kind}EventDefinition {kind}Ref="{code}"/>'
    inner = begin(f"{name}_in") + user(f"{name}_do") + end(f"{name}_out", event) + extra
    return node("subProcess", name, inner + path(f"{name}_in", f"{name}_do", f"{name}_out"))


def caught_by(name, on, kind, code="", interrupts=True):
    reference = f' {kind}Ref="{code}"' if code else ""
    return boundary(name, on, f"<bpmn:{kind}EventDefinition{reference}/>", interrupts=interrupts)


@pytest.mark.parametrize("kind", ["error", "escalation"])
def test_an_error_or_escalation_is_heard_by_its_own_scope_and_not_by_its_neighbour(kind):
    case = sandbox(
        *(begin(), node("parallelGateway", "split"), scope("left", kind, "bad"), scope("right", kind, "bad")),
        *(caught_by("left_caught", "left", kind, "bad"), caught_by("right_caught", "right", kind, "bad")),
        *(end(), end("left_failed"), end("right_failed")),
        path("begin", "split", "left", "done") + path("split", "right", "done"),
        path("left_caught", "left_failed") + path("right_caught", "right_failed"),
        **{f"{kind}s": ["bad"]},
    )
    case.complete("left_do")
    assert (case.ready, case.end_events) == (["right_do"], ["left_failed"])
    case.complete("right_do")
    assert (case.ended, case.end_events) == (True, ["left_failed", "right_failed"])


@pytest.mark.parametrize("kind", ["error", "escalation"])
def test_the_innermost_scope_that_knows_the_code_hears_it(kind):
    inner = scope("inner", kind, "bad") + begin("in") + user("after") + end("out") + path("in", "inner", "after", "out")
    mended = caught_by("inner_caught", "inner", kind, "bad") + user("mend") + path("inner_caught", "mend", "out")
    case = sandbox(
        *(begin(), node("subProcess", "outer", inner + mended), caught_by("outer_caught", "outer", kind, "bad")),
        *(end(), end("failed"), path("begin", "outer", "done") + path("outer_caught", "failed")),
        **{f"{kind}s": ["bad"]},
    )
    case.complete("inner_do")
    assert case.ready == ["mend"]
    case.complete("mend")
    assert case.end_events == ["done"]


def test_an_error_passes_scopes_that_know_another_code():
    inner = scope("inner", "error", "bad") + begin("in") + end("out") + path("in", "inner", "out")
    other = caught_by("inner_caught", "inner", "error", "worse") + path("inner_caught", "out")
    case = sandbox(
        *(begin(), node("subProcess", "outer", inner + other), caught_by("outer_caught", "outer", "error", "bad")),
        *(end(), end("failed"), path("begin", "outer", "done") + path("outer_caught", "failed")),
        errors=["bad", "worse"],
    )
    case.complete("inner_do")
    assert case.end_events == ["failed"]


def test_an_error_without_a_code_in_its_catch_is_any_error():
    case = sandbox(
        *(begin(), scope("work", "error", "bad"), caught_by("caught", "work", "error"), end(), end("failed")),
        path("begin", "work", "done") + path("caught", "failed"),
        errors=["bad"],
    )
    case.complete("work_do")
    assert case.end_events == ["failed"]


def test_an_escalation_that_does_not_interrupt_leaves_the_scope_open():
    raised = throw("raised", '<bpmn:escalationEventDefinition escalationRef="slow"/>')
    inner = begin("in") + user("first") + raised + user("second") + end("out")
    case = sandbox(
        begin(),
        node("subProcess", "work", inner + path("in", "first", "raised", "second", "out")),
        *(caught_by("told", "work", "escalation", "slow", interrupts=False), user("supervise"), end(), end("seen")),
        path("begin", "work", "done") + path("told", "supervise", "seen"),
        escalations=["slow"],
    )
    case.complete("first")
    assert sorted(case.ready) == ["second", "supervise"]


def raised_in_instances(kind, throwing, interrupts):
    """Three instances of a subprocess, each of which raises what is caught on the whole."""
    inner = begin("in") + user("first") + throwing + path("in", "first", "raised")
    return sandbox(
        *(begin(), node("subProcess", "work", inner + many(cardinality="3"))),
        *(caught_by("heard", "work", kind, "bad", interrupts=interrupts), user("react"), end(), end("reacted")),
        path("begin", "work", "done") + path("heard", "react", "reacted"),
        **{f"{kind}s": ["bad"]},
    )


def test_an_error_in_one_instance_takes_all_instances_back():
    failed = end("raised", '<bpmn:errorEventDefinition errorRef="bad"/>')
    case = raised_in_instances("error", failed, interrupts=True)
    case.complete("first")
    assert case.ready == ["react"]


def test_an_escalation_that_does_not_interrupt_is_heard_once_for_every_instance():
    told = throw("raised", '<bpmn:escalationEventDefinition escalationRef="bad"/>') + user("second") + end("out")
    case = raised_in_instances("escalation", told + path("raised", "second", "out"), interrupts=False)
    for _ in range(3):
        case.complete("first")
    assert sorted(case.ready) == ["react"] * 3 + ["second"] * 3


def test_an_error_that_nobody_catches_names_its_end_event_and_changes_nothing():
    case = sandbox(
        *(begin(), scope("work", "error", "bad"), end(), path("begin", "work", "done")),
        errors=["bad"],
    )
    with pytest.raises(ExecutionError) as caught:
        case.complete("work_do")
    assert caught.value.element_id == "work_out"
    assert case.ready == ["work_do"]


def test_an_error_from_outside_takes_the_failing_step_back():
    case = watched(
        *(caught_by("failed", "write", "error", "bad"), user("remedy")),
        flows=path("failed", "remedy", "done"),
        errors=["bad"],
    )
    case.throw_error("bad")
    assert case.ready == ["remedy"]


def test_an_error_from_outside_is_heard_by_the_innermost_scope_that_knows_it():
    inner = scope("inner", "error", "bad") + begin("in") + end("out") + path("in", "inner", "out")
    mended = caught_by("inner_caught", "inner", "error", "bad") + user("mend") + path("inner_caught", "mend", "out")
    case = sandbox(
        *(begin(), node("subProcess", "outer", inner + mended), caught_by("outer_caught", "outer", "error")),
        *(end(), end("failed"), path("begin", "outer", "done") + path("outer_caught", "failed")),
        errors=["bad", "worse"],
    )
    case.throw_error("bad")
    assert case.ready == ["mend"]
    case.throw_error("worse")
    assert (case.ended, case.end_events) == (True, ["failed"])


def test_an_error_from_outside_that_nobody_catches_changes_nothing():
    case = watched(boundary("late", "write", timer("P5D")), flows=path("late", "done"))
    with pytest.raises(ErrorNotCaught):
        case.throw_error("bad")
    assert (case.ready, case.timers) == (["write"], [("late", after(5))])


def test_a_signal_from_outside_is_heard_by_everybody_who_waits_for_it():
    case = sandbox(
        *(begin(), node("parallelGateway", "split"), user("a"), user("b"), catch("c", signal("halt")), end()),
        *(boundary("a_halted", "a", signal("halt")), boundary("b_halted", "b", signal("halt"), interrupts=False)),
        *(end("a_end"), end("b_end"), path("begin", "split", "a", "done") + path("split", "b", "done")),
        path("split", "c", "done") + path("a_halted", "a_end") + path("b_halted", "b_end"),
        signals=["halt"],
    )
    case.send_signal("halt")
    assert (case.ready, sorted(case.end_events)) == (["b"], ["a_end", "b_end", "done"])


def test_a_signal_that_nobody_hears_is_gone():
    case = sandbox(
        *(begin(), user("write"), catch("heard", signal("go")), end()),
        path("begin", "write", "heard", "done"),
        signals=["go"],
    )
    case.send_signal("go")
    case.complete("write")
    assert (case.ended, case.kept_messages) == (False, [])
    case.send_signal("go")
    assert case.ended


def test_a_terminate_event_ends_everything_beside_it():
    case = sandbox(
        *(begin(), node("parallelGateway", "split"), user("stop"), user("work"), catch("pause", timer("P1D"))),
        *(end("stopped", "<bpmn:terminateEventDefinition/>"), end(), end("rested")),
        path("begin", "split", "stop", "stopped") + path("split", "work", "done") + path("split", "pause", "rested"),
    )
    case.complete("stop")
    assert (case.ended, case.end_events, case.ready, case.timers) == (True, ["stopped"], [], [])
