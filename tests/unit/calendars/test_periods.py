"""Periods of the Civil Code, first by example, then over every day of 32 years against an independent oracle."""

import time as system_time
from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path

import chinese_calendar
import pytest

from engine.calendars import (
    add_months,
    add_years,
    day_start,
    deadline_after,
    expiry,
    last_day,
    load_calendar,
    renewal_window,
    window_of_days,
    working_days_left,
)
from engine.errors import BadRequest

TEXT = (Path(__file__).parents[3] / "bpmn/calendars/cn.yaml").read_text(encoding="utf-8")
FIRST, LAST = date(2004, 1, 1), date(2035, 12, 31)
ALL_DAYS = [date.fromordinal(n) for n in range(FIRST.toordinal(), LAST.toordinal() + 1)]

#: Every month from 1990 to 2049 as the list of its days: the oracle walks this list instead of computing.
MONTHS = [
    list(days)
    for _, days in groupby(
        (date.fromordinal(n) for n in range(date(1990, 1, 1).toordinal(), date(2050, 1, 1).toordinal())),
        key=lambda day: (day.year, day.month),
    )
]
POSITION = {(days[0].year, days[0].month): index for index, days in enumerate(MONTHS)}


@pytest.fixture(scope="module")
def calendar():
    return load_calendar(TEXT)


@pytest.fixture(params=["UTC", "Asia/Shanghai", "America/New_York"])
def machine_zone(request, monkeypatch):
    monkeypatch.setenv("TZ", request.param)
    system_time.tzset()
    yield request.param
    monkeypatch.undo()
    system_time.tzset()


def shanghai(text):
    return datetime.fromisoformat(text + "+08:00")


def oracle_month(day, months):
    """The latest day of the target month whose number is not above this day's."""
    target = MONTHS[POSITION[day.year, day.month] + months]
    return target[bisect_right(target, day.day, key=lambda candidate: candidate.day) - 1]


def oracle_is_worked(day):
    return chinese_calendar.is_workday(day) if 2023 <= day.year <= 2026 else day.toordinal() % 7 not in {6, 0}


def oracle_start_seconds(day):
    """Seconds since 1970 of 00:00 at +08:00, from day numbers alone."""
    return (day.toordinal() - 719163) * 86400 - 8 * 3600


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 5, 31), -3, date(2024, 2, 29)),
        (date(2025, 5, 31), -3, date(2025, 2, 28)),
        (date(2025, 1, 15), -1, date(2024, 12, 15)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2026, 2, 28), 1, date(2026, 3, 28)),
    ],
)
def test_a_month_ends_on_the_corresponding_day_or_the_last_of_its_month(day, months, expected):
    assert add_months(day, months) == expected


def test_a_year_from_a_leap_day_ends_on_28_february():
    assert add_years(date(2024, 2, 29), 3) == date(2027, 2, 28)


def test_a_title_is_valid_through_the_corresponding_day():
    assert expiry(date(2023, 11, 15), 3) == date(2026, 11, 15)


def test_the_renewal_window_is_the_last_three_months():
    assert renewal_window(date(2025, 5, 31)) == (shanghai("2025-02-28T00:00"), shanghai("2025-06-01T00:00"))


def test_the_renewal_window_ends_on_a_working_day_when_given_a_calendar(calendar):
    # 2026-11-15 is a Sunday.
    assert renewal_window(date(2026, 11, 15), calendar=calendar)[1] == shanghai("2026-11-17T00:00")


def test_a_window_includes_its_last_day_to_midnight():
    assert window_of_days(date(2023, 10, 15), date(2023, 11, 15)) == (
        shanghai("2023-10-15T00:00"),
        shanghai("2023-11-16T00:00"),
    )


def test_a_window_the_wrong_way_round_is_refused():
    with pytest.raises(BadRequest, match="早于开始日"):
        window_of_days(date(2023, 11, 15), date(2023, 10, 15))


@pytest.mark.parametrize("year", [1, 9999])
def test_a_window_in_an_impossible_year_is_refused(year):
    with pytest.raises(BadRequest, match="请检查年份"):
        window_of_days(date(year, 12, 31), date(year, 12, 31))


def test_the_last_day_of_a_window_is_the_one_before_its_closing_midnight():
    assert last_day(shanghai("2023-11-16T00:00")) == date(2023, 11, 15)


def test_a_close_within_a_day_belongs_to_that_day():
    assert last_day(shanghai("2025-10-18T06:00")) == date(2025, 10, 18)


def test_a_time_limit_ends_at_midnight_after_its_last_working_day(calendar):
    assert deadline_after(shanghai("2023-11-15T23:59"), 5, calendar) == shanghai("2023-11-23T00:00")


def test_a_time_limit_counts_from_the_day_in_shanghai(calendar):
    # 17:00 UTC on the 15th is already the 16th in Shanghai.
    assert deadline_after(datetime(2023, 11, 15, 17, tzinfo=UTC), 1, calendar) == shanghai("2023-11-18T00:00")


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2023-11-15T10:00", 5),
        ("2023-11-19T10:00", 3),
        ("2023-11-22T23:59", 0),
        ("2023-11-23T00:00", -1),
        ("2023-11-27T09:00", -3),
    ],
)
def test_working_days_left_count_down_to_zero_on_the_last_day(calendar, now, left):
    assert working_days_left(shanghai(now), shanghai("2023-11-23T00:00"), calendar) == left


def test_a_limit_missed_before_a_weekend_is_overdue_on_the_saturday(calendar):
    assert working_days_left(shanghai("2023-11-18T00:00"), shanghai("2023-11-18T00:00"), calendar) == -1


@pytest.mark.parametrize("months", [-36, -12, -3, -1, 1, 2, 3, 6, 12, 36])
def test_months_agree_with_the_oracle_on_every_day(months):
    assert [add_months(day, months) for day in ALL_DAYS] == [oracle_month(day, months) for day in ALL_DAYS]


@pytest.mark.parametrize("count", [1, 5, 20])
def test_working_days_agree_with_the_oracle_on_every_day(calendar, count):
    worked = [day for day in (*ALL_DAYS, *(LAST + timedelta(days=n) for n in range(1, 60))) if oracle_is_worked(day)]
    expected = [worked[bisect_right(worked, day) + count - 1] for day in ALL_DAYS]
    assert [calendar.add_working_days(day, count) for day in ALL_DAYS] == expected


def test_counting_between_undoes_adding_on_every_day(calendar):
    ends = [calendar.add_working_days(day, 7) for day in ALL_DAYS]
    assert {calendar.working_days_between(day, end) for day, end in zip(ALL_DAYS, ends, strict=True)} == {7}


@pytest.mark.usefixtures("machine_zone")
def test_a_day_begins_at_the_same_instant_whatever_the_zone_of_the_machine():
    assert [day_start(day).timestamp() for day in ALL_DAYS] == [oracle_start_seconds(day) for day in ALL_DAYS]


@pytest.mark.usefixtures("machine_zone")
def test_renewal_windows_are_the_same_whatever_the_zone_of_the_machine():
    assert [renewal_window(day)[0].timestamp() for day in ALL_DAYS] == [
        oracle_start_seconds(oracle_month(day, -3)) for day in ALL_DAYS
    ]


@pytest.mark.usefixtures("machine_zone")
def test_time_limits_are_the_same_whatever_the_zone_of_the_machine(calendar):
    # 16:00 UTC is 00:00 of the next day in Shanghai.
    instants = [datetime(day.year, day.month, day.day, 16, tzinfo=UTC) for day in ALL_DAYS]
    worked = [day for day in (*ALL_DAYS, *(LAST + timedelta(days=n) for n in range(1, 60))) if oracle_is_worked(day)]
    expected = [
        oracle_start_seconds(worked[bisect_right(worked, day + timedelta(days=1)) + 2] + timedelta(days=1))
        for day in ALL_DAYS
    ]
    assert [deadline_after(instant, 3, calendar).timestamp() for instant in instants] == expected
