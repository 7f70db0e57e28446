"""What the owner of a window should know before it is announced. Warnings never change a date."""

from __future__ import annotations

from datetime import date

from engine.calendars.periods import last_day
from engine.calendars.windows import LevelWindow
from engine.calendars.working_days import UNKNOWN_YEAR, WorkingCalendar
from engine.clock import local


def warnings_for_window(window: LevelWindow, notice_on: date | None, calendar: WorkingCalendar) -> tuple[str, ...]:
    """Return Chinese sentences about a window that deserves a second look.

    Args:
        window: the window as its owner set it.
        notice_on: the day of the notice, when it has one; many notices bear none (未载明).
        calendar: the working days.
    """
    first, last = local(window.opens_at).date(), last_day(window.closes_at)
    warnings = []
    if not calendar.is_working_day(last):
        warnings.append(
            f"{window.name}的最后一天{last}是{calendar.describe(last)}，不是工作日。"
            "通知载明的日期不自动顺延，如需顺延请另发通知。"
        )
    if notice_on is not None and notice_on > first:
        days = (notice_on - first).days
        warnings.append(
            f"通知日期{notice_on}比{window.name}的开始日{first}晚{days}天。窗口仍按载明的日期计算，申报单位实际少{days}天。"
        )
    for year in sorted({first.year, last.year}):
        if not calendar.is_known(year):
            warnings.append(f"{year}年的放假安排{UNKNOWN_YEAR}，通知印发后请更新工作日历。")
    return tuple(warnings)
