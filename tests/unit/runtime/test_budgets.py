"""Every budget: whoever goes over is stopped by name, in bounded time, and the case can still be helped."""

import time
from functools import cache

import pytest

from engine.errors import DefinitionRefused, ExecutionError
from engine.language import budget
from engine.runtime import import_diagram, limits, read_definition
from tests.unit.runtime.runtime_diagrams import (
    HEADER,
    Case,
    begin,
    boundary,
    end,
    flow,
    many,
    message,
    node,
    path,
    read,
    script,
    user,
    xml,
)

#: Seconds of the processor that a whole diagram or a whole action may take, with room for a slow machine.
BOUND = 30


def then(*steps, after="write", more="", **options):
    """A task, what may be too much, and a way around it: with `skip` the case ends at once."""
    body = (
        begin(),
        user("write"),
        node("exclusiveGateway", "which", default="which__on"),
        end("skipped"),
        end(),
        *steps,
    )
    ways = flow("write", "which") + flow("which", "skipped", when="skip") + flow("which", after, name="which__on")
    return read(*body, path("begin", "write"), ways, more, **options)


def repeated(*inner, times):
    return node("subProcess", "work", many("items", "item") + "".join(inner)) if times else ""


INSIDE = (begin("in"), user("vote", many("items", "one")), end("out"), path("in", "vote", "out"))
DEEP = "".join(f"a{n} = [a{n - 1}, a{n - 1}]\n" for n in range(1, 12))
GROWS = {
    "steps of one action": (
        then(script("count", "n = n + 1"), node("subProcess", "pause", begin("in") + end("out") + path("in", "out")),
             node("exclusiveGateway", "meet"), node("exclusiveGateway", "more", default="more__no"), after="meet",
             more=path("meet", "count", "pause", "more", "meet").replace(
             'id="more__meet"', 'id="more__yes"').replace('id="more__yes" sourceRef="more" targetRef="meet">',
             'id="more__yes" sourceRef="more" targetRef="meet"><bpmn:conditionExpression>true'
             '</bpmn:conditionExpression>') + flow("more", "done", name="more__no")),
        {"n": 0},
        {"meet", "count", "pause", "more", "in", "out", "work"},
    ),
    "items of a repetition": (
        then(user("vote", many("items", "one")), after="vote", more=path("vote", "done")),
        {"items": [0] * (limits.MAX_ITEMS + 1)},
        {"vote"},
    ),
    "repetitions inside one another": (
        then(repeated(*INSIDE, times=1), after="work", more=path("work", "done")),
        {"items": [0] * 60},
        {"vote"},
    ),
    "tokens at rest": (
        then(node("parallelGateway", "split"), *(user(f"u{n}") for n in range(1100)), after="split",
             more="".join(path("split", f"u{n}", "done") for n in range(1100))),
        {},
        {f"u{n}" for n in range(1100)},
    ),
    "tokens on the move": (
        then(repeated(begin("in") + node("parallelGateway", "split") + "".join(
             user(f"u{n}") + path("split", f"u{n}", "out") for n in range(200)) + end("out") + path("in", "split"),
             times=1), after="work", more=path("work", "done")),
        {"items": [0] * 300},
        {"split"},
    ),
    "a state that is too large": (
        then(user("vote", many("items", "one")), after="vote", more=path("vote", "done")),
        {"items": ["x" * 20_000] * 300},
        {"vote"},
    ),
    "steps of an expression": (
        then(script("loop", "n = count(for i in 1..9999, j in 1..9999 return i)"), after="loop",
             more=path("loop", "done")),
        {},
        {"loop"},
    ),
    "length of a text": (
        then(script("long", "t = t + t"), after="long", more=path("long", "done")),
        {"t": "x" * (budget.MAX_TEXT // 2 + 1)},
        {"long"},
    ),
    "length of a list": (
        then(script("long", "l = concatenate(l, l)"), after="long", more=path("long", "done")),
        {"l": [0] * (budget.MAX_LIST // 2 + 1)},
        {"long"},
    ),
    "calls inside one another": (
        then(script("call", "f = {g: function(x) g(x), y: g(1)}.y"), after="call", more=path("call", "done")),
        {},
        {"call"},
    ),
    "a pattern that backtracks": (
        then(script("match", 'm = matches(t, "(a+)+$")'), after="match", more=path("match", "done")),
        {"t": "a" * 400_000 + "b"},
        set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", [kind for kind, (_, _, names) in GROWS.items() if names])
def test_whoever_goes_over_a_budget_is_named_in_bounded_time_and_the_case_goes_on_another_way(kind):
    definition, variables, names = GROWS[kind]
    case = Case(definition, **variables)
    before, began = case.state, time.process_time()
    with pytest.raises(ExecutionError) as caught:
        case.do("write")
    assert time.process_time() - began < BOUND
    assert caught.value.element_id in names
    assert (case.state, case.open) == (before, ["write"])
    assert case.move("write", "write").do("write", skip=True).ends == ["skipped"]


@pytest.mark.parametrize("kind", [kind for kind, (_, _, names) in GROWS.items() if not names])
def test_what_cannot_grow_without_bound_ends_in_bounded_time(kind):
    definition, variables, _ = GROWS[kind]
    began = time.process_time()
    assert Case(definition, **variables).do("write").ends == ["done"]
    assert time.process_time() - began < BOUND


def test_messages_that_nobody_fetches_are_bounded_and_the_case_goes_on():
    more = (boundary("heard", "check", message("msg")), path("heard", "done"))
    body = (begin(), user("write"), user("check"), end(), path("begin", "write", "check", "done"))
    case = Case(read(*body, *more, messages=["msg"]))
    for _ in range(limits.MAX_MESSAGES):
        case.send("msg", keep=True)
    with pytest.raises(ExecutionError, match="msg"):
        case.send("msg", keep=True)
    assert case.do("write").last.is_ended


def nested(depth):
    inner = user("deepest")
    for level in range(depth):
        inner = node("subProcess", f"s{level}", begin(f"b{level}") + inner + end(f"e{level}") + path(
            f"b{level}", f"s{level - 1}" if level else "deepest", f"e{level}"))  # fmt: skip
    return inner


LONG_ID = "x" * (limits.LONGEST_ID + 1)
TOO_MUCH = {
    "bytes": xml(begin(), end(), path("begin", "done"), f"<!--{'x' * limits.MAX_FILE_BYTES}-->"),
    "elements": xml(begin(), *(user(f"u{n}") for n in range(limits.MAX_NODES)), end()),
    "flows": xml(*(user(f"u{n}") for n in range(90)), *(
        flow(f"u{a}", f"u{b}") for a in range(90) for b in range(90)
    )),
    "depth": xml(begin(), nested(limits.MAX_DEPTH + 2), end(), path("begin", f"s{limits.MAX_DEPTH + 1}", "done")),
    "an id": xml(begin(), user(LONG_ID), end(), path("begin", LONG_ID, "done")),
}  # fmt: skip


@pytest.mark.parametrize("kind", TOO_MUCH)
def test_a_diagram_that_is_too_large_is_refused_by_name(kind):
    began = time.process_time()
    with pytest.raises(DefinitionRefused) as caught:
        read_definition({"process.bpmn": TOO_MUCH[kind]}, digest="d")
    assert time.process_time() - began < BOUND
    problem = caught.value.problems[0]
    assert problem.element or kind == "bytes"
    assert len(str(caught.value)) < 2_000


def test_processes_that_call_one_another_too_deep_are_stopped_by_name():
    called = {
        f"called/c{n}.bpmn": xml(begin(f"b{n}"), node("callActivity", f"call{n}", calledElement=f"c{n + 1}"),
                                 end(f"e{n}"),
                                 path(f"b{n}", f"call{n}", f"e{n}"), process=f"c{n}")
        for n in range(limits.MAX_DEPTH + 2)
    }  # fmt: skip
    last = limits.MAX_DEPTH + 2
    called[f"called/c{last}.bpmn"] = xml(begin("bl"), user("deepest"), end("el"), path("bl", "deepest", "el"),
                                         process=f"c{last}")  # fmt: skip
    first = node("callActivity", "first", calledElement="c0")
    definition = then(first, after="first", more=path("first", "done"), called=called)
    case = Case(definition)
    with pytest.raises(ExecutionError, match="嵌套") as caught:
        case.do("write")
    assert caught.value.element_id.startswith("call")
    assert case.do("write", skip=True).ends == ["skipped"]


def wired(gateway, count=limits.MAX_NODES - 4):
    """As many gateways as a diagram may have, each leading to three others, as many flows as there may be."""
    names = [f"g{number}" for number in range(count)]
    pairs = {(number, number + 1) for number in range(count - 1)}
    for number in range(count):
        for far in (number + number * 7919 % (count - number), number + (number * 104729 + 3) % (count - number)):
            if far > number + 1 and len(pairs) < limits.MAX_FLOWS - 4:
                pairs.add((number, far))
    is_choice = gateway != "parallelGateway"
    gateways = [node(gateway, name, **({"default": f"{name}__on"} if is_choice else {})) for name in names[:-1]]
    flows = [
        flow(names[a], names[b], name=f"{names[a]}__on")
        if b == a + 1
        else flow(names[a], names[b], when="x" if is_choice else "")
        for a, b in sorted(pairs)
    ]
    body = (begin(), user("write"), *gateways, node(gateway, names[-1]), end(), *flows)
    return xml(*body, path("begin", "write", names[0]), flow(names[-1], "done"))


def at(case):
    """The element at which going on is stopped, or ""."""
    try:
        case.do("write")
    except ExecutionError as error:
        return error.element_id
    return ""


@pytest.mark.parametrize("gateway", ["parallelGateway", "inclusiveGateway", "exclusiveGateway"])
def test_as_many_gateways_and_flows_as_there_may_be_are_read_and_passed_in_bounded_time(gateway):
    content = wired(gateway)
    began = time.process_time()
    case = Case(read_definition({"process.bpmn": content}, digest="d"), x=False)
    stopped_at = at(case)
    assert time.process_time() - began < BOUND
    assert stopped_at == "" or stopped_at.startswith("g")


@cache
def full(part, frame="{inner}{parts}", root="{process}"):
    """A file as large as may be, full of one thing."""
    count = (limits.MAX_FILE_BYTES - 2_000) // len(part.format(n=10_000))
    parts = "".join(part.format(n=number) for number in range(count))
    inner = begin() + user("write") + end() + path("begin", "write", "done")
    process = f'<bpmn:process id="p" isExecutable="true">{frame.format(inner=inner, parts=parts)}</bpmn:process>'
    return f"{HEADER}{root.format(process=process, parts=parts)}</bpmn:definitions>".encode()


LANE_SET = '<bpmn:laneSet id="ls">{parts}</bpmn:laneSet>{inner}'
ONE_LANE = '<bpmn:laneSet id="ls"><bpmn:lane id="l">{parts}</bpmn:lane></bpmn:laneSet>{inner}'
#: What `full` is given.
FULL = {
    "lanes": (
        '<bpmn:lane id="l{n}"><bpmn:flowNodeRef>write</bpmn:flowNodeRef></bpmn:lane>',
        LANE_SET,
    ),
    "references of a lane": ("<bpmn:flowNodeRef>write</bpmn:flowNodeRef>", ONE_LANE),
    "strangers in a lane": ("<bpmn:flowNodeRef>w{n}</bpmn:flowNodeRef>", ONE_LANE),
    "messages": ('<bpmn:message id="m{n}" name="m{n}"/>', "{inner}", "{parts}{process}"),
    "doubled ids": ('<bpmn:dataObject id="same"/>',),
    "annotations": ('<bpmn:textAnnotation id="t{n}"/>',),
    "broken flows": ('<bpmn:sequenceFlow id="f{n}" sourceRef="a{n}" targetRef="b{n}"/>',),
}


def outcome(how, content):
    """The problems of a refusal, or nothing."""
    try:
        how(content)
    except DefinitionRefused as refused:
        return refused.problems
    return ()


@pytest.mark.parametrize(
    "how", [lambda content: read_definition({"process.bpmn": content}, digest="d"), import_diagram]
)
@pytest.mark.parametrize("kind", FULL)
def test_a_file_full_of_one_thing_is_read_or_refused_in_bounded_time(kind, how):
    content = full(*FULL[kind])
    began = time.process_time()
    found = outcome(how, content)
    assert time.process_time() - began < BOUND
    assert all(problem.message for problem in found)


@pytest.mark.parametrize(
    "parts",
    [
        [f'<bpmn:subProcess id="s{n}" triggeredByEvent="true"/>' for n in range(1900)],
        [f'<bpmn:task id="t{n}"/>' for n in range(1900)],
        [f'<bpmn:endEvent id="e{n}"><bpmn:messageEventDefinition/></bpmn:endEvent>' for n in range(1900)],
        [f'<bpmn:startEvent id="s{n}"/>' for n in range(1900)],
        [f'<bpmn:sequenceFlow id="f{n}" sourceRef="a{n}" targetRef="b{n}"/>' for n in range(5900)],
    ],
    ids=["empty event subprocesses", "tasks without a flow", "unheard messages", "starts", "broken flows"],
)
def test_a_drawing_that_has_to_be_mended_everywhere_is_imported_in_bounded_time(parts):
    shapes = "".join(
        f'<d:BPMNShape id="d{n}" bpmnElement="t{n}"><c:Bounds x="1" y="1" width="9" height="9"/></d:BPMNShape>'
        for n in range(1900)
    )
    plane = (
        '<d:BPMNDiagram xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI" '
        f'xmlns:c="http://www.omg.org/spec/DD/20100524/DC"><d:BPMNPlane>{shapes}</d:BPMNPlane></d:BPMNDiagram>'
    )
    content = xml(user("write"), "".join(parts), after=f"{plane}</bpmn:definitions>")
    began = time.process_time()
    assert import_diagram(content).report
    assert time.process_time() - began < BOUND
