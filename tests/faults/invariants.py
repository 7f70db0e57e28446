"""The promises that hold after every fault, checked from the rows and files alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import Connection

from engine.audit import GENESIS, canonical, digests, first_broken_link
from engine.files import FileStore
from engine.store.history import read_chain
from engine.system import System

#: Promise -> a query that returns the rows that break it.
QUERIES = {
    "a running case waits for a person, a timer or a repair": """
        SELECT id FROM process_instance AS c WHERE state = 'running'
        AND NOT EXISTS (SELECT FROM user_task WHERE instance_id = c.id AND state = 'open')
        AND NOT EXISTS (SELECT FROM timer WHERE instance_id = c.id AND state = 'waiting')""",
    "an ended case waits for nothing": """
        SELECT c.id FROM process_instance AS c WHERE state = 'ended'
        AND (EXISTS (SELECT FROM user_task WHERE instance_id = c.id AND state = 'open')
          OR EXISTS (SELECT FROM timer WHERE instance_id = c.id AND state = 'waiting'))""",
    "a task is submitted once, and only when it was completed": """
        SELECT t.id FROM user_task AS t LEFT JOIN submission AS s ON s.task_id = t.id
        GROUP BY t.id HAVING count(s.id) <> CASE WHEN t.state = 'completed' THEN 1 ELSE 0 END""",
    "a completed task has one event": """
        SELECT t.instance_id FROM user_task AS t WHERE state = 'completed' GROUP BY t.instance_id
        HAVING count(*) <> (SELECT count(*) FROM history_event
                            WHERE instance_id = t.instance_id AND kind = 'task_completed')""",
    "a receipt has its event, and the task its number": """
        SELECT r.number FROM receipt AS r
        WHERE (SELECT count(*) FROM history_event WHERE instance_id = r.instance_id AND kind = 'receipt_issued'
               AND details ->> 'number' = r.number) <> 1
        OR (SELECT count(*) FROM user_task WHERE receipt_number = r.number AND instance_id = r.instance_id) <> 1""",
    "receipts are numbered without a gap": """
        SELECT 1 FROM receipt HAVING count(*) <> coalesce(max(right(number, 6)::int), 0)""",
    "a timer is never early": "SELECT id FROM timer WHERE state = 'fired' AND fired_at < release_at",
    "a timer that fired has one event": """
        SELECT instance_id FROM timer AS t WHERE state = 'fired' AND message IS NULL GROUP BY instance_id
        HAVING count(*) <> (SELECT count(*) FROM history_event
                            WHERE instance_id = t.instance_id AND kind IN ('timer_fired', 'window_closed'))""",
    "a round has one effective case of a city": """
        SELECT applicant_id FROM process_instance WHERE is_effective GROUP BY round_id, applicant_id
        HAVING count(*) > 1""",
    "what was submitted in time was received in its window": """
        SELECT r.number FROM receipt AS r JOIN process_instance AS c ON c.id = r.instance_id
        WHERE r.received_at >= (c.windows -> 'filing' ->> 'closes_at')::timestamptz""",
}


def broken_promises(system: System, acknowledged: Iterable[str] = ()) -> list[str]:
    """Return every promise that does not hold, with the rows that break it.

    Args:
        system: the system, after the fault.
        acknowledged: numbers of the receipts that clients have seen.
    """
    with system.database.reading() as connection:
        return find_breaches(connection, system.files, acknowledged)


def find_breaches(connection: Connection, files: FileStore, acknowledged: Iterable[str]) -> list[str]:
    """Do the same on a connection that is already open."""
    found = [f"{promise}: {rows}" for promise, query in QUERIES.items() if (rows := _rows(connection, query))]
    return [
        *found,
        *_lost(connection, acknowledged),
        *_unlinked(connection),
        *_changed_receipts(connection),
        *_files(files, connection),
    ]


def _rows(connection: Connection, query: str) -> list[tuple]:
    return [tuple(row) for row in connection.exec_driver_sql(query)]


def _lost(connection: Connection, acknowledged: Iterable[str]) -> list[str]:
    stored = [number for (number,) in _rows(connection, "SELECT number FROM receipt")]
    return [f"an acknowledged receipt is stored once: {one}" for one in acknowledged if stored.count(one) != 1]


def _unlinked(connection: Connection) -> list[str]:
    broken = []
    for case_id, length, head in _rows(connection, "SELECT id, last_sequence, last_hash FROM process_instance"):
        chain = read_chain(connection, case_id)
        last = chain[-1][1] if chain else GENESIS
        if first_broken_link(chain) is not None or (len(chain), last) != (length, bytes(head)):
            broken.append(f"the history of a case verifies: {case_id}")
    return broken


def _changed_receipts(connection: Connection) -> list[str]:
    rows = _rows(connection, "SELECT number, items, content_sha256, content_sm3 FROM receipt")
    return [
        f"a receipt has the digest of its items: {number}"
        for number, items, sha256, sm3 in rows
        if digests(canonical(items)) != (sha256, sm3)
    ]


def _files(files: FileStore, connection: Connection) -> list[str]:
    rows = _rows(connection, "SELECT id, storage_name, sha256 FROM material WHERE removed_at IS NULL OR is_frozen")
    return [f"a stored file is there, unchanged: {one}" for one, name, sha256 in rows if _digest(files, name) != sha256]


def _digest(files: FileStore, name: str) -> str:
    path = files.path(name)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""
