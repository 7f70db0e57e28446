"""A browser that runs no script does everything: sign in, claim, fill in, upload, submit, read, move the clock."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.city import APPLICATION, PAPERS, SUBMIT
from tests.support.errands import entry_of_round, round_is_open
from tests.support.processes import DEMONSTRATION_PASSWORD
from tests.support.visitor import PHONE

IN_ORDER = True

#: With the document attached, nobody is asked for consent online.
ATTACHED = {**APPLICATION, "consent_status": "attached"}


@pytest.fixture(scope="module")
def plain(people, offices):
    """Somebody whose browser runs no script, once the round is published."""
    round_is_open(offices)
    return people.stranger(has_scripts=False)


def test_signing_in(plain):
    plain.visit("/login")
    plain.page.get_by_label("登录名").fill("dongguan")
    plain.page.get_by_label("密码").fill(DEMONSTRATION_PASSWORD)
    plain.press("登录")
    expect(plain.heading).to_have_text("待办")


def test_starting_from_the_hall(plain):
    plain.visit("/hall")
    plain.picture("plain-hall")
    expect(plain.main).to_contain_text("距截止还有")
    plain.go(entry_of_round(plain).get_by_role("button", name="开始申报"))
    expect(plain.heading).to_have_text("填写申请材料")


def test_claiming(plain):
    plain.press("签收")
    expect(plain.main).to_contain_text("您已签收。")


def test_what_a_condition_hides_appears_on_request_and_nothing_typed_is_lost(plain):
    expect(plain.field("file:consent_document")).to_have_count(0)
    plain.fill(ATTACHED)
    plain.main.get_by_role("button", name="更新表单").last.scroll_into_view_if_needed()
    plain.go(plain.page.locator(".refresh").get_by_role("button", name="更新表单"))
    plain.picture("plain-form-drawn-again")
    expect(plain.field("file:consent_document")).to_be_visible()
    typed = {name: value for name, value in ATTACHED.items() if name != "consent_status"}
    for name, value in typed.items():
        expect(plain.field(name)).to_have_value(str(value))


def test_uploading_keeps_what_was_typed(plain):
    plain.upload(*PAPERS, "consent_document")
    expect(plain.page.locator(".file")).to_have_count(len(PAPERS) + 1)
    expect(plain.field("commitment_statement")).to_have_value(ATTACHED["commitment_statement"])


def test_a_file_that_was_chosen_but_not_uploaded_is_not_lost_silently(plain):
    address = plain.page.url
    plain.field("file:application_form").set_input_files(
        {"name": "申请表.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    plain.press("提交")
    plain.picture("plain-file-not-uploaded")
    expect(plain.page.locator("#error-summary")).to_contain_text("上传")
    plain.page.goto(address)


def test_submitting_to_a_receipt(plain):
    plain.press("提交")
    expect(plain.heading).to_have_text("确认并提交申请")
    plain.fill({"submit_decision": "submit"})
    plain.go(plain.page.locator(".refresh").get_by_role("button", name="更新表单"))
    plain.fill(SUBMIT)
    plain.press("提交")
    plain.picture("plain-receipt")
    expect(plain.heading).to_have_text("收件回执")


def test_the_case_shows_its_diagram_and_course(plain):
    plain.follow("查看办件进展")
    plain.picture("plain-case")
    step = plain.page.locator('#diagram [data-element="review_by_province"]')
    expect(step).to_have_class(re.compile("st-active"))
    expect(plain.page.locator("#case-course")).to_contain_text("出具收件回执")
    expect(plain.page.locator("[data-live-word]")).to_have_text("打开时的状态，刷新页面可更新")


def test_moving_the_clock(plain):
    plain.move_clock("2023-11-16T00:00")
    expect(plain.main).to_contain_text("演示时钟已拨到 2023-11-16 00:00:00")
    plain.visit("/hall")
    expect(plain.main).to_contain_text("已截止")


def test_the_hall_fits_a_phone(plain):
    plain.page.set_viewport_size(PHONE)
    plain.picture("plain-hall-on-a-phone")
    assert plain.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
