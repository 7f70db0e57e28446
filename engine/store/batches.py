"""Steps of a round that an office takes for many cases at once: what waits, and what goes into its summary sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, and_, exists, func, select
from sqlalchemy.sql import ColumnElement

from engine.models import process_instance, region, submission, user_task, yearly_round
from engine.store import cases
from engine.store.cases import CaseRecord
from engine.store.tasks import held_by
from engine.views import Actor

_cases, _tasks = process_instance.c, user_task.c


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOfRound:
    """A step of a round's cases."""

    round_id: int
    element_id: str

    @property
    def has_task(self) -> ColumnElement[bool]:
        """The condition of a task of this step."""
        of_round = select(_cases.id).where(_cases.round_id == self.round_id)
        return and_(_tasks.element_id == self.element_id, _tasks.instance_id.in_(of_round))


def waiting_groups(connection: Connection, actor: Actor) -> Sequence[Row]:
    """Return (round, version, step, names, count) of the actor's open tasks, those with the nearest limit first."""
    query = (
        select(
            _cases.round_id,
            _cases.definition_id,
            _tasks.element_id,
            func.min(_tasks.name).label("step_name"),
            func.min(_tasks.procedure_name).label("procedure_name"),
            yearly_round.c.title.label("round_title"),
            func.count().label("waiting"),
            func.min(_tasks.due_at).label("due_at"),
        )
        .select_from(user_task)
        .join(process_instance, _cases.id == _tasks.instance_id)
        .join(yearly_round, yearly_round.c.id == _cases.round_id)
        .where(held_by(actor))
        .group_by(_cases.round_id, _cases.definition_id, _tasks.element_id, yearly_round.c.title)
        .order_by(func.min(_tasks.sort_at), _cases.round_id, _tasks.element_id)
    )
    return connection.execute(query).all()


def cases_of_step(connection: Connection, actor: Actor, step: StepOfRound, most: int) -> list[CaseRecord]:
    """Return the cases that the actor's office has, or has had, at a step, in the order of their numbers."""
    came_here = exists().where(
        _tasks.instance_id == _cases.id,
        _tasks.element_id == step.element_id,
        _tasks.organisation_id == actor.organisation_id,
        _tasks.role.in_(sorted(actor.roles)),
        _tasks.state.in_(("open", "completed")),
    )
    query = select(*cases.COLUMNS).where(_cases.round_id == step.round_id, came_here).order_by(_cases.number)
    return [cases.record_of(row) for row in connection.execute(query.limit(most))]


def submissions_of(connection: Connection, case_ids: Sequence[int]) -> dict[int, list[Row]]:
    """Return the submissions of several cases, oldest first."""
    query = select(submission).where(submission.c.instance_id.in_(case_ids)).order_by(submission.c.id)
    found: dict[int, list[Row]] = {case_id: [] for case_id in case_ids}
    for row in connection.execute(query):
        found[row.instance_id].append(row)
    return found


def region_names(connection: Connection) -> dict[str, str]:
    """Return code -> name of every region."""
    return {row.code: row.name for row in connection.execute(select(region.c.code, region.c.name))}
