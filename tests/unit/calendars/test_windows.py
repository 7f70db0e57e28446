"""Windows at several levels: shortening, extension orders, and what an owner is warned about."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from engine.calendars import (
    Extension,
    LevelWindow,
    check_shortened,
    effective_window,
    load_calendar,
    warnings_for_window,
    window_of_days,
)

CALENDAR = load_calendar((Path(__file__).parents[3] / "bpmn/calendars/cn.yaml").read_text(encoding="utf-8"))
CHAIN = ("miit", "guangdong", "dongguan_bureau", "dongguan")


def shanghai(text):
    return datetime.fromisoformat(text + "+08:00")


def window(organisation, level, first=date(2023, 10, 15), last=date(2023, 11, 15)):
    opens_at, closes_at = window_of_days(first, last)
    return LevelWindow(
        window_id="filing",
        organisation_id=organisation,
        level=level,
        opens_at=opens_at,
        closes_at=closes_at,
        name="申报窗口",
    )


def extension(organisation, new_close, cohort="everyone", **changes):
    order = Extension(
        window_id="filing",
        organisation_id=organisation,
        cohort=cohort,
        new_close_at=shanghai(new_close),
        issued_at=shanghai("2023-11-14T12:00"),
        original_close_at=shanghai("2023-11-16T00:00"),
    )
    return replace(order, **changes)


MINISTRY = window("miit", "国家")
PROVINCE = window("guangdong", "省级", last=date(2023, 11, 10))
CITY = window("dongguan_bureau", "地市级", first=date(2023, 10, 27), last=date(2023, 11, 8))


def effective(windows=(MINISTRY,), extensions=(), chain=CHAIN, draft_begun_at=None):
    return effective_window(windows, extensions, chain=chain, applicant_id=chain[-1], draft_begun_at=draft_begun_at)


def test_a_window_is_open_at_its_first_instant():
    assert MINISTRY.is_open(shanghai("2023-10-15T00:00"))


def test_a_window_is_open_one_microsecond_before_midnight_of_its_last_day():
    assert MINISTRY.is_open(shanghai("2023-11-15T23:59:59.999999"))


def test_a_window_is_closed_at_midnight():
    assert not MINISTRY.is_open(shanghai("2023-11-16T00:00"))


def test_a_window_needs_a_known_level():
    with pytest.raises(ValueError, match="unknown level"):
        window("miit", "全国")


def test_a_window_needs_instants_with_a_zone():
    with pytest.raises(ValueError, match="aware"):
        replace(MINISTRY, opens_at=datetime.fromisoformat("2023-10-15T00:00"))


def test_an_order_needs_a_known_cohort():
    with pytest.raises(ValueError, match="unknown cohort"):
        extension("miit", "2023-11-20T00:00", cohort="friends")


def test_a_lower_level_may_shorten():
    assert check_shortened(MINISTRY, PROVINCE) == ()


def test_a_lower_level_may_repeat_the_upper_window():
    assert check_shortened(MINISTRY, window("guangdong", "省级")) == ()


@pytest.mark.parametrize(
    ("lower", "sentence"),
    [
        (window("guangdong", "省级", last=date(2023, 11, 16)), "只能提前，不能推后"),
        (window("guangdong", "省级", first=date(2023, 10, 14)), "只能推后，不能提前"),
        (window("other", "国家"), "只能由下级单位缩短"),
        (replace(PROVINCE, closes_at=PROVINCE.opens_at), "没有可以申报的时间"),
    ],
)
def test_anything_but_shortening_is_named(lower, sentence):
    (problem,) = check_shortened(MINISTRY, lower)
    assert sentence in problem


def test_an_applicant_without_lower_windows_has_the_ministrys():
    assert effective() == MINISTRY


def test_the_most_specific_window_of_the_chain_counts():
    assert effective((CITY, MINISTRY, PROVINCE)) == CITY


def test_a_window_of_another_province_does_not_count():
    assert effective((MINISTRY, window("beijing_bureau", "省级", last=date(2023, 11, 1)))) == MINISTRY


def test_a_chain_without_any_window_is_an_error():
    with pytest.raises(ValueError, match="no office of the chain"):
        effective((CITY,), chain=("miit", "beijing"))


def test_an_organisation_at_two_levels_gives_its_stricter_window():
    both = (window("shenzhen", "省级"), window("shenzhen", "地市级", last=date(2023, 11, 9)))
    assert effective((MINISTRY, *both), chain=("miit", "shenzhen")).closes_at == shanghai("2023-11-10T00:00")


def test_an_order_for_everyone_moves_the_close():
    assert effective(extensions=[extension("miit", "2023-11-21T00:00")]).closes_at == shanghai("2023-11-21T00:00")


def test_the_order_of_another_window_does_not_count():
    order = extension("miit", "2023-11-21T00:00", window_id="review")
    assert effective(extensions=[order]) == MINISTRY


def test_an_order_never_brings_a_close_forward():
    assert effective(extensions=[extension("miit", "2023-11-11T00:00")]) == MINISTRY


def test_the_latest_close_of_several_orders_counts():
    orders = [extension("miit", "2023-11-25T00:00"), extension("miit", "2023-11-21T00:00")]
    assert effective(extensions=orders).closes_at == shanghai("2023-11-25T00:00")


def test_an_order_of_the_ministry_leaves_a_shorter_provincial_window():
    assert effective((MINISTRY, PROVINCE), [extension("miit", "2023-11-21T00:00")]) == PROVINCE


def test_a_provincial_order_may_use_the_time_up_to_the_ministrys_close():
    result = effective((MINISTRY, PROVINCE), [extension("guangdong", "2023-11-14T00:00")])
    assert (result.organisation_id, result.closes_at) == ("guangdong", shanghai("2023-11-14T00:00"))


def test_a_provincial_order_never_passes_the_ministrys_close():
    result = effective((MINISTRY, PROVINCE), [extension("guangdong", "2023-12-01T00:00")])
    assert result.closes_at == MINISTRY.closes_at


def test_a_provincial_order_may_follow_an_order_of_the_ministry():
    orders = [extension("guangdong", "2023-12-01T00:00"), extension("miit", "2023-11-21T00:00")]
    assert effective((MINISTRY, PROVINCE), orders).closes_at == shanghai("2023-11-21T00:00")


@pytest.mark.parametrize(
    ("draft_begun_at", "close"),
    [
        (None, "2023-11-16T00:00"),
        ("2023-11-15T23:59:59", "2023-11-21T00:00"),
        ("2023-11-16T00:00", "2023-11-16T00:00"),
    ],
)
def test_an_order_for_drafts_reaches_those_begun_before_the_original_close(draft_begun_at, close):
    begun = shanghai(draft_begun_at) if draft_begun_at else None
    order = extension("miit", "2023-11-21T00:00", cohort="has_draft")
    assert effective(extensions=[order], draft_begun_at=begun).closes_at == shanghai(close)


@pytest.mark.parametrize(("named", "close"), [("dongguan", "2023-11-21T00:00"), ("shenzhen", "2023-11-16T00:00")])
def test_an_order_for_named_applicants_reaches_only_them(named, close):
    order = extension("miit", "2023-11-21T00:00", cohort="organisations", organisations=(named,))
    assert effective(extensions=[order]).closes_at == shanghai(close)


def test_a_window_that_ends_on_a_sunday_is_warned_about():
    (warning,) = warnings_for_window(window("miit", "国家", date(2026, 10, 15), date(2026, 11, 15)), None, CALENDAR)
    assert "2026-11-15是周日，不是工作日" in warning


def test_a_window_that_ends_on_a_working_day_is_not_warned_about():
    assert warnings_for_window(MINISTRY, None, CALENDAR) == ()


def test_a_notice_later_than_its_window_is_warned_about():
    (warning,) = warnings_for_window(MINISTRY, date(2023, 10, 25), CALENDAR)
    assert "晚10天" in warning


def test_a_notice_on_the_first_day_is_not_warned_about():
    assert warnings_for_window(MINISTRY, date(2023, 10, 15), CALENDAR) == ()


def test_a_year_without_a_notice_is_warned_about():
    (warning,) = warnings_for_window(window("miit", "国家", date(2027, 10, 15), date(2027, 11, 15)), None, CALENDAR)
    assert "2027年的放假安排未公布，按周末推算" in warning
