"""The forms of a draft: listed by step, begun, removed, and drawn while they are written."""

from __future__ import annotations

import json

import pytest

from engine.services import drafts
from tests.support.browser import text_of

FORM = "forms/give_consent.form"


@pytest.fixture
def browser(browse):
    return browse("process_owner")


@pytest.fixture
def draft(offices):
    return drafts.begin_draft(offices.system, offices.actor("process_owner"), "city_application")


@pytest.fixture
def read(offices, draft):
    """Return the files of the draft as they stand."""
    return lambda: drafts.read_files(offices.system, offices.actor("process_owner"), draft.draft_id)


@pytest.fixture
def preview(browser, draft):
    """Ask for the preview of a form, as the editor does."""

    def ask(form, **asked):
        text = form if isinstance(form, str) else json.dumps({"type": "default", "id": "give_consent", **form})
        sent = {"file": FORM, "text": text, "pairs": [], "outside": {}, "action": "", **asked}
        headers = {"X-CSRF-Token": browser.token()}
        return browser.send("POST", f"/studio/drafts/{draft.draft_id}/form/preview", json=sent, headers=headers)

    return ask


def field(key, **more):
    return {"type": "textfield", "id": key, "key": key, "label": key.upper(), **more}


CHOICE = {
    "type": "radio",
    "id": "answer",
    "key": "answer",
    "label": "答复",
    "values": [{"label": "同意", "value": "yes"}, {"label": "不同意", "value": "no"}],
}


def test_every_step_stands_in_the_list_with_its_form(browser, draft):
    page = text_of(browser.read(f"/studio/drafts/{draft.draft_id}/form"))
    assert "出具同意意见 give_consent 省级人民政府意见" in page
    assert "新建表单 ：" not in page


def test_a_step_without_a_form_gets_one_that_carries_its_name(browser, draft, read):
    address = f"/studio/drafts/{draft.draft_id}/form"
    browser.post(f"{address}/remove", file=FORM)
    assert "新建表单 ：出具同意意见" in text_of(browser.read(address))

    answer = browser.post(f"{address}/new", name="give_consent")

    assert answer.location == f"{address}?file=forms/give_consent.form"
    form = json.loads(read()[FORM])
    assert (form["id"], form["title"]) == ("give_consent", "出具同意意见")
    assert [part["label"] for part in form["components"]] == ["办理意见"]


def test_a_form_may_begin_as_a_copy_of_another(browser, draft, read):
    browser.post(f"/studio/drafts/{draft.draft_id}/form/remove", file=FORM)
    browser.post(f"/studio/drafts/{draft.draft_id}/form/new", name="give_consent", copied="forms/fill_application.form")

    copied, original = (json.loads(read()[name]) for name in (FORM, "forms/fill_application.form"))
    assert copied["components"] == original["components"]
    assert copied["id"] == "give_consent"


def test_a_form_that_is_there_is_not_begun_again(browser, draft, read):
    answer = browser.post(f"/studio/drafts/{draft.draft_id}/form/new", name="give_consent")
    assert answer.status_code == 409
    assert b"consent_decision" in read()[FORM]


@pytest.mark.parametrize("name", ["../escape", "Großes", "", "a" * 80])
def test_a_name_that_is_no_word_is_refused(browser, draft, name):
    assert browser.post(f"/studio/drafts/{draft.draft_id}/form/new", name=name).status_code == 400


def test_the_editor_of_a_form_that_is_not_there_is_not_found(browser, draft):
    assert browser.get(f"/studio/drafts/{draft.draft_id}/form?file=forms/nothing.form").status_code == 404


def test_only_forms_are_removed_here(browser, draft, read):
    answer = browser.post(f"/studio/drafts/{draft.draft_id}/form/remove", file="process.bpmn")
    assert answer.status_code == 404
    assert "process.bpmn" in read()


def test_the_preview_is_drawn_as_the_official_sees_it(preview):
    answer = preview({"title": "意见", "components": [CHOICE]}).json
    assert answer["problems"] == []
    assert '<input type="radio" id="f-answer" name="answer" value="yes">' in answer["page"]


def test_a_fault_is_told_with_its_component(preview):
    answer = preview(
        {"components": [field("name", conditional={"hide": "=a = = 1"}), {"type": "image", "id": "photo"}]}
    )
    assert answer.json["page"] == ""
    assert [problem["component"] for problem in answer.json["problems"]] == ["name", "photo"]


def test_a_file_that_is_no_json_is_told_so(preview):
    assert "不是正确的 JSON" in preview("{").json["problems"][0]["message"]


def test_conditions_are_at_work_in_the_preview(preview):
    form = {"components": [CHOICE, field("reason", conditional={"hide": '=answer != "no"'})]}
    assert "REASON" not in preview(form).json["page"]
    assert "REASON" in preview(form, pairs=[["answer", "no"]]).json["page"]


def test_what_comes_from_elsewhere_is_asked_for_by_the_words_of_its_form(preview):
    form = {"components": [field("note", conditional={"hide": '=submit_decision != "submit" or applicant.x = 1'})]}
    answer = preview(form).json
    assert [(one["name"], one["label"], one["kind"]) for one in answer["outside"]] == [
        ("applicant", "", ""),
        ("submit_decision", "下一步", "radio"),
    ]
    assert "NOTE" not in answer["page"]
    assert "NOTE" in preview(form, outside={"submit_decision": "submit", "applicant": "{x: 2}"}).json["page"]


def test_a_read_only_field_shows_the_value_that_is_given_for_it(preview):
    form = {"components": [{"type": "number", "id": "fee", "key": "fee", "label": "费用", "readonly": True}]}
    assert "12.5" in preview(form, outside={"fee": "12.5"}).json["page"]


def test_examples_fill_the_form_in_and_submitting_says_what_is_missing(preview):
    form = {"components": [field("name", validate={"required": True})]}
    assert 'value="示例文字"' in preview(form, action="sample").json["page"]
    assert "有 1 处需要更正" in preview(form, action="submit").json["page"]
    assert "可以提交" in preview(form, action="submit", pairs=[["name", "甲"]]).json["page"]


def test_rows_are_added_in_the_preview(preview):
    rows = {"type": "dynamiclist", "id": "people", "path": "people", "label": "人员", "components": [field("name")]}
    page = preview({"components": [rows]}, action="add:people", pairs=[["people[0].name", "甲"]]).json["page"]
    assert 'name="people[1].name"' in page


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        {"file": FORM},
        {"file": FORM, "text": 1, "outside": {}},
        {"file": FORM, "text": "{}", "outside": {"a": 1}},
        {"file": FORM, "text": "{}", "pairs": [["a"]], "outside": {}},
        {"file": FORM, "text": "{}", "pairs": [["a", "b"]] * 5001, "outside": {}},
    ],
)
def test_a_request_that_no_editor_sends_is_refused(browser, draft, sent):
    headers = {"X-CSRF-Token": browser.token()}
    answer = browser.send("POST", f"/studio/drafts/{draft.draft_id}/form/preview", json=sent, headers=headers)
    assert answer.status_code == 400
    assert answer.json["message"]


def test_every_form_of_the_procedure_can_be_drawn(preview, read):
    answers = [preview(content.decode(), file=name) for name, content in read().items() if name.endswith(".form")]
    assert answers
    assert all(answer.json["page"] and not answer.json["problems"] for answer in answers)
