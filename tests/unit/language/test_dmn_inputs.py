"""What the caller of a decision hands in: ISO text where the model wants a moment, and names it does not declare."""

from datetime import date

import pytest

from engine.language import decide
from tests.unit.language.decision_files import decision, given, literal, model, table


@pytest.mark.parametrize(
    ("kind", "text", "asked"),
    [
        ("date", "2026-05-01", "day.month = 5"),
        ("time", "10:30:00", "day.minute = 30"),
        ("dateTime", "2026-05-01T10:30:00", "day.hour = 10"),
        ("dateTime", "2026-05-01T10:30:00@Asia/Shanghai", 'day = @"2026-05-01T02:30:00Z"'),
        ("dayTimeDuration", "P3D", "day.days = 3"),
        ("years and months duration", "P1Y2M", "day.months = 2"),
    ],
)
def test_iso_text_is_read_where_the_model_wants_a_moment_or_a_duration(kind, text, asked):
    dmn = model(given("day", kind), decision("answer", literal(asked), "day"))
    assert decide(dmn, "answer", {"day": text}) is True


@pytest.mark.parametrize(("kind", "text"), [("date", "next week"), ("dayTimeDuration", "P1Y"), ("number", "3")])
def test_text_that_says_no_such_thing_is_null(kind, text):
    dmn = model(given("day", kind), decision("answer", literal("day"), "day"))
    assert decide(dmn, "answer", {"day": text}) is None


def test_text_that_is_wanted_as_text_stays_text():
    dmn = model(given("day", "string"), decision("answer", literal("day"), "day"))
    assert decide(dmn, "answer", {"day": "2026-05-01"}) == "2026-05-01"


def test_iso_text_is_read_deep_inside_named_types():
    types = (
        '<itemDefinition name="tOrder"><itemComponent name="placed"><typeRef>tDay</typeRef></itemComponent>'
        "</itemDefinition>"
        '<itemDefinition name="tDay"><typeRef>date</typeRef></itemDefinition>'
        '<itemDefinition name="tOrders" isCollection="true"><typeRef>tOrder</typeRef></itemDefinition>'
    )
    dmn = model(types, given("orders", "tOrders"), decision("answer", literal("max(orders.placed)"), "orders"))
    orders = [{"placed": "2026-05-01"}, {"placed": date(2026, 5, 3)}, {"placed": "2026-05-02", "note": "x"}]
    assert decide(dmn, "answer", {"orders": orders}) == date(2026, 5, 3)


def test_iso_text_is_read_for_a_type_of_an_imported_file():
    other = model('<itemDefinition name="tDay"><typeRef>date</typeRef></itemDefinition>', namespace="http://example/o")
    link = (
        '<import namespace="http://example/o" name="other" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
    )
    dmn = model(link, given("day", "other.tDay"), decision("answer", literal("day.year"), "day"))
    assert decide(dmn, "answer", {"day": "2026-05-01"}, imports=[other]) == 2026


def test_iso_text_is_read_for_the_inputs_of_a_service():
    service = (
        '<decisionService name="ask" id="ask"><variable name="ask"/><outputDecision href="#answer"/>'
        '<inputData href="#day"/></decisionService>'
    )
    dmn = model(given("day", "date"), decision("answer", literal("day.year"), "day"), service)
    assert decide(dmn, "ask", {"day": "2026-05-01"}) == 2026


def test_a_table_may_use_what_no_input_declares():
    dmn = model(decision("grade", table('hitPolicy="UNIQUE"', [(">= 60", '"pass"'), ("< 60", '"fail"')])))
    assert decide(dmn, "grade", {"score": 75}) == "pass"


def test_what_is_declared_but_not_required_is_not_seen():
    dmn = model(given("score"), decision("answer", literal("score")))
    assert decide(dmn, "answer", {"score": 75}) is None


def test_a_comment_inside_a_text_does_not_cut_it_off():
    dmn = model(decision("answer", "<literalExpression><text>1 <!-- and --> + 1</text></literalExpression>"))
    assert decide(dmn, "answer", {}) == 2
