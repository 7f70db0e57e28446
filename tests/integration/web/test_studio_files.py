"""The file API of a draft: what editors read and write, with revisions as tags and refusals in JSON."""

from __future__ import annotations

import pytest

from engine.services import drafts

FORM = "forms/give_consent.form"


@pytest.fixture
def editor(browse):
    return Editor(browse("process_owner"))


@pytest.fixture
def draft(offices):
    return drafts.begin_draft(offices.system, offices.actor("process_owner"), "city_application")


class Editor:
    """A script in a page of the studio."""

    def __init__(self, browser):
        self.browser = browser

    def send(self, method, draft, rest, content=b"", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named["X-CSRF-Token"] = self.browser.token()
        return self.browser.send(method, f"/studio/drafts/{draft.draft_id}/{rest}", data=content, headers=named)

    def tag(self, draft, path=FORM):
        return self.browser.get(f"/studio/drafts/{draft.draft_id}/files/{path}").headers["ETag"]


def test_a_file_is_given_out_byte_for_byte_with_its_revision(editor, draft, offices):
    answer = editor.browser.get(f"/studio/drafts/{draft.draft_id}/files/{FORM}")

    assert answer.data == (offices.system.settings.bpmn / "city_application" / FORM).read_bytes()
    assert answer.headers["ETag"] == '"1"'
    assert answer.mimetype == "application/octet-stream"


def test_a_save_over_the_tag_that_was_read_answers_the_next_one(editor, draft):
    answer = editor.send("PUT", draft, f"files/{FORM}", b"{}\r\n", If_Match=editor.tag(draft), X_Summary="%E6%94%B9")

    assert answer.json == {"revision": 2, "draft_revision": 2}
    assert editor.browser.get(f"/studio/drafts/{draft.draft_id}/files/{FORM}").data == b"{}\r\n"
    assert "改" in editor.browser.read(f"/studio/drafts/{draft.draft_id}")


def test_a_save_over_an_old_tag_is_refused_and_says_whose_and_when(editor, draft):
    old = editor.tag(draft)
    editor.send("PUT", draft, f"files/{FORM}", b"one", If_Match=old)

    answer = editor.send("PUT", draft, f"files/{FORM}", b"two", If_Match=old)

    assert answer.status_code == 409
    assert set(answer.json) == {"message", "revision", "by", "at"}
    assert answer.json["revision"] == 2
    assert editor.browser.get(f"/studio/drafts/{draft.draft_id}/files/{FORM}").data == b"one"


def test_a_new_file_needs_the_word_that_it_is_new(editor, draft):
    path = "files/forms/new_step.form"

    assert editor.send("PUT", draft, path, b"{}").status_code == 400
    assert editor.send("PUT", draft, path, b"{}", If_None_Match="*").status_code == 200
    assert editor.send("PUT", draft, path, b"{}", If_None_Match="*").json["revision"] == 2
    assert editor.send("PUT", draft, path, b"[]", If_None_Match="*").status_code == 409


def test_a_file_is_removed_over_its_tag_alone(editor, draft):
    assert editor.send("DELETE", draft, f"files/{FORM}", If_Match='"9"').status_code == 409
    assert editor.send("DELETE", draft, f"files/{FORM}", If_Match=editor.tag(draft)).status_code == 200
    assert editor.browser.get(f"/studio/drafts/{draft.draft_id}/files/{FORM}").status_code == 404


def test_undoing_and_redoing_answer_scripts_and_people(editor, draft):
    editor.send("PUT", draft, f"files/{FORM}", b"one", If_Match=editor.tag(draft))

    assert editor.send("POST", draft, "undo").json["paths"] == [FORM]
    assert editor.send("POST", draft, "undo").json == {"message": "没有可以撤销的修改。"}
    page = editor.browser.post(f"/studio/drafts/{draft.draft_id}/redo", page="/studio")
    assert (page.status_code, page.location) == (302, f"/studio/drafts/{draft.draft_id}#changes")


def test_an_open_editor_hears_how_far_the_draft_has_come(editor, draft):
    editor.send("PUT", draft, f"files/{FORM}", b"one", If_Match=editor.tag(draft))

    answer = editor.send("POST", draft, "editing", b'{"path": "process.bpmn"}', Content_Type="application/json")

    assert answer.json["others"] == []
    assert answer.json["files"][FORM]["revision"] == answer.json["draft_revision"] == 2


def test_without_the_token_nothing_is_saved(editor, draft):
    address = f"/studio/drafts/{draft.draft_id}/files/{FORM}"

    answer = editor.browser.send("PUT", address, data=b"", headers={"If-Match": '"1"'})

    assert answer.status_code == 403
    assert editor.tag(draft) == '"1"'


@pytest.mark.parametrize("login_name", ["ministry", "administrator"])
def test_strangers_find_no_draft(browse, draft, login_name):
    stranger = Editor(browse(login_name))

    assert stranger.browser.get("/studio").status_code == 403
    assert stranger.browser.get(f"/studio/drafts/{draft.draft_id}").status_code == 404
    assert stranger.browser.get(f"/studio/drafts/{draft.draft_id}/files/{FORM}").status_code == 404
