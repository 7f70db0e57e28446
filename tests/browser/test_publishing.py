"""A procedure that issues documents, publishes and sends packages, in the browser, on a desk and on a phone."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.offices import PDF
from tests.support.pace import within
from tests.support.programs import small_edition, started
from tests.support.publishing import FOLDER
from tests.support.walks import wait_for
from tests.unit.documents.reading import read_pages

IN_ORDER = True
OBJECTION = {"name": "王某", "contact": "演示电话", "reason": "公示的面积与规划文件不一致。"}
EVIDENCE = {"name": "现场照片.pdf", "mimeType": "application/pdf", "buffer": PDF}


@pytest.fixture(scope="module")
def program():
    """`guicheng run` over the shared files of `bpmn/` and the small procedure alone."""
    with (
        tempfile.TemporaryDirectory(prefix="guicheng-tests-") as folder,
        started(Path(folder) / "var", BPMN=small_edition(Path(folder), FOLDER)) as process,
    ):
        yield process


@pytest.fixture(scope="module")
def kept():
    """What one step of the tour leaves to the next."""
    return {}


def test_an_office_finds_the_documents_it_issued_on_the_page_of_the_case(people, kept):
    people["ministry"].visit("/rounds")
    people["ministry"].follow("发布轮次")
    people["ministry"].press("发布轮次")
    people["dongguan"].visit("/hall")
    people["dongguan"].press(re.compile("开始申报"))
    people["dongguan"].fill({"subject": "建设软件园区"})
    people["dongguan"].upload("plan")
    people["dongguan"].press("提交")
    department = people["guangdong_department"]
    department.do("审核申请", {"review_opinion": "材料齐全，同意。"})
    department.go(department.visit("/cases").locator("main table a").first)
    kept["case"] = department.page.url
    issued = department.main.get_by_role("link", name=re.compile("^PDF 文件")).first
    expect(issued).to_be_visible(timeout=within(30_000))
    assert department.list_flaws() == []


def test_a_document_is_downloaded_as_pdf_with_its_number(people, kept):
    dongguan = people["dongguan"]
    dongguan.visit(kept["case"])
    with dongguan.page.expect_download() as download:
        dongguan.main.get_by_role("link", name=re.compile("PDF 文件.*受理通知书")).click()
    words = "".join(read_pages(Path(download.value.path()).read_bytes()))
    assert "〔2023〕2号" in words


def test_anybody_reads_the_publication_without_scripts(people, kept):
    passer_by = people.stranger(has_scripts=False)
    passer_by.go(passer_by.visit("/public").get_by_role("link", name="关于建设软件园区的公示"))
    expect(passer_by.main).to_contain_text("2023-11-02 24:00（含当日）（5 个工作日）")
    kept["public"] = passer_by.page.url


def test_the_public_pages_are_accessible(people, kept):
    passer_by = people.passer_by
    passer_by.visit("/public")
    assert passer_by.list_flaws() == []
    passer_by.visit(kept["public"])
    assert passer_by.list_flaws() == []


def test_an_incomplete_objection_is_shown_again_with_what_was_typed(people, kept):
    passer_by = people.passer_by
    passer_by.visit(kept["public"])
    passer_by.fill({**OBJECTION, "contact": " "})
    passer_by.page.locator("#objection-files").set_input_files([EVIDENCE])
    passer_by.press("提交异议")
    expect(passer_by.main.get_by_role("checkbox", name=EVIDENCE["name"])).to_be_checked()
    assert passer_by.list_flaws() == []
    expect(passer_by.field("reason")).to_have_value(OBJECTION["reason"])


def test_an_objection_gets_a_number_and_a_code(people, kept):
    passer_by = people.passer_by
    passer_by.fill({"contact": OBJECTION["contact"]})
    passer_by.page.locator("#objection-files").set_input_files([{**EVIDENCE, "name": "规划图.pdf"}])
    passer_by.press("提交异议")
    expect(passer_by.main).to_contain_text("异议已收到")
    expect(passer_by.main).to_contain_text(EVIDENCE["name"])
    expect(passer_by.main).to_contain_text("规划图.pdf")
    kept["number"] = passer_by.page.locator("dd strong").inner_text()
    kept["code"] = passer_by.page.locator(".verification").inner_text()
    assert passer_by.list_flaws() == []


def test_the_office_answers_and_the_applicant_sees_no_name(people, kept):
    people["dongguan"].visit(kept["case"])
    expect(people["dongguan"].main).to_contain_text("异议 1 件")
    expect(people["dongguan"].main).not_to_contain_text(OBJECTION["name"])
    expect(people["dongguan"].main).not_to_contain_text(EVIDENCE["name"])
    department = people["guangdong_department"]
    department.visit(kept["case"])
    department.page.locator("summary").filter(has_text=kept["number"]).click()
    expect(department.main).to_contain_text(OBJECTION["contact"])
    with department.page.expect_download() as download:
        department.main.get_by_role("link", name=EVIDENCE["name"]).click()
    assert download.value.path().read_bytes() == PDF
    assert department.list_flaws() == []
    department.fill({"answer": "经核查，面积以规划文件为准，异议成立，已更正。"})
    department.press(re.compile("^答复"))
    expect(department.main).to_contain_text("异议已答复")


def test_the_objector_reads_the_answer_with_number_and_code(people, kept):
    passer_by = people.passer_by
    passer_by.visit("/public/objections")
    passer_by.fill({"number": kept["number"], "code": kept["code"]})
    passer_by.press("查看")
    expect(passer_by.main).to_contain_text("异议成立，已更正")
    assert passer_by.list_flaws() == []


def test_the_office_makes_the_period_longer_and_says_why(people, kept):
    department = people["guangdong_department"]
    department.visit(kept["case"])
    department.page.locator("summary").filter(has_text="延长公示期").click()
    department.fill({"working_days": "2", "reason": "补充更正后的面积。"})
    department.press("延长")
    people.passer_by.visit(kept["public"])
    expect(people.passer_by.main).to_contain_text("2023-11-06 24:00")
    expect(people.passer_by.main).to_contain_text("补充更正后的面积。")


def test_the_package_waits_for_the_mailbox_that_the_round_names(people, kept):
    people["guangdong_department"].do("处理异议", {"objection_note": "已更正。"})
    people["ministry"].visit("/inbox")
    people["ministry"].move_clock("2023-11-07T09:00")
    outbox = people["administrator"]
    wait_for(outbox, "/outbox", outbox.main.get_by_text("等待设置邮箱"))
    ministry = people["ministry"]
    ministry.visit("/rounds/1")
    assert ministry.list_flaws() == []
    ministry.fill({"name": "ministry", "address": "inbox@office.example"})
    ministry.press("设置")
    expect(ministry.main).to_contain_text("1 个等待中的材料包开始寄送")
    wait_for(outbox, "/outbox", outbox.main.get_by_text("已写入（演练）"))
    assert outbox.list_flaws() == []


def test_a_document_is_verified_by_anybody_who_holds_it(people, kept):
    passer_by = people.passer_by
    passer_by.visit("/verify?number=1&code=2")
    expect(passer_by.main).to_contain_text("查验不一致")
