"""The checker of promises, checked: each kind of breach is planted in a sound case, and found."""

from __future__ import annotations

import pytest

from tests.faults.invariants import QUERIES, broken_promises, find_breaches
from tests.support import city

PLANTED = {
    "a running case waits for a person, a timer or a repair": (
        "UPDATE user_task SET state = 'cancelled' WHERE state = 'open'",
        "UPDATE timer SET state = 'cancelled' WHERE state = 'waiting'",
    ),
    "an ended case waits for nothing": ("UPDATE process_instance SET state = 'ended'",),
    "a task is submitted once, and only when it was completed": (
        "DELETE FROM submission WHERE id = (SELECT min(id) FROM submission)",
    ),
    "a completed task has one event": ("DELETE FROM history_event WHERE kind = 'task_completed'",),
    "a receipt has its event, and the task its number": ("UPDATE user_task SET receipt_number = NULL",),
    "receipts are numbered without a gap": ("UPDATE receipt SET number = '收件-2023-000002'",),
    "a timer is never early": ("UPDATE timer SET state = 'fired', fired_at = release_at - interval '1 second'",),
    "a timer that fired has one event": ("UPDATE timer SET state = 'fired', fired_at = release_at",),
    "a round has one effective case of a city": (
        "DROP INDEX uq_process_instance_round_id_applicant_id",
        "INSERT INTO process_instance OVERRIDING SYSTEM VALUE "
        """SELECT (jsonb_populate_record(c, '{"id": 999, "number": "x"}')).* FROM process_instance AS c""",
    ),
    "what was submitted in time was received in its window": (
        "UPDATE receipt SET received_at = '2023-11-16 00:00+08'",
    ),
    "an acknowledged receipt is stored once": ("DELETE FROM receipt",),
    "the history of a case verifies": ("UPDATE history_event SET comment = 'x' WHERE sequence = 3",),
    "a receipt has the digest of its items": ("UPDATE receipt SET items = '[]'",),
    "a stored file is there, unchanged": ("UPDATE material SET sha256 = repeat('0', 64)",),
}


class Undone(Exception):
    """Ends a transaction that is not to be kept."""


@pytest.fixture
def filed(offices):
    """The receipt of a case that waits for its review."""
    offices.start("dongguan", offices.open_round("city_application"))
    city.fill(offices)
    offices.complete("guangdong_government", "give_consent", city.CONSENT, files=("consent_document",))
    return offices.complete("dongguan", "submit_application", city.SUBMIT).receipt_number


def breaches_after(offices, statements, acknowledged):
    """Return what the checker says after these statements, which are undone again."""
    try:
        with offices.system.database.transaction() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for statement in statements:
                connection.exec_driver_sql(statement)
            found = find_breaches(connection, offices.system.files, acknowledged)
            raise Undone
    except Undone:
        return {breach.partition(":")[0] for breach in found}


def test_a_sound_case_breaks_no_promise(offices, filed):
    assert broken_promises(offices.system, [filed]) == []


@pytest.mark.parametrize("promise", PLANTED)
def test_a_planted_breach_is_found(offices, filed, promise):
    assert promise in breaches_after(offices, PLANTED[promise], [filed])


def test_an_acknowledged_receipt_that_was_never_stored_is_missed(offices, filed):
    assert broken_promises(offices.system, [filed, "收件-2023-000002"]) == [
        "an acknowledged receipt is stored once: 收件-2023-000002"
    ]


def test_a_file_that_is_gone_is_missed(offices, filed):
    offices.system.files.delete(next(path.name for path in offices.system.settings.files.rglob("*") if path.is_file()))

    assert broken_promises(offices.system)[0].startswith("a stored file is there, unchanged")


def test_every_promise_has_its_planted_breach():
    assert set(QUERIES) < set(PLANTED)
