"""Two officials open the same step: one decides, the other reads who was first and loses nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.city import PASS
from tests.support.errands import beijing_has_filed

IN_ORDER = True

LONG_OPINION = "材料齐全，但发展目标部分与专项资金安排的对应关系还需说明，建议补正后再作结论。"


@pytest.fixture(scope="module")
def officials(people, offices):
    """The ministry's two posts, with a case that waits for 形式审查."""
    beijing_has_filed(offices)
    return people["ministry"], people["ministry_decider"]


def test_who_claims_a_task_keeps_it_to_themselves(officials):
    first, second = officials
    second.open_task("形式审查")
    first.visit("/inbox")
    first.press(re.compile("^签收"))
    expect(first.main).to_contain_text("我已签收")
    second.page.reload()
    second.picture("task-claimed-by-another")
    expect(second.main).to_contain_text("该任务已由工业和信息化部 信息技术发展司 经办签收。")
    expect(second.main.get_by_role("button", name="提交")).to_have_count(0)
    second.visit("/inbox")
    expect(second.main).to_contain_text("现在没有需要您办理的任务。")


def test_who_gives_a_task_back_leaves_it_to_everybody(officials):
    first, second = officials
    first.open_task("形式审查")
    first.press("取消签收")
    second.visit("/inbox")
    expect(second.main.get_by_role("row").get_by_role("link", name="办理")).to_have_count(1)


def test_both_open_the_step_and_the_first_decision_counts(officials):
    first, second = officials
    first.open_task("形式审查")
    second.open_task("形式审查")
    second.fill({"examination_decision": "correct", "correction_items": ["figures"]})
    second.fill({"examination_opinion": LONG_OPINION})
    first.fill(PASS)
    first.press("提交")
    expect(first.page.locator("#case-steps")).to_contain_text("作出决定")


def test_the_second_reads_who_decided_and_when(officials):
    _, second = officials
    second.press("提交")
    second.picture("second-official")
    expect(second.main).to_contain_text(re.compile(r"信息技术发展司 经办.*2023.*10.*26.*10:0\d"))


def test_the_second_finds_everything_that_was_typed(officials):
    _, second = officials
    expect(second.page.locator(".typed")).to_contain_text(LONG_OPINION)
    expect(second.page.locator(".typed")).to_contain_text("产业数据")


def test_the_second_goes_on_to_the_case(officials):
    _, second = officials
    second.follow("查看办件进展")
    expect(second.page.locator("#case-course")).to_contain_text(PASS["examination_opinion"])
