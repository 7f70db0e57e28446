"""A pilot park of 广州 passes its city, its province and the ministry, and holds the title of 中国软件名园."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.walks import begin, do, publish, samples_of, wait_for_task

IN_ORDER = HAS_MANY_PEOPLE = True

REVIEW = samples_of("park_review")
TITLE = re.compile("软件名园评审|名园.*评审")


@pytest.fixture(scope="module")
def kept():
    """What one step of the story leaves for the next."""
    return {}


def test_the_ministry_publishes_the_round(people):
    publish(people["ministry"], "名园评审授予")
    expect(people["ministry"].main).to_contain_text("2023-11-10 24:00（含当日）")


def test_the_pilot_park_files_its_own_assessment(people, kept):
    park = people["pilot_park"]
    begin(park, TITLE)
    park.fill_sheet(REVIEW["application"])
    park.upload("submission_document", "self_report")
    park.press("提交")
    park.picture("park-receipt")
    expect(park.heading).to_have_text("收件回执")
    kept["case"] = park.main.get_by_role("link", name="查看办件进展").get_attribute("href")


def test_the_city_and_the_province_agree(people):
    people["ministry"].move_clock("2023-11-14T10:00")
    city = people["guangzhou_bureau"]
    do(city, "地市级审核", REVIEW["city_agrees"])
    do(people["guangdong_department"], "省级审核", REVIEW["province_agrees"])
    people["guangdong_department"].picture("park-agreed-by-the-province")


def test_the_ministry_draws_a_panel_that_scores_alone(people, kept):
    ministry = people["ministry"]
    do(ministry, "核对材料", {"examination_decision": "pass", "review_opinion": "材料齐全。"})
    ministry.open_task("组成专家组")
    offered = ministry.page.locator('main input[name="panel"][type="checkbox"]')
    kept["panel"] = offered.evaluate_all("boxes => boxes.map((box) => box.value)")[:5]
    ministry.fill({"panel": kept["panel"], **REVIEW["panel"]})
    ministry.press("提交")


@pytest.mark.parametrize("seat", range(5))
def test_each_expert_scores(people, kept, seat):
    do(people[kept["panel"][seat]], "专家评分", REVIEW["sheet"])


def test_the_review_is_concluded_and_published(people):
    ministry = people["ministry"]
    ministry.open_task("形成评审结论")
    ministry.picture("park-conclusion")
    ministry.fill(REVIEW["passed"])
    ministry.upload("panel_report")
    ministry.press("提交")
    decider = people["ministry_decider"]
    do(decider, "审定评审结论", {"confirmation": "pass", "confirmation_opinion": "同意评审结论。"})
    people.passer_by.visit("/public")
    people.passer_by.picture("park-public")
    expect(people.passer_by.main).to_contain_text("广州试点软件园")


def test_after_the_publicity_period_the_title_is_granted(people, kept):
    decider = people["ministry_decider"]
    decider.visit("/inbox")
    decider.move_clock("2023-11-22T09:00")
    wait_for_task(decider, "授予决定")
    decision = {
        "award_result": "grant",
        "award_number": "工信部信发〔2023〕260号",
        "award_day": "2023-11-22",
        "award_opinion": "同意授予。",
    }
    do(decider, "授予决定", decision)
    decider.visit(kept["case"])
    decider.picture("park-awarded")
    decider.visit("/titles")
    decider.picture("park-titles")
    expect(decider.main).to_contain_text("广州试点软件园")
