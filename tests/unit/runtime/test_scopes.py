"""Subprocesses, called processes, and the events that cross their borders."""

import pytest

from engine.errors import DefinitionRefused, ExecutionError
from engine.runtime import MessageNotExpected
from tests.unit.runtime.runtime_diagrams import (
    Case,
    begin,
    boundary,
    catch,
    end,
    escalation,
    flow,
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
    xml,
)

ERROR = '<bpmn:errorEventDefinition errorRef="{}"/>'
TERMINATE = "<bpmn:terminateEventDefinition/>"


def inside(*body):
    return node("subProcess", "work", "".join(body))


def around(subprocess, *more, **options):
    return read(begin(), subprocess, user("after"), end(), path("begin", "work", "after", "done"), *more, **options)


def test_a_subprocess_opens_its_tasks_and_goes_on_after_its_end():
    case = Case(around(inside(begin("in"), user("step"), end("out"), path("in", "step", "out"))))
    assert case.open == ["step"]
    assert case.waiting == ["work", "step"]
    case.do("step", result=1)
    assert case.open == ["after"]
    assert case.variables == {"result": 1}


def test_only_end_events_of_the_main_process_are_endings():
    case = Case(around(inside(begin("in"), user("step"), end("out"), path("in", "step", "out"))))
    assert case.do("step").do("after").ends == ["done"]


def test_a_boundary_timer_on_a_subprocess_closes_everything_inside():
    case = Case(
        around(
            inside(begin("in"), user("step"), boundary("soon", "step", timer("P1D")), end("out"), end("gone"),
                   path("in", "step", "out"), path("soon", "gone")),
            boundary("late", "work", timer("P2D")),
            end("expired"),
            path("late", "expired"),
        )
    )  # fmt: skip
    step, soon = case.token("step"), case.token("soon")
    case.fire("late")
    assert case.last.closed == (step,)
    assert case.last.disarmed == (soon,)
    assert [passed.element_id for passed in case.last.passed if passed.kind == "cancelled"] == ["step", "work"]
    assert case.ends == ["expired"]


def test_a_terminate_event_ends_only_its_own_level():
    body = (
        begin("in"), node("parallelGateway", "both"), user("one"), user("two"), end("stop", TERMINATE), end("out"),
        path("in", "both", "one", "stop"), path("both", "two", "out"),
    )  # fmt: skip
    case = Case(around(inside(*body)))
    two = case.token("two")
    case.do("one")
    assert case.last.closed == (two,)
    assert case.open == ["after"]


def test_a_terminate_event_of_the_main_process_ends_the_case():
    definition = read(
        begin(), node("parallelGateway", "both"), user("one"), user("two"), boundary("late", "two", timer("P1D")),
        end("stop", TERMINATE), end(), end("expired"),
        path("begin", "both", "one", "stop"), path("both", "two", "done"), path("late", "expired"),
    )  # fmt: skip
    case = Case(definition).do("one")
    assert case.last.is_ended
    assert case.ends == ["stop"]
    assert case.waiting == []
    assert len(case.last.closed) == 1
    assert len(case.last.disarmed) == 1


def test_a_called_process_of_another_file_shares_the_variables():
    called = {
        "called/check.bpmn": xml(begin("in"), user("look"), end("out"), path("in", "look", "out"), process="check")
    }
    body = (node("callActivity", "work", calledElement="check"), user("after"), end(), begin())
    case = Case(read(*body, path("begin", "work", "after", "done"), called=called), x=1)
    assert case.open == ["look"]
    assert case.do("look", y=2).open == ["after"]
    assert case.variables == {"x": 1, "y": 2}


def failing(code="err_a", catches="err_a"):
    failed = end("failed", ERROR.format(code))
    return around(
        inside(begin("in"), user("step"), failed, path("in", "step", "failed")),
        boundary("caught", "work", ERROR.format(catches)),
        user("repair"),
        end("repaired"),
        path("caught", "repair", "repaired"),
        errors=["err_a", "err_b"],
    )


def test_an_error_is_caught_by_the_boundary_event_of_its_subprocess():
    assert Case(failing()).do("step").open == ["repair"]


def test_an_error_of_another_code_is_not_caught_and_names_where_it_happened():
    case = Case(failing("err_b"))
    with pytest.raises(ExecutionError) as caught:
        case.do("step")
    assert caught.value.element_id == "failed"


def coded(variable, thrown, caught, **declared):
    """A subprocess that throws at its end; the boundary event keeps the code in a variable."""
    inner = begin("in") + user("step") + end("failed", thrown) + path("in", "step", "failed")
    caught = caught.replace("/>", f' camunda:{variable}="code"/>')
    return read(
        begin(), node("subProcess", "part", inner), boundary("caught", "part", caught), user("repair"), end(),
        path("begin", "part", "done"), path("caught", "repair", "done"), **declared,
    )  # fmt: skip


def test_the_code_of_a_caught_error_or_escalation_may_become_a_variable():
    failing_ = coded("errorCodeVariable", ERROR.format("err_a"), "<bpmn:errorEventDefinition/>", errors=["err_a"])
    assert Case(failing_).do("step").variables == {"code": "err_a"}
    late = coded("escalationCodeVariable", escalation("late"), escalation("late"), escalations=["late"])
    assert Case(late).do("step").variables == {"code": "late"}


def test_the_code_of_an_error_from_outside_becomes_the_variable_as_well():
    failing_ = coded("errorCodeVariable", ERROR.format("err_a"), "<bpmn:errorEventDefinition/>", errors=["err_a"])
    case = Case(failing_).fail("err_z")
    assert (case.open, case.variables) == (["repair"], {"code": "err_z"})


def test_a_code_cannot_take_the_place_of_what_the_engine_gives():
    content = "<bpmn:errorEventDefinition camunda:errorCodeVariable='now'/>"
    with pytest.raises(DefinitionRefused) as caught:
        read(begin(), user("step"), boundary("caught", "step", content), end(), path("begin", "step", "done"),
             path("caught", "done"))  # fmt: skip
    assert [problem.element for problem in caught.value.problems] == ["caught"]


def test_an_error_is_caught_by_the_innermost_subprocess_and_not_by_its_neighbour():
    def part(name):
        body = [begin(f"{name}_in"), user(f"{name}_step"), end(f"{name}_failed", ERROR.format("err_a"))]
        inner = "".join(body) + path(f"{name}_in", f"{name}_step", f"{name}_failed")
        caught = boundary(f"{name}_caught", name, ERROR.format("err_a"))
        return node("subProcess", name, inner) + caught + user(f"{name}_repair")

    definition = read(
        begin(), node("parallelGateway", "both"), part("left"), part("right"), end(),
        path("begin", "both", "left", "done"), path("both", "right", "done"),
        path("left_caught", "left_repair", "done"), path("right_caught", "right_repair", "done"),
        errors=["err_a"],
    )  # fmt: skip
    case = Case(definition).do("left_step")
    assert sorted(case.open) == ["left_repair", "right_step"]


def test_a_signal_is_heard_by_everybody_in_the_case_who_waits_for_it():
    definition = read(
        begin(), node("parallelGateway", "split"), user("decide"), throw("announce", signal("decided")),
        user("prepare"), boundary("stopped", "prepare", signal("decided")),
        catch("heard", signal("decided")), user("react"), end(), end("cancelled"),
        path("begin", "split", "decide", "announce", "done"), path("split", "prepare", "done"),
        path("stopped", "cancelled"), path("split", "heard", "react", "done"),
        signals=["decided"],
    )  # fmt: skip
    case = Case(definition)
    prepare = case.token("prepare")
    case.do("decide")
    assert case.last.closed == (prepare,)
    assert case.open == ["react"]


def test_a_signal_end_event_is_heard():
    definition = read(
        begin(), node("parallelGateway", "split"), user("decide"), end("announced", signal("decided")),
        catch("heard", signal("decided")), user("react"), end(),
        path("begin", "split", "decide", "announced"), path("split", "heard", "react", "done"),
        signals=["decided"],
    )  # fmt: skip
    assert Case(definition).do("decide").open == ["react"]


def test_a_receive_task_waits_for_its_message():
    receive = node("receiveTask", "wait", messageRef="msg_reply")
    case = Case(read(begin(), receive, end(), path("begin", "wait", "done"), messages=["msg_reply"]))
    assert [token.kind for token in case.last.tokens] == ["message"]
    assert case.send("msg_reply", answer=42).last.is_ended
    assert case.variables == {"answer": 42}


def test_a_non_interrupting_message_may_arrive_again_and_its_branches_outlive_the_task():
    definition = read(
        begin(), user("write"), boundary("asked", "write", message("msg_ask"), interrupts=False), user("explain"),
        end(), end("explained"), path("begin", "write", "done"), path("asked", "explain", "explained"),
        messages=["msg_ask"],
    )  # fmt: skip
    case = Case(definition).send("msg_ask").send("msg_ask").do("write")
    assert case.open == ["explain", "explain"]
    with pytest.raises(MessageNotExpected):
        case.send("msg_ask")
    assert case.do("explain").do("explain").last.is_ended


def test_a_script_sets_variables_line_by_line():
    definition = read(
        begin(),
        script("compute", 'total = a + b\n\n// a remark\nsentence = "合计" + string(total)'),
        user("look"),
        end(),
        path("begin", "compute", "look", "done"),
    )
    assert Case(definition, a=1, b=2).variables == {"a": 1, "b": 2, "total": 3, "sentence": "合计3"}


def test_a_script_with_a_result_variable_is_one_expression():
    feel = "<bpmn:script>if a = 1\nthen b + 1\nelse null</bpmn:script>"
    step = node("scriptTask", "compute", feel, scriptFormat="feel", camunda_resultVariable="总数")
    definition = read(begin(), step, user("look"), end(), path("begin", "compute", "look", "done"))
    assert Case(definition, a=1, b=2).variables == {"a": 1, "b": 2, "总数": 3}


def test_a_function_of_the_author_s_own_may_call_itself():
    feel = "total = {up: function(n) if n < 1 then 0 else n + up(n - 1), all: up(4)}.all"
    definition = read(begin(), script("add", feel), user("look"), end(), path("begin", "add", "look", "done"))
    assert Case(definition).variables == {"total": 10}


def test_facts_win_over_variables_of_the_same_name():
    definition = read(
        begin(), node("exclusiveGateway", "which", default="which__b"), end("a"), end("b"), path("begin", "which"),
        flow("which", "a", when="applicant.kind = 1"), flow("which", "b", name="which__b"),
    )  # fmt: skip
    assert Case(definition, facts={"applicant": {"kind": 1}}, applicant={"kind": 2}).ends == ["a"]


def test_an_automatic_loop_through_a_subprocess_is_stopped_by_the_budget():
    counting = inside(begin("in"), script("count", "n = n + 1"), end("out"), path("in", "count", "out"))
    definition = read(
        begin(),
        node("exclusiveGateway", "meet"),
        counting,
        node("exclusiveGateway", "more", default="more__no"),
        end(),
        path("begin", "meet", "work", "more"),
        flow("more", "meet", when="true"),
        flow("more", "done", name="more__no"),
    )
    with pytest.raises(ExecutionError, match="循环"):
        Case(definition, n=0)


def test_an_escalation_opens_a_branch_and_leaves_the_subprocess_running():
    escalation = '<bpmn:escalationEventDefinition escalationRef="esc_delay"/>'
    definition = around(
        inside(
            begin("in"), user("step"), throw("escalate", escalation), user("finish"), end("out"),
            path("in", "step", "escalate", "finish", "out"),
        ),
        boundary("escalated", "work", escalation, interrupts=False), user("supervise"), end("supervised"),
        path("escalated", "supervise", "supervised"), escalations=["esc_delay"],
    )  # fmt: skip
    assert sorted(Case(definition).do("step").open) == ["finish", "supervise"]


def test_an_escalation_nobody_hears_is_passed():
    escalation = '<bpmn:escalationEventDefinition escalationRef="esc_delay"/>'
    body = (begin("in"), throw("escalate", escalation), user("finish"), end("out"))
    definition = around(inside(*body, path("in", "escalate", "finish", "out")), escalations=["esc_delay"])
    assert Case(definition).open == ["finish"]


def test_an_error_in_one_instance_interrupts_the_whole_repeated_subprocess():
    body = (begin("in"), user("step"), end("failed", ERROR.format("err_a")), path("in", "step", "failed"))
    definition = around(
        inside(*body, many(cardinality="3")),
        boundary("caught", "work", ERROR.format("err_a")), user("repair"), path("caught", "repair", "done"),
        errors=["err_a"],
    )  # fmt: skip
    case = Case(definition).do("step")
    assert case.open == ["repair"]
    assert len(case.last.closed) == 2


def test_subprocesses_inside_subprocesses_are_reloaded_and_closed_together():
    innermost = begin("in_2") + user("deep") + end("out_2") + path("in_2", "deep", "out_2")
    inner = begin("in_1") + node("subProcess", "middle", innermost) + end("out_1") + path("in_1", "middle", "out_1")
    definition = around(node("subProcess", "work", inner), boundary("late", "work", timer("P1D")), path("late", "done"))
    case = Case(definition)
    assert case.waiting == ["work", "middle", "deep", "late"]
    assert Case(definition).do("deep").open == ["after"]
    assert case.fire("late").last.is_ended
