"""How fast the browser of the tests is: as fast as it can be, or made slow to find out what does not wait."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Error, Page, Route, expect

PATIENCE_MILLISECONDS = 10_000
LONGEST_DELAY_MILLISECONDS = 300
#: A stream is opened once and then speaks when it likes.
STREAM = "eventsource"
GONE = re.compile("closed|Invalid")


@dataclass
class Pace:
    """With a slowness of 6, pages have a sixth of the processor and answers come late, each by another time."""

    slowness: int = 1

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
            context.on("page", self._throttle)
            context.route("**/*", lambda route: _delay(route, context, delays.uniform(0, LONGEST_DELAY_MILLISECONDS)))

    def _throttle(self, page: Page) -> None:
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": self.slowness})


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
