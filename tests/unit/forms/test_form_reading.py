"""Which files are forms, and what is said about those that are not."""

import json

import pytest

from engine.language import compile_expression
from forms import FormDefinitionError, read_form


def problems_of(*components, **root):
    text = json.dumps({"components": list(components), **root})
    with pytest.raises(FormDefinitionError) as caught:
        read_form(text, file="forms/fill_in.form", compile_expression=compile_expression)
    return caught.value.problems


def text_field(**more):
    return {"type": "textfield", "id": "field", "key": "name", "label": "名称", **more}


def test_the_key_of_a_form_is_the_stem_of_its_file(make_form):
    assert make_form(text_field()).key == "fill_in"


def test_title_and_version_stand_beside_the_components(make_form):
    form = make_form(text_field(), title="创建申请表", version="2023")
    assert (form.title, form.version) == ("创建申请表", "2023")


def test_fields_inside_groups_are_fields_of_the_form(make_form):
    form = make_form({"type": "group", "label": "基本信息", "components": [text_field()]})
    assert form.field_names == {"name"}


def test_files_are_listed_apart_from_fields(make_form):
    form = make_form(text_field(), {"type": "filepicker", "key": "letter", "label": "同意文件"})
    assert [part.key for part in form.file_fields] == ["letter"]
    assert form.field_names == {"name"}


@pytest.mark.parametrize("kind", ["html", "iframe", "image", "taglist", "documentPreview", "script", None, 7])
def test_a_component_type_outside_the_list_is_refused_with_its_id(kind):
    (problem,) = problems_of({"type": kind, "id": "strange"})
    assert problem[0] == "strange"
    assert "不支持组件类型" in problem[1]


@pytest.mark.parametrize("key", ["", "a b", "_action", "a.b", "a[0]", "1a", "a-b", None, 3, "长" * 65, "now", "parent"])
def test_a_key_that_cannot_be_a_name_is_refused(key):
    (problem,) = problems_of(text_field(key=key))
    assert problem[0] == "field"
    assert "名称（key）" in problem[1]


def test_a_key_used_twice_is_refused():
    (problem,) = problems_of(text_field(), text_field(id="second"))
    assert problem == ("second", "名称（key）“name”重复")


def test_the_rows_of_a_list_may_repeat_a_key_of_the_form(make_form):
    form = make_form(text_field(), {"type": "dynamiclist", "path": "rows", "label": "行", "components": [text_field()]})
    assert form.field_names == {"name", "rows"}


def test_a_field_without_a_label_is_refused():
    (problem,) = problems_of(text_field(label=""))
    assert "缺少标签" in problem[1]


def test_a_misspelt_property_is_refused():
    (problem,) = problems_of(text_field(properties={"stmap": "required"}))
    assert "不认识自定义属性“stmap”" in problem[1]


def test_a_rule_that_nobody_applies_is_refused():
    (problem,) = problems_of(text_field(validate={"requried": True}))
    assert "不支持校验规则“requried”" in problem[1]


@pytest.mark.parametrize("pattern", ["(", r"(?=a)b", r"(a)\1", "[z-a]"])
def test_a_pattern_that_cannot_be_matched_in_linear_time_is_refused(pattern):
    (problem,) = problems_of(text_field(validate={"pattern": pattern}))
    assert "校验格式" in problem[1]


def test_a_condition_that_is_no_feel_is_refused_with_the_place_of_the_fault():
    (problem,) = problems_of(text_field(conditional={"hide": "=1 +"}))
    assert problem[0] == "field"
    assert "隐藏条件" in problem[1]


@pytest.mark.parametrize(
    "text",
    [
        "<b>粗</b>",
        "<script>alert(1)</script>",
        "![图](https://a.cn/b.png)",
        "[点](http://a.cn)",
        "[点](javascript:alert(1))",
    ],
)
def test_an_explanation_with_more_than_the_little_markdown_is_refused(text):
    (problem,) = problems_of({"type": "text", "id": "said", "text": text})
    assert problem[0] == "said"


def test_an_explanation_may_use_headings_bold_lists_and_links(make_form):
    form = make_form(
        {"type": "text", "text": "## 说明\n请**逐项**填写：\n- 一\n- 二\n\n见[通知](https://www.gov.cn/a)"}
    )
    heading, paragraph, bullets, link = form.components[0].prose
    assert (heading.kind, paragraph.lines[0][1].is_bold) == ("heading", True)
    assert [line[0].text for line in bullets.lines] == ["一", "二"]
    assert link.lines[0][1].link == "https://www.gov.cn/a"


def test_choices_without_options_are_refused():
    (problem,) = problems_of({"type": "radio", "id": "choice", "key": "choice", "label": "选择"})
    assert "请给出选项" in problem[1]


def test_a_file_inside_a_list_is_refused():
    inner = {"type": "filepicker", "id": "inner", "key": "proof", "label": "证明"}
    (problem,) = problems_of(
        {"type": "dynamiclist", "id": "rows", "path": "rows", "label": "行", "components": [inner]}
    )
    assert problem[0] == "rows"


def test_a_reset_button_is_refused():
    (problem,) = problems_of({"type": "button", "id": "clear", "label": "重置", "action": "reset"})
    assert problem[0] == "clear"


def test_every_problem_of_a_file_is_reported_at_once():
    assert len(problems_of({"type": "html", "id": "a"}, {"type": "iframe", "id": "b"})) == 2


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"components": 1}', '"表单"', "null", b"\xff\xfe", "[" * 5000, "\ud800"]
)
def test_what_is_no_form_at_all_is_refused(text):
    with pytest.raises(FormDefinitionError):
        read_form(text, file="x.form", compile_expression=compile_expression)


def test_a_file_of_more_than_a_million_characters_is_refused():
    with pytest.raises(FormDefinitionError, match="文件过大"):
        read_form(" " * 1_000_001, file="x.form", compile_expression=compile_expression)


def test_components_nested_too_deep_are_refused():
    part = text_field()
    for level in range(12):
        part = {"type": "group", "id": f"group{level}", "label": "组", "components": [part]}
    assert any("嵌套过深" in message for _, message in problems_of(part))


def test_a_form_may_be_marked_as_waiting_for_the_official_one(make_form):
    assert make_form(text_field(), placeholder_form="待官方表样").is_placeholder


def test_a_text_may_mark_its_form_as_waiting_for_the_official_one(make_form):
    form = make_form({"type": "text", "text": "说明", "properties": {"placeholder_form": "待官方表样"}}, text_field())
    assert form.is_placeholder


def test_the_names_of_all_expressions_are_known(make_form):
    form = make_form(text_field(conditional={"hide": "=applicant.kind = kind"}))
    assert form.expression_names == {"applicant", "kind"}
