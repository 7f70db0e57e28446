"""What begins by itself because of a title: cycles with their steps; and orders to close cases.

Rows, so that nothing is lost or done twice, whatever dies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Text, cast, delete, func, insert, literal, literal_column, select, update
from sqlalchemy.dialects import postgresql

from engine.models import (
    closing_order,
    cycle_step,
    procedure,
    procedure_definition,
    process_instance,
    title,
    title_cycle,
)
from engine.titles import LIVE

_cycles = title_cycle.c
_steps = cycle_step.c
_orders = closing_order.c
_titles = title.c
#: Written into the statement, so that a prepared one uses the index of what waits.
_STEP_WAITS = _steps.state == literal_column("'waiting'")
_ORDER_WAITS = _orders.state == literal_column("'waiting'")


def versions_in_force(connection: Connection) -> Sequence[Row]:
    """Return (id, definition_id) of every procedure."""
    return connection.execute(select(procedure.c.id, procedure.c.definition_id).order_by(procedure.c.id)).all()


def titles_without_next_year(connection: Connection, procedure_id: str, kind: str, now: datetime) -> Sequence[Row]:
    """Return the titles in force whose next yearly window is not planned, with the opening of the last that is."""
    last = (
        select(func.max(_cycles.opens_at))
        .where(_cycles.procedure_id == procedure_id, _cycles.organisation_id == _titles.holder_id)
        .scalar_subquery()
    )
    query = select(title, last.label("last_opens_at")).where(
        _titles.kind == kind, _titles.status.in_(LIVE), func.coalesce(last <= now, literal(True))
    )
    return connection.execute(query.order_by(_titles.id)).all()


def titles_without_renewal(connection: Connection, procedure_id: str, kind: str) -> Sequence[Row]:
    """Return the titles in force with a term whose renewal is not planned."""
    planned = (
        select(_cycles.id)
        .where(
            _cycles.procedure_id == procedure_id,
            _cycles.organisation_id == _titles.holder_id,
            _cycles.cycle_key == cast(_titles.expires_on, Text),
        )
        .exists()
    )
    query = select(title).where(
        _titles.kind == kind, _titles.status.in_(LIVE), _titles.expires_on.is_not(None), ~planned
    )
    return connection.execute(query.order_by(_titles.id)).all()


def insert_cycle(connection: Connection, values: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> bool:
    """Plan a cycle with its steps; False when it was planned already, by whomever."""
    statement = postgresql.insert(title_cycle).values(**values).on_conflict_do_nothing().returning(_cycles.id)
    cycle_id = connection.scalar(statement)
    if cycle_id is None:
        return False
    rows = [{**step, "cycle_id": cycle_id, "state": "waiting"} for step in steps]
    connection.execute(insert(cycle_step), rows)
    return True


def forget_planned(connection: Connection, title_id: int) -> None:
    """Take back the cycles of a title that have not begun, to be planned again from what the register says now."""
    planned = select(_cycles.id).where(_cycles.title_id == title_id, _cycles.instance_id.is_(None))
    connection.execute(delete(cycle_step).where(_steps.cycle_id.in_(planned)))
    connection.execute(delete(title_cycle).where(_cycles.title_id == title_id, _cycles.instance_id.is_(None)))


def is_renewed_now(connection: Connection, title_id: int, cycle_key: str) -> bool:
    """Tell whether the case that renews a term of this title has begun and not ended."""
    query = (
        select(_cycles.id)
        .join(process_instance, process_instance.c.id == _cycles.instance_id)
        .where(_cycles.title_id == title_id, _cycles.cycle_key == cycle_key, process_instance.c.ended_at.is_(None))
    )
    return connection.scalar(query.limit(1)) is not None


def due_steps(connection: Connection, now: datetime, most: int) -> list[int]:
    """Return ids of the steps to take now, earliest first."""
    query = select(_steps.id).where(_STEP_WAITS, _steps.due_at <= now).order_by(_steps.due_at, _steps.id).limit(most)
    return list(connection.scalars(query))


def next_step(connection: Connection, now: datetime) -> datetime | None:
    """Return when the next step after `now` is to be taken."""
    return connection.scalar(select(func.min(_steps.due_at)).where(_STEP_WAITS, _steps.due_at > now))


def lock_step(connection: Connection, step_id: int) -> Row | None:
    """Return a step with its cycle, both locked, or None."""
    columns = (*(column for column in title_cycle.c if column.name != "id"), _titles.kind.label("title_kind"))
    query = (
        select(cycle_step, *columns)
        .join(title_cycle, _cycles.id == _steps.cycle_id)
        .join(title, _titles.id == _cycles.title_id)
        .where(_steps.id == step_id)
        .with_for_update(of=[cycle_step, title_cycle])
    )
    return connection.execute(query).one_or_none()


def mark_step(connection: Connection, step_id: int, state: str, at: datetime) -> None:
    """Record that a step was done, skipped or given up."""
    connection.execute(update(cycle_step).where(_steps.id == step_id).values(state=state, done_at=at))


def note_case(connection: Connection, cycle_id: int, case_id: int) -> None:
    """Record the case that was begun for a cycle."""
    connection.execute(update(title_cycle).where(_cycles.id == cycle_id).values(instance_id=case_id))


def unfiled(connection: Connection, procedure_id: str, now: datetime) -> Sequence[Row]:
    """Return the begun cycles of a procedure that are open and not filed in, the nearest close first."""
    cases = process_instance.c
    query = (
        select(title_cycle)
        .join(process_instance, cases.id == _cycles.instance_id)
        .where(
            _cycles.procedure_id == procedure_id,
            _cycles.closes_at > now,
            cases.submitted_at.is_(None),
            cases.ended_at.is_(None),
        )
    )
    return connection.execute(query.order_by(_cycles.closes_at, _cycles.id)).all()


def move_close(connection: Connection, cycle_id: int, closes_at: datetime, new_close_at: datetime) -> None:
    """Let a cycle close later; reminders that are still to come keep their distance from the last day."""
    shift = new_close_at - closes_at
    connection.execute(update(title_cycle).where(_cycles.id == cycle_id).values(closes_at=new_close_at))
    to_come = (_steps.cycle_id == cycle_id, _STEP_WAITS, _steps.kind == "remind")
    connection.execute(update(cycle_step).where(*to_come).values(due_at=_steps.due_at + shift))


def latest_begun(connection: Connection, procedure_id: str) -> Row | None:
    """Return the latest cycle of a procedure whose case has begun, or None."""
    query = select(title_cycle).where(_cycles.procedure_id == procedure_id, _cycles.instance_id.is_not(None))
    return connection.execute(query.order_by(_cycles.opens_at.desc()).limit(1)).one_or_none()


def cycles_of_holder(connection: Connection, organisation_id: str, kind: str) -> Sequence[Row]:
    """Return the cycles of a holder's titles of a kind, with their cases and procedures, latest first."""
    columns = ("number", "submitted_at", "ended_at")
    query = (
        select(
            title_cycle,
            procedure_definition.c.name.label("procedure_name"),
            *(process_instance.c[name].label(f"case_{name}") for name in columns),
        )
        .join(title, _titles.id == _cycles.title_id)
        .join(procedure, procedure.c.id == _cycles.procedure_id)
        .join(procedure_definition, procedure_definition.c.id == procedure.c.definition_id)
        .outerjoin(process_instance, process_instance.c.id == _cycles.instance_id)
        .where(_cycles.organisation_id == organisation_id, _titles.kind == kind)
    )
    return connection.execute(query.order_by(_cycles.opens_at.desc())).all()


def order_closings(
    connection: Connection, order: Mapping[str, Any], procedures: Sequence[str], party: str
) -> list[int]:
    """Order that a party's other running cases of these procedures be closed; return the ids of the orders.

    No case is locked here: a case that ends meanwhile is passed over when its order is carried out.

    Args:
        connection: the caller's transaction.
        order: ordered_in, reason, ordered_at.
        procedures: ids of the procedures.
        party: the applicant of the cases.
    """
    cases = process_instance.c
    running = select(
        cases.id,
        literal(order["ordered_in"]),
        literal(order["reason"]),
        literal(order["ordered_at"]),
        literal("waiting"),
    ).where(
        cases.applicant_id == party,
        cases.procedure_id.in_(procedures),
        cases.ended_at.is_(None),
        cases.id != order["ordered_in"],
    )
    names = ("instance_id", "ordered_in", "reason", "ordered_at", "state")
    statement = postgresql.insert(closing_order).from_select(names, running.order_by(cases.id))
    return list(connection.scalars(statement.on_conflict_do_nothing().returning(_orders.id)))


def waiting_closings(connection: Connection, most: int) -> list[int]:
    """Return ids of the orders that nobody has carried out."""
    return list(connection.scalars(select(_orders.id).where(_ORDER_WAITS).order_by(_orders.id).limit(most)))


def read_closing(connection: Connection, order_id: int, *, lock: bool = False) -> Row | None:
    """Return an order to close a case, locked when asked, or None."""
    query = select(closing_order).where(_orders.id == order_id)
    return connection.execute(query.with_for_update() if lock else query).one_or_none()


def mark_closing(connection: Connection, order_id: int, state: str, at: datetime) -> None:
    """Record that an order was carried out, was not needed any more, or failed."""
    connection.execute(update(closing_order).where(_orders.id == order_id).values(state=state, done_at=at))
