"""The studio's own pages in a browser: a folder brought along, changed, submitted and approved by two people."""

from __future__ import annotations

import pytest

from engine.folders import load_directory, pack
from tests.browser.test_accessibility import OVERFLOW, list_violations
from tests.support.offices import REPOSITORY
from tests.support.visitor import DESK, PHONE, PICTURES

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


def look_at(visitor, name):
    """Judge a page at a desk and on a phone, and keep its pictures."""
    page = visitor.page
    visitor.picture(f"studio-{name}")
    at_a_desk = list_violations(page)
    page.set_viewport_size(PHONE)
    on_a_phone, overflow = list_violations(page), page.evaluate(OVERFLOW)
    page.screenshot(path=PICTURES / f"phone-studio-{name}.png", full_page=True)
    page.set_viewport_size(DESK)
    assert (at_a_desk, on_a_phone, overflow) == ([], [], [])


def choose(page, label, name, content):
    page.get_by_label(label).set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})


def test_an_owner_finds_the_procedures_of_the_office(owner):
    owner.visit("/studio")

    assert owner.page.get_by_role("link", name="名城创建申请", exact=True).is_visible()
    look_at(owner, "index-empty")


def test_a_file_that_is_no_folder_is_refused_beside_its_field(owner):
    choose(owner.page, "文件（必填）", "说明.zip", b"nothing")
    owner.press("建立草稿")

    owner.page.get_by_text("不是 zip，请重新打包").wait_for()
    look_at(owner, "index-refused")


def test_a_changed_folder_becomes_a_draft(owner, places):
    files = load_directory(REPOSITORY / "bpmn" / PROCEDURE)
    owner.visit("/studio")
    choose(owner.page, "文件（必填）", "folder.zip", pack({**files, "README.md": CHANGED.encode()}))

    owner.page.locator("form[enctype]").get_by_role("button", name="建立草稿").click()
    owner.page.wait_for_url("**/studio/drafts/*")

    places["draft"] = owner.page.url
    assert owner.page.get_by_text("已建立").first.is_visible()
    look_at(owner, "draft")


def test_a_file_is_added_and_that_is_undone(owner):
    owner.page.get_by_text("加入或替换文件").click()
    owner.page.get_by_label("放在").select_option("文件夹最外层")
    choose(owner.page.locator("details[open]"), "文件", "附注.txt", b"x")
    owner.press("上传")
    added = owner.page.locator("#changes ~ .timeline, section:has(#changes) .timeline").inner_text()
    owner.press("撤销")

    assert "新增 附注.txt" in added
    assert owner.page.get_by_text("已撤销最近一次修改").is_visible()
    look_at(owner, "draft-undone")


def test_what_is_missing_stands_where_one_would_submit(owner, places):
    owner.visit(f"{places['draft']}/approval")

    assert owner.page.get_by_text("推演用例还没有按这一稿重放").is_visible()
    assert not owner.main.get_by_role("button", name="送审").count()
    look_at(owner, "approval-not-yet")


def test_the_history_of_a_procedure_is_shown(owner):
    owner.visit(f"/studio/procedures/{PROCEDURE}")

    assert owner.page.get_by_role("heading", name="发布记录").is_visible()
    look_at(owner, "procedure")
