"""Waiting timers: rows, so that no deadline depends on a process that was running."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, literal_column, select, update

from engine.models import timer
from engine.store.batch import Batch, Part

_timers = timer.c
#: Written into the statement: a prepared one could not use the index of waiting timers for a state it learns later.
_IS_WAITING = _timers.state == literal_column("'waiting'")


def insert_timers(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write waiting timers."""
    connection.execute(insert(timer), list(rows))


_CANCEL_ALL = Part(
    "cancelled_timer",
    "UPDATE timer SET state = 'cancelled' WHERE instance_id = %(case_id)s AND state = 'waiting'",
)
_CANCEL = Part("cancelled_timer", f"{_CANCEL_ALL.text} AND token_id = ANY(%(disarmed)s)")


def cancel_timers(batch: Batch, case_id: int, token_ids: Sequence[str]) -> None:
    """Stop the timers of these tokens."""
    batch.add(_CANCEL, {"case_id": case_id, "disarmed": list(token_ids)})


def cancel_all(batch: Batch, case_id: int) -> None:
    """Stop every timer of a case that has ended."""
    batch.add(_CANCEL_ALL, {"case_id": case_id})


def read_timer(connection: Connection, timer_id: int, *, lock: bool = False) -> Row | None:
    """Return a timer's row, locked when asked, or None."""
    query = select(timer).where(_timers.id == timer_id)
    return connection.execute(query.with_for_update() if lock else query).one_or_none()


def mark_timer(connection: Connection, timer_id: int, state: str, at: datetime) -> None:
    """Record that a timer was fired or given up."""
    connection.execute(update(timer).where(_timers.id == timer_id).values(state=state, fired_at=at))


_DUE = (
    select(_timers.id)
    .where(_IS_WAITING, _timers.release_at <= bindparam("now"))
    .order_by(_timers.release_at, _timers.id)
    .limit(bindparam("most"))
)


def due_timers(connection: Connection, now: datetime, most: int) -> list[int]:
    """Return ids of timers to fire now, earliest first."""
    return list(connection.scalars(_DUE, {"now": now, "most": most}))


def move_window(connection: Connection, case_id: int, window_id: str, due_at: datetime, release_at: datetime) -> None:
    """Let the case's timers that follow a window follow its new close."""
    connection.execute(
        update(timer)
        .where(_timers.instance_id == case_id, _timers.window_id == window_id, _timers.state == "waiting")
        .values(due_at=due_at, release_at=release_at)
    )


def waiting_timers(connection: Connection, case_id: int, *, with_messages: bool = False) -> Sequence[Row]:
    """Return a case's waiting timers, earliest first; those that only tell the case something when asked for."""
    query = select(timer).where(_timers.instance_id == case_id, _timers.state == "waiting")
    if not with_messages:
        query = query.where(_timers.message.is_(None))
    return connection.execute(query.order_by(_timers.due_at)).all()


def move_due(connection: Connection, case_id: int, element_ids: Sequence[str], moved: Mapping[str, datetime]) -> None:
    """Move the waiting timers of these elements that are due at one instant to another.

    Args:
        connection: the caller's transaction.
        case_id: the case.
        element_ids: the timer events.
        moved: `from` and `to`.
    """
    shift = moved["to"] - moved["from"]
    connection.execute(
        update(timer)
        .where(
            _timers.instance_id == case_id,
            _timers.element_id.in_(element_ids),
            _timers.due_at == moved["from"],
            _timers.state == "waiting",
        )
        .values(due_at=moved["to"], release_at=_timers.release_at + shift)
    )


def move_timer(connection: Connection, case_id: int, token_id: str, due_at: datetime, release_at: datetime) -> None:
    """Move the waiting timer of a token, if there is one."""
    connection.execute(
        update(timer)
        .where(_timers.instance_id == case_id, _timers.token_id == token_id, _IS_WAITING)
        .values(due_at=due_at, release_at=release_at)
    )
