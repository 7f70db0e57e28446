"""What axe-core objects to on a page, and what does not fit the screen."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

#: The same rules everywhere; what passes is not described, which takes most of the time.
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
RUN = "options => axe.run(options).then(({ violations }) => violations)"
#: What sticks out of the window although it does not scroll by itself; empty when there is nothing to scroll sideways.
OVERFLOW = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".table-wrap, .diagram, .vh"))
    .map((one) => one.outerHTML.slice(0, 120))"""


def list_violations(page: Page) -> list[tuple[str, list[str]]]:
    """Return the rules that the page breaks as it stands, each with where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(RUN, OPTIONS)
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]


def list_overflow(page: Page) -> list[str]:
    """Return what is too wide for the screen."""
    return page.evaluate(OVERFLOW)
