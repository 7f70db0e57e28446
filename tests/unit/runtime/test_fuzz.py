"""Random users at random times: with a save and a reload before every step, moved to another version, or neither.

`GUICHENG_FUZZ_STEPS` sets how many steps are compared; the seeds are counted up from zero,
so a failure names its course.
"""

import itertools
import os
import random
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.errors import ExecutionError
from engine.runtime import actions, workflow
from tests.unit.runtime import fuzz_models
from tests.unit.runtime.runtime_diagrams import Case

STEPS = int(os.environ.get("GUICHENG_FUZZ_STEPS", "5000"))
MODELS = {"mixed": fuzz_models.mixed, "beside": fuzz_models.beside, "scopes": fuzz_models.scopes}
DRAWN_BY_HAND = {name: (model(), model("d2")) for name, model in MODELS.items()}
EXPERTS = [1, 2]


def choices(case):
    """What a user or the world can do next, in an order that does not depend on token ids."""
    waits = {"task", "timer", "message", "signal"}
    return sorted({(token.kind, token.element_id) for token in case.last.tokens if token.kind in waits})


def act(case, kind, element_id, values):
    if kind == "task":
        return case.do(element_id, **values)
    if kind == "timer":
        return case.fire(element_id)
    if kind == "signal":
        return case.signal("sig")
    return case.send(case.definition.elements[element_id].message)


def seen_in(case, kind, element_id):
    changed = case.last
    return (
        kind,
        element_id,
        Counter((token.kind, token.element_id) for token in changed.tokens),
        Counter((passed.kind, passed.element_id) for passed in changed.passed),
        (len(changed.opened), len(changed.closed), len(changed.armed), len(changed.disarmed)),
        (changed.end_events, changed.kept_messages, sorted(armed.due_at for armed in changed.armed)),
        sorted(case.variables.items(), key=str),
    )


def play(case, seed, steps=60, between=lambda case: None):
    """Play and return what was seen after every step."""
    dice, seen = random.Random(seed), []
    while len(seen) < steps and not case.last.is_ended and choices(case):
        kind, element_id = dice.choice(choices(case))
        values = {name: dice.random() < 0.6 for name in "abc"}
        case.later(hours=dice.randrange(48))
        between(case)
        try:
            act(case, kind, element_id, values)
        except ExecutionError as error:
            return [*seen, ("stuck", error.element_id)]
        seen.append(seen_in(case, kind, element_id))
    return seen


def case_of(definition):
    return Case(definition, experts=EXPERTS, a=False, b=True, c=False)


@pytest.fixture
def without_saving(monkeypatch):
    """Hand the living workflow from action to action, with everything that ever happened in it."""
    living = {}

    def keep(definition, running):
        key = f"state {len(living)}".encode()
        living[key] = running
        return key

    def take(definition, state, session):
        running = living[state]
        running.script_engine = session
        return running

    def patch(is_on):
        if not is_on:
            monkeypatch.undo()
            return
        living.clear()
        monkeypatch.setattr(actions, "save", keep)
        monkeypatch.setattr(actions, "load", take)
        monkeypatch.setattr(workflow.CaseWorkflow, "let_go", lambda _: None)
        monkeypatch.setattr(workflow, "PRUNE_ABOVE", sys.maxsize)

    return patch


def compare(versions, seed, without_saving):
    """Play the same course unsaved, reloaded before every step, and moved to another version before every step.

    The two versions of the diagram differ in nothing but their digest.
    """
    definition, other = versions
    without_saving(True)
    unsaved = play(case_of(definition), seed)
    without_saving(False)
    assert play(case_of(definition), seed) == unsaved, seed
    if seed % 4 == 0:
        turns = itertools.cycle([other, definition])
        assert play(case_of(definition), seed, between=lambda case: case.migrate(next(turns))) == unsaved, seed
    return unsaved


@pytest.mark.parametrize("model", DRAWN_BY_HAND)
def test_saving_and_reloading_before_every_step_changes_nothing(model, without_saving):
    steps = 0
    for seed in itertools.count():
        steps += len(compare(DRAWN_BY_HAND[model], seed, without_saving))
        if steps >= STEPS // 5:
            break
    assert steps >= STEPS // 5


def test_saving_changes_nothing_in_diagrams_put_together_at_random(without_saving):
    steps = 0
    for seed in itertools.count():
        versions = (fuzz_models.drawn(seed), fuzz_models.drawn(seed, "d2"))
        course = compare(versions, seed, without_saving)
        assert "stuck" not in {step[0] for step in course}, seed
        steps += len(course)
        if steps >= STEPS * 2 // 5:
            break
    assert steps >= STEPS * 2 // 5


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("model", DRAWN_BY_HAND)
def test_no_random_course_gets_stuck_or_grows(model, seed):
    case = case_of(DRAWN_BY_HAND[model][0])
    course = play(case, seed, steps=200)
    assert course[-1][0] != "stuck"
    assert len(case.state) < 12_000


def test_eight_threads_share_one_definition():
    definition, _ = DRAWN_BY_HAND["beside"]
    expected = {seed: play(case_of(definition), seed, steps=12) for seed in range(40)}
    runs = [seed for seed in range(40) for _ in range(8)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as threads:
            courses = list(threads.map(lambda seed: play(case_of(definition), seed, steps=12), runs))
    finally:
        sys.setswitchinterval(interval)
    assert [seed for seed, course in zip(runs, courses, strict=True) if course != expected[seed]] == []
