"""Random diagrams, random people, random clocks: what is open is what the structure of the diagram says."""

from random import Random

import pytest

from engine.simulation import Sandbox
from tests.unit.runtime.runtime_diagrams import xml
from tests.unit.simulation.blocks import Expected, chances, drawn, grown
from tests.unit.simulation.diagrams import DAY, MORNING

STEPS = 60


@pytest.mark.parametrize("seed", range(150))
def test_what_is_open_follows_from_the_structure_of_the_diagram(seed):
    random = Random(seed)
    block = grown(random)
    values = chances(block, random)
    case, expected = Sandbox(xml(drawn(block)), "sample", values, MORNING), Expected(block, values)
    for _ in range(STEPS):
        assert sorted(case.ready) == sorted(expected.open)
        assert case.ended == (not expected.open)
        assert sorted(name for name, _ in case.timers) == sorted(
            token.element_id for token in case.tokens if token.kind == "timer"
        )
        if case.ended:
            break
        if random.random() < 0.2:
            case.advance(DAY)
            expected.let_time_pass()
        else:
            name, values = random.choice(case.ready), chances(block, random)
            case.complete(name, **values)
            expected.complete(name, values)


def played(seed):
    """Everything a case shows at the end of a random walk."""
    random = Random(seed)
    block = grown(random)
    case = Sandbox(xml(drawn(block)), "sample", chances(block, random), MORNING)
    for _ in range(STEPS):
        if case.ready:
            case.complete(random.choice(case.ready), **chances(block, random))
        case.advance(DAY / 4)
    return case.ready, case.passed, case.timers, case.variables, case.end_events, case.at


@pytest.mark.parametrize("seed", range(20))
def test_the_same_actions_lead_to_the_same_case_in_the_same_order(seed):
    assert played(seed) == played(seed)
