"""Business rule tasks in a sandbox: decisions are given as files, in whichever way the author writes them."""

import pytest

from engine.errors import DefinitionRefused, ExecutionError
from engine.simulation import Sandbox
from tests.unit.language.decision_files import decision, given, literal, model, table
from tests.unit.runtime.runtime_diagrams import begin, end, flow, node, path, script, user, xml
from tests.unit.simulation.diagrams import MORNING

GRADES = model(
    given("score"),
    decision("grade", table('hitPolicy="UNIQUE"', [(">= 60", '"pass"'), ("< 60", '"fail"')]), "score"),
)
BONUS = model(given("score"), decision("bonus", literal("score * 2"), "score"), namespace="http://example/bonus")


def rule(name, decision_name, **attributes):
    return node("businessRuleTask", name, camunda_decisionRef=decision_name, **attributes)


def graded(decisions, **variables):
    content = xml(
        *(begin(), user("examine"), rule("rate", "grade", camunda_resultVariable="result")),
        *(node("exclusiveGateway", "which", default="which__no"), end("good"), end("bad")),
        path("begin", "examine", "rate", "which"),
        flow("which", "good", when='result = "pass"') + flow("which", "bad", name="which__no"),
    )
    return Sandbox(content, "sample", variables, MORNING, decisions)


@pytest.mark.parametrize(
    "decisions",
    [
        {"grade": GRADES},
        {"grades.dmn": GRADES},
        {"decisions/grades.dmn": GRADES, "by another name": bytes(bytearray(GRADES))},
        [GRADES],
        (content for content in (GRADES, BONUS)),
        GRADES,
    ],
    ids=["by decision", "by file", "twice", "list", "generator", "one file"],
)
def test_decisions_may_be_given_in_any_way(decisions):
    case = graded(decisions)
    case.complete("examine", score=75)
    assert (case.end_events, case.variables["result"]) == (["good"], "pass")


@pytest.mark.parametrize(("score", "reached"), [(60, "good"), (59.5, "bad"), (None, "bad")])
def test_a_table_decides_the_way(score, reached):
    case = graded([GRADES])
    case.complete("examine", score=score)
    assert case.end_events == [reached]


def test_two_decisions_in_a_row_see_one_anothers_answers():
    content = xml(
        *(begin(), rule("double", "bonus", camunda_resultVariable="score"), rule("rate", "grade"), end()),
        path("begin", "double", "rate", "done"),
    )
    case = Sandbox(content, "sample", {"score": 30}, MORNING, [GRADES, BONUS])
    assert case.variables == {"score": 60, "grade": "pass"}


def test_a_diagram_that_asks_a_decision_nobody_gave_is_refused_with_its_element():
    with pytest.raises(DefinitionRefused, match="grade") as caught:
        graded([BONUS])
    assert [problem.element for problem in caught.value.problems] == ["rate"]


def test_a_file_that_is_no_decision_is_refused_by_its_name():
    with pytest.raises(DefinitionRefused) as caught:
        graded({"grades": GRADES, "broken": b"<nothing"})
    assert [problem.file for problem in caught.value.problems] == ["decisions/broken.dmn"]


def test_an_answer_of_another_shape_stops_the_step_and_changes_nothing():
    rules = table('hitPolicy="COLLECT"', [("> 10", '"pass"'), ("> 20", '"fail"')])
    grades = model(given("score"), decision("grade", rules, "score"))
    content = xml(
        *(begin(), user("examine"), rule("rate", "grade", camunda_mapDecisionResult="singleEntry"), end()),
        path("begin", "examine", "rate", "done"),
    )
    case = Sandbox(content, "sample", {}, MORNING, [grades])
    with pytest.raises(ExecutionError) as caught:
        case.complete("examine", score=25)
    assert (caught.value.element_id, case.ready, case.variables) == ("rate", ["examine"], {})
    case.complete("examine", score=15)
    assert (case.ended, case.variables["grade"]) == (True, "pass")


def test_variables_named_like_built_in_functions_count_in_scripts_gateways_and_tables():
    limits = model(given("max"), decision("limit", literal("max + 1"), kind="number"))
    content = xml(
        *(begin(), user("examine"), script("add", "count = count + 1\nmax = count"), rule("rate", "limit")),
        *(node("exclusiveGateway", "which", default="which__no"), end("many"), end("few")),
        path("begin", "examine", "add", "rate", "which"),
        flow("which", "many", when="count > 2") + flow("which", "few", name="which__no"),
    )
    case = Sandbox(content, "sample", {"count": 2}, MORNING, [limits])
    case.complete("examine")
    assert case.end_events == ["many"]
    assert case.variables == {"count": 3, "max": 3, "limit": 4}
