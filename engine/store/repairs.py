"""What a repair looks for and puts right: open incidents, and timers that failed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, insert, select, update

from engine.models import incident, process_instance, timer

_incidents, _timers = incident.c, timer.c


def open_incidents(connection: Connection, case_id: int) -> Sequence[Row]:
    """Return the incidents of a case that nobody has resolved, latest first."""
    query = select(incident).where(_incidents.instance_id == case_id, _incidents.resolved_at.is_(None))
    return connection.execute(query.order_by(_incidents.id.desc())).all()


def list_incidents(connection: Connection, most: int) -> Sequence[Row]:
    """Return the open incidents of every case, latest first, with the case's number, title and engine state."""
    cases = process_instance.c
    query = (
        select(incident, cases.number, cases.title, cases.definition_id, cases.engine_state)
        .join(process_instance, cases.id == _incidents.instance_id)
        .where(_incidents.resolved_at.is_(None))
    )
    return connection.execute(query.order_by(_incidents.id.desc()).limit(most)).all()


def insert_incident(connection: Connection, values: Mapping[str, Any]) -> None:
    """Write an incident."""
    connection.execute(insert(incident).values(**values))


def resolve_incidents(connection: Connection, case_id: int, at: datetime) -> int:
    """Record that the open incidents of a case are resolved; return how many."""
    change = update(incident).where(_incidents.instance_id == case_id, _incidents.resolved_at.is_(None))
    return connection.execute(change.values(resolved_at=at)).rowcount


def failed_timers(connection: Connection, case_id: int) -> Sequence[Row]:
    """Return the timers of a case that could not be fired, the one that was due first before the others."""
    query = select(timer).where(_timers.instance_id == case_id, _timers.state == "failed")
    return connection.execute(query.order_by(_timers.due_at, _timers.id)).all()


def drop_failed_timers(connection: Connection, case_id: int, token_ids: Collection[str]) -> bool:
    """Forget failed timers whose tokens are gone; tell whether any failed timer is left.

    Args:
        connection: the action's.
        case_id: the case.
        token_ids: the tokens that are alive.
    """
    is_failed = (_timers.instance_id == case_id, _timers.state == "failed")
    gone = update(timer).where(*is_failed, _timers.message.is_(None), _timers.token_id.not_in(token_ids))
    connection.execute(gone.values(state="cancelled"))
    return bool(connection.scalar(select(exists().where(*is_failed))))


def cancel_messages(connection: Connection, case_id: int, message: str) -> None:
    """Withdraw a message to a case that nobody there waits for any more."""
    change = update(timer).where(_timers.instance_id == case_id, _timers.message == message)
    connection.execute(change.where(_timers.state.in_(("waiting", "failed"))).values(state="cancelled"))
