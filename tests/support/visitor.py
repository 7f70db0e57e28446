"""A person in front of a real browser, who goes by links, labels and buttons, and complains about what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Response

from tests.support.offices import PDF

WATCH = (Path(__file__).parent / "watch.js").read_text(encoding="utf-8")
PICTURES = Path(__file__).parents[1] / "browser" / "pictures"
PATIENCE_MILLISECONDS = 10_000
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
#: A refusal is an answer, and so is a stream that cannot be had; Chromium reports each as an error of the page.
REFUSED = re.compile(r"the server responded with a status of 4\d\d")
#: Keeps until the parts of a form that depend on a choice have been drawn again.
PROMISE_OF_SWAP = """() => {
    window.swapped = new Promise((done) => document.addEventListener("htmx:after:swap", done, {once: true}));
}"""


class Visitor:
    """One person's browser window; `complaints` is shared by everybody of a test."""

    def __init__(self, browser: Browser, address: str, complaints: list[str], *, has_scripts: bool = True) -> None:
        self.address = address
        self.has_scripts = has_scripts
        self._complaints = complaints
        self.context: BrowserContext = browser.new_context(
            base_url=address, viewport=DESK, locale="zh-CN", java_script_enabled=has_scripts
        )
        self.context.set_default_timeout(PATIENCE_MILLISECONDS)
        self.context.expose_binding("complain", lambda _source, complaint: complaints.append(complaint))
        self.context.add_init_script(WATCH)
        self.page = self.open_page()

    def open_page(self) -> Page:
        """Open another tab."""
        page = self.context.new_page()
        page.on("console", self._hear_console)
        page.on("pageerror", lambda error: self._complaints.append(f"script: {error}"))
        page.on("response", self._hear_answer)
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    def _hear_console(self, message: ConsoleMessage) -> None:
        is_expected = REFUSED.search(message.text) or message.location["url"].endswith("/events")
        if message.type == "error" and not is_expected:
            self._complaints.append(f"console: {message.text} {message.location}")

    def _hear_answer(self, answer: Response) -> None:
        is_missing = answer.status >= 400 and answer.request.resource_type in ("stylesheet", "script", "image")
        if is_missing or (answer.status >= 500 and not answer.url.endswith("/events")):
            self._complaints.append(f"{answer.status} from {answer.url}")

    # Going about ---------------------------------------------------------------------------------------------------

    def visit(self, path: str) -> Page:
        self.page.goto(path)
        return self.page

    def enter(self, login_name: str) -> Visitor:
        """Sign in with one press on the list of demonstration accounts."""
        self.visit("/login")
        button = self.page.locator(f'form:has(input[name="login_name"][value="{login_name}"]) button')
        if not button.is_visible():
            self.page.locator("details", has=button).locator("summary").click()
        button.click()
        self.page.wait_for_url("**/inbox")
        return self

    def open_task(self, step: str) -> Page:
        """Open the first task of this step from the inbox."""
        self.visit("/inbox")
        self.page.get_by_role("row").filter(has_text=step).get_by_role("link", name="办理").click()
        self.page.wait_for_url("**/tasks/*")
        return self.page

    def press(self, name: str | re.Pattern[str]) -> Page:
        """Press a button of the page's main part and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("button", name=name, exact=isinstance(name, str)).first.click()
        return self.page

    @property
    def heading(self) -> str:
        return self.page.locator("h1").first.inner_text()

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def picture(self, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)

    # Filling in ----------------------------------------------------------------------------------------------------

    def fill(self, values: Mapping[str, object]) -> None:
        for name, value in values.items():
            if isinstance(value, list):
                for one in value:
                    self.choose(self.field(name).and_(self.page.locator(f'[value="{one}"]')))
            elif self.field(name).first.evaluate("field => field.tagName") == "SELECT":
                self.field(name).select_option(str(value))
            elif self.field(name).first.get_attribute("type") in ("radio", "checkbox"):
                wanted = "true" if value is True else value
                self.choose(self.field(name).and_(self.page.locator(f'[value="{wanted}"]')))
            else:
                self.write(self.field(name), str(value))

    def fill_sheet(self, values: Mapping[str, object]) -> None:
        """Fill in a form with lists of rows, adding the rows that are missing."""
        for name, value in values.items():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                for number, row in enumerate(value):
                    self._add_row(name, number)
                    self.fill_sheet({f"{name}[{number}].{part}": entry for part, entry in row.items()})
            else:
                self.fill({name: value})

    def _add_row(self, name: str, number: int) -> None:
        row = self.page.locator(f'main [name^="{name}[{number}]."]').first
        if not row.count():
            self.page.locator(f'main button[value="add:{name}"]').click()
            row.wait_for()

    def field(self, name: str) -> Locator:
        return self.page.locator(f'main [name="{name}"]:not([type="hidden"])')

    def choose(self, option: Locator) -> None:
        """Choose; wait for what appears or goes because of it."""
        if option.is_checked():
            return
        is_live = self.has_scripts and option.get_attribute("hx-post")
        if is_live:
            self.page.evaluate(PROMISE_OF_SWAP)
        option.check()
        if is_live:
            self.page.evaluate("window.swapped")

    def write(self, field: Locator, text: str) -> None:
        """Write; wait for what appears or goes because of it once the field is left."""
        if field.input_value() == text:
            return
        is_live = self.has_scripts and field.get_attribute("hx-post")
        if is_live:
            self.page.evaluate(PROMISE_OF_SWAP)
        field.fill(text)
        if is_live:
            field.blur()
            self.page.evaluate("window.swapped")

    def upload(self, *keys: str) -> None:
        for number, key in enumerate(keys):
            content = PDF + f"{key} {number}".encode()
            chooser = self.page.locator(f'[name="file:{key}"]')
            chooser.set_input_files({"name": "扫描件.pdf", "mimeType": "application/pdf", "buffer": content})
            with self.page.expect_navigation():
                self.page.locator(f'button[name="field_key"][value="{key}"]').click()

    def do(self, step: str, values: Mapping[str, object], files: Iterable[str] = ()) -> Page:
        """Open the task of a step, fill it in, upload, submit."""
        self.open_task(step)
        self.fill(values)
        self.upload(*files)
        return self.press("提交")

    def move_clock(self, moment: str) -> None:
        """Set the simulated clock by hand, to a moment such as `2023-11-15T23:59`."""
        bar = self.page.locator(".clock-bar")
        bar.locator("summary").click()
        bar.get_by_label("改为（北京时间）").fill(moment)
        with self.page.expect_navigation():
            bar.get_by_role("button", name="拨到此时").click()


class People:
    """Everybody of one module, each in a browser context of their own, signed in once."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.complaints: list[str] = []
        self.everybody: list[Visitor] = []
        self._browser = browser
        self._address = address
        self._signed_in: dict[str, Visitor] = {}

    def __getitem__(self, login_name: str) -> Visitor:
        if login_name not in self._signed_in:
            self._signed_in[login_name] = self.stranger().enter(login_name)
        return self._signed_in[login_name]

    @cached_property
    def passer_by(self) -> Visitor:
        """Somebody who never signs in."""
        return self.stranger()

    def stranger(self, *, has_scripts: bool = True) -> Visitor:
        """Return somebody new who has not signed in yet."""
        visitor = Visitor(self._browser, self._address, self.complaints, has_scripts=has_scripts)
        self.everybody.append(visitor)
        return visitor

    def hear_complaints(self) -> list[str]:
        """Return what was complained about since the last time, without repetition."""
        for visitor in self.everybody:
            visitor.page.evaluate("1")  # lets events that are on their way arrive
        heard = list(dict.fromkeys(self.complaints))
        self.complaints.clear()
        return heard

    def close(self) -> None:
        for visitor in self.everybody:
            visitor.context.close()
