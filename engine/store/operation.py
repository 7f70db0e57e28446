"""Incidents, the simulated clock, and the figures of the live view."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, false, func, insert, select, true
from sqlalchemy.dialects import postgresql

from engine.models import demonstration_clock, history_event, incident, process_instance, user_task


def insert_incident(connection: Connection, values: Mapping[str, Any]) -> None:
    """Write an incident."""
    connection.execute(insert(incident).values(**values))


def open_incident(connection: Connection, case_id: int) -> str:
    """Return the sentence of a case's latest open incident, or an empty text."""
    query = select(incident.c.sentence).where(incident.c.instance_id == case_id, incident.c.resolved_at.is_(None))
    return connection.scalar(query.order_by(incident.c.id.desc()).limit(1)) or ""


def read_clock_offset(connection: Connection) -> timedelta | None:
    """Return how far the simulated clock is from the real one, or None before it was first set."""
    microseconds = connection.scalar(select(demonstration_clock.c.offset_microseconds))
    return None if microseconds is None else timedelta(microseconds=microseconds)


def write_clock_offset(connection: Connection, offset: timedelta) -> None:
    """Set how far the simulated clock is from the real one."""
    microseconds = offset // timedelta(microseconds=1)
    statement = postgresql.insert(demonstration_clock).values(id=1, offset_microseconds=microseconds)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[demonstration_clock.c.id], set_={"offset_microseconds": microseconds}
        )
    )


def open_by_step(connection: Connection, definition_id: int, now: datetime) -> Sequence[Row]:
    """Return (element_id, open, overdue) of a version's user tasks."""
    query = (
        select(
            user_task.c.element_id,
            func.count().label("open"),
            func.count().filter(user_task.c.due_at <= now).label("overdue"),
        )
        .join(process_instance, process_instance.c.id == user_task.c.instance_id)
        .where(user_task.c.state == "open", process_instance.c.definition_id == definition_id)
        .group_by(user_task.c.element_id)
    )
    return connection.execute(query).all()


def open_at(
    connection: Connection, definition_id: int, elements: Collection[str], now: datetime, *, most: int
) -> list[Row]:
    """Return the first open tasks at some steps: instance_id, revision, token_id, element_id, is_overdue."""
    query = (
        select(
            user_task.c.instance_id,
            process_instance.c.revision,
            user_task.c.token_id,
            user_task.c.element_id,
            func.coalesce(user_task.c.due_at <= now, false()).label("is_overdue"),
        )
        .join(process_instance, process_instance.c.id == user_task.c.instance_id)
        .where(user_task.c.state == "open", process_instance.c.definition_id == definition_id)
        .where(user_task.c.element_id.in_(elements))
        .order_by(user_task.c.instance_id, user_task.c.id)
        .limit(most)
    )
    return list(connection.execute(query))


def passed_by_step(connection: Connection, definition_id: int) -> dict[str, int]:
    """Return how often a version's elements were passed, by element id."""
    element = func.jsonb_array_elements_text(history_event.c.details["passed"]).table_valued("value").lateral("element")
    query = (
        select(element.c.value, func.count())
        .select_from(history_event)
        .join(process_instance, process_instance.c.id == history_event.c.instance_id)
        .join(element, true())
        .where(process_instance.c.definition_id == definition_id, history_event.c.details.has_key("passed"))
        .group_by(element.c.value)
    )
    rows: Sequence[Row] = connection.execute(query).all()
    return {row[0]: row[1] for row in rows}


def totals(connection: Connection, definition_id: int, now: datetime) -> Row:
    """Return running, ended, incidents, overdue and revision of a version's cases."""
    late = (
        select(user_task.c.id)
        .where(user_task.c.instance_id == process_instance.c.id, user_task.c.state == "open", user_task.c.due_at <= now)
        .exists()
    )
    query = select(
        func.count().filter(process_instance.c.state == "running").label("running"),
        func.count().filter(process_instance.c.state == "ended").label("ended"),
        func.count().filter(process_instance.c.state == "incident").label("incidents"),
        func.count().filter(late).label("overdue"),
        func.coalesce(func.sum(process_instance.c.revision), 0).label("revision"),
    ).where(process_instance.c.definition_id == definition_id)
    return connection.execute(query).one()


def total_revision(connection: Connection) -> int:
    """Return a number that grows with every change of any case."""
    return connection.scalar(select(func.coalesce(func.sum(process_instance.c.revision + 1), 0))) or 0
