"""演示时钟: moving the simulated time of demonstration mode."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.clock import ShiftedClock
from engine.errors import BadRequest, NotAllowed
from engine.store import operation, rounds
from engine.system import System

#: The calendar knows no other years.
EARLIEST, LATEST = datetime(2017, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)


def move_clock(system: System, instant: datetime) -> None:
    """Let it be `instant` now, in every process.

    Raises:
        NotAllowed: outside demonstration mode.
        BadRequest: the instant is outside the years the demonstration covers.
    """
    clock = _simulated(system)
    if not EARLIEST <= instant <= LATEST:
        raise BadRequest("演示时间只能在 2017 年到 2035 年之间。")
    clock.move_to(instant)
    with system.database.transaction() as connection:
        operation.write_clock_offset(connection, clock.offset)


def next_edge(system: System, notice: timedelta) -> datetime | None:
    """Return when the next window of any round opens or closes, no sooner than after `notice`; None when none does."""
    now = system.clock.now()
    with system.database.reading() as connection:
        return rounds.next_edge(connection, now, now + notice)


def start_clock(system: System) -> None:
    """Take up the simulated time where it was left, or begin at the configured instant."""
    clock = _simulated(system)
    with system.database.transaction() as connection:
        offset = operation.read_clock_offset(connection)
        if offset is None:
            clock.move_to(system.settings.demonstration_start)
            operation.write_clock_offset(connection, clock.offset)
        else:
            clock.offset = offset


def follow_clock(system: System) -> timedelta:
    """Take over an offset that another process set; return it."""
    clock = _simulated(system)
    with system.database.reading() as connection:
        clock.offset = operation.read_clock_offset(connection) or clock.offset
    return clock.offset


def _simulated(system: System) -> ShiftedClock:
    if not system.settings.is_demonstration or not isinstance(system.clock, ShiftedClock):
        raise NotAllowed("演示时钟只在演示模式下可用。")
    return system.clock
