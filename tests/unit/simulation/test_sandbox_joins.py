"""Parallel and inclusive gateways inside correction loops, in every order, for as many rounds as it takes."""

from itertools import permutations, product
from statistics import median
from time import process_time

import pytest

from engine.errors import ExecutionError
from tests.unit.runtime.runtime_diagrams import begin, boundary, end, flow, message, node, path, timer, user
from tests.unit.simulation.diagrams import DAY, OFFICES, rounds, sandbox

GATEWAYS = ["parallelGateway", "inclusiveGateway"]
ORDERS = list(product(permutations(OFFICES), repeat=3))


def worked(case, order):
    """Go through one round; return what was open after each office."""
    case.complete("write")
    seen = []
    for office in order:
        case.complete(office)
        seen.append(case.ready)
    return seen


def expected(order):
    return [[left for left in OFFICES if left in order[place:]] for place in (1, 2)] + [["decide"]]


@pytest.mark.parametrize("gateway", GATEWAYS)
@pytest.mark.parametrize("orders", ORDERS)
def test_a_join_waits_for_every_branch_in_every_round_whatever_the_order(gateway, orders):
    case = sandbox(*rounds(gateway))
    for order in orders[:-1]:
        assert worked(case, order) == expected(order)
        case.complete("decide", good=False)
    assert worked(case, orders[-1]) == expected(orders[-1])
    case.complete("decide", good=True)
    assert case.end_events == ["done"]


@pytest.mark.parametrize("chosen", [("finance",), ("finance", "law"), ("law", "science"), OFFICES])
@pytest.mark.parametrize("again", [("science",), ("finance", "science"), OFFICES])
def test_an_inclusive_join_waits_in_each_round_for_the_branches_of_that_round(chosen, again):
    case = sandbox(
        *(begin(), user("write"), node("inclusiveGateway", "ask"), *(user(office) for office in OFFICES)),
        *(node("inclusiveGateway", "gather"), user("decide"), end()),
        node("exclusiveGateway", "is_good", default="is_good__yes"),
        path("begin", "write", "ask"),
        *(flow("ask", office, when=f'list contains(asked, "{office}")') for office in OFFICES),
        *(flow(office, "gather") for office in OFFICES),
        path("gather", "decide", "is_good"),
        flow("is_good", "write", when="good = false"),
        flow("is_good", "done", name="is_good__yes"),
    )
    case.complete("write", asked=list(chosen))
    assert case.ready == list(chosen)
    for office in chosen:
        assert "decide" not in case.ready
        case.complete(office)
    case.complete("decide", good=False)
    case.complete("write", asked=list(again))
    for office in reversed(again):
        assert "decide" not in case.ready
        case.complete(office)
    assert case.ready == ["decide"]


def corrected_branch(gateway):
    """One branch has a correction loop of its own between the split and the join."""
    condition = "true" if gateway == "inclusiveGateway" else ""
    return sandbox(
        *(begin(), node(gateway, "ask"), user("draft"), user("check"), user("finance"), node(gateway, "gather")),
        *(node("exclusiveGateway", "is_right", default="is_right__yes"), user("decide"), end()),
        path("begin", "ask") + flow("ask", "draft", when=condition) + flow("ask", "finance", when=condition),
        path("draft", "check", "is_right") + flow("is_right", "draft", when="right = false"),
        flow("is_right", "gather", name="is_right__yes") + path("finance", "gather", "decide", "done"),
    )


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_join_waits_for_a_branch_that_is_corrected_again_and_again(gateway):
    case = corrected_branch(gateway)
    case.complete("finance")
    for _ in range(3):
        case.complete("draft")
        case.complete("check", right=False)
        assert case.ready == ["draft"]
    case.complete("draft")
    case.complete("check", right=True)
    assert case.ready == ["decide"]


@pytest.mark.parametrize("gateway", GATEWAYS)
@pytest.mark.parametrize("order", list(permutations(("finance", "law"))))
def test_a_block_that_is_interrupted_and_begun_anew_forgets_who_had_arrived(gateway, order):
    """The first arrival belongs to the round that was taken back."""
    condition = "true" if gateway == "inclusiveGateway" else ""
    inner = (
        *(begin("in"), node(gateway, "ask"), user("finance"), user("law"), node(gateway, "gather"), end("out")),
        path("in", "ask") + flow("ask", "finance", when=condition) + flow("ask", "law", when=condition),
        path("finance", "gather", "out") + path("law", "gather"),
    )
    case = sandbox(
        *(begin(), node("subProcess", "block", "".join(inner)), boundary("renewed", "block", message("msg_renew"))),
        *(node("exclusiveGateway", "merge"), user("decide"), end()),
        path("begin", "merge", "block", "decide", "done") + path("renewed", "merge"),
        messages=["msg_renew"],
    )
    case.complete(order[0])
    case.send_message("msg_renew")
    assert case.ready == ["finance", "law"]
    case.complete(order[1])
    assert case.ready == [order[0]]
    case.complete(order[0])
    assert case.ready == ["decide"]


def test_an_inclusive_join_no_longer_waits_for_a_branch_that_timed_out():
    case = sandbox(
        *(
            begin(),
            node("parallelGateway", "split"),
            user("fast"),
            user("slow"),
            boundary("late", "slow", timer("P1D")),
        ),
        *(node("inclusiveGateway", "gather"), user("decide"), end(), end("alone")),
        path("begin", "split", "fast", "gather", "decide", "done"),
        path("split", "slow", "gather") + path("late", "alone"),
    )
    case.complete("fast")
    assert case.ready == ["slow"]
    case.advance(DAY)
    assert case.ready == ["decide"]


def test_two_blocks_inside_one_another_join_from_the_inside_out():
    case = sandbox(
        *(begin(), node("parallelGateway", "outer"), node("parallelGateway", "inner"), user("a"), user("b"), user("c")),
        *(node("parallelGateway", "inner_join"), user("middle"), node("parallelGateway", "outer_join"), end()),
        path("begin", "outer", "inner", "a", "inner_join", "middle", "outer_join", "done"),
        path("inner", "b", "inner_join") + path("outer", "c", "outer_join"),
    )
    for name in ("c", "b"):
        case.complete(name)
    assert case.ready == ["a"]
    case.complete("a")
    assert case.ready == ["middle"]
    case.complete("middle")
    assert case.ended


def test_a_join_that_nobody_can_reach_any_more_is_an_error_that_names_it():
    body = (begin(), node("exclusiveGateway", "which", default="left__way"), user("a"), user("b"), end())
    flows = path("begin", "which") + flow("which", "a", name="left__way") + flow("which", "b", when="x = 1")
    joined = path("a", "gather", "done") + path("b", "gather")
    case = sandbox(*body, node("parallelGateway", "gather"), flows, joined)
    with pytest.raises(ExecutionError) as caught:
        case.complete("a")
    assert caught.value.element_id == "gather"
    assert case.ready == ["a"]


def seconds_of_round(case):
    before = process_time()
    worked(case, OFFICES)
    case.complete("decide", good=False)
    return process_time() - before


def test_two_thousand_rounds_of_a_correction_loop_cost_the_same_each():
    case = sandbox(*rounds("parallelGateway"))
    spent = [seconds_of_round(case) for _ in range(2_000)]
    assert case.ready == ["write"]
    assert case.passed.count("decide") == 2_000
    assert median(spent[-200:]) < 1.5 * median(spent[:200])


def test_two_thousand_rounds_with_a_deadline_in_each_leave_one_timer():
    body = (begin(), user("write"), boundary("late", "write", timer("P1M")), user("check"), end())
    choice = node("exclusiveGateway", "is_good", default="is_good__yes") + flow("is_good", "done", name="is_good__yes")
    flows = path("begin", "write", "check", "is_good") + path("late", "check")
    case = sandbox(*body, choice, flows, flow("is_good", "write", when="good = false"))
    for _ in range(1_000):
        case.complete("write")
        case.complete("check", good=False)
        case.advance(31 * DAY)
        case.complete("check", good=False)
    assert case.ready == ["write"]
    assert [name for name, _ in case.timers] == ["late"]
    assert case.passed.count("late") == 1_000
