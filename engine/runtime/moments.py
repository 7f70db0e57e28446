"""ISO 8601 dates, durations and cycles of timers, counted by the calendar of Asia/Shanghai.

Months and years are counted on the calendar and end on the last day of a shorter month (民法典第二百零二条): one month
after 31 January is 28 or 29 February.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from engine.calendars import add_months, day_start
from engine.clock import ZONE, local
from engine.language.wording import quoted

_NUMBER = r"(\d{1,6}(?:\.\d{1,6})?)"
_DURATION = re.compile(
    rf"-?P(?=[\dT])(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    rf"(?:T(?=\d)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?",
)
_CYCLE = re.compile(r"R(\d{0,6})/(?:([^/]+)/)?(P[^/]+)")
_LITERAL = re.compile(r"-?P[\dT]|R\d*/|\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in calendar months and exact time."""

    months: int
    exact: timedelta

    @property
    def is_positive(self) -> bool:
        """Whether time passes at all."""
        return self.months > 0 or self.exact > timedelta(0)

    def after(self, start: datetime, times: int = 1) -> datetime:
        """Return the instant `times` durations after `start`, counted on the wall clock of Asia/Shanghai.

        Raises:
            ValueError: it lies outside the calendar.
        """
        wall = local(start)
        try:
            day = add_months(wall.date(), self.months * times)
            return (datetime.combine(day, wall.timetz()) + self.exact * times).astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValueError("结果超出了日历的范围") from None

    def next_after(self, start: datetime, now: datetime, count: int) -> int:
        """Return the smallest number of times, at least `count`, that leads from `start` beyond `now`."""
        longest = timedelta(days=31 * self.months) + self.exact
        count = max(count, int((now - start) / longest))
        while self.after(start, count) <= now:
            count += 1
        return count


@dataclass(frozen=True, slots=True)
class Cycle:
    """A repeated duration."""

    #: None repeats until the host ends.
    times: int | None
    every: str
    starts_at: datetime | None


def is_literal(text: str) -> bool:
    """Say whether a timer body is ISO text rather than FEEL."""
    return _LITERAL.match(text) is not None


def parse_duration(text: str) -> Duration:
    """Read `P1Y2M3DT4H5M6S`, `P2W` or `-P1D`.

    Raises:
        ValueError: it is not an ISO 8601 duration.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"{quoted(text)}不是 ISO 8601 时长（例如 P30D、P1M、PT12H）")
    years, months, weeks, days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    if years % 1 or months % 1:
        raise ValueError(f"{quoted(text)}中的年和月必须是整数")
    exact = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    sign = -1 if text.startswith("-") else 1
    return Duration(sign * (int(years) * 12 + int(months)), sign * exact)


def parse_instant(text: str) -> datetime:
    """Read a date or a date and time; a day begins at midnight and a zone-less time is in Asia/Shanghai.

    Raises:
        ValueError: it is neither.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{quoted(text)}不是 ISO 8601 日期或时间（例如 2026-11-15、2026-11-15T18:00:00）") from None
    try:
        return in_utc(found)
    except OverflowError:
        raise ValueError(f"{quoted(text)}超出了日历的范围") from None


def parse_cycle(text: str) -> Cycle:
    """Read `R5/P1D`, `R/P1M` or `R5/2026-01-31T09:00:00/P1M`.

    Raises:
        ValueError: it is not a repeating interval with a duration.
    """
    match = _CYCLE.fullmatch(text)
    if match is None:
        raise ValueError(f"{quoted(text)}不是 ISO 8601 重复间隔（例如 R3/P7D、R/P1M）")
    times, start, every = match.groups()
    if not parse_duration(every).is_positive:
        raise ValueError(f"{quoted(text)}的间隔必须大于零")
    if times and not int(times):
        raise ValueError(f"{quoted(text)}重复零次")
    return Cycle(int(times) if times else None, every, parse_instant(start) if start else None)


def in_utc(moment: date | datetime) -> datetime:
    """Return an aware UTC instant; what has no zone is in Asia/Shanghai, a day begins at midnight."""
    if not isinstance(moment, datetime):
        moment = day_start(moment)
    elif moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZONE)
    # It will be shown on the wall clock of Shanghai, which has to have it as well.
    return local(moment).astimezone(UTC)


def due_after(value: object, now: datetime) -> datetime:
    """Return when a timer is due whose expression gave `value`: an instant, a day, a length or ISO text.

    Raises:
        ValueError: it is none of these, or lies outside the calendar.
    """
    try:
        if isinstance(value, str):
            return parse_duration(value).after(now) if value.startswith(("P", "-P")) else parse_instant(value)
        if isinstance(value, timedelta):
            return in_utc(now.astimezone(UTC) + value)
        if isinstance(value, date):
            return in_utc(value)
    except OverflowError:
        raise ValueError("结果超出了日历的范围") from None
    raise ValueError("结果不是日期、时间或时长")
