"""The pages around the cases, over HTTP against the assembled system: hall, list, page, withdrawal, notices."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from engine.clock import ZONE
from engine.services import cases, notices
from tests.support import city
from tests.support.city import AGREE, CORRECT


@pytest.fixture
def round_id(offices):
    return offices.open_round("city_application")


@pytest.fixture
def begun(offices, round_id):
    """The case of a city that has just begun."""
    offices.start("dongguan", round_id)
    page = cases.list_cases(offices.system, offices.actor("dongguan"))
    return page.rows[0].case_id


@pytest.fixture
def filed(offices, begun):
    return city.file_application(offices)


def test_the_hall_words_the_last_day_and_names_the_exact_instant(browse, round_id):
    page = browse("dongguan").get("/hall").text
    assert "2023-11-15 24:00（含当日）" in page
    assert "2023-11-16 00:00:00（北京时间 UTC+8）" in page


def test_the_hall_says_what_is_left_without_a_script(browse, round_id):
    page = browse("dongguan").get("/hall").text
    assert 'data-countdown="2023-11-16T00:00:00+08:00"' in page or 'data-countdown="2023-11-15T16:00:00+00:00"' in page
    assert "20 天 14 小时" in page


def test_every_precondition_stands_with_its_outcome_clause_and_mark(browse, round_id):
    page = browse("foshan").get("/hall").text
    failed = re.search(r'<li class="rule rule-failed">.*?</li>', page, re.DOTALL).group()
    assert "不符合" in failed
    assert "依据</span> 工信厅信发函〔2023〕278号 三（四）" in failed


def test_a_stopped_city_has_no_button_but_the_reason(browse, round_id):
    page = browse("foshan").get("/hall").text
    assert "开始申报" not in page
    assert "暂不能申报" in page


def test_the_page_of_a_case_says_which_office_has_it_and_what_each_file_is(browse, filed):
    page = browse("dongguan").get(f"/cases/{filed}").text
    assert re.search(r"省级审核.*?广东省工业和信息化厅<span class=\"sub\">待签收", page, re.DOTALL)
    assert '<span class="file-of">中国软件名城创建工作方案</span>' in page


def test_starting_goes_to_the_first_task(browse, round_id):
    answer = browse("dongguan").post(f"/hall/{round_id}/start")
    assert answer.status_code == 302
    assert re.fullmatch(r"/tasks/\d+", answer.location)


def test_a_refused_start_shows_every_rule_and_starts_nothing(browse, offices, round_id):
    answer = browse("foshan").post(f"/hall/{round_id}/start")
    assert answer.status_code == 403
    assert answer.text.count('<li class="rule rule-') > 3
    assert "278号 三（四）" in answer.text
    assert cases.list_cases(offices.system, offices.actor("foshan")).total == 0


def test_the_hall_offers_to_go_on_once_begun(browse, offices, begun):
    page = browse("dongguan").get("/hall").text
    assert "继续填报" in page
    assert f'href="/tasks/{offices.task("dongguan", "fill_application")}"' in page
    assert f'href="/cases/{begun}"' in page


def test_a_start_after_the_close_is_refused(browse, offices, clock, round_id):
    clock.move_to(datetime(2023, 11, 16, tzinfo=ZONE))
    answer = browse("dongguan").post(f"/hall/{round_id}/start")
    assert answer.status_code == 409
    assert "截止" in answer.text


def test_one_second_before_the_close_the_hall_still_offers_the_start(browse, clock, round_id):
    clock.move_to(datetime(2023, 11, 15, 23, 59, 59, tzinfo=ZONE))
    page = browse("dongguan").get("/hall").text
    assert "开始申报" in page
    assert "0 分 01 秒" in page


def test_the_list_shows_a_case_to_its_offices(browse, filed):
    page = browse("guangdong_department").get("/cases").text
    assert "共 1 件" in page
    assert "东莞市人民政府" in page


def test_the_list_keeps_cases_of_other_provinces_away(browse, filed):
    assert "没有符合条件的办件" in browse("beijing").get("/cases").text


@pytest.mark.parametrize(
    ("query", "total"), [("state=ended", 0), ("state=running", 1), ("search=东莞", 1), ("search=无此", 0)]
)
def test_the_list_is_filtered_by_state_and_words(browse, filed, query, total):
    page = browse("dongguan").get(f"/cases?{query}").text
    assert page.count("<tbody>") == min(total, 1)


def test_an_unknown_state_shows_everything(browse, filed):
    assert "共 1 件" in browse("dongguan").get("/cases?state=nonsense").text


def test_a_cursor_that_is_not_ours_is_refused(browse, filed):
    assert browse("dongguan").get("/cases?cursor=nonsense").status_code == 400


def test_the_diagram_shows_where_the_case_waits_and_where_it_was(browse, filed):
    page = browse("dongguan").get(f"/cases/{filed}").text
    assert re.search(r'<g class="[^"]*st-active" data-element="review_by_province"', page)
    assert re.search(r'<g class="[^"]*st-done" data-element="fill_application"', page)


def test_a_step_with_boundary_events_is_shown_as_waiting(browse, begun):
    page = browse("dongguan").get(f"/cases/{begun}").text
    assert re.search(r'<g class="[^"]*st-active" data-element="fill_application"', page)


def test_the_page_of_a_case_has_steps_answers_materials_and_receipt(browse, filed):
    page = browse("guangdong_department").get(f"/cases/{filed}").text
    assert "省级审核" in page
    assert "1250.5" in page
    assert "creation_plan.pdf" in page
    assert "/receipts/" in page


def test_an_opinion_stands_in_the_course_of_the_case(browse, offices, filed):
    offices.complete("guangdong_department", "review_by_province", CORRECT)
    assert "工作方案缺少年度目标，请补正。" in browse("dongguan").get(f"/cases/{filed}").text


def test_the_administrator_sees_the_course_but_not_the_contents(browse, filed):
    page = browse("administrator").get(f"/cases/{filed}").text
    assert "只对申请单位与办理部门开放" in page
    assert "1250.5" not in page


def test_a_case_of_another_province_is_not_found(browse, filed):
    assert browse("beijing").get(f"/cases/{filed}").status_code == 404
    assert browse("beijing").get(f"/cases/{filed}/state").status_code == 404
    assert browse("beijing").get(f"/cases/{filed}/events").status_code == 404


def test_the_live_parts_come_alone_when_the_page_asks_for_itself(browse, filed):
    answer = browse("dongguan").get(f"/cases/{filed}", headers={"X-Fragment": "live"})
    assert "<html" not in answer.text
    assert set(re.findall(r'id="(case-\w+)" data-live-part', answer.text)) == {
        "case-summary",
        "case-diagram",
        "case-steps",
        "case-documents",
        "case-record",
        "case-course",
    }
    assert "X-Fragment" in answer.headers["Vary"]


def test_the_parts_of_the_page_and_of_the_fragment_are_the_same(browse, filed):
    browser = browse("dongguan")
    page = browser.get(f"/cases/{filed}").text
    fragment = browser.get(f"/cases/{filed}", headers={"X-Fragment": "live"}).text
    assert re.findall(r'id="(case-\w+)" data-live-part', page) == re.findall(
        r'id="(case-\w+)" data-live-part', fragment
    )
    assert set(re.findall(r'data-revision="\d+"', page)) == set(re.findall(r'data-revision="\d+"', fragment))


def test_an_unchanged_case_answers_a_polling_page_with_304(browse, offices, filed):
    browser = browse("dongguan")
    first = browser.get(f"/cases/{filed}/state")
    again = browser.get(f"/cases/{filed}/state", headers={"If-None-Match": first.headers["ETag"]})
    offices.complete("guangdong_department", "review_by_province", AGREE)
    changed = browser.get(f"/cases/{filed}/state", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, changed.status_code) == (200, 304, 200)
    assert changed.json["revision"] > first.json["revision"]


def test_a_withdrawal_without_a_reason_says_so_and_keeps_the_case(browse, begun):
    answer = browse("dongguan").post(f"/cases/{begun}/withdraw", reason="  ")
    assert answer.status_code == 422
    assert 'href="#reason">请填写撤回原因。' in answer.text


def test_a_withdrawal_asks_before_it_happens(browse, offices, begun):
    answer = browse("dongguan").post(f"/cases/{begun}/withdraw", reason="材料需要重新准备")
    assert answer.status_code == 200
    assert "确认撤回这一办件？" in answer.text
    assert 'name="reason" value="材料需要重新准备"' in answer.text
    assert cases.read_case(offices.system, offices.actor("dongguan"), begun).row.state == "running"


def test_a_confirmed_withdrawal_ends_the_case(browse, offices, begun):
    answer = browse("dongguan").post(f"/cases/{begun}/withdraw", reason="材料需要重新准备", confirm="yes")
    assert answer.location == f"/cases/{begun}"
    view = cases.read_case(offices.system, offices.actor("dongguan"), begun)
    assert view.row.state == "ended"
    assert "材料需要重新准备" in [event.comment for event in view.history]


def test_only_the_applicant_is_offered_a_withdrawal(browse, filed):
    assert 'id="withdraw"' in browse("dongguan").get(f"/cases/{filed}").text
    assert 'id="withdraw"' not in browse("guangdong_department").get(f"/cases/{filed}").text


def test_a_reason_is_shown_as_text_never_as_markup(browse, begun):
    answer = browse("dongguan").post(f"/cases/{begun}/withdraw", reason='<script>"x"</script>')
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_a_notice_is_read_once_marked(browse, offices, filed):
    offices.complete("guangdong_department", "review_by_province", CORRECT)
    actor = offices.actor("dongguan")
    told = notices.list_notices(offices.system, actor)
    browser = browse("dongguan")
    assert f"{len(told)} 条未读" in browser.get("/notices").text
    assert browser.post(f"/notices/{told[0].notice_id}/read").location == "/notices"
    assert notices.count_unread(offices.system, actor) == len(told) - 1


def test_all_notices_that_were_shown_are_read_at_once_and_no_later_one(browse, offices, filed):
    actor = offices.actor("dongguan")
    newest = notices.list_notices(offices.system, actor)[0].notice_id
    browser = browse("dongguan")
    assert browser.post("/notices/read", until=str(newest - 1)).location == "/notices"
    assert notices.count_unread(offices.system, actor) == 1
    browser.post("/notices/read", until=str(newest))
    assert notices.count_unread(offices.system, actor) == 0


def test_a_notice_of_somebody_else_cannot_be_marked(browse, offices, filed):
    told = notices.list_notices(offices.system, offices.actor("dongguan"))
    assert browse("beijing").post(f"/notices/{told[0].notice_id}/read").status_code == 404


@pytest.mark.parametrize("path", ["/hall", "/cases", "/cases/{case}", "/rounds", "/rounds/1", "/notices"])
def test_no_page_needs_an_inline_style_or_script(browse, filed, path):
    page = browse("dongguan").get(path.format(case=filed)).text
    assert not re.search(r"\sstyle=|\son\w+=|<style", page)
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)
