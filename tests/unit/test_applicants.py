"""Which window counts for an applicant at a moment, where a round has one window per channel."""

from datetime import datetime, timedelta

import pytest

from engine.applicants import window_in_view
from engine.calendars import LevelWindow
from engine.clock import ZONE

JUNE, JULY, AUGUST = (datetime(2023, month, 1, tzinfo=ZONE) for month in (6, 7, 8))


def window(name, opens_at, closes_at):
    return LevelWindow(
        window_id=name,
        organisation_id="federation",
        level="国家",
        opens_at=opens_at,
        closes_at=closes_at,
        name=name,
        basis="",
        mark="source",
    )


EARLY = window("early", JUNE, JULY)
LATE = window("late", JUNE, AUGUST)
LATER = window("later", AUGUST, AUGUST + timedelta(days=30))


@pytest.mark.parametrize(
    ("now", "name"),
    [
        (JUNE - timedelta(days=1), "early"),
        (JUNE, "early"),
        (JULY - timedelta(microseconds=1), "early"),
        (JULY, "late"),
        (AUGUST - timedelta(microseconds=1), "late"),
        (AUGUST, "later"),
        (AUGUST + timedelta(days=30), "later"),
    ],
)
def test_the_window_that_counts_is_the_open_one_that_closes_first(now, name):
    assert window_in_view([LATER, LATE, EARLY], now).window_id == name


def test_between_two_windows_the_next_one_counts():
    assert window_in_view([EARLY, LATER], JULY + timedelta(days=1)).window_id == "later"
