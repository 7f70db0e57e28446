"""Behaviours of elements that no other file shows, and the table of the README that lists them all."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from engine.errors import DefinitionRefused
from engine.runtime import read_definition
from tests.unit.runtime.runtime_diagrams import (
    Case,
    begin,
    boundary,
    catch,
    conditional,
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

TESTS = Path(__file__).parents[1]
README = Path(__file__).parents[3] / "engine" / "runtime" / "README.md"
#: A row: number, behaviour, what becomes of it, and the tests that show it.
ROW = re.compile(r"\| (\d+) \| ([^|]+) \| (supported|refused) \| ([^|]+) \|")
COMPENSATION = "<bpmn:compensateEventDefinition/>"


def listed():
    return [match.groups() for line in README.read_text().splitlines() if (match := ROW.fullmatch(line.strip()))]


def existing_tests():
    files = [*(TESTS / "runtime").glob("test_*.py"), *(TESTS / "simulation").glob("test_*.py")]
    trees = [ast.parse(file.read_text()) for file in files]
    return {item.name for tree in trees for item in tree.body if isinstance(item, ast.FunctionDef)}


def test_every_row_of_the_table_names_tests_that_exist():
    named = [(number, name) for number, _, _, tests in listed() for name in re.findall(r"`(\w+)`", tests)]
    assert {number for number, _ in named} == {number for number, _, _, _ in listed()}
    known = existing_tests()
    assert [pair for pair in named if pair[1] not in known] == []


def test_the_table_is_whole_and_its_sums_are_right():
    rows = listed()
    assert [int(number) for number, *_ in rows] == list(range(1, len(rows) + 1))
    found = Counter(verdict for _, _, verdict, _ in rows)
    assert found["supported"] >= 60
    sums = f"{len(rows)} behaviours: {found['supported']} supported, {found['refused']} refused"
    assert sums in README.read_text()


def after_start(event, **declared):
    begins = node("startEvent", "begin", event)
    return Case(read(begins, user("step"), end(), path("begin", "step", "done"), **declared), amount=1)


def test_a_signal_start_begins_the_case():
    assert after_start(signal("sig"), signals=["sig"]).signal("sig").open == ["step"]


def test_a_conditional_start_begins_the_case_when_it_holds():
    assert after_start(conditional("amount > 0")).open == ["step"]


def test_a_manual_task_waits_for_a_person():
    case = Case(read(begin(), node("manualTask", "carry"), end(), path("begin", "carry", "done")))
    assert case.open == ["carry"]
    assert case.do("carry").last.is_ended


def in_subprocess(inner, caught, **declared):
    """A subprocess whose task leads to an end event, with a boundary event that leads to a task of its own."""
    body = begin("in") + user("step") + inner + path("in", "step", "out")
    return Case(
        read(
            begin(), node("subProcess", "work", body), caught, user("handle"), end(), end("other"),
            path("begin", "work", "done"), path("caught", "handle", "other"), **declared,
        )
    )  # fmt: skip


def test_an_escalation_end_event_is_heard_around_its_subprocess():
    caught = boundary("caught", "work", escalation("esc"))
    assert in_subprocess(end("out", escalation("esc")), caught, escalations=["esc"]).do("step").open == ["handle"]


def test_a_message_end_event_reaches_the_branch_that_waits():
    case = Case(
        read(
            begin(), node("parallelGateway", "split"), user("write"), end("told", message("msg")),
            catch("heard", message("msg")), user("read_it"), end(), path("begin", "split", "write", "told"),
            path("split", "heard", "read_it", "done"), messages=["msg"],
        )
    )  # fmt: skip
    assert case.do("write").open == ["read_it"]


@pytest.mark.parametrize(("interrupts", "left"), [(True, ["handle"]), (False, ["handle", "write"])])
def test_a_signal_boundary_event_interrupts_or_not(interrupts, left):
    case = Case(
        read(
            begin(), user("write"), boundary("caught", "write", signal("sig"), interrupts=interrupts), user("handle"),
            end(), path("begin", "write", "done"), path("caught", "handle", "done"), signals=["sig"],
        )
    )  # fmt: skip
    assert sorted(case.signal("sig").open) == left


def test_a_plain_throw_event_is_a_milestone():
    case = Case(read(begin(), throw("milestone", ""), user("step"), end(), path("begin", "milestone", "step", "done")))
    assert ("milestone", "reached") in [(one.element_id, one.kind) for one in case.history]


@pytest.mark.parametrize("gateway", ["parallelGateway", "inclusiveGateway"])
def test_a_gateway_may_join_and_split_at_once(gateway):
    whens = {"when": "true"} if gateway == "inclusiveGateway" else {}
    case = Case(
        read(
            begin(), node("parallelGateway", "split"), user("a"), user("b"), node(gateway, "meet"), user("c"),
            user("d"), end(), path("begin", "split", "a", "meet"), path("split", "b", "meet"),
            flow("meet", "c", **whens), flow("meet", "d", **whens), path("c", "done"), path("d", "done"),
        )
    )  # fmt: skip
    assert case.do("a").open == ["b"]
    assert sorted(case.do("b").open) == ["c", "d"]


def test_an_exclusive_gateway_lets_every_token_pass():
    case = Case(
        read(
            begin(), node("parallelGateway", "split"), user("a"), user("b"), node("exclusiveGateway", "meet"),
            user("c"), end(), path("begin", "split", "a", "meet", "c", "done"), path("split", "b", "meet"),
        )
    )  # fmt: skip
    assert case.do("a").do("b").open == ["c", "c"]


def test_a_subprocess_repeats_in_sequence_with_its_own_deadline():
    inner = many("offices", "office", is_sequential=True) + begin("in") + user("ask") + end("out")
    case = Case(
        read(
            begin(), node("subProcess", "work", inner + path("in", "ask", "out")),
            boundary("late", "work", timer("P5D")), end(), end("expired"), path("begin", "work", "done"),
            path("late", "expired"),
        ),
        offices=["甲", "乙"],
    )  # fmt: skip
    assert case.do("ask").open == ["ask"]
    assert case.fire("late").ends == ["expired"]


def refused(*body, **options):
    with pytest.raises(DefinitionRefused) as caught:
        read(*body, **options)
    return {problem.element for problem in caught.value.problems}


def test_compensation_is_refused_wherever_it_stands():
    step = user("step")
    thrown = (begin(), step, throw("back", COMPENSATION), end(), path("begin", "step", "back", "done"))
    ended = (begin(), step, end("done", COMPENSATION), path("begin", "step", "done"))
    caught = (begin(), step, boundary("undo", "step", COMPENSATION), end(), path("begin", "step", "done"))
    assert refused(*thrown) == {"back"}
    assert refused(*ended) == {"done"}
    assert "undo" in refused(*caught)


def test_two_pools_that_both_run_are_refused_until_one_is_chosen():
    other = xml(begin("b2"), end("d2"), path("b2", "d2"), process="other")
    inner = other[other.index(b"<bpmn:process") : other.index(b"</bpmn:definitions>")]
    both = xml(begin(), end(), path("begin", "done")).replace(b"</bpmn:definitions>", inner + b"</bpmn:definitions>")
    with pytest.raises(DefinitionRefused, match="只能有一个可执行的流程"):
        read_definition({"process.bpmn": both}, digest="d")
    assert read_definition({"process.bpmn": both}, digest="d", process_id="other").process_id == "other"


def test_what_is_only_drawn_changes_nothing():
    drawn = (
        '<bpmn:dataObject id="data"/><bpmn:dataObjectReference id="data_ref" dataObjectRef="data"/>'
        '<bpmn:dataStoreReference id="register"/><bpmn:textAnnotation id="note"><bpmn:text>说明</bpmn:text>'
        '</bpmn:textAnnotation><bpmn:association id="to_note" sourceRef="step" targetRef="note"/>'
        '<bpmn:group id="phase"/>'
    )
    reading = (
        '<bpmn:dataInputAssociation id="reads"><bpmn:sourceRef>data_ref</bpmn:sourceRef></bpmn:dataInputAssociation>'
    )
    case = Case(read(begin(), user("step", reading), end(), path("begin", "step", "done"), drawn))
    assert case.open == ["step"]
    assert case.do("step").last.is_ended


@pytest.mark.parametrize("name", ["count", "max", "sum", "number", "date", "string", "all", "append", "decimal"])
def test_a_variable_may_be_named_like_a_built_in_function(name):
    definition = read(
        begin(), user("write"), script("add", f"{name} = {name} + 1"),
        node("exclusiveGateway", "is_enough", default="is_enough__no"), end("enough"), end("short"),
        path("begin", "write", "add", "is_enough"), flow("is_enough", "enough", when=f"{name} > 2"),
        flow("is_enough", "short", name="is_enough__no"),
    )  # fmt: skip
    assert Case(definition).do("write", **{name: 2}).ends == ["enough"]
    assert Case(definition).do("write", **{name: 1}).variables == {name: 2}


def test_a_built_in_function_is_still_called_beside_a_variable_of_its_name():
    lines = "count = count([1, 2, 3])\nmax = max(count, 7)"
    definition = read(begin(), script("add", lines), end(), path("begin", "add", "done"))
    assert Case(definition).variables == {"count": 3, "max": 7}
