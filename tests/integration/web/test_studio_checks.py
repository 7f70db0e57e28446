"""Checks and comparison in the studio, as the pages and the editors' script ask for them."""

from __future__ import annotations

import pytest

from engine.services import drafts
from tests.support.browser import text_of

DIAGRAM = "process.bpmn"


@pytest.fixture
def browser(browse):
    return browse("process_owner")


@pytest.fixture
def owner(offices):
    return offices.actor("process_owner")


@pytest.fixture
def draft(offices, owner):
    return drafts.begin_draft(offices.system, owner, "city_application")


@pytest.fixture
def text(offices, owner, draft):
    return lambda path: drafts.read_files(offices.system, owner, draft.draft_id)[path].decode()


@pytest.fixture
def change(offices, owner, draft, text):
    """Save a file with a text replaced."""

    def change(path, old, new):
        assert old in text(path)
        file = drafts.read_file(offices.system, owner, draft.draft_id, path)
        content = text(path).replace(old, new).encode()
        drafts.save_file(offices.system, owner, draft.draft_id, path, content, based_on=file.revision)

    return change


@pytest.fixture
def ask(browser, draft):
    """Ask for the checks as an editor does, with what is open and not saved."""

    def ask(files):
        headers = {"X-CSRF-Token": browser.token()}
        return browser.send("POST", f"/studio/drafts/{draft.draft_id}/check", json={"files": files}, headers=headers)

    return ask


def test_an_editor_learns_of_faults_in_what_is_not_saved(ask, text, offices, owner, draft):
    broken = text(DIAGRAM).replace('review_decision = "refuse"', 'review_decision = "reject"')

    answer = ask({DIAGRAM: broken}).json

    [error] = [finding for finding in answer["findings"] if finding["severity"] == "error"]
    assert (error["file"], error["element"], error["field"]) == (DIAGRAM, "review_result__refuse", "condition")
    assert error["rule"] == "types"
    assert answer["is_publishable"] is False
    assert text(DIAGRAM) != broken
    assert drafts.read_draft(offices.system, owner, draft.draft_id).revision == draft.revision


def test_a_sound_draft_is_publishable_with_its_hints(ask):
    answer = ask({}).json
    assert answer["is_publishable"] is True
    assert "error" not in {finding["severity"] for finding in answer["findings"]}
    assert set(answer["findings"][0]) == {"rule", "severity", "file", "element", "name", "field", "message", "line"}


@pytest.mark.parametrize("files", [{DIAGRAM: 1}, [DIAGRAM]])
def test_what_is_no_text_is_refused(ask, files):
    assert ask(files).status_code == 400


def test_more_than_an_editor_may_hand_in_is_refused(ask):
    assert "过大" in ask({DIAGRAM: "x" * (5 * 1024 * 1024 + 1)}).text


def test_an_error_stands_on_the_page_with_the_way_to_its_element(browser, draft, change):
    change(DIAGRAM, 'review_decision = "refuse"', 'review_decision = "reject"')

    page = browser.read(f"/studio/drafts/{draft.draft_id}/checks")

    assert "有 1 处错误，改正以前不能送审。" in text_of(page)
    address = f"/studio/drafts/{draft.draft_id}/diagram?file=process.bpmn&amp;element=review_result__refuse"
    assert address in page


def test_a_draft_that_cannot_be_read_is_checked_all_the_same(browser, draft, change):
    change("procedure.yaml", "id: city_application", "id: [")
    assert "不能送审" in text_of(browser.read(f"/studio/drafts/{draft.draft_id}/checks"))


def test_the_comparison_says_what_officials_call_it(browser, draft, change):
    change("windows.yaml", "working_days: 20", "working_days: 15")

    page = text_of(browser.read(f"/studio/drafts/{draft.draft_id}/compare"))

    assert "现行第 1 版 → 草稿" in page
    assert "的办理时限由 20 个工作日改为 15 个工作日。" in page


def test_a_draft_without_changes_says_so(browser, draft):
    assert "两边没有差别。" in text_of(browser.read(f"/studio/drafts/{draft.draft_id}/compare"))


def test_what_was_changed_is_marked_in_both_pictures(browser, draft, change):
    change(DIAGRAM, 'name="省级审核"', 'name="省级会审"')

    page = browser.read(f"/studio/drafts/{draft.draft_id}/compare")

    assert page.count('st-changed" data-element="review_by_province"') == 2
    assert "用户任务 省级会审，修改" in page


def test_two_versions_are_compared_by_their_numbers(browser):
    page = browser.read("/studio/compare?old=1&new=1")
    assert "第 1 版 → 第 1 版" in text_of(page)


@pytest.mark.parametrize("query", ["", "?old=1", "?old=x&new=1", "?old=1&new=99999999999"])
def test_a_comparison_needs_two_versions(browser, query):
    assert browser.get(f"/studio/compare{query}").status_code == 400


def test_a_version_gives_out_its_files(browser):
    assert browser.get("/studio/versions/1/files/windows.yaml").data.startswith(b"#")
    assert browser.get("/studio/versions/1/files/nothing.yaml").status_code == 404


@pytest.mark.parametrize("page", ["simulation", "simulation/impact"])
def test_a_draft_that_cannot_run_leads_to_what_has_to_be_mended(browser, draft, change, page):
    change("windows.yaml", "review_by_province:", "review_by_nobody:")

    shown = text_of(browser.read(f"/studio/drafts/{draft.draft_id}/{page}"))

    assert "草稿还不能推演" in shown
    assert "review_by_nobody" in shown
    assert "去检查页逐条改正" in shown
