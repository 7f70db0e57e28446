"""Reading dates, times and durations from text. Each function raises `NoValue` when the text is not one."""

from __future__ import annotations

import re
from decimal import Decimal

from engine.language.errors import NoValue
from engine.language.temporal import Date, DateTime, DaysTime, Duration, Time, YearsMonths

_DATE = re.compile(r"(-?)(\d{4}|[1-9]\d{4,8})-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d(?:\.\d{1,30})?)(?:(Z)|([+-])(\d\d):(\d\d)(?::(\d\d))?|@([A-Za-z][A-Za-z_/+\-0-9]{0,60}))?",
    re.ASCII,
)
_YEARS_MONTHS = re.compile(r"(-)?P(?=\d)(?:(\d{1,12})Y)?(?:(\d{1,12})M)?", re.ASCII)
_DAYS_TIME = re.compile(
    r"(-)?P(?=\d|T\d)(?:(\d{1,18})D)?(?:T(?=\d)(?:(\d{1,18})H)?(?:(\d{1,18})M)?(?:(\d{1,18}(?:\.\d{0,18})?)S)?)?",
    re.ASCII,
)


def read_date(text: str) -> Date:
    """Read `2026-11-15`."""
    match = _DATE.fullmatch(text)
    if not match:
        raise NoValue
    return Date(int(match[1] + match[2]), int(match[3]), int(match[4]))


def read_time(text: str) -> Time:
    """Read `09:30:00`, `09:30:00+08:00` or `09:30:00@Asia/Shanghai`."""
    match = _TIME.fullmatch(text)
    if not match:
        raise NoValue
    return clock_time(int(match[1]), int(match[2]), Decimal(match[3]), _offset(match), match[9])


def clock_time(
    hour: int, minute: int, second: Decimal, offset: int | None = None, zone_name: str | None = None
) -> Time:
    """Return the time with these parts."""
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        raise NoValue
    return Time(hour * 3600 + minute * 60 + second, offset, zone_name)


def _offset(match: re.Match[str]) -> int | None:
    """Return the offset a time was written with, in seconds."""
    if match[4]:
        return 0
    if not match[5]:
        return None
    hours, minutes, seconds = int(match[6]), int(match[7]), int(match[8] or 0)
    if minutes > 59 or seconds > 59:
        raise NoValue
    return (hours * 3600 + minutes * 60 + seconds) * (-1 if match[5] == "-" else 1)


def read_date_time(text: str) -> DateTime:
    """Read `2026-11-15T09:30:00+08:00`; a date alone is its midnight; 24:00:00 is the next day's midnight."""
    day_text, separator, time_text = text.partition("T")
    day = read_date(day_text)
    if not separator:
        return DateTime(day, Time(Decimal(0)))
    if time_text.startswith("24:00:00"):
        return DateTime(Date.from_days(day.days + 1), read_time("00" + time_text[2:]))
    return DateTime(day, read_time(time_text))


def read_duration(text: str) -> Duration:
    """Read `P1Y6M` or `P5DT12H`."""
    match = _YEARS_MONTHS.fullmatch(text)
    if match:
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return YearsMonths(-months if match[1] else months)
    match = _DAYS_TIME.fullmatch(text)
    if not match:
        raise NoValue
    days, hours, minutes = (int(match[group] or 0) for group in (2, 3, 4))
    seconds = days * 86400 + hours * 3600 + minutes * 60 + Decimal(match[5] or 0)
    return DaysTime(-seconds if match[1] else seconds)


def read_temporal(text: str) -> Date | Time | DateTime | Duration:
    """Read whatever the text is, as in `@"2026-11-15"`."""
    if "P" in text[:2]:
        return read_duration(text)
    if ":" in text[:3]:
        return read_time(text)
    return read_date_time(text) if "T" in text else read_date(text)
