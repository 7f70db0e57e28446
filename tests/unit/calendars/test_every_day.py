"""Windows and terms as the documents mean them, on every day of 2004 to 2035: more than a million comparisons.

The oracle knows no month arithmetic and no time zone: it walks a list of the days of 1990 to 2060, finds a
corresponding day by its number and counts seconds by day numbers alone. Each comparison is one answer of
`engine.calendars` or of a window of a folder beside the oracle's; `counted` adds them up.

| compared | what varies | comparisons |
| --- | --- | --- |
| is a submit in time | five notices, inclusive or exclusive, every day, four instants of it | 467 520 |
| the last day of a title | every day of a grant, one to five years, both readings | 116 880 |
| when a renewal is in time | the same, rolling or not, first instant and first instant too late | 467 520 |
| the next term | every last day, one to five years | 58 440 |
| a time limit | every day, 5, 10 and 20 working days, from its first and last instant | 70 128 |
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
import yaml

from engine.calendars import READINGS, deadline_after, expiry, load_calendar, renewal_window
from engine.folders import WindowRule, windows_for_year
from engine.titles import renewed_expiry

BPMN = Path(__file__).parents[3] / "bpmn"
SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS = [date.fromordinal(n) for n in range(date(1990, 1, 1).toordinal(), date(2061, 1, 1).toordinal())]
INDEX = {day: index for index, day in enumerate(DAYS)}
YEARS = range(2004, 2036)
EVERY_DAY = [day for day in DAYS if day.year in YEARS]
FIRST_OF_MONTH = [index for index, day in enumerate(DAYS) if day.day == 1]
#: 至11月10日, 至11月15日, 7月20日前, 7月31日, 每年1月底前: first and last day as the notices print them.
NOTICES = MappingProxyType(
    {
        "10月15日至11月10日": ((10, 15), (11, 10)),
        "10月15日至11月15日": ((10, 15), (11, 15)),
        "7月20日前": ((6, 1), (7, 20)),
        "截止日期7月31日": ((6, 1), (7, 31)),
        "每年1月底前": ((1, 1), (1, 31)),
    }
)
#: Which window of which folder follows which notice.
FOLLOWING = [
    ("city_evaluation", "filing", "10月15日至11月10日"),
    ("park_review", "filing", "10月15日至11月10日"),
    ("park_evaluation", "filing", "10月15日至11月10日"),
    ("city_application", "filing", "10月15日至11月15日"),
    ("park_application", "filing", "10月15日至11月15日"),
    ("product_catalogue", "association", "7月20日前"),
    ("product_catalogue", "direct", "截止日期7月31日"),
    ("cooperation_cases", "association", "7月20日前"),
    ("cooperation_cases", "direct", "截止日期7月31日"),
    ("cluster_reporting", "filing", "每年1月底前"),
]
#: First and last microsecond of a day and two in between.
INSTANTS = (timedelta(), timedelta(hours=8), timedelta(hours=17, minutes=30), timedelta(days=1, microseconds=-1))
TERMS = (1, 2, 3, 4, 5)
MICROSECOND = timedelta(microseconds=1)

Pairs = Iterator[tuple[object, object]]


def seconds(day: date) -> int:
    """Seconds since 1970 of 00:00 at +08:00, from day numbers alone."""
    return (day.toordinal() - 719163) * 86400 - 8 * 3600


def corresponding(day: date, months: int) -> date:
    """The day of that number in the month so many months on, or the month's last: by walking the list of days."""
    month = bisect_right(FIRST_OF_MONTH, INDEX[day]) - 1 + months
    length = FIRST_OF_MONTH[month + 1] - FIRST_OF_MONTH[month]
    return DAYS[FIRST_OF_MONTH[month] + min(day.day, length) - 1]


IS_WORKED = [
    chinese_calendar.is_workday(day) if 2023 <= day.year <= 2026 else day.toordinal() % 7 not in {6, 0} for day in DAYS
]
WORKED = [index for index, is_worked in enumerate(IS_WORKED) if is_worked]


def worked_from(index: int) -> int:
    """Index of the first working day at or after a day."""
    return WORKED[bisect_right(WORKED, index - 1)]


LAST_DAYS = {
    (granted, years, reading): DAYS[INDEX[corresponding(granted, 12 * years)] - (reading == "day_before")]
    for granted, years, reading in product(EVERY_DAY, TERMS, READINGS)
}


def rule(notice: str, *, is_inclusive: bool) -> WindowRule:
    opens, closes = NOTICES[notice]
    return WindowRule(
        id="filing",
        name=notice,
        opens=opens,
        closes=closes,
        is_inclusive=is_inclusive,
        gates=(),
        basis="",
        mark="source",
        level="国家",
    )


def submits() -> Pairs:
    """Is a submit at an instant in time: the day decides, never the hour."""
    for (notice, (opens, closes)), is_inclusive in product(NOTICES.items(), (True, False)):
        found = rule(notice, is_inclusive=is_inclusive)
        windows = {year: windows_for_year([found], year)[0] for year in YEARS}
        for day in EVERY_DAY:
            printed = (day.month, day.day)
            wanted = opens <= printed and (printed <= closes if is_inclusive else printed < closes)
            midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
            for offset in INSTANTS:
                yield windows[day.year].is_open(midnight + offset), wanted


def last_days() -> Pairs:
    """三年有效期: the corresponding day, or the day before it."""
    for (granted, years, reading), wanted in LAST_DAYS.items():
        yield expiry(granted, years, reading=reading), wanted


def renewals() -> Pairs:
    """有效期满前三个月内, read as a window: its first instant, and the first that is too late."""
    calendar = load_calendar((BPMN / "calendars/cn.yaml").read_text(encoding="utf-8"))
    for ((granted, years, reading), last), rolling in product(LAST_DAYS.items(), (None, calendar)):
        opens_at, closes_at = renewal_window(expiry(granted, years, reading=reading), calendar=rolling)
        yield opens_at.timestamp(), seconds(corresponding(last, -3))
        end = worked_from(INDEX[last]) if rolling else INDEX[last]
        yield closes_at.timestamp(), seconds(DAYS[end + 1])


def next_terms() -> Pairs:
    """继续授予: the new term follows the old one without a gap and without drifting."""
    for day, years in product(EVERY_DAY, TERMS):
        yield renewed_expiry(day, years), corresponding(day, 12 * years)


def time_limits() -> Pairs:
    """工作日: the day of the event is not counted, the last one ends at 24:00."""
    calendar = load_calendar((BPMN / "calendars/cn.yaml").read_text(encoding="utf-8"))
    for day, count in product(EVERY_DAY, (5, 10, 20)):
        wanted = seconds(DAYS[WORKED[bisect_right(WORKED, INDEX[day]) + count - 1] + 1])
        midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
        for instant in (midnight, midnight + timedelta(days=1) - MICROSECOND):
            yield deadline_after(instant, count, calendar).timestamp(), wanted


COMPARISONS = (submits, last_days, renewals, next_terms, time_limits)


@pytest.fixture(scope="module")
def counted():
    """How many answers each comparison looked at, and the first few that differ."""
    found = {}
    for comparison in COMPARISONS:
        count, differing = 0, []
        for count, (answer, wanted) in enumerate(comparison(), start=1):
            if answer != wanted and len(differing) < 5:
                differing.append((count, answer, wanted))
        found[comparison] = (count, differing)
    return found


@pytest.mark.parametrize("comparison", COMPARISONS, ids=lambda comparison: comparison.__name__)
def test_every_answer_agrees_with_the_documents(counted, comparison):
    assert counted[comparison][1] == []


def test_more_than_a_million_answers_are_compared(counted, record_property):
    total = sum(count for count, _ in counted.values())
    record_property("comparisons", total)
    print(f"{total:,} answers compared with the oracle")  # noqa: T201
    assert total == 1_180_488


def test_a_term_that_nobody_reads_that_way_is_refused():
    with pytest.raises(ValueError, match="unknown reading"):
        expiry(date(2021, 7, 2), 3, reading="day_after")


@pytest.mark.parametrize(("procedure", "window", "notice"), FOLLOWING)
def test_a_folder_keeps_the_days_of_its_notice(procedure, window, notice):
    written = yaml.safe_load((BPMN / procedure / "windows.yaml").read_text(encoding="utf-8"))["windows"][window]
    days = tuple((written[name]["month"], written[name]["day"]) for name in ("opens", "closes"))
    assert (days, written.get("inclusive", True)) == (NOTICES[notice], True)
