"""Every kind of page at a desk and on the narrowest screen: nothing that axe-core objects to, nothing too wide."""

from __future__ import annotations

import pytest

from tests.support.accessible import list_overflow, list_violations
from tests.support.city import CORRECT, file_application
from tests.support.errands import round_is_open, visit_round
from tests.support.visitor import DESK, PHONE


@pytest.fixture(scope="module")
def places(people, offices):
    """One application begun and one sent back for correction, so that pages of all kinds have contents."""
    round_id = round_is_open(offices)
    offices.start("dongguan", round_id)
    case = file_application(offices)
    offices.complete("guangdong_department", "review_by_province", CORRECT)
    task = offices.start("beijing", round_id)
    register_title(people["administrator"])
    return {"case": f"/cases/{case}", "task": f"/tasks/{task}", "title": people["administrator"].page.url}


def register_title(administrator):
    administrator.visit("/titles")
    page = administrator.follow("登记已有称号")
    page.get_by_label("称号种类").fill("中国软件名城")
    page.get_by_label("持有单位").select_option("广州市人民政府")
    page.get_by_label("授予单位").select_option("工业和信息化部")
    page.get_by_label("有效期至").fill("2025-12-31")
    page.get_by_label("登记依据和理由").fill("按工业和信息化部公告登记；来源文件没有写明授予日。")
    administrator.press("登记")


def open_login(people, places):
    return people.passer_by.visit("/login")


def open_refused_login(people, places):
    stranger = people.passer_by
    stranger.visit("/login")
    stranger.page.get_by_label("登录名").fill("nobody")
    stranger.page.get_by_label("密码").fill("wrong")
    return stranger.press("登录")


def open_inbox(people, places):
    return people["dongguan"].visit("/inbox")


def open_empty_inbox(people, places):
    return people["process_owner"].visit("/inbox")


def open_completed(people, places):
    return people["dongguan"].visit("/completed")


def open_task(people, places):
    return people["beijing"].visit(places["task"])


def open_task_with_errors(people, places):
    people["beijing"].visit(places["task"])
    return people["beijing"].press("提交")


def open_correction(people, places):
    return people["dongguan"].open_task("按省级意见补正")


def open_receipt(people, places):
    return people["dongguan"].visit("/receipts/收件-2023-000001")


def open_verification(people, places):
    return people.passer_by.visit("/verify?number=1&code=2")


def open_case(people, places):
    return people["dongguan"].visit(places["case"])


def open_case_without_contents(people, places):
    return people["administrator"].visit(places["case"])


def open_withdrawal(people, places):
    beijing = people["beijing"]
    beijing.go(beijing.visit("/cases").locator("main table a").first)
    beijing.page.locator("#withdraw summary").click()
    beijing.page.get_by_label("撤回原因").fill("明年再申请。")
    return beijing.press("下一步：确认撤回")


def open_cases(people, places):
    return people["ministry"].visit("/cases")


def open_hall(people, places):
    return people["dongguan"].visit("/hall")


def open_hall_of_a_stopped_city(people, places):
    return people["foshan"].visit("/hall")


def open_titles(people, places):
    return people["dongguan"].visit("/titles?scope=all")


def open_titles_that_are_not_there(people, places):
    return people["dongguan"].visit("/titles?search=没有的称号")


def open_title(people, places):
    return people["dongguan"].visit(places["title"])


def open_calendar_of_titles(people, places):
    return people["dongguan"].visit("/titles/calendar?months=36")


def open_new_title(people, places):
    return people["administrator"].visit("/titles/new")


def open_refused_title(people, places):
    administrator = people["administrator"]
    administrator.visit("/titles/new")
    administrator.page.get_by_label("称号种类").fill("中国软件名城")
    administrator.page.get_by_label("持有单位").select_option("广州市人民政府")
    administrator.page.get_by_label("授予单位").select_option("工业和信息化部")
    administrator.page.get_by_label("登记依据和理由").fill("再登记一次。")
    return administrator.press("登记")


def open_rounds(people, places):
    return people["ministry"].visit("/rounds")


def open_round(people, places):
    visit_round(people["ministry_decider"])
    page = people["ministry_decider"].page
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    return page


def open_round_of_a_province(people, places):
    visit_round(people["guangdong_department"])
    people["guangdong_department"].page.locator("#shorten summary").click()
    return people["guangdong_department"].page


def open_new_round(people, places):
    return people["ministry"].visit("/rounds/new?procedure=city_application&year=2024")


def open_monitor(people, places):
    return people["process_owner"].visit("/monitor")


def open_monitor_of_a_procedure(people, places):
    owner = people["process_owner"]
    return owner.go(owner.visit("/monitor").get_by_role("link", name="名城创建申请", exact=True))


def open_plan_of_a_migration(people, places):
    return people["process_owner"].visit("/monitor/city_application/1/migrate")


def open_maintenance_of_a_case(people, places):
    page = people["administrator"].visit(places["case"] + "/repair")
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    return page


def open_incidents(people, places):
    return people["administrator"].visit("/incidents")


def open_notices(people, places):
    return people["dongguan"].visit("/notices")


def open_statement(people, places):
    return people.passer_by.visit("/accessibility")


def open_refusal(people, places):
    return people["dongguan"].visit("/nothing-here")


PAGES = {name.removeprefix("open_"): open_it for name, open_it in dict(globals()).items() if name.startswith("open_")}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_fits_a_desk_and_a_phone(people, places, name):
    page = PAGES[name](people, places)
    at_a_desk = list_violations(page)
    page.set_viewport_size(PHONE)
    on_a_phone, overflow = list_violations(page), list_overflow(page)
    page.set_viewport_size(DESK)
    assert (at_a_desk, on_a_phone, overflow) == ([], [], [])
