"""What many tests begin with is made once in a test run: afterwards its rows and files are put back from memory.

Nothing is assumed about what the work does: the first time it is done, and what the database and the files hold then
is kept under everything that was done since the database was empty, and when. A database that somebody else has written
to meanwhile is in no known state, and the work is done for real.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine.clock import ZONE, FixedClock
from engine.database import Database
from engine.folders import Folder
from engine.models import metadata
from engine.system import FolderCache, System

AS_REPLICA = "SET LOCAL session_replication_role = replica;"
TABLES = (*metadata.tables, "procrastinate_events", "procrastinate_jobs", "procrastinate_workers")
#: 2 ms, where TRUNCATE takes 60: most tables are empty. A replica checks no references and runs no triggers.
EMPTY_EVERYTHING = f"""
{AS_REPLICA}
{"".join(f"DELETE FROM {table};" for table in TABLES)}
SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
"""
#: The server of the tests never vacuums by itself: rows long deleted would double the work of every statement.
TESTS_BETWEEN_VACUUMS = 100
#: Given to the next transaction that writes: as long as it stands still, nobody has written.
MARK = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text"
FILLED = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in TABLES)
NUMBERS = "SELECT oid::regclass::text, pg_sequence_last_value(oid) FROM pg_class WHERE relkind = 'S'"


#: Compiled folders by what they were read from; a version is never changed.
COMPILED: dict[bytes, Folder] = {}


class CompiledOnce(FolderCache):
    """Compiles a version once in a test run and not once in a test."""

    def compile(self, archive: bytes) -> Folder:
        """Return the folder in an archive."""
        key = sha256(archive).digest()
        if key not in COMPILED:
            COMPILED[key] = super().compile(archive)
        return COMPILED[key]


@dataclass(frozen=True)
class Snapshot:
    """The whole state of an installation at one moment, and what the work that led to it returned."""

    rows: dict[str, bytes]
    numbers: tuple[tuple[str, int], ...]
    files: dict[Path, bytes]
    now: datetime
    value: Any

    def tables_unlike(self, other: Snapshot) -> set[str]:
        """Return the tables that hold something else."""
        return {name for name in {*self.rows, *other.rows} if self.rows.get(name) != other.rows.get(name)}

    def numbers_unlike(self, other: Snapshot) -> dict[str, tuple[int, bool]]:
        """Return the last number of every sequence that stands elsewhere, and whether it was given already."""
        found = {name: (last, True) for name, last in set(self.numbers) - set(other.numbers)}
        return {**dict.fromkeys(dict(other.numbers).keys() - dict(self.numbers).keys(), (1, False)), **found}


#: What is left when everything was emptied.
NOTHING = Snapshot(rows={}, numbers=(), files={}, now=datetime.min.replace(tzinfo=ZONE), value=None)


class Snapshots:
    """The known states of one database, by what was done since it was empty."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[Hashable, ...], Snapshot] = {}
        self._done: tuple[Hashable, ...] | None = None
        self._mark = ""
        self._emptied = 0

    def empty(self) -> None:
        """Delete every row; numbers start at 1."""
        self._emptied += 1
        if self._emptied % TESTS_BETWEEN_VACUUMS == 0:
            with self._database.open_session() as session:
                session.execute("SET statement_timeout = 0")
                session.execute("VACUUM")
        with self._database.transaction() as connection:
            connection.exec_driver_sql(EMPTY_EVERYTHING)
        self._stand_at(())

    def after(self, system: System, clock: FixedClock, key: Hashable, work: Callable[[], Any]) -> Any:
        """Do the work, or put back what it left the last time it was done in this very state.

        Args:
            system: the installation of the test, which `Snapshots` itself is not tied to.
            clock: the one of the system, moved on with what is put back.
            key: names the work with everything that it depends on besides the state, the settings and the time.
            work: writes nowhere but into the database and under `settings.var`, and may move the clock; what it
                returns must not be changed.
        """
        if self._done is None or self._read_mark() != self._mark:
            self._done = None
            return work()
        settings = system.settings
        done = (*self._done, (key, clock.now(), settings.mode, settings.secret_key, settings.max_upload_bytes))
        found = self._known.get(done)
        if found is None:
            value = work()
            found = self._known[done] = self._take(settings.var, clock, value)
        else:
            self._put_back(found, self._known.get(self._done, NOTHING), settings.var, clock)
        self._stand_at(done)
        return found.value

    def _read_mark(self) -> str:
        with self._database.reading() as connection:
            return connection.exec_driver_sql(MARK).scalar_one()

    def _stand_at(self, done: tuple[Hashable, ...]) -> None:
        self._done, self._mark = done, self._read_mark()

    def _take(self, var: Path, clock: FixedClock, value: Any) -> Snapshot:
        with self._database.reading() as connection:
            tables = list(connection.exec_driver_sql(FILLED).scalars())
            numbers = tuple((name, last) for name, last in connection.exec_driver_sql(NUMBERS) if last is not None)
            cursor = connection.connection.cursor()
            rows = {}
            for table in tables:
                with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as stream:
                    rows[table] = b"".join(stream)
        files = {path.relative_to(var): path.read_bytes() for path in var.rglob("*") if path.is_file()}
        return Snapshot(rows=rows, numbers=numbers, files=files, now=clock.now(), value=value)

    def _put_back(self, snapshot: Snapshot, before: Snapshot, var: Path, clock: FixedClock) -> None:
        tables = snapshot.tables_unlike(before)
        with self._database.transaction() as connection:
            connection.exec_driver_sql(AS_REPLICA + "".join(f"DELETE FROM {name};" for name in tables & {*before.rows}))
            cursor = connection.connection.cursor()
            for name in tables & {*snapshot.rows}:
                with cursor.copy(f"COPY {name} FROM STDIN (FORMAT binary)") as stream:
                    stream.write(snapshot.rows[name])
            for name, (last, is_given) in snapshot.numbers_unlike(before).items():
                cursor.execute("SELECT setval(%s::regclass, %s, %s)", (name, last, is_given))
        for path, content in snapshot.files.items():
            place = var / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        if clock.now() != snapshot.now:
            clock.move_to(snapshot.now)
