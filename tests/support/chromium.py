"""The browser of the tests: Chromium without a screen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

#: The first one that is there: the shell is the same Chromium without what surrounds a page, at half the cost.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")
#: What Playwright enables, and that a page takes over the frame of the page before it, which spares a sixth of every
#: visit. Of two such lists Chromium only reads the last.
FEATURES = "CDPScreenshotNewSurface,SkipListAccountsWithoutGaiaCookies,RenderDocument:level/crashed-frame"
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--lang=zh-CN", f"--enable-features={FEATURES}")


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser that speaks Chinese, until the end of the block."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    assert program, "these tests need chromium; `make browser` installs it"
    # Date fields speak the browser's own language, which it takes from the environment.
    chinese = {**os.environ, "LANG": "zh_CN.UTF-8", "LANGUAGE": "zh_CN"}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS, env=chinese)
        yield browser
        browser.close()
