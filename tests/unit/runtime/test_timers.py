"""When timers are due, and what happens when they go off. Midnight in Asia/Shanghai is 16:00 UTC of the day before."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.errors import ExecutionError
from engine.runtime import Context, start
from engine.runtime.moments import due_after, parse_cycle, parse_duration, parse_instant
from tests.unit.runtime.runtime_diagrams import MORNING, Case, begin, boundary, catch, end, path, read, timer, user


def waiting_for(text, unit="timeDuration", now=datetime(2026, 1, 31, 2, 0, tzinfo=UTC), **variables):
    definition = read(begin(), catch("later", timer(text, unit)), end(), path("begin", "later", "done"))
    return Case(definition, now=now, **variables)


@pytest.mark.parametrize(
    ("text", "unit", "due_at"),
    [
        ("P1D", "timeDuration", datetime(2026, 2, 1, 2, 0, tzinfo=UTC)),
        ("PT36H", "timeDuration", datetime(2026, 2, 1, 14, 0, tzinfo=UTC)),
        ("P2W", "timeDuration", datetime(2026, 2, 14, 2, 0, tzinfo=UTC)),
        ("P1M", "timeDuration", datetime(2026, 2, 28, 2, 0, tzinfo=UTC)),
        ("P1Y1M", "timeDuration", datetime(2027, 2, 28, 2, 0, tzinfo=UTC)),
        ("2026-02-10", "timeDate", datetime(2026, 2, 9, 16, 0, tzinfo=UTC)),
        ("2026-02-10T09:00:00", "timeDate", datetime(2026, 2, 10, 1, 0, tzinfo=UTC)),
        ("2026-02-10T09:00:00Z", "timeDate", datetime(2026, 2, 10, 9, 0, tzinfo=UTC)),
        ('date("2026-02-10")', "timeDate", datetime(2026, 2, 9, 16, 0, tzinfo=UTC)),
        ('now + duration("P3D")', "timeDate", datetime(2026, 2, 3, 2, 0, tzinfo=UTC)),
        ('duration("P3D")', "timeDuration", datetime(2026, 2, 3, 2, 0, tzinfo=UTC)),
        ('duration("P1M")', "timeDuration", datetime(2026, 2, 28, 2, 0, tzinfo=UTC)),
        ("${deadline}", "timeDate", datetime(2026, 5, 31, 16, 0, tzinfo=UTC)),
    ],
)
def test_a_timer_is_due_at_an_absolute_instant(text, unit, due_at):
    assert waiting_for(text, unit, deadline="2026-06-01").due() == {"later": due_at}


def test_a_month_after_the_end_of_january_is_the_end_of_february_also_in_a_leap_year():
    case = waiting_for("P1M", now=datetime(2028, 1, 31, 2, 0, tzinfo=UTC))
    assert case.due() == {"later": datetime(2028, 2, 29, 2, 0, tzinfo=UTC)}


def test_months_are_counted_on_the_wall_clock_of_shanghai():
    case = waiting_for("P1M", now=datetime(2026, 1, 30, 17, 0, tzinfo=UTC))
    assert case.due() == {"later": datetime(2026, 2, 27, 17, 0, tzinfo=UTC)}


def test_a_timer_waits_for_the_caller_even_when_it_is_long_due():
    case = waiting_for("PT1S").later(days=400)
    assert case.waiting == ["later"]
    assert case.fire("later").last.is_ended


def test_a_timer_in_the_past_is_armed_and_not_skipped():
    case = waiting_for("2020-01-01", "timeDate")
    assert case.due() == {"later": datetime(2019, 12, 31, 16, 0, tzinfo=UTC)}


def test_a_timer_without_a_time_at_run_time_names_its_element():
    with pytest.raises(ExecutionError, match="later") as caught:
        waiting_for("deadline", "timeDate", deadline=None)
    assert caught.value.element_id == "later"


def test_an_action_without_the_present_instant_cannot_arm_a_timer():
    definition = read(begin(), catch("later", timer("P1D")), end(), path("begin", "later", "done"))
    with pytest.raises(ExecutionError, match="缺少当前时间"):
        start(Context(definition=definition, variables={}, facts={}))


@pytest.fixture
def reminded():
    definition = read(
        begin(),
        user("write"),
        boundary("remind", "write", timer("R3/P1M", "timeCycle"), interrupts=False),
        user("read_reminder"),
        end(),
        end("told"),
        path("begin", "write", "done"),
        path("remind", "read_reminder", "told"),
    )
    return Case(definition)


def test_a_non_interrupting_timer_leaves_the_task_open(reminded):
    reminded.fire("remind")
    assert sorted(reminded.open) == ["read_reminder", "write"]
    assert reminded.last.closed == ()


def test_a_monthly_cycle_is_armed_again_without_drifting(reminded):
    dues = [reminded.due()["remind"]]
    reminded.now = dues[-1]
    dues.append(reminded.fire("remind").due()["remind"])
    reminded.now = dues[-1]
    dues.append(reminded.fire("remind").due()["remind"])
    assert [due.date().isoformat() for due in dues] == ["2026-02-28", "2026-03-31", "2026-04-30"]


def test_a_repeated_timer_waits_as_a_new_token(reminded):
    first = reminded.token("remind")
    reminded.fire("remind")
    assert [armed.element_id for armed in reminded.last.armed] == ["remind"]
    assert reminded.token("remind") != first


def test_a_cycle_ends_after_its_last_repetition(reminded):
    reminded.fire("remind").fire("remind").fire("remind")
    assert reminded.due() == {}
    assert reminded.open.count("read_reminder") == 3


def test_a_late_cycle_goes_off_once_and_skips_what_it_missed(reminded):
    reminded.later(days=80).fire("remind")
    assert reminded.open.count("read_reminder") == 1
    assert reminded.due()["remind"].date().isoformat() == "2026-04-30"


def test_the_end_of_the_task_takes_a_repeating_timer_back_and_leaves_its_branches(reminded):
    reminded.fire("remind")
    armed = reminded.token("remind")
    reminded.do("write")
    assert reminded.last.disarmed == (armed,)
    assert reminded.open == ["read_reminder"]
    assert reminded.do("read_reminder").last.is_ended


def test_a_cycle_may_begin_at_a_day_in_the_future():
    definition = read(
        begin(),
        user("write"),
        boundary("remind", "write", timer("R/2026-03-01/P1Y", "timeCycle"), interrupts=False),
        end(),
        end("told"),
        path("begin", "write", "done"),
        path("remind", "told"),
    )
    case = Case(definition)
    assert case.due()["remind"] == datetime(2026, 2, 28, 16, 0, tzinfo=UTC)
    case.now = case.due()["remind"]
    assert case.fire("remind").due()["remind"] == datetime(2027, 2, 28, 16, 0, tzinfo=UTC)


def test_a_very_late_cycle_of_seconds_is_computed_and_not_counted_through():
    start_of_century = datetime(2000, 1, 1, tzinfo=UTC)
    count = parse_duration("PT1S").next_after(start_of_century, start_of_century + timedelta(days=30_000), 1)
    assert count == 30_000 * 86_400 + 1


@pytest.mark.parametrize("text", ["P", "PT", "P1", "1D", "P1.5M", "P-1D", "--P1D", "p1d", "P1D2M", "P9999999D"])
def test_a_malformed_duration_is_refused(text):
    with pytest.raises(ValueError, match=r"时长|整数|零"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "seconds"), [("PT0S", 0), ("P0D", 0), ("-P1D", -86_400), ("-P1DT0S", -86_400), ("PT1H", 3600)]
)
def test_a_length_of_time_means_the_same_as_text_and_as_a_value(text, seconds):
    due_at = MORNING + timedelta(seconds=seconds)
    assert due_after(text, MORNING) == due_after(timedelta(seconds=seconds), MORNING) == due_at


def test_a_month_can_be_counted_backwards():
    assert due_after("-P2M", MORNING) == datetime(2025, 11, 30, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["PT0S", 'duration("PT0S")', "wait", "duration(wait)"])
def test_a_timer_without_length_is_due_at_once_and_waits_to_be_fired(text):
    definition = read(begin(), catch("later", timer(text)), end(), path("begin", "later", "done"))
    case = Case(definition, wait="-P1DT0S")
    assert case.due()["later"] <= MORNING
    assert case.fire("later").last.is_ended


@pytest.mark.parametrize("text", ["P9999Y", "-P9999Y", "P999999W", "0001-01-01", "9999-12-31 16:00:00+00:00"])
def test_a_time_outside_of_the_calendar_is_refused_in_chinese(text):
    with pytest.raises(ValueError, match=r"^[^A-Za-z]*超出了日历的范围$"):
        due_after(text, MORNING)


def test_a_cycle_that_leaves_the_calendar_stops_with_its_element():
    definition = read(begin(), catch("later", timer("wait", "timeCycle")), end(), path("begin", "later", "done"))
    with pytest.raises(ExecutionError, match="超出了日历的范围") as caught:
        Case(definition, wait="R/P9999Y")
    assert caught.value.element_id == "later"


@pytest.mark.parametrize(
    "text", ["R", "R/", "R3", "R3/2026-01-01", "R0/P1D", "R3/P1D/P2D", "R-1/P1D", "R3/-P1D", "R/P0D"]
)
def test_a_malformed_cycle_is_refused(text):
    with pytest.raises(ValueError, match=r"重复|时长|日期|大于零"):
        parse_cycle(text)


@pytest.mark.parametrize("text", ["2026-13-01", "tomorrow", "2026-02-30", "10:00"])
def test_a_malformed_instant_is_refused(text):
    with pytest.raises(ValueError, match="日期或时间"):
        parse_instant(text)
