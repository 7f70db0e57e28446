"""Changes of cases as they happen: a LISTEN on the channel that a trigger announces every changed case on.

One subscription holds one database connection; `web` opens one per process and fans it out.
"""

from __future__ import annotations

import logging
import time
from typing import Any

import psycopg

from engine.database import Database
from engine.errors import Unavailable

logger = logging.getLogger(__name__)

#: Named by the trigger of migration 0002.
CHANNEL = "case_changed"
#: Reported after a gap: anything may have changed meanwhile.
ANY_CASE = 0


class Subscription:
    """Hears of every case that changes, and survives a restart of the server. Close it after use."""

    def __init__(self, database: Database) -> None:
        """Begin to listen at the first call of `changes`."""
        self._database = database
        self._connection: psycopg.Connection[Any] | None = None

    def changes(self, timeout: float) -> set[int]:
        """Wait up to `timeout` seconds and return the ids of the cases that changed.

        After a lost connection the set holds ANY_CASE: whoever listens should look at everything again.
        """
        try:
            if self._connection is None:
                self._connection = self._database.open_session()
                self._connection.execute(f"LISTEN {CHANNEL}")
                return {ANY_CASE}
            return {int(one.payload) for one in self._connection.notifies(timeout=timeout, stop_after=1)}
        except (psycopg.Error, Unavailable):
            logger.warning("listening for changes was interrupted", extra={"action": "listening_interrupted"})
            self.close()
            time.sleep(timeout)
            return set()

    def close(self) -> None:
        """Stop listening."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
