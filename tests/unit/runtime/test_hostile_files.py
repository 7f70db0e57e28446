"""Whatever is in a file: it is refused with sentences, or it runs; nothing else escapes and nothing hangs."""

import random
from pathlib import Path

import pytest
from lxml import etree

from engine.errors import DefinitionRefused, ExecutionError
from engine.folders import load_directory
from engine.runtime import Context, read_definition, start
from tests.unit.runtime import fuzz_models
from tests.unit.runtime.runtime_diagrams import (
    MORNING,
    Case,
    begin,
    boundary,
    catch,
    conditional,
    end,
    flow,
    many,
    message,
    node,
    path,
    read,
    script,
    service,
    throw,
    timer,
    user,
    xml,
)
from tests.unit.runtime.test_decisions import GRADES

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


def written(*body, digest, **options):
    """A file of a model that is otherwise read."""
    return xml(*body, **options)


SAMPLES = [SAMPLE, fuzz_models.beside(make=written), fuzz_models.drawn(7, make=written)]
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
    return outcome_of({"process.bpmn": content})


def outcome_of(files):
    """Return what became of the files; any other exception escapes and fails the test."""
    try:
        definition = read_definition(files, digest="d")
        variables = {"list": [1], "experts": [1], "score": 85}
        progress = start(Context(definition=definition, variables=variables, facts={"now": MORNING}))
    except DefinitionRefused as refused:
        return "refused" if all(problem.message for problem in refused.problems) else "refused without a sentence"
    except ExecutionError as stopped:
        return "stopped" if stopped.sentence else "stopped without a sentence"
    return "running" if progress.tokens or progress.is_ended else "lost"


def mutilated(seed, sample=SAMPLE):
    dice, root = random.Random(seed), etree.fromstring(sample)
    for _ in range(dice.randrange(1, 4)):
        mutate(dice, root)
    return etree.tostring(root)


def noisy(seed):
    dice, content = random.Random(seed), bytearray(SAMPLE)
    for _ in range(dice.randrange(1, 20)):
        content[dice.randrange(len(content))] = dice.randrange(256)
    return bytes(content)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("sample", SAMPLES, ids=["mixed", "beside", "drawn"])
@pytest.mark.parametrize("seed", range(150))
def test_a_mutilated_diagram_is_refused_or_runs(seed, sample):
    assert outcome(mutilated(seed, sample)) in {"refused", "stopped", "running"}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("seed", range(50))
def test_noise_in_a_file_is_refused_or_runs(seed):
    assert outcome(noisy(seed)) in {"refused", "stopped", "running"}


def test_mutilation_leaves_some_diagrams_that_run():
    assert {outcome(mutilated(seed)) for seed in range(100)} >= {"refused", "running"}


@pytest.mark.parametrize("sample", SAMPLES, ids=["mixed", "beside", "drawn"])
def test_the_sample_itself_runs(sample):
    assert outcome(sample) == "running"


ASKING = xml(begin(), node("businessRuleTask", "rate", camunda_decisionRef="rate_city"), user("look"), end(),
             path("begin", "rate", "look", "done"))  # fmt: skip


@pytest.mark.timeout(20)
@pytest.mark.parametrize("seed", range(100))
def test_a_mutilated_decision_is_refused_or_answers(seed):
    dice, root = random.Random(seed), etree.fromstring(GRADES)
    for _ in range(dice.randrange(1, 4)):
        mutate(dice, root)
    files = {"process.bpmn": ASKING, "decisions/rating.dmn": etree.tostring(root)}
    assert outcome_of(files) in {"refused", "stopped", "running"}


def test_a_message_that_calls_itself_for_ever_is_stopped_by_name():
    definition = read(
        begin(), user("write"), boundary("heard", "write", message("msg_a"), interrupts=False),
        throw("again", message("msg_a")), end("told"), end(), path("begin", "write", "done"),
        path("heard", "again", "told"), messages=["msg_a"],
    )  # fmt: skip
    case = Case(definition)
    with pytest.raises(ExecutionError, match="循环") as caught:
        case.send("msg_a")
    assert caught.value.element_id in {"heard", "again", "told"}
    assert case.do("write").last.is_ended


def test_a_condition_that_is_switched_for_ever_is_stopped_by_name():
    definition = read(
        begin(), user("write"), boundary("on", "write", conditional("x"), interrupts=False), script("off", "x = false"),
        end("was_on"), boundary("off_again", "write", conditional("not(x)"), interrupts=False), script("back",
        "x = true"),
        end("was_off"), end(), path("begin", "write", "done"), path("on", "off", "was_on"),
        path("off_again", "back", "was_off"),
    )  # fmt: skip
    with pytest.raises(ExecutionError, match="循环"):
        Case(definition, x=False)


@pytest.mark.parametrize("folder", sorted(file.parent for file in Path("bpmn").glob("*/process.bpmn")), ids=str)
def test_every_procedure_of_the_repository_is_accepted(folder):
    assert read_definition(load_directory(folder), digest="d").elements
