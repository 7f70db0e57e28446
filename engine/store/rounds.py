"""Yearly rounds, their windows per office, extension orders and exceptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, case, func, insert, select, update
from sqlalchemy.dialects import postgresql

from engine.calendars import Extension, LevelWindow
from engine.errors import NotFound
from engine.models import (
    extension_order,
    organisation,
    round_window,
    rule_exception,
    yearly_round,
)
from engine.store.direct import ask


def insert_round(connection: Connection, values: Mapping[str, Any]) -> int:
    """Write a round and return its id."""
    return connection.execute(insert(yearly_round).values(**values).returning(yearly_round.c.id)).scalar_one()


#: Year of the permanent round of a standing procedure.
STANDING_YEAR = 0


def keep_standing_round(connection: Connection, values: Mapping[str, Any]) -> None:
    """Write the permanent round of a procedure, or take it to the version in force."""
    statement = postgresql.insert(yearly_round).values(**values)
    changes = {name: statement.excluded[name] for name in ("definition_id", "title", "publicity")}
    connection.execute(statement.on_conflict_do_update(index_elements=["procedure_id", "year"], set_=changes))


def standing_round(connection: Connection, procedure_id: str) -> Row | None:
    """Return the permanent round of a procedure, or None when its rounds are yearly."""
    query = select(yearly_round).where(
        yearly_round.c.procedure_id == procedure_id, yearly_round.c.year == STANDING_YEAR
    )
    return connection.execute(query).one_or_none()


def read_round(connection: Connection, round_id: int, *, lock: bool = False) -> Row:
    """Return a round's row.

    Raises:
        NotFound: there is no such round.
    """
    query = select(yearly_round).where(yearly_round.c.id == round_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound(round_id=round_id)
    return row


class Standing(NamedTuple):
    """What has to be known before what is remembered may be used."""

    #: Revisions of the round and of the directory, which tell whether their rows have changed.
    of_round: int
    of_directory: int
    #: A version was approved for an instant that has come, and is not in force yet.
    has_due_order: bool


#: The values of a Standing, for a statement that reads one `yearly_round` and has the parameter `now`.
STANDING = """
coalesce((SELECT revision FROM reference_revision WHERE name = 'round:' || yearly_round.id), 0),
coalesce((SELECT revision FROM reference_revision WHERE name = 'directory'), 0),
EXISTS (SELECT 1 FROM version_order WHERE state = 'approved' AND effective_at <= %(now)s)
"""
_READ_STANDING = f"SELECT {STANDING} FROM yearly_round WHERE id = %(round_id)s"


def read_standing(connection: Connection, round_id: int, now: datetime) -> Standing:
    """Return whether what is remembered of a round and of the directory still holds.

    Raises:
        NotFound: there is no such round.
    """
    rows = ask(connection, _READ_STANDING, {"round_id": round_id, "now": now})
    if not rows:
        raise NotFound(round_id=round_id)
    return Standing(*rows[0])


def list_rounds(connection: Connection) -> Sequence[Row]:
    """Return every round, latest first."""
    query = select(yearly_round).order_by(yearly_round.c.year.desc(), yearly_round.c.id.desc())
    return connection.execute(query).all()


def upsert_window(connection: Connection, values: Mapping[str, Any]) -> None:
    """Write the window that an office sets in a round, or replace its own earlier one."""
    statement = postgresql.insert(round_window).values(**values)
    key = ("round_id", "window_id", "organisation_id")
    changes = {name: statement.excluded[name] for name in values if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=changes))


def window_rows(connection: Connection, round_ids: Sequence[int]) -> Sequence[Row]:
    """Return the windows of rounds, in the order they were set."""
    query = select(round_window).where(round_window.c.round_id.in_(round_ids)).order_by(round_window.c.id)
    return connection.execute(query).all()


def next_edge(connection: Connection, now: datetime, after: datetime) -> datetime | None:
    """Return when the next window of any round opens or, where it is open now, closes; None when none does after that.

    Args:
        connection: the connection to use.
        now: tells which windows are open.
        after: what comes by then is passed over.
    """
    windows = round_window.c
    edge = case((windows.opens_at <= now, windows.closes_at), else_=windows.opens_at)
    return connection.scalar(select(func.min(edge)).where(edge > after))


def window_values(round_id: int, window: LevelWindow, set_by: str, at: datetime) -> dict[str, Any]:
    """Return the row of a window that an office sets."""
    values = {name: getattr(window, name) for name in LevelWindow.__dataclass_fields__}
    return {**values, "round_id": round_id, "set_by": set_by, "set_at": at}


def window_of(row: Row) -> LevelWindow:
    """Return a window's row as the calendar computes with it."""
    return LevelWindow(**{name: row._mapping[name] for name in LevelWindow.__dataclass_fields__})


def insert_extension(connection: Connection, values: Mapping[str, Any]) -> int:
    """Write an extension order and return its id."""
    return connection.execute(insert(extension_order).values(**values).returning(extension_order.c.id)).scalar_one()


def count_reached(connection: Connection, order_id: int, reached_cases: int) -> None:
    """Record how many running cases an order reached."""
    connection.execute(
        update(extension_order).where(extension_order.c.id == order_id).values(reached_cases=reached_cases)
    )


def extension_rows(connection: Connection, round_ids: Sequence[int]) -> Sequence[Row]:
    """Return the extension orders of rounds, in the order they were issued."""
    query = select(extension_order).where(extension_order.c.round_id.in_(round_ids)).order_by(extension_order.c.id)
    return connection.execute(query).all()


def extension_of(row: Row) -> Extension:
    """Return an order's row as the calendar computes with it."""
    values = {name: row._mapping[name] for name in Extension.__dataclass_fields__}
    return Extension(**{**values, "organisations": tuple(row.organisations)})


def insert_exception(connection: Connection, values: Mapping[str, Any]) -> None:
    """Waive a rule for one applicant; waiving it twice changes nothing."""
    connection.execute(postgresql.insert(rule_exception).values(**values).on_conflict_do_nothing())


def exception_rows(connection: Connection, round_ids: Sequence[int]) -> Sequence[Row]:
    """Return the exceptions of rounds with the applicants' names."""
    query = (
        select(rule_exception, organisation.c.name.label("organisation_name"))
        .join(organisation, organisation.c.id == rule_exception.c.organisation_id)
        .where(rule_exception.c.round_id.in_(round_ids))
        .order_by(rule_exception.c.id)
    )
    return connection.execute(query).all()
