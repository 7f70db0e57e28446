"""Working days with 调休: which days offices work, and counting by them.

The table is the owner's file `bpmn/calendars/cn.yaml`, one notice of the State Council's general office a year. A year
without a notice is computed by weekends, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, TypeGuard

import yaml

from engine.errors import DefinitionRefused, Problem

#: What is said wherever a day of a year without a notice is used.
UNKNOWN_YEAR = "未公布，按周末推算"

_FILE = "calendars/cn.yaml"
_LONGEST_TEXT = 256 * 1024
_WEEKDAY_NAMES = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_ONE_DAY = timedelta(days=1)
_MOST_COUNTED = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """One holiday of a notice."""

    name: str
    first: date
    #: Included.
    last: date
    #: 调休上班: weekend days worked in exchange.
    worked: tuple[date, ...] = ()

    def days(self) -> tuple[date, ...]:
        """Return every day off."""
        return tuple(self.first + timedelta(days=offset) for offset in range((self.last - self.first).days + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarYear:
    """One year's notice."""

    year: int
    notice: str
    document_number: str
    issued_on: date
    holidays: tuple[Holiday, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """The days on which offices work."""

    name: str
    years: Mapping[int, CalendarYear]
    #: Day off -> name of the holiday.
    _rest: Mapping[date, str] = field(repr=False)
    #: Weekend day that is worked -> name of the holiday it was exchanged for.
    _work: Mapping[date, str] = field(repr=False)
    #: Answers of `add_working_days`: the time limits of a procedure are asked for at every action, from the same day.
    _counted: dict[tuple[date, int], date] = field(default_factory=dict, repr=False, compare=False)
    #: The same of `working_days_between`: a page of the inbox asks for the days left of each of its rows.
    _spanned: dict[tuple[date, date], int] = field(default_factory=dict, repr=False, compare=False)

    def is_known(self, year: int) -> bool:
        """Return whether the notice for `year` has been entered."""
        return year in self.years

    def is_working_day(self, day: date) -> bool:
        """Return whether offices work on `day`; in a year without a notice, whether it is not a weekend."""
        if day in self._work:
            return True
        return day.weekday() < 5 and day not in self._rest

    def describe(self, day: date) -> str:
        """Return what a person calls the day, e.g. `周日`, `国庆节假期`, `周六（春节调休上班）`."""
        weekday = _WEEKDAY_NAMES[day.weekday()]
        if day in self._work:
            return f"{weekday}（{self._work[day]}调休上班）"
        if day in self._rest:
            return f"{self._rest[day]}假期"
        return weekday if self.is_known(day.year) else f"{weekday}（{day.year}年放假安排{UNKNOWN_YEAR}）"

    def roll_forward(self, day: date) -> date:
        """Return `day`, or the next working day when it is not one (民法典 203)."""
        while not self.is_working_day(day):
            day += _ONE_DAY
        return day

    def add_working_days(self, start: date, count: int) -> date:
        """Return the `count`-th working day after `start`, which itself is not counted (民法典 201).

        Args:
            start: any day.
            count: 0 gives `start` rolled forward; a negative number counts backwards.
        """
        found = self._counted.get((start, count))
        if found is None:
            if len(self._counted) >= _MOST_COUNTED:
                self._counted.clear()
            found = self._counted[start, count] = self._count(start, count)
        return found

    def _count(self, start: date, count: int) -> date:
        if count == 0:
            return self.roll_forward(start)
        step = _ONE_DAY if count > 0 else -_ONE_DAY
        day, left = start, abs(count)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def working_days_between(self, first: date, second: date) -> int:
        """Return the number of working days after `first` up to and including `second`; negative when it is earlier."""
        if second < first:
            return -self.working_days_between(second, first)
        found = self._spanned.get((first, second))
        if found is None:
            if len(self._spanned) >= _MOST_COUNTED:
                self._spanned.clear()
            days = (first + timedelta(days=offset) for offset in range(1, (second - first).days + 1))
            found = self._spanned[first, second] = sum(map(self.is_working_day, days))
        return found


@lru_cache(maxsize=8)
def load_calendar(text: str) -> WorkingCalendar:
    """Read the owner's calendar.

    Args:
        text: content of `bpmn/calendars/cn.yaml`.

    Raises:
        DefinitionRefused: the file cannot be read or contradicts itself.
    """
    problems: list[Problem] = []
    years: dict[int, CalendarYear] = {}
    content = _parse(text)
    for entry in content["years"]:
        year = _read_year(entry, problems)
        if year is not None and year.year in years:
            problems.append(_problem(str(year.year), f"{year.year}年写了两次，请合并为一段。"))
        elif year is not None:
            years[year.year] = year
    rest, work = _collect_days(years.values(), problems)
    if problems:
        raise DefinitionRefused(tuple(problems))
    return WorkingCalendar(name=str(content.get("name", "")), years=years, _rest=rest, _work=work)


def _parse(text: str) -> dict[str, Any]:
    if len(text) > _LONGEST_TEXT:
        raise DefinitionRefused((_problem("", "工作日历超过 256 KiB，请检查是否放错了文件。"),))
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise DefinitionRefused((_problem("", "工作日历不是有效的 YAML，请检查缩进和标点。"),)) from error
    if not isinstance(content, dict) or not isinstance(content.get("years"), list):
        raise DefinitionRefused((_problem("years", "工作日历缺少 years（各年放假安排的列表）。"),))
    return content


def _read_year(entry: Any, problems: list[Problem]) -> CalendarYear | None:
    required = {"year": int, "notice": str, "document_number": str, "issued_on": date, "holidays": list}
    if not isinstance(entry, dict) or set(entry) != set(required):
        problems.append(_problem("years", f"每一年须有且只有这几项：{'、'.join(required)}。"))
        return None
    wrong = [key for key, kind in required.items() if type(entry[key]) is not kind]
    if wrong:
        problems.append(_problem(str(entry["year"]), f"{'、'.join(wrong)} 的写法不对，日期请写成 2026-01-01 的样子。"))
        return None
    holidays = tuple(_read_holiday(item, entry["year"], problems) for item in entry["holidays"])
    return CalendarYear(
        year=entry["year"],
        notice=entry["notice"],
        document_number=entry["document_number"],
        issued_on=entry["issued_on"],
        holidays=tuple(holiday for holiday in holidays if holiday is not None),
    )


def _read_holiday(item: Any, year: int, problems: list[Problem]) -> Holiday | None:
    fields = item if isinstance(item, dict) else {}
    name, rest, worked = fields.get("name"), fields.get("rest"), fields.get("work", [])
    if not isinstance(name, str) or not _are_dates(rest) or len(rest) != 2 or not _are_dates(worked):
        problems.append(
            _problem(str(year), "每个假期写作 {name: 节日, rest: [第一天, 最后一天], work: [调休上班日]}。")
        )
        return None
    holiday = Holiday(name=name, first=rest[0], last=rest[1], worked=tuple(worked))
    if holiday.last < holiday.first:
        problems.append(_problem(str(year), f"{holiday.name}的最后一天早于第一天，请把日期对调。"))
        return None
    # A notice may begin on the last days of the year before (元旦), so a neighbouring year is not a mistake.
    if any(abs(day.year - year) > 1 for day in (holiday.first, holiday.last, *holiday.worked)):
        problems.append(_problem(str(year), f"{holiday.name}的日期不在{year}年前后，请检查年份。"))
        return None
    return holiday


def _are_dates(value: Any) -> TypeGuard[list[date]]:
    return isinstance(value, list) and all(type(day) is date for day in value)


def _collect_days(years: Iterable[CalendarYear], problems: list[Problem]) -> tuple[dict[date, str], dict[date, str]]:
    rest: dict[date, str] = {}
    work: dict[date, str] = {}
    for year in years:
        for holiday in year.holidays:
            rest.update(dict.fromkeys(holiday.days(), holiday.name))
            work.update(dict.fromkeys(holiday.worked, holiday.name))
    for day in sorted(rest.keys() & work.keys()):
        problems.append(_problem(day.isoformat(), f"{day}既写作放假又写作上班，请核对通知原文。"))
    for day in sorted(day for day in work if day.weekday() < 5):
        problems.append(_problem(day.isoformat(), f"{day}是{_WEEKDAY_NAMES[day.weekday()]}，本来就上班，不是调休。"))
    return rest, work


def _problem(element: str, message: str) -> Problem:
    return Problem(file=_FILE, element=element, message=message)
