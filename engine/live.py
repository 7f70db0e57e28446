"""Changes of cases as they happen: rows written for every changed case, read a few times a second.

The statement of an action writes its row itself (`engine.store.cases`), a trigger that of whatever else changes a case.

PostgreSQL's own announcements would be heard at once, but make every commit of the server wait for the one before it.

A row carries the number of the transaction that wrote it. Transactions do not end in the order of their numbers, so
each look begins at the oldest one that was still open at the look before; a change may be told twice, and never missed.
"""

from __future__ import annotations

import logging
import time
from threading import Lock
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


class Changes:
    """Looks for everybody in this process who listens, whoever of them asks first, on one connection."""

    def __init__(self, database: Database) -> None:
        """Look for nobody yet."""
        self._database = database
        self._lock = Lock()
        self._listening: set[Subscription] = set()
        self._connection: psycopg.Connection[Any] | None = None
        #: The oldest transaction that was open at the last look.
        self._since = 0
        self._looked_at = 0.0

    def subscribe(self) -> Subscription:
        """Begin to listen: the subscription is told of every change from now on."""
        with self._lock:
            subscription = Subscription(self)
            self._listening.add(subscription)
        return subscription

    def leave(self, subscription: Subscription) -> None:
        """Stop listening; the connection is kept as long as anybody listens."""
        with self._lock:
            self._listening.discard(subscription)
            if not self._listening:
                self._disconnect()

    def look(self, subscription: Subscription, freshness: float) -> set[int]:
        """Return what a subscription was not told yet; look for everybody if that was `freshness` seconds ago.

        Raises:
            psycopg.Error, Unavailable: the server cannot be asked; a later look, which may be anybody's, is a new try.
        """
        with self._lock:
            if subscription in self._listening and time.monotonic() - self._looked_at >= freshness:
                self._tell_everybody()
            told, subscription.untold = subscription.untold, set()
            return told

    def _tell_everybody(self) -> None:
        try:
            changed = self._changed()
        except BaseException:
            self._disconnect()
            raise
        finally:
            # Whoever waited for an answer that did not come is not followed by others who wait for it.
            self._looked_at = time.monotonic()
        for subscription in self._listening:
            subscription.untold |= changed

    def _changed(self) -> set[int]:
        has_gap = self._connection is None or time.monotonic() - self._looked_at > LONGEST_GAP_SECONDS
        if self._connection is None:
            self._connection = self._database.open_session()
        row = self._connection.execute(_CHANGES, (self._since,)).fetchone()
        assert row is not None
        self._since = row[0]
        return {ANY_CASE} if has_gap else set(row[1])

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Subscription:
    """Hears of every case that changes, and survives a restart of the server. Close it after use."""

    def __init__(self, changes: Changes) -> None:
        """Have heard nothing yet."""
        self._changes = changes
        #: What others have seen for it.
        self.untold: set[int] = set()

    def changes(self, timeout: float) -> set[int]:
        """Wait up to `timeout` seconds and return the ids of the cases that changed.

        After a lost connection the set holds ANY_CASE: whoever listens should look at everything again.
        """
        ends_at = time.monotonic() + timeout
        try:
            while True:
                told = self._changes.look(self, min(timeout, LOOK_EVERY_SECONDS))
                left = ends_at - time.monotonic()
                if told or left <= 0:
                    return told
                time.sleep(min(left, LOOK_EVERY_SECONDS))
        except (psycopg.Error, Unavailable):
            logger.warning("listening for changes was interrupted", extra={"action": "listening_interrupted"})
            time.sleep(max(0.0, ends_at - time.monotonic()))
            return set()

    def close(self) -> None:
        """Stop listening."""
        self._changes.leave(self)
