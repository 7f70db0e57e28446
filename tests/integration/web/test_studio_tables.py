"""The decisions of a draft: listed, begun, removed, and tried while they are written."""

from __future__ import annotations

import pytest

from engine.runtime.decisions import read_model
from engine.services import drafts
from tests.support.browser import text_of

FILE = "decisions/panel_score.dmn"


@pytest.fixture
def browser(browse):
    return browse("process_owner")


@pytest.fixture
def draft(offices):
    return drafts.begin_draft(offices.system, offices.actor("process_owner"), "city_application")


@pytest.fixture
def address(draft):
    return f"/studio/drafts/{draft.draft_id}/table"


@pytest.fixture
def read(offices, draft):
    """Return the files of the draft as they stand."""
    return lambda: drafts.read_files(offices.system, offices.actor("process_owner"), draft.draft_id)


@pytest.fixture
def attempt(browser, address):
    """Try a decision, as the editor does."""

    def ask(text, **asked):
        headers = {"X-CSRF-Token": browser.token()}
        sent = {"file": FILE, "text": text, "decision": "", "inputs": {}, **asked}
        return browser.send("POST", f"{address}/try", json=sent, headers=headers)

    return ask


@pytest.fixture
def table(browser, address, read):
    """A fresh table whose one rule says yes to `submit`."""
    browser.post(f"{address}/new", name="grade", title='等级 <"甲">')
    text = read()["decisions/grade.dmn"].decode()
    cells = iter(["submit_decision", '"submit"', '"yes"'])
    return "".join(
        piece + (f"<text>{next(cells)}</text>" if number < 3 else "")
        for number, piece in enumerate(text.split("<text></text>"))
    )


def test_a_new_table_is_a_file_that_the_engine_reads(browser, address, read):
    answer = browser.post(f"{address}/new", name="grade", title='等级 <"甲">')

    assert answer.location == f"{address}?file=decisions/grade.dmn"
    assert read_model(read()["decisions/grade.dmn"]).labels["grade"] == "grade"
    assert '等级 <"甲">' in text_of(browser.read(address))


@pytest.mark.parametrize("name", ["", "Grade", "../grade", "a" * 80])
def test_a_name_that_is_no_word_is_refused(browser, address, name):
    assert browser.post(f"{address}/new", name=name, title="等级").status_code == 400


def test_a_table_that_is_there_is_not_begun_again(browser, address, table, read):
    before = read()
    assert browser.post(f"{address}/new", name="grade", title="另一个").status_code == 409
    assert read() == before


def test_a_table_is_removed_and_nothing_else(browser, address, table, read):
    assert browser.post(f"{address}/remove", file="process.bpmn").status_code == 404
    browser.post(f"{address}/remove", file="decisions/grade.dmn")
    assert "decisions/grade.dmn" not in read()
    assert "process.bpmn" in read()


def test_the_editor_of_a_table_that_is_not_there_is_not_found(browser, address):
    assert browser.get(f"{address}?file=decisions/nothing.dmn").status_code == 404


def test_the_page_of_the_editor_lets_its_styles_in_and_no_other_page_does(browser, address, table):
    policy = browser.get(f"{address}?file=decisions/grade.dmn").headers["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src 'self';" in policy


def test_what_the_table_asks_is_named_by_the_words_of_the_forms(attempt, table):
    (asked,) = attempt(table).json["inputs"]
    assert (asked["name"], asked["label"], asked["kind"]) == ("submit_decision", "下一步", "radio")
    assert ["submit", "提交申请"] in asked["options"]


def test_a_trial_says_the_answer_and_the_rule(attempt, table):
    answer = attempt(table, inputs={"submit_decision": "submit"}).json
    assert (answer["answer"], answer["hits"], answer["count"]) == ("“yes”", ["grade_first"], [1])
    assert answer["problem"] is None


def test_a_trial_that_hits_nothing_says_so(attempt, table):
    answer = attempt(table, inputs={"submit_decision": "abandon"}).json
    assert (answer["answer"], answer["hits"]) == ("没有结果", [])


def test_a_table_with_a_fault_is_told_and_not_answered(attempt, table):
    answer = attempt(table.replace('"yes"', '"yes')).json
    assert answer["problem"]
    assert answer["hits"] == []
    assert attempt("<definitions").json["problem"]


@pytest.mark.parametrize("sent", [None, [], {"text": 1}, {"text": "", "inputs": []}, {"text": "", "inputs": {"a": 1}}])
def test_a_request_that_no_editor_sends_is_refused(browser, address, sent):
    answer = browser.send("POST", f"{address}/try", json=sent, headers={"X-CSRF-Token": browser.token()})
    assert answer.status_code == 400
