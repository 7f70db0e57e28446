"""Checks and comparison in the studio: what is wrong leads to its element, and both diagrams go together."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.accessible import list_violations

DIAGRAM, WINDOWS = "process.bpmn", "windows.yaml"


@pytest.fixture(scope="module")
def owner(people):
    return people["process_owner"]


class Draft:
    """A draft whose files a test changes as an editor would."""

    def __init__(self, owner, procedure="city_application"):
        self.owner, self.requests, self.token = owner, owner.page.request, owner.token
        path = f"/studio/procedures/{procedure}/drafts"
        answer = self.requests.post(path, form={"csrf_token": self.token}, max_redirects=0)
        self.address = answer.headers["location"]

    def change(self, path, *replacements):
        answer = self.requests.get(f"{self.address}/files/{path}")
        text = answer.text()
        for old, new in replacements:
            assert old in text, old
            text = text.replace(old, new)
        headers = {"X-CSRF-Token": self.token, "If-Match": answer.headers["etag"]}
        saved = self.requests.put(f"{self.address}/files/{path}", data=text.encode(), headers=headers)
        assert saved.ok, saved.text()


@pytest.fixture
def draft(owner):
    return Draft(owner)


@pytest.fixture
def broken(draft):
    """A draft with an error, a warning and the hints of the original."""
    draft.change(DIAGRAM, ('review_decision = "refuse"', 'review_decision = "reject"'))
    draft.change(
        "scenarios/not_recommended.yaml", ("ends: [filed, filed, not_recommended]", "ends: [filed, filed, not_filed]")
    )
    return draft


@pytest.fixture
def edited(draft):
    """A draft in which a step was renamed, one condition changed, and a time limit was prolonged."""
    draft.change(
        DIAGRAM, ('name="省级审核"', 'name="省级会审"'), ('review_decision = "refuse"', 'review_decision != "agree"')
    )
    draft.change(WINDOWS, ("review_by_province:\n    working_days: 5", "review_by_province:\n    working_days: 10"))
    return draft


#: Which part of each edition is in sight.
VIEWS = """() => ["old", "new"].map((side) =>
    document.querySelector(`[data-side="${side}"] .viewport`).getAttribute("transform"))"""


def numbers(transform):
    return [float(number) for number in re.findall(r"-?[\d.]+", transform)]


def test_a_finding_leads_to_its_element_in_the_editor(owner, broken):
    page = owner.visit(f"{broken.address}/checks")

    expect(page.locator(".notice-bad")).to_contain_text("有 1 处错误，改正以前不能送审。")
    finding = page.locator(".finding.is-error")
    expect(finding).to_contain_text("“reject”不是“审核结论”（review_decision）的选项")
    owner.picture("studio-checks")
    owner.go(finding.get_by_role("link", name="去修改"))
    expect(page).to_have_url(re.compile(r"/diagram\?file=process\.bpmn&element=\w+"))
    expect(page.locator("[data-designer]")).to_have_attribute("data-state", "ready")


def test_a_sound_draft_may_be_submitted(owner, draft):
    page = owner.visit(f"{draft.address}/checks")

    expect(page.locator(".notice", has_text="没有错误")).to_be_visible()
    assert list_violations(page) == []


def test_the_pages_of_checks_and_comparison_have_no_faults_of_access(owner, broken):
    assert list_violations(owner.visit(f"{broken.address}/checks")) == []
    assert list_violations(owner.visit(f"{broken.address}/compare")) == []


def test_both_diagrams_move_together(owner, edited):
    page = owner.visit(f"{edited.address}/compare")
    expect(page.locator('[data-side="old"]')).to_have_attribute("data-state", "ready")
    expect(page.locator('[data-side="new"]')).to_have_attribute("data-state", "ready")
    expect(page.locator("[data-compare-tools]")).to_be_visible()
    owner.picture("studio-compare")

    before = page.evaluate(VIEWS)
    page.locator('[data-do="closer"]').click()
    page.wait_for_function(f"before => ({VIEWS})().every((view, side) => view !== before[side])", arg=before)
    first, second = page.evaluate(VIEWS)
    assert numbers(first) == pytest.approx(numbers(second), abs=0.1)

    page.locator('[data-show="review_by_province"]').click()
    expect(page.locator("[data-compare-told]")).to_have_text("修改：省级审核")
    for side in ("old", "new"):
        expect(
            page.locator(f'[data-side="{side}"] [data-element-id="review_by_province"].is-changed')
        ).to_be_in_viewport()
    owner.picture("studio-compare-element")


def test_the_list_says_what_differs_and_may_be_narrowed(owner, edited):
    page = owner.visit(f"{edited.address}/compare")

    expect(page.locator(".changes").first).to_contain_text("“省级审核”改名为“省级会审”。")
    expect(page.locator("main")).to_contain_text("“省级会审”的办理时限由 5 个工作日改为 10 个工作日。")
    owner.go(page.get_by_role("link", name=re.compile("^窗口与时限 1")))
    expect(page.locator(".changes")).to_have_count(1)
    expect(page.locator(".changes")).to_contain_text("办理时限")


@pytest.mark.parametrize("page_name", ["checks", "compare"])
def test_the_pages_fit_a_phone(owner, broken, page_name):
    page = owner.visit(f"{broken.address}/{page_name}")
    page.set_viewport_size({"width": 320, "height": 640})

    owner.picture(f"studio-{page_name}-phone")
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert width <= 320


def test_without_scripts_the_server_draws_both_editions(people, edited):
    page = people.stranger(has_scripts=False).enter("process_owner").visit(f"{edited.address}/compare")

    for side in ("old", "new"):
        marked = page.locator(f'[data-side="{side}"] svg .st-changed[data-element="review_by_province"]')
        expect(marked).to_have_count(1)
