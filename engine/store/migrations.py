"""Orders to migrate cases, what they have done so far, and what of a case has to follow it to another version."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, func, insert, literal, select, update

from engine.errors import NotFound
from engine.models import (
    material,
    migration_item,
    migration_order,
    procedure_definition,
    process_instance,
    submission,
    timer,
    user_task,
)
from engine.store.cases import COLUMNS, CaseRecord, record_of
from engine.store.tasks import TaskRecord

_orders, _items = migration_order.c, migration_item.c
_TASK_COLUMNS = tuple(user_task.c[name] for name in TaskRecord.__dataclass_fields__)
#: A timer that failed has to follow its case too: it may be fired again.
_LIVE_TIMER = ("waiting", "failed")


def find_version(connection: Connection, procedure_id: str, version: int) -> int:
    """Return the id of a version.

    Raises:
        NotFound: there is no such version.
    """
    versions = procedure_definition.c
    query = select(versions.id).where(versions.procedure_id == procedure_id, versions.version == version)
    definition_id = connection.scalar(query)
    if definition_id is None:
        raise NotFound("没有找到这一版流程定义，请核对事项和版本号。", procedure=procedure_id, version=version)
    return definition_id


def versions_of(connection: Connection, procedure_id: str) -> Sequence[Row]:
    """Return (id, version, running) of every version, newest first; `running` counts its cases that have not ended."""
    running = (
        select(func.count())
        .select_from(process_instance)
        .where(process_instance.c.definition_id == procedure_definition.c.id, process_instance.c.ended_at.is_(None))
        .scalar_subquery()
    )
    query = select(procedure_definition.c.id, procedure_definition.c.version, running.label("running"))
    query = query.where(procedure_definition.c.procedure_id == procedure_id)
    return connection.execute(query.order_by(procedure_definition.c.version.desc())).all()


def running_cases(connection: Connection, definition_id: int, *, after: int = 0, most: int) -> list[CaseRecord]:
    """Return cases of a version that have not ended, in the order of their ids."""
    cases = process_instance.c
    query = select(*COLUMNS).where(cases.definition_id == definition_id, cases.ended_at.is_(None), cases.id > after)
    return [record_of(row) for row in connection.execute(query.order_by(cases.id).limit(most))]


def open_tasks_of(connection: Connection, case_ids: Collection[int]) -> dict[int, list[TaskRecord]]:
    """Return the open tasks of several cases."""
    query = select(*_TASK_COLUMNS).where(user_task.c.instance_id.in_(case_ids), user_task.c.state == "open")
    found: dict[int, list[TaskRecord]] = {}
    for row in connection.execute(query.order_by(user_task.c.id)):
        found.setdefault(row.instance_id, []).append(TaskRecord(**row._mapping))
    return found


def live_timers_of(connection: Connection, case_ids: Collection[int]) -> dict[int, list[Row]]:
    """Return the timers of several cases that wait, or failed and may be fired again."""
    query = select(timer).where(timer.c.instance_id.in_(case_ids), timer.c.state.in_(_LIVE_TIMER))
    found: dict[int, list[Row]] = {}
    for row in connection.execute(query.order_by(timer.c.id)):
        found.setdefault(row.instance_id, []).append(row)
    return found


def submissions_of(connection: Connection, case_ids: Collection[int]) -> dict[int, list[Row]]:
    """Return (instance_id, element_id, content) of what was submitted in several cases, oldest first."""
    columns = (submission.c.instance_id, submission.c.element_id, submission.c.content)
    query = select(*columns).where(submission.c.instance_id.in_(case_ids))
    found: dict[int, list[Row]] = {}
    for row in connection.execute(query.order_by(submission.c.id)):
        found.setdefault(row.instance_id, []).append(row)
    return found


def update_timer(connection: Connection, timer_id: int, values: Mapping[str, Any]) -> None:
    """Change one timer."""
    connection.execute(update(timer).where(timer.c.id == timer_id).values(**values))


def rename_step(connection: Connection, case_id: int, old_id: str, new_id: str) -> None:
    """Let the files on a step's list follow the step's new id."""
    change = update(material).where(material.c.instance_id == case_id, material.c.element_id == old_id)
    connection.execute(change.values(element_id=new_id))


def keep_versions(connection: Connection, case_id: int, definition_id: int) -> None:
    """Let the submissions made so far remember the version they were made under."""
    change = update(submission).where(submission.c.instance_id == case_id, submission.c.definition_id.is_(None))
    connection.execute(change.values(definition_id=definition_id))


def insert_order(connection: Connection, values: Mapping[str, Any]) -> int:
    """Write an order with a waiting item for every case of its version that has not ended; return its id."""
    order_id = connection.execute(insert(migration_order).values(**values).returning(_orders.id)).scalar_one()
    cases = process_instance.c
    affected = select(literal(order_id), cases.id, literal("waiting")).where(
        cases.definition_id == values["from_definition_id"], cases.ended_at.is_(None)
    )
    connection.execute(insert(migration_item).from_select(["order_id", "instance_id", "state"], affected))
    return int(order_id)


def read_order(connection: Connection, order_id: int, *, lock: bool = False) -> Row:
    """Return an order with the numbers of its two versions.

    Raises:
        NotFound: there is no such order.
    """
    old, new = procedure_definition.alias("old"), procedure_definition.alias("new")
    query = (
        select(migration_order, old.c.version.label("from_version"), new.c.version.label("to_version"), new.c.name)
        .join(old, old.c.id == _orders.from_definition_id)
        .join(new, new.c.id == _orders.to_definition_id)
        .where(_orders.id == order_id)
    )
    row = connection.execute(query.with_for_update(of=migration_order) if lock else query).one_or_none()
    if row is None:
        raise NotFound(order_id=order_id)
    return row


def unfinished_orders(connection: Connection) -> list[int]:
    """Return the orders that have not come to their end."""
    return list(connection.scalars(select(_orders.id).where(_orders.state == "running").order_by(_orders.id)))


def orders_of(connection: Connection, definition_id: int) -> Sequence[Row]:
    """Return (id, state, ordered_at) of the orders that took cases away from a version, latest first."""
    query = select(_orders.id, _orders.state, _orders.ordered_at).where(_orders.from_definition_id == definition_id)
    return connection.execute(query.order_by(_orders.id.desc())).all()


def change_order(connection: Connection, order_id: int, state: str, at: datetime) -> None:
    """Record that an order came to its end or was stopped."""
    change = update(migration_order).where(_orders.id == order_id, _orders.state == "running")
    connection.execute(change.values(state=state, finished_at=at))


def next_item(connection: Connection, order_id: int, at: datetime) -> int | None:
    """Return the case that an order has to look at next, and note that it does; None when none is left.

    Whatever was looked at before and is still waiting comes after everything else: a case that cannot be had, or that
    a fault of ours stops at, does not keep the others waiting.
    """
    next_one = (
        select(_items.instance_id)
        .where(_items.order_id == order_id, _items.state == "waiting")
        .order_by(_items.looked_at.asc().nulls_first(), _items.instance_id)
        .limit(1)
        .scalar_subquery()
    )
    look = update(migration_item).where(_items.order_id == order_id, _items.instance_id == next_one)
    return connection.scalar(look.values(looked_at=at).returning(_items.instance_id))


def has_waiting(connection: Connection, order_id: int) -> bool:
    """Tell whether an order has cases that nobody has come to an end with."""
    return bool(connection.scalar(select(exists().where(_items.order_id == order_id, _items.state == "waiting"))))


def claim_item(connection: Connection, order_id: int, case_id: int) -> bool:
    """Tell whether a case still has to be looked at, and let no other worker do it before the commit.

    The case is locked first, as by every other action on it.
    """
    query = select(_items.instance_id).where(
        _items.order_id == order_id, _items.instance_id == case_id, _items.state == "waiting"
    )
    return connection.scalar(query.with_for_update()) is not None


def finish_item(connection: Connection, order_id: int, case_id: int, values: Mapping[str, Any]) -> None:
    """Record what became of one case."""
    change = update(migration_item).where(_items.order_id == order_id, _items.instance_id == case_id)
    connection.execute(change.values(**values))


def count_items(connection: Connection, order_id: int) -> dict[str, int]:
    """Count an order's cases by what became of them."""
    query = select(_items.state, func.count()).where(_items.order_id == order_id).group_by(_items.state)
    rows: Sequence[Row] = connection.execute(query).all()
    return {row[0]: row[1] for row in rows}


def list_items(connection: Connection, order_id: int, state: str, most: int) -> Sequence[Row]:
    """Return (instance_id, number, sentence) of an order's cases in one state."""
    query = (
        select(_items.instance_id, process_instance.c.number, _items.sentence)
        .join(process_instance, process_instance.c.id == _items.instance_id)
        .where(_items.order_id == order_id, _items.state == state)
    )
    return connection.execute(query.order_by(_items.instance_id).limit(most)).all()
