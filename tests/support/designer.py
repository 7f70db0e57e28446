"""Somebody at the diagram editor, who goes by the table of elements, the panel and the buttons."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, Route, expect

from tests.support.pace import within
from tests.support.visitor import Visitor

READY_WITHIN_MILLISECONDS = SAVED_WITHIN_MILLISECONDS = 20_000
#: The place of an element, the same in two pictures after each other; else nothing.
STANDS_STILL = """async (id) => {
    const place = () => document.querySelector(`[data-element-id="${id}"]`).getBoundingClientRect().toJSON();
    const before = place();
    await new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)));
    return JSON.stringify(before) === JSON.stringify(place()) && before;
}"""
#: Where the modeller lets a name be written into the picture itself.
WRITING = ".djs-direct-editing-parent"

#: Where the settings of a lane and of a step are sent.
SETTING = re.compile("/(lanes|time-limits)/")
LISTS = """(ids) => JSON.stringify(ids)
    === JSON.stringify([...document.querySelectorAll("#sheet-elements code")].map((one) => one.textContent).sort())"""
#: Every text that somebody may read on the page as it stands. Ids and expressions are quoted as they are, and the mark
#: of bpmn.io stays as its makers want it.
ENGLISH = r"""(proper) => {
    const quoted = "script, style, noscript, code, svg text, .gp-code, .djs-search-result-secondary";
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (!parent.closest(quoted) && parent.checkVisibility()) found.push(walker.currentNode.data);
    }
    for (const name of ["aria-label", "placeholder", "title", "alt"])
        for (const one of document.querySelectorAll(`[${name}]:not(.bjs-powered-by)`))
            found.push(one.getAttribute(name));
    const words = found.flatMap((text) => text.match(/[A-Za-z]{2,}/g) ?? []);
    return [...new Set(words)].filter((word) => !proper.includes(word));
}"""


class Designer:
    """The page of one diagram of a draft."""

    def __init__(self, visitor: Visitor, draft: str) -> None:
        """Begin at the draft's address."""
        self.visitor = visitor
        self.page: Page = visitor.page
        self.draft = draft

    def open(self, file: str = "process.bpmn") -> Designer:
        self.page.goto(f"{self.draft}/diagram?file={file}")
        self.wait_until_ready()
        return self

    def wait_until_ready(self) -> None:
        """Wait until the diagram is drawn and its elements are listed."""
        page = self.page.locator("[data-designer]")
        expect(page).to_have_attribute("data-state", "ready", timeout=within(READY_WITHIN_MILLISECONDS))
        expect(self.listed.first).to_be_attached()

    @property
    def panel(self) -> Locator:
        return self.page.locator("[data-part=panel]")

    @property
    def status(self) -> Locator:
        return self.page.locator("[data-part=status]")

    @property
    def told(self) -> Locator:
        return self.page.locator("[data-part=told]")

    @property
    def listed(self) -> Locator:
        """The ids in the table of elements, which is drawn a moment after a change."""
        return self.page.locator("#sheet-elements code")

    def wait_until_saved(self) -> None:
        """Wait for the save of what was just changed: a change shows in the status at once."""
        expect(self.status).to_have_attribute("data-state", "saved", timeout=within(SAVED_WITHIN_MILLISECONDS))

    def do(self, action: str) -> None:
        """Press a button of the toolbar."""
        self.page.locator(f"[data-part=bar] [data-do={action}]").click()

    def select(self, element: str) -> None:
        """Select an element in the table."""
        self.row(element).click()
        expect(self.panel.locator("[name=id]")).to_have_value(element)

    def row(self, element: str) -> Locator:
        """Return the button of an element in the table, which is opened."""
        self.page.get_by_role("tab", name="元素清单").click()
        row = self.page.locator("#sheet-elements tr").filter(has=self.page.locator(f"code:text-is('{element}')"))
        return row.get_by_role("button")

    def append_task(self, name: str, element: str) -> None:
        """Append a task to what is selected and name it; its id follows the name."""
        self.page.locator(".djs-context-pad [data-action='append.append-task']").click()
        self.name_what_was_drawn(name, element)

    def name_what_was_drawn(self, name: str, element: str) -> None:
        """Name a new element in the panel, not in the picture where it asks first; its id follows the name."""
        expect(self.page.locator(WRITING)).to_be_visible()
        self.page.keyboard.press("Escape")
        expect(self.page.locator(WRITING)).to_have_count(0)
        self.fill("name", name)
        expect(self.panel.locator("[name=id]")).to_have_value(element)

    def middle_of(self, element: str) -> tuple[float, float]:
        """Return where the middle of an element is on the screen, once the picture stands still."""
        place = self.page.wait_for_function(STANDS_STILL, arg=element).json_value()
        return place["x"] + place["width"] / 2, place["y"] + place["height"] / 2

    def fill(self, field: str, text: str) -> None:
        """Fill in a field of the panel and leave it."""
        control = self.panel.locator(f"[name='{field}']:not([type=hidden])")
        control.fill(text)
        control.press("Tab")

    def choose(self, field: str, value: str) -> None:
        self.panel.locator(f"[name='{field}']").select_option(value)

    @contextmanager
    def setting(self) -> Iterator[None]:
        """Wait until what is set meanwhile in the files beside the diagram has been saved."""
        with self.page.expect_response(lambda answer: bool(SETTING.search(answer.url))):
            yield
        expect(self.told).to_have_text("事项设置已保存。")

    def wait_until_checked(self) -> None:
        """Wait for the first answer of the checks."""
        expect(self.page.locator("[data-part=count]")).to_have_text(re.compile(r"^\d"))

    @contextmanager
    def checks_answering(self, change: Callable[[], None]) -> Iterator[None]:
        """Make a change; what is done in the block is done before the checks answer about it, and seen to."""
        held: list[Route] = []
        self.page.route("**/check", lambda route: held.append(route))
        with self.page.expect_request("**/check"):
            change()
        yield
        self.page.evaluate("document.querySelector('#sheet-findings > *').dataset.isOld = ''")
        for route in held:
            route.continue_()
        expect(self.page.locator("#sheet-findings [data-is-old]")).to_have_count(0)
        self.page.unroute("**/check")

    def wait_for_elements(self, ids: list[str]) -> None:
        """Wait until the table lists these elements and no others."""
        self.page.wait_for_function(LISTS, arg=sorted(ids))

    def read(self, path: str = "process.bpmn") -> str:
        """Return a file of the draft as it is stored."""
        return self.page.request.get(f"{self.draft}/files/{path}").text()

    def revision(self, path: str = "process.bpmn") -> str:
        return self.page.request.get(f"{self.draft}/files/{path}").headers["etag"]

    def english(self, *proper: str) -> list[str]:
        self.wait_until_checked()
        return self.page.evaluate(ENGLISH, list(proper))


def draw_many(steps: int) -> str:
    """Return a diagram of so many tasks and as many flows, twenty in a row."""
    tasks = [f'<bpmn:userTask id="step_{number}" name="第{number}步" />' for number in range(steps)]
    flows = [
        f'<bpmn:sequenceFlow id="step_{number}__done" sourceRef="step_{number}" targetRef="step_{number + 1}" />'
        for number in range(steps - 1)
    ]
    shapes = [
        f'<bpmndi:BPMNShape id="step_{number}_di" bpmnElement="step_{number}">'
        f'<dc:Bounds x="{_left(number)}" y="{_top(number)}" width="100" height="80" /></bpmndi:BPMNShape>'
        for number in range(steps)
    ]
    edges = [
        f'<bpmndi:BPMNEdge id="step_{number}__done_di" bpmnElement="step_{number}__done">'
        f'<di:waypoint x="{_left(number) + 100}" y="{_top(number) + 40}" />'
        f'<di:waypoint x="{_left(number + 1)}" y="{_top(number + 1) + 40}" /></bpmndi:BPMNEdge>'
        for number in range(steps - 1)
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
        ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="definitions" targetNamespace="urn:large">'
        f'<bpmn:process id="large" name="大图" isExecutable="true">{"".join(tasks)}{"".join(flows)}</bpmn:process>'
        '<bpmndi:BPMNDiagram id="large_diagram"><bpmndi:BPMNPlane id="large_plane" bpmnElement="large">'
        f"{''.join(shapes)}{''.join(edges)}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>"
    )


def _left(number: int) -> int:
    return 160 + number % 20 * 150


def _top(number: int) -> int:
    return 80 + number // 20 * 130
