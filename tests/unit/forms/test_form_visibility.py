"""What a form shows, depending on what is filled in."""

import pytest

from forms import validate, visible, walk


def field(key, **more):
    return {"type": "textfield", "key": key, "label": key, "id": key, **more}


def number(key, **more):
    return {"type": "number", "key": key, "label": key, "id": key, **more}


def hidden_if(condition):
    return {"conditional": {"hide": f"={condition}"}}


def keys(form, raw, context=None):
    return [part.key for part in walk(visible(form, raw, context or {})) if part.key]


def test_a_field_whose_condition_holds_is_not_shown(make_form):
    form = make_form(field("kind"), field("other", **hidden_if('kind != "其他"')))
    assert keys(form, {"kind": "企业"}) == ["kind"]
    assert keys(form, {"kind": "其他"}) == ["kind", "other"]


def test_a_condition_without_a_value_shows_the_field(make_form):
    form = make_form(number("size"), field("why", **hidden_if("size > 5")))
    assert keys(form, {"size": "很多"}) == ["size", "why"]


def test_conditions_compare_typed_numbers_exactly(make_form):
    form = make_form(number("a"), number("b"), field("why", **hidden_if("a + b = 0.3")))
    assert keys(form, {"a": "0.1", "b": "0.2"}) == ["a", "b"]


def test_conditions_may_name_facts_of_the_context(make_form):
    form = make_form(field("consent", **hidden_if('applicant.city_level = "直辖市"')))
    assert keys(form, {}, {"applicant": {"city_level": "直辖市"}}) == []
    assert keys(form, {}, {"applicant": {"city_level": "地级市"}}) == ["consent"]


def test_a_hidden_field_is_null_for_the_conditions_of_others(make_form):
    form = make_form(
        field("kind"),
        field("detail", **hidden_if('kind = "无"')),
        field("more", **hidden_if("detail = null")),
    )
    assert keys(form, {"kind": "有", "detail": "x"}) == ["kind", "detail", "more"]
    assert keys(form, {"kind": "无", "detail": "x"}) == ["kind"]


def test_contradicting_conditions_come_to_an_end(make_form):
    form = make_form(field("a", **hidden_if("b = null")), field("b", **hidden_if("a != null")))
    assert set(keys(form, {"a": "1", "b": "2"})) <= {"a", "b"}


def test_hiding_a_group_hides_everything_in_it(make_form):
    group = {"type": "group", "label": "组", "id": "group", "components": [field("inner")], **hidden_if("true")}
    assert keys(make_form(group), {"inner": "x"}) == []


def test_a_hidden_field_is_dropped_even_when_it_is_posted(make_form):
    form = make_form(field("kind"), field("secret", validate={"required": True}, **hidden_if("true")))
    assert validate(form, {"kind": "a", "secret": "x"}, {}) == {"kind": "a"}


def test_a_row_sees_its_own_values_and_its_surroundings(make_form):
    rows = {
        "type": "dynamiclist",
        "path": "rows",
        "label": "行",
        "id": "rows",
        "components": [field("kind"), field("reason", **hidden_if('kind = "甲" or parent.mode = "简"'))],
    }
    form = make_form(field("mode"), rows)
    shown = visible(form, {"mode": "全", "rows": [{"kind": "甲"}, {"kind": "乙"}]}, {})[1].rows
    assert [[part.key for part in row] for row in shown] == [["kind"], ["kind", "reason"]]
    shown = visible(form, {"mode": "简", "rows": [{"kind": "乙"}]}, {})[1].rows
    assert [[part.key for part in row] for row in shown] == [["kind"]]


def test_a_form_sees_only_what_is_shown_of_its_rows(make_form):
    rows = {
        "type": "dynamiclist",
        "path": "rows",
        "label": "行",
        "id": "rows",
        "components": [field("kind"), number("sum", **hidden_if('kind = "免"'))],
    }
    form = make_form(
        rows, {"type": "expression", "key": "total", "id": "total", "expression": "=sum(rows[sum != null].sum)"}
    )
    clean = validate(form, {"rows": [{"kind": "付", "sum": "2.5"}, {"kind": "免", "sum": "99"}]}, {})
    assert clean["total"] == 2.5


def test_an_expression_is_computed_from_what_is_filled_in(make_form):
    form = make_form(
        number("a"), {"type": "expression", "key": "double", "label": "两倍", "id": "d", "expression": "=a * 2"}
    )
    assert validate(form, {"a": "0.15", "double": "7"}, {}) == {"a": 0.15, "double": 0.3}


def test_a_table_shows_rows_of_the_context(make_form):
    table = {
        "type": "table",
        "label": "往年",
        "dataSource": "=past",
        "columns": [{"key": "year", "label": "年度"}, {"key": "passed", "label": "通过"}],
    }
    form = make_form(table)
    shown = visible(form, {}, {"past": [{"year": 2022, "passed": True}, {"year": 2023}]})
    assert shown[0].cells == (("2022", "是"), ("2023", ""))


def test_options_may_come_from_the_context(make_form):
    form = make_form({"type": "select", "key": "city", "label": "城市", "valuesKey": "cities"})
    shown = visible(form, {}, {"cities": ["甲市", {"value": "b", "label": "乙市"}]})
    assert [(option.value, option.label) for option in shown[0].options] == [("甲市", "甲市"), ("b", "乙市")]


def test_a_choice_of_the_context_can_be_named_in_a_condition(make_form):
    form = make_form(
        {"type": "select", "key": "city", "label": "城市", "valuesKey": "cities"},
        field("why", **hidden_if('city = "甲市"')),
    )
    assert keys(form, {"city": "甲市"}, {"cities": ["甲市"]}) == ["city"]


@pytest.mark.parametrize(("count", "is_refused"), [("3", False), ("4", True)])
def test_a_limit_may_be_an_expression(make_form, messages_of, count, is_refused):
    form = make_form(number("most"), number("count", validate={"max": "=most"}))
    assert ("count" in messages_of(form, {"most": "3", "count": count})) is is_refused


def test_a_readonly_field_takes_its_value_from_the_context(make_form):
    form = make_form(field("city", readonly=True, validate={"required": True}))
    assert validate(form, {"city": "改过"}, {"city": "甲市"}) == {"city": "甲市"}


def test_readonly_may_be_an_expression(make_form):
    form = make_form(field("city", readonly="=is_fixed"))
    assert validate(form, {"city": "改过"}, {"city": "甲市", "is_fixed": True}) == {"city": "甲市"}
    assert validate(form, {"city": "改过"}, {"city": "甲市", "is_fixed": False}) == {"city": "改过"}


def test_a_disabled_field_is_left_out(make_form):
    assert validate(make_form(field("city", disabled=True)), {"city": "改过"}, {}) == {}
