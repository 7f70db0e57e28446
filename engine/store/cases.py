"""Process instances: one row holds the engine's state, the variables, the windows and the head of the hash chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import ColumnElement

from engine.access import CaseScope, is_office_holder
from engine.errors import NotFound
from engine.models import process_instance, user_task
from engine.store.batch import Batch, Part, Source, as_json, travelling
from engine.store.direct import ask
from engine.store.numbers import NEXT_NUMBER, Spelling, catch_up, is_taken
from engine.store.rounds import STANDING, Standing
from engine.store.wholes import made, reader_of
from engine.views import Actor

_cases = process_instance.c
#: What a list shows; the engine's state and the variables stay where they are.
_LIST_COLUMNS = (
    _cases.id,
    _cases.number,
    _cases.title,
    _cases.procedure_id,
    _cases.procedure_name,
    _cases.applicant_name,
    _cases.state,
    _cases.outcome,
    _cases.outcome_name,
    _cases.started_at,
    _cases.submitted_at,
    _cases.ended_at,
)
PAGE = 50


@dataclass(frozen=True, kw_only=True)
class CaseRecord:
    """One row of `process_instance`."""

    id: int
    number: str
    definition_id: int
    procedure_id: str
    procedure_name: str
    round_id: int
    #: Tells the applicant's cases of one round apart, or empty where there is one alone.
    slot: str
    title: str
    applicant_id: str
    applicant_name: str
    offices: Mapping[str, str]
    participants: tuple[str, ...]
    facts: Mapping[str, Any]
    windows: Mapping[str, Mapping[str, str]]
    last_hash: bytes
    started_by: str
    started_at: datetime
    # What follows is not known yet when a case begins.
    state: str = "running"
    outcome: str = ""
    outcome_name: str = ""
    engine_state: bytes = b""
    variables: Mapping[str, Any] = field(default_factory=dict)
    is_effective: bool = True
    revision: int = 1
    last_sequence: int = 0
    submitted_at: datetime | None = None
    ended_at: datetime | None = None

    @cached_property
    def scope(self) -> CaseScope:
        """What the policy needs to know of this case."""
        return CaseScope(applicant_id=self.applicant_id, participants=frozenset(self.participants))

    @property
    def withdrawable_scope(self) -> CaseScope:
        """The same of a case that waits where its applicant may still take it back."""
        return replace(self.scope, is_withdrawable=True)


_RECORDED = tuple(CaseRecord.__dataclass_fields__)
COLUMNS = tuple(_cases[name] for name in _RECORDED)


def record_of(values: Sequence[Any]) -> CaseRecord:
    """Build the record from the values of COLUMNS."""
    found = dict(zip(_RECORDED, values, strict=True))
    found["participants"] = tuple(found["participants"])
    return CaseRecord(**found)


_read_whole = reader_of(process_instance, _RECORDED)


def record_of_whole(row: Mapping[str, Any]) -> CaseRecord:
    """Build the record from the JSON of a row."""
    found = _read_whole(row)
    found["participants"] = tuple(found["participants"])
    return made(CaseRecord, found)


# The statements of every action are built once: putting one together costs more than sending it.
_READ = select(*COLUMNS).where(_cases.id == bindparam("case_id"))
_READ_LOCKED = _READ.with_for_update()
_CHANGE = update(process_instance).where(_cases.id == bindparam("case_id")).values(revision=_cases.revision + 1)
_DOCUMENTS = frozenset(column.name for column in _cases if isinstance(column.type, JSONB))
_WRITER = "pg_current_xact_id()::text::bigint"
#: Tells whoever watches cases (`engine.live`) that this one has changed; a trigger costs more.
_TELL = Part("told", f"INSERT INTO case_change VALUES (%(case_id)s::bigint, {_WRITER}, clock_timestamp())")
_COUNTED = f"""
WITH counted AS ({NEXT_NUMBER})
SELECT nextval('process_instance_id_seq'), last, {is_taken(process_instance.name)}"""
_NEXT_CASE = f"{_COUNTED} FROM counted"
_NEXT_CASE_OF_ROUND = f"{_COUNTED}, {STANDING} FROM counted, yearly_round WHERE yearly_round.id = %(round_id)s"


def read_case(connection: Connection, case_id: int, *, lock: bool = False) -> CaseRecord:
    """Return one case, locked against every other action on it when `lock` is set.

    Raises:
        NotFound: there is no such case.
    """
    row = connection.execute(_READ_LOCKED if lock else _READ, {"case_id": case_id}).one_or_none()
    if row is None:
        raise NotFound(case_id=case_id)
    return record_of(row)


def read_state(connection: Connection, case_id: int) -> bytes:
    """Return where a case is, as the runtime wrote it; nothing when there is no such case."""
    query = select(process_instance.c.engine_state).where(process_instance.c.id == case_id)
    return bytes(connection.execute(query).scalar() or b"")


def next_case(connection: Connection, series: str, spelling: Spelling) -> tuple[int, str]:
    """Return the id for a new case and the next number of a series as written, in one statement."""
    counted = ask(connection, _NEXT_CASE, {"series": series, **spelling.parameters})[0]
    return _numbered(connection, series, spelling, counted)


def next_case_of_round(
    connection: Connection, series: str, spelling: Spelling, round_id: int, now: datetime
) -> tuple[tuple[int, str], Standing]:
    """Return what `next_case` and `rounds.read_standing` do, in one statement."""
    asked = {"series": series, "round_id": round_id, "now": now, **spelling.parameters}
    case_id, number, is_behind, *standing = ask(connection, _NEXT_CASE_OF_ROUND, asked)[0]
    return _numbered(connection, series, spelling, (case_id, number, is_behind)), Standing(*standing)


def _numbered(connection: Connection, series: str, spelling: Spelling, counted: Sequence[Any]) -> tuple[int, str]:
    case_id, number, is_behind = counted
    if is_behind:
        number = catch_up(connection, series, spelling, process_instance.name)
    return case_id, spelling.write(number)


def add_case(batch: Batch, case: CaseRecord, changes: Mapping[str, Any]) -> None:
    """Add a new case under the id that `next_case` gave, as it stands after its first action."""
    values = {**{name: getattr(case, name) for name in _RECORDED}, **changes}
    values["participants"] = list(values["participants"])
    source, placed = travelling(process_instance, [values])
    batch.add(_beginning(source), {}, placed)
    batch.add(_TELL, {"case_id": case.id})


@lru_cache(maxsize=4)
def _beginning(source: Source) -> Part:
    text = f"({source.columns}, told_by) OVERRIDING SYSTEM VALUE SELECT {source.columns}, {_WRITER} FROM {source.text}"
    return Part("new_case", f"INSERT INTO process_instance {text}")


def change_case(batch: Batch, case_id: int, values: Mapping[str, Any]) -> None:
    """Add the change of a case, and count its revision up."""
    changed = {f"new_{name}": as_json(value) if name in _DOCUMENTS else value for name, value in values.items()}
    batch.add(_changing(tuple(values)), {"case_id": case_id, **changed})
    batch.add(_TELL, {})


@lru_cache(maxsize=256)
def _changing(names: tuple[str, ...]) -> Part:
    settings = "".join(f"{name} = %(new_{name})s, " for name in names)
    settings = f"{settings}revision = revision + 1, told_by = {_WRITER}"
    return Part("changed_case", f"UPDATE process_instance SET {settings} WHERE id = %(case_id)s")


def update_case(connection: Connection, case_id: int, values: Mapping[str, Any]) -> None:
    """Change a case and count its revision up."""
    connection.execute(_CHANGE, {"case_id": case_id, **values})


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which the actor may know of a case: the same relation as `access.may`."""
    if "administrator" in actor.roles:
        return _cases.id.is_not(None)
    if not is_office_holder(actor):
        return _cases.id.is_(None)
    return _cases.participants.contains([actor.organisation_id])


def in_state(state: str, now: datetime) -> ColumnElement[bool]:
    """Return the condition of a tab of the list: all, running, ended, overdue or incident."""
    if state == "overdue":
        late = and_(user_task.c.instance_id == _cases.id, user_task.c.state == "open", user_task.c.due_at <= now)
        return exists().where(late)
    return _cases.state == state if state in ("running", "ended", "incident", "suspended") else _cases.id.is_not(None)


def of_procedure(procedure_id: str) -> ColumnElement[bool]:
    """Return the condition of the procedure's filter."""
    return _cases.procedure_id == procedure_id


def matching(search: str) -> ColumnElement[bool]:
    """Return the condition of the search box: number, title or applicant contain the words."""
    return or_(*(column.icontains(search, autoescape=True) for column in (_cases.number, _cases.title)))


def list_cases(
    connection: Connection, conditions: Sequence[ColumnElement[bool]], before: tuple[datetime, int] | None
) -> Sequence[Row]:
    """Return one page of cases, newest first, after the keyset position `before`, one row more than a page."""
    query: Select = select(*_LIST_COLUMNS).where(*conditions)
    if before is not None:
        at, case_id = before
        query = query.where(or_(_cases.started_at < at, and_(_cases.started_at == at, _cases.id < case_id)))
    return connection.execute(query.order_by(_cases.started_at.desc(), _cases.id.desc()).limit(PAGE + 1)).all()


def count_cases(connection: Connection, conditions: Sequence[ColumnElement[bool]], most: int = 1000) -> int:
    """Count the cases that match, up to `most`."""
    few = select(_cases.id).where(*conditions).limit(most).subquery()
    return connection.scalar(select(func.count()).select_from(few)) or 0


def cases_of_round(connection: Connection, round_id: int, *, lock: bool = False) -> list[CaseRecord]:
    """Return the round's effective running cases in the order of their ids."""
    query = (
        select(*COLUMNS)
        .where(_cases.round_id == round_id, _cases.is_effective, _cases.ended_at.is_(None))
        .order_by(_cases.id)
    )
    return [record_of(row) for row in connection.execute(query.with_for_update() if lock else query)]


def case_of_applicant(connection: Connection, round_ids: Sequence[int], applicant_id: str) -> dict[int, Row]:
    """Return the applicant's effective case per round."""
    query = select(*_LIST_COLUMNS, _cases.round_id, _cases.windows).where(
        _cases.round_id.in_(round_ids), _cases.applicant_id == applicant_id, _cases.is_effective
    )
    rows: Sequence[Row] = connection.execute(query).all()
    return {row.round_id: row for row in rows}


def counts_of_rounds(
    connection: Connection, round_ids: Sequence[int], actor: Actor | None
) -> dict[int, dict[str, int]]:
    """Count effective cases by round: drafts, filed, ended. Only those that the actor may know of, if one is given."""
    if not round_ids:
        return {}
    known = [] if actor is None else [visible_to(actor)]
    counts = {
        "drafts": func.count().filter(_cases.submitted_at.is_(None), _cases.ended_at.is_(None)),
        "filed": func.count().filter(_cases.submitted_at.is_not(None)),
        "in_review": func.count().filter(_cases.submitted_at.is_not(None), _cases.ended_at.is_(None)),
        "ended": func.count().filter(_cases.ended_at.is_not(None), _cases.submitted_at.is_not(None)),
    }
    query = select(_cases.round_id, *(count.label(name) for name, count in counts.items()))
    query = query.where(_cases.round_id.in_(round_ids), _cases.is_effective, *known).group_by(_cases.round_id)
    found = {row.round_id: {name: row._mapping[name] for name in counts} for row in connection.execute(query)}
    return {round_id: found.get(round_id, dict.fromkeys(counts, 0)) for round_id in round_ids}
