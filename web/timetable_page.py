"""The page of windows and time limits: the files, the calendar of one year, and what deserves a second look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from engine.calendars import LEVELS, WorkingCalendar
from engine.folders.cycles import YEARLY, CycleRule
from engine.folders.diagrams import read_places
from engine.folders.outline import GRANT
from engine.folders.timetable import Caution, Timetable, find_cautions
from engine.folders.windows import WindowRule
from web.draft_windows import WINDOWS, Dates, read_dates
from web.year_calendar import Month, Span, draw_year, make_span


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """How long a title lasts that a step of the diagram grants."""

    #: Name of the step.
    step: str
    file: str
    title: str
    #: Years as written, or "" without an end.
    years: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimetablePage:
    """Everything the page says."""

    dates: Dates
    year: int
    notice_on: date | None
    is_known: bool
    months: tuple[Month, ...]
    spans: tuple[Span, ...]
    cautions: tuple[Caution, ...]
    validities: tuple[Validity, ...]
    #: `windows.yaml` as it is.
    source: str
    levels: tuple[str, ...] = LEVELS


def describe_dates(
    files: Mapping[str, bytes], calendar: WorkingCalendar, year: int, notice_on: date | None
) -> TimetablePage:
    """Return what the page shows of a folder.

    Args:
        files: the folder.
        calendar: the working days.
        year: the year of the calendar.
        notice_on: the day of that year's notice, when the owner asks what it would mean.
    """
    dates = read_dates(files)
    spans = _number(_spans(dates.timetable, year, calendar)) if dates.timetable else ()
    return TimetablePage(
        dates=dates,
        year=year,
        notice_on=notice_on,
        is_known=calendar.is_known(year),
        months=draw_year(year, calendar, spans),
        spans=spans,
        cautions=find_cautions(dates.timetable, year, calendar, notice_on=notice_on) if dates.timetable else (),
        validities=tuple(_validities(files)),
        source=files.get(WINDOWS, b"").decode("utf-8", errors="replace"),
    )


def _number(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Number the windows first; what happens on single days comes after them."""
    ordered = sorted(spans, key=lambda span: (span.kind != "window", span.first))
    return tuple(replace(span, number=number) for number, span in enumerate(ordered, start=1))


def _spans(timetable: Timetable, year: int, calendar: WorkingCalendar) -> Iterator[Span]:
    for window in timetable.schedule.windows.values():
        if not window.is_of_cycle:
            yield from _window_spans(window, year, calendar)
    yield from _limit_spans(timetable, year, calendar)
    cycle = timetable.procedure.cycle if timetable.procedure else None
    if cycle is not None and cycle.kind == YEARLY and cycle.window in timetable.schedule.windows:
        yield from _cycle_spans(cycle, timetable.schedule.windows[cycle.window], year, calendar)


def _window_spans(window: WindowRule, year: int, calendar: WorkingCalendar) -> Iterator[Span]:
    """Yield the window of the year's round, and the rest of one that began in the year before."""
    for of_year in (year - 1, year):
        first, last = window.days_of(of_year)
        if last.year >= year:
            name = window.name if of_year == year else f"{window.name}（{of_year}年度）"
            yield make_span(name, first, last, "window", calendar)


def _limit_spans(timetable: Timetable, year: int, calendar: WorkingCalendar) -> Iterator[Span]:
    for limit in timetable.schedule.time_limits.values():
        window = timetable.schedule.windows.get(limit.after.removesuffix(".closes"))
        if limit.after != "opened" and window is not None and not window.is_of_cycle:
            due = calendar.add_working_days(window.days_of(year)[1], limit.working_days)
            name = timetable.names.get(limit.element) or limit.element
            said = f"{name}（窗口截止后第{limit.working_days}个工作日）"
            yield make_span(said, due, due, "limit", calendar)


def _cycle_spans(cycle: CycleRule, window: WindowRule, year: int, calendar: WorkingCalendar) -> Iterator[Span]:
    begins = date(year, *(cycle.opens or window.opens))
    yield make_span("系统发起办件", begins, begins, "cycle", calendar)
    last = window.days_of(year)[1]
    for days in cycle.reminders:
        day = last - timedelta(days=days)
        yield make_span(f"提醒（截止前{days}日）", day, day, "cycle", calendar)


def _validities(files: Mapping[str, bytes]) -> Iterator[Validity]:
    for place in read_places(files):
        if place.operation == GRANT:
            yield Validity(
                step=place.name or place.id,
                file=place.file,
                title=place.parameters.get("kind", ""),
                years=place.parameters.get("term_years", ""),
            )
