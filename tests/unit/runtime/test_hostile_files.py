"""Whatever is in a file: it is refused with sentences, or it runs; nothing else escapes and nothing hangs."""

import random
from pathlib import Path

import pytest
from lxml import etree

from engine.errors import DefinitionRefused, ExecutionError
from engine.runtime import Context, read_definition, start
from tests.unit.runtime.runtime_diagrams import (
    MORNING,
    begin,
    boundary,
    catch,
    end,
    flow,
    many,
    message,
    node,
    path,
    script,
    service,
    timer,
    user,
    xml,
)

INNER = begin("in") + user("visit") + end("out") + path("in", "visit", "out")
LANES = (
    '<bpmn:laneSet id="lanes"><bpmn:lane id="city"><bpmn:flowNodeRef>write</bpmn:flowNodeRef>'
    "<bpmn:flowNodeRef>two</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
)
SAMPLE = xml(
    LANES,
    begin(), user("write"), boundary("tick", "write", timer("R2/P1D", "timeCycle"), interrupts=False), end("ticked"),
    script("compute", "a = 1"), service("tell", "notify", to="=a"),
    node("inclusiveGateway", "whom", default="whom__two"),
    node("subProcess", "one", INNER + many("list", "entry")), node("userTask", "two"),
    node("inclusiveGateway", "gather"), node("eventBasedGateway", "wait"), catch("answered", message("msg_answer")),
    catch("expired", timer("P3D")), end(), node("exclusiveGateway", "again", default="again__done"),
    path("begin", "compute", "tell", "whom"), flow("whom", "one", when="a = 1"), flow("whom", "two", name="whom__two"),
    path("one", "gather"), path("two", "gather", "write", "wait", "answered", "again"), path("wait", "expired", "done"),
    path("tick", "ticked"), flow("again", "whom", when="b"), flow("again", "done", name="again__done"),
    messages=["msg_answer"],
)  # fmt: skip
WORDS = [
    "",
    "Start",
    "begin",
    "whom",
    "one",
    "gather",
    "msg_answer",
    "sample",
    "true",
    "x y",
    "1",
    "{}",
    "=",
    "P1D",
    "\u0600",
]


def mutate(dice, root):
    """Change, drop, copy or move one thing."""
    nodes = [node for node in root.iter() if node is not root] or [etree.SubElement(root, "left")]
    victim, other = dice.choice(nodes), dice.choice(nodes)
    kind = dice.randrange(6)
    if kind == 0 and victim.attrib:
        victim.set(dice.choice(list(victim.attrib)), dice.choice(WORDS))
    elif kind == 1 and victim.attrib:
        del victim.attrib[dice.choice(list(victim.attrib))]
    elif kind == 2:
        victim.getparent().remove(victim)
    elif kind == 3:
        victim.text = dice.choice(WORDS)
    elif kind == 4:
        victim.tag = other.tag
    elif victim not in other.iterancestors() and victim is not other:
        other.append(victim)


def outcome(content):
    """Return what became of a file; any other exception escapes and fails the test."""
    try:
        definition = read_definition({"process.bpmn": content}, digest="d")
        progress = start(Context(definition=definition, variables={"list": [1]}, facts={"now": MORNING}))
    except DefinitionRefused as refused:
        return "refused" if all(problem.message for problem in refused.problems) else "refused without a sentence"
    except ExecutionError as stopped:
        return "stopped" if stopped.sentence else "stopped without a sentence"
    return "running" if progress.tokens or progress.is_ended else "lost"


def mutilated(seed):
    dice, root = random.Random(seed), etree.fromstring(SAMPLE)
    for _ in range(dice.randrange(1, 4)):
        mutate(dice, root)
    return etree.tostring(root)


def noisy(seed):
    dice, content = random.Random(seed), bytearray(SAMPLE)
    for _ in range(dice.randrange(1, 20)):
        content[dice.randrange(len(content))] = dice.randrange(256)
    return bytes(content)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("seed", range(250))
def test_a_mutilated_diagram_is_refused_or_runs(seed):
    assert outcome(mutilated(seed)) in {"refused", "stopped", "running"}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("seed", range(50))
def test_noise_in_a_file_is_refused_or_runs(seed):
    assert outcome(noisy(seed)) in {"refused", "stopped", "running"}


def test_mutilation_leaves_some_diagrams_that_run():
    assert {outcome(mutilated(seed)) for seed in range(100)} >= {"refused", "running"}


def test_the_sample_itself_runs():
    assert outcome(SAMPLE) == "running"


@pytest.mark.parametrize("file", sorted(Path("bpmn").glob("*/*.bpmn")), ids=str)
def test_every_diagram_of_the_repository_is_accepted(file):
    assert read_definition({"process.bpmn": file.read_bytes()}, digest="d").elements
