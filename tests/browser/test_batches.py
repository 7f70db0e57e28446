"""A department decides two requests with one form, and downloads their summary sheet, on a desk and on a phone."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.programs import small_edition, started
from tests.support.publishing import FOLDER
from tests.unit.documents.reading import read_cells

IN_ORDER = True
BATCHES = """
batches:
  review_request:
    sheet: park_summary.xlsx
    title: "{year}年度许可申请汇总表"
    rows: '[{name: applicant.name, province: case.province, place: case.city, operator: subject, note: case.number}]'
"""


@pytest.fixture(scope="module")
def program():
    """`guicheng run` over the small procedure, whose owner lets its review be taken for many cases."""
    with tempfile.TemporaryDirectory(prefix="guicheng-tests-") as folder:
        bpmn = small_edition(Path(folder), FOLDER)
        with (bpmn / FOLDER.name / "procedure.yaml").open("a", encoding="utf-8") as file:
            file.write(BATCHES)
        with started(Path(folder) / "var", BPMN=bpmn) as process:
            yield process


def ask_for(visitor, subject):
    visitor.visit("/hall")
    visitor.press(re.compile("开始申报"))
    visitor.fill({"subject": subject})
    visitor.upload("plan")
    visitor.press("提交")


def test_an_office_finds_what_it_may_decide_together(people):
    people["ministry"].visit("/rounds")
    people["ministry"].follow("发布轮次")
    people["ministry"].press("发布轮次")
    ask_for(people["dongguan"], "建设软件园区")
    ask_for(people["guangzhou"], "改建软件园区")
    department = people["guangdong_department"]
    department.go(department.visit("/inbox").get_by_role("link", name="批量办理"))
    expect(department.main).to_contain_text("2 件")
    assert department.list_flaws() == []
    department.go(department.main.get_by_role("link", name="审核申请", exact=True))
    expect(department.main.get_by_role("checkbox")).to_have_count(2)
    assert department.list_flaws() == []


def test_the_summary_sheet_lists_both(people):
    department = people["guangdong_department"]
    with department.page.expect_download() as download:
        department.main.get_by_role("link", name=re.compile("下载汇总表")).click()
    rows = read_cells(Path(download.value.path()).read_bytes())
    assert [row[1] for row in rows[3:5]] == ["东莞市人民政府", "广州市人民政府"]


def test_a_refusal_keeps_what_was_chosen(people):
    department = people["guangdong_department"]
    department.main.get_by_role("button", name="全选").click()
    expect(department.main.get_by_text("已选 2 件，共 2 件")).to_be_visible()
    department.press("办理所选办件")
    expect(department.main.get_by_role("alert")).to_contain_text("有 1 处需要更正")
    expect(department.main.get_by_role("checkbox", checked=True)).to_have_count(2)
    assert department.list_flaws() == []


def test_one_opinion_decides_both(people):
    department = people["guangdong_department"]
    department.fill({"review_opinion": "材料齐全，同意。"})
    department.press("办理所选办件")
    expect(department.page.get_by_text("已办理 2 件。")).to_be_visible()
    expect(department.main).to_contain_text("没有等待您单位办理的办件")
    assert department.list_flaws() == []
