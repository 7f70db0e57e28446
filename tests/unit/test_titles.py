"""The arithmetic of titles: streaks of stars, terms without gap or drift, the window of a renewal."""

from datetime import date, datetime
from types import SimpleNamespace

import pytest

from engine.calendars import renewal_window
from engine.clock import ZONE
from engine.titles import (
    first_expiry,
    one_star_streak,
    renewal_opens_at,
    renewed_expiry,
    title_fact,
    years_not_evaluated,
)

STREAKS = {
    "never evaluated": ({}, 0),
    "one star once": ({2023: 1}, 1),
    "one star in two years running": ({2022: 1, 2023: 1}, 2),
    "better in between": ({2021: 1, 2022: 2, 2023: 1}, 1),
    "better last": ({2022: 1, 2023: 2}, 0),
    "a year without an evaluation does not break it": ({2021: 1, 2023: 1}, 2),
    "a year without an evaluation does not lengthen it": ({2020: 2, 2023: 1}, 1),
    "entered in another order": ({2023: 1, 2022: 3, 2021: 1}, 1),
}


@pytest.mark.parametrize("name", STREAKS)
def test_the_streak_counts_evaluated_years_up_to_the_last(name):
    stars, streak = STREAKS[name]
    assert one_star_streak(stars) == streak


@pytest.mark.parametrize(
    ("stars", "years"), [({}, ()), ({2023: 2}, ()), ({2020: 2, 2023: 1}, (2021, 2022)), ({2022: 1, 2023: 1}, ())]
)
def test_the_years_between_two_evaluations_that_have_none_are_named(stars, years):
    assert years_not_evaluated(stars) == years


@pytest.mark.parametrize(
    ("granted_on", "years", "expires_on"),
    [
        (date(2021, 7, 2), 3, date(2024, 7, 2)),
        (date(2020, 2, 29), 3, date(2023, 2, 28)),
        (date(2020, 2, 29), 4, date(2024, 2, 29)),
        (date(2021, 12, 31), 1, date(2022, 12, 31)),
        (date(2021, 7, 2), None, None),
    ],
)
def test_a_term_ends_on_the_corresponding_day(granted_on, years, expires_on):
    assert first_expiry(granted_on, years) == expires_on


def test_terms_follow_one_another_without_gap_or_drift():
    last_days = [date(2021, 7, 2)]
    while len(last_days) < 12:
        last_days.append(renewed_expiry(last_days[-1], 3))
    assert last_days == [date(2021 + 3 * term, 7, 2) for term in range(12)]


def test_the_last_of_february_moves_once_and_then_stays():
    first = first_expiry(date(2020, 2, 29), 3)
    assert [first, renewed_expiry(first, 3), renewed_expiry(first, 1)] == [
        date(2023, 2, 28),
        date(2026, 2, 28),
        date(2024, 2, 28),
    ]


@pytest.mark.parametrize(
    ("expires_on", "opens_on"),
    [
        (date(2024, 7, 2), date(2024, 4, 2)),
        (date(2025, 5, 31), date(2025, 2, 28)),
        (date(2024, 5, 31), date(2024, 2, 29)),
        (date(2024, 5, 30), date(2024, 2, 29)),
        (date(2025, 1, 31), date(2024, 10, 31)),
        (date(2024, 3, 31), date(2023, 12, 31)),
    ],
)
def test_a_renewal_opens_three_months_before_by_the_corresponding_day(expires_on, opens_on):
    assert renewal_opens_at(expires_on) == datetime.combine(opens_on, datetime.min.time(), ZONE)
    assert renewal_window(expires_on)[0] == renewal_opens_at(expires_on)


def test_a_title_without_a_term_is_not_renewed():
    assert renewal_opens_at(None) is None


def test_an_expression_reads_the_title_with_the_day_its_renewal_opens():
    row = SimpleNamespace(
        kind="示范集聚区",
        granted_on=date(2021, 7, 2),
        expires_on=date(2024, 7, 2),
        status="有效",
        last_stars=1,
        last_evaluated_year=2023,
        one_star_streak=2,
    )
    assert title_fact(row) == {
        "kind": "示范集聚区",
        "granted_on": date(2021, 7, 2),
        "expires_on": date(2024, 7, 2),
        "status": "有效",
        "stars_last": 1,
        "evaluated_last": 2023,
        "one_star_streak": 2,
        "renewal_opens_on": date(2024, 4, 2),
    }


def test_who_holds_no_title_has_none_to_read():
    assert title_fact(None) is None
