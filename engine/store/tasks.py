"""User tasks: the inbox, and the task that an action works on, locked together with its case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Select,
    and_,
    bindparam,
    literal_column,
    or_,
    select,
    true,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.sql import ColumnElement

from engine.access import TaskScope
from engine.errors import NotFound
from engine.models import user_task
from engine.store.batch import Batch, Part, Source, as_json, travelling
from engine.store.cases import CaseRecord, record_of_whole
from engine.store.direct import ask
from engine.store.wholes import made, reader_of
from engine.views import Actor

_tasks = user_task.c
#: Tasks without a time limit sort after all others.
NO_LIMIT = datetime(9999, 12, 31, tzinfo=UTC)
#: A task whose limit is nearer than this is shown as 即将到期.
SOON = timedelta(days=3)
PAGE = 30
#: A tab shows 999+ rather than counting a million rows.
COUNTED = 1000


@dataclass(frozen=True, kw_only=True)
class TaskRecord:
    """One row of `user_task`."""

    id: int
    instance_id: int
    token_id: str
    element_id: str
    name: str
    role: str
    organisation_id: str
    assignee_id: int | None
    assignee_name: str | None
    state: str
    opened_at: datetime
    claimed_at: datetime | None
    due_at: datetime | None
    completed_at: datetime | None
    completed_by: int | None
    completed_by_name: str | None
    completion_key: str
    receipt_number: str | None
    draft: Mapping[str, Any] | None
    draft_saved_at: datetime | None
    case_number: str
    case_title: str
    procedure_id: str
    procedure_name: str
    applicant_name: str


_RECORDED = tuple(TaskRecord.__dataclass_fields__)
_COLUMNS = tuple(_tasks[name] for name in _RECORDED)


def _task_of(values: Sequence[Any]) -> TaskRecord:
    """Build the record from the values of _COLUMNS."""
    return TaskRecord(**dict(zip(_RECORDED, values, strict=True)))


def scope_of(task: TaskRecord, case: CaseRecord) -> TaskScope:
    """Return what the policy needs to know of a task."""
    return TaskScope(
        organisation_id=task.organisation_id, role=task.role, assignee_id=task.assignee_id, case=case.scope
    )


# The statements of every action are built once: putting one together costs more than sending it.

#: The case first: every action locks it before anything that hangs on it.
_TASK_WITH_CASE = """
SELECT to_json(process_instance), to_json(user_task)
FROM process_instance JOIN user_task ON user_task.instance_id = process_instance.id
WHERE user_task.id = %(task_id)s
"""
_LOCKED_TASK_WITH_CASE = f"{_TASK_WITH_CASE} FOR UPDATE"
_read_whole = reader_of(user_task, _RECORDED)


def read_task(connection: Connection, task_id: int, *, lock: bool = False) -> tuple[TaskRecord, CaseRecord]:
    """Return a task and its case in one statement, both locked when `lock` is set.

    Raises:
        NotFound: there is no such task.
    """
    query = _LOCKED_TASK_WITH_CASE if lock else _TASK_WITH_CASE
    rows = ask(connection, query, {"task_id": task_id})
    if not rows:
        raise NotFound(task_id=task_id)
    case, task = rows[0]
    return made(TaskRecord, _read_whole(task)), record_of_whole(case)


_CHANGE = update(user_task).where(_tasks.id == bindparam("task_id"))


def update_task(connection: Connection, task_id: int, values: Mapping[str, Any]) -> None:
    """Change one task."""
    connection.execute(_CHANGE, {"task_id": task_id, **values})


class OpenedTask(NamedTuple):
    """What is told of a task that an action opened."""

    id: int
    element_id: str
    organisation_id: str
    role: str


_ANSWER = ", ".join(OpenedTask._fields)
#: Newest drafts of a step, by why it may begin with one: each is the first entry of an index, however old the case.
_DRAFT = """(SELECT id, draft FROM user_task AS known
        WHERE instance_id = %(case_id)s AND known.element_id = given.element_id AND draft IS NOT NULL AND {reason}
        ORDER BY id DESC LIMIT 1)"""
_CANCELLED = _DRAFT.format(reason="state = 'cancelled'")
#: Taken away by this very statement.
_CLOSED = _DRAFT.format(reason="token_id = ANY(%(closed)s)")
_APPLICANTS = _DRAFT.format(
    reason="given.organisation_id = %(applicant_id)s AND known.organisation_id = %(applicant_id)s"
)
_OPENED_ONE, _OPENED = "opened_task", "opened_tasks"


@lru_cache(maxsize=64)
def _opening(source: Source, drafts: tuple[str, ...], *, is_one: bool) -> Part:
    """Return the part that opens tasks, each with the newest of the drafts that it may begin with."""
    rows, into, values = source.text, "", ""
    if drafts:
        newest = drafts[0] if len(drafts) == 1 else f"({' UNION ALL '.join(drafts)} ORDER BY id DESC LIMIT 1)"
        rows, into, values = f"{rows} LEFT JOIN LATERAL {newest} AS earlier ON true", ", draft", ", earlier.draft"
    text = f"""INSERT INTO user_task ({source.columns}{into})
    SELECT {source.columns}{values} FROM {rows} {"" if is_one else "ORDER BY given.ordinality"}
    RETURNING {_ANSWER}"""
    return Part(_OPENED_ONE if is_one else _OPENED, text)


def answer_of(batch: Batch) -> str:
    """Return the statement that answers with what a batch opened: the values of an OpenedTask each."""
    if _OPENED_ONE in batch:
        return f"SELECT {_ANSWER} FROM {_OPENED_ONE}"
    return f"SELECT {_ANSWER} FROM {_OPENED} ORDER BY id" if _OPENED in batch else "SELECT 1 WHERE false"


def add_tasks(
    batch: Batch,
    rows: Sequence[Mapping[str, Any]],
    *,
    applicant_id: str,
    closed: Sequence[str] = (),
    is_first: bool = False,
) -> None:
    """Add the opening of tasks of one case.

    A step that is opened again starts with what was typed at it before: for its applicant always, for an office only
    when the earlier one was taken away unfinished. A second review begins empty.

    Args:
        batch: where to.
        rows: the tasks.
        applicant_id: the case's applicant.
        closed: tokens of the tasks that this batch takes away.
        is_first: the case itself is in the batch, so that there is no earlier task.
    """
    is_one = len(rows) == 1
    # Their ids are in the order of the rows, which only one JSON text can tell.
    source, placed = travelling(user_task, rows, are_few=is_one)
    if is_first:
        batch.add(_opening(source, (), is_one=is_one), {}, placed)
        return
    drafts, asked = [_CANCELLED], {"case_id": rows[0]["instance_id"]}
    if closed:
        drafts.append(_CLOSED)
        asked["closed"] = list(closed)
    if any(row["organisation_id"] == applicant_id for row in rows):
        drafts.append(_APPLICANTS)
        asked["applicant_id"] = applicant_id
    batch.add(_opening(source, tuple(drafts), is_one=is_one), asked, placed)


_CANCEL = Part(
    "closed_task",
    """UPDATE user_task SET state = 'cancelled'
    WHERE instance_id = %(case_id)s AND token_id = ANY(%(closed)s) AND state = 'open'""",
)


def cancel_tasks(connection: Connection, case_id: int, token_ids: Sequence[str]) -> None:
    """Withdraw the open tasks of these tokens."""
    batch = Batch()
    close_tasks(batch, case_id, token_ids)
    batch.send(connection)


def close_tasks(batch: Batch, case_id: int, token_ids: Sequence[str]) -> None:
    """Add the withdrawal of the open tasks of these tokens."""
    batch.add(_CANCEL, {"case_id": case_id, "closed": list(token_ids)})


_COMPLETED = ("completed_at", "completed_by", "completed_by_name", "receipt_number", "draft")
_COMPLETE = Part(
    "completed_task",
    f"UPDATE user_task SET state = 'completed', {', '.join(f'{name} = %(task_{name})s' for name in _COMPLETED)} "
    "WHERE id = %(task_id)s",
)


def complete_task(batch: Batch, task_id: int, values: Mapping[str, Any]) -> None:
    """Add the completion of a task: when, by whom, with which receipt and which contents."""
    given = {f"task_{name}": values[name] for name in _COMPLETED}
    batch.add(_COMPLETE, {**given, "task_draft": as_json(values["draft"]), "task_id": task_id})


def open_tasks(connection: Connection, case_id: int) -> list[TaskRecord]:
    """Return the open tasks of a case."""
    query = select(*_COLUMNS).where(_tasks.instance_id == case_id, _tasks.state == "open").order_by(_tasks.id)
    return [_task_of(row) for row in connection.execute(query)]


def waiting_steps(connection: Connection, case_ids: Sequence[int], now: datetime) -> dict[int, list[tuple[str, bool]]]:
    """Return (name, is overdue) of the open tasks of several cases."""
    query = select(_tasks.instance_id, _tasks.name, _tasks.sort_at).where(
        _tasks.instance_id.in_(case_ids), _tasks.state == "open"
    )
    steps: dict[int, list[tuple[str, bool]]] = {}
    for row in connection.execute(query.order_by(_tasks.id)):
        steps.setdefault(row.instance_id, []).append((row.name, row.sort_at <= now))
    return steps


#: Written into the statement: a prepared one could not use an index of the open tasks for a state it learns later.
_IS_OPEN = _tasks.state == literal_column("'open'")


def _held(organisation_id: Any, is_role: ColumnElement[bool], account_id: Any) -> ColumnElement[bool]:
    """Return the condition of 我的待办: for a role of mine in my organisation, and not claimed by somebody else."""
    return and_(
        _IS_OPEN,
        _tasks.organisation_id == organisation_id,
        is_role,
        or_(_tasks.assignee_id.is_(None), _tasks.assignee_id == account_id),
    )


def held_by(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of the actor's open tasks, whatever their role."""
    return _held(actor.organisation_id, _tasks.role.in_(sorted(actor.roles)), actor.account_id)


def completed_in_office_of(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of 已办: completed in my organisation under a role of mine."""
    return and_(_tasks.organisation_id == actor.organisation_id, _tasks.role.in_(sorted(actor.roles)))


def in_scope(scope: str, now: datetime) -> ColumnElement[bool]:
    """Return the condition of a tab of the inbox."""
    if scope == "soon":
        return and_(_tasks.sort_at > now, _tasks.sort_at <= now + SOON)
    if scope == "overdue":
        return _tasks.sort_at <= now
    return _tasks.assignee_id.is_(None) if scope == "unclaimed" else true()


def matching(search: str) -> ColumnElement[bool]:
    """Return the condition of the search box: number, title, applicant or step contain the words."""
    columns = (_tasks.case_number, _tasks.case_title, _tasks.applicant_name, _tasks.name)
    return or_(*(column.icontains(search, autoescape=True) for column in columns))


def list_open(
    connection: Connection,
    actor: Actor,
    conditions: Sequence[ColumnElement[bool]],
    after: tuple[datetime, int] | None,
) -> list[TaskRecord]:
    """Return one page of the actor's open tasks, nearest limit first, one row more than a page.

    Each role is a walk along the index of its own, in the order of the page, which stops when the page is full: what
    other roles of a large office have to do is not read.
    """
    walks = [_walk(actor, role, conditions, after) for role in sorted(actor.roles)]
    if not walks:
        return []
    query = walks[0] if len(walks) == 1 else _merged(walks)
    return [_task_of(row[:-1]) for row in connection.execute(query)]


def _merged(walks: Sequence[Select]) -> Select:
    found = union_all(*(select(walk.subquery()) for walk in walks)).subquery()
    return select(found).order_by(found.c.sort_at, found.c.id).limit(PAGE + 1)


def _walk(
    actor: Actor, role: str, conditions: Sequence[ColumnElement[bool]], after: tuple[datetime, int] | None
) -> Select:
    held = _held(actor.organisation_id, _tasks.role == role, actor.account_id)
    query: Select = select(*_COLUMNS, _tasks.sort_at).where(held, *conditions)
    if after is not None:
        query = query.where(tuple_(_tasks.sort_at, _tasks.id) > tuple_(*after))
    return query.order_by(_tasks.sort_at, _tasks.id).limit(PAGE + 1)


def list_completed(
    connection: Connection, conditions: Sequence[ColumnElement[bool]], before: tuple[datetime, int] | None
) -> list[TaskRecord]:
    """Return one page of completed tasks, latest first, one row more than a page."""
    query: Select = select(*_COLUMNS).where(_tasks.state == "completed", *conditions)
    if before is not None:
        query = query.where(tuple_(_tasks.completed_at, _tasks.id) < tuple_(*before))
    ordered = query.order_by(_tasks.completed_at.desc(), _tasks.id.desc()).limit(PAGE + 1)
    return [_task_of(row) for row in connection.execute(ordered)]


#: The tabs as `in_scope` has them, counted along the index of each role like `_walk`: left to itself, the server reads
#: the whole table for an office with few tasks. Whatever is overdue comes first, so one walk counts it with all.
_COUNT = f"""
SELECT least(sum(everything), {COUNTED}), least(sum(near), {COUNTED}), least(sum(late), {COUNTED}),
       least(sum(free), {COUNTED})
FROM unnest(%(roles)s::text[]) AS held (held_role),
LATERAL (SELECT count(*) AS everything, count(*) FILTER (WHERE sort_at <= %(now)s) AS late FROM (
    SELECT sort_at FROM user_task WHERE {{held}} ORDER BY sort_at LIMIT {COUNTED}) AS few) AS from_the_first,
LATERAL (SELECT count(*) AS near FROM (
    SELECT FROM user_task WHERE {{held}} AND sort_at > %(now)s AND sort_at <= %(soon)s
    ORDER BY sort_at LIMIT {COUNTED}) AS few) AS from_now_on,
LATERAL (SELECT count(*) AS free FROM (
    SELECT FROM user_task WHERE {{held}} AND assignee_id IS NULL ORDER BY sort_at LIMIT {COUNTED}) AS few) AS unclaimed
""".format(
    held="""state = 'open' AND organisation_id = %(organisation_id)s AND role = held_role
          AND (assignee_id IS NULL OR assignee_id = %(account_id)s)"""
)
_TABS = ("all", "soon", "overdue", "unclaimed")


def count_open(connection: Connection, actor: Actor, now: datetime) -> dict[str, int]:
    """Count the tabs of the inbox in one statement, each up to COUNTED."""
    asked = {
        "organisation_id": actor.organisation_id,
        "roles": sorted(actor.roles),
        "account_id": actor.account_id,
        "now": now,
        "soon": now + SOON,
    }
    found = ask(connection, _COUNT, asked)[0]
    return {tab: int(count or 0) for tab, count in zip(_TABS, found, strict=True)}
