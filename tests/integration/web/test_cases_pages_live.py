"""Streams of revisions: who gets one, what it says, and that a place is given back."""

from __future__ import annotations

import threading
import time

import pytest

from engine.services import cases
from tests.support import city
from tests.support.city import AGREE
from web import live
from web.live import Places, Stream


class Announcements:
    """A subscription that says what the test puts before it, one set of case ids at a time."""

    def __init__(self, *sets):
        self.sets = list(sets)
        self.is_closed = False

    def changes(self, timeout):
        return self.sets.pop(0) if self.sets else set()

    def close(self):
        self.is_closed = True


@pytest.fixture
def impatient(monkeypatch):
    """Streams that look often and say soon that they still live."""
    monkeypatch.setattr(live, "KEEP_ALIVE_SECONDS", 0.05)
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(live, "PAUSE_SECONDS", 0)


@pytest.fixture
def filed(offices):
    offices.start("dongguan", offices.open_round("city_application"))
    return city.file_application(offices)


def open_stream(browser, path):
    """Ask for a stream and return its answer, unread."""
    return browser.client.get(path, buffered=False)


def nobody_left():
    return False


def test_places_run_out():
    places = Places(2)
    assert [places.take(reader) for reader in (1, 2, 3)] == [True, True, False]


def test_one_reader_cannot_take_every_place():
    places = Places(100)
    taken = [places.take(7) for _ in range(live.STREAMS_PER_READER + 1)]
    assert taken == [True] * live.STREAMS_PER_READER + [False]
    assert places.take(8)


def test_a_place_given_back_can_be_taken_again():
    places = Places(1)
    places.take(1)
    places.give_back(1)
    assert places.taken == 0
    assert places.take(2)


def test_a_stream_wakes_for_its_own_case(impatient):
    assert Stream(Announcements({3}, {5}), 5, lambda: None).wait(nobody_left)


def test_a_stream_sleeps_through_other_cases(impatient):
    assert not Stream(Announcements({3}, {4}), 5, lambda: None).wait(nobody_left)


@pytest.mark.parametrize(("case_id", "announced"), [(None, {3}), (5, {live.ANY_CASE})])
def test_a_stream_of_everything_and_a_gap_wake_for_anything(impatient, case_id, announced):
    assert Stream(Announcements(announced), case_id, lambda: None).wait(nobody_left)


def test_a_reader_who_left_closes_the_stream(impatient):
    given_back = []
    subscription = Announcements()
    stream = Stream(subscription, 5, lambda: given_back.append(1))
    assert not stream.wait(lambda: True)
    assert stream.is_closed
    assert subscription.is_closed
    assert given_back == [1]


def test_closing_twice_gives_one_place_back():
    given_back = []
    stream = Stream(Announcements(), 5, lambda: given_back.append(1))
    stream.close()
    stream.close()
    assert given_back == [1]


def test_a_stream_begins_with_the_present_revision(browse, offices, filed):
    answer = open_stream(browse("dongguan"), f"/cases/{filed}/events")
    revision = cases.read_case_revision(offices.system, offices.actor("dongguan"), filed)
    first = next(answer.response)
    answer.close()
    assert answer.mimetype == "text/event-stream"
    assert first.decode().endswith(f"data: {revision}\n\n")


def test_a_stream_tells_the_next_revision_when_the_case_moves(browse, offices, filed):
    answer = open_stream(browse("dongguan"), f"/cases/{filed}/events")
    told = iter(answer.response)
    next(told)
    mover = threading.Timer(0.2, offices.complete, args=("guangdong_department", "review_by_province", AGREE))
    mover.start()
    event = next(told).decode()
    mover.join()
    answer.close()
    assert event.endswith(f"data: {cases.read_case_revision(offices.system, offices.actor('dongguan'), filed)}\n\n")


def test_a_silent_stream_says_that_it_still_lives(browse, filed, monkeypatch):
    monkeypatch.setattr(live, "KEEP_ALIVE_SECONDS", 0.05)
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.02)
    answer = open_stream(browse("dongguan"), f"/cases/{filed}/events")
    told = iter(answer.response)
    next(told)
    comment = next(told).decode()
    answer.close()
    assert comment.startswith(":")


def test_a_stream_ends_after_its_lifetime(browse, filed, impatient, monkeypatch):
    monkeypatch.setattr(live, "LIFETIME_SECONDS", 0.1)
    begun_at = time.monotonic()
    open_stream(browse("dongguan"), f"/cases/{filed}/events").get_data()
    assert time.monotonic() - begun_at < 5


def test_a_stream_ends_with_its_server(browse, app, filed, monkeypatch):
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.01)
    told = iter(open_stream(browse("dongguan"), f"/cases/{filed}/events").response)
    next(told)
    live.places_of(app).ending.set()
    assert next(told).decode().startswith(":")
    assert list(told) == []
    assert live.places_of(app).taken == 0


def test_beyond_the_cap_a_page_is_told_to_poll(browse, app, filed):
    app.config["SERVER_THREADS"] = live.THREADS_PER_STREAM
    browser, other = browse("dongguan"), browse("guangdong_department")
    held = open_stream(browser, f"/cases/{filed}/events")
    refused = open_stream(other, f"/cases/{filed}/events")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "30"
    held.close()
    answer = open_stream(other, f"/cases/{filed}/events")
    answer.close()
    assert answer.status_code == 200


def test_a_refused_reader_takes_no_place(browse, app, filed):
    app.config["SERVER_THREADS"] = live.THREADS_PER_STREAM
    assert open_stream(browse("beijing"), f"/cases/{filed}/events").status_code == 404
    assert live.places_of(app).taken == 0


def test_a_stream_ends_when_its_reader_may_no_longer_see_the_case(browse, filed, impatient, monkeypatch):
    answer = open_stream(browse("dongguan"), f"/cases/{filed}/events")
    told = iter(answer.response)
    next(told)
    monkeypatch.setattr("engine.services.cases.may", lambda *_: False)
    monkeypatch.setattr(Stream, "wait", lambda *_: True)
    assert list(told) == []


def test_the_monitor_has_a_stream_of_everything(browse, filed):
    answer = open_stream(browse("administrator"), "/monitor/events")
    first = next(answer.response)
    answer.close()
    assert b"event: revision" in first
