"""Decisions: tables with every hit policy, and the other kinds of boxed expression."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from engine.language import Budget, FeelBudgetExceeded, FeelError, decide, decision_names, decision_problems
from tests.unit.language.decision_files import decision, entry, given, literal, model, table

ROWS = [(">= 60", "1"), (">= 80", "3"), (">= 90", "2")]
POLICIES = [
    ('hitPolicy="UNIQUE"', 70, Decimal(1)),
    ('hitPolicy="UNIQUE"', 85, None),
    ('hitPolicy="UNIQUE"', 10, None),
    ("", 70, Decimal(1)),
    ('hitPolicy="FIRST"', 95, Decimal(1)),
    ('hitPolicy="ANY"', 70, Decimal(1)),
    ('hitPolicy="ANY"', 95, None),
    ('hitPolicy="PRIORITY"', 95, Decimal(3)),
    ('hitPolicy="OUTPUT ORDER"', 95, [Decimal(3), Decimal(2), Decimal(1)]),
    ('hitPolicy="RULE ORDER"', 95, [Decimal(1), Decimal(3), Decimal(2)]),
    ('hitPolicy="COLLECT"', 95, [Decimal(1), Decimal(3), Decimal(2)]),
    ('hitPolicy="COLLECT"', 10, []),
    ('hitPolicy="COLLECT" aggregation="SUM"', 95, Decimal(6)),
    ('hitPolicy="COLLECT" aggregation="MIN"', 95, Decimal(1)),
    ('hitPolicy="COLLECT" aggregation="MAX"', 95, Decimal(3)),
    ('hitPolicy="COLLECT" aggregation="COUNT"', 95, Decimal(3)),
    ('hitPolicy="COLLECT" aggregation="COUNT"', 10, Decimal(0)),
]


@pytest.mark.parametrize(("policy", "score", "answer"), POLICIES)
def test_a_hit_policy_decides_what_the_rules_say_together(policy, score, answer):
    dmn = model(given("score"), decision("grade", table(policy, ROWS, values="3, 2, 1"), "score"))
    assert decide(dmn, "grade", {"score": score}) == answer


def test_a_table_without_a_hit_has_its_default():
    dmn = model(given("score"), decision("grade", table("", ROWS, default="0"), "score"))
    assert decide(dmn, "grade", {"score": 1}) == 0


def test_an_empty_cell_accepts_everything():
    dmn = model(given("score"), decision("grade", table("", [("", '"任意"')]), "score"))
    assert decide(dmn, "grade", {"score": None}) == "任意"


def test_a_decision_uses_the_decisions_it_requires():
    dmn = model(
        given("score"),
        decision("doubled", literal("score * 2"), "score"),
        decision("answer", literal("doubled + 1"), "doubled"),
    )
    assert decide(dmn, "answer", {"score": 5}) == 11


def test_a_decision_does_not_see_what_it_does_not_require():
    dmn = model(given("score"), decision("answer", literal("score")))
    assert decide(dmn, "answer", {"score": 5}) is None


def test_a_decision_that_requires_itself_is_refused():
    dmn = model(decision("a", literal("b"), "b"), decision("b", literal("a"), "a"))
    with pytest.raises(FeelError, match="循环"):
        decide(dmn, "a", {})


RATE = (
    '<businessKnowledgeModel name="rate" id="rate"><encapsulatedLogic><formalParameter name="n" typeRef="number"/>'
    + literal("if n <= 1 then 1 else n * rate(n - 1)")
    + "</encapsulatedLogic></businessKnowledgeModel>"
)


def test_a_knowledge_model_is_a_function_that_may_call_itself():
    dmn = model(RATE, decision("answer", literal("rate(5)"), "f:rate"))
    assert decide(dmn, "answer", {}) == 120


def test_a_boxed_invocation_binds_its_parameters_by_name():
    binding = '<binding><parameter name="n"/>' + literal("2 + 2") + "</binding>"
    dmn = model(RATE, decision("answer", f"<invocation>{literal('rate')}{binding}</invocation>", "f:rate"))
    assert decide(dmn, "answer", {}) == 24


def test_an_argument_of_the_wrong_type_makes_the_call_null():
    dmn = model(RATE, decision("answer", literal('rate("a")'), "f:rate"))
    assert decide(dmn, "answer", {}) is None


def test_a_knowledge_model_without_end_is_stopped():
    endless = RATE.replace("if n <= 1 then 1 else n * rate(n - 1)", "rate(n + 1)")
    dmn = model(endless, decision("answer", literal("rate(1)"), "f:rate"))
    with pytest.raises(FeelBudgetExceeded):
        decide(dmn, "answer", {})


def _entry(name, text):
    variable = f'<variable name="{name}"/>' if name else ""
    return f"<contextEntry>{variable}{literal(text)}</contextEntry>"


BOXED = [
    ("<context>" + _entry("a", "2") + _entry("b", "a + 1") + "</context>", {"a": 2, "b": 3}),
    ("<context>" + _entry("a b", "2") + _entry("", "a b * 3") + "</context>", 6),
    ("<list>" + literal("1") + literal("2") + "</list>", [1, 2]),
    (
        '<relation><column name="x"/><row>' + literal("1") + "</row><row>" + literal("2") + "</row></relation>",
        [{"x": 1}, {"x": 2}],
    ),
    (
        "<conditional><if>"
        + literal("1 < 2")
        + "</if><then>"
        + literal('"y"')
        + "</then><else>"
        + literal('"n"')
        + "</else></conditional>",
        "y",
    ),
    ("<filter><in>" + literal("[1, 2, 3]") + "</in><match>" + literal("item > 1") + "</match></filter>", [2, 3]),
    (
        '<for iteratorVariable="i"><in>' + literal("[1, 2]") + "</in><return>" + literal("i * 10") + "</return></for>",
        [10, 20],
    ),
    (
        '<some iteratorVariable="i"><in>'
        + literal("[1, 2]")
        + "</in><satisfies>"
        + literal("i = 2")
        + "</satisfies></some>",
        True,
    ),
    (
        '<every iteratorVariable="i"><in>'
        + literal("[1, 2]")
        + "</in><satisfies>"
        + literal("i = 2")
        + "</satisfies></every>",
        False,
    ),
]


@pytest.mark.parametrize(("logic", "answer"), BOXED)
def test_a_boxed_expression_has_its_value(logic, answer):
    assert decide(model(decision("answer", logic)), "answer", {}) == answer


CITY = (
    '<itemDefinition name="tLevel"><typeRef>string</typeRef>'
    + entry("allowedValues", '"市", "县"')
    + "</itemDefinition>"
)


def test_an_input_outside_its_allowed_values_is_null():
    dmn = model(CITY, given("level", "tLevel"), decision("answer", literal("level"), "level"))
    assert (decide(dmn, "answer", {"level": "市"}), decide(dmn, "answer", {"level": "省"})) == ("市", None)


def test_a_result_of_another_type_is_null():
    dmn = model(decision("answer", literal('"text"'), kind="number"))
    assert decide(dmn, "answer", {}) is None


SERVICE = (
    '<decisionService name="serve" id="serve"><outputDecision href="#answer"/><inputDecision href="#doubled"/>'
    "</decisionService>"
)


def test_a_decision_service_takes_its_input_decisions_as_inputs():
    dmn = model(
        given("score"),
        decision("doubled", literal("score * 2"), "score"),
        decision("answer", literal("doubled + 1"), "doubled"),
        SERVICE,
    )
    assert decide(dmn, "serve", {"doubled": 100}) == 101


def test_an_imported_decision_is_used_through_the_name_of_the_import():
    other = model(decision("base", literal("40")), namespace="http://example/other")
    needs = '<informationRequirement><requiredDecision href="http://example/other#base"/></informationRequirement>'
    own = model(
        '<import name="other" namespace="http://example/other" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>',
        decision("answer", needs + literal("other.base + 2")),
    )
    assert decide(own, "answer", {}, imports=[other]) == 42


def test_a_missing_import_is_refused():
    own = model('<import name="other" namespace="http://example/other" importType="DMN"/>')
    with pytest.raises(FeelError, match="缺少被引用的决策文件"):
        decide(own, "answer", {})


def test_the_clock_of_a_decision_is_given():
    dmn = model(decision("answer", literal("string(today())")))
    assert decide(dmn, "answer", {}, now=datetime(2026, 11, 14, 17, 0, tzinfo=UTC)) == "2026-11-15"


def test_an_unknown_decision_is_refused_by_name():
    with pytest.raises(FeelError, match="没有名为“无”的决策"):
        decide(model(), "无", {})


def test_a_file_that_is_not_xml_is_refused():
    with pytest.raises(FeelError, match="XML"):
        decide(b"not xml", "answer", {})


def test_an_external_entity_is_not_read():
    bomb = b'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + model(decision("answer", literal("1"))).replace(
        b"<![CDATA[1]]>", b"&e;"
    )
    assert decide(bomb, "answer", {}) is None


def test_a_decision_spends_the_budget_it_is_given():
    dmn = model(decision("answer", literal("sum(for i in 1..1000 return i)")))
    with pytest.raises(FeelBudgetExceeded):
        decide(dmn, "answer", {}, budget=Budget.of(500))


def test_a_wrong_cell_is_quoted_with_its_place():
    dmn = model(given("score"), decision("grade", table("", [("> ", "1")]), "score"))
    with pytest.raises(FeelError, match="“>”第 2 个字符处"):
        decide(dmn, "grade", {"score": 1})


def test_the_problems_of_a_file_are_listed_by_decision():
    dmn = model(
        decision("good", literal("1")), decision("bad", literal("1 +")), decision("lost", literal("1"), "nobody")
    )
    assert [name for name, _ in decision_problems(dmn)] == ["bad", "lost"]


def test_the_decisions_of_a_file_can_be_listed():
    dmn = model(given("score"), decision("grade", literal("1")), SERVICE)
    assert decision_names(dmn) == ("grade", "serve")


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ('hitPolicy="WHATEVER"', "WHATEVER"),
        ('hitPolicy="COLLECT" aggregation="AVG"', "AVG"),
        ('hitPolicy="UNIQUE" aggregation="SUM"', "SUM"),
    ],
)
def test_a_hit_policy_that_dmn_does_not_have_is_refused_by_name(wrong, word):
    dmn = model(given("score"), decision("grade", table(wrong, [("> 1", "2")]), "score"))
    assert [(part, word in sentence) for part, sentence in decision_problems(dmn)] == [("grade", True)]
    with pytest.raises(FeelError, match=word):
        decide(dmn, "grade", {"score": 5})


@pytest.mark.parametrize(
    "cells", ["", entry("inputEntry", "-"), entry("inputEntry", "-") * 2 + entry("outputEntry", "1")]
)
def test_a_rule_with_too_few_or_too_many_cells_is_refused_with_its_number(cells):
    rules = [("> 1", "2")]
    logic = table('hitPolicy="FIRST"', rules).replace("</decisionTable>", f"<rule>{cells}</rule></decisionTable>")
    with pytest.raises(FeelError, match="第 2 行"):
        decide(model(given("score"), decision("grade", logic, "score")), "grade", {"score": 5})


def test_parts_of_one_name_are_a_problem():
    dmn = model(
        given("score"), decision("grade", literal("1")), decision("grade", literal("2")).replace('id="grade"', 'id="b"')
    )
    assert [part for part, _ in decision_problems(dmn)] == ["grade"]


def test_an_id_that_two_parts_have_is_refused():
    with pytest.raises(FeelError, match="重复"):
        decide(model(decision("a", literal("1")), decision("a", literal("2"))), "a", {})
