"""Periods of the Civil Code: 民法典 200 to 204, and the instants they begin and end at.

A day ends at 24:00, which is the next day's 00:00 in Asia/Shanghai, so every interval is half-open: `[opens, closes)`.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta

from engine.calendars.working_days import WorkingCalendar
from engine.clock import ZONE, local
from engine.errors import BadRequest

_FIRST_YEAR, _LAST_YEAR = 1992, 2199

#: What certificates print as the last day of a term: the corresponding day (民法典 201, 202), or the day before it.
READINGS = ("corresponding", "day_before")


def add_months(day: date, months: int) -> date:
    """Return the corresponding day `months` later, or that month's last day when it has none (民法典 202).

    A negative number counts backwards by the same rule (逆算类推).
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """Return the corresponding day `years` later; 29 February gives 28 February in a common year (民法典 202)."""
    return add_months(day, 12 * years)


def expiry(granted_on: date, years: int, *, reading: str = READINGS[0]) -> date:
    """Return the last valid day of something granted for `years`; it is valid through 24:00 of that day.

    The day of the grant is not counted (民法典 201), so the last day is the corresponding one. Store it at the grant
    and never compute it again: some certificates print one day less.

    Args:
        granted_on: the day of the grant.
        years: length of the term.
        reading: one of READINGS.

    Raises:
        ValueError: nobody reads a term that way.
    """
    if reading not in READINGS:
        raise ValueError(f"unknown reading {reading!r}")
    return add_years(granted_on, years) - timedelta(days=READINGS.index(reading))


def renewal_window(
    expires_on: date, months: int = 3, *, calendar: WorkingCalendar | None = None
) -> tuple[datetime, datetime]:
    """Return when a renewal may be applied for: 有效期满前三个月内, read as the last three months before expiry.

    Args:
        expires_on: the last valid day; an application on that day is in time.
        months: length of the window.
        calendar: when given, a last day that is not a working day moves to the next one (民法典 203).

    Returns:
        The opening instant and the closing instant (excluded).
    """
    last = calendar.roll_forward(expires_on) if calendar else expires_on
    return day_start(add_months(expires_on, -months)), day_start(last + timedelta(days=1))


def day_start(day: date) -> datetime:
    """Return 00:00 of `day` in Asia/Shanghai."""
    return datetime.combine(day, time(), ZONE)


def last_day(closes_at: datetime) -> date:
    """Return the last day of an interval that ends before `closes_at`; for 00:00 that is the day before."""
    return (local(closes_at) - timedelta(microseconds=1)).date()


def window_of_days(first: date, last: date) -> tuple[datetime, datetime]:
    """Return the window from 00:00 of `first` to 24:00 of `last`, both included in the notice's words.

    Raises:
        BadRequest: the days are the wrong way round or outside the years anyone plans for.
    """
    if last < first:
        raise BadRequest(f"截止日（{last}）早于开始日（{first}），请检查日期。")
    if first.year < _FIRST_YEAR or last.year > _LAST_YEAR:
        raise BadRequest(f"日期须在{_FIRST_YEAR}年至{_LAST_YEAR}年之间，请检查年份。")
    return day_start(first), day_start(last + timedelta(days=1))


def deadline_after(instant: datetime, working_days: int, calendar: WorkingCalendar) -> datetime:
    """Return the end (24:00) of the `working_days`-th working day after the day of `instant`.

    The day of the event is not counted (民法典 201), and a period of working days ends on a working day by itself.
    """
    return day_start(calendar.add_working_days(local(instant).date(), working_days) + timedelta(days=1))


def working_days_left(now: datetime, due_at: datetime, calendar: WorkingCalendar) -> int:
    """Return the working days after today up to the last day of a time limit.

    Returns:
        0 on the last day itself; a negative number, at most -1, once it is overdue.
    """
    left = calendar.working_days_between(local(now).date(), last_day(due_at))
    return left if now < due_at else min(left, -1)
