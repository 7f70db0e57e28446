"""The pulse: wakes when something is due and hands it to the workers.

Only one process beats; the others stand by and take over when its lease runs out (within 20 seconds). Nothing is lost
while nobody beats: what is due stays in its row, and a window's gate asks the clock, not the pulse.

APScheduler only wakes us. Its own memory of jobs is never relied on: a job missed while the process was down would be
dropped by it, and two processes on one job store run jobs twice.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
from datetime import UTC, datetime, timedelta
from threading import Lock

from apscheduler.schedulers.background import BackgroundScheduler

from engine.errors import Unavailable
from engine.leases import give_up_lease, record_beat, take_lease
from engine.rehearsal import nudge_replays
from engine.services.cycles import release_cycles
from engine.services.migration_orders import nudge_unfinished
from engine.services.publishing import activate_due
from engine.services.timers import release_due
from engine.system import System

logger = logging.getLogger(__name__)

LEASE = "pulse"
#: How often a lease is renewed, and how late a change made by another process can be noticed.
PRODUCTION_INTERVAL = timedelta(seconds=5)
#: A simulated clock jumps, and whoever moved it is watching.
DEMONSTRATION_INTERVAL = timedelta(seconds=1)
#: A lease outlasts two renewals that failed.
INTERVALS_PER_LEASE = 3


class Pulse:
    """One process's part in the pulse: the holder of the lease beats, any other stands by."""

    def __init__(self, system: System, *, lease: timedelta | None = None) -> None:
        """Prepare; nothing happens before `start`."""
        self._system = system
        self._interval = DEMONSTRATION_INTERVAL if system.settings.is_demonstration else PRODUCTION_INTERVAL
        self._lease = INTERVALS_PER_LEASE * self._interval if lease is None else lease
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._fence: int | None = None
        self._beating = Lock()
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        )

    def start(self) -> None:
        """Begin to beat, at once and then as often as needed."""
        seconds = self._interval.total_seconds()
        self._scheduler.add_job(self.beat, "interval", seconds=seconds, id="regular", next_run_time=self._real_time())
        self._scheduler.start()

    def stop(self) -> None:
        """End the current beat and let another process take over at once."""
        self._scheduler.shutdown(wait=True)
        if self._fence is not None:
            try:
                with self._system.database.transaction() as connection:
                    give_up_lease(connection, LEASE, self._fence)
            except Unavailable:
                logger.warning("the lease could not be given up; it runs out by itself", extra={"action": "lease_kept"})
        self._fence = None

    def wake(self) -> None:
        """Beat now: something became due that the last beat could not know of."""
        self._beat_at("woken", self._real_time())

    def beat(self) -> int:
        """Take or renew the lease and, when it is ours, hand over what is due. Return how much that was."""
        with self._beating:
            try:
                return self._beat()
            except Unavailable as error:
                logger.warning("no beat: %s", error, extra={"action": "beat_missed"})
                return 0

    @property
    def is_holder(self) -> bool:
        """Whether the last beat found the lease to be ours."""
        return self._fence is not None

    def _beat(self) -> int:
        database = self._system.database
        with database.transaction() as connection:
            fence = take_lease(connection, LEASE, self._holder, self._lease.total_seconds())
        if fence != self._fence:
            words = "this process beats" if fence is not None else "another process beats, this one stands by"
            logger.info(words, extra={"action": "lease_changed", "fence": fence})
        self._fence = fence
        if fence is None:
            return 0
        released, next_due_at = self._release()
        nudge_unfinished(self._system)
        nudge_replays(self._system)
        with database.transaction() as connection:
            if record_beat(connection, LEASE, fence) is None:
                self._fence = None
                logger.warning("the lease was lost during a beat", extra={"action": "lease_lost"})
        if next_due_at is not None and self._scheduler.running:
            self._beat_at("due", self._real_time() + max(next_due_at - self._system.clock.now(), timedelta(0)))
        return released

    def _release(self) -> tuple[int, datetime | None]:
        """Hand over what is due; return how much that was, and when something is due next."""
        # First of all: a case that the clock begins now takes the version that counts from now on.
        versions, next_version_at = activate_due(self._system)
        timers, next_timer_at = release_due(self._system)
        steps, next_step_at = release_cycles(self._system)
        next_ones = [instant for instant in (next_version_at, next_timer_at, next_step_at) if instant is not None]
        return versions + timers + steps, min(next_ones, default=None)

    def _beat_at(self, job: str, instant: datetime) -> None:
        self._scheduler.add_job(self.beat, "date", run_date=instant, id=job, replace_existing=True)

    def _real_time(self) -> datetime:
        return self._system.wall.now()
