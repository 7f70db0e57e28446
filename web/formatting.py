"""How instants, days, sizes and time limits are written on a page."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from flask import Flask

from engine.clock import local
from web.windows import FILTERS, is_midnight

_KILOBYTE = 1024
#: Numbers under which the owners keep what is unclear in the sources: `（I-01至I-03）`, `（I-44：从宽）`, `，I-31）`.
_NUMBERS = r"I-\d\d(?:[至、]I-\d\d)*"
_REGISTER = re.compile(rf"（{_NUMBERS}）|(?<=（){_NUMBERS}[：；，]|[，；]{_NUMBERS}(?=）)")


def format_datetime(instant: datetime | None) -> str:
    """Return an instant as `2023-11-15 23:59`, Beijing time; nothing for None."""
    return f"{local(instant):%Y-%m-%d %H:%M}" if instant else ""


def format_exact(instant: datetime | None) -> str:
    """Return an instant to the second, with its zone, for receipts."""
    return f"{local(instant):%Y-%m-%d %H:%M:%S}（北京时间 UTC+8）" if instant else ""


def format_day(day: date | datetime | None) -> str:
    """Return a day as `2023-11-15`, the Beijing day of an instant."""
    if isinstance(day, datetime):
        day = local(day).date()
    return day.isoformat() if day else ""


def format_until(instant: datetime | None) -> str:
    """Return the end of a half-open interval as people write it: midnight belongs to the day before, as its 24:00."""
    if instant is None:
        return ""
    wall = local(instant)
    if is_midnight(instant):
        return f"{wall - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{wall:%Y-%m-%d %H:%M:%S}" if wall.second else f"{wall:%Y-%m-%d %H:%M}"


def format_closing(instant: datetime | None) -> str:
    """Return the close of a window, saying whether its last day is included: `2023-11-15 24:00（含当日）`."""
    return f"{format_until(instant)}（含当日）" if instant and is_midnight(instant) else format_until(instant)


def leave_out_register(text: str) -> str:
    """Return a text without the numbers of the owners' register, which say nothing to who handles a case."""
    return _REGISTER.sub("", text or "")


def format_size(size: int) -> str:
    """Return a number of bytes as people read it: `312 KB`, `1.2 MB`."""
    if size < _KILOBYTE:
        return f"{size} B"
    if size < _KILOBYTE**2:
        return f"{size / _KILOBYTE:.0f} KB"
    return f"{size / _KILOBYTE**2:.1f} MB"


def format_left(working_days: int | None) -> str:
    """Return how much of a time limit is left."""
    if working_days is None:
        return "未规定时限"
    if working_days < 0:
        return f"已超期 {-working_days} 个工作日"
    return f"剩余 {working_days} 个工作日" if working_days else "今日到期"


def format_duration(seconds: float) -> str:
    """Return a waiting time, rounded up: `40 秒`, `15 分钟`."""
    whole = max(1, -int(-seconds // 1))
    return f"{whole} 秒" if whole < 60 else f"{-(-whole // 60)} 分钟"


def register_filters(app: Flask) -> None:
    """Give every template the filters of this module."""
    app.jinja_env.filters.update(
        datetime=format_datetime,
        exact=format_exact,
        day=format_day,
        until=format_until,
        closing=format_closing,
        size=format_size,
        left=format_left,
        duration=format_duration,
        plainly=leave_out_register,
        **FILTERS,
    )
