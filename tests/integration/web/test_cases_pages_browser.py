"""The pages around the cases in a real browser: accessible, narrow, alive."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest
from playwright.sync_api import expect
from waitress.server import create_server

from engine.clock import ZONE
from engine.services import accounts
from engine.services.organisations import DEMONSTRATION_PASSWORD
from tests.support import city
from tests.support.accessible import list_violations
from tests.support.chromium import launched
from tests.support.city import AGREE

WIDTHS = [1280, 320]
PAGES = [
    ("dongguan", "/hall"),
    ("foshan", "/hall"),
    ("dongguan", "/cases"),
    ("dongguan", "/cases/{case}"),
    ("administrator", "/cases/{case}"),
    ("dongguan", "/notices"),
    ("ministry", "/rounds"),
    ("ministry", "/rounds/1"),
    ("guangdong_department", "/rounds/1"),
    ("ministry", "/rounds/new?procedure=city_application&year=2026"),
    ("administrator", "/monitor"),
    ("administrator", "/monitor/city_application/1"),
]


@pytest.fixture(scope="module")
def chromium():
    with launched() as browser:
        yield browser


@pytest.fixture
def address(app):
    """The application served by waitress, as in production."""
    server = create_server(app, host="127.0.0.1", port=0, threads=12, channel_request_lookahead=1)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


@pytest.fixture
def filed(offices):
    offices.start("dongguan", offices.open_round("city_application"))
    return city.file_application(offices)


@pytest.fixture
def open_page(chromium, address, offices):
    """Return a function: (login name, path, width) -> a page; what its console says is an error of the test.

    With `has_clock` the time of the page can be moved on.
    """
    contexts, complaints = [], []

    def opened(login_name, path, width=1280, *, has_clock=False, **options):
        signed_in = accounts.sign_in(offices.system, login_name, DEMONSTRATION_PASSWORD, "127.0.0.1")
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        context.add_cookies([{"name": "guicheng_session", "value": signed_in.token, "url": address}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if is_complaint(message) else None)
        if has_clock:
            page.clock.install()
        page.goto(address + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def is_complaint(message):
    """Tell whether the console shows an error; a refused stream is none, the page polls instead."""
    return message.type == "error" and "status of 503" not in message.text


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("login_name", "path"), PAGES)
def test_a_page_is_accessible_and_fits_the_screen(open_page, filed, login_name, path, width):
    page = open_page(login_name, path.format(case=filed), width)
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    assert list_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_an_open_page_follows_the_case_without_losing_its_place(open_page, offices, filed):
    page = open_page("dongguan", f"/cases/{filed}")
    expect(page.locator("[data-live-word]")).to_have_text("实时更新中")
    page.evaluate("document.getElementById('diagram').scrollTo(300, 100)")
    offices.complete("guangdong_department", "review_by_province", AGREE)
    expect(page.locator("#case-course")).to_contain_text("材料齐全，同意报送。")
    expect(page.locator('[data-element="examine_by_ministry"].st-active')).to_have_count(1)
    expect(page.locator("[data-live-said]")).to_have_text("页面内容已更新")
    assert page.evaluate("document.getElementById('diagram').scrollLeft") == 300


def test_a_page_without_a_stream_polls(open_page, app, offices, filed):
    app.config["SERVER_THREADS"] = 0
    page = open_page("dongguan", f"/cases/{filed}", has_clock=True)
    expect(page.locator("[data-live-word]")).to_have_text("每 10 秒更新一次")
    offices.complete("guangdong_department", "review_by_province", AGREE)
    page.clock.fast_forward(10_000)
    expect(page.locator("#case-course")).to_contain_text("材料齐全，同意报送。")


def test_a_wide_diagram_opens_at_the_waiting_step_and_can_be_zoomed(open_page, filed):
    page = open_page("dongguan", f"/cases/{filed}")
    page.locator(".legend").scroll_into_view_if_needed()
    expect(page.locator('[data-element="review_by_province"]')).to_be_in_viewport()
    page.get_by_role("button", name="缩小流程图").click()
    expect(page.locator("output")).to_have_text("80%")


def test_the_whole_diagram_is_shown_on_one_press(open_page, filed):
    page = open_page("dongguan", f"/cases/{filed}")
    page.get_by_role("button", name="全图").click()
    frame, drawing = page.locator("#diagram").bounding_box(), page.locator("#diagram svg").first.bounding_box()
    assert drawing["x"] >= frame["x"]
    assert drawing["y"] >= frame["y"] - 1
    assert drawing["x"] + drawing["width"] <= frame["x"] + frame["width"]
    assert drawing["y"] + drawing["height"] <= frame["y"] + frame["height"] + 1


def test_the_diagram_is_scrolled_by_keyboard(open_page, filed):
    page = open_page("dongguan", f"/cases/{filed}")
    page.evaluate("document.getElementById('diagram').scrollTo(0, 0)")
    page.focus("#diagram")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.getElementById('diagram').scrollLeft > 0")


def test_without_scripts_a_case_can_be_read_and_withdrawn(open_page, filed):
    page = open_page("dongguan", f"/cases/{filed}", java_script_enabled=False)
    expect(page.locator("#case-diagram > svg")).to_have_count(1)
    page.locator("#withdraw summary").click()
    page.fill("#reason", "材料需要重新准备")
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="确认撤回").click()
    expect(page.locator("main")).to_contain_text("办件已撤回。")


def test_a_countdown_counts_server_time_and_says_when_it_is_over(open_page, offices, clock):
    offices.open_round("city_application")
    clock.move_to(datetime(2023, 11, 15, 23, 59, 57, tzinfo=ZONE))
    page = open_page("dongguan", "/hall")
    expect(page.locator("[data-countdown-text]")).to_have_text("0 分 02 秒")
    expect(page.locator("[data-countdown-said]")).to_have_text("窗口已截止，请刷新页面")


def test_the_step_that_waits_in_a_called_diagram_is_one_press_away_at_every_size(open_page, offices):
    offices.start("dongguan", offices.open_round("city_application"))
    page = open_page("dongguan", f"/cases/{city.fill(offices)}")
    page.get_by_role("button", name="全图").click()
    widths = page.locator("#diagram svg").evaluate_all(
        "all => all.map((svg) => svg.width.baseVal.value / svg.viewBox.baseVal.width)"
    )
    assert max(widths) - min(widths) < 0.01
    page.get_by_role("button", name="当前环节").click()
    expect(page.locator('[data-element="give_consent"].st-active')).to_be_in_viewport()
    page.get_by_role("link", name="填报并提交申请").click()
    expect(page.locator('[data-element="obtain_consent"].st-active')).to_be_in_viewport()
