"""The assembled system: what a service is given instead of globals."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast

from sqlalchemy import Connection

from engine.calendars import WorkingCalendar, load_calendar
from engine.clock import Clock, ShiftedClock, SystemClock
from engine.config import Settings
from engine.database import Database
from engine.files import FileStore, WaitingRoom
from engine.folders import OPERATIONS, Folder, read_folder, unpack
from engine.jobs import Jobs
from engine.live import Changes
from engine.store import procedures

Thing = TypeVar("Thing")


class FolderCache:
    """Unpacked, compiled procedure versions. A version never changes, so an entry is never stale."""

    def __init__(self, most: int = 64) -> None:
        """Keep at most `most` versions, the latest used."""
        self._most = most
        self._folders: OrderedDict[int, Folder] = OrderedDict()
        self._lock = Lock()

    def get(self, connection: Connection, definition_id: int) -> Folder:
        """Return a version's folder, compiling it on first use.

        Raises:
            NotFound: there is no such version.
        """
        with self._lock:
            if definition_id in self._folders:
                self._folders.move_to_end(definition_id)
                return self._folders[definition_id]
        row = procedures.read_archive(connection, definition_id)
        folder = self.compile(bytes(row.archive))
        self.put(definition_id, folder)
        return folder

    def compile(self, archive: bytes) -> Folder:
        """Return the folder in a version's archive."""
        return read_folder(unpack(archive), operations=OPERATIONS)

    def put(self, definition_id: int, folder: Folder) -> None:
        """Keep a version's folder that somebody has compiled already."""
        with self._lock:
            self._folders[definition_id] = folder
            while len(self._folders) > self._most:
                self._folders.popitem(last=False)


class Remembered:
    """What was read of rows that seldom change, as long as their revision stays the same."""

    def __init__(self, most: int = 64) -> None:
        """Keep at most `most` things, the latest used."""
        self._most = most
        self._known: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()
        self._lock = Lock()

    def peek(self, name: Hashable) -> tuple[int, Any] | None:
        """Return what is remembered under a name with its revision, whether or not that still holds."""
        with self._lock:
            return self._known.get(name)

    def get(self, name: Hashable, revision: int, read: Callable[[], Thing]) -> Thing:
        """Return what is remembered under a name, reading it when its revision is another one.

        The revision is to be read before the rows: what is remembered may be newer than its revision, never older.
        """
        with self._lock:
            known = self._known.get(name)
            if known is not None and known[0] == revision:
                self._known.move_to_end(name)
                return cast(Thing, known[1])
        found = read()
        with self._lock:
            self._known[name] = (revision, found)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """Everything a service needs from outside its arguments."""

    settings: Settings
    database: Database
    #: The time that deadlines are judged by; simulated in demonstration mode.
    clock: Clock
    #: Real time, for what must not follow a simulated clock: sessions and the delay after wrong passwords.
    wall: Clock = field(default_factory=SystemClock)
    files: FileStore
    waiting: WaitingRoom
    calendar: WorkingCalendar
    jobs: Jobs
    #: Tells the pages of this process which cases change.
    changes: Changes
    folders: FolderCache = field(default_factory=FolderCache)
    remembered: Remembered = field(default_factory=Remembered)
    #: Behind which calls the tasks of a case wait, by the case's revision.
    standing: Remembered = field(default_factory=lambda: Remembered(most=2000))

    def folder(self, connection: Connection, definition_id: int) -> Folder:
        """Return the folder of a procedure version."""
        return self.folders.get(connection, definition_id)


def build(settings: Settings, database: Database) -> System:
    """Assemble the system around a migrated database."""
    return System(
        settings=settings,
        database=database,
        clock=ShiftedClock() if settings.is_demonstration else SystemClock(),
        files=FileStore(settings.files),
        waiting=WaitingRoom(settings.waiting),
        calendar=load_calendar(Path(settings.bpmn / "calendars" / "cn.yaml").read_text(encoding="utf-8")),
        jobs=Jobs(),
        changes=Changes(database),
    )
