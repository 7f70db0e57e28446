"""The one clock. Nothing below `web` asks the operating system for the time.

Every reading is an aware UTC `datetime`. Services take a `Clock` from `engine.system`; tests and sandboxes bring their
own. Deadlines are judged by the reading taken when the request arrived, not when it was committed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

#: Every window, working day and printed time is in this zone (东八区, no daylight saving).
ZONE = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Whatever can say what time it is."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The real time of this machine."""

    def now(self) -> datetime:
        """Return the operating system's time."""
        return datetime.now(UTC)


@dataclass(slots=True)
class FixedClock:
    """A clock that stands still until told otherwise: tests and sandboxes."""

    instant: datetime

    def now(self) -> datetime:
        """Return the instant it was set to."""
        return self.instant

    def move_to(self, instant: datetime) -> None:
        """Set the clock.

        Raises:
            ValueError: the instant has no zone.
        """
        if instant.tzinfo is None:
            raise ValueError("a clock takes aware instants only")
        self.instant = instant.astimezone(UTC)

    def advance(self, duration: timedelta) -> None:
        """Move forward by `duration`."""
        self.instant += duration


@dataclass(slots=True)
class ShiftedClock:
    """Real time plus an offset: the simulated clock of demonstration mode, which runs on by itself."""

    offset: timedelta = timedelta(0)

    def now(self) -> datetime:
        """Return the operating system's time plus the offset."""
        return datetime.now(UTC) + self.offset

    def move_to(self, instant: datetime) -> None:
        """Choose the offset so that it is `instant` now.

        Raises:
            ValueError: the instant has no zone.
        """
        if instant.tzinfo is None:
            raise ValueError("a clock takes aware instants only")
        self.offset = instant.astimezone(UTC) - datetime.now(UTC)


def local(instant: datetime) -> datetime:
    """Return the instant as a wall-clock time in Asia/Shanghai."""
    return instant.astimezone(ZONE)
