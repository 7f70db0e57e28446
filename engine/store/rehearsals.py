"""Simulations of drafts with their steps, and orders to replay cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from engine.errors import NotFound
from engine.models import (
    draft,
    history_event,
    material,
    organisation,
    process_instance,
    replay_order,
    simulation,
    simulation_step,
    submission,
    title,
    user_task,
    yearly_round,
)

_simulations = simulation.c
_steps = simulation_step.c
_orders = replay_order.c


def insert_simulation(connection: Connection, values: Mapping[str, Any]) -> int:
    """Write a simulation and return its id."""
    return connection.execute(insert(simulation).returning(_simulations.id), dict(values)).scalar_one()


def read_simulation(connection: Connection, draft_id: int, simulation_id: int, *, lock: bool = False) -> Row:
    """Return a simulation of a draft.

    Raises:
        NotFound: there is none.
    """
    query = select(simulation).where(_simulations.id == simulation_id, _simulations.draft_id == draft_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound(simulation_id=simulation_id)
    return row


def list_simulations(connection: Connection, draft_id: int) -> Sequence[Row]:
    """Return the simulations of a draft with how many steps each has, latest first."""
    steps = select(func.count()).where(_steps.simulation_id == _simulations.id).scalar_subquery()
    query = select(simulation, steps.label("steps")).where(_simulations.draft_id == draft_id)
    return connection.execute(query.order_by(_simulations.id.desc())).all()


def change_simulation(connection: Connection, simulation_id: int, values: Mapping[str, Any]) -> None:
    """Change a simulation."""
    connection.execute(update(simulation).where(_simulations.id == simulation_id).values(**values))


def delete_simulation(connection: Connection, simulation_id: int) -> None:
    """Remove a simulation with its steps."""
    connection.execute(delete(simulation).where(_simulations.id == simulation_id))


def steps_of(connection: Connection, simulation_id: int) -> Sequence[Row]:
    """Return the steps of a simulation, in order."""
    query = select(simulation_step).where(_steps.simulation_id == simulation_id).order_by(_steps.number)
    return connection.execute(query).all()


def put_steps(connection: Connection, simulation_id: int, first: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Let these be the steps of a simulation from a number on; what stood there is removed."""
    connection.execute(delete(simulation_step).where(_steps.simulation_id == simulation_id, _steps.number >= first))
    numbered = [{**row, "simulation_id": simulation_id, "number": first + place} for place, row in enumerate(rows)]
    if numbered:
        connection.execute(insert(simulation_step), numbered)


def scratches_in_use(connection: Connection, since: datetime) -> set[str]:
    """Return the scratch schemas of the simulations that somebody worked on since an instant."""
    return set(connection.scalars(select(_simulations.scratch).where(_simulations.changed_at >= since)))


def insert_order(connection: Connection, values: Mapping[str, Any]) -> int:
    """Write an order to replay and return its id."""
    return connection.execute(insert(replay_order).returning(_orders.id), dict(values)).scalar_one()


def read_order(connection: Connection, order_id: int) -> Row | None:
    """Return an order with its draft's procedure, or None."""
    query = select(replay_order, draft.c.procedure_id).join(draft, draft.c.id == _orders.draft_id)
    return connection.execute(query.where(_orders.id == order_id)).one_or_none()


def latest_order(connection: Connection, draft_id: int, kind: str) -> Row | None:
    """Return the latest order of a kind for a draft, or None."""
    query = select(replay_order).where(_orders.draft_id == draft_id, _orders.kind == kind)
    return connection.execute(query.order_by(_orders.id.desc()).limit(1)).one_or_none()


def change_order(connection: Connection, order_id: int, values: Mapping[str, Any]) -> None:
    """Change an order."""
    connection.execute(update(replay_order).where(_orders.id == order_id).values(**values))


def waiting_orders(connection: Connection, most: int) -> list[int]:
    """Return the ids of orders that are not carried out."""
    query = select(_orders.id).where(_orders.state == "waiting").order_by(_orders.id).limit(most)
    return list(connection.scalars(query))


def past_rounds(connection: Connection, procedure_id: str) -> Sequence[Row]:
    """Return the rounds of a procedure that have cases that ended, latest first, with how many."""
    ended = func.count().label("ended")
    query = (
        select(yearly_round.c.id, yearly_round.c.title, yearly_round.c.year, ended)
        .join(process_instance, process_instance.c.round_id == yearly_round.c.id)
        .where(yearly_round.c.procedure_id == procedure_id, process_instance.c.ended_at.is_not(None))
        .group_by(yearly_round.c.id)
    )
    return connection.execute(query.order_by(yearly_round.c.year.desc(), yearly_round.c.id.desc())).all()


def ended_cases(connection: Connection, round_id: int, most: int) -> list[int]:
    """Return the ids of a round's cases that ended, in the order in which they began."""
    cases = process_instance.c
    query = select(cases.id).where(cases.round_id == round_id, cases.ended_at.is_not(None))
    return list(connection.scalars(query.order_by(cases.id).limit(most)))


def case_with_course(connection: Connection, case_id: int) -> dict[str, Any]:
    """Return how a case went: what was submitted when and by whom, what was passed, where it ended, its limits."""
    cases = process_instance.c
    row = connection.execute(select(process_instance).where(cases.id == case_id)).one()
    events = connection.execute(
        select(history_event).where(history_event.c.instance_id == case_id).order_by(history_event.c.sequence)
    ).all()
    tasks = connection.execute(
        select(user_task).where(user_task.c.instance_id == case_id).order_by(user_task.c.id)
    ).all()
    keys = {row.id: row.field_key for row in connection.execute(_KEYS, {"case_id": case_id})}
    submitted = [dict(one._mapping) for one in connection.execute(_SUBMITTED, {"case_id": case_id})]
    for one in submitted:
        one["materials"] = [keys[material_id] for material_id in one["materials"]]
    return {
        **{name: row._mapping[name] for name in ("number", "facts", "outcome", "outcome_name", "started_at")},
        "submissions": submitted,
        "withdrawn_at": [one.at for one in events if one.kind == "case_withdrawn"],
        "passed": [name for one in events for name in one.details.get("passed", ())],
        "limits": [(one.element_id, one.name, one.due_at) for one in tasks if one.due_at is not None],
        "experts": [one["organisation_id"] for one in submitted if one["kind"] == "expert"],
        "titles": [
            {"kind": one.kind, "granted_on": one.granted_on.isoformat(), **_expiry(one.expires_on)}
            for one in connection.execute(_TITLES, {"holder_id": row.applicant_id, "before": row.started_at.date()})
        ],
    }


def _expiry(day: date | None) -> dict[str, str]:
    return {} if day is None else {"expires_on": day.isoformat()}


_KEYS = select(material.c.id, material.c.field_key).where(material.c.instance_id == bindparam("case_id"))
_SUBMITTED = (
    select(
        submission.c.submitted_at.label("at"),
        submission.c.element_id,
        submission.c.content,
        submission.c.organisation_id,
        user_task.c.role,
        organisation.c.kind,
        submission.c.materials,
    )
    .join(user_task, user_task.c.id == submission.c.task_id)
    .join(organisation, organisation.c.id == submission.c.organisation_id)
    .where(submission.c.instance_id == bindparam("case_id"))
    .order_by(submission.c.id)
)
_TITLES = select(title.c.kind, title.c.granted_on, title.c.expires_on).where(
    title.c.holder_id == bindparam("holder_id"), title.c.granted_on < bindparam("before")
)
