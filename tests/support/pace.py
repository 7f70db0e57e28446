"""How fast the browser of the tests is: as fast as it can be, or made slow to find out what does not wait."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from playwright.sync_api import BrowserContext, CDPSession, Error, Page, Route, expect

PATIENCE_MILLISECONDS = 10_000
LONGEST_DELAY_MILLISECONDS = 300
#: A stream is opened once and then speaks when it likes.
STREAM = "eventsource"
GONE = re.compile("closed|Invalid")


@dataclass
class Pace:
    """With a slowness of 6, pages have a sixth of the processor and answers come late, each by another time."""

    slowness: int = 1
    #: What keeps a page slow, as long as it is open.
    _brakes: WeakKeyDictionary[Page, CDPSession] = field(default_factory=WeakKeyDictionary)

    def within(self, milliseconds: float) -> float:
        """Return how long to wait for what takes at most so long at full speed."""
        return milliseconds * self.slowness

    def begin(self, slowness: int) -> None:
        """Let browsers be so slow from now on, and those who wait so patient."""
        self.slowness = slowness
        expect.set_options(timeout=self.within(PATIENCE_MILLISECONDS))

    def end(self) -> None:
        self.slowness = 1
        expect.set_options(timeout=None)

    def hold_back(self, context: BrowserContext) -> None:
        """Make the pages of a context slow, those included that it opens by itself."""
        context.set_default_timeout(self.within(PATIENCE_MILLISECONDS))
        if self.slowness > 1:
            delays = random.Random(self.slowness)
            context.on("page", self.slow_down)
            context.route("**/*", lambda route: _delay(route, context, delays.uniform(0, LONGEST_DELAY_MILLISECONDS)))

    def slow_down(self, page: Page) -> None:
        """Take most of the processor from a page."""
        if self.slowness > 1 and page not in self._brakes:
            self._brakes[page] = page.context.new_cdp_session(page)
            self._brakes[page].send("Emulation.setCPUThrottlingRate", {"rate": self.slowness})

    def let_rest(self, page: Page) -> None:
        """Let go of a page that nobody looks at: what is taken from a page is burnt, and the others lack it."""
        if page in self._brakes:
            self._brakes.pop(page).detach()


def _delay(route: Route, context: BrowserContext, milliseconds: float) -> None:
    """Let a request go on its way later; who left the page meanwhile does not ask any more."""
    try:
        if context.pages and route.request.resource_type != STREAM:
            context.pages[0].wait_for_timeout(milliseconds)
        route.continue_()
    except Error as gone:
        if not GONE.search(str(gone)):
            raise


#: The pace of this test run.
PACE = Pace()
within = PACE.within
