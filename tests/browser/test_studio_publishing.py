"""The studio's own pages in a browser: a folder brought along, changed, submitted and approved by two people."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from engine.folders import load_directory, pack
from tests.support.offices import REPOSITORY
from tests.support.pace import within

IN_ORDER = True
PROCEDURE = "violation"
CHANGED = "改过的说明。\n"


@pytest.fixture(scope="module")
def owner(people):
    return people["process_owner"]


@pytest.fixture(scope="module")
def second(people):
    return people["process_approver"]


@pytest.fixture(scope="module")
def places():
    return {}


def choose(page, label, name, content):
    page.get_by_label(label).set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})


def test_an_owner_finds_the_procedures_of_the_office(owner):
    owner.visit("/studio")

    expect(owner.page.get_by_role("link", name="名城创建申请", exact=True)).to_be_visible()
    assert owner.list_flaws() == []


def test_a_file_that_is_no_folder_is_refused_beside_its_field(owner):
    choose(owner.page, "文件（必填）", "说明.zip", b"nothing")
    owner.press("建立草稿")

    expect(owner.page.get_by_text("不是 zip，请重新打包")).to_be_visible()
    assert owner.list_flaws() == []


def test_a_changed_folder_becomes_a_draft(owner, places):
    files = load_directory(REPOSITORY / "bpmn" / PROCEDURE)
    owner.visit("/studio")
    choose(owner.page, "文件（必填）", "folder.zip", pack({**files, "README.md": CHANGED.encode()}))

    owner.go(owner.page.locator("form[enctype]").get_by_role("button", name="建立草稿"))

    expect(owner.page.get_by_text("已建立").first).to_be_visible()
    places["draft"] = owner.page.url
    assert owner.list_flaws() == []


def test_a_file_is_added_and_that_is_undone(owner):
    owner.page.get_by_text("加入或替换文件", exact=True).click()
    owner.page.get_by_label("放在").select_option("文件夹最外层")
    choose(owner.page.locator("details[open]"), "文件", "附注.txt", b"x")
    owner.press("上传")
    changes = owner.page.locator("#changes ~ .timeline, section:has(#changes) .timeline")
    expect(changes).to_contain_text("新增 附注.txt")
    owner.press("撤销")

    expect(owner.page.get_by_text("已撤销最近一次修改")).to_be_visible()
    assert owner.list_flaws() == []


def test_what_is_missing_stands_where_one_would_submit(owner, places):
    owner.visit(f"{places['draft']}/approval")

    expect(owner.page.get_by_text("推演用例还没有按这一稿重放")).to_be_visible()
    expect(owner.main.get_by_role("button", name="送审")).to_have_count(0)
    assert owner.list_flaws() == []


def test_the_history_of_a_procedure_is_shown(owner):
    owner.visit(f"/studio/procedures/{PROCEDURE}")

    expect(owner.page.get_by_role("heading", name="发布记录")).to_be_visible()
    assert owner.list_flaws() == []


def test_every_scenario_is_replayed_by_a_worker(owner, places):
    owner.visit(f"{places['draft']}/simulation")
    owner.press("全部重放")

    expect(owner.page.get_by_text("全部一致").first).to_be_visible(timeout=within(120_000))


def test_an_owner_submits_for_an_instant(owner, places):
    owner.visit(f"{places['draft']}/approval")
    assert owner.list_flaws() == []
    owner.page.get_by_label("修改说明（必填）").fill("补充事项说明，写明受理电话由各单位公布。")
    owner.page.get_by_label("到以下时间生效（北京时间）").check()
    owner.page.get_by_label("生效时间").fill("2023-10-27T00:00")
    owner.press("送审")

    expect(owner.page.get_by_text("须由另一位流程负责人审核")).to_be_visible()
    expect(owner.main.get_by_role("button", name="批准")).to_have_count(0)
    assert owner.list_flaws() == []


def test_a_second_person_hears_of_it_and_approves(second, places):
    second.visit("/notices")
    expect(second.page.get_by_role("heading", name="请审核：名城名园违规查处的修改")).to_be_visible()
    second.visit("/studio")
    second.follow("名城名园违规查处发布")
    assert second.list_flaws() == []
    second.page.get_by_label("已核对检查、推演结果和与现行版本的差异").check()
    second.press("批准")

    expect(second.page.get_by_text("待生效").first).to_be_visible()


def test_the_version_counts_from_the_instant(second, people):
    second.visit("/studio")
    assert second.list_flaws() == []
    people.passer_by.visit("/login")
    second.visit(f"/studio/procedures/{PROCEDURE}")

    expect(second.page.get_by_role("row").filter(has_text="第 2 版")).to_be_visible()
    assert second.list_flaws() == []
