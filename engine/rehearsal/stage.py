"""A stage: the whole system around a scratch schema, with a clock that stands until it is moved.

What the pulse and the workers do in a running system is done here by `beat`, at once and in order. Nothing leaves: mail
is a dry run whatever the installation says, files go into a folder that is removed with the stage.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.clock import FixedClock
from engine.config import MailSettings
from engine.database import Database
from engine.editions import keep_version, put_in_force
from engine.errors import NotFound
from engine.files import FileStore
from engine.folders import Folder
from engine.rehearsal.scratch import drop_scratch, empty_scratch, make_scratch
from engine.services import closings, cycles, timers
from engine.store import accounts as account_rows
from engine.store import cycles as cycle_rows
from engine.store import timers as timer_rows
from engine.system import FolderCache, Remembered, System
from engine.views import Actor

#: More than one case of one applicant ever has due at one moment.
BATCH = 10_000
OWNER = "推演"


@dataclass
class Stage:
    """A system to rehearse in."""

    system: System
    clock: FixedClock
    #: Whether the clock begins cases of the folder that is played by itself.
    has_cycle: bool = False
    _actors: dict[str, Actor] = field(default_factory=dict)

    @classmethod
    def around(cls, live: System, database: Database, folder: Path) -> Stage:
        """Return a stage on a scratch schema.

        Args:
            live: the system whose calendar and settings it takes over.
            database: the scratch schema.
            folder: where its files go.
        """
        clock = FixedClock(live.clock.now())
        # Demonstration accounts have passwords; on a stage nobody signs in.
        settings = replace(live.settings, mode="production", var=folder, mail=MailSettings())
        return cls(
            replace(
                live,
                settings=settings,
                database=database,
                clock=clock,
                files=FileStore(settings.files),
                folders=FolderCache(),
                remembered=Remembered(),
            ),
            clock,
        )

    def clear(self) -> None:
        """Begin anew with empty tables."""
        empty_scratch(self.system.database)
        self.system = replace(self.system, folders=FolderCache(), remembered=Remembered())
        self._actors.clear()

    def deploy(self, folder: Folder) -> int:
        """Let a folder be the version in force; return its id."""
        with self.system.database.transaction() as connection:
            definition_id, _ = keep_version(self.system, connection, folder, OWNER)
            put_in_force(self.system, connection, folder, definition_id, OWNER)
        self.has_cycle = folder.procedure.cycle is not None
        self.system.folders.put(definition_id, folder)
        return definition_id

    def actor(self, login_name: str) -> Actor:
        """Return who acts under a login name.

        Raises:
            NotFound: there is no such account.
        """
        if login_name not in self._actors:
            with self.system.database.reading() as connection:
                row = account_rows.find_account(connection, login_name)
            if row is None:
                raise NotFound("推演中没有这个岗位。", login_name=login_name)
            self._actors[login_name] = account_rows.actor_of(row)
        return self._actors[login_name]

    def beat(self) -> int:
        """Do what the pulse and a worker do at this moment; return how many timers were fired.

        Notices are written by now; there is nobody to hand them to.
        """
        self.take_cycle_steps()
        return sum(timers.fire_timer(self.system, timer_id) for timer_id in self.due_timers())

    def due_timers(self) -> list[int]:
        """Return the ids of the timers that may be fired at this moment, earliest first."""
        with self.system.database.reading() as connection:
            return timer_rows.due_timers(connection, self.clock.now(), BATCH)

    def take_cycle_steps(self) -> None:
        """Begin and remind what the clock begins and reminds; close the cases that a decision closes."""
        if self.has_cycle:
            cycles.release_cycles(self.system)
        with self.system.database.reading() as connection:
            due = cycle_rows.due_steps(connection, self.clock.now(), BATCH)
            orders = cycle_rows.waiting_closings(connection, BATCH)
        for step_id in due:
            cycles.take_step(self.system, step_id)
        for order_id in orders:
            closings.close_case(self.system, order_id)

    def move_to(self, instant: datetime) -> None:
        """Set the clock."""
        self.clock.move_to(instant)


@contextmanager
def rehearse(live: System) -> Iterator[Stage]:
    """Give a stage of its own, dropped at the end with everything on it.

    Raises:
        Unavailable: the server is not there, or the account may not make a schema.
    """
    name = make_scratch(live.database, live.wall.now())
    database = live.database.within(name)
    try:
        with TemporaryDirectory(prefix="guicheng-rehearsal-") as folder:
            yield Stage.around(live, database, Path(folder))
    finally:
        database.close()
        drop_scratch(live.database, name)
