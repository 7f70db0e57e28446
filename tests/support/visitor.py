"""A person in front of a real browser, who goes by links, labels and buttons, and complains about what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from html import unescape
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Response

from tests.support.accessible import list_overflow, list_violations
from tests.support.offices import PDF
from tests.support.pace import PACE
from tests.support.processes import DEMONSTRATION_PASSWORD, TOKEN

WATCH = (Path(__file__).parent / "watch.js").read_text(encoding="utf-8")
PICTURES = Path(__file__).parents[1] / "browser" / "pictures"
NOWHERE = "about:blank"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
#: A refusal is an answer, and so is a stream that cannot be had; Chromium reports each as an error of the page.
REFUSED = re.compile(r"the server responded with a status of 4\d\d")
#: A field before it is filled in, and how often parts of the page were drawn by then if the field draws some again.
STATE = """field => ({ kind: field.type, value: field.value, isChecked: field.checked,
    drawings: field.hasAttribute("hx-post") ? window.drawings : null })"""
#: See watch.js: parts of the page were drawn again since then, and nothing more is on its way.
IS_DRAWN_AGAIN = "before => window.drawings > before && window.asking === 0"


class Visitor:
    """One person's browser window; `complaints` is shared by everybody of a test."""

    def __init__(self, browser: Browser, address: str, complaints: list[str], *, has_scripts: bool = True) -> None:
        self.address = address
        self.has_scripts = has_scripts
        self._complaints = complaints
        self.context: BrowserContext = browser.new_context(
            base_url=address, viewport=DESK, locale="zh-CN", java_script_enabled=has_scripts
        )
        PACE.hold_back(self.context)
        self.context.expose_binding("complain", lambda _source, complaint: complaints.append(complaint))
        self.context.add_init_script(WATCH)
        self._page = self.open_page()
        self._is_in_use = True

    @property
    def page(self) -> Page:
        """The page in front of this person, which is in use from now on."""
        self._is_in_use = True
        PACE.slow_down(self._page)
        return self._page

    @property
    def is_somewhere(self) -> bool:
        return self._page.url != NOWHERE

    def leave(self) -> None:
        """Leave the page by itself: whoever is sent away takes a new process for the next page."""
        if self.is_somewhere:
            with self._page.expect_navigation(url=NOWHERE):
                self._page.evaluate("nowhere => location.replace(nowhere)", NOWHERE)
            PACE.let_rest(self._page)

    def leave_what_is_not_in_use(self) -> None:
        """Leave a page that nobody has used since this was last called."""
        if not self._is_in_use:
            self.leave()
        self._is_in_use = False

    def let_events_arrive(self) -> None:
        """Return once what the page told until now has been heard."""
        if self.is_somewhere:
            self._page.evaluate("1")

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
        """Sign in without looking at a page; the pages of signing in have tests of their own."""
        token = TOKEN.search(self.context.request.get("/login").text())
        assert token, "the page of signing in has no form with a token"
        said = {"csrf_token": unescape(token[1]), "login_name": login_name, "password": DEMONSTRATION_PASSWORD}
        answer = self.context.request.post("/login", form=said)
        assert answer.url.endswith("/inbox"), (login_name, answer.status, answer.url)
        return self

    @cached_property
    def token(self) -> str:
        """What every request of a person who signed in must carry; the same as long as they are signed in."""
        token = TOKEN.search(self.context.request.get("/notices").text())
        assert token, "the page of notices has no form with a token"
        return unescape(token[1])

    @contextmanager
    def leaving(self) -> Iterator[None]:
        """Wait for the page that what is done meanwhile leads to: whole, with its scripts."""
        with self.page.expect_navigation():
            yield

    def go(self, target: Locator) -> Page:
        """Follow a link or press a button that leads to another page, and wait for that page.

        Whoever only clicks may still be on the old page, and take its arrival for that of the next one.
        """
        with self.leaving():
            target.click()
        return self.page

    def follow(self, name: str | re.Pattern[str]) -> Page:
        """Follow the first link of the page's main part that is called so."""
        return self.go(self.main.get_by_role("link", name=name).first)

    def open_task(self, step: str) -> Page:
        """Open the first task of this step from the inbox."""
        self.visit("/inbox")
        return self.go(self.page.get_by_role("row").filter(has_text=step).get_by_role("link", name="办理"))

    def press(self, name: str | re.Pattern[str]) -> Page:
        """Press a button of the page's main part and wait for the page it leads to."""
        return self.go(self.main.get_by_role("button", name=name, exact=isinstance(name, str)).first)

    @property
    def heading(self) -> Locator:
        return self.page.locator("h1").first

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def picture(self, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)

    def list_flaws(self) -> list[object]:
        """Return what axe-core objects to and what is too wide, at a desk and on the narrowest screen."""
        found: list[object] = []
        for size in (PHONE, DESK):
            self.page.set_viewport_size(size)
            found += [*list_violations(self.page), *list_overflow(self.page)]
        return found

    # Filling in ----------------------------------------------------------------------------------------------------

    def fill(self, values: Mapping[str, object]) -> None:
        for name, value in values.items():
            if isinstance(value, list):
                for one in value:
                    self.choose(self.field(name).and_(self.page.locator(f'[value="{one}"]')))
            else:
                self._fill_one(self.field(name), value)

    def _fill_one(self, field: Locator, value: object) -> None:
        state = self._state_of(field.first)
        if state["kind"] in ("radio", "checkbox"):
            wanted = "true" if value is True else value
            self.choose(field.and_(self.page.locator(f'[value="{wanted}"]')))
        elif state["value"] != str(value):
            with self._drawing_again_after(state):
                self._write(field, state, str(value))

    def _state_of(self, field: Locator) -> dict[str, object]:
        state = field.evaluate(STATE)
        return state if self.has_scripts else {**state, "drawings": None}

    def _write(self, field: Locator, state: Mapping[str, object], text: str) -> None:
        if state["kind"] == "select-one":
            field.select_option(text)
        else:
            field.fill(text)
            if state["drawings"] is not None:
                field.blur()

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
            with self.drawing_again():
                self.page.locator(f'main button[value="add:{name}"]').click()
            row.wait_for()

    @contextmanager
    def drawing_again(self) -> Iterator[None]:
        """Wait until parts of the page have been drawn again because of what is done meanwhile."""
        with self._drawing_again_after({"drawings": self.page.evaluate("window.drawings")}):
            yield

    @contextmanager
    def _drawing_again_after(self, state: Mapping[str, object]) -> Iterator[None]:
        """Wait for what appears or goes because of what is done to a field meanwhile, if anything may."""
        yield
        if state["drawings"] is not None:
            self.page.wait_for_function(IS_DRAWN_AGAIN, arg=state["drawings"])

    def field(self, name: str) -> Locator:
        return self.page.locator(f'main [name="{name}"]:not([type="hidden"])')

    def choose(self, option: Locator) -> None:
        """Choose; wait for what appears or goes because of it."""
        state = self._state_of(option)
        if not state["isChecked"]:
            with self._drawing_again_after(state):
                option.check()

    def upload(self, *keys: str) -> None:
        for number, key in enumerate(keys):
            content = PDF + f"{key} {number}".encode()
            chooser = self.page.locator(f'[name="file:{key}"]')
            chooser.set_input_files({"name": "扫描件.pdf", "mimeType": "application/pdf", "buffer": content})
            self.go(self.page.locator(f'button[name="field_key"][value="{key}"]'))

    def do(self, step: str, values: Mapping[str, object], files: Iterable[str] = ()) -> Page:
        """Open the task of a step, fill it in, upload, submit."""
        self.open_task(step)
        self.fill(values)
        self.upload(*files)
        return self.press("提交")

    def move_clock(self, moment: str) -> None:
        """Set the simulated clock by hand, to a moment such as `2023-11-15T23:59`."""
        if not self.is_somewhere:
            self.visit("/inbox")
        bar = self.page.locator(".clock-bar")
        bar.locator("summary").click()
        bar.get_by_label("改为（北京时间）").fill(moment)
        self.go(bar.get_by_role("button", name="拨到此时"))


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
            visitor.let_events_arrive()
        heard = list(dict.fromkeys(self.complaints))
        self.complaints.clear()
        return heard

    def leave(self) -> None:
        """Leave every page that is open."""
        for visitor in self.everybody:
            visitor.leave()

    def leave_what_is_not_in_use(self) -> None:
        """Leave the pages that nobody used in the last test."""
        for visitor in self.everybody:
            visitor.leave_what_is_not_in_use()

    def close(self) -> None:
        for visitor in self.everybody:
            visitor.context.close()
