"""The gate of a window: the request's own moment decides, in any zone, with no pulse and no worker running."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from datetime import date, datetime, timedelta

import pytest

from engine.clock import ZONE
from engine.errors import OutsideWindow
from engine.recording import WINDOW_GRACE
from engine.services import inbox, receipts, tasks, windows
from engine.views import ExtensionRequest
from tests.support import city
from tests.support.browser import Browser, text_of
from tests.support.city import CONSENT, SUBMIT
from web.application import create_app

ZONES = ("UTC", "Asia/Shanghai", "America/New_York")
LAST = datetime(2023, 11, 15, 23, 59, 59, 999999, tzinfo=ZONE)
CLOSE = datetime(2023, 11, 16, tzinfo=ZONE)
CLOSED = "申报窗口已于2023年11月16日00:00:00（北京时间）截止"


@pytest.fixture(params=ZONES)
def zone(request, monkeypatch):
    """The process's own zone, which nothing may depend on."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def round_id(offices):
    return offices.open_round("city_application")


@pytest.fixture
def ready(offices, round_id):
    """The task of 东莞 that has only to press 提交."""
    return offices.once("ready to submit", lambda: get_ready(offices, round_id))


def get_ready(offices, round_id):
    offices.start("dongguan", round_id)
    city.fill(offices)
    offices.complete("guangdong_government", "give_consent", CONSENT, files=("consent_document",))
    return offices.task("dongguan", "submit_application")


@pytest.fixture
def browser(offices):
    browser = Browser.open(create_app(offices.system))
    assert browser.sign_in("dongguan").status_code == 302
    return browser


def submit(browser, task_id):
    """Press 提交 in the browser with every declaration ticked."""
    key = re.search(r'name="completion_key" value="([^"]+)"', browser.read(f"/tasks/{task_id}"))[1]
    ticked = dict.fromkeys(("is_complete", "is_truthful", "is_compliant"), "true")
    return browser.post(
        f"/tasks/{task_id}/complete", page=f"/tasks/{task_id}", completion_key=key, submit_decision="submit", **ticked
    )


def extend(offices, round_id, cohort, *, hours=48, organisations=()):
    request = ExtensionRequest(
        window_id="filing",
        cohort=cohort,
        organisations=organisations,
        new_close_at=CLOSE + timedelta(hours=hours),
        reason="系统拥堵",
        document_number="工信厅信发函〔2023〕299号",
    )
    return windows.order_extension(offices.system, offices.actor("ministry"), round_id, request)


def test_the_test_really_runs_in_another_zone(zone):
    offset = datetime.fromtimestamp(CLOSE.timestamp()).astimezone().utcoffset()

    assert offset == {"UTC": timedelta(0), "Asia/Shanghai": timedelta(hours=8)}.get(zone, timedelta(hours=-5))


def test_in_any_zone_the_last_microsecond_is_accepted_by_the_service(zone, offices, ready):
    number = offices.submit("dongguan", ready, SUBMIT, at=LAST).receipt_number

    assert receipts.read_receipt(offices.system, offices.actor("dongguan"), number).received_at == LAST


def test_in_any_zone_the_first_instant_after_is_refused_by_the_service(zone, offices, ready):
    with pytest.raises(OutsideWindow, match=CLOSED):
        offices.submit("dongguan", ready, SUBMIT, at=CLOSE)


def test_in_any_zone_the_last_microsecond_is_accepted_by_the_page(zone, offices, browser, ready):
    offices.clock.move_to(LAST)

    answer = submit(browser, ready)

    assert answer.status_code == 302
    assert "2023-11-15 23:59:59" in text_of(browser.read(answer.location))


def test_in_any_zone_the_first_instant_after_is_refused_by_the_page_with_the_close(zone, offices, browser, ready):
    offices.clock.move_to(CLOSE)

    answer = submit(browser, ready)

    assert answer.status_code == 409
    assert CLOSED in answer.text
    assert "您的请求于2023年11月16日00:00:00到达" in answer.text


def test_a_page_opened_before_the_close_does_not_help_after_it(zone, offices, browser, ready):
    offices.clock.move_to(LAST)
    key = re.search(r'name="completion_key" value="([^"]+)"', browser.read(f"/tasks/{ready}"))[1]
    token = browser.token(f"/tasks/{ready}")
    offices.clock.move_to(CLOSE)
    sent = {"csrf_token": token, "completion_key": key, "submit_decision": "submit"}

    answer = browser.send(
        "POST",
        f"/tasks/{ready}/complete",
        data={**sent, "received_at": LAST.isoformat(), "at": LAST.isoformat()},
        headers={"Date": "Wed, 15 Nov 2023 15:59:59 GMT", "X-Request-Start": f"t={LAST.timestamp()}"},
    )

    assert answer.status_code == 409


def test_in_any_zone_a_window_opens_at_the_first_instant_of_its_first_day(zone, offices):
    round_id = offices.open_round("city_application", first=date(2023, 11, 1))
    opening = datetime(2023, 11, 1, tzinfo=ZONE)
    offices.clock.move_to(opening - timedelta(microseconds=1))
    with pytest.raises(OutsideWindow, match=r"2023年11月01日00:00"):
        offices.start("dongguan", round_id)

    offices.clock.move_to(opening)

    assert offices.start("dongguan", round_id)


@pytest.mark.parametrize("at", [CLOSE, CLOSE + timedelta(microseconds=1), CLOSE + timedelta(days=400)])
def test_nothing_after_the_close_is_accepted_however_late_the_pulse_is(offices, ready, at):
    offices.clock.move_to(at)

    with pytest.raises(OutsideWindow, match=CLOSED):
        offices.submit("dongguan", ready, SUBMIT)

    assert offices.steps("dongguan") == ["submit_application"]


def test_what_was_refused_as_late_left_nothing_behind(offices, browser, ready):
    offices.clock.move_to(CLOSE)
    submit(browser, ready)

    with offices.system.database.reading() as connection:
        left = connection.exec_driver_sql(
            "SELECT (SELECT count(*) FROM receipt), "
            "(SELECT count(*) FROM submission WHERE element_id = 'submit_application')"
        ).one()
    assert tuple(left) == (0, 0)


def test_turning_the_clock_back_does_not_reopen_a_window_that_was_sealed(offices, ready):
    offices.clock.move_to(CLOSE + WINDOW_GRACE + timedelta(seconds=1))
    offices.beat()
    offices.clock.move_to(LAST)

    assert offices.steps("dongguan") == []


def test_an_order_for_those_with_a_draft_reopens_the_window_for_them_alone(zone, offices, round_id, ready):
    offices.clock.move_to(CLOSE + timedelta(minutes=20))

    assert extend(offices, round_id, "has_draft") == 1

    with pytest.raises(OutsideWindow, match="2023年11月16日00:00:00"):
        offices.start("beijing", round_id)
    offices.clock.move_to(CLOSE + timedelta(hours=48, microseconds=-1))
    assert offices.submit("dongguan", ready, SUBMIT).receipt_number


def test_an_order_that_has_run_out_refuses_with_its_own_close(zone, offices, round_id, ready):
    extend(offices, round_id, "has_draft")
    offices.clock.move_to(CLOSE + timedelta(hours=48))

    with pytest.raises(OutsideWindow, match="2023年11月18日00:00:00（北京时间）截止"):
        offices.submit("dongguan", ready, SUBMIT)


def test_a_draft_sealed_by_the_pulse_is_opened_again_for_its_city_alone(offices, round_id, ready):
    offices.clock.move_to(CLOSE + timedelta(minutes=20))
    offices.beat()
    sealed = offices.steps("dongguan")
    extend(offices, round_id, "has_draft")
    offices.beat()

    assert (sealed, offices.steps("dongguan")) == ([], ["fill_application"])
    with pytest.raises(OutsideWindow):
        offices.start("beijing", round_id)


def test_a_draft_begun_after_the_order_is_no_draft_of_its_cohort(offices, round_id):
    offices.clock.move_to(CLOSE - timedelta(hours=2))
    extend(offices, round_id, "has_draft")
    offices.clock.move_to(CLOSE - timedelta(hours=1))
    task_id = offices.start("beijing", round_id)

    window = inbox.read_task(offices.system, offices.actor("beijing"), task_id)

    assert window.window is None or window.window.closes_at == CLOSE
    city.fill(offices, "beijing")
    with pytest.raises(OutsideWindow, match=CLOSED):
        offices.complete("beijing", "submit_application", SUBMIT, at=CLOSE)


def test_an_order_for_everyone_reopens_the_window_for_a_city_without_a_draft(offices, round_id):
    offices.clock.move_to(CLOSE + timedelta(minutes=20))
    extend(offices, round_id, "everyone")

    assert offices.start("beijing", round_id)


def test_a_drafts_owner_may_still_save_after_the_close_but_not_submit(offices, ready):
    offices.clock.move_to(CLOSE)

    assert tasks.save_draft(offices.system, offices.actor("dongguan"), ready, {"submit_decision": "submit"}) == CLOSE


@pytest.mark.parametrize("zone_name", ZONES)
def test_a_process_of_another_zone_judges_the_same(offices, ready, postgres, zone_name):
    moments = ("2023-11-16T00:00:00+08:00", "2023-11-15T23:59:59.999999+08:00")
    late, in_time = subprocess.run(
        [sys.executable, "-m", "tests.faults.gate_process", postgres.url("guicheng"), str(ready), *moments],
        env={"PATH": "/usr/bin:/bin", "TZ": zone_name, "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout.splitlines()

    assert late.startswith(f"{zone_name} refused {CLOSED}")
    assert in_time == f"{zone_name} accepted 收件-2023-000001"
