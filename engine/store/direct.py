"""Statements of the hot path, handed to the driver as they are: describing their rows again costs more than reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


def ask(connection: Connection, statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Send one statement that returns rows, inside the connection's transaction.

    Args:
        connection: inside a transaction, which the driver begins with the first statement.
        statement: with named parameters, as `exec_driver_sql` takes it.
        values: by name.

    Raises:
        DBAPIError: what SQLAlchemy itself would have raised.
    """
    session = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    try:
        return session.cursor().execute(statement, values).fetchall()
    except psycopg.Error as error:
        refused = DBAPIError.instance(statement, dict(values), error, psycopg.Error, dialect=connection.dialect)
        if session.closed:
            connection.invalidate(refused)
        raise refused from error
