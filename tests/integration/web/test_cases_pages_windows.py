"""How windows are worded and drawn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.clock import ZONE
from engine.views import ExtensionView, RoundView, Window
from web.windows import draw_strip, exact_moment, final_day, first_day, first_moment, remaining, wall_clock

CLOSE = datetime(2023, 11, 16, tzinfo=ZONE)
FILING = Window(window_id="filing", name="申报窗口", opens_at=datetime(2023, 10, 15, tzinfo=ZONE), closes_at=CLOSE)


def round_of(*windows, extensions=()):
    return RoundView(
        round_id=1,
        procedure_id="any",
        procedure_name="事项",
        year=2023,
        title="轮次",
        document_number="",
        issued_on="",
        publicity="主动公开",
        cycle_window=None,
        gates=(),
        windows=windows,
        extensions=extensions,
        exceptions=(),
        warnings=(),
        counts={},
        state="open",
        actions=frozenset(),
    )


def order(new_close_at):
    return ExtensionView(
        level="国家",
        cohort="has_draft",
        cohort_name="",
        new_close_at=new_close_at,
        reason="拥堵",
        document_number="号",
        issued_at=CLOSE,
        issued_by="部",
        reached_cases=1,
    )


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=20, hours=14), "20 天 14 小时"),
        (timedelta(days=1), "1 天 0 小时"),
        (timedelta(days=1, seconds=-1), "23 小时 59 分"),
        (timedelta(hours=1), "1 小时 0 分"),
        (timedelta(hours=1, seconds=-1), "59 分 59 秒"),
        (timedelta(milliseconds=1), "0 分 01 秒"),
        (timedelta(0), "0 分 00 秒"),
        (timedelta(days=-3), "0 分 00 秒"),
    ],
)
def test_what_is_left_is_never_rounded_away(left, words):
    assert remaining(CLOSE, CLOSE - left) == words


def test_the_last_day_is_the_day_before_a_close_at_midnight():
    assert (first_day(FILING.opens_at), final_day(CLOSE)) == ("2023-10-15", "2023-11-15")


def test_the_last_day_of_a_close_within_a_day_is_that_day():
    assert final_day(datetime(2023, 11, 18, 18, tzinfo=ZONE)) == "2023-11-18"


def test_instants_are_worded_in_beijing_time():
    instant = datetime(2023, 11, 15, 16, 0, 1, tzinfo=UTC)
    assert exact_moment(instant) == "2023-11-16 00:00:01"
    assert wall_clock(instant) == "2023-11-16T00:00:01"


@pytest.mark.parametrize(("hour", "words"), [(0, "2023-10-15"), (6, "2023-10-15 06:00")])
def test_an_opening_within_a_day_shows_its_hour(hour, words):
    assert first_moment(datetime(2023, 10, 15, hour, tzinfo=ZONE)) == words


def test_a_strip_covers_whole_months():
    strip = draw_strip(round_of(FILING), CLOSE)
    assert [month.label for month in strip.months] == ["10 月", "11 月"]
    assert strip.months[0].x == 0


def test_a_window_stands_where_its_days_are():
    bar = draw_strip(round_of(FILING), CLOSE).bars[0]
    assert bar.x == round(100 * 14 / 61, 2)
    assert bar.x + bar.width == pytest.approx(100 * 46 / 61, abs=0.01)


def test_a_window_that_ends_with_the_month_adds_no_month():
    window = Window(window_id="w", name="窗", opens_at=FILING.opens_at, closes_at=datetime(2023, 11, 1, tzinfo=ZONE))
    strip = draw_strip(round_of(window), CLOSE)
    assert [month.label for month in strip.months] == ["10 月"]


def test_now_stands_on_the_strip_only_inside_it():
    assert draw_strip(round_of(FILING), CLOSE).now_x == round(100 * 46 / 61, 2)
    assert draw_strip(round_of(FILING), CLOSE + timedelta(days=90)).now_x is None


def test_an_extension_begins_where_the_window_it_moves_ended():
    moved = draw_strip(round_of(FILING, extensions=(order(CLOSE + timedelta(days=3)),)), CLOSE).bars[1]
    assert (moved.kind, moved.opens_at, moved.closes_at) == ("extension", CLOSE, CLOSE + timedelta(days=3))


def test_an_extension_into_the_next_year_draws_its_month():
    strip = draw_strip(round_of(FILING, extensions=(order(datetime(2024, 1, 11, tzinfo=ZONE)),)), CLOSE)
    assert [month.label for month in strip.months] == ["10 月", "11 月", "12 月", "2024 年 1 月"]


def test_a_long_strip_labels_few_months():
    window = Window(window_id="w", name="窗", opens_at=datetime(2023, 1, 1, tzinfo=ZONE), closes_at=CLOSE)
    assert len(draw_strip(round_of(window), CLOSE).months) <= 6


def test_a_round_without_windows_has_an_empty_strip():
    assert draw_strip(round_of(), CLOSE).bars == ()
