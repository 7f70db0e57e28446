"""Example answers: what an owner sees in a form that nobody has used yet."""

from datetime import date
from pathlib import Path

import pytest

from engine.language import compile_expression
from forms import make_sample, normalise, read_form, visible

DAY = date(2026, 11, 20)


def sample_of(make_form, **component):
    key = "path" if component["type"] == "dynamiclist" else "key"
    return make_sample(make_form({key: "answer", "label": "栏目", **component}), DAY)["answer"]


def test_a_number_lies_within_its_limits(make_form):
    assert sample_of(make_form, type="number", validate={"min": 3, "max": 9}) == 3
    assert sample_of(make_form, type="number", validate={"min": 0, "max": 0.5}) == 0.5


def test_a_code_passes_its_check(make_form, messages_of):
    form = make_form({"type": "textfield", "key": "code", "label": "代码", "properties": {"check": "uscc"}})
    assert messages_of(form, make_sample(form, DAY)) == {}


@pytest.mark.parametrize("kind", ["email", "phone"])
def test_an_address_passes_its_check(make_form, messages_of, kind):
    form = make_form({"type": "textfield", "key": "address", "label": "地址", "validate": {"validationType": kind}})
    assert messages_of(form, make_sample(form, DAY)) == {}


def test_a_text_keeps_to_its_length(make_form):
    assert len(sample_of(make_form, type="textfield", validate={"maxLength": 2})) == 2
    assert len(sample_of(make_form, type="textarea", validate={"minLength": 50})) >= 50


def test_a_list_gets_its_fewest_rows(make_form):
    column = {"type": "textfield", "id": "name", "key": "name", "label": "名称"}
    rows = sample_of(make_form, type="dynamiclist", components=[column], properties={"min": "2", "max": "5"})
    assert rows == [{"name": "示例文字"}, {"name": "示例文字"}]


def test_days_and_choices_are_given(make_form):
    options = [{"label": "甲", "value": "a"}, {"label": "乙", "value": "b"}]
    assert sample_of(make_form, type="datetime", subtype="date") == "2026-11-20"
    assert sample_of(make_form, type="datetime", subtype="time") == "09:00"
    assert sample_of(make_form, type="radio", values=options) == "a"
    assert sample_of(make_form, type="checklist", values=options) == ["a"]
    assert sample_of(make_form, type="checkbox") is True


def test_what_cannot_be_filled_in_is_left_out(make_form):
    form = make_form({"type": "expression", "key": "total", "label": "合计", "expression": "=1"})
    assert make_sample(form, DAY) == {}


@pytest.mark.parametrize("file", sorted(Path("bpmn").glob("*/forms/*.form")), ids=str)
def test_the_examples_of_every_form_are_of_the_kind_that_is_asked_for(file):
    form = read_form(file.read_bytes(), file=str(file), compile_expression=compile_expression)
    sample = make_sample(form, DAY)
    assert normalise(form, sample).keys() == sample.keys()
    assert visible(form, sample, {})
