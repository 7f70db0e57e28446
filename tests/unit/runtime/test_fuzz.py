"""A random user on diagrams that mix everything: with a save and a reload before every step, or without any."""

import random
from collections import Counter

import pytest

from engine.errors import ExecutionError
from engine.runtime import actions
from tests.unit.runtime.runtime_diagrams import (
    Case,
    begin,
    boundary,
    catch,
    end,
    flow,
    many,
    message,
    node,
    path,
    read,
    timer,
    user,
)


def mixed():
    """A correction loop around parallel and inclusive branches, votes, a subprocess, an event gateway, reminders."""
    inner = (
        begin("in") + user("visit") + boundary("visit_late", "visit", timer("P2D")) + end("out") + end("missed")
        + path("in", "visit", "out") + path("visit_late", "missed")
    )  # fmt: skip
    return read(
        begin(), user("write"), node("parallelGateway", "split"),
        user("finance"), boundary("finance_reminder", "finance", timer("R2/P1D", "timeCycle"), interrupts=False),
        user("read_reminder"), end("reminded"),
        node("inclusiveGateway", "whom", default="whom__nobody"), user("law"), user("nobody"),
        boundary("law_stopped", "law", message("msg_stop")), user("vote", many("experts", "expert")),
        node("inclusiveGateway", "gather"), node("subProcess", "work", inner),
        boundary("work_late", "work", timer("P9D")), node("exclusiveGateway", "work_over"),
        node("parallelGateway", "join"),
        node("eventBasedGateway", "wait"), catch("answered", message("msg_answer")), catch("expired", timer("P3D")),
        user("decide"), node("exclusiveGateway", "is_good", default="is_good__yes"), end(), end("given_up"),
        path("begin", "write", "split", "finance", "join"), path("finance_reminder", "read_reminder", "reminded"),
        path("split", "whom"), flow("whom", "law", when="a"), flow("whom", "vote", when="b"),
        flow("whom", "nobody", name="whom__nobody"), path("law", "gather"), path("law_stopped", "gather"),
        path("vote", "gather"), path("nobody", "gather", "join"), path("split", "work", "work_over", "join", "wait"),
        path("work_late", "work_over"),
        path("wait", "answered", "decide", "is_good"), path("wait", "expired", "given_up"),
        flow("is_good", "write", when="c"), flow("is_good", "done", name="is_good__yes"),
        messages=["msg_stop", "msg_answer"],
    )  # fmt: skip


DEFINITION = mixed()


def choices(case):
    """What a user or the world can do next, in an order that does not depend on token ids."""
    found = [(token.kind, token.element_id) for token in case.last.tokens if token.kind in {"task", "timer", "message"}]
    return sorted(set(found))


def act(case, kind, element_id, values):
    if kind == "task":
        return case.do(element_id, **values)
    if kind == "timer":
        return case.fire(element_id)
    return case.send(case.definition.elements[element_id].message)


def play(case, seed, steps=60):
    """Play and return what was seen after every step."""
    dice, seen = random.Random(seed), []
    while len(seen) < steps and not case.last.is_ended:
        kind, element_id = dice.choice(choices(case))
        values = {name: dice.random() < 0.6 for name in "abc"}
        case.later(hours=dice.randrange(48))
        try:
            act(case, kind, element_id, values)
        except ExecutionError as error:
            return [*seen, ("stuck", error.element_id)]
        changed = case.last
        seen.append(
            (
                kind,
                element_id,
                Counter((token.kind, token.element_id) for token in changed.tokens),
                Counter((passed.kind, passed.element_id) for passed in changed.passed),
                (len(changed.opened), len(changed.closed), len(changed.armed), len(changed.disarmed)),
                sorted(case.variables.items(), key=str),
            )
        )
    return seen


@pytest.fixture
def without_saving(monkeypatch):
    """Hand the living workflow from action to action instead of bytes."""
    living = {}

    def keep(definition, workflow):
        key = f"state {len(living)}".encode()
        living[key] = workflow
        return key

    def take(definition, state, session):
        workflow = living[state]
        workflow.script_engine = session
        return workflow

    monkeypatch.setattr(actions, "save", keep)
    monkeypatch.setattr(actions, "load", take)
    return monkeypatch


@pytest.mark.parametrize("seed", range(60))
def test_saving_and_reloading_before_every_step_changes_nothing(seed, without_saving):
    unsaved = play(Case(DEFINITION, experts=[1, 2]), seed)
    without_saving.undo()
    assert play(Case(DEFINITION, experts=[1, 2]), seed) == unsaved


@pytest.mark.parametrize("seed", range(60))
def test_no_random_course_gets_stuck_or_grows(seed):
    case = Case(DEFINITION, experts=[1, 2])
    course = play(case, seed, steps=200)
    assert course[-1][0] != "stuck"
    assert len(case.state) < 6_000
