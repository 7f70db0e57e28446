"""Which days are worked, against an independent table of the same notices."""

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from engine.calendars import load_calendar
from engine.errors import DefinitionRefused

TEXT = (Path(__file__).parents[3] / "bpmn/calendars/cn.yaml").read_text(encoding="utf-8")

YEAR = """
name: 测试
years:
  - year: 2026
    notice: 国务院办公厅关于2026年部分节假日安排的通知
    document_number: 国办发明电〔2025〕7号
    issued_on: 2025-11-04
    holidays:
      - {name: 元旦, rest: [2026-01-01, 2026-01-03], work: [2026-01-04]}
"""


@pytest.fixture(scope="module")
def calendar():
    return load_calendar(TEXT)


def days_of(year):
    return [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


def messages(text):
    with pytest.raises(DefinitionRefused) as refusal:
        load_calendar(text)
    return " ".join(problem.message for problem in refusal.value.problems)


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_every_day_of_a_known_year_agrees_with_an_independent_table(calendar, year):
    ours = {day for day in days_of(year) if calendar.is_working_day(day)}
    theirs = {day for day in days_of(year) if chinese_calendar.is_workday(day)}
    assert ours == theirs


@pytest.mark.parametrize(
    ("year", "document_number"),
    [
        (2023, "国办发明电〔2022〕16号"),
        (2024, "国办发明电〔2023〕7号"),
        (2025, "国办发明电〔2024〕12号"),
        (2026, "国办发明电〔2025〕7号"),
    ],
)
def test_each_year_names_its_notice(calendar, year, document_number):
    entry = calendar.years[year]
    assert entry.document_number == document_number
    assert entry.notice == f"国务院办公厅关于{year}年部分节假日安排的通知"


@pytest.mark.parametrize("year", [2022, 2027])
def test_a_year_without_a_notice_is_not_known(calendar, year):
    assert not calendar.is_known(year)


def test_a_year_without_a_notice_is_computed_by_weekends(calendar):
    assert [calendar.is_working_day(day) for day in days_of(2027)] == [day.weekday() < 5 for day in days_of(2027)]


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 11, 15), "周日"),
        (date(2026, 10, 1), "国庆节假期"),
        (date(2026, 10, 10), "周六（国庆节调休上班）"),
        (date(2026, 11, 16), "周一"),
        (date(2027, 10, 1), "周五（2027年放假安排未公布，按周末推算）"),
    ],
)
def test_a_day_is_described_as_people_call_it(calendar, day, text):
    assert calendar.describe(day) == text


def test_the_first_day_is_not_counted(calendar):
    assert calendar.add_working_days(date(2023, 11, 15), 1) == date(2023, 11, 16)


def test_counting_skips_a_holiday_and_counts_a_make_up_day(calendar):
    # 2026-02-13 (Friday); 14 worked, 15 to 23 off.
    assert calendar.add_working_days(date(2026, 2, 13), 2) == date(2026, 2, 24)


def test_counting_crosses_into_a_year_without_a_notice(calendar):
    assert calendar.add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 1)


def test_a_negative_count_goes_backwards(calendar):
    assert calendar.add_working_days(date(2026, 2, 24), -2) == date(2026, 2, 13)


def test_zero_working_days_after_a_sunday_is_the_monday(calendar):
    assert calendar.add_working_days(date(2026, 11, 15), 0) == date(2026, 11, 16)


def test_a_working_day_does_not_roll(calendar):
    assert calendar.roll_forward(date(2026, 10, 10)) == date(2026, 10, 10)


def test_a_holiday_rolls_to_the_day_after_it(calendar):
    assert calendar.roll_forward(date(2026, 2, 15)) == date(2026, 2, 24)


def test_working_days_between_is_negative_backwards(calendar):
    assert calendar.working_days_between(date(2026, 11, 20), date(2026, 11, 13)) == -5


def test_a_day_both_off_and_worked_is_refused():
    assert "既写作放假又写作上班" in messages(YEAR.replace("work: [2026-01-04]", "work: [2026-01-03]"))


def test_a_weekday_as_make_up_day_is_refused():
    assert "本来就上班" in messages(YEAR.replace("work: [2026-01-04]", "work: [2026-01-05]"))


def test_a_holiday_the_wrong_way_round_is_refused():
    assert "早于第一天" in messages(YEAR.replace("[2026-01-01, 2026-01-03]", "[2026-01-03, 2026-01-01]"))


def test_a_holiday_of_another_year_is_refused():
    assert "请检查年份" in messages(YEAR.replace("[2026-01-01, 2026-01-03]", "[2016-01-01, 2016-01-03]"))


def test_a_year_written_twice_is_refused():
    assert "2026年写了两次" in messages(YEAR + YEAR.split("years:\n")[1])


@pytest.mark.parametrize(
    "text",
    [
        "years: [",
        "- 1",
        "name: 只有名字",
        "years: [3]",
        YEAR.replace("2025-11-04", "十一月四日"),
        YEAR.replace("rest", "off"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(text):
    assert messages(text)


def test_a_file_that_is_far_too_long_is_refused():
    assert "256 KiB" in messages(YEAR + "#" * 300_000)
