"""Changes of cases as they happen: rows written for every changed case, read a few times a second.

The statement of an action writes its row itself (`engine.store.cases`), a trigger that of whatever else changes a case.

PostgreSQL's own announcements would be heard at once, but make every commit of the server wait for the one before it.

A row carries the number of the transaction that wrote it. Transactions do not end in the order of their numbers, so
each look begins at the oldest one that was still open at the look before; a change may be told twice, and never missed.
"""

from __future__ import annotations

import logging
import time
from typing import Any

import psycopg

from engine.database import Database
from engine.errors import Unavailable

logger = logging.getLogger(__name__)

#: Reported after a gap: anything may have changed meanwhile.
ANY_CASE = 0
LOOK_EVERY_SECONDS = 0.25
#: Whoever has not looked for so long cannot know what it missed; the rows are kept for longer than that.
LONGEST_GAP_SECONDS = 30
KEPT_SECONDS = 60

_CHANGES = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, coalesce(array_agg(DISTINCT instance_id), '{}')
FROM case_change WHERE changed_by >= %s
"""


class Subscription:
    """Hears of every case that changes, and survives a restart of the server. Close it after use."""

    def __init__(self, database: Database) -> None:
        """Begin to listen at the first call of `changes`."""
        self._database = database
        self._connection: psycopg.Connection[Any] | None = None
        #: The oldest transaction that was open at the last look.
        self._since = 0
        self._looked_at = 0.0

    def changes(self, timeout: float) -> set[int]:
        """Wait up to `timeout` seconds and return the ids of the cases that changed.

        After a lost connection the set holds ANY_CASE: whoever listens should look at everything again.
        """
        ends_at = time.monotonic() + timeout
        try:
            while True:
                changed = self._look()
                left = ends_at - time.monotonic()
                if changed or left <= 0:
                    return changed
                time.sleep(min(left, LOOK_EVERY_SECONDS))
        except (psycopg.Error, Unavailable):
            logger.warning("listening for changes was interrupted", extra={"action": "listening_interrupted"})
            self.close()
            time.sleep(max(0.0, ends_at - time.monotonic()))
            return set()

    def _look(self) -> set[int]:
        """Return what changed since the last look."""
        now = time.monotonic()
        has_gap = self._connection is None or now - self._looked_at > LONGEST_GAP_SECONDS
        if self._connection is None:
            self._connection = self._database.open_session()
        row = self._connection.execute(_CHANGES, (self._since,)).fetchone()
        assert row is not None
        self._since, self._looked_at = row[0], now
        return {ANY_CASE} if has_gap else set(row[1])

    def close(self) -> None:
        """Stop listening."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
