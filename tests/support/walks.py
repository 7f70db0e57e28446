"""What the stories that go through a whole procedure in the browser share."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping

import yaml
from playwright.sync_api import Locator, Page, expect

from tests.support.offices import REPOSITORY
from tests.support.pace import within
from tests.support.visitor import Visitor

#: The pulse has done what was due within this time.
PULSE_MILLISECONDS = 20_000
LOOK_AGAIN_MILLISECONDS = 250


def samples_of(folder: str) -> Mapping[str, Mapping[str, object]]:
    """Return the values that the worked cases beside a procedure's diagrams fill in, by the name of the sample."""
    text = (REPOSITORY / "bpmn" / folder / "scenarios" / "samples.yaml").read_text(encoding="utf-8")
    return {name: sample.get("values", {}) for name, sample in yaml.safe_load(text)["samples"].items()}


def publish(office: Visitor, procedure_name: str) -> None:
    """Publish the round of a procedure as its form proposes it."""
    entry = re.compile(rf"^发布轮次(：\s*{procedure_name})?$")
    office.visit("/rounds")
    office.follow(entry)
    office.press("发布轮次")


def begin(applicant: Visitor, title: re.Pattern[str]) -> Page:
    """Begin an application in the hall."""
    entry = applicant.visit("/hall").locator("main").get_by_role("article").filter(has_text=title)
    return applicant.go(entry.get_by_role("button", name=re.compile("开始申报|再申报")).first)


def do(visitor: Visitor, step: str, values: Mapping[str, object], files: Iterable[str] = ()) -> Page:
    """Open the first task of a step from the inbox, fill it in, upload, submit."""
    visitor.open_task(step)
    visitor.fill_sheet(values)
    visitor.upload(*files)
    page = visitor.press("提交")
    expect(page.locator("#error-summary li")).to_have_text([])
    return page


def wait_for_task(visitor: Visitor, step: str) -> None:
    """Look at the inbox until the pulse has opened a step."""
    wait_for(visitor, "/inbox", visitor.page.get_by_role("row").filter(has_text=step))


def wait_for(visitor: Visitor, path: str, sought: Locator) -> None:
    """Look at a page, again and again, until the pulse or a worker has brought about what is sought on it."""
    end = time.monotonic() + within(PULSE_MILLISECONDS) / 1000
    visitor.visit(path)
    while not sought.count() and time.monotonic() < end:
        visitor.page.wait_for_timeout(LOOK_AGAIN_MILLISECONDS)
        visitor.visit(path)
    expect(sought.first).to_be_visible()
