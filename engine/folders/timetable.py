"""What deserves a second look in the windows, time limits and cycle of a procedure, computed for one year.

Pure, for the page of windows and for the checks of a draft (`engine.lint`) alike. Nothing here keeps a folder from
being published: the dates stand as the owner wrote them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import permutations

from engine.calendars import LEVELS, WorkingCalendar, check_shortened, warnings_for_window
from engine.folders.cycles import YEARLY, CycleRule
from engine.folders.procedure import Procedure
from engine.folders.windows import Schedule, TimeLimit, WindowRule, windows_for_year

_LONGEST_MONTH = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """A warning, and the place of the value it is about."""

    #: `windows.yaml` or `procedure.yaml`.
    file: str
    #: Path of keys, e.g. ("windows", "filing").
    keys: tuple[str, ...]
    #: One Chinese sentence.
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """Everything that the dates of a procedure follow from."""

    schedule: Schedule
    procedure: Procedure | None
    #: Id of a user task -> its lane.
    lanes: Mapping[str, str]
    #: Id of a user task -> what it is called.
    names: Mapping[str, str]

    def level_of(self, element: str) -> str:
        """Return the level of the office that does a step, or ""."""
        rule = self.procedure.lanes.get(self.lanes.get(element, "")) if self.procedure else None
        return rule.office.level if rule is not None and rule.office is not None else ""


def countable(schedule: Schedule) -> Schedule:
    """Return a schedule without the windows that have no day at all, a fault that their reader has told already."""
    kept = {name: rule for name, rule in schedule.windows.items() if rule.is_inclusive or rule.opens != rule.closes}
    return replace(schedule, windows=kept)


def find_cautions(
    timetable: Timetable, year: int, calendar: WorkingCalendar, *, notice_on: date | None = None
) -> tuple[Caution, ...]:
    """Return what deserves a second look in the rounds of a year.

    Args:
        timetable: the windows and what belongs to them.
        year: year of the round.
        calendar: the working days.
        notice_on: the day of the year's notice, when it is known.
    """
    schedule = countable(timetable.schedule)
    found = [*_of_windows(schedule, year, calendar, notice_on), *_of_levels(schedule, year), *_of_limits(timetable)]
    if timetable.procedure is not None and timetable.procedure.cycle is not None:
        found += _of_cycle(timetable.procedure.cycle, schedule, year)
    return tuple(found)


def _of_windows(schedule: Schedule, year: int, calendar: WorkingCalendar, notice_on: date | None) -> Iterator[Caution]:
    for window in windows_for_year(schedule.windows.values(), year):
        for message in warnings_for_window(window, notice_on, calendar):
            yield _at_window(window.window_id, message)


def _of_levels(schedule: Schedule, year: int) -> Iterator[Caution]:
    """A lower level may only shorten what the level above it set."""
    windows = windows_for_year(schedule.windows.values(), year)
    for upper, lower in permutations(windows, 2):
        if LEVELS.index(upper.level) < LEVELS.index(lower.level) and check_shortened(upper, lower):
            message = (
                f"“{lower.name}”由{lower.level}设定，超出了{upper.level}设定的“{upper.name}”。"
                "下级只能缩短上级的窗口，不能延长，请核对两个窗口的日期。"
            )
            yield _at_window(lower.window_id, message)


def _of_limits(timetable: Timetable) -> Iterator[Caution]:
    """Of limits that begin when one window closes, a lower office's should not end after a higher one's."""
    limits = [limit for limit in timetable.schedule.time_limits.values() if limit.after != "opened"]
    for upper, lower in permutations(limits, 2):
        levels = timetable.level_of(upper.element), timetable.level_of(lower.element)
        if upper.after == lower.after and all(levels) and _is_later_below(upper, lower, levels):
            message = (
                f"{levels[1]}的“{_name(timetable, lower)}”有{lower.working_days}个工作日，"
                f"比{levels[0]}的“{_name(timetable, upper)}”（{upper.working_days}个工作日）还长："
                "两步都从窗口截止起算，下级按时办完时上级的时限已经过了。"
            )
            yield Caution(file="windows.yaml", keys=("time_limits", lower.element), message=message)


def _is_later_below(upper: TimeLimit, lower: TimeLimit, levels: tuple[str, str]) -> bool:
    is_below = LEVELS.index(levels[0]) < LEVELS.index(levels[1])
    return is_below and lower.working_days > upper.working_days


def _name(timetable: Timetable, limit: TimeLimit) -> str:
    return timetable.names.get(limit.element) or limit.element


def _of_cycle(rule: CycleRule, schedule: Schedule, year: int) -> Iterator[Caution]:
    window = schedule.windows.get(rule.window)
    if window is None:
        return
    if rule.kind == YEARLY and rule.opens is not None:
        yield from _of_beginning(rule, window, year)
    days = _longest(rule, window, year)
    for reminder in rule.reminders:
        if reminder >= days:
            message = (
                f"截止前{reminder}日的提醒早于“{window.name}”开始（窗口共{days}日），办件那时还没有发起，不会提醒。"
            )
            yield Caution(file="procedure.yaml", keys=("cycle", "reminders"), message=message)


def _of_beginning(rule: CycleRule, window: WindowRule, year: int) -> Iterator[Caution]:
    first, last = window.days_of(year)
    begins = date(year, *(rule.opens or window.opens))
    if begins == first:
        return
    if begins > last:
        said = f"晚于窗口的最后一日（{last.month}月{last.day}日），发起时已经不能填报"
    elif begins > first:
        days = (begins - first).days
        said = f"比窗口开始（{first.month}月{first.day}日）晚{days}天，持有单位实际少{days}天"
    else:
        said = f"比窗口开始（{first.month}月{first.day}日）早{(first - begins).days}天，发起后还不能提交"
    message = f"每年{begins.month}月{begins.day}日发起办件，{said}。请核对每年发起的日子与窗口的日期。"
    yield Caution(file="procedure.yaml", keys=("cycle", "opens"), message=message)


def _longest(rule: CycleRule, window: WindowRule, year: int) -> int:
    """Return how many days the window has at most."""
    if rule.kind != YEARLY:
        return rule.months * _LONGEST_MONTH
    first, last = window.days_of(year)
    return (last - first).days + 1


def _at_window(window_id: str, message: str) -> Caution:
    return Caution(file="windows.yaml", keys=("windows", window_id), message=message)
