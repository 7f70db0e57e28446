"""Parallel and inclusive gateways, above all inside correction loops."""

from itertools import permutations, product

import pytest

from engine.errors import ExecutionError
from tests.unit.runtime.runtime_diagrams import Case, begin, boundary, end, flow, message, node, path, read, timer, user

OFFICES = ("finance", "law", "science")


def reviewed_in_rounds(gateway):
    """Three offices in parallel, then a decision that may send everything back for another round."""
    condition = "true" if gateway == "inclusiveGateway" else ""
    return read(
        begin(),
        user("write"),
        node(gateway, "ask"),
        *(user(office) for office in OFFICES),
        node(gateway, "gather"),
        user("decide"),
        node("exclusiveGateway", "is_good", default="is_good__yes"),
        end(),
        path("begin", "write", "ask"),
        *(flow("ask", office, when=condition) for office in OFFICES),
        *(flow(office, "gather") for office in OFFICES),
        path("gather", "decide", "is_good"),
        flow("is_good", "write", when="good = false"),
        flow("is_good", "done", name="is_good__yes"),
    )


@pytest.fixture(scope="module")
def definitions():
    return {gateway: reviewed_in_rounds(gateway) for gateway in ("parallelGateway", "inclusiveGateway")}


@pytest.mark.parametrize("gateway", ["parallelGateway", "inclusiveGateway"])
@pytest.mark.parametrize("orders", list(product(permutations(OFFICES), repeat=2)))
def test_a_join_inside_a_correction_loop_waits_for_every_office_in_every_round(definitions, gateway, orders):
    case = Case(definitions[gateway])
    opened = []
    for order in (*orders, orders[0]):
        case.do("write")
        opened += [(office, list(case.do(office).open)) for office in order]
        case.do("decide", good=False)
    expected = [
        (office, [left for left in OFFICES if left in order[place + 1 :]] or ["decide"])
        for order in (*orders, orders[0])
        for place, office in enumerate(order)
    ]
    assert opened == expected
    assert case.open == ["write"]


def test_branches_do_not_overwrite_one_anothers_variables(definitions):
    case = Case(definitions["parallelGateway"], score=0)
    case.do("write").do("finance", score=1).do("law").do("science")
    assert case.variables == {"score": 1}


def optional_branches():
    return read(
        begin(),
        node("inclusiveGateway", "whom", default="whom__nobody"),
        user("finance"),
        user("law"),
        user("nobody"),
        node("inclusiveGateway", "gather"),
        user("decide"),
        end(),
        path("begin", "whom"),
        flow("whom", "finance", when="ask_finance"),
        flow("whom", "law", when="ask_law"),
        flow("whom", "nobody", name="whom__nobody"),
        path("finance", "gather"),
        path("law", "gather"),
        path("nobody", "gather", "decide", "done"),
    )


@pytest.mark.parametrize(
    ("variables", "opened"),
    [
        ({"ask_finance": True, "ask_law": True}, ["finance", "law"]),
        ({"ask_finance": True, "ask_law": False}, ["finance"]),
        ({"ask_finance": False, "ask_law": False}, ["nobody"]),
        ({}, ["nobody"]),
    ],
)
def test_an_inclusive_gateway_takes_every_true_flow_or_else_the_default(variables, opened):
    assert Case(optional_branches(), **variables).open == opened


def test_an_inclusive_join_waits_only_for_the_branches_that_were_taken():
    case = Case(optional_branches(), ask_finance=True, ask_law=False)
    assert case.do("finance").open == ["decide"]


def test_an_inclusive_join_goes_on_when_the_awaited_branch_leaves_another_way():
    definition = read(
        begin(),
        node("parallelGateway", "split"),
        user("fast"),
        user("slow"),
        boundary("given_up", "slow", timer("P1D")),
        node("inclusiveGateway", "gather"),
        user("decide"),
        end(),
        end("alone"),
        path("begin", "split", "fast", "gather", "decide", "done"),
        path("split", "slow", "gather"),
        path("given_up", "alone"),
    )
    case = Case(definition)
    assert case.do("fast").open == ["slow"]
    assert case.fire("given_up").open == ["decide"]


def test_a_parallel_join_keeps_an_arrival_that_came_too_early_for_the_next_round():
    definition = read(
        begin(),
        node("parallelGateway", "split"),
        user("left"),
        boundary("again", "left", message("msg_again"), interrupts=False),
        user("right"),
        node("exclusiveGateway", "meet"),
        node("parallelGateway", "gather"),
        user("decide"),
        end(),
        path("begin", "split", "left", "meet", "gather", "decide", "done"),
        path("again", "meet"),
        path("split", "right", "gather"),
        messages=["msg_again"],
    )
    case = Case(definition).send("msg_again").do("left")
    assert case.waiting == ["gather", "right"] or case.waiting == ["right", "gather"]
    case.do("right")
    assert case.open == ["decide"]
    with pytest.raises(ExecutionError) as caught:
        case.do("decide")
    assert caught.value.element_id == "gather"


def test_a_parallel_join_fires_once_for_every_pair_of_arrivals():
    definition = read(
        begin(),
        node("parallelGateway", "split"),
        user("left"),
        boundary("left_again", "left", message("msg_left"), interrupts=False),
        node("exclusiveGateway", "left_meet"),
        user("right"),
        boundary("right_again", "right", message("msg_right"), interrupts=False),
        node("exclusiveGateway", "right_meet"),
        node("parallelGateway", "gather"),
        user("decide"),
        end(),
        path("begin", "split", "left", "left_meet", "gather", "decide", "done"),
        path("left_again", "left_meet"),
        path("split", "right", "right_meet", "gather"),
        path("right_again", "right_meet"),
        messages=["msg_left", "msg_right"],
    )
    case = Case(definition).send("msg_left").do("left").send("msg_right")
    assert sorted(case.open) == ["decide", "right"]
    assert case.do("right").open == ["decide", "decide"]
    assert case.do("decide").do("decide").last.is_ended


def test_a_case_that_waits_for_ever_is_an_error_that_names_the_join():
    definition = read(
        begin(),
        node("exclusiveGateway", "which", default="which__left"),
        user("left"),
        user("right"),
        node("parallelGateway", "gather"),
        end(),
        path("begin", "which"),
        flow("which", "left", name="which__left"),
        flow("which", "right", when="x = 1"),
        path("left", "gather", "done"),
        path("right", "gather"),
    )
    case = Case(definition)
    with pytest.raises(ExecutionError, match="gather") as caught:
        case.do("left")
    assert caught.value.element_id == "gather"


def test_a_gateway_without_a_way_out_is_an_error_that_names_it():
    definition = read(
        begin(),
        user("fill"),
        node("exclusiveGateway", "which"),
        end("a"),
        end("b"),
        path("begin", "fill", "which"),
        flow("which", "a", when="x = 1"),
        flow("which", "b", when="x = 2"),
    )
    case = Case(definition)
    with pytest.raises(ExecutionError, match="which") as caught:
        case.do("fill", x=3)
    assert caught.value.element_id == "which"
    assert case.do("fill", x=2).ends == ["b"]


def test_many_parallel_blocks_in_a_row_stay_small():
    stages = range(6)
    body = [begin(), end()]
    previous = "begin"
    for stage in stages:
        offices = [f"office_{stage}_{number}" for number in range(7)]
        body += [node("parallelGateway", f"split_{stage}"), node("parallelGateway", f"join_{stage}")]
        body += [user(office) for office in offices]
        body += [path(previous, f"split_{stage}")]
        body += [path(f"split_{stage}", office, f"join_{stage}") for office in offices]
        previous = f"join_{stage}"
    case = Case(read(*body, path(previous, "done")))
    assert len(case.state) < 2_000


def test_a_correction_loop_may_go_round_a_thousand_times_in_one_case(definitions):
    case = Case(definitions["parallelGateway"])
    sizes = set()
    for _ in range(250):
        case.do("write").do("law").do("finance").do("science").do("decide", good=False)
        sizes.add(len(case.state))
    assert case.open == ["write"]
    assert len(sizes) == 1
