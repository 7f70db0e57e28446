"""Built-in functions on dates, times and durations.

There is no clock here: `now()` and `today()` read the variable `now`, see `engine.language.compiler`.
"""

from __future__ import annotations

from decimal import Decimal

from engine.language.errors import NoValue
from engine.language.functions.registry import built_in
from engine.language.numbers import whole
from engine.language.temporal import Date, DateTime, DaysTime, Duration, Time, YearsMonths
from engine.language.temporal_text import clock_time, read_date, read_date_time, read_duration, read_time

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@built_in("date(from: string)")
def date_from_text(text: str) -> Date:
    """Read a date."""
    return read_date(text)


@built_in("date(from: day)")
def date_of(day: Date) -> Date:
    """Return the day of a date and time."""
    return day


@built_in("date(year: integer, month: integer, day: integer)")
def date(year: int, month: int, day: int) -> Date:
    """Return the day with these numbers."""
    return Date(year, month, day)


@built_in("time(from: string)")
def time_from_text(text: str) -> Time:
    """Read a time."""
    return read_time(text)


@built_in("time(from: time)")
def time_of_time(time: Time) -> Time:
    """Return the time itself."""
    return time


@built_in("time(from: moment)")
def time_of(moment: DateTime) -> Time:
    """Return the time of a date and time; midnight UTC of a date."""
    return moment.time


@built_in("time(hour: integer, minute: integer, second: number, offset?: days and time duration or null)")
def time(hour: int, minute: int, second: Decimal, offset: DaysTime | None = None) -> Time:
    """Return the time with these numbers."""
    return clock_time(hour, minute, second, None if offset is None else whole(offset.seconds))


@built_in("date and time(from: string)")
def date_time_from_text(text: str) -> DateTime:
    """Read a date and time."""
    return read_date_time(text)


@built_in("date and time(from: moment)")
def date_time_of(moment: DateTime) -> DateTime:
    """Return the date and time itself; midnight UTC of a date."""
    return moment


@built_in("date and time(date: day, time: time)")
def date_time(day: Date, time: Time) -> DateTime:
    """Put a day and a time together."""
    return DateTime(day, time)


@built_in("date and time(date: string, timezone: string)")
def date_time_in_zone(text: str, zone_name: str) -> DateTime:
    """Read a date and time and place it in a zone."""
    moment = read_date_time(text)
    return DateTime(moment.date, Time(moment.time.seconds, None, zone_name))


@built_in("duration(from: string)")
def duration_from_text(text: str) -> Duration:
    """Read a duration."""
    return read_duration(text)


@built_in("duration(from: duration)")
def duration_of(duration: Duration) -> Duration:
    """Return the duration itself."""
    return duration


@built_in("years and months duration(from: day, to: day)")
def years_and_months(start: Date, end: Date) -> YearsMonths:
    """Return the full months between two days."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    if months < 0 and end.day > start.day:
        months += 1
    return YearsMonths(months)


@built_in("day of year(date: day)")
def day_of_year(day: Date) -> Decimal:
    """Count from 1 January."""
    return Decimal(day.days - Date(day.year, 1, 1).days + 1)


@built_in("day of week(date: day)")
def day_of_week(day: Date) -> str:
    """Return the English name of the weekday."""
    return _WEEKDAYS[day.weekday - 1]


@built_in("month of year(date: day)")
def month_of_year(day: Date) -> str:
    """Return the English name of the month."""
    return _MONTHS[day.month - 1]


@built_in("week of year(date: day)")
def week_of_year(day: Date) -> Decimal:
    """Return the number of the ISO week: the one that holds the Thursday."""
    thursday = Date.from_days(day.days - day.weekday + 4)
    return Decimal((thursday.days - Date(thursday.year, 1, 1).days) // 7 + 1)


@built_in("last day of month(date: day)")
def last_day_of_month(day: Date) -> Date:
    """Return the last day of the month."""
    if abs(day.year) > 999_999_998:
        raise NoValue
    return Date.from_days(Date(day.year, day.month, 1).plus_months(1).days - 1)
