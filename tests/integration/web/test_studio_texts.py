"""Texts of a draft that are changed as they are written: checked before they are saved, never over somebody else's."""

from __future__ import annotations

import pytest

from engine.services import drafts
from tests.support.browser import text_of


@pytest.fixture
def browser(browse):
    return browse("process_owner")


@pytest.fixture
def owner(offices):
    return offices.system, offices.actor("process_owner")


@pytest.fixture
def draft_id(owner):
    return drafts.begin_draft(*owner, "city_application").draft_id


@pytest.fixture
def save(browser, owner, draft_id):
    def save(path, text, revision=None):
        based_on = revision or drafts.read_file(*owner, draft_id, path).revision
        fields = {"file": path, "text": text, "revision": str(based_on), "csrf_token": browser.token()}
        return browser.send("POST", f"/studio/drafts/{draft_id}/text", data=fields)

    return save


def read(owner, draft_id, path="procedure.yaml"):
    return drafts.read_file(*owner, draft_id, path).content.decode()


def test_a_text_is_saved_as_it_was_typed(owner, draft_id, save):
    wanted = read(owner, draft_id).replace("publicity: ", "publicity:   ")

    assert save("procedure.yaml", wanted.replace("\n", "\r\n")).status_code == 302
    assert read(owner, draft_id) == wanted


def test_a_text_that_brings_faults_is_not_saved_and_not_lost(owner, draft_id, save):
    before = read(owner, draft_id)

    answer = save("procedure.yaml", before.replace("name: ", "nmae: ", 1))

    assert answer.status_code == 422
    assert "没有保存" in text_of(answer.text)
    assert "nmae: " in answer.text
    assert read(owner, draft_id) == before


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(owner, draft_id, save):
    opened = drafts.read_file(*owner, draft_id, "README.md").revision
    save("README.md", "同事写的")

    answer = save("README.md", "我写的", opened)

    assert answer.status_code == 409
    assert "我写的" in answer.text
    assert read(owner, draft_id, "README.md") == "同事写的"


def test_a_diagram_is_no_text(browser, draft_id):
    assert browser.send("GET", f"/studio/drafts/{draft_id}/text?file=process.bpmn").status_code == 404


def test_the_overview_leads_to_the_texts(browser, draft_id):
    assert f"/studio/drafts/{draft_id}/text?file=procedure.yaml" in browser.read(f"/studio/drafts/{draft_id}")
