"""A version with a renamed step: its owner takes a running case there, and the administrator sends it back."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.city import file_application
from tests.support.errands import round_is_open
from tests.support.pace import within
from tests.support.processes import REPOSITORY, call

IN_ORDER = True
PROCEDURE = "city_application"
OLD, NEW = "review_by_province", "examine_by_province"
REASON = "省级审核环节改名，按来函迁移。"


@pytest.fixture(scope="module")
def case(offices):
    offices.start("dongguan", round_is_open(offices))
    return f"/cases/{file_application(offices)}"


def renamed_copy(folder: Path) -> Path:
    """Copy the procedure and give one step of it another id."""
    copy = folder / PROCEDURE
    shutil.copytree(REPOSITORY / "bpmn" / PROCEDURE, copy)
    # The templates that procedures share lie beside them.
    shutil.copytree(REPOSITORY / "bpmn" / "documents", folder / "documents")
    for path in [path for path in copy.rglob("*") if path.is_file() and path.suffix in (".bpmn", ".yaml", ".form")]:
        path.write_text(path.read_text(encoding="utf-8").replace(OLD, NEW), encoding="utf-8")
    (copy / "forms" / f"{OLD}.form").rename(copy / "forms" / f"{NEW}.form")
    return copy


def test_a_plan_says_what_cannot_go_on_and_asks_for_a_counterpart(people, program, case, tmp_path):
    deployed = call("deploy", str(renamed_copy(tmp_path)), VAR=program.data)
    assert deployed.returncode == 0, deployed.stderr
    owner = people["process_owner"]
    owner.go(owner.visit(f"/monitor/{PROCEDURE}/1").get_by_role("link", name="迁移", exact=True))
    owner.press("预览")
    expect(owner.main).to_contain_text("可迁移 0 件，不可迁移 1 件")
    assert owner.list_flaws() == []


def test_with_the_counterpart_the_case_can_go_on_and_the_order_is_given(people, case):
    owner = people["process_owner"]
    expect(owner.page.get_by_label("旧版“省级审核”对应新版的")).to_have_value(NEW)
    owner.press("预览")
    expect(owner.main).to_contain_text("可迁移 1 件，不可迁移 0 件")
    assert owner.list_flaws() == []
    owner.page.get_by_label(re.compile("迁移原因")).fill(REASON)
    owner.page.get_by_label("已核对以上预览").check()
    owner.press("迁移全部可迁移的办件")
    expect(owner.main).to_contain_text("已完成", timeout=within(30_000))
    expect(owner.main).to_contain_text("已办 1 件，共 1 件")
    assert owner.list_flaws() == []


def test_the_people_of_the_case_read_what_changed(people, case):
    dongguan = people["dongguan"]
    dongguan.visit(case)
    expect(dongguan.main).to_contain_text("流程定义由第 1 版改为第 2 版。")
    expect(dongguan.main).to_contain_text(REASON)


def test_the_administrator_sends_the_case_back_by_keyboard_alone(people, case):
    administrator = people["administrator"]
    administrator.visit(case)
    with administrator.leaving():
        administrator.page.get_by_role("link", name="办件维护").press("Enter")
    expect(administrator.heading).to_contain_text("办件维护")
    assert administrator.list_flaws() == []
    page = administrator.page
    page.locator("#move summary").press("Enter")
    page.get_by_label("到", exact=True).select_option(label="填报并提交（从头办理）")
    page.locator("#move-reason").fill("申请单位来函要求重填。")
    with administrator.leaving():
        page.get_by_role("button", name="下一步：核对").press("Enter")
    expect(administrator.heading).to_contain_text("退回到“填报并提交”？")
    assert administrator.list_flaws() == []
    with administrator.leaving():
        page.get_by_role("button", name="确认").press("Enter")
    expect(administrator.main).to_contain_text("已改到“填报并提交”继续办理。")
    page.locator("#move summary").press("Enter")
    assert administrator.list_flaws() == []


def test_the_applicant_finds_the_step_again_with_what_was_filled_in(people, case):
    page = people["dongguan"].open_task("填写")
    expect(page.locator('[name="city_gdp"]')).to_have_value("11438")


def test_no_incident_is_left(people, case):
    administrator = people["administrator"]
    administrator.visit("/incidents")
    expect(administrator.main).to_contain_text("没有未处理的异常")
    assert administrator.list_flaws() == []
