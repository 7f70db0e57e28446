from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest

from engine import pulse
from engine.clock import FixedClock
from engine.errors import Unavailable
from engine.leases import give_up_lease, read_last_beat, record_beat, take_lease
from engine.pulse import Pulse


@pytest.fixture
def take(database):
    def take_for(holder, seconds=60.0):
        with database.transaction() as connection:
            return take_lease(connection, "pulse", holder, seconds)

    return take_for


def test_the_first_to_ask_holds_the_lease(take):
    assert take("a") == 1


def test_a_held_lease_is_given_to_nobody_else(take):
    take("a")

    assert take("b") is None


def test_the_holder_renews_without_a_new_fence(take):
    take("a")

    assert take("a") == 1


def test_a_lease_that_ran_out_is_taken_over_with_a_higher_fence(take):
    take("a", seconds=-1)

    assert take("b") == 2


def test_a_given_up_lease_is_taken_over_at_once(take, database):
    fence = take("a")
    with database.transaction() as connection:
        give_up_lease(connection, "pulse", fence)

    assert take("b") == 2


def test_what_a_former_holder_writes_is_refused(take, database):
    former = take("a", seconds=-1)
    take("b")

    with database.transaction() as connection:
        assert record_beat(connection, "pulse", former) is None
        assert read_last_beat(connection, "pulse") is None


def test_a_former_holder_cannot_give_up_the_lease_of_the_next(take, database):
    former = take("a", seconds=-1)
    take("b")
    with database.transaction() as connection:
        give_up_lease(connection, "pulse", former)

    assert take("c") is None


@pytest.fixture
def released(monkeypatch):
    """What each beat handed over: a stand-in for the service, with a list of what is due."""
    calls, heard = [], Event()

    class Due:
        next_due_at = None
        error = None

        def __call__(self, system):
            calls.append(system.clock.now())
            heard.set()
            if self.error is not None:
                raise self.error
            return 3, self.next_due_at

    due = Due()
    due.calls, due.heard = calls, heard
    monkeypatch.setattr(pulse, "release_due", due)
    return due


def test_a_beat_hands_over_what_is_due(system, released):
    assert Pulse(system).beat() == 3
    assert released.calls == [system.clock.now()]


def test_a_beat_is_recorded(system, released):
    Pulse(system).beat()

    with system.database.reading() as connection:
        age = system.wall.now() - read_last_beat(connection, pulse.LEASE)
    assert age < timedelta(seconds=5)


def test_a_second_pulse_stands_by(system, released):
    first, second = Pulse(system), Pulse(system)
    first.beat()

    assert second.beat() == 0
    assert (first.is_holder, second.is_holder) == (True, False)
    assert len(released.calls) == 1


def test_a_pulse_in_waiting_takes_over_from_one_that_stopped_renewing(system, released):
    Pulse(system, lease=timedelta(seconds=-1)).beat()
    second = Pulse(system)

    assert second.beat() == 3


def test_a_pulse_that_slept_through_its_lease_finds_out(system, released):
    sleeper, next_one = Pulse(system, lease=timedelta(seconds=-1)), Pulse(system)
    sleeper.beat()
    next_one.beat()

    assert sleeper.beat() == 0
    assert not sleeper.is_holder


def test_a_pulse_loses_the_lease_when_it_sleeps_in_the_middle_of_a_beat(system, released, monkeypatch):
    sleeper = Pulse(system, lease=timedelta(seconds=-1))
    awake = Pulse(system)

    def sleep_meanwhile(_system):
        released.calls.append("sleeping")
        if len(released.calls) == 1:
            awake.beat()
        return 0, None

    monkeypatch.setattr(pulse, "release_due", sleep_meanwhile)
    sleeper.beat()

    assert (sleeper.is_holder, awake.is_holder) == (False, True)


def test_a_beat_survives_a_database_that_is_away(system, released):
    beating = Pulse(system)
    released.error = Unavailable()
    missed = beating.beat()
    released.error = None

    assert missed == 0
    assert beating.beat() == 3


@pytest.fixture
def started(system, released):
    """A running pulse that has just beaten and would by itself not beat again soon."""
    beating = Pulse(replace(system, settings=replace(system.settings, mode="production")))

    def start():
        beating.start()
        assert released.heard.wait(10)
        released.heard.clear()
        return beating

    yield start
    beating.stop()


def test_a_pulse_beats_when_it_is_started(started, released):
    started()

    assert len(released.calls) == 1


def test_a_pulse_wakes_when_asked(started, released):
    started().wake()

    assert released.heard.wait(3)


def test_a_pulse_wakes_at_the_next_due_instant(started, released, clock):
    released.next_due_at = clock.now() + timedelta(seconds=0.5)
    started()

    assert released.heard.wait(3)


def test_a_due_instant_in_the_past_of_the_clock_wakes_at_once(started, released, clock):
    released.next_due_at = clock.now() - timedelta(days=3)
    started()

    assert released.heard.wait(3)


def test_a_stopped_pulse_makes_room_at_once(system, released):
    first = Pulse(system)
    first.start()
    released.heard.wait(10)
    first.stop()

    assert Pulse(system).beat() == 3


def test_a_takeover_takes_less_than_thirty_seconds():
    assert timedelta(seconds=30) >= pulse.PRODUCTION_INTERVAL * (pulse.INTERVALS_PER_LEASE + 1)


def test_a_jump_of_the_simulated_clock_is_noticed_within_five_seconds():
    assert timedelta(seconds=5) >= pulse.DEMONSTRATION_INTERVAL


def test_the_pulse_uses_the_clock_of_the_system(system, released):
    far = FixedClock(system.clock.now() + timedelta(days=400))
    Pulse(replace(system, clock=far)).beat()

    assert released.calls == [far.now()]
