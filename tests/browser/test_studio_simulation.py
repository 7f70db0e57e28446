"""推演 in a browser: a case of a draft played to its overdue reminder, written down, replayed; also without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.pace import within
from tests.support.processes import DEMONSTRATION_PASSWORD

IN_ORDER = True
PROCEDURE = "park_evaluation"


@pytest.fixture(scope="module")
def owner(people):
    return people["process_owner"]


@pytest.fixture(scope="module")
def places():
    return {}


def do_task(visitor):
    """Open the first task that waits, fill in an example, submit."""
    visitor.follow("以其身份办理")
    visitor.go(visitor.page.locator(".example").first)
    visitor.press("提交")
    expect(visitor.page).to_have_url(re.compile(r"/simulation/\d+#latest"))


def test_the_owner_finds_the_scenarios_of_a_draft(owner, places):
    owner.visit(f"/studio/procedures/{PROCEDURE}")
    owner.press(re.compile("草稿"))
    expect(owner.page).to_have_url(re.compile(r"/studio/drafts/\d+$"))
    places["simulation"] = f"{owner.page.url}/simulation"
    owner.visit(places["simulation"])

    expect(owner.main).to_contain_text("还没有按这一稿重放")
    assert owner.list_flaws() == []


def test_a_simulation_begins_like_a_scenario(owner, places):
    owner.press("开始推演")
    expect(owner.page).to_have_url(re.compile("/simulation/1$"))
    places["play"] = owner.page.url

    expect(owner.page.get_by_role("table")).to_contain_text("以其身份办理")
    assert owner.list_flaws() == []


def test_a_task_has_its_real_form_with_examples(owner):
    owner.follow("以其身份办理")
    owner.go(owner.page.locator(".example").first)

    expect(owner.main).to_contain_text("已填入样例")
    assert owner.list_flaws() == []


def test_what_the_form_refuses_stands_beside_its_field(owner):
    owner.page.locator("#task-form input[type=text]:visible").first.fill("")
    owner.press("提交")

    expect(owner.page.get_by_role("alert")).to_contain_text("需要更正")


def test_a_submitted_task_goes_on_to_the_next_office(owner, places):
    owner.visit(places["play"])
    do_task(owner)

    expect(owner.page.locator(".timeline")).to_contain_text("出具收件回执")


def test_the_clock_goes_to_what_falls_due_and_the_reminder_goes_out(owner):
    owner.press("下一个到期")
    expect(owner.page).to_have_url(re.compile("#latest$"))

    expect(owner.page.locator(".timeline li").first).to_contain_text("到时")
    expect(owner.page.get_by_role("region", name="等待办理和到时")).to_contain_text("超期")
    assert owner.list_flaws() == []


def test_what_was_played_is_recorded_and_replays_as_played(owner):
    owner.page.get_by_label("用例的标题").fill("审核超期催办")
    owner.page.get_by_label("文件名").fill("reminded_once_more")
    owner.press("记录")

    expect(owner.main).to_contain_text("重放与推演一致")


def test_a_worker_replays_every_scenario(owner, places):
    owner.visit(places["simulation"])
    owner.press("全部重放")

    expect(owner.main).to_contain_text("全部一致", timeout=within(120_000))
    expect(owner.page.get_by_role("table")).to_contain_text("审核超期催办")
    assert owner.list_flaws() == []


def test_the_effects_of_a_draft_have_a_page(owner, places):
    owner.visit(f"{places['simulation']}/impact")

    expect(owner.main).to_contain_text("现在没有在办件")
    assert owner.list_flaws() == []


def test_everything_is_done_without_scripts(people, places):
    plain = people.stranger(has_scripts=False)
    plain.visit("/login")
    plain.page.get_by_label("登录名").fill("process_owner")
    plain.page.get_by_label("密码").fill(DEMONSTRATION_PASSWORD)
    plain.press("登录")
    plain.visit(places["simulation"])
    plain.press("开始推演")
    expect(plain.page).to_have_url(re.compile("/simulation/2$"))
    do_task(plain)
    plain.page.get_by_label("过几个工作日").fill("3")
    plain.press("往后拨")
    plain.press("退回一步")
    plain.press("结束推演")

    expect(plain.main).to_contain_text("推演已结束")
