"""Whether a whole submission is accepted, and what people are told when it is not."""

from types import SimpleNamespace

import pytest

from forms import InvalidSubmission, check_files, normalise, validate

NAME = {"type": "textfield", "key": "name", "label": "企业名称", "validate": {"required": True}}
PRODUCTS = {
    "type": "dynamiclist",
    "path": "products",
    "label": "优秀产品",
    "properties": {"min": "1", "max": "3"},
    "components": [
        {"type": "textfield", "key": "title", "label": "产品名称", "id": "title", "validate": {"required": True}},
        {"type": "number", "key": "share", "label": "占比", "id": "share"},
    ],
}
LETTER = {
    "type": "filepicker",
    "key": "letter",
    "label": "省级人民政府同意文件",
    "multiple": True,
    "validate": {"required": True},
    "properties": {"stamp": "required", "accept": ".pdf", "max": "2"},
}


def file(name="同意文件.pdf", size=10):
    return SimpleNamespace(file_name=name, size=size)


def choice(kind, **more):
    return {"type": kind, "key": "choice", "label": "选择", "values": [{"value": "a", "label": "甲"}], **more}


@pytest.mark.parametrize("value", [None, "", "  ", "\u3000", "\u200b", []])
def test_a_required_field_left_blank_is_named(make_form, messages_of, value):
    assert messages_of(make_form(NAME), {"name": value}) == {"name": ("请填写“企业名称”，此项必填。",)}


def test_a_required_field_that_was_not_posted_is_named(make_form, messages_of):
    assert messages_of(make_form(NAME), {}) == {"name": ("请填写“企业名称”，此项必填。",)}


@pytest.mark.parametrize("kind", ["select", "radio", "checklist"])
def test_a_required_choice_asks_to_choose(make_form, messages_of, kind):
    form = make_form(choice(kind, validate={"required": True}))
    assert messages_of(form, {"choice": ""}) == {"choice": ("请选择“选择”，此项必填。",)}


@pytest.mark.parametrize("value", [None, "", False, "false"])
def test_a_required_checkbox_must_be_ticked(make_form, messages_of, value):
    form = make_form({"type": "checkbox", "key": "promise", "label": "承诺属实", "validate": {"required": True}})
    assert messages_of(form, {"promise": value}) == {"promise": ("请勾选“承诺属实”，确认后才能提交。",)}


def test_optional_fields_left_blank_are_kept_as_empty(make_form):
    form = make_form(
        {"type": "textfield", "key": "note", "label": "备注"},
        {"type": "checkbox", "key": "agreed", "label": "同意"},
        choice("checklist"),
        {**PRODUCTS, "properties": {}},
    )
    assert validate(form, {}, {}) == {"note": None, "agreed": False, "choice": [], "products": []}


def test_empty_lists_are_not_shared_between_submissions(make_form):
    form = make_form(choice("checklist"))
    validate(form, {}, {})["choice"].append("a")
    assert validate(form, {}, {}) == {"choice": []}


def test_unknown_names_are_dropped(make_form):
    form = make_form(NAME, PRODUCTS)
    raw = {"name": "甲", "state": "approved", "products": [{"title": "乙", "score": 100}], "__class__": "x"}
    assert validate(form, raw, {}) == {"name": "甲", "products": [{"title": "乙", "share": None}]}


def test_messages_of_rows_name_the_list_the_row_and_the_field(make_form, messages_of):
    raw = {"name": "甲", "products": [{"title": "乙"}, {"title": "", "share": "多"}]}
    assert messages_of(make_form(NAME, PRODUCTS), raw) == {
        "products[1].title": ("请填写“优秀产品”第 2 行的“产品名称”，此项必填。",),
        "products[1].share": ("“优秀产品”第 2 行的“占比”应填写数字，例如 12 或 12.5，不要加逗号、单位或其他符号。",),
    }


def test_messages_come_in_the_order_of_the_form(make_form, messages_of):
    form = make_form(LETTER, PRODUCTS, NAME, {"type": "number", "key": "age", "label": "年限"})
    messages = messages_of(form, {"age": "x", "products": [{}]})
    assert list(messages) == ["letter", "products[0].title", "name", "age"]


@pytest.mark.parametrize(("count", "sentence"), [(0, "“优秀产品”至少需要 1 行"), (4, "“优秀产品”最多 3 行")])
def test_the_number_of_rows_is_limited(make_form, messages_of, count, sentence):
    messages = messages_of(make_form(PRODUCTS), {"products": [{"title": "甲"}] * count})
    assert messages["products"][0].startswith(sentence)


def test_no_list_has_more_than_two_hundred_rows(make_form, messages_of):
    form = make_form({**PRODUCTS, "properties": {}})
    assert messages_of(form, {"products": [{"title": "甲"}] * 200}) == {}
    assert "最多 200 行" in messages_of(form, {"products": [{"title": "甲"}] * 100_000})["products"][0]


@pytest.mark.parametrize("rows", ["x", 7, {"0": {"title": "甲"}}, ["x"], [None], [["a"]]])
def test_rows_that_are_no_rows_are_refused(make_form, messages_of, rows):
    assert messages_of(make_form(PRODUCTS), {"products": rows})


def test_a_missing_file_is_named_with_its_seal(make_form, messages_of):
    assert messages_of(make_form(LETTER), {}) == {
        "letter": ("请上传“省级人民政府同意文件”，并加盖公章，此项必须提供。",)
    }


def test_an_uploaded_file_satisfies_its_item(make_form):
    assert validate(make_form(LETTER), {}, {}, files={"letter": [file()]}) == {}


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([file()] * 3, "最多 2 个文件，现有 3 个"),
        ([file("盖章.exe")], "只接受 .pdf 文件"),
        ([file("盖章.pdf.exe")], "只接受 .pdf 文件"),
        ([file(size=0)], "有空文件"),
    ],
)
def test_files_outside_what_is_asked_are_refused(make_form, messages_of, files, sentence):
    assert sentence in messages_of(make_form(LETTER), {}, files={"letter": files})["letter"][0]


def test_endings_are_compared_without_regard_to_case(make_form, messages_of):
    assert messages_of(make_form(LETTER), {}, files={"letter": [file("SCAN.PDF")]}) == {}


def test_several_files_may_be_asked_for(make_form, messages_of):
    reports = {
        "type": "filepicker",
        "key": "reports",
        "label": "使用报告",
        "multiple": True,
        "properties": {"min": "3"},
    }
    messages = messages_of(make_form(reports), {}, files={"reports": [file()] * 2})
    assert messages == {"reports": ("“使用报告”至少需要 3 个文件，现有 2 个，请补充上传。",)}


@pytest.mark.parametrize(("level", "is_asked"), [("直辖市", False), ("地级市", True)])
def test_a_file_is_asked_for_only_under_its_condition(make_form, messages_of, level, is_asked):
    item = {**LETTER, "properties": {"when": '= applicant.city_level != "直辖市"'}}
    assert ("letter" in messages_of(make_form(item), {}, {"applicant": {"city_level": level}})) is is_asked


def test_a_hidden_file_is_not_asked_for(make_form, messages_of):
    assert messages_of(make_form({**LETTER, "conditional": {"hide": "=true"}}), {}) == {}


def test_files_cannot_be_posted_as_values(make_form):
    form = make_form(NAME, {**LETTER, "validate": {}})
    assert validate(form, {"name": "甲", "letter": "x.pdf"}, {}) == {"name": "甲"}


def test_files_of_an_item_can_be_checked_alone(make_form):
    (item,) = make_form(LETTER).file_fields
    assert check_files(item, [file()]) == []


def test_a_draft_asks_for_nothing(make_form):
    assert validate(make_form(NAME, LETTER, PRODUCTS), {"name": ""}, {}, draft=True) == {"name": ""}


def test_a_draft_keeps_what_is_typed_though_it_is_wrong(make_form):
    form = make_form(NAME, PRODUCTS)
    assert normalise(form, {"name": " 甲 ", "products": [{"share": "约 5"}, {"share": "5.0"}]}) == {
        "name": " 甲 ",
        "products": [{"share": "约 5"}, {"share": 5}],
    }


def test_a_draft_keeps_what_a_condition_hides(make_form):
    assert normalise(make_form({**NAME, "conditional": {"hide": "=true"}}), {"name": "甲"}) == {"name": "甲"}


def test_a_draft_drops_unknown_names(make_form):
    assert normalise(make_form(NAME), {"name": "甲", "state": "x"}) == {"name": "甲"}


def test_a_draft_loses_characters_that_cannot_be_stored(make_form):
    assert normalise(make_form(NAME), {"name": "甲\x00\ud800\u202e乙"}) == {"name": "甲乙"}


def test_a_draft_keeps_choices_that_are_not_offered_any_more(make_form):
    assert normalise(make_form(choice("checklist")), {"choice": ["a", "旧"]}) == {"choice": ["a", "旧"]}


def test_a_draft_that_is_far_too_long_is_refused_by_name(make_form):
    with pytest.raises(InvalidSubmission, match="“企业名称”的内容过长"):
        normalise(make_form(NAME), {"name": "字" * 20_001})


def test_a_clean_submission_can_be_submitted_again(make_form):
    form = make_form(NAME, PRODUCTS)
    clean = validate(form, {"name": "甲", "products": [{"title": "乙", "share": "2.50"}]}, {})
    assert validate(form, clean, {}) == clean
