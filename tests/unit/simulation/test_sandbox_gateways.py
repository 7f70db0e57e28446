"""Gateways that join whatever comes: the sandbox against the rules of BPMN, and the smallest cases by themselves."""

import random

import pytest

from engine.errors import DefinitionRefused, ExecutionError
from engine.simulation import Sandbox
from tests.unit.runtime.runtime_diagrams import begin, end, flow, node, path, user, xml
from tests.unit.simulation.diagrams import MORNING, sandbox
from tests.unit.simulation.token_game import Game, Net, Stuck

#: Enough for a few seconds; every one is another diagram and another course through it.
SEEDS = range(120)
#: More would only be the same loop once more.
STEPS = 15


def unless_stuck(action, *args, **more):
    """Do it; None when tokens wait for one another for ever."""
    try:
        return action(*args, **more) or True
    except (Stuck, ExecutionError):
        return None


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_open_follows_from_the_rules_of_bpmn(seed):
    net = Net(random.Random(seed), 10)
    decided = net.decided()
    try:
        case = unless_stuck(Sandbox, xml(net.drawn()), "sample", decided, MORNING)
    except DefinitionRefused:  # a loop in which nobody acts
        return
    game = unless_stuck(Game, net, decided)
    assert (case is None) == (game is None)
    for _ in range(STEPS if case else 0):
        assert (sorted(case.ready), case.ended) == (sorted(game.open), game.is_over)
        if case.ended or len(case.ready) > 30:
            break
        task, decided = net.random.choice(sorted(game.open)), net.decided()
        went_on = unless_stuck(game.complete, task, decided)
        assert unless_stuck(case.complete, task, **decided) == went_on
        if not went_on:
            break


@pytest.mark.parametrize("first", ["check", "gather"])
def test_an_inclusive_join_waits_for_a_branch_that_was_sent_off_together_with_the_one_that_arrives(first):
    ways = {"check": flow("ask", "check", when="true"), "gather": flow("ask", "gather", when="true")}
    case = sandbox(
        *(begin(), node("inclusiveGateway", "ask"), user("check"), node("inclusiveGateway", "gather")),
        *(user("decide"), end(), path("begin", "ask"), ways.pop(first), *ways.values()),
        path("check", "gather", "decide", "done"),
    )
    assert case.ready == ["check"]
    case.complete("check")
    assert case.ready == ["decide"]


@pytest.mark.parametrize(("score", "task"), [(95, "praise"), (5, "look"), (60, "praise"), (30, "look")])
def test_two_flows_of_a_choice_may_lead_to_one_step(score, task):
    case = sandbox(
        *(begin(), node("exclusiveGateway", "which", default="other"), user("praise"), user("look"), end()),
        path("begin", "which"),
        flow("which", "look", when="score < 10", name="poor"),
        flow("which", "praise", when="score > 90", name="best"),
        flow("which", "praise", when="score > 50", name="good"),
        flow("which", "look", name="other"),
        path("praise", "done") + path("look", "done"),
        variables={"score": score},
    )
    assert case.ready == [task]


@pytest.mark.parametrize(
    ("gateway", "join"), [("inclusiveGateway", "exclusiveGateway"), ("exclusiveGateway", "parallelGateway")]
)
def test_two_flows_between_the_same_elements_are_refused_where_they_could_not_be_told_apart(gateway, join):
    with pytest.raises(DefinitionRefused) as refusal:
        sandbox(
            *(begin(), node(gateway, "which", default="other"), node(join, "gather"), end(), path("begin", "which")),
            flow("which", "gather", when="score > 90", name="best"),
            flow("which", "gather", name="other"),
            path("gather", "done"),
        )
    assert [problem.element for problem in refusal.value.problems] == ["other"]
