"""The form of an objection without an account: what is refused comes back with everything typed and attached."""

from __future__ import annotations

import io
import os
import re
from datetime import timedelta

import pytest
from werkzeug.datastructures import MultiDict

from engine.files import WaitingRoom
from engine.services import attachments, publications
from engine.workers import sweep_files
from tests.support.browser import Browser
from tests.support.offices import PDF
from tests.support.publishing import deploy
from web.application import create_app

TYPED = {"name": "王某", "contact": "演示电话", "reason": "材料与事实不符。"}
KEPT = re.compile(r'name="kept" value="([^"]+)" checked')


@pytest.fixture
def publishing(offices, tmp_path):
    return deploy(offices, tmp_path)


@pytest.fixture
def case_id(publishing):
    publishing.file()
    return publishing.review()


@pytest.fixture
def passer_by(publishing):
    return Browser.open(create_app(publishing.offices.system))


@pytest.fixture
def send(publishing, case_id, passer_by):
    """Return a function: sends the form with these files and what was kept before; gives the answer."""
    ((publication,), _) = publications.list_public(publishing.offices.system)
    page = f"/public/{publication.publication_id}"

    def post(*names, kept=(), content=PDF, **typed):
        fields = MultiDict({"csrf_token": passer_by.token(page), **TYPED, **typed})
        fields.setlist("kept", list(kept))
        fields.setlist("files", [(io.BytesIO(content), name) for name in names])
        return passer_by.send("POST", f"{page}/objections", data=fields)

    return post


def attached(publishing, case_id):
    """Return the names of the files of the objections that were taken."""
    offices = publishing.offices
    (publication,) = publications.list_of_case(offices.system, offices.actor("guangdong_department"), case_id)
    return [file.file_name for one in publication.objections for file in one.files]


def waiting(publishing):
    return [path for path in publishing.offices.system.settings.waiting.rglob("*") if path.is_file()]


def test_a_refused_form_comes_back_with_its_attachments_and_they_arrive_with_the_next_one(publishing, case_id, send):
    refused = send("证据一.pdf", "证据二.pdf", contact=" ")

    assert refused.status_code == 422
    assert "证据一.pdf" in refused.text
    assert send("证据三.pdf", kept=KEPT.findall(refused.text)).status_code == 201
    assert attached(publishing, case_id) == ["证据一.pdf", "证据二.pdf", "证据三.pdf"]
    assert waiting(publishing) == []


def test_an_attachment_that_is_not_wanted_any_more_is_left_out(publishing, case_id, send):
    first, _ = KEPT.findall(send("证据一.pdf", "证据二.pdf", contact="").text)

    assert send(kept=[first]).status_code == 201
    assert attached(publishing, case_id) == ["证据一.pdf"]


def test_of_attachments_the_good_ones_are_kept_when_one_is_refused(publishing, send):
    refused = send("证据.pdf", "程序.exe")

    assert "第 2 个附件没有通过检查" in refused.text
    assert [value.partition(":")[2] for value in KEPT.findall(refused.text)] == ["证据.pdf"]
    assert "有附件没有保存，请重新选择。" in refused.text
    assert len(waiting(publishing)) == 1


def test_what_was_kept_stays_through_a_second_refusal(send):
    kept = KEPT.findall(send("证据.pdf", contact="").text)

    assert KEPT.findall(send(kept=kept, reason="").text) == kept


def test_what_waited_too_long_is_gone_and_said_to_be(publishing, case_id, send):
    kept = KEPT.findall(send("证据.pdf", contact="").text)
    publishing.offices.system.waiting.sweep(before=publishing.offices.system.wall.now() + timedelta(days=36500))

    answer = send(kept=kept)

    assert answer.status_code == 422
    assert attachments.GONE in answer.text
    assert attached(publishing, case_id) == []


@pytest.mark.parametrize("key", ["../../files", "0" * 32, "", "x:y", "/etc/passwd"])
def test_nothing_but_what_waits_can_be_attached_by_a_name(publishing, case_id, send, key):
    assert send(kept=[f"{key}:证据.pdf"]).status_code == 422
    assert attached(publishing, case_id) == []


def test_a_sender_keeps_so_many_forms_within_an_hour_and_no_more(publishing, send, monkeypatch):
    monkeypatch.setattr(attachments, "MOST_PER_SENDER", 1)
    send("证据.pdf", contact="")

    again = send("证据.pdf", contact="")

    assert KEPT.findall(again.text) == []
    assert "有附件没有保存，请重新选择。" in again.text
    assert len(waiting(publishing)) == 1


def test_a_full_room_takes_no_more(publishing, send):
    system = publishing.offices.system
    object.__setattr__(system, "waiting", WaitingRoom(system.settings.waiting, most_bytes=1))
    send("证据.pdf", contact="")

    assert KEPT.findall(send("证据.pdf", contact="").text) == []
    assert len(waiting(publishing)) == 1


def test_a_worker_forgets_what_nobody_sent(publishing, send):
    send("证据.pdf", contact="")
    (path,) = waiting(publishing)
    os.utime(path, (0, 0))

    assert sweep_files(publishing.offices.system) == 1
    assert waiting(publishing) == []


def test_a_name_with_marks_is_shown_as_text(send):
    refused = send("<b>证据.pdf", contact="")

    assert "<b>证据" not in refused.text
