"""A software cluster of 东莞 from its application to the award, its yearly report, its renewal and a rectification.

One story in order, each office in a browser of its own, on a clock that is moved through four years; it leaves pictures
of what people saw. The values are those of the worked cases beside the diagrams.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.walks import begin, do, publish, samples_of, wait_for_task

IN_ORDER = HAS_MANY_PEOPLE = True

AWARD_TITLE = re.compile("软件和信息技术服务业集聚区申报")
EXPERT_IN_THE_PARK = "专家三"


AWARD = samples_of("cluster_award")
REPORTING = samples_of("cluster_reporting")
RENEWAL = samples_of("cluster_renewal")


@pytest.fixture(scope="module")
def kept():
    """What one step of the story leaves for the next."""
    return {}


def test_the_city_bureau_publishes_the_round_of_2024(people):
    bureau = people["dongguan_bureau"]
    bureau.visit("/rounds")
    bureau.move_clock("2024-03-05T09:00")
    publish(bureau, "集聚区申请评估授予")
    bureau.picture("cluster-round")
    expect(bureau.main).to_contain_text("2024-03-01 至 2024-04-30 24:00（含当日）")


def test_songshan_lake_fills_in_the_short_list_of_the_first_batch(people):
    lake = people["songshan_lake"]
    lake.visit("/hall")
    lake.picture("cluster-hall")
    begin(lake, AWARD_TITLE)
    lake.fill_sheet({**AWARD["application"], "cluster_name": "松山湖软件集聚区"})
    expect(lake.field("file:printed_form")).to_have_count(0)
    lake.upload("creation_plan")
    lake.picture("cluster-application")
    lake.press("提交")
    expect(lake.page.locator("#case-steps")).to_contain_text("组织核对")


def test_the_parks_department_checks_and_the_park_files(people, kept):
    do(people["songshan_lake_department"], "组织核对", AWARD["checked"])
    lake = people["songshan_lake"]
    do(lake, "确认并报送", AWARD["submission"])
    lake.picture("cluster-receipt")
    expect(lake.heading).to_have_text("收件回执")
    kept["case"] = lake.main.get_by_role("link", name="查看办件进展").get_attribute("href")


def test_the_city_bureau_examines_and_accepts(people):
    bureau = people["dongguan_bureau"]
    bureau.visit("/inbox")
    bureau.move_clock("2024-05-20T10:00")
    do(bureau, "形式审查", AWARD["examined"])
    do(bureau, "审查评估申请", AWARD["accepted"])
    bureau.picture("cluster-accepted")


def test_seven_experts_are_drawn_and_who_works_in_the_park_is_not(people, kept):
    bureau = people["dongguan_bureau"]
    bureau.open_task("组成专家评估组")
    offered = bureau.page.locator('main input[name="panel"][type="checkbox"]')
    expect(offered).to_have_count(8)
    names = offered.evaluate_all("boxes => boxes.map((box) => box.value)")
    expect(bureau.main).not_to_contain_text(EXPERT_IN_THE_PARK)
    kept["panel"] = names[:7]
    bureau.fill({"panel": names[:7], "panel_leader": names[0], **AWARD["panel"]})
    bureau.picture("cluster-panel")
    bureau.press("提交")
    expect(bureau.page.locator("#case-steps")).to_contain_text("独立评分")


@pytest.mark.parametrize("seat", range(7))
def test_each_expert_scores_alone(people, kept, seat):
    expert = people[kept["panel"][seat]]
    expert.open_task("独立评分")
    expert.fill(AWARD["high_score"])
    if seat == 0:
        expert.picture("cluster-score-sheet")
    expert.press("提交")


def test_sheets_stay_closed_to_the_applicant(people, kept):
    lake = people["songshan_lake"]
    lake.visit(kept["case"])
    lake.picture("cluster-case-of-the-park")
    expect(lake.main).not_to_contain_text("示范意见。")


def test_the_leader_reports_and_the_bureau_confirms_and_publishes(people, kept):
    do(people[kept["panel"][0]], "出具实地评估报告", AWARD["report"], ["evaluation_report"])
    bureau = people["dongguan_bureau"]
    bureau.open_task("审核确认")
    bureau.picture("cluster-report-with-both-totals")
    bureau.fill(AWARD["confirmed"])
    bureau.press("提交")
    stranger = people.passer_by
    stranger.visit("/public")
    stranger.picture("cluster-public")
    expect(stranger.main).to_contain_text("松山湖")


def test_after_the_publicity_period_the_leading_group_awards(people, kept):
    bureau, group = people["dongguan_bureau"], people["leading_group"]
    bureau.visit("/inbox")
    bureau.move_clock("2024-05-28T09:00")
    wait_for_task(bureau, "提请授予")
    do(bureau, "提请授予", AWARD["proposal"], ["recommendation"])
    decision = {
        "award_decision": "award",
        "award_number": "东制造组〔2024〕1号",
        "granted_on": "2024-05-28",
        "award_opinion": "同意授予。",
    }
    do(group, "授予决定", decision)
    group.visit(kept["case"])
    group.picture("cluster-awarded")
    group.visit("/titles")
    group.picture("cluster-titles")
    expect(group.main).to_contain_text("松山湖")


def test_the_yearly_report_opens_on_the_first_of_january_and_is_filed_in_time(people):
    department = people["songshan_lake_department"]
    department.visit("/inbox")
    department.move_clock("2025-01-02T09:00")
    wait_for_task(department, "填写年度报告")
    department.picture("cluster-yearly-report-in-the-inbox")
    do(department, "填写年度报告", REPORTING["report"], ["report_document"])
    expect(department.heading).to_have_text("收件回执")


def test_the_next_report_opens_although_the_last_one_is_not_reviewed_yet(people):
    department = people["songshan_lake_department"]
    department.visit("/inbox")
    department.move_clock("2026-01-02T09:00")
    wait_for_task(department, "填写年度报告")
    do(department, "填写年度报告", REPORTING["report"], ["report_document"])
    expect(department.heading).to_have_text("收件回执")


def test_the_renewal_opens_three_months_before_the_title_ends(people):
    department = people["songshan_lake_department"]
    department.visit("/inbox")
    department.move_clock("2027-03-01T09:00")
    wait_for_task(department, "提出复核申请")
    department.open_task("提出复核申请")
    department.picture("cluster-renewal-application")
    department.fill_sheet(RENEWAL["renewal"])
    department.upload("renewal_application")
    department.press("提交")
    expect(department.heading).to_have_text("收件回执")


def test_the_renewal_fails_and_a_rectification_passes(people):
    bureau, department = people["dongguan_bureau"], people["songshan_lake_department"]
    bureau.visit("/inbox")
    bureau.move_clock("2027-05-31T09:00")
    wait_for_task(bureau, "组织复核")
    failed = {"renewal_decision": "fail", "rectify_until": "2027-11-30", "review_opinion": "多项目标未完成。"}
    do(bureau, "组织复核", failed)
    bureau.picture("cluster-rectification")
    do(department, "整改", {"rectify_text": "已整改到位。"}, ["rectify_report"])
    do(
        bureau,
        "整改后检查",
        {"recheck_decision": "pass", "renewal_number": "东工信函〔2027〕3号", "recheck_opinion": "整改合格。"},
    )
    bureau.visit("/titles")
    bureau.follow(re.compile("松山湖"))
    bureau.picture("cluster-title-renewed")
    expect(bureau.main).to_contain_text("2030-")
