"""Business rule tasks: a decision is asked, and its answer becomes variables."""

from datetime import date

import pytest

from engine.errors import DefinitionRefused, ExecutionError
from engine.runtime import Context, start
from tests.unit.runtime.runtime_diagrams import Case, begin, end, flow, many, node, path, read, user

CAMUNDA_DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def table(*rules, policy="UNIQUE", inputs=("score",), outputs=("grade",), decision="rate_city", before=""):
    """A decision table as Camunda's modeller writes it, without input data; a rule is inputs and outputs in a row."""
    rows = "".join(
        "<rule>"
        + "".join(f"<inputEntry><text>{entry}</text></inputEntry>" for entry in rule[: len(inputs)])
        + "".join(f"<outputEntry><text>{entry}</text></outputEntry>" for entry in rule[len(inputs) :])
        + "</rule>"
        for rule in rules
    )
    asked = "".join(f"<input><inputExpression><text>{name}</text></inputExpression></input>" for name in inputs)
    given = "".join(f'<output name="{name}"/>' for name in outputs)
    return (
        f'<definitions xmlns="{CAMUNDA_DMN}" namespace="test" name="评级">{before}'
        f'<decision id="{decision}" name="城市评级"><decisionTable hitPolicy="{policy}">{asked}{given}{rows}'
        "</decisionTable></decision></definitions>"
    ).encode()


GRADES = table(("&gt;= 80", '"A"'), ("&lt; 80", '"B"'))


def rated(dmn=GRADES, inner="", **attributes):
    attributes = {"camunda_decisionRef": "rate_city", **attributes}
    return read(
        begin(), user("write"), node("businessRuleTask", "rate", inner, **attributes), user("look"), end(),
        path("begin", "write", "rate", "look", "done"),
        called={"decisions/rating.dmn": dmn},
    )  # fmt: skip


def variables(definition, **values):
    case = Case(definition).do("write", **values)
    assert case.open == ["look"]
    return {name: value for name, value in case.variables.items() if name not in values}


def test_a_decision_sets_the_result_variable():
    assert variables(rated(camunda_resultVariable="level"), score=85) == {"level": "A"}


def test_a_decision_can_be_asked_by_its_name():
    assert variables(rated(camunda_decisionRef="城市评级", camunda_resultVariable="level"), score=1) == {"level": "B"}


def test_without_a_result_variable_every_output_becomes_a_variable():
    dmn = table(("&gt;= 80", '"A"', "3"), outputs=("grade", "years"))
    assert variables(rated(dmn), score=85) == {"grade": "A", "years": 3}


def test_without_a_result_variable_a_single_output_gives_its_name():
    assert variables(rated(), score=85) == {"grade": "A"}


def test_the_dialect_of_spiffworkflow_is_read_as_an_equal():
    inner = (
        "<bpmn:extensionElements><spiff:calledDecisionId>rate_city</spiff:calledDecisionId></bpmn:extensionElements>"
    )
    body = (begin(), node("businessRuleTask", "rate", inner), user("look"), end(), path("begin", "rate", "look"))
    definition = read(*body, path("look", "done"), called={"decisions/rating.dmn": GRADES})
    assert Case(definition, score=85).variables == {"score": 85, "grade": "A"}


TWO_HITS = table(("&gt; 0", '"A"'), ("&gt; 1", '"B"'), policy="RULE ORDER")


@pytest.mark.parametrize(
    ("shape", "score", "dmn", "expected"),
    [
        ("singleEntry", 85, GRADES, "A"),
        ("singleResult", 85, GRADES, {"grade": "A"}),
        ("resultList", 85, GRADES, [{"grade": "A"}]),
        ("collectEntries", 85, GRADES, ["A"]),
        ("collectEntries", 2, TWO_HITS, ["A", "B"]),
        ("resultList", 2, TWO_HITS, [{"grade": "A"}, {"grade": "B"}]),
        ("singleEntry", 0, table(("&gt; 9", "1")), None),
        ("collectEntries", 0, table(("&gt; 9", "1")), []),
    ],
)
def test_the_answer_has_the_shape_that_the_task_names(shape, score, dmn, expected):
    definition = rated(dmn, camunda_resultVariable="found", camunda_mapDecisionResult=shape)
    assert variables(definition, score=score) == {"found": expected}


@pytest.mark.parametrize(
    ("shape", "dmn"),
    [("singleEntry", TWO_HITS), ("singleEntry", table(("&gt; 0", '"A"', "3"), outputs=("grade", "years")))],
)
def test_an_answer_of_another_shape_names_the_task(shape, dmn):
    case = Case(rated(dmn, camunda_resultVariable="found", camunda_mapDecisionResult=shape))
    with pytest.raises(ExecutionError, match="rate") as caught:
        case.do("write", score=85)
    assert caught.value.element_id == "rate"


def test_a_decision_sees_facts_and_the_item_of_its_instance():
    dmn = table(("&gt; 1", '"市"', "n * 2"), inputs=("n", "applicant.level"), outputs=("twice",))
    rate = node(
        "businessRuleTask", "rate", many("numbers", "n", collects=("all", "twice")), camunda_decisionRef="rate_city"
    )
    definition = read(
        begin(), rate, user("look"), end(), path("begin", "rate", "look", "done"), called={"decisions/d.dmn": dmn}
    )
    case = Case(definition, facts={"applicant": {"level": "市"}}, numbers=[2, 3])
    assert case.variables["all"] == [4, 6]


def test_declared_input_data_are_used_as_they_are():
    declared = '<inputData id="in" name="score"/>'
    dmn = GRADES.replace(b"<decision id", declared.encode() + b"<decision id").replace(
        b"<decisionTable",
        b'<informationRequirement><requiredInput href="#in"/></informationRequirement><decisionTable',
    )
    assert variables(rated(dmn), score=85) == {"grade": "A"}


def test_a_column_of_dates_reads_the_day_that_a_case_keeps_as_text():
    dmn = table(('&lt; date("2027-01-01")', '"A"'), ("-", '"B"'), policy="FIRST", inputs=("day",))
    typed = dmn.replace(b"<inputExpression>", b'<inputExpression typeRef="date">')
    case = Case(rated(typed, camunda_resultVariable="grade")).do("write", day=date(2026, 5, 1))
    assert (case.variables["day"], case.variables["grade"]) == ("2026-05-01", "A")


def test_the_names_a_decision_reads_are_names_of_the_definition():
    assert "score" in rated().variable_names


def test_a_decision_in_the_context_takes_the_place_of_the_folder_s():
    definition = read(begin(), node("businessRuleTask", "rate", camunda_decisionRef="rate_city"), user("look"), end(),
                      path("begin", "rate", "look", "done"), called={"decisions/d.dmn": GRADES})  # fmt: skip
    other = {"rate_city": table(("-", '"C"'))}
    context = Context(definition=definition, variables={"score": 1}, facts={}, decisions=other)
    assert start(context).variables["grade"] == "C"


def refused(dmn=GRADES, **attributes):
    with pytest.raises(DefinitionRefused) as caught:
        rated(dmn, **attributes)
    return [(problem.file, problem.element) for problem in caught.value.problems]


def test_an_unknown_decision_is_refused_with_its_task():
    assert refused(camunda_decisionRef="unknown") == [("process.bpmn", "rate")]


def test_a_task_without_a_decision_is_refused():
    assert refused(camunda_decisionRef="") == [("process.bpmn", "rate")]


def test_an_unknown_mapping_is_refused():
    assert refused(camunda_mapDecisionResult="firstOne") == [("process.bpmn", "rate")]


def test_a_result_that_would_hide_a_fact_is_refused():
    assert refused(camunda_resultVariable="applicant") == [("process.bpmn", "rate")]


@pytest.mark.parametrize("dmn", [b"", b"<definitions", b"<html/>", b'<!DOCTYPE x [<!ENTITY a "b">]><definitions/>'])
def test_a_file_that_is_no_decision_file_is_refused(dmn):
    assert ("decisions/rating.dmn", "") in refused(dmn)


def test_a_faulty_cell_is_refused_with_file_and_decision():
    assert refused(table(("&gt;= 8 0 +", '"A"'))) == [("decisions/rating.dmn", "城市评级")]


@pytest.mark.parametrize("rule", [('"A"',), ("&gt; 1", "&gt; 2", '"A"')])
def test_a_rule_that_does_not_fit_its_columns_is_refused_with_its_decision(rule):
    dmn = table(rule, inputs=("score",)) if len(rule) == 1 else table(rule[1:], rule, inputs=("score",))
    assert refused(dmn) == [("decisions/rating.dmn", "城市评级")]


def test_two_files_with_the_same_decision_are_refused():
    files = {"decisions/a.dmn": GRADES, "decisions/b.dmn": GRADES + b" "}
    body = (begin(), user("look"), end(), path("begin", "look", "done"))
    with pytest.raises(DefinitionRefused, match="rate_city"):
        read(*body, called=files)


def test_a_gateway_can_decide_on_the_answer():
    definition = read(
        begin(), node("businessRuleTask", "rate", camunda_decisionRef="rate_city", camunda_resultVariable="level"),
        node("exclusiveGateway", "which", default="which__no"), user("visit"), end(), end("refused"),
        path("begin", "rate", "which"), flow("which", "visit", when='level = "A"'), path("visit", "done"),
        flow("which", "refused", name="which__no"), called={"decisions/d.dmn": GRADES},
    )  # fmt: skip
    assert Case(definition, score=90).open == ["visit"]
    assert Case(definition, score=9).ends == ["refused"]


def test_a_file_may_import_another():
    other = table(("&gt; 0", "1"), decision="base").replace(b'namespace="test"', b'namespace="other"')
    main = (
        f'<definitions xmlns="{CAMUNDA_DMN}" namespace="main" name="m">'
        f'<import name="lib" namespace="other" importType="{CAMUNDA_DMN}"/>'
        '<decision id="top" name="top"><variable name="top"/><informationRequirement>'
        '<requiredDecision href="other#base"/>'
        "</informationRequirement><literalExpression><text>lib.城市评级 + 1</text></literalExpression></decision>"
        "</definitions>"
    ).encode()
    body = (begin(), node("businessRuleTask", "rate", camunda_decisionRef="top"), user("look"), end())
    files = {"decisions/lib.dmn": other, "decisions/main.dmn": main}
    case = Case(read(*body, path("begin", "rate", "look", "done"), called=files), score=3)
    assert case.variables == {"score": 3, "top": 2}


@pytest.mark.parametrize(("policy", "word"), [("UNIQUE", "只允许一行"), ("ANY", "不相同")])
def test_rules_that_contradict_one_another_stop_the_task_with_their_numbers(policy, word):
    dmn = table(("&gt;= 80", '"A"'), ("&gt;= 60", '"B"'), ("&lt; 60", '"C"'), policy=policy)
    definition = rated(dmn, camunda_resultVariable="level")
    assert variables(definition, score=70) == {"level": "B"}
    case = Case(definition)
    with pytest.raises(ExecutionError, match=rf"rate.*城市评级.*第 1、2 行同时命中.*{word}") as caught:
        case.do("write", score=85)
    assert caught.value.element_id == "rate"
    assert case.do("write", score=10).variables["level"] == "C"


def test_rules_that_agree_do_not_contradict_one_another():
    dmn = table(("&gt;= 80", '"A"'), ("&gt;= 60", '"A"'), policy="ANY")
    assert variables(rated(dmn, camunda_resultVariable="level"), score=85) == {"level": "A"}


def test_a_contradiction_in_a_decision_that_another_one_needs_names_it():
    inner = table(("&gt;= 1", "1"), ("&gt;= 2", "2"), decision="points").decode()
    needs = '<informationRequirement><requiredDecision href="#points"/></informationRequirement>'
    outer = (
        f'<decision id="rate_city" name="总评">{needs}<literalExpression><text>城市评级 + 1</text></literalExpression>'
        "</decision></definitions>"
    )
    dmn = inner.replace("</definitions>", outer).encode()
    definition = rated(dmn, camunda_resultVariable="level")
    assert variables(definition, score=1) == {"level": 2}
    with pytest.raises(ExecutionError, match=r"城市评级.*第 1、2 行"):
        Case(definition).do("write", score=3)


def test_an_input_may_be_named_like_a_built_in_function():
    dmn = table(("&gt;= 80", '"A"'), ("-", '"B"'), inputs=("max",), policy="FIRST")
    assert variables(rated(dmn, camunda_resultVariable="level"), max=85) == {"level": "A"}
