"""Time in a sandbox: what fires when, in which order, and how months are counted."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.errors import ExecutionError
from engine.simulation import sandbox as simulation
from tests.unit.runtime.runtime_diagrams import begin, boundary, catch, end, flow, node, path, script, timer, user
from tests.unit.simulation.diagrams import DAY, MORNING, after, chain, sandbox


def waiting(text, unit="timeDuration", **more):
    """A case that waits for one timer and then ends."""
    return sandbox(begin(), catch("later", timer(text, unit)), end(), path("begin", "later", "done"), **more)


def reminded(cycle, **more):
    """A task with a repeating reminder; every reminder notes the instant at which it went off."""
    return sandbox(
        begin(),
        user("write"),
        boundary("remind", "write", timer(cycle, "timeCycle"), interrupts=False),
        script("note", "seen = append(seen, string(now))"),
        end(),
        end("told"),
        path("begin", "write", "done"),
        path("remind", "note", "told"),
        variables={"seen": []},
        **more,
    )


def days(case):
    """The days on which the reminders went off."""
    return [moment[:10] for moment in case.variables["seen"]]


@pytest.mark.parametrize(
    ("text", "unit", "due_at"),
    [
        ("P3D", "timeDuration", datetime(2026, 2, 3, 2, 0, tzinfo=UTC)),
        ("PT36H", "timeDuration", datetime(2026, 2, 1, 14, 0, tzinfo=UTC)),
        ("P1M", "timeDuration", datetime(2026, 2, 28, 2, 0, tzinfo=UTC)),
        ("P2M", "timeDuration", datetime(2026, 3, 31, 2, 0, tzinfo=UTC)),
        ("P1Y1M", "timeDuration", datetime(2027, 2, 28, 2, 0, tzinfo=UTC)),
        ('duration("P1M")', "timeDuration", datetime(2026, 2, 28, 2, 0, tzinfo=UTC)),
        ('= duration("PT12H")', "timeDuration", datetime(2026, 1, 31, 14, 0, tzinfo=UTC)),
        ("2026-02-10", "timeDate", datetime(2026, 2, 9, 16, 0, tzinfo=UTC)),
        ("2026-02-10T18:00:00", "timeDate", datetime(2026, 2, 10, 10, 0, tzinfo=UTC)),
        ("2026-02-10T18:00:00Z", "timeDate", datetime(2026, 2, 10, 18, 0, tzinfo=UTC)),
        ("2026-02-10T18:00:00-05:00", "timeDate", datetime(2026, 2, 10, 23, 0, tzinfo=UTC)),
        ('date(filed) + duration("P1M")', "timeDate", datetime(2026, 2, 27, 16, 0, tzinfo=UTC)),
        ("${until}", "timeDate", datetime(2026, 5, 31, 16, 0, tzinfo=UTC)),
    ],
)
def test_a_timer_goes_off_at_its_instant_and_not_before(text, unit, due_at):
    case = waiting(text, unit, variables={"filed": "2026-01-31", "until": "2026-06-01"})
    assert case.timers == [("later", due_at)]
    case.advance(to=due_at - timedelta(microseconds=1))
    assert not case.ended
    case.advance(to=due_at)
    assert (case.ended, case.timers, case.at) == (True, [], due_at)


def test_a_month_after_the_end_of_january_is_the_last_day_of_february_in_a_leap_year():
    assert waiting("P1M", at=datetime(2028, 1, 31, 2, 0, tzinfo=UTC)).timers[0][1] == datetime(
        2028, 2, 29, 2, 0, tzinfo=UTC
    )


def test_a_day_is_a_day_of_shanghai():
    """Half past midnight on 1 February in Shanghai is still January in UTC."""
    case = waiting("P1M", at=datetime(2026, 1, 31, 16, 30, tzinfo=UTC))
    assert case.timers == [("later", datetime(2026, 2, 28, 16, 30, tzinfo=UTC))]
    assert case.timers[0][1].isoformat() == "2026-03-01T00:30:00+08:00"


def test_time_may_pass_where_nothing_is_due():
    case = chain("write")
    case.advance(5 * DAY)
    assert (case.at, case.ready) == (after(5), ["write"])


def test_a_timer_that_was_due_before_goes_off_at_the_next_advance_at_the_present_instant():
    case = waiting("2020-01-01", "timeDate")
    case.advance(timedelta(0))
    assert (case.ended, case.at) == (True, MORNING)


def test_timers_fire_in_order_of_their_instants_and_not_of_their_position():
    body = (begin(), node("parallelGateway", "split"), end("late"), end("early"))
    waits = (catch("slow", timer("P5D")), catch("fast", timer("P2D")))
    case = sandbox(*body, *waits, path("begin", "split", "slow", "late"), path("split", "fast", "early"))
    assert [name for name, _ in case.timers] == ["fast", "slow"]
    case.advance(9 * DAY)
    assert case.end_events == ["early", "late"]


def test_a_timer_armed_on_the_way_counts_from_the_instant_at_which_it_was_armed():
    waits = [catch(f"wait_{number}", timer("P1M")) for number in range(3)]
    case = sandbox(begin(), *waits, user("act"), end(), path("begin", "wait_0", "wait_1", "wait_2", "act", "done"))
    case.advance(to=datetime(2026, 2, 28, 2, 0, tzinfo=UTC))
    assert case.timers == [("wait_1", datetime(2026, 3, 28, 2, 0, tzinfo=UTC))]
    case.advance(365 * DAY)
    assert case.ready == ["act"]


def test_every_timer_sees_its_own_instant_as_now():
    case = reminded("R3/P7D")
    case.advance(100 * DAY)
    assert days(case) == ["2026-02-07", "2026-02-14", "2026-02-21"]
    assert case.at == after(100)


def test_a_monthly_cycle_follows_the_calendar_without_drifting():
    case = reminded("R/P1M")
    case.advance(to=datetime(2026, 6, 30, 2, 0, tzinfo=UTC))
    assert days(case) == ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"]


def test_a_cycle_ends_with_its_task():
    case = reminded("R/P1D")
    case.advance(2 * DAY)
    case.complete("write")
    assert (case.ended, case.timers) == (True, [])


def test_a_cycle_that_began_long_ago_skips_what_was_missed():
    case = reminded("R3/2020-01-01T09:00:00/P1D")
    assert case.timers[0][1].isoformat() == "2026-02-01T09:00:00+08:00"
    case.advance(10 * DAY)
    assert days(case) == ["2026-02-01", "2026-02-02", "2026-02-03"]


def test_the_text_of_a_cycle_may_be_computed():
    case = reminded('= "R" + string(2) + "/P" + string(3) + "D"')
    case.advance(30 * DAY)
    assert days(case) == ["2026-02-03", "2026-02-06"]


def test_a_loop_that_waits_each_time_may_go_round_many_times_in_one_advance():
    body = (begin(), user("first"), catch("nightly", timer("P1D")), script("count", "n = n + 1"), end())
    choice = node("exclusiveGateway", "again", default="enough")
    flows = path("begin", "first", "nightly", "count", "again") + flow("again", "nightly", when="n < 1000")
    case = sandbox(*body, choice, flows, flow("again", "done", name="enough"), variables={"n": 0})
    case.complete("first")
    case.advance(2000 * DAY)
    assert (case.ended, case.variables, case.timers) == (True, {"n": 1000}, [])


def test_a_case_that_fires_for_ever_stops_with_the_name_of_the_timer(monkeypatch):
    monkeypatch.setattr(simulation, "MAX_FIRINGS", 20)
    case = reminded("R/PT1S")
    with pytest.raises(ExecutionError, match="remind") as caught:
        case.advance(DAY)
    assert caught.value.element_id == "remind"
    assert len(case.variables["seen"]) == 20
    assert (case.ready, case.at) == (["write"], MORNING + timedelta(seconds=21))


def test_a_timer_whose_step_fails_stops_the_clock_at_its_instant():
    body = (begin(), catch("first", timer("P1D")), catch("second", timer("when", "timeDate")), end())
    case = sandbox(*body, path("begin", "first", "second", "done"))
    with pytest.raises(ExecutionError) as caught:
        case.advance(9 * DAY)
    assert caught.value.element_id == "second"
    assert (case.at, case.timers) == (after(1), [("first", after(1))])


def test_time_does_not_run_backwards():
    case = chain("write")
    with pytest.raises(ValueError, match="backwards"):
        case.advance(-DAY)
    with pytest.raises(ValueError, match="backwards"):
        case.advance(to=after(-1))
    assert case.at == MORNING


def test_an_advance_is_either_for_a_while_or_until_an_instant():
    case = chain("write")
    with pytest.raises(ValueError, match="either"):
        case.advance()
    with pytest.raises(ValueError, match="either"):
        case.advance(DAY, to=after(1))


def test_an_instant_without_a_zone_is_in_shanghai():
    case = chain("write")
    case.advance(to=datetime.fromisoformat("2026-02-10"))
    assert case.at == datetime(2026, 2, 9, 16, 0, tzinfo=UTC)
