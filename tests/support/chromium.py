"""The browser of the tests: Chromium without a screen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

#: The first one that is there: the shell is the same Chromium without what surrounds a page, at half the cost.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser that speaks Chinese, until the end of the block."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    assert program, "these tests need chromium; `make browser` installs it"
    # Date fields speak the browser's own language, which it takes from the environment.
    chinese = {**os.environ, "LANG": "zh_CN.UTF-8", "LANGUAGE": "zh_CN"}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--lang=zh-CN"], env=chinese
        )
        yield browser
        browser.close()
