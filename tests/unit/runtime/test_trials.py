"""Trying a decision: its answer, the rules that were hit, and why there is none."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.language import FeelError
from engine.runtime.trials import list_inputs, try_decision

BPMN = Path(__file__).parents[3] / "bpmn"
NOW = datetime(2026, 11, 20, tzinfo=UTC)
GRADING = (BPMN / "city_grading_2017" / "decisions" / "grading_2017.dmn").read_bytes()
SCORE = (BPMN / "park_review" / "decisions" / "panel_score.dmn").read_bytes()
HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">'


def test_what_a_file_asks_is_listed_with_the_headings_of_its_columns():
    assert list_inputs(GRADING) == {"city_type": "类型", "controls": "控制性指标", "grand_total": "总得分"}
    assert list_inputs(SCORE) == {"sheets": ""}


@pytest.mark.parametrize(
    ("values", "answer", "hits"),
    [
        ({"controls": "not_met"}, "not_reached", ("controls_not_met",)),
        (
            {"controls": "met", "city_type": "comprehensive", "grand_total": 100},
            "reached",
            ("comprehensive_reached",),
        ),
        ({"controls": "met"}, None, ()),
    ],
)
def test_a_trial_says_the_answer_and_which_rules_were_hit(values, answer, hits):
    trial = try_decision(GRADING, "grading_2017", values, NOW)
    assert (trial.answer, trial.hits, trial.problem) == (answer, hits, "")


def test_a_condition_that_is_computed_is_compared_as_it_comes_out():
    trial = try_decision(SCORE, "panel_score", {"sheets": [90, 80, 70, 60, 50]}, NOW)
    assert (trial.answer, trial.hits, trial.numbers) == (70, ("five_or_more",), (1,))


def test_rules_that_contradict_one_another_are_all_shown_with_the_reason():
    overlapping = SCORE.replace(b"[1..4]", b"[1..9]")
    trial = try_decision(overlapping, "panel_score", {"sheets": [90, 80, 70, 60, 50]}, NOW)
    assert trial.hits == ("five_or_more", "fewer_than_five")
    assert trial.numbers == (1, 2)
    assert trial.problem


def test_a_decision_that_rests_on_another_is_given_its_answer():
    dmn = f"""{HEAD}
      <inputData id="n" name="n"/>
      <decision id="doubled" name="doubled">
        <informationRequirement id="r1"><requiredInput href="#n"/></informationRequirement>
        <literalExpression id="e1"><text>n * 2</text></literalExpression></decision>
      <decision id="size" name="size">
        <informationRequirement id="r2"><requiredDecision href="#doubled"/></informationRequirement>
        <decisionTable id="t" hitPolicy="UNIQUE">
          <input id="i"><inputExpression id="ie"><text>doubled</text></inputExpression></input>
          <output id="o" name="size"/>
          <rule id="small">
            <inputEntry id="a"><text>&lt; 10</text></inputEntry>
            <outputEntry id="b"><text>"small"</text></outputEntry></rule>
          <rule id="large">
            <inputEntry id="c"><text>&gt;= 10</text></inputEntry>
            <outputEntry id="f"><text>"large"</text></outputEntry></rule>
        </decisionTable></decision></definitions>""".encode()
    trial = try_decision(dmn, "size", {"n": 6}, NOW)
    assert (trial.answer, trial.hits) == ("large", ("large",))
    assert list_inputs(dmn) == {"n": ""}


def test_an_expression_alone_has_an_answer_and_no_rules():
    dmn = f'{HEAD}<inputData id="n" name="n"/><decision id="x" name="x"><literalExpression id="e"><text>n + 1</text>'
    trial = try_decision(f"{dmn}</literalExpression></decision></definitions>".encode(), "", {"n": 1}, NOW)
    assert (trial.answer, trial.hits) == (2, ())


def test_a_cell_that_is_no_feel_is_told():
    trial = try_decision(SCORE.replace(b"[1..4]", b"[1.."), "panel_score", {"sheets": [1]}, NOW)
    assert trial.problem
    assert trial.hits == ()


def test_a_file_without_a_decision_says_so():
    assert try_decision(f"{HEAD}</definitions>".encode(), "", {}, NOW).problem == "文件里还没有决策表或式子。"


def test_what_is_no_file_of_decisions_is_refused():
    with pytest.raises(FeelError):
        try_decision(b"<definitions", "", {}, NOW)
