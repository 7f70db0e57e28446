"""Dates, times, dates and times, and the two kinds of duration.

Own classes rather than `datetime`: FEEL knows years far outside 1..9999, times without a date but with a zone, and
durations in months. Days are counted from 1970-01-01; times are decimal seconds, so no fraction is lost.
"""

from __future__ import annotations

import datetime
import functools
import math
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.language.errors import NoValue
from engine.language.numbers import number_text

DAY = 86400
_LARGEST_YEAR = 999_999_999
#: A little more than from the first to the last day of the calendar.
_LONGEST_MONTHS, _LONGEST_SECONDS = 10**11, 10**18
_LARGEST_OFFSET = 18 * 3600
_DAYS_IN_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
#: Days of 400 years, and from 0000-03-01 to 1970-01-01.
_ERA_DAYS, _EPOCH = 146_097, 719_468


def is_leap(year: int) -> bool:
    """Tell whether February of that year has 29 days."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    """Return the number of days of a month."""
    return 29 if month == 2 and is_leap(year) else _DAYS_IN_MONTH[month - 1]


@functools.lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """Return a time zone of the IANA list.

    Raises:
        NoValue: there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise NoValue from error


@functools.total_ordering
@dataclass(frozen=True, slots=True)
class Date:
    """A day of the proleptic Gregorian calendar."""

    year: int
    month: int
    day: int

    def __post_init__(self) -> None:
        """Refuse a day that does not exist."""
        if abs(self.year) > _LARGEST_YEAR or not 1 <= self.month <= 12:
            raise NoValue
        if not 1 <= self.day <= month_length(self.year, self.month):
            raise NoValue

    @classmethod
    def from_days(cls, days: int) -> Date:
        """Return the day that is `days` after 1970-01-01."""
        era, day_of_era = divmod(days + _EPOCH, _ERA_DAYS)
        year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
        day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
        shifted_month = (5 * day_of_year + 2) // 153
        day = day_of_year - (153 * shifted_month + 2) // 5 + 1
        month = shifted_month + (3 if shifted_month < 10 else -9)
        return cls(year_of_era + era * 400 + (month <= 2), month, day)

    @property
    def days(self) -> int:
        """Days since 1970-01-01."""
        year = self.year - (self.month <= 2)
        era, year_of_era = divmod(year, 400)
        day_of_year = (153 * (self.month + (-3 if self.month > 2 else 9)) + 2) // 5 + self.day - 1
        return era * _ERA_DAYS + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - _EPOCH

    @property
    def weekday(self) -> int:
        """Monday is 1, Sunday 7."""
        return (self.days + 3) % 7 + 1

    def plus_months(self, months: int) -> Date:
        """Return the same day some months later, or the last day of that month when there is no such day."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Date(year, month + 1, min(self.day, month_length(year, month + 1)))

    def __lt__(self, other: Date) -> bool:
        """Compare by calendar."""
        return (self.year, self.month, self.day) < (other.year, other.month, other.day)

    def __str__(self) -> str:
        """Write as ISO 8601."""
        return f"{'-' if self.year < 0 else ''}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True, slots=True)
class Time:
    """A time of the day, perhaps with an offset in seconds or a named zone."""

    seconds: Decimal
    offset: int | None = None
    zone_name: str | None = None

    def __post_init__(self) -> None:
        """Refuse a time that does not exist."""
        if not 0 <= self.seconds < DAY or (self.offset is not None and abs(self.offset) > _LARGEST_OFFSET):
            raise NoValue
        if self.zone_name is not None:
            zone(self.zone_name)

    @property
    def is_zoned(self) -> bool:
        """Whether the time names a place on the globe."""
        return self.offset is not None or self.zone_name is not None

    @property
    def hour(self) -> int:
        """Full hours."""
        return int(self.seconds // 3600)

    @property
    def minute(self) -> int:
        """Full minutes of the hour."""
        return int(self.seconds % 3600 // 60)

    @property
    def second(self) -> Decimal:
        """Seconds of the minute, with their fraction."""
        return self.seconds % 60

    def offset_on(self, day: Date | None) -> int | None:
        """Return the offset from UTC in seconds on that day, None for a local time.

        A named zone needs a day because of daylight saving; without one it has the offset of January.
        """
        if self.zone_name is None:
            return self.offset
        year = min(max(day.year, 1), 9999) if day else 2026
        month, date = (day.month, min(day.day, month_length(year, day.month))) if day else (1, 1)
        moment = datetime.datetime(year, month, date, self.hour, self.minute, tzinfo=zone(self.zone_name))
        try:
            offset = moment.utcoffset()
        except OverflowError as error:
            raise NoValue from error
        return int(offset.total_seconds()) if offset is not None else None

    def instant(self, day: Date | None = None) -> Decimal:
        """Return the seconds since midnight UTC."""
        return self.seconds - (self.offset_on(day) or 0)

    def at(self, seconds: Decimal) -> Time:
        """Return another time in the same zone."""
        return Time(seconds, self.offset, self.zone_name)

    def __str__(self) -> str:
        """Write as ISO 8601, with a named zone after `@`."""
        fraction = self.second % 1
        text = f"{self.hour:02d}:{self.minute:02d}:{int(self.second):02d}" + number_text(fraction)[1:]
        if self.zone_name is not None:
            return f"{text}@{self.zone_name}"
        if self.offset is None:
            return text
        return text + offset_text(self.offset)


def offset_text(offset: int) -> str:
    """Write an offset from UTC: `Z`, `+08:00`."""
    if not offset:
        return "Z"
    size = abs(offset)
    text = f"{'-' if offset < 0 else '+'}{size // 3600:02d}:{size % 3600 // 60:02d}"
    return f"{text}:{size % 60:02d}" if size % 60 else text


@dataclass(frozen=True, slots=True)
class DateTime:
    """A day and a time on it."""

    date: Date
    time: Time

    @property
    def is_zoned(self) -> bool:
        """Whether this is an instant rather than a reading of a local clock."""
        return self.time.is_zoned

    @property
    def instant(self) -> Decimal:
        """Seconds since 1970-01-01T00:00:00Z; a local time counts as if it were UTC."""
        return self.date.days * DAY + self.time.instant(self.date)

    def plus_seconds(self, seconds: Decimal) -> DateTime:
        """Return the moment some seconds later on the same clock."""
        total = self.date.days * DAY + self.time.seconds + seconds
        days = math.floor(total / DAY)
        return DateTime(Date.from_days(days), self.time.at(total - days * DAY))

    def __str__(self) -> str:
        """Write as ISO 8601."""
        return f"{self.date}T{self.time}"


@functools.total_ordering
@dataclass(frozen=True, slots=True)
class YearsMonths:
    """A duration in whole months."""

    months: int

    def __post_init__(self) -> None:
        """Refuse a duration longer than the calendar."""
        if abs(self.months) > _LONGEST_MONTHS:
            raise NoValue

    def __lt__(self, other: YearsMonths) -> bool:
        """Compare by length."""
        return self.months < other.months

    def __str__(self) -> str:
        """Write as ISO 8601."""
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return ("-" if self.months < 0 else "") + "P" + (text or "0M")


@functools.total_ordering
@dataclass(frozen=True, slots=True)
class DaysTime:
    """A duration in seconds."""

    seconds: Decimal

    def __post_init__(self) -> None:
        """Refuse a duration longer than the calendar."""
        if abs(self.seconds) > _LONGEST_SECONDS:
            raise NoValue

    def __lt__(self, other: DaysTime) -> bool:
        """Compare by length."""
        return self.seconds < other.seconds

    def __str__(self) -> str:
        """Write as ISO 8601."""
        days, rest = divmod(abs(self.seconds), DAY)
        hours, rest = divmod(rest, 3600)
        minutes, seconds = divmod(rest, 60)
        clock = "".join(
            f"{number_text(size)}{unit}" for size, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if size
        )
        text = (f"{int(days)}D" if days else "") + (f"T{clock}" if clock else "")
        return ("-" if self.seconds < 0 else "") + "P" + (text or "T0S")


Duration = YearsMonths | DaysTime
MIDNIGHT_UTC = Time(Decimal(0), 0)
