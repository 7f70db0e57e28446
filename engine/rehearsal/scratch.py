"""Scratch schemas: the tables of the system once more, empty, beside the live ones in the same database.

A connection into one has no other schema in its search path, and no statement of the engine names a schema: so nothing
that happens there can read or write a row of the live tables. A schema that was left behind is dropped by a
worker some hours after it was last used.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Lock

from psycopg.errors import InsufficientPrivilege
from sqlalchemy.exc import ProgrammingError

from engine.database import Database
from engine.errors import Unavailable
from engine.migrations import write_tables
from engine.models import metadata
from engine.store.direct import run

PREFIX = "rehearsal_"
_NAME = re.compile(rf"{PREFIX}[0-9a-f]{{16}}")
#: The migrations are written by a library that does one thing at a time.
_WRITING = Lock()
#: Making all the tables may take longer than a request may.
_PATIENT = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0"
#: A job that nobody will do wakes no worker.
_QUIET = "ALTER TABLE procrastinate_jobs DISABLE TRIGGER USER"
_NO_RIGHT = (
    "推演需要在数据库里建立临时的模式，当前账号没有这个权限；"
    "请数据库管理员执行：GRANT CREATE ON DATABASE 数据库名 TO 账号名。"
)


def make_scratch(live: Database, now: datetime) -> str:
    """Make an empty copy of the tables and return the name of its schema.

    Raises:
        Unavailable: the server is not there, or the account may not make a schema.
    """
    name = PREFIX + secrets.token_hex(8)
    _execute(live, f"CREATE SCHEMA {name}; {_noting(name, now)}")
    with _WRITING:
        tables = write_tables()
    database = live.within(name)
    try:
        with database.transaction() as connection:
            for statements in (_PATIENT, tables, _QUIET):
                run(connection, statements)
    except BaseException:
        drop_scratch(live, name)
        raise
    finally:
        database.close()
    return name


def touch_scratch(live: Database, name: str, now: datetime) -> bool:
    """Note that a scratch schema was used; False when it is gone."""
    with live.transaction() as connection:
        found = connection.exec_driver_sql("SELECT 1 FROM pg_namespace WHERE nspname = %s", (name,)).one_or_none()
        if found is not None and _NAME.fullmatch(name):
            connection.exec_driver_sql(_noting(name, now))
            return True
    return False


def drop_scratch(live: Database, name: str) -> None:
    """Drop a scratch schema with everything in it; one that is gone already is no error."""
    if _NAME.fullmatch(name):
        _execute(live, f"DROP SCHEMA IF EXISTS {name} CASCADE")


def sweep_scratches(live: Database, before: datetime) -> list[str]:
    """Drop the scratch schemas that nobody used since an instant, and return their names."""
    query = """
        SELECT nspname, obj_description(oid, 'pg_namespace') AS used_at FROM pg_namespace
        WHERE nspname LIKE 'rehearsal\\_%%' ORDER BY nspname
    """
    with live.reading() as connection:
        found = {row.nspname: row.used_at for row in connection.exec_driver_sql(query, ())}
    old = [name for name, used_at in found.items() if used_at and datetime.fromisoformat(used_at) < before]
    for name in old:
        drop_scratch(live, name)
    return [name for name in old if _NAME.fullmatch(name)]


def empty_scratch(database: Database) -> None:
    """Remove every row of a scratch schema and let numbers begin anew.

    A tenth of the time that TRUNCATE takes, because most tables are empty; children before parents. The triggers that
    refuse to forget events and versions stand aside for a moment.
    """
    with database.transaction() as connection:
        # A scratch schema, whoever passes another database by mistake.
        schema = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
        if not _NAME.fullmatch(schema):
            raise ValueError(f"{schema} is no scratch schema")
        guarded = list(connection.exec_driver_sql(_GUARDED).scalars())
        run(connection, _emptying(guarded))


_GUARDED = """
SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace AND NOT starts_with(relname, 'procrastinate_')
"""
_COUNT_ANEW = """
SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace
"""


def _emptying(guarded: Sequence[str]) -> str:
    ours = [table.name for table in reversed(metadata.sorted_tables)]
    names = [*ours, "procrastinate_events", "procrastinate_jobs", "procrastinate_workers"]
    return ";".join(
        (
            *(f"ALTER TABLE {name} DISABLE TRIGGER USER" for name in guarded),
            *(f"DELETE FROM {name}" for name in names),
            # References that are checked at the end only would keep the tables in use.
            "SET CONSTRAINTS ALL IMMEDIATE",
            *(f"ALTER TABLE {name} ENABLE TRIGGER USER" for name in guarded),
            _COUNT_ANEW,
        )
    )


def _noting(name: str, now: datetime) -> str:
    return f"COMMENT ON SCHEMA {name} IS '{now.astimezone(UTC).isoformat()}'"


def _execute(live: Database, statements: str) -> None:
    """Carry out statements, all or none of them."""
    try:
        with live.transaction() as connection:
            run(connection, statements)
    except ProgrammingError as error:
        if isinstance(error.orig, InsufficientPrivilege):
            raise Unavailable(_NO_RIGHT) from error
        raise
