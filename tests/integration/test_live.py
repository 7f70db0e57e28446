"""Hearing of changed cases: each is told, whatever order transactions end in, and a gap is said to be one."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest

from engine import live
from engine.live import ANY_CASE, LOOK_EVERY_SECONDS, Changes
from engine.services.timers import release_due
from tests.support import city
from tests.support.processes import eventually

CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%case_change%' AND pid <> pg_backend_pid()"
TOUCH = "UPDATE process_instance SET revision = revision + 1 WHERE id = {}"


@pytest.fixture
def case_ids(offices):
    round_id = offices.open_round("city_application")
    for name in ("dongguan", "beijing"):
        offices.start(name, round_id)
    with offices.system.database.reading() as connection:
        return connection.exec_driver_sql("SELECT id FROM process_instance ORDER BY id").scalars().all()


@pytest.fixture
def changes(offices, case_ids):
    return Changes(offices.system.database)


@pytest.fixture
def subscription(changes):
    """One that has begun to listen."""
    subscription = changes.subscribe()
    assert subscription.changes(0) == {ANY_CASE}
    subscription.changes(0)
    yield subscription
    subscription.close()


def touch(offices, case_id):
    with offices.system.database.transaction() as connection:
        connection.exec_driver_sql(TOUCH.format(case_id))


def test_nothing_is_told_when_nothing_changes(subscription):
    assert subscription.changes(0.05) == set()


def test_a_changed_case_is_told_by_its_id(offices, subscription, case_ids):
    touch(offices, case_ids[0])
    assert subscription.changes(0) == {case_ids[0]}


def test_an_action_tells_of_its_case_once(offices, subscription, case_ids):
    city.fill(offices, "dongguan")
    assert subscription.changes(0) == {case_ids[0]}
    with offices.system.database.reading() as connection:
        query = "SELECT count(*) FROM case_change WHERE instance_id = %s GROUP BY changed_by"
        assert set(connection.exec_driver_sql(query, (case_ids[0],)).scalars()) == {1}


def test_a_change_is_told_once_nobody_else_is_at_work(offices, subscription, case_ids):
    touch(offices, case_ids[0])
    subscription.changes(0)
    assert subscription.changes(0) == set()


def test_a_change_is_not_told_before_its_commit(offices, subscription, case_ids):
    with offices.system.database.transaction() as connection:
        connection.exec_driver_sql(TOUCH.format(case_ids[0]))
        assert subscription.changes(0) == set()
    assert subscription.changes(0) == {case_ids[0]}


def test_a_transaction_that_ends_after_a_later_one_is_not_missed(offices, subscription, case_ids):
    with offices.system.database.transaction() as slow:
        slow.exec_driver_sql(TOUCH.format(case_ids[0]))
        touch(offices, case_ids[1])
        assert subscription.changes(0) == {case_ids[1]}
    assert case_ids[0] in subscription.changes(0)


def test_a_change_that_was_rolled_back_is_not_told(offices, subscription, case_ids):
    with offices.system.database.transaction() as connection:
        connection.exec_driver_sql(TOUCH.format(case_ids[0]) + "; ROLLBACK")
    assert subscription.changes(0) == set()


def test_whoever_did_not_look_for_long_is_told_to_look_at_everything(subscription, monkeypatch):
    monkeypatch.setattr(live, "LONGEST_GAP_SECONDS", 0)
    assert subscription.changes(0) == {ANY_CASE}


def test_a_lost_connection_is_a_gap(offices, subscription, case_ids):
    with offices.system.database.open_session() as session:
        session.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE query LIKE '%case_change%' AND pid <> pg_backend_pid()"
        )
    assert subscription.changes(0) == set()
    assert subscription.changes(0) == {ANY_CASE}


def test_everybody_who_listens_is_told_whoever_looks(offices, changes, subscription, case_ids):
    other = changes.subscribe()
    touch(offices, case_ids[0])
    assert subscription.changes(0) == {case_ids[0]}
    touch(offices, case_ids[1])
    assert other.changes(0) == set(case_ids)
    other.close()


def test_those_who_listen_share_a_connection(offices, changes, subscription):
    def count():
        with offices.system.database.open_session() as session:
            return session.execute(CONNECTIONS).fetchone()[0]

    others = [changes.subscribe() for _ in range(3)]
    assert [other.changes(0) for other in others] == [set()] * 3
    assert count() == 1
    for one in (*others, subscription):
        one.close()
    assert eventually(lambda: count() == 0)


def test_whoever_has_left_looks_no_more(offices, changes, subscription, case_ids, monkeypatch):
    subscription.close()
    touch(offices, case_ids[0])
    monkeypatch.setattr(changes, "_changed", lambda: pytest.fail("it looked"))
    assert subscription.changes(0) == set()


def test_those_who_listen_together_do_not_look_more_often_than_one(changes, subscription, monkeypatch):
    looks, look = [], changes._changed
    monkeypatch.setattr(changes, "_changed", lambda: looks.append(time.monotonic()) or look())
    others = [changes.subscribe() for _ in range(3)]
    with ThreadPoolExecutor() as everybody:
        assert list(everybody.map(lambda one: one.changes(0.6), (*others, subscription))) == [set()] * 4
    for other in others:
        other.close()
    assert looks
    assert all(later - sooner >= LOOK_EVERY_SECONDS for sooner, later in pairwise(looks))


def test_the_pulse_forgets_changes_after_a_minute_and_not_before(offices, case_ids):
    def kept():
        with offices.system.database.reading() as connection:
            return connection.exec_driver_sql("SELECT DISTINCT instance_id FROM case_change").scalars().all()

    release_due(offices.system)
    assert sorted(kept()) == case_ids
    with offices.system.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE case_change SET changed_at = changed_at - %s", (timedelta(seconds=61),))
    release_due(offices.system)
    assert kept() == []


def test_no_commit_of_an_action_waits_for_an_announcement(offices, case_ids):
    with offices.system.database.open_session() as session:
        session.execute("LISTEN case_changed")
        touch(offices, case_ids[0])
        assert list(session.notifies(timeout=0.1, stop_after=1)) == []
