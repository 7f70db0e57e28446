"""A year as twelve small months: days off, days worked in exchange, and what begins, lasts and ends on each day."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from engine.calendars import WorkingCalendar

#: More windows than this share a look; their numbers still tell them apart.
LOOKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Something that lasts some days of a year, or happens on one."""

    #: What the legend and the days call it: 1, 2, …
    number: int
    name: str
    first: date
    #: Included.
    last: date
    #: window, limit or cycle
    kind: str
    working_days: int

    @property
    def look(self) -> int:
        """Which of the looks it has."""
        return (self.number - 1) % LOOKS + 1

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day on the page."""

    day: date
    #: work, rest, holiday or exchanged
    kind: str
    #: What a person calls it.
    said: str
    spans: tuple[Span, ...]

    @property
    def mark(self) -> str:
        """The letter in the corner."""
        return {"holiday": "休", "exchanged": "班"}.get(self.kind, "")

    @property
    def edges(self) -> str:
        """Whether something begins or ends."""
        begins = any(span.first == self.day for span in self.spans)
        ends = any(span.last == self.day for span in self.spans)
        return ("起" if begins and not ends else "") + ("止" if ends else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One month: weeks that begin on Monday, with None where another month's days would be."""

    year: int
    month: int
    weeks: tuple[tuple[Day | None, ...], ...]


def make_span(name: str, first: date, last: date, kind: str, working: WorkingCalendar) -> Span:
    """Return a span without its number."""
    working_days = working.working_days_between(first - timedelta(days=1), last)
    return Span(number=1, name=name, first=first, last=last, kind=kind, working_days=working_days)


def draw_year(year: int, working: WorkingCalendar, spans: Iterable[Span]) -> tuple[Month, ...]:
    """Return the months of a year with everything that touches them."""
    by_day: dict[date, list[Span]] = {}
    for span in spans:
        for offset in range(span.days):
            by_day.setdefault(span.first + timedelta(days=offset), []).append(span)
    return tuple(_draw_month(year, month, working, by_day) for month in range(1, 13))


def _draw_month(year: int, month: int, working: WorkingCalendar, by_day: Mapping[date, list[Span]]) -> Month:
    weeks = calendar.Calendar().monthdatescalendar(year, month)
    drawn = (tuple(_draw_day(day, working, by_day) if day.month == month else None for day in week) for week in weeks)
    return Month(year=year, month=month, weeks=tuple(drawn))


def _draw_day(day: date, working: WorkingCalendar, by_day: Mapping[date, list[Span]]) -> Day:
    is_working, is_weekend = working.is_working_day(day), day.weekday() >= 5
    kind = ("exchanged" if is_weekend else "work") if is_working else ("rest" if is_weekend else "holiday")
    said = working.describe(day)
    if kind == "rest" and "假期" in said:
        kind = "holiday"
    return Day(day=day, kind=kind, said=said, spans=tuple(by_day.get(day, ())))
