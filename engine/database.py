"""The door to PostgreSQL: a pool of connections, transactions with bounded waits, and errors with names.

A service opens one `transaction()`; a page that only reads opens `reading()`, where the server refuses writes.
Nothing waits for ever: a statement and a row lock end after ten seconds, a connection that cannot be had after ten.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import orjson
import psycopg
from psycopg import errors as refusals
from psycopg import sql
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from engine.errors import Conflict, EngineError, Unavailable

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
            pool_size=pool_size,
            max_overflow=pool_size // 2,
            pool_timeout=LONGEST_POOL_WAIT_SECONDS,
            pool_reset_on_return=None,
            connect_args=self._session_settings(),
            json_serializer=_dump_json,
            json_deserializer=orjson.loads,
        )
        event.listen(self._engine, "checkout", _refuse_closed)
        event.listen(self._engine, "reset", _end_transaction)

    @contextmanager
    def transaction(self, named_errors: NamedErrors | None = None) -> Iterator[Connection]:
        """Give a connection whose work is committed at the end, or rolled back by any error.

        Args:
            named_errors: constraint name -> the error that its violation means.

        Raises:
            EngineError: the named one; Conflict after waiting too long for a lock; Unavailable without a server.
        """
        with translated(named_errors or {}), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection for reading; every statement sees the same moment, and a write is refused.

        Raises:
            Unavailable: the server is not there.
        """
        with translated({}), self._engine.connect() as plain:
            connection = plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

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
        """Close every pooled connection that is not in use."""
        self._engine.dispose()

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


@contextmanager
def translated(named_errors: NamedErrors) -> Iterator[None]:
    """Turn what PostgreSQL refuses into the engine's own errors.

    Args:
        named_errors: constraint name -> the error that its violation means; other violations stay what they are.
    """
    try:
        yield
    except IntegrityError as error:
        named = named_errors.get(_constraint_of(error))
        if named is None:
            raise
        raise named() from error
    except PoolExhausted as error:
        raise Unavailable(reason="pool exhausted") from error
    except OperationalError as error:
        if isinstance(error.orig, (refusals.LockNotAvailable, refusals.DeadlockDetected, refusals.QueryCanceled)):
            raise Conflict(BUSY, reason=type(error.orig).__name__) from error
        raise Unavailable(reason=type(error.orig).__name__) from error


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
            session.execute(sql.SQL("CREATE DATABASE {}").format(name))
            return True
    except (refusals.DuplicateDatabase, refusals.UniqueViolation):
        # The second is how the server words the first when two processes ask at the same moment.
        return False
    finally:
        server.close()


def _refuse_closed(session: psycopg.Connection[Any], *_: object) -> None:
    """Let the pool open new connections when the server has closed this one, so that a restart fails no request.

    A server that goes away says so, and the system notices one that vanished by its keep-alive: either way an idle
    connection has something to read. Asking the server itself would cost a round trip per transaction.
    """
    if session.closed or _has_something_to_read(session):
        raise InvalidatePoolError


def _end_transaction(session: psycopg.Connection[Any], *_: object) -> None:
    """Leave no transaction open in a connection that goes back; after a commit there is none, and nothing to ask."""
    if session.pgconn.transaction_status != TransactionStatus.IDLE:
        session.rollback()


def _has_something_to_read(session: psycopg.Connection[Any]) -> bool:
    poll = select.poll()
    poll.register(session.fileno(), select.POLLIN)
    return bool(poll.poll(0))


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
