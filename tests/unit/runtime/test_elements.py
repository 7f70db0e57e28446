"""Starts with a trigger, links, conditions, splits without a gateway, cycles, transactions and mappings of calls."""

from datetime import timedelta

import pytest

from engine.errors import DefinitionRefused, ExecutionError
from engine.runtime import Context, MessageNotExpected, start
from tests.unit.runtime.runtime_diagrams import (
    MORNING,
    Case,
    begin,
    boundary,
    catch,
    conditional,
    end,
    flow,
    link,
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


def starts(*events, plain=True):
    """A task per start event; `events` wait, `begin` is plain."""
    body = [begin(), user("by_hand"), path("begin", "by_hand", "done")] if plain else []
    for number, event in enumerate(events):
        body += [node("startEvent", f"start_{number}", event), user(f"task_{number}")]
        body += [path(f"start_{number}", f"task_{number}", "done")]
    return read(*body, end(), messages=["msg_a", "msg_b"], signals=["sig"])


def test_a_case_begins_at_the_plain_start_event_beside_others():
    assert Case(starts(message("msg_a"))).waiting == ["by_hand"]


def test_a_case_can_be_begun_by_a_message_instead():
    definition = starts(message("msg_a"), message("msg_b"))
    context = Context(definition=definition, variables={}, facts={"now": MORNING})
    progress = start(context, message="msg_b", payload={"answer": 42})
    assert [token.element_id for token in progress.tokens] == ["task_1"]
    assert progress.variables == {"answer": 42}
    with pytest.raises(MessageNotExpected):
        start(context, message="msg_unknown")


def test_without_a_plain_start_the_first_trigger_begins_the_case():
    case = Case(starts(message("msg_a"), timer("P3D"), signal("sig"), plain=False))
    assert [token.kind for token in case.last.tokens] == ["message", "timer", "signal"]
    timer_token = case.token("start_1")
    case.send("msg_a")
    assert case.waiting == ["task_0"]
    assert case.last.disarmed == (timer_token,)


def test_a_timer_start_fires_at_its_instant():
    case = Case(starts(timer("R/P3D", "timeCycle"), plain=False))
    assert case.due() == {"start_0": MORNING + timedelta(days=3)}
    assert case.fire("start_0").waiting == ["task_0"]
    assert case.due() == {}


def test_event_subprocesses_wait_only_after_a_trigger_began_the_case():
    start_inside = node("startEvent", "asked", timer("P9D"))
    inner = node("subProcess", "help", start_inside + end("out") + path("asked", "out"), triggeredByEvent="true")
    definition = read(node("startEvent", "begin", message("msg_a")), user("step"), end(), path("begin", "step", "done"),
                      inner, messages=["msg_a"])  # fmt: skip
    case = Case(definition)
    assert case.waiting == ["begin"]
    assert sorted(case.send("msg_a").waiting) == ["asked", "step"]


def test_a_link_goes_on_at_its_other_end_on_every_round():
    definition = read(
        begin(), catch("land", link("correct")), user("write"), node("exclusiveGateway", "is_good",
        default="is_good__yes"),
        throw("leap", link("correct")), end(), path("begin", "first", "write"), user("first"), path("land", "write"),
        path("write", "is_good"), flow("is_good", "leap", when="again"), flow("is_good", "done", name="is_good__yes"),
    )  # fmt: skip
    case = Case(definition).do("first").do("write", again=True).do("write", again=True)
    assert case.open == ["write"]
    assert [passed.element_id for passed in case.last.passed] == ["write", "is_good", "leap", "land"]
    assert case.do("write", again=False).last.is_ended


def test_two_links_lead_to_one_end():
    definition = read(
        begin(), node("parallelGateway", "split"), user("a"), user("b"), throw("from_a", link("x")),
        throw("from_b", link("x")), catch("to", link("x")), user("after"), end(),
        path("begin", "split", "a", "from_a"), path("split", "b", "from_b"), path("to", "after", "done"),
    )  # fmt: skip
    assert Case(definition).do("a").do("b").open == ["after", "after"]


def test_an_intermediate_condition_waits_until_it_becomes_true():
    definition = read(
        begin(), node("parallelGateway", "split"), user("pay"), catch("paid", conditional("amount >= 100")),
        user("ship"),
        end(), path("begin", "split", "pay", "done"), path("split", "paid", "ship", "done"),
    )  # fmt: skip
    case = Case(definition)
    assert [token.kind for token in case.last.tokens if token.element_id == "paid"] == ["conditional"]
    assert case.do("pay", amount=100).open == ["ship"]


def test_a_condition_that_already_holds_does_not_wait():
    definition = read(begin(), catch("paid", conditional("amount >= 100")), user("ship"), end(),
                      path("begin", "paid", "ship", "done"))  # fmt: skip
    assert Case(definition, amount=100).open == ["ship"]


def test_a_condition_that_does_not_interrupt_fires_each_time_it_becomes_true():
    definition = read(
        begin(), user("write", many("days", "day", is_sequential=True)),
        boundary("large", "write", conditional("amount > 10"), interrupts=False), user("check"), end(), end("checked"),
        script("keep", "amount = 0"), path("begin", "write", "done"), path("large", "check", "keep", "checked"),
    )  # fmt: skip
    case = Case(definition, days=[1, 2, 3, 4], amount=0)
    case.do("write", amount=11).do("write", amount=12)
    assert sorted(case.open) == ["check", "write"]
    case.do("check").do("write", amount=13)
    assert sorted(case.open) == ["check", "write"]


def test_an_interrupting_condition_takes_its_activity_back():
    definition = read(
        begin(), node("parallelGateway", "split"), user("pay"), user("wait"), boundary("paid", "wait",
        conditional("ok")),
        user("ship"), end(), path("begin", "split", "pay", "done"), path("split", "wait", "done"),
        path("paid", "ship", "done"),
    )  # fmt: skip
    assert Case(definition).do("pay", ok=True).open == ["ship"]


def test_a_condition_is_a_choice_behind_an_event_gateway():
    definition = read(
        begin(), node("parallelGateway", "split"), user("pay"), node("eventBasedGateway", "which"),
        catch("paid", conditional("ok")), catch("late", timer("P1D")), user("ship"), end(),
        path("begin", "split", "pay", "done"), path("split", "which", "paid", "ship", "done"),
        path("which", "late", "done"),
    )  # fmt: skip
    case = Case(definition).do("pay", ok=True)
    assert case.open == ["ship"]
    assert case.due() == {}


def test_several_flows_out_of_a_task_are_all_taken():
    definition = read(begin(), user("step"), user("a"), user("b"), end(), path("begin", "step", "a", "done"),
                      path("step", "b", "done"))  # fmt: skip
    assert sorted(Case(definition).do("step").open) == ["a", "b"]


def choosing(default=""):
    step = user("step", default=default) if default else user("step")
    return read(begin(), step, user("always"), user("large"), user("other"), end(), path("begin", "step", "always",
                "done"),
                flow("step", "large", when="amount > 10"), path("large", "done"),
                flow("step", "other", when="" if default else "amount < 5"), path("other", "done"))  # fmt: skip


@pytest.mark.parametrize(("amount", "opens"), [(11, ["always", "large"]), (7, ["always"]), (1, ["always", "other"])])
def test_flows_with_a_condition_out_of_a_task_are_taken_when_it_holds(amount, opens):
    assert sorted(Case(choosing()).do("step", amount=amount).open) == opens


@pytest.mark.parametrize(("amount", "opens"), [(11, ["always", "large"]), (7, ["always", "other"])])
def test_the_default_flow_of_a_task_is_taken_when_no_condition_holds(amount, opens):
    assert sorted(Case(choosing("step__other")).do("step", amount=amount).open) == opens


def test_a_task_without_a_flow_to_take_names_itself():
    definition = read(begin(), user("step"), user("a"), user("b"), end(), path("begin", "step"), path("a", "done"),
                      path("b", "done"), flow("step", "a", when="x = 1"), flow("step", "b", when="x = 2"))  # fmt: skip
    with pytest.raises(ExecutionError) as caught:
        Case(definition).do("step", x=3)
    assert caught.value.element_id == "step"


def test_a_split_behind_a_repeated_task_with_a_boundary_event_happens_once():
    definition = read(
        begin(), user("vote", many(cardinality="2")), boundary("late", "vote", timer("P1D")), user("a"), user("b"),
        node("parallelGateway", "join"), end(), path("begin", "vote", "a", "join", "done"), path("vote", "b", "join"),
        path("late", "done"),
    )  # fmt: skip
    case = Case(definition).do("vote").do("vote")
    assert sorted(case.open) == ["a", "b"]
    assert case.do("a").do("b").last.is_ended


def test_a_start_event_with_several_flows_takes_all_of_them():
    definition = read(begin(), user("a"), user("b"), end(), path("begin", "a", "done"), path("begin", "b", "done"))
    assert sorted(Case(definition).open) == ["a", "b"]


def test_an_intermediate_cycle_fires_at_its_first_occurrence():
    definition = read(begin(), catch("wait", timer("R5/P2D", "timeCycle")), user("after"), end(),
                      path("begin", "wait", "after", "done"))  # fmt: skip
    case = Case(definition)
    assert case.due() == {"wait": MORNING + timedelta(days=2)}
    assert case.fire("wait").open == ["after"]
    assert case.due() == {}


def test_an_interrupting_cycle_takes_its_activity_back_at_its_first_occurrence():
    definition = read(begin(), user("step"), boundary("late", "step", timer("R5/P2D", "timeCycle")), user("after"),
                      end(),
                      path("begin", "step", "done"), path("late", "after", "done"))  # fmt: skip
    case = Case(definition).fire("late")
    assert case.open == ["after"]
    assert case.due() == {}


CANCEL = "<bpmn:cancelEventDefinition/>"


def transaction():
    inner = (
        begin("in") + node("parallelGateway", "both") + user("book") + user("pay") + node("exclusiveGateway", "ok",
        default="ok__y")
        + end("out") + end("gone") + end("revoked", CANCEL) + path("in", "both", "book", "out") + path("both",
        "pay", "ok")
        + flow("ok", "revoked", when="failed") + flow("ok", "gone", name="ok__y")
    )  # fmt: skip
    return read(begin(), node("transaction", "trade", inner), boundary("cancelled", "trade", CANCEL), user("repair"),
                user("after"), end(), path("begin", "trade", "after", "done"), path("cancelled", "repair",
                "done"))  # fmt: skip


def test_a_transaction_that_succeeds_goes_on():
    assert Case(transaction()).do("pay", failed=False).do("book").open == ["after"]


def test_a_cancelled_transaction_takes_everything_inside_back():
    case = Case(transaction())
    book = case.token("book")
    case.do("pay", failed=True)
    assert case.open == ["repair"]
    assert case.last.closed == (book,)


def called(extensions="", declared="", **attributes):
    inner = f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>" if extensions else ""
    check = xml(declared, begin("in"), script("twice", "result = x * 2"), user("look"), end("out"),
                path("in", "twice", "look", "out"), process="check")  # fmt: skip
    call = node("callActivity", "call", inner + attributes.pop("repeat", ""), calledElement="check")
    return read(
        begin(), call, user("after"), end(), path("begin", "call", "after", "done"), called={"c/check.bpmn": check}
    )


IN, OUT = '<camunda:in source="n" target="x"/>', '<camunda:out source="result" target="found"/>'


def test_a_called_process_with_a_mapping_has_variables_of_its_own():
    case = Case(called(IN + OUT), n=4, x=100)
    assert case.variables == {"n": 4, "x": 100}
    case.do("look", secret=1, result=9)
    assert case.open == ["after"]
    assert case.variables == {"n": 4, "x": 100, "found": 9}


def test_a_mapping_can_compute():
    into = '<camunda:in sourceExpression="${n + 1}" target="x"/>'
    out = '<camunda:out sourceExpression="result + x" target="found"/>'
    assert Case(called(into + out), n=4).do("look").variables == {"n": 4, "found": 15}


def test_everything_handed_in_is_a_copy_unless_everything_comes_back():
    every_in, every_out = '<camunda:in variables="all"/>', '<camunda:out variables="all"/>'
    assert Case(called(every_in), x=4).do("look").variables == {"x": 4}
    assert Case(called(every_in + every_out), x=4).do("look").variables == {"x": 4, "result": 8}
    assert Case(called(IN + every_out), n=4).do("look").variables == {"n": 4, "x": 4, "result": 8}


@pytest.mark.parametrize(
    ("declared", "camunda", "variables"),
    [
        (node("dataInput", "x") + node("dataOutput", "result"), "", {"x": 4, "result": 9}),
        (node("dataInput", "x"), "", {"x": 1, "result": 9, "secret": 1}),
        (node("dataOutput", "result") + node("dataOutput", "not-a-name"), "", {"x": 4, "result": 9}),
        (node("dataInput", "x"), IN.replace('"n"', '"x"') + OUT, {"x": 4, "found": 9}),
    ],
    ids=["both", "inputs", "outputs", "the call says it"],
)
def test_a_called_process_may_declare_what_it_takes_and_gives(declared, camunda, variables):
    case = Case(called(camunda, node("ioSpecification", "io", declared)), x=4)
    case.do("look", secret=1, result=9, x=1)
    assert case.variables == variables


def test_a_declared_input_that_no_expression_can_read_is_refused():
    with pytest.raises(DefinitionRefused) as caught:
        called(declared=node("ioSpecification", "io", node("dataInput", "if")))
    assert [problem.element for problem in caught.value.problems] == ["check"]


def test_a_business_key_changes_nothing():
    key = '<camunda:in businessKey="#{execution.processBusinessKey}"/>'
    assert Case(called(key), x=4).do("look").variables == {"x": 4, "result": 8}


def test_every_instance_of_a_repeated_call_has_variables_of_its_own():
    definition = called('<camunda:in source="item" target="x"/>' + '<camunda:out source="result" target="got"/>',
                        repeat=many("items", "item", collects=("all", "got")))  # fmt: skip
    case = Case(definition, items=[1, 2, 3])
    assert case.do("look").do("look").do("look").variables == {"items": [1, 2, 3], "all": [2, 4, 6]}


def test_a_mapping_that_cannot_be_computed_names_the_call():
    endless = "count(for i in 1..1000 return for j in 1..1000 return i)"
    with pytest.raises(ExecutionError) as caught:
        Case(called(f'<camunda:in sourceExpression="{endless}" target="x"/>'), n=1)
    assert caught.value.element_id == "call"
