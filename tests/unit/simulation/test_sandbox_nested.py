"""Whatever happens to processes inside processes, in random order: what is open and when timers are due."""

import random
from datetime import timedelta

import pytest

from engine.simulation import Sandbox
from tests.unit.runtime.runtime_diagrams import xml
from tests.unit.simulation.diagrams import MORNING
from tests.unit.simulation.nested import ERRORS, ESCALATIONS, Grower, drawn
from tests.unit.simulation.nested_model import Model

SEEDS = range(80)
STEPS = 20
MINUTE = timedelta(minutes=1)


def begun(draw):
    grower = Grower(draw)
    process = grower.process(4)
    content = xml(drawn(process), messages=grower.messages, escalations=ESCALATIONS, errors=ERRORS)
    return Sandbox(content, "sample", {}, MORNING), Model(process)


def shown(case):
    return sorted(case.ready), sorted(((due - MORNING) // MINUTE, name) for name, due in case.timers), case.ended


def expected(model):
    return ([], [], True) if model.is_over else (model.tasks, model.timers, False)


def act(draw, model, case):
    """Do something that is possible, in both."""
    heard = sorted({one.value for one in model.of("message")})
    kind = draw.choice(["task"] * 3 * bool(model.tasks) + ["timer"] * bool(model.timers) + ["message"] * bool(heard))
    if kind == "task":
        name = draw.choice(model.tasks)
        # Which of several instances is meant is nobody's business: all of them are worked on.
        for _ in range(model.tasks.count(name)):
            if name in model.tasks:
                model.complete(name)
                case.complete(name)
    elif kind == "timer":
        case.advance(to=MORNING + model.advance() * MINUTE)
    else:
        name = draw.choice(heard)
        model.send(name)
        case.send_message(name)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_open_follows_from_what_happened_to_the_processes_around_it(seed):
    draw = random.Random(seed)
    case, model = begun(draw)
    for _ in range(STEPS):
        assert shown(case) == expected(model)
        if model.is_over:
            return
        act(draw, model, case)
