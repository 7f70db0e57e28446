"""Statements of the hot path, handed to the driver as they are: describing their rows again costs more than reading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

_PARAMETER = re.compile(r"%\((\w+)\)s")
#: Where a connection keeps the cursors of its statements: one that meets its statement again knows how to write the
#: values of its parameters.
_CURSORS = "direct"
_MOST_CURSORS = 64


def ask(connection: Connection, statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Send one statement that returns rows, inside the connection's transaction.

    Args:
        connection: inside a transaction, which the driver begins with the first statement.
        statement: with named parameters, `%(name)s`; the same object each time.
        values: by name.

    Raises:
        DBAPIError: what SQLAlchemy itself would have raised.
    """
    text, names = _numbered(statement)
    cursor = _cursor(connection, text)
    try:
        return cursor.execute(text, [values[name] for name in names]).fetchall()
    except psycopg.Error as error:
        refused = DBAPIError.instance(statement, dict(values), error, psycopg.Error, dialect=connection.dialect)
        if cursor.connection.closed:
            connection.invalidate(refused)
        raise refused from error


@lru_cache(maxsize=512)
def _numbered(statement: str) -> tuple[str, tuple[str, ...]]:
    """Return the statement with numbered parameters, as PostgreSQL itself has them, and their names in order."""
    names: dict[str, int] = {}
    text = _PARAMETER.sub(lambda found: f"${names.setdefault(found[1], len(names) + 1)}", statement)
    return text, tuple(names)


def _cursor(connection: Connection, text: str) -> psycopg.RawCursor[Any]:
    cursors: dict[str, psycopg.RawCursor[Any]] = connection.info.setdefault(_CURSORS, {})
    if text not in cursors:
        if len(cursors) >= _MOST_CURSORS:
            cursors.clear()
        session = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
        cursors[text] = psycopg.RawCursor(session)
    return cursors[text]
