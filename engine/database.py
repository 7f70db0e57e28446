"""The door to PostgreSQL: connections that are kept, transactions with bounded waits, and errors with names.

A service opens one `transaction()`; a page that only reads opens `reading()`, where the server refuses writes.
Nothing waits for ever: a statement and a row lock end after ten seconds, a connection that cannot be had after ten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any

import orjson
import psycopg
from psycopg import errors as refusals
from psycopg import sql
from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from engine.errors import Conflict, EngineError, Unavailable
from engine.line import Line, line_of

NamedErrors = Mapping[str, Callable[[], EngineError]]

LONGEST_STATEMENT_SECONDS = 10
LONGEST_LOCK_WAIT_SECONDS = 10
LONGEST_POOL_WAIT_SECONDS = 10
#: A transaction whose holder went away (a stopped process, a debugger) gives its locks back after this long.
LONGEST_IDLE_TRANSACTION_SECONDS = 60

BUSY = "有人正在办理同一事项，请稍候再试。您填写的内容没有丢失。"


class Database:
    """One PostgreSQL database.

    Args:
        url: `postgresql://…`, any spelling of the scheme.
        pool_size: connections kept; half as many more may be opened for a moment.
        application_name: shown in the server's list of sessions.
        schema: the one schema that its tables are in, when they are not in the server's own default; nothing outside
            of it has a name there.
    """

    def __init__(self, url: str, *, pool_size: int = 20, application_name: str = "guicheng", schema: str = "") -> None:
        self.url = _with_driver(url)
        self._application_name = application_name
        self._schema = schema
        self._engine = create_engine(
            self.url,
            # Connections are kept here; fetching one from the library's pool costs more than what is done with it.
            poolclass=NullPool,
            pool_reset_on_return=None,
            connect_args=self._session_settings(),
            json_serializer=_dump_json,
            json_deserializer=orjson.loads,
        )
        self._kept = pool_size
        #: Connections that nobody uses, each with its line, the latest used last.
        self._idle: list[tuple[Connection, Line]] = []
        #: One for each connection that may yet be taken; a semaphore costs ten times as much.
        self._free: SimpleQueue[None] = SimpleQueue()
        for _ in range(pool_size + pool_size // 2):
            self._free.put(None)
        self._is_open = True

    def transaction(self, named_errors: NamedErrors | None = None) -> AbstractContextManager[Connection]:
        """Give a connection whose work is committed at the end, or rolled back by any error.

        Args:
            named_errors: constraint name -> the error that its violation means.

        Raises:
            EngineError: the named one; Conflict after waiting too long for a lock; Unavailable without a server.
        """
        return _Work(self, named_errors or {})

    def reading(self) -> AbstractContextManager[Connection]:
        """Give a connection for reading; every statement sees the same moment, and a write is refused.

        Raises:
            Unavailable: the server is not there.
        """
        return _Work(self, {}, is_reading=True)

    def open_session(self) -> psycopg.Connection[Any]:
        """Open a connection of its own, outside the pool, that commits each statement: for LISTEN. Close it after use.

        Raises:
            Unavailable: the server is not there.
        """
        try:
            return psycopg.connect(self.conninfo, autocommit=True, **self._session_settings())
        except psycopg.OperationalError as error:
            raise Unavailable(reason=str(error)) from error

    def within(self, schema: str) -> Database:
        """Return the same database as seen from one schema of its own, with few connections. Close it after use."""
        url = self.url.render_as_string(hide_password=False)
        return Database(url, pool_size=2, application_name=f"{self._application_name} {schema}", schema=schema)

    @property
    def conninfo(self) -> str:
        """Return the address as libpq reads it."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def close(self) -> None:
        """Close every connection: at once, or when whoever uses it gives it back."""
        self._is_open = False
        while self._idle:
            self._idle.pop()[0].close()

    def take(self) -> tuple[Connection, Line]:
        """Return a connection that nobody else uses: the one used last that the server has not closed, or a new one.

        Its line comes with it: finding it costs more than asking it something.

        Raises:
            Unavailable: all are in use, and none came back in time.
        """
        try:
            self._free.get(timeout=LONGEST_POOL_WAIT_SECONDS)
        except Empty as error:
            raise Unavailable(reason="all connections are in use") from error
        try:
            while self._idle:
                with suppress(IndexError):
                    connection, line = self._idle.pop()
                    if line.is_usable:
                        return connection, line
                    connection.invalidate()
                    connection.close()
            connection = self._connected()
            return connection, line_of(connection)
        except BaseException:
            self._free.put(None)
            raise

    def _connected(self) -> Connection:
        """Open a connection that is, for SQLAlchemy, inside one transaction for good: the line begins and ends them.

        An empty transaction that SQLAlchemy keeps books of costs the client 0.05 to 0.14 ms.
        """
        connection = self._engine.connect()
        connection.begin()
        return connection

    def give_back(self, connection: Connection, line: Line) -> None:
        """Take a connection back, and keep it when it can be used again."""
        try:
            is_sound = not connection.invalidated and line.is_idle
            if is_sound and self._is_open and len(self._idle) < self._kept:
                self._idle.append((connection, line))
            else:
                connection.close()
        finally:
            self._free.put(None)

    def _session_settings(self) -> dict[str, Any]:
        options = {
            "timezone": "UTC",
            "statement_timeout": f"{LONGEST_STATEMENT_SECONDS}s",
            "lock_timeout": f"{LONGEST_LOCK_WAIT_SECONDS}s",
            "idle_in_transaction_session_timeout": f"{LONGEST_IDLE_TRANSACTION_SECONDS}s",
        }
        if self._schema:
            # What is in a schema of its own is dropped soon: losing its last moment in a power cut costs nothing.
            options |= {"search_path": self._schema, "synchronous_commit": "off"}
        return {
            "application_name": self._application_name,
            "connect_timeout": 5,
            # A server that vanished behind a network is noticed within the same ten seconds.
            "tcp_user_timeout": LONGEST_STATEMENT_SECONDS * 1000,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 2,
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
        }


class _Work:
    """A connection taken for one transaction, which ends with it; what PostgreSQL refuses becomes an engine's error."""

    __slots__ = ("_connection", "_database", "_is_reading", "_line", "_named_errors")

    def __init__(self, database: Database, named_errors: NamedErrors, *, is_reading: bool = False) -> None:
        self._database = database
        self._named_errors = named_errors
        self._is_reading = is_reading

    def __enter__(self) -> Connection:
        try:
            self._connection, self._line = self._database.take()
            if self._is_reading:
                self._begin_reading()
        except (OperationalError, psycopg.OperationalError) as error:
            self._translate(error)
            raise
        return self._connection

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is not None:
                _undo(self._connection)
                self._translate(error)
            else:
                self._commit()
        finally:
            self._database.give_back(self._connection, self._line)

    def _begin_reading(self) -> None:
        try:
            self._line.begin_reading()
        except BaseException:
            self._database.give_back(self._connection, self._line)
            raise

    def _commit(self) -> None:
        try:
            if not self._line.is_idle:
                self._line.commit()
        except BaseException as error:
            _undo(self._connection)
            self._translate(error)
            raise

    def _translate(self, error: BaseException) -> None:
        """Raise what the engine calls an error, if it has a word for it."""
        if isinstance(error, IntegrityError):
            named = self._named_errors.get(_constraint_of(error))
            if named is not None:
                raise named() from error
        elif isinstance(error, (OperationalError, psycopg.OperationalError)):
            refusal = error.orig if isinstance(error, OperationalError) else error
            if isinstance(refusal, (refusals.LockNotAvailable, refusals.DeadlockDetected, refusals.QueryCanceled)):
                raise Conflict(BUSY, reason=type(refusal).__name__) from error
            raise Unavailable(reason=type(refusal).__name__) from error


def _undo(connection: Connection) -> None:
    """Roll back what was begun."""
    if connection.invalidated:
        return
    line = line_of(connection)
    if line.session.closed:
        connection.invalidate()
    else:
        line.roll_back()


def create_database_if_missing(url: str) -> bool:
    """Create the database that `url` names. Return whether it was missing.

    Raises:
        Unavailable: the server is not there.
    """
    address = _with_driver(url)
    server = Database(address.set(database="postgres").render_as_string(hide_password=False))
    try:
        with server.open_session() as session:
            name = sql.Identifier(address.database or "")
            # A slow disk may take its time over the copy of the template.
            session.execute("SET statement_timeout = 0")
            session.execute(sql.SQL("CREATE DATABASE {}").format(name))
            return True
    except (refusals.DuplicateDatabase, refusals.UniqueViolation):
        # The second is how the server words the first when two processes ask at the same moment.
        return False
    finally:
        server.close()


def _with_driver(url: str) -> URL:
    scheme, _, rest = url.partition("://")
    if scheme.split("+")[0] not in {"postgres", "postgresql"}:
        raise EngineError(f"DATABASE_URL 应以 postgresql:// 开头。 {scheme} is not PostgreSQL.")
    return make_url(f"postgresql+psycopg://{rest}")


def _constraint_of(error: DBAPIError) -> str:
    refusal = error.orig
    return (refusal.diag.constraint_name or "") if isinstance(refusal, psycopg.Error) else ""


def _dump_json(value: object) -> str:
    return orjson.dumps(value).decode()
