"""What begins by an event: event subprocesses and processes without a plain start; and conditions, links, messages."""

from datetime import timedelta

import pytest

from engine.runtime import MessageNotExpected
from tests.unit.runtime.runtime_diagrams import (
    begin,
    boundary,
    catch,
    end,
    flow,
    many,
    message,
    node,
    path,
    script,
    signal,
    throw,
    timer,
    user,
)
from tests.unit.simulation.diagrams import DAY, after, sandbox

ANY_ERROR = '<bpmn:errorEventDefinition errorRef="bad"/>'


def condition(feel):
    return f"<bpmn:conditionalEventDefinition><bpmn:condition>{feel}</bpmn:condition></bpmn:conditionalEventDefinition>"


def aside(event, *, interrupts=True, name="aside", task="react"):
    """An event subprocess with one task."""
    start = node("startEvent", f"{name}_start", event, isInterrupting="true" if interrupts else "false")
    inner = start + user(task) + end(f"{name}_end") + path(f"{name}_start", task, f"{name}_end")
    return node("subProcess", name, inner, triggeredByEvent="true")


def beside_a_task(*asides, **declared):
    return sandbox(begin(), user("write"), end(), path("begin", "write", "done"), *asides, **declared)


EVENTS = [
    (message("msg"), lambda case: case.send_message("msg", {"seen": 1})),
    (signal("halt"), lambda case: case.send_signal("halt")),
    (timer("P2D"), lambda case: case.advance(2 * DAY)),
]
DECLARED = {"messages": ["msg"], "signals": ["halt"], "errors": ["bad"], "escalations": ["bad_escalation"]}


@pytest.mark.parametrize(("event", "happen"), EVENTS, ids=["message", "signal", "timer"])
def test_an_event_subprocess_that_interrupts_takes_the_place_of_everything_on_its_level(event, happen):
    case = beside_a_task(aside(event), **DECLARED)
    assert case.ready == ["write"]
    happen(case)
    assert case.ready == ["react"]
    case.complete("react")
    assert (case.ended, case.timers) == (True, [])
    assert "done" not in case.end_events


@pytest.mark.parametrize(("event", "happen"), EVENTS, ids=["message", "signal", "timer"])
def test_an_event_subprocess_that_does_not_interrupt_runs_beside_its_level(event, happen):
    case = beside_a_task(aside(event, interrupts=False), **DECLARED)
    happen(case)
    assert case.ready == ["write", "react"]
    case.complete("write")
    assert (case.ready, case.ended) == (["react"], False)
    case.complete("react")
    assert case.ended


@pytest.mark.parametrize(("event", "happen"), EVENTS[:2], ids=["message", "signal"])
def test_an_event_subprocess_that_does_not_interrupt_may_begin_again(event, happen):
    case = beside_a_task(aside(event, interrupts=False), **DECLARED)
    happen(case)
    happen(case)
    assert case.ready == ["write", "react", "react"]


def test_an_event_subprocess_that_was_never_needed_does_not_keep_the_case_open():
    case = beside_a_task(aside(timer("P2D")), aside(message("msg"), name="other", task="reply"), **DECLARED)
    case.complete("write")
    assert (case.ended, case.timers, case.tokens) == (True, [], ())


def test_an_event_subprocess_does_not_stay_behind_in_the_next_case_of_its_diagram():
    for _ in range(2):
        case = beside_a_task(aside(message("msg")), **DECLARED)
        case.send_message("msg")
        case.complete("react")
        assert case.ended


def test_a_repeating_event_subprocess_begins_at_each_of_its_instants():
    case = beside_a_task(aside(timer("R3/P2D", "timeCycle"), interrupts=False))
    case.advance(30 * DAY)
    assert case.ready == ["write"] + ["react"] * 3


def inside(*asides, ending=("out", "")):
    """A subprocess with a task and event subprocesses of its own, and a task after it."""
    inner = begin("in") + user("work") + end(*ending) + path("in", "work", ending[0]) + "".join(asides)
    return sandbox(
        *(begin(), node("subProcess", "block", inner), user("after"), end(), path("begin", "block", "after", "done")),
        messages=["msg"],
        errors=["bad"],
        escalations=["slow"],
    )


def test_an_event_subprocess_waits_only_while_its_level_is_open():
    case = inside(aside(message("msg")))
    case.complete("work")
    case.complete("after")
    assert case.ended


def test_the_outer_flow_goes_on_when_the_event_subprocess_of_an_inner_level_is_done():
    case = inside(aside(message("msg")))
    case.send_message("msg")
    assert case.ready == ["react"]
    case.complete("react")
    assert case.ready == ["after"]


def test_an_error_is_mended_by_the_event_subprocess_of_its_level():
    case = inside(aside(ANY_ERROR), ending=("out", ANY_ERROR))
    case.complete("work")
    assert case.ready == ["react"]
    case.complete("react")
    assert case.ready == ["after"]


def test_an_error_from_outside_is_mended_by_the_event_subprocess_of_the_open_level():
    case = inside(aside(ANY_ERROR))
    case.throw_error("bad")
    assert case.ready == ["react"]


def test_an_escalation_begins_an_event_subprocess_and_leaves_the_level_open():
    raised = '<bpmn:escalationEventDefinition escalationRef="slow"/>'
    inner = (
        *(begin("in"), user("work"), throw("told", raised), user("more"), end("out")),
        path("in", "work", "told", "more", "out") + aside(raised, interrupts=False),
    )
    case = sandbox(
        *(begin(), node("subProcess", "block", "".join(inner)), end(), path("begin", "block", "done")),
        escalations=["slow"],
    )
    case.complete("work")
    assert sorted(case.ready) == ["more", "react"]


def test_an_event_subprocess_in_each_instance_interrupts_its_own_instance():
    inner = begin("in") + user("work") + end("out") + path("in", "work", "out") + aside(timer("limit"))
    case = sandbox(
        *(begin(), node("subProcess", "block", inner + many("limits", "limit")), user("after"), end()),
        path("begin", "block", "after", "done"),
        variables={"limits": ["P1D", "P3D"]},
    )
    assert [due_at for _, due_at in case.timers] == [after(1), after(3)]
    case.advance(2 * DAY)
    assert sorted(case.ready) == ["react", "work"]
    case.complete("work")
    case.complete("react")
    assert case.ready == ["after"]


def test_an_event_subprocess_in_a_correction_loop_is_armed_anew_in_every_round():
    inner = begin("in") + user("work") + end("out") + path("in", "work", "out") + aside(timer("P1D"))
    case = sandbox(
        *(begin(), node("exclusiveGateway", "again"), node("subProcess", "block", inner), user("check"), end()),
        node("exclusiveGateway", "is_good", default="is_good__yes"),
        path("begin", "again", "block", "check", "is_good") + flow("is_good", "again", when="good = false"),
        flow("is_good", "done", name="is_good__yes"),
    )
    for _ in range(5):
        case.advance(DAY)
        case.complete("react")
        case.complete("check", good=False)
    assert (case.ready, len(case.timers)) == (["work"], 1)


def started_by(*starts, flows, **declared):
    """A process that only events begin."""
    return sandbox(*starts, user("work"), end(), flows, path("work", "done"), **declared)


def test_a_process_without_a_plain_start_waits_for_its_message():
    start = node("startEvent", "asked", message("msg"))
    case = started_by(start, flows=path("asked", "work"), messages=["msg"])
    assert (case.ready, case.ended) == ([], False)
    case.send_message("msg", {"subject": "x"})
    assert (case.ready, case.variables) == (["work"], {"subject": "x"})
    case.complete("work")
    assert case.passed == ["asked", "work", "done"]


def test_a_process_without_a_plain_start_waits_for_its_time():
    case = started_by(node("startEvent", "opens", timer("2026-02-10", "timeDate")), flows=path("opens", "work"))
    assert case.timers[0][1].isoformat() == "2026-02-10T00:00:00+08:00"
    case.advance(30 * DAY)
    assert case.ready == ["work"]


def test_of_several_start_events_the_first_that_fires_begins_the_only_case():
    starts = node("startEvent", "asked", message("msg")) + node("startEvent", "opens", timer("P5D"))
    joined = node("exclusiveGateway", "merge") + path("asked", "merge", "work") + path("opens", "merge")
    case = started_by(starts, flows=joined, messages=["msg"])
    case.send_message("msg")
    assert (case.ready, case.timers) == (["work"], [])
    case.advance(9 * DAY)
    assert case.ready == ["work"]


def test_a_condition_that_becomes_true_sets_its_step_free():
    case = sandbox(
        *(begin(), node("parallelGateway", "split"), user("pay"), catch("paid", condition("amount &gt;= 100")), end()),
        *(user("deliver"), end("other"), path("begin", "split", "pay", "done") + path("split", "paid", "deliver")),
        path("deliver", "other"),
        variables={"amount": 0},
    )
    assert case.ready == ["pay"]
    case.complete("pay", amount=100)
    assert case.ready == ["deliver"]


def test_a_condition_on_a_task_interrupts_it():
    case = sandbox(
        *(begin(), node("parallelGateway", "split"), user("judge"), user("write"), end(), end("stopped")),
        boundary("refused", "write", condition('verdict = "no"')),
        path("begin", "split", "judge", "done") + path("split", "write", "done") + path("refused", "stopped"),
    )
    case.complete("judge", verdict="no")
    assert (case.ended, sorted(case.end_events)) == (True, ["done", "stopped"])


def test_a_link_goes_on_at_its_other_end():
    link = '<bpmn:linkEventDefinition name="A"/>'
    case = sandbox(
        *(begin(), user("write"), throw("out", link), catch("in", link), user("read"), end()),
        path("begin", "write", "out") + path("in", "read", "done"),
    )
    case.complete("write")
    assert case.ready == ["read"]


def test_a_message_thrown_in_one_branch_before_the_other_waits_is_kept():
    case = sandbox(
        *(begin(), node("parallelGateway", "split"), user("send"), throw("sent", message("msg")), user("prepare")),
        *(catch("received", message("msg")), user("read"), end()),
        path("begin", "split", "send", "sent", "done") + path("split", "prepare", "received", "read", "done"),
        messages=["msg"],
    )
    case.complete("send")
    assert (case.ready, case.kept_messages) == (["prepare"], ["msg"])
    case.complete("prepare")
    assert (case.ready, case.kept_messages) == (["read"], [])


def test_a_message_that_only_begins_processes_is_not_kept_by_a_case_that_has_begun():
    start = node("startEvent", "asked", message("msg"))
    case = started_by(start, flows=path("asked", "work"), messages=["msg"])
    case.send_message("msg")
    case.complete("work")
    with pytest.raises(MessageNotExpected):
        case.send_message("msg")


def test_a_cancelled_transaction_goes_on_at_its_cancel_event():
    cancel = "<bpmn:cancelEventDefinition/>"
    inner = (
        *(begin("in"), user("pay"), node("exclusiveGateway", "which", default="which__yes"), end("out")),
        *(end("given_up", cancel), path("in", "pay", "which") + flow("which", "out", name="which__yes")),
        flow("which", "given_up", when="refused = true"),
    )
    case = sandbox(
        *(begin(), node("transaction", "deal", "".join(inner)), boundary("cancelled", "deal", cancel), user("refund")),
        *(end(), path("begin", "deal", "done") + path("cancelled", "refund", "done")),
    )
    case.complete("pay", refused=True)
    assert case.ready == ["refund"]


def test_a_timer_behind_an_event_subprocess_counts_from_when_it_began():
    start = node("startEvent", "aside_start", message("msg"), isInterrupting="false")
    rest = catch("pause", timer("P2D")) + script("mark", "marked = string(now)") + end("aside_end")
    inner = start + rest + path("aside_start", "pause", "mark", "aside_end")
    case = beside_a_task(node("subProcess", "aside", inner, triggeredByEvent="true"), messages=["msg"])
    case.advance(timedelta(days=3))
    case.send_message("msg")
    case.advance(9 * DAY)
    assert case.variables["marked"].startswith("2026-02-05T10:00")


def test_a_task_with_several_flows_starts_them_all_and_conditions_choose():
    case = sandbox(
        *(begin(), user("write"), user("a"), user("b"), user("c"), end()),
        path("begin", "write", "a", "done") + flow("write", "b", when="x = 1") + flow("write", "c", when="x = 2"),
        path("b", "done") + path("c", "done"),
    )
    case.complete("write", x=2)
    assert case.ready == ["a", "c"]
