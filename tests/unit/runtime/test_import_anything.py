"""Whatever is in a drawing: it is imported with a report, or refused with sentences; nothing else escapes."""

import random

import pytest
from lxml import etree

from engine.errors import DefinitionRefused
from engine.runtime import import_diagram, read_definition
from tests.unit.runtime.test_hostile_files import SAMPLES, mutate, outcome_of
from tests.unit.runtime.test_import_vocabulary import MODELS

DRAWINGS = [*SAMPLES, *MODELS.values()]


def mutilated(seed):
    """A drawing with up to a dozen things changed, dropped, copied or moved."""
    dice = random.Random(seed)
    root = etree.fromstring(dice.choice(DRAWINGS))
    for _ in range(dice.randrange(1, 13)):
        mutate(dice, root)
    return etree.tostring(root)


def imported(content):
    try:
        return import_diagram(content)
    except DefinitionRefused as refused:
        assert all(problem.message for problem in refused.problems)  # noqa: PT017
        return None


@pytest.mark.timeout(20)
@pytest.mark.parametrize("seed", range(400))
def test_a_mutilated_drawing_is_imported_or_refused(seed):
    found = imported(mutilated(seed))
    if found is None:
        return
    assert all(one.sentence for one in found.report)
    if found.is_executable:
        assert outcome_of({"process.bpmn": found.bpmn}) in {"stopped", "running"}
    else:
        assert found.report[-1].sentence.startswith("仍需修改")


def test_mutilation_leaves_some_drawings_executable():
    found = [imported(mutilated(seed)) for seed in range(200)]
    executable = [one for one in found if one is not None and one.is_executable]
    assert len(executable) > 30
    assert all(read_definition({"process.bpmn": one.bpmn}, digest="d") for one in executable[:20])
