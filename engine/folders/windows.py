"""`windows.yaml`: when one may file, and how long each step may take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.calendars import LEVELS, LevelWindow, window_of_days
from engine.folders.documents import Day, Section
from engine.folders.procedure import MARKS

FILE = "windows.yaml"
_LONGEST_LIMIT = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRule:
    """A window that opens every year on the same days, or follows the term of each holder's title."""

    id: str
    name: str
    #: The days of every year; the whole year for a window of a cycle, whose days are counted for each case.
    opens: Day
    closes: Day
    #: Whether its days follow from the expiry of the holder's title (`engine.folders.cycles`).
    is_of_cycle: bool = False
    #: Whether the closing day itself is still open (含当日).
    is_inclusive: bool
    #: Ids of the user tasks that must be completed inside the window.
    gates: tuple[str, ...]
    basis: str
    #: source, reading or platform
    mark: str
    #: Level that sets it.
    level: str

    def days_of(self, year: int) -> tuple[date, date]:
        """Return first and last open day of the round of a year; a window may end in the year after."""
        first = date(year, *self.opens)
        last = date(year if self.closes >= self.opens else year + 1, *self.closes)
        return first, last if self.is_inclusive else last - timedelta(days=1)

    def interval(self, year: int) -> tuple[datetime, datetime]:
        """Return the opening and the closing instant (excluded) of the round of a year."""
        return window_of_days(*self.days_of(year))


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit:
    """办理时限 of a user task."""

    element: str
    working_days: int
    #: `opened`, or `<window>.closes`: counted from the later of the two.
    after: str
    basis: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Everything the file says."""

    windows: Mapping[str, WindowRule]
    #: By the id of the user task.
    time_limits: Mapping[str, TimeLimit]


def windows_for_year(rules: Iterable[WindowRule], year: int, *, organisation_id: str = "") -> tuple[LevelWindow, ...]:
    """Return the windows of a round as the owner's file proposes them.

    Args:
        rules: the windows of the file.
        year: year of the round.
        organisation_id: who opens the round.
    """
    return tuple(_window_of(rule, year, organisation_id) for rule in rules if not rule.is_of_cycle)


def _window_of(rule: WindowRule, year: int, organisation_id: str) -> LevelWindow:
    opens_at, closes_at = rule.interval(year)
    return LevelWindow(
        window_id=rule.id,
        organisation_id=organisation_id,
        level=rule.level,
        opens_at=opens_at,
        closes_at=closes_at,
        name=rule.name,
        basis=rule.basis,
        mark=rule.mark,
    )


def read_schedule(document: Section) -> Schedule:
    """Read the whole file; faults go to the document's problems."""
    windows = {name: _read_window(name, entry) for name, entry in document.named_sections("windows", required=False)}
    limits = {
        name: _read_limit(name, entry, windows)
        for name, entry in document.named_sections("time_limits", required=False)
    }
    document.finish()
    return Schedule(windows=windows, time_limits=limits)


def _read_window(name: str, entry: Section) -> WindowRule:
    is_of_cycle = entry.flag("of_cycle")
    rule = WindowRule(
        id=name,
        name=entry.text("name"),
        opens=(1, 1) if is_of_cycle else entry.day("opens"),
        closes=(12, 31) if is_of_cycle else entry.day("closes"),
        is_of_cycle=is_of_cycle,
        is_inclusive=entry.flag("inclusive", default=True),
        gates=entry.texts("gates", required=False),
        basis=entry.text("basis"),
        mark=entry.text("mark", among=MARKS),
        level=entry.text("level", among=LEVELS) or LEVELS[0],
    )
    if rule.opens == rule.closes and not rule.is_inclusive:
        entry.refuse("closes", "开始和截止是同一天且不含当日，窗口内没有可以申报的时间。")
    entry.finish()
    return rule


def _read_limit(name: str, entry: Section, windows: Mapping[str, WindowRule]) -> TimeLimit:
    limit = TimeLimit(
        element=name,
        working_days=entry.integer("working_days", 1, _LONGEST_LIMIT),
        after=entry.text("after", among=("opened", *(f"{window}.closes" for window in windows))) or "opened",
        basis=entry.text("basis"),
        mark=entry.text("mark", among=MARKS),
    )
    entry.finish()
    return limit
