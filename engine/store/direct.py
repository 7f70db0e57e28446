"""Statements of the hot path, sent over the connection's own line (`engine.line`), inside SQLAlchemy's transaction."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, StatementError

from engine.line import line_of

_PARAMETER = re.compile(r"%\((\w+)\)s")
#: A parameter that has no name, but a place.
PLACED = "%s"


def ask(
    connection: Connection,
    statement: str,
    values: Mapping[str, Any],
    placed: Sequence[Any] = (),
    *,
    is_last: bool = False,
) -> list[tuple[Any, ...]]:
    """Send one statement that returns rows, inside the connection's transaction.

    Args:
        connection: inside a transaction, which begins with its first statement.
        statement: with named parameters, `%(name)s`, and placed ones, `%s`; the same object each time.
        values: by name.
        placed: in the order of their places.
        is_last: nothing follows in this transaction; it is committed with this statement.

    Raises:
        DBAPIError: what SQLAlchemy itself would have raised.
    """
    text, names = _numbered(statement)
    try:
        return line_of(connection).ask(text, [*[values[name] for name in names], *placed], is_last=is_last)
    except psycopg.Error as error:
        raise _refusal(connection, statement, dict(values), error) from error


def run(connection: Connection, statements: str) -> None:
    """Carry out statements that alter tables, with a semicolon between them, inside the connection's transaction.

    Sent through the driver, they would make the session forget every statement it has prepared.

    Raises:
        DBAPIError: what SQLAlchemy itself would have raised.
    """
    try:
        line_of(connection).run(statements)
    except psycopg.Error as error:
        raise _refusal(connection, statements, {}, error) from error


def _refusal(
    connection: Connection, statement: str, values: dict[str, Any], error: psycopg.Error
) -> DBAPIError | StatementError:
    refused = DBAPIError.instance(statement, values, error, psycopg.Error, dialect=connection.dialect)
    if line_of(connection).session.closed:
        connection.invalidate(refused)
    return refused


@lru_cache(maxsize=512)
def _numbered(statement: str) -> tuple[str, tuple[str, ...]]:
    """Return the statement with numbered parameters, as PostgreSQL itself has them, and the names of the first ones."""
    names: dict[str, int] = {}
    text = _PARAMETER.sub(lambda found: f"${names.setdefault(found[1], len(names) + 1)}", statement)
    first, *others = text.split(PLACED)
    text = first + "".join(f"${number}{other}" for number, other in enumerate(others, len(names) + 1))
    return text, tuple(names)
