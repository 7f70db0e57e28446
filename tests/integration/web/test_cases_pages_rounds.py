"""Rounds, windows, monitoring and the simulated clock, over HTTP against the assembled system."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from engine.clock import ZONE, ShiftedClock
from engine.services import accounts, rounds
from engine.services.organisations import DEMONSTRATION_PASSWORD
from tests.support import city
from tests.support.browser import Browser
from web.application import create_app

PUBLISH = {
    "procedure": "city_application",
    "year": "2023",
    "title": "2023年度中国软件名城创建申请",
    "document_number": "工信厅信发函〔2023〕278号",
    "issued_on": "",
    "publicity": "主动公开",
    "first.filing": "2023-10-15",
    "last.filing": "2023-11-15",
}
EXTEND = {
    "window": "filing",
    "cohort": "has_draft",
    "new_close_at": "2023-11-18T18:00",
    "reason": "系统访问拥堵",
    "document_number": "工信厅信发函〔2023〕300号",
}


def browser_of(system, login_name):
    browser = Browser.open(create_app(system))
    browser.sign_in(login_name)
    return browser


@pytest.fixture
def round_id(offices):
    return offices.open_round("city_application")


def view(offices, round_id):
    return rounds.read_round(offices.system, offices.actor("ministry"), round_id)


def test_the_form_of_a_new_round_is_filled_from_the_owners_folder(browse):
    browser = browse("ministry")
    page = browser.get("/rounds/new?procedure=city_application&year=2026").text
    assert 'value="2026-10-15"' in page
    assert 'value="2026-11-15"' in page


def test_a_last_day_that_is_no_working_day_is_warned_about(browse):
    browser = browse("ministry")
    page = browser.get("/rounds/new?procedure=city_application&year=2026").text
    assert "2026-11-15" in page.split("请留意")[1].split("</div>")[0]


def test_publishing_opens_the_round_with_both_days_included(browse, offices):
    browser = browse("ministry")
    answer = browser.post("/rounds", **PUBLISH)
    opened = view(offices, int(answer.location.rsplit("/", 1)[1]))
    assert opened.windows[0].opens_at == datetime(2023, 10, 15, tzinfo=ZONE)
    assert opened.windows[0].closes_at == datetime(2023, 11, 16, tzinfo=ZONE)
    assert opened.issued_on == ""


def test_a_round_without_a_day_of_issue_says_so(browse):
    browser = browse("ministry")
    page = browser.get(browser.post("/rounds", **PUBLISH).location).text
    assert "<dt>印发日期</dt><dd>未载明</dd>" in page


def test_a_refused_notice_keeps_everything_typed(browse):
    browser = browse("ministry")
    answer = browser.post("/rounds", **{**PUBLISH, "title": "很特别的标题", "last.filing": "2023-10-01"})
    assert answer.status_code == 422
    assert 'value="很特别的标题"' in answer.text
    assert 'value="2023-10-01"' in answer.text
    assert "截止日期不能早于开始日期" in answer.text


def test_a_missing_day_is_named(browse):
    browser = browse("ministry")
    answer = browser.post("/rounds", **{**PUBLISH, "last.filing": ""})
    assert answer.status_code == 422
    assert "请填写申报窗口的最后一日" in answer.text


def test_a_province_is_not_offered_to_publish(browse):
    browser = browse("guangdong_department")
    assert "发布轮次" not in browser.get("/rounds").text
    assert browser.post("/rounds", **PUBLISH).status_code == 404


def test_a_round_shows_its_windows_on_whole_months_with_the_present(browse, round_id):
    browser = browse("ministry")
    page = browser.get(f"/rounds/{round_id}").text
    assert ">10 月</text>" in page
    assert ">11 月</text>" in page
    assert 'class="now"' in page
    assert "2023-10-15</time> 至" in page
    assert "2023-11-15 24:00（含当日）" in page


def test_a_round_says_by_when_each_office_reviews(browse, round_id):
    page = browse("dongguan").get(f"/rounds/{round_id}").text
    assert "不因审核晚而失效" in page
    # The window closes on Wednesday 2023-11-15; five working days later is the Wednesday after.
    assert "<strong>省级审核</strong> · 省级工业和信息化主管部门" in page
    assert "2023-11-22 24:00（含当日）</time>前（窗口关闭后 5 个工作日）" in page


def test_a_province_shortens_its_own_window(browse, offices, round_id):
    browser = browse("guangdong_department")
    assert browser.post(f"/rounds/{round_id}/shorten", **shorten("2023-11-08")).location == f"/rounds/{round_id}"
    assert "2023-11-08 24:00（含当日）" in browser.get(f"/rounds/{round_id}").text
    assert [window.closes_at for window in view(offices, round_id).windows] == [
        datetime(2023, 11, 16, tzinfo=ZONE),
        datetime(2023, 11, 9, tzinfo=ZONE),
    ]


def test_a_province_cannot_lengthen_and_sees_why_with_what_it_typed(browse, round_id):
    browser = browse("guangdong_department")
    answer = browser.post(f"/rounds/{round_id}/shorten", **shorten("2023-11-20"))
    assert answer.status_code == 422
    assert 'value="2023-11-20"' in answer.text
    assert '<details class="card" id="shorten" open>' in answer.text


def test_the_new_close_is_read_as_beijing_time(browse, offices, round_id):
    browser = browse("ministry")
    browser.post(f"/rounds/{round_id}/extend", **EXTEND)
    assert view(offices, round_id).extensions[0].new_close_at == datetime(2023, 11, 18, 18, tzinfo=ZONE)


def test_an_extension_stands_on_the_page_with_its_document(browse, round_id):
    browser = browse("ministry")
    browser.post(f"/rounds/{round_id}/extend", **EXTEND)
    page = browser.get(f"/rounds/{round_id}").text
    assert "截止时间顺延至" in page
    assert "2023-11-18 18:00" in page
    assert "工信厅信发函〔2023〕300号" in page


def test_an_extension_for_chosen_applicants_takes_their_ids(browse, offices, round_id):
    browser = browse("ministry")
    dongguan = offices.actor("dongguan").organisation_id
    assert f'name="organisations" value="{dongguan}"' in browser.get(f"/rounds/{round_id}").text
    browser.post(f"/rounds/{round_id}/extend", **{**EXTEND, "cohort": "organisations", "organisations": [dongguan]})
    assert view(offices, round_id).extensions[0].cohort == "organisations"


@pytest.mark.parametrize(
    "wrong",
    [
        {"new_close_at": "不是时间"},
        {"new_close_at": "2023-11-10T00:00"},
        {"reason": ""},
        {"cohort": "organisations"},
        {"cohort": "nonsense"},
    ],
)
def test_a_refused_extension_keeps_everything_typed(browse, offices, round_id, wrong):
    browser = browse("ministry")
    answer = browser.post(f"/rounds/{round_id}/extend", **{**EXTEND, "document_number": "特〔2023〕7号", **wrong})
    assert answer.status_code == 422
    assert 'value="特〔2023〕7号"' in answer.text
    assert '<details class="card" id="extend" open>' in answer.text
    assert view(offices, round_id).extensions == ()


def test_a_waived_precondition_lets_the_city_start(browse, offices, round_id):
    browser = browse("ministry_decider")
    foshan = offices.actor("foshan").organisation_id
    assert f'value="{foshan} E3"' in browser.get(f"/rounds/{round_id}").text
    browser.post(f"/rounds/{round_id}/except", blocked=f"{foshan} E3", reason="备忘录已终止。")
    assert "备忘录已终止。" in browser.get(f"/rounds/{round_id}").text
    assert browse("foshan").post(f"/hall/{round_id}/start").location.startswith("/tasks/")


def test_a_waiver_without_a_reason_keeps_the_choice(browse, offices, round_id):
    browser = browse("ministry_decider")
    foshan = offices.actor("foshan").organisation_id
    answer = browser.post(f"/rounds/{round_id}/except", blocked=f"{foshan} E3", reason="")
    assert answer.status_code == 422
    assert f'value="{foshan} E3" required aria-describedby="blocked-1" checked' in answer.text


def test_a_city_is_offered_no_action_on_a_round(browse, round_id):
    browser = browse("dongguan")
    assert "<details" not in browser.get(f"/rounds/{round_id}").text.split("<main")[1]


def test_the_numbers_of_a_round_are_counted(browse, offices, round_id):
    offices.start("dongguan", round_id)
    city.file_application(offices)
    browser = browse("ministry")
    assert "<b>1</b>已提交" in browser.get(f"/rounds/{round_id}").text


def test_monitoring_is_for_those_who_watch(browse, round_id):
    browser = browse("dongguan")
    paths = ("/monitor", "/monitor/state", "/monitor/events")
    assert {browser.get(path).status_code for path in paths} == {403}


def test_monitoring_counts_cases_at_each_step_and_paints_them(browse, offices, round_id):
    offices.start("dongguan", round_id)
    city.file_application(offices)
    browser = browse("administrator")
    assert 'href="/monitor/city_application/1"' in browser.get("/monitor").text
    page = browser.get("/monitor/city_application/1").text
    assert 'st-active" data-element="review_by_province"' in page
    assert "<b>1</b>在办" in page


def test_monitoring_of_an_unknown_version_is_not_found(browse):
    browser = browse("administrator")
    assert browser.get("/monitor/city_application/99").status_code == 404


def test_a_polling_monitor_gets_304_while_nothing_changes(browse, offices, round_id):
    browser = browse("administrator")
    first = browser.get("/monitor/state")
    again = browser.get("/monitor/state", headers={"If-None-Match": first.headers["ETag"]})
    offices.start("dongguan", round_id)
    assert again.status_code == 304
    assert browser.get("/monitor/state", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.fixture
def simulated(system):
    clock = ShiftedClock()
    clock.move_to(datetime(2023, 11, 1, 9, tzinfo=ZONE))
    return replace(system, clock=clock)


def moved_to(system, expected):
    return abs(system.clock.now() - expected) < timedelta(seconds=30)


def test_the_clock_is_set_in_beijing_time_and_leads_back(offices, simulated):
    browser = browser_of(simulated, "dongguan")
    answer = browser.post("/clock", instant="2023-11-15T23:59:00", next="/hall?x=1")
    assert answer.location == "/hall?x=1"
    assert moved_to(simulated, datetime(2023, 11, 15, 23, 59, tzinfo=ZONE))


def test_a_step_counts_from_the_click(offices, simulated):
    browser = browser_of(simulated, "dongguan")
    browser.post("/clock", preset="+86400", next="/")
    assert moved_to(simulated, datetime(2023, 11, 2, 9, tzinfo=ZONE))


def test_the_bar_offers_the_minute_before_the_close_and_the_close(offices, simulated, round_id):
    browser = browser_of(simulated, "dongguan")
    page = browser.get("/hall").text
    assert ">2023-11-15 23:59:00</button>" in page
    assert ">2023-11-16 00:00:00</button>" in page


@pytest.mark.parametrize(
    "instant", ["", "gestern", "+", "2023-13-01T00:00", "+99999999999999999999", "1999-01-01T00:00"]
)
def test_an_impossible_time_is_refused(offices, simulated, instant):
    browser = browser_of(simulated, "dongguan")
    assert browser.post("/clock", instant=instant, next="/").status_code == 400
    assert moved_to(simulated, datetime(2023, 11, 1, 9, tzinfo=ZONE))


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "/\\example.org"])
def test_the_clock_leads_to_no_other_site(offices, simulated, elsewhere):
    browser = browser_of(simulated, "dongguan")
    assert browser.post("/clock", preset="+3600", next=elsewhere).location.startswith("/inbox")


def test_there_is_no_clock_in_production(offices, system):
    production = replace(system, settings=replace(system.settings, mode="production"))
    signed_in = accounts.sign_in(production, "dongguan", DEMONSTRATION_PASSWORD, "127.0.0.1")
    client = create_app(production).test_client()
    client.set_cookie("__Host-guicheng", signed_in.token, secure=True)
    answer = client.post(
        "/clock", data={"csrf_token": signed_in.csrf_token, "preset": "+3600"}, base_url="https://localhost"
    )
    assert answer.status_code == 404
    assert "演示时钟" not in client.get("/notices", base_url="https://localhost").text


def shorten(last_day):
    return {"window": "filing", "first_day": "2023-10-15", "last_day": last_day}
