"""Every no becomes a page: its status, one sentence, and the way on; faults of our own tell nothing but a number."""

from __future__ import annotations

import logging

import pytest

from engine import errors
from engine.services import drafts
from tests.support.browser import text_of
from web import refusals


def kinds(parent=errors.EngineError):
    return [parent, *(kind for child in parent.__subclasses__() for kind in kinds(child))]


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (errors.NotFound, 404),
        (errors.NotAllowed, 403),
        (errors.NotEligible, 403),
        (errors.NotSignedIn, 401),
        (errors.SignInRefused, 401),
        (errors.Conflict, 409),
        (errors.TaskAlreadyCompleted, 409),
        (errors.TaskAlreadyClaimed, 409),
        (errors.InstanceNotOpen, 409),
        (errors.OutsideWindow, 409),
        (errors.AlreadyApplied, 409),
        (errors.LimitReached, 409),
        (errors.ChangedMeanwhile, 409),
        (errors.BadRequest, 400),
        (errors.FileRefused, 422),
        (errors.Unavailable, 503),
        (errors.ExecutionError, 500),
    ],
)
def test_every_refusal_has_its_status(kind, status):
    assert refusals.status_of(kind()) == status


def test_every_refusal_of_the_engine_has_a_sentence_and_a_way_on():
    unanswered = [kind for kind in kinds() if not any(parent in refusals.ADVICE for parent in kind.__mro__)]

    assert len(kinds()) > 15
    assert unanswered == []
    assert all(kind.default_sentence for kind in kinds())


def raising(app, error):
    """Let the inbox raise."""

    def fail():
        raise error

    app.view_functions["inbox.index"] = fail


def test_a_fault_of_our_own_tells_a_number_and_nothing_else(app, browse, caplog):
    browser = browse("dongguan")
    raising(app, RuntimeError("secret of the inside"))

    with caplog.at_level(logging.ERROR):
        answer = browser.get("/inbox")

    number = text_of(answer.text).split("故障编号 ")[1][:8]
    assert answer.status_code == 500
    assert "secret of the inside" not in answer.text
    assert "Traceback" not in answer.text
    assert number in caplog.text


def test_a_database_that_is_away_is_said_with_when_to_come_back(app, browse, caplog):
    browser = browse("dongguan")
    raising(app, errors.Unavailable())

    answer = browser.get("/inbox")

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "暂时繁忙" in answer.text


def test_a_refusal_answers_programs_in_json(app, browse):
    browser = browse("dongguan")
    raising(app, errors.Conflict("该任务已由他人办结。"))

    answer = browser.get("/inbox", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json["sentence"]) == (409, "该任务已由他人办结。")


def test_a_refusal_takes_the_place_of_the_page_when_htmx_asked_for_a_part(app, browse):
    browser = browse("dongguan")
    raising(app, errors.NotAllowed())

    answer = browser.get("/inbox", headers={"HX-Request": "true"})

    assert answer.headers["HX-Retarget"] == answer.headers["HX-Reselect"] == "#main"


def test_a_page_that_is_not_there_is_not_found(browser):
    answer = browser.get("/nowhere")

    assert answer.status_code == 404
    assert "没有找到" in answer.text


def test_a_refused_method_names_the_accepted_ones(browse):
    answer = browse("dongguan").get("/tasks/1/complete")

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "OPTIONS, POST"


def test_a_refused_writer_sees_the_words_again_but_no_secret(browse):
    answer = browse("dongguan").send(
        "POST", "/tasks/1/complete", data={"opinion": "同意上报", "password": "hunter2", "csrf_token": "stale-token"}
    )

    assert answer.status_code == 403
    assert "同意上报" in answer.text
    assert "hunter2" not in answer.text
    assert "stale-token" not in answer.text


def test_the_health_of_the_application_is_that_of_its_database(app, browser):
    assert browser.get("/healthz").json == {"status": "ok"}


@pytest.mark.parametrize(
    ("path", "way"),
    [
        ("/studio/drafts/{}/undo", "/studio/drafts/{}"),
        ("/studio/drafts/99999/undo", "/studio"),
        ("/studio/x", "/studio"),
    ],
)
def test_who_works_in_the_studio_is_led_back_there(browse, offices, path, way):
    draft_id = drafts.begin_draft(offices.system, offices.actor("process_owner"), "city_application").draft_id

    answer = browse("process_owner").post(path.format(draft_id), page="/notices")

    assert answer.status_code >= 400
    assert f'href="{way.format(draft_id)}">' in answer.text
    assert "返回待办" not in answer.text
