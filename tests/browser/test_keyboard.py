"""Everything with the keyboard alone: Tab, Enter, Space and the arrow keys, from signing in to a submitted form."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.city import CONSENT, fill
from tests.support.errands import round_is_open
from tests.support.offices import PDF
from tests.support.processes import DEMONSTRATION_PASSWORD

IN_ORDER = True

MOST_STOPS = 80
SCAN = {"name": "同意文件.pdf", "mimeType": "application/pdf", "buffer": PDF}
FOCUSED = """() => {
    const one = document.activeElement;
    const named = one.labels?.[0] ?? one;
    return {tag: one.tagName, name: one.name ?? "", value: one.value ?? "", id: one.id, text: named.innerText};
}"""
RING = """() => {
    const look = getComputedStyle(document.activeElement);
    return look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2 || look.boxShadow !== "none";
}"""


@pytest.fixture(scope="module")
def hands(people, offices):
    """Somebody without a mouse, before a case that waits for the consent of 广东省人民政府."""
    offices.start("dongguan", round_is_open(offices))
    fill(offices)
    stranger = people.stranger()
    # Long before it is needed: the browser must know by then that nobody sees its window for choosing files.
    stranger.page.on("filechooser", lambda chooser: chooser.set_files(SCAN))
    stranger.visit("/login")
    return stranger


def tab_to(page, **wanted):
    """Press Tab until what has the focus is wanted; every stop on the way must show that it has the focus."""
    seen = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert page.evaluate(RING), f"the focus cannot be seen on {focused}"
        if all(sought in focused[name] for name, sought in wanted.items()):
            return
        seen.append(focused)
    pytest.fail(f"{wanted} cannot be reached: {seen}")


def press_and_go(hands, key="Enter"):
    with hands.leaving():
        hands.page.keyboard.press(key)


def test_the_first_stop_jumps_over_the_navigation(hands):
    page = hands.page
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["text"] == "跳到正文"
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_signing_in(hands):
    page = hands.page
    tab_to(page, name="login_name")
    page.keyboard.type("guangdong_government")
    tab_to(page, name="password")
    page.keyboard.type(DEMONSTRATION_PASSWORD)
    press_and_go(hands)
    expect(page).to_have_url(re.compile("/inbox$"))


def test_opening_a_task(hands):
    tab_to(hands.page, tag="A", text="出具同意意见")
    press_and_go(hands)
    expect(hands.heading).to_have_text("出具同意意见")


def test_choosing_with_the_arrow_keys_shows_what_depends_on_the_choice(hands):
    page = hands.page
    tab_to(page, name="consent_decision")
    for key in ("ArrowDown", "ArrowUp"):
        with hands.drawing_again():
            page.keyboard.press(key)
    expect(page.locator('[name="consent_decision"][value="agree"]')).to_be_checked()
    expect(page.locator('[name="consent_number"]')).to_be_visible()
    expect(page.locator('[name="consent_decision"][value="agree"]')).to_be_focused()


def test_filling_in_and_uploading(hands):
    page = hands.page
    tab_to(page, name="consent_number")
    page.keyboard.type(CONSENT["consent_number"])
    tab_to(page, name="file:consent_document")
    page.keyboard.press("Space")
    expect(hands.field("file:consent_document")).to_have_value(re.compile(SCAN["name"]))
    tab_to(page, name="field_key", value="consent_document")
    press_and_go(hands)
    expect(page.locator(".file")).to_contain_text("同意文件.pdf")
    expect(hands.field("consent_number")).to_have_value(CONSENT["consent_number"])


def test_after_an_upload_the_focus_is_where_it_was(hands):
    page = hands.page
    tab_to(page, name="consent_opinion")
    page.keyboard.type(CONSENT["consent_opinion"])
    hands.picture("keyboard-before-submitting")


def test_submitting(hands):
    page = hands.page
    tab_to(page, tag="BUTTON", text="提交")
    press_and_go(hands, "Space")
    expect(page.locator("#case-steps")).to_contain_text("确认并提交申请")


def test_the_diagram_scrolls_with_the_arrow_keys(hands):
    page = hands.page
    tab_to(page, id="diagram")
    before = page.locator("#diagram").evaluate("one => one.scrollTop")
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    page.wait_for_function("before => document.querySelector('#diagram').scrollTop > before", arg=before)


def test_moving_the_clock_and_signing_out(hands):
    page = hands.page
    page.goto(f"{hands.address}/inbox")
    tab_to(page, tag="SUMMARY", text="调整时间")
    page.keyboard.press("Enter")
    tab_to(page, tag="BUTTON", text="＋1 天")
    press_and_go(hands)
    expect(page.locator("[data-clock]")).to_contain_text("2023-10-27")
    tab_to(page, tag="BUTTON", text="退出")
    press_and_go(hands)
    expect(page).to_have_url(re.compile("/login$"))
