"""The 2023 round of 名城创建申请 from the ministry's notice to the decision, each office in a browser of its own.

One story in order: every test goes on where the one before it stopped, and leaves pictures of what people saw.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.city import AGREE, APPLICATION, CONSENT, CORRECT, PAPERS, PASS, START, SUBMIT
from tests.support.errands import (
    ROUND_NUMBER,
    ROUND_TITLE,
    case_of,
    entry_of_round,
    file_beijing,
    fill_in,
    publish_round,
    start,
    visit_round,
)
from tests.support.pace import within
from tests.support.walks import PULSE_MILLISECONDS, wait_for_task

IN_ORDER = True

EXACT_CLOSE = "2023-11-16 00:00:00（北京时间 UTC+8）"
#: A page hears of a change within this time.
LIVE_MILLISECONDS = 5_000
#: What 东莞's case passed on its way, besides gateways and service tasks.
COURSE_OF_DONGGUAN = (
    "application_begun",
    "fill_application",
    "give_consent",
    "submit_application",
    "issue_receipt",
    "review_by_province",
    "correct_for_province",
    "examine_by_ministry",
    "decide_by_ministry",
    "creation_started",
)
STEPS_OF_DONGGUAN = [
    "填写申请材料",
    "出具同意意见",
    "确认并提交申请",
    "省级审核",
    "按省级意见补正",
    "省级审核",
    "形式审查",
    "作出决定",
]
FIGURES_OF_THE_ROUND = ((1, "在办"), (0, "超期"), (0, "异常"), (2, "已办结"))
COURSE_OF_BEIJING = ("application_begun", "fill_application", "submit_application", "examine_by_ministry")


@pytest.fixture(scope="module")
def cases():
    """Where the pages of the cases are, by applicant."""
    return {}


def on_the_diagram(visitor, element_id, state="st-"):
    """Return an element of the shown diagram as far as it is in a state, or in any."""
    return visitor.page.locator(f'#diagram [data-element="{element_id}"][class*="{state}"]')


def test_the_login_page_offers_every_office_the_ministry_first(people):
    stranger = people.passer_by
    stranger.visit("/login")
    stranger.picture("login")
    expect(stranger.main.get_by_role("rowheader").first).to_have_text("工业和信息化部")


def test_the_ministry_publishes_the_round(people):
    ministry = people["ministry"]
    publish_round(ministry)
    ministry.picture("round-published")
    expect(ministry.heading).to_have_text(ROUND_TITLE)
    expect(ministry.main).to_contain_text(ROUND_NUMBER)
    expect(ministry.main).to_contain_text("2023-10-15 至 2023-11-15 24:00（含当日）")


def test_dongguan_sees_the_round_with_its_window_and_conditions(people):
    dongguan = people["dongguan"]
    dongguan.visit("/hall")
    dongguan.picture("hall-of-dongguan")
    expect(dongguan.main).to_contain_text("可自动核对的条件全部符合")
    expect(dongguan.main).to_contain_text(EXACT_CLOSE)
    expect(dongguan.main).to_contain_text("距截止还有 20 天")


def test_dongguan_reads_every_fault_of_an_empty_application_beside_its_field(people):
    dongguan = people["dongguan"]
    start(dongguan)
    dongguan.picture("application-empty")
    dongguan.press("提交")
    dongguan.picture("application-with-errors")
    expect(dongguan.page.locator("#error-summary")).to_be_focused()
    faults = dongguan.page.locator("#error-summary li").count()
    expect(dongguan.page.locator(".field .err")).to_have_count(faults)
    assert faults > 20


def test_dongguan_keeps_a_draft_and_finds_it_again(people):
    dongguan = people["dongguan"]
    dongguan.fill(APPLICATION)
    dongguan.press("暂存")
    expect(dongguan.main).to_contain_text("已暂存。您可以离开，以后再继续填写；暂存不等于提交。")
    dongguan.open_task("填写申请材料")
    expect(dongguan.field("city_gdp")).to_have_value(APPLICATION["city_gdp"])
    expect(dongguan.field("policy_statement")).to_have_value(APPLICATION["policy_statement"])


def test_dongguan_uploads_the_papers_and_asks_for_consent(people, cases):
    dongguan = people["dongguan"]
    dongguan.upload(*PAPERS)
    dongguan.picture("application-filled")
    dongguan.press("提交")
    cases["dongguan"] = dongguan.page.url
    dongguan.picture("case-waiting-for-consent")
    expect(dongguan.page.locator("#case-steps")).to_contain_text("出具同意意见")


def test_what_is_typed_while_the_form_is_drawn_again_stays(people):
    government = people["guangdong_government"]
    page = government.open_task("出具同意意见")
    asked = []
    page.route("**/refresh", lambda route: asked.append(route))
    opinion = government.field("consent_opinion")
    with government.drawing_again():
        with page.expect_request("**/refresh"):
            government.field("consent_decision").first.check()
        opinion.press_sequentially("经研究，", delay=0)
        page.keyboard.press("Tab")
        asked[0].continue_()
    opinion.press_sequentially("同意申请。", delay=0)
    expect(opinion).to_have_value("经研究，同意申请。")
    expect(government.field("consent_number")).to_be_visible()
    page.unroute("**/refresh")


def test_the_provincial_government_consents_with_its_document(people):
    government = people["guangdong_government"]
    government.open_task("出具同意意见")
    government.fill(CONSENT)
    government.upload("consent_document")
    government.picture("consent")
    government.press("提交")
    expect(government.page.locator("#case-steps")).to_contain_text("确认并提交申请")


def test_dongguan_submits_and_holds_a_receipt(people):
    dongguan = people["dongguan"]
    dongguan.open_task("确认并提交申请")
    dongguan.fill(SUBMIT)
    dongguan.picture("submission")
    dongguan.press("提交")
    dongguan.picture("receipt")
    expect(dongguan.heading).to_have_text("收件回执")
    expect(dongguan.main).to_contain_text("收件-2023-000001")
    expect(dongguan.main).to_contain_text(re.compile(r"2023-10-26 10:\d\d:\d\d（北京时间 UTC\+8）"))
    digests = dongguan.page.locator(".digest", has_text=re.compile(r"SM3 [0-9a-f]{64}"))
    expect(digests.nth(len(PAPERS) - 1)).to_be_attached()


def test_a_stranger_verifies_the_receipt(people):
    code = people["dongguan"].page.locator(".verification").inner_text()
    stranger = people.passer_by
    stranger.visit("/verify")
    stranger.page.get_by_label("收件编号").fill("收件-2023-000001")
    stranger.page.get_by_label("校验码").fill(code)
    stranger.press("查验")
    stranger.picture("receipt-verified")
    expect(stranger.main).to_contain_text("查验一致。")


def test_the_province_returns_the_application_once_for_correction(people):
    department = people["guangdong_department"]
    department.open_task("省级审核")
    department.fill(CORRECT)
    department.picture("review-asks-for-correction")
    department.press("提交")
    expect(department.page.locator("#case-steps")).to_contain_text("按省级意见补正")


def test_dongguan_corrects_the_named_item_only(people):
    dongguan = people["dongguan"]
    dongguan.open_task("按省级意见补正")
    dongguan.picture("correction")
    expect(dongguan.main).to_contain_text("工作方案缺少年度目标，请补正。")
    expect(dongguan.field("file:creation_plan")).to_be_visible()
    expect(dongguan.field("file:written_report")).to_have_count(0)
    dongguan.fill({"correction_note": "已补充年度目标。"})
    dongguan.upload("creation_plan")
    dongguan.press("提交")
    expect(dongguan.page.locator("#case-steps")).to_contain_text("省级审核")


def test_the_page_of_a_case_changes_by_itself_when_another_office_acts(people, cases):
    dongguan, department = people["dongguan"], people["guangdong_department"]
    dongguan.visit(cases["dongguan"])
    expect(dongguan.page.locator("[data-live-word]")).to_have_text("实时更新中")
    department.do("省级审核", AGREE)
    expect(dongguan.page.locator("#case-steps")).to_contain_text("形式审查", timeout=within(LIVE_MILLISECONDS))
    expect(on_the_diagram(dongguan, "examine_by_ministry", "st-active")).to_have_count(1)
    dongguan.picture("case-changed-by-itself")


def test_pages_without_a_stream_ask_again_by_themselves(people, cases):
    refused, unable = people["dongguan"].open_page(), people["guangdong_department"].open_page()
    refused.route("**/events", lambda route: route.fulfill(status=503, body=""))
    unable.add_init_script("delete window.EventSource")
    for page in (refused, unable):
        page.clock.install()
        page.goto(cases["dongguan"])
        expect(page.locator("[data-live-word]")).to_have_text("每 10 秒更新一次")
    people["ministry"].do("形式审查", PASS)
    for page in (refused, unable):
        page.clock.fast_forward(10_000)
        expect(page.locator("#case-steps")).to_contain_text("作出决定", timeout=within(LIVE_MILLISECONDS))
        page.close()


def test_the_ministry_decides_to_start_the_creation(people):
    decider = people["ministry_decider"]
    decider.open_task("作出决定")
    decider.fill(START)
    decider.picture("decision")
    decider.press("提交")
    expect(decider.page.locator("#case-summary")).to_contain_text("启动创建")


@pytest.mark.parametrize("element_id", COURSE_OF_DONGGUAN)
def test_the_diagram_marks_every_element_that_the_case_passed(people, cases, element_id):
    dongguan = people["dongguan"]
    if dongguan.page.url != cases["dongguan"] or element_id == COURSE_OF_DONGGUAN[0]:
        dongguan.visit(cases["dongguan"])
    expect(on_the_diagram(dongguan, element_id, "st-done")).to_have_count(1)


def test_the_page_of_the_ended_case_tells_its_whole_course(people):
    dongguan = people["dongguan"]
    dongguan.picture("case-ended")
    told = dongguan.page.locator("#case-course li p:first-of-type").all_inner_texts()
    completed = [text.removeprefix("办理完成 ") for text in reversed(told) if text.startswith("办理完成")]
    assert completed == STEPS_OF_DONGGUAN
    expect(on_the_diagram(dongguan, "not_recommended", "st-done")).to_have_count(0)


def test_dongguan_was_told_of_the_decision(people):
    dongguan = people["dongguan"]
    dongguan.visit("/notices")
    dongguan.picture("notices")
    expect(dongguan.main).to_contain_text("启动中国软件名城创建工作")


def test_beijing_files_directly_to_the_ministry(people, cases):
    beijing = people["beijing"]
    cases["beijing"] = file_beijing(people)
    beijing.picture("receipt-of-beijing")
    beijing.visit(cases["beijing"])
    beijing.picture("case-of-beijing")
    for passed in COURSE_OF_BEIJING[:3]:
        expect(on_the_diagram(beijing, passed, "st-done")).to_have_count(1)
    expect(on_the_diagram(beijing, "examine_by_ministry", "st-active")).to_have_count(1)
    for spared in ("give_consent", "review_by_province"):
        expect(on_the_diagram(beijing, spared)).to_have_count(0)


def test_foshan_is_stopped_with_the_clause_as_the_reason(people):
    foshan = people["foshan"]
    foshan.visit("/hall")
    foshan.picture("hall-of-foshan")
    rule = entry_of_round(foshan).locator(".rule-failed")
    expect(rule).to_contain_text("未签署2017年合作备忘录并启动创建")
    expect(rule).to_contain_text("工信厅信发函〔2023〕278号 三（四）")
    expect(entry_of_round(foshan).get_by_role("button", name="开始申报")).to_have_count(0)


@pytest.mark.parametrize("applicant", ["佛山市", "深圳市"])
def test_the_ministry_lets_an_applicant_pass_with_a_reason(people, applicant):
    decider = people["ministry_decider"]
    visit_round(decider)
    decider.page.locator("#except summary").click()
    decider.page.locator("#except label", has_text=applicant).first.click()
    decider.page.get_by_label("放行理由").fill(f"{applicant}已书面说明情况，同意其申报。")
    decider.picture(f"exception-{applicant}")
    decider.press("放行")
    expect(decider.main).to_contain_text("已放行。")
    expect(decider.main).to_contain_text(f"{applicant}已书面说明情况，同意其申报。")


def test_foshan_starts_after_it_was_let_pass(people, cases):
    foshan = people["foshan"]
    foshan.visit("/hall")
    foshan.picture("hall-of-foshan-let-pass")
    expect(entry_of_round(foshan).locator(".rule-overridden")).to_contain_text("主管部门已说明理由并放行。")
    fill_in(foshan)
    cases["foshan"] = foshan.page.url
    people["guangdong_government"].do("出具同意意见", CONSENT, ["consent_document"])


def test_a_minute_before_the_close_the_hall_counts_seconds(people):
    foshan = people["foshan"]
    foshan.visit("/hall")
    foshan.page.locator(".clock-bar summary").click()
    foshan.go(foshan.page.get_by_role("button", name="2023-11-15 23:59:00"))
    foshan.picture("hall-a-minute-before-the-close")
    expect(foshan.main).to_contain_text("演示时钟已拨到 2023-11-15 23:59:00")
    expect(foshan.page.locator("[data-countdown-text]")).to_have_text(re.compile(r"^[01] 分 \d\d 秒$"))


def test_after_the_close_a_draft_is_refused_with_the_exact_moment(people):
    foshan, ministry = people["foshan"], people["ministry"]
    foshan.open_task("确认并提交申请")
    foshan.fill(SUBMIT)
    ministry.visit("/rounds")
    ministry.move_clock("2023-11-16T00:00")
    foshan.press("提交")
    foshan.picture("refused-after-the-close")
    expect(foshan.main).to_contain_text(re.compile(r"2023年11月16日00:00:00（北京时间）.{0,6}截止"))
    expect(foshan.page.locator(".typed")).to_contain_text("材料完整")


def test_the_window_seals_the_draft_on_the_diagram(people, cases):
    foshan, ministry = people["foshan"], people["ministry"]
    ministry.move_clock("2023-11-16T00:20")
    foshan.visit(cases["foshan"])
    expect(on_the_diagram(foshan, "draft_sealed")).to_have_count(1, timeout=within(PULSE_MILLISECONDS))
    foshan.picture("case-sealed")
    foshan.visit("/hall")
    expect(foshan.main).to_contain_text("已截止")


def test_an_extension_for_those_with_a_draft_is_ordered(people):
    decider = people["ministry_decider"]
    visit_round(decider)
    decider.page.locator("#extend summary").click()
    decider.page.get_by_label("截止前已有暂存的申请人").check()
    decider.page.get_by_label("新的截止时间").fill("2023-11-18T00:00")
    decider.page.locator("#extend-number").fill("工信厅信发函〔2023〕299号")
    decider.page.locator("#extend-reason").fill("系统拥堵。")
    decider.picture("extension-order")
    decider.press("发布延期")
    decider.picture("round-extended")
    expect(decider.main).to_contain_text("延期已发布，涉及 2 件。")
    expect(decider.main).to_contain_text("2023-11-17 24:00")


def test_the_extension_reopens_the_window_for_the_city_with_a_draft_alone(people):
    shenzhen, foshan = people["shenzhen"], people["foshan"]
    shenzhen.visit("/hall")
    shenzhen.picture("hall-of-shenzhen-still-closed")
    expect(shenzhen.main).to_contain_text("已截止")
    expect(entry_of_round(shenzhen).get_by_role("button", name="开始申报")).to_have_count(0)
    wait_for_task(foshan, "填写申请材料")
    foshan.open_task("填写申请材料")
    foshan.picture("draft-reopened")


def test_nothing_that_foshan_typed_before_the_close_is_lost(people):
    foshan = people["foshan"]
    for name, value in APPLICATION.items():
        if name != "consent_status":
            expect(foshan.field(name)).to_have_value(str(value))
    expect(foshan.page.locator(".file").nth(len(PAPERS) - 1)).to_be_visible()


def test_foshan_submits_inside_the_extension(people, cases):
    foshan = people["foshan"]
    foshan.press("提交")
    # The document of the first time is still there.
    people["guangdong_government"].do("出具同意意见", CONSENT)
    foshan.do("确认并提交申请", SUBMIT)
    expect(foshan.heading).to_have_text("收件回执")
    cases["foshan"] = case_of(foshan)


def test_foshan_withdraws_with_a_reason_after_confirming(people, cases):
    foshan = people["foshan"]
    foshan.visit(cases["foshan"])
    foshan.page.locator("#withdraw summary").click()
    foshan.page.get_by_label("撤回原因").fill("市政府决定明年再申请。")
    foshan.press("下一步：确认撤回")
    foshan.picture("withdrawal-to-confirm")
    foshan.press("确认撤回")
    foshan.picture("case-withdrawn")
    expect(foshan.main).to_contain_text("办件已撤回。")
    expect(foshan.page.locator("#case-course")).to_contain_text("市政府决定明年再申请。")
    expect(on_the_diagram(foshan, "withdrawn", "st-done")).to_have_count(1)


def test_monitoring_counts_the_cases_of_every_step(people):
    owner = people["process_owner"]
    owner.visit("/monitor")
    owner.picture("monitor")
    owner.go(owner.main.get_by_role("link", name="名城创建申请", exact=True))
    owner.picture("monitor-of-a-procedure")
    figures = [re.compile(rf"^\s*{number}\s*{word}\s*$") for number, word in FIGURES_OF_THE_ROUND]
    expect(owner.page.locator("#monitor-figures li")).to_have_text(figures)
    row = owner.page.get_by_role("row").filter(has_text="形式审查")
    expect(row.get_by_role("cell")).to_have_text(["1", "0", "1"])


def test_monitoring_changes_by_itself(people):
    owner, ministry = people["process_owner"], people["ministry"]
    expect(owner.page.locator("[data-live-word]")).to_have_text("实时更新中")
    ministry.do("形式审查", PASS)
    row = owner.page.get_by_role("row").filter(has_text="形式审查")
    expect(row.get_by_role("cell").first).to_have_text("0", timeout=within(LIVE_MILLISECONDS))
