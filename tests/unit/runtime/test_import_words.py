"""Ids of other modellers made words, for the forms and decisions that will refer to them."""

import pytest

from engine.errors import DefinitionRefused
from engine.runtime import import_diagram, read_definition
from tests.unit.runtime.runtime_diagrams import begin, boundary, end, flow, node, path, timer, user
from tests.unit.runtime.test_import_vocabulary import file, inside, lanes, pools, process, simple

UUID = "_8f3b1c2e-0a4d-4c55-9e21-7b6f0d1a2c3e"
SIGNAVIO = "sid-8F3B1C2E-0A4D-4C55-9E21-7B6F0D1A2C3E"
ECLIPSE = "_aB3dEfGhIjKlMnOpQrStUv"


def words(*parts, **options):
    return import_diagram(file(*parts), as_words=True, **options)


def ids(imported):
    return set(read_definition({"process.bpmn": imported.bpmn}, digest="d").elements)


@pytest.mark.parametrize(
    ("written", "name", "word"),
    [
        ("CheckLeave", "审核", "check_leave"),
        ("Activity_0x3f9ab", "审核", "user_task"),
        (UUID, "审核", "user_task"),
        (UUID, "Check the\nrequest", "check_the_request"),
        (SIGNAVIO, "", "user_task"),
        (ECLIPSE, "Rechnung klären", "user_task"),
        (f"Process_{UUID}", "7 days", "user_task"),
        ("check.request", "审核", "check_request"),
        ("already_a_word", "Check the request", "already_a_word"),
        ("A_" * 50_000 + "1", "审核", "user_task"),
    ],
)
def test_an_id_becomes_a_word(written, name, word):
    imported = words(process("main", begin(), user(written, name_=name), end(), path("begin", written, "done")))
    assert ids(imported) == {"begin", word, "done"}
    assert imported.renamed == (() if word == written else ((written, word),))
    assert not any("不能使用" in one.sentence for one in imported.report)


def test_everything_that_refers_to_an_element_follows():
    called = process(f"P{UUID}", simple(f"A{UUID}"))
    main = process(
        "Main", lanes(Office=f"{UUID} Begin Done Call"), begin("Begin"), user(UUID, name_="Write"),
        boundary(f"B{UUID}", UUID, timer("P3D")), node("exclusiveGateway", "Choose", default=f"F{UUID}"),
        node("callActivity", "Call", calledElement=f"P{UUID}"), inside("Part", simple("Inner")), end("Done"),
        path("Begin", UUID, "Choose", "Part", "Done"), flow("Choose", "Call", name=f"F{UUID}"), path("Call", "Done"),
        path(f"B{UUID}", "Done"), isExecutable="true",
    )  # fmt: skip
    imported = words(pools("Main"), called, main)
    assert imported.is_executable, [str(one) for one in imported.report]
    definition = read_definition({"process.bpmn": imported.bpmn}, digest="d")
    assert definition.elements["boundary_event"].attached_to == "write"
    assert definition.elements["write"].lane == "office"
    assert definition.process_id == "main"
    assert {"call", "part", "inner_step", "choose"} <= set(definition.elements)


def test_what_only_looks_like_an_id_stays():
    imported = words(process("main", begin(), user("Approver", camunda_assignee="Approver", name_="Approver"), end(),
                             path("begin", "Approver", "done")))  # fmt: skip
    assert b'camunda:assignee="Approver" name="Approver"' in imported.bpmn


def test_no_two_elements_get_the_same_word():
    steps = [f"{UUID}-{number}" for number in range(3)]
    imported = words(process("main", begin(), *(user(step, name_="Check") for step in steps), end(),
                             path("begin", *steps, "done")))  # fmt: skip
    assert ids(imported) == {"begin", "check", "check_2", "check_3", "done"}


def test_a_refusal_names_the_elements_of_the_file():
    twice = process("main", begin(), user(UUID), user(UUID), end(), path("begin", UUID, "done"))
    later = process("main", begin(), node("adHocSubProcess", UUID), end(), path("begin", UUID, "done"))
    for drawing in (twice, later):
        with pytest.raises(DefinitionRefused, match=UUID):
            words(drawing)


@pytest.mark.parametrize("as_words", [False, True])
def test_a_process_is_chosen_by_its_id_in_the_file(as_words):
    content = file(pools("a.1", "b.1"), process("a.1", simple("x")), process("b.1", simple("y"), simple("z")))
    assert import_diagram(content, process_id="a.1", as_words=as_words).process_id == "a_1"
