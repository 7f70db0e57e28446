"""The pages of people who act on tasks in a real browser: reachable by everybody, wide and narrow, and quiet."""

from __future__ import annotations

import threading

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from engine.services.organisations import DEMONSTRATION_PASSWORD
from tests.support import city
from tests.support.accessible import list_violations
from tests.support.chromium import launched


@pytest.fixture(scope="module")
def chromium():
    with launched() as browser:
        yield browser


@pytest.fixture
def site(app):
    """The address of the application, served to the browser."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def started(offices):
    return offices.start("dongguan", offices.open_round("city_application"))


@pytest.fixture
def person(chromium, site):
    """Return a function: width -> a page in which the applicant has signed in; its complaints are in `page.said`."""
    contexts = []

    def open_page(width: int):
        context = chromium.new_context(viewport={"width": width, "height": 800}, locale="zh-CN", base_url=site)
        contexts.append(context)
        page = context.new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto("/login")
        page.fill("#login_name", "dongguan")
        page.fill("#password", DEMONSTRATION_PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/inbox")
        return page

    yield open_page
    for context in contexts:
        context.close()


def overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("address", ["/inbox", "/completed", "/tasks/1", "/verify", "/accessibility", "/tasks/9"])
def test_a_page_is_for_everybody(person, offices, started, width, address):
    page = person(width)
    page.goto(address)

    assert list_violations(page) == []
    assert overflow(page) == 0
    assert [text for text in page.said if "404" not in text] == []


@pytest.mark.parametrize("width", [1280, 320])
def test_the_login_page_is_for_everybody(person, width):
    page = person(width)

    page.click("text=退出")
    page.wait_for_url("**/login")

    assert list_violations(page) == []
    assert overflow(page) == 0
    assert page.said == []


@pytest.mark.parametrize("width", [1280, 320])
def test_a_form_with_faults_is_for_everybody_and_shows_them_first(person, started, width):
    page = person(width)
    page.goto(f"/tasks/{started}")

    page.click("[data-once]")

    expect(page.locator("#error-summary")).to_be_focused()
    assert list_violations(page) == []
    assert overflow(page) == 0


@pytest.mark.parametrize("width", [1280, 320])
def test_a_receipt_is_for_everybody(person, offices, started, width):
    city.fill(offices)
    offices.complete("guangdong_government", "give_consent", city.CONSENT, files=("consent_document",))
    task_id = offices.task("dongguan", "submit_application")
    page = person(width)
    page.goto(f"/tasks/{task_id}")

    page.check("[name=submit_decision][value=submit]")
    page.check("input[name=is_complete][type=checkbox]")
    page.check("input[name=is_truthful][type=checkbox]")
    page.check("input[name=is_compliant][type=checkbox]")
    page.click("[data-once]")
    page.wait_for_url("**/receipts/*")

    expect(page.locator("[data-print]")).to_be_visible()
    assert list_violations(page) == []
    assert overflow(page) == 0
    assert page.said == []


def test_the_first_stop_of_the_tab_key_leads_to_the_contents(person):
    page = person(1280)
    page.goto("/inbox")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#main")).to_be_focused()
