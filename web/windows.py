"""How windows are worded and drawn: their first and last days, what is left, and the month strip.

The closing edge itself is worded by the filter `closing` of `web.formatting`, like every other instant on a page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.clock import ZONE, local
from engine.views import RoundView, Window

HOUR, DAY = 3600, 86400


def is_midnight(instant: datetime) -> bool:
    """Say whether a day begins at this instant in Asia/Shanghai."""
    return local(instant).time().isoformat() == "00:00:00"


def first_day(opens_at: datetime) -> str:
    """Return the first day of a window, as ISO text for a date field."""
    return local(opens_at).date().isoformat()


def final_day(closes_at: datetime) -> str:
    """Return the last day on which a window is open, as ISO text for a date field."""
    return local(closes_at - timedelta(microseconds=1)).date().isoformat()


def first_moment(opens_at: datetime) -> str:
    """Word the opening edge: the day alone when it opens at midnight."""
    return f"{local(opens_at):%Y-%m-%d}" if is_midnight(opens_at) else f"{local(opens_at):%Y-%m-%d %H:%M}"


def exact_moment(instant: datetime) -> str:
    """Word an instant to the second."""
    return f"{local(instant):%Y-%m-%d %H:%M:%S}"


def wall_clock(instant: datetime) -> str:
    """Return an instant as text for a `datetime-local` field."""
    return f"{local(instant):%Y-%m-%dT%H:%M:%S}"


def remaining(target: datetime, now: datetime) -> str:
    """Word what is left: days and hours, then hours and minutes, in the last hour minutes and seconds."""
    seconds = max(0, math.ceil((target - now).total_seconds()))
    if seconds >= DAY:
        return f"{seconds // DAY} 天 {seconds % DAY // HOUR} 小时"
    if seconds >= HOUR:
        return f"{seconds // HOUR} 小时 {seconds % HOUR // 60} 分"
    return f"{seconds // 60} 分 {seconds % 60:02d} 秒"


#: Names under which the templates use the wordings.
FILTERS: dict[str, Callable[..., str]] = {
    wording.__name__: wording for wording in (first_day, final_day, first_moment, exact_moment, wall_clock, remaining)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month on the strip; `x` is the place of its first day in per cent."""

    label: str
    x: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A window or an extension on the strip; `x` and `width` in per cent."""

    kind: str
    name: str
    set_by: str
    opens_at: datetime
    closes_at: datetime
    x: float
    width: float
    basis: str = ""
    mark: str = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Whole months with the windows of a round on them; `now_x` is None when now lies outside."""

    months: tuple[Month, ...]
    bars: tuple[Bar, ...]
    now_x: float | None


def draw_strip(view: RoundView, now: datetime) -> Strip:
    """Place the windows and extensions of a round on whole months."""
    ends = [window.closes_at for window in view.windows] + [order.new_close_at for order in view.extensions]
    if not ends:
        return Strip(months=(), bars=(), now_x=None)
    starts = _month_starts(min(window.opens_at for window in view.windows), max(ends))
    first, last = _midnight(starts[0]), _midnight(starts[-1])

    def place(instant: datetime) -> float:
        return round(100 * ((instant - first) / (last - first)), 2)

    return Strip(
        months=tuple(Month(label=_month_label(day), x=place(_midnight(day))) for day in _few(starts[:-1])),
        bars=(*(_window_bar(window, place) for window in view.windows), *_extension_bars(view, place)),
        now_x=place(now) if first <= now < last else None,
    )


def _window_bar(window: Window, place: Callable[[datetime], float]) -> Bar:
    x = place(window.opens_at)
    return Bar(
        kind="window",
        name=window.name,
        set_by=window.set_by,
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        x=x,
        width=round(place(window.closes_at) - x, 2),
        basis=window.basis,
        mark=window.mark,
    )


def _extension_bars(view: RoundView, place: Callable[[datetime], float]) -> Iterable[Bar]:
    for order in view.extensions:
        # An order moves the close of the last window that ends before it.
        moved = [window.closes_at for window in view.windows if window.closes_at < order.new_close_at]
        opens_at = max(moved, default=order.new_close_at)
        x = place(opens_at)
        yield Bar(
            kind="extension",
            name=order.cohort,
            set_by=order.issued_by,
            opens_at=opens_at,
            closes_at=order.new_close_at,
            x=x,
            width=max(0.5, round(place(order.new_close_at) - x, 2)),
        )


def _month_starts(opens_at: datetime, closes_at: datetime) -> list[date]:
    """Return the first days of the months from the opening on, with the first day after the last month."""
    day, end = local(opens_at).date().replace(day=1), local(closes_at - timedelta(microseconds=1)).date()
    starts = [day]
    while day <= end:
        day = (day + timedelta(days=31)).replace(day=1)
        starts.append(day)
    return starts


def _few(days: list[date]) -> list[date]:
    """Keep at most six labels, evenly spaced, so that they never run into each other."""
    return days[:: math.ceil(len(days) / 6)]


def _month_label(day: date) -> str:
    return f"{day.year} 年 {day.month} 月" if day.month == 1 else f"{day.month} 月"


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)
