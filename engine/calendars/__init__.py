"""Days, periods and windows: the only place where dates are computed.

Pure functions over `date`s and aware `datetime`s. Every day is a day in Asia/Shanghai; nothing here reads a clock.
"""

from engine.calendars.periods import (
    READINGS,
    add_months,
    add_years,
    day_start,
    deadline_after,
    expiry,
    last_day,
    renewal_window,
    window_of_days,
    working_days_left,
)
from engine.calendars.warnings import warnings_for_window
from engine.calendars.windows import (
    COHORTS,
    LEVELS,
    Extension,
    LevelWindow,
    check_shortened,
    effective_window,
)
from engine.calendars.working_days import UNKNOWN_YEAR, CalendarYear, Holiday, WorkingCalendar, load_calendar

__all__ = [
    "COHORTS",
    "LEVELS",
    "READINGS",
    "UNKNOWN_YEAR",
    "CalendarYear",
    "Extension",
    "Holiday",
    "LevelWindow",
    "WorkingCalendar",
    "add_months",
    "add_years",
    "check_shortened",
    "day_start",
    "deadline_after",
    "effective_window",
    "expiry",
    "last_day",
    "load_calendar",
    "renewal_window",
    "warnings_for_window",
    "window_of_days",
    "working_days_left",
]
