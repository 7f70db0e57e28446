"""Titles (称号) and the chain of events of each: one row changes, its events never do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, case, func, insert, or_, select, update
from sqlalchemy.sql import ColumnElement

from engine.audit import GENESIS, link
from engine.errors import NotFound
from engine.models import organisation, process_instance, title, title_cycle, title_event
from engine.titles import LIVE, TitleStatus
from engine.views import Actor

_titles = title.c
_events = title_event.c
PAGE = 50
#: Where a title without a term stands in the order of expiries.
NO_EXPIRY = date(9999, 12, 31)
#: A title in force goes before one that ended, the latest first: the one that is meant by "the title of this kind".
_MEANT = (case((_titles.status.in_(LIVE), 0), else_=1), _titles.id.desc())
_WITH_NAMES = (
    *title.c,
    organisation.c.name.label("holder_name"),
)


def insert_title(connection: Connection, values: Mapping[str, Any]) -> Row:
    """Write a new title, whose chain of events is still empty, and return it."""
    expires_on = values.get("expires_on")
    row = {**values, "sort_on": expires_on or NO_EXPIRY, "last_hash": GENESIS}
    return connection.execute(insert(title).values(**row).returning(title)).one()


def lock_register(connection: Connection, holder_id: str, kind: str) -> None:
    """Let nobody else give the holder a title of this kind until the transaction ends."""
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"title:{kind}:{holder_id}"))))


def find_title(connection: Connection, holder_id: str, kind: str, *, only_live: bool = False) -> Row | None:
    """Return the holder's title of a kind, locked: the one in force, else the last one unless `only_live`."""
    query = select(title).where(_titles.holder_id == holder_id, _titles.kind == kind)
    if only_live:
        query = query.where(_titles.status.in_(LIVE))
    return connection.execute(query.order_by(*_MEANT).limit(1).with_for_update()).one_or_none()


def read_live(connection: Connection, holder_id: str, *kinds: str) -> Row | None:
    """Return the holder's title of these kinds that is in force, not locked, or None; of several, the latest."""
    query = select(title).where(_titles.holder_id == holder_id, _titles.kind.in_(kinds), _titles.status.in_(LIVE))
    return connection.execute(query.order_by(_titles.granted_on.desc(), _titles.id.desc()).limit(1)).one_or_none()


def read_title(connection: Connection, title_id: int) -> Row:
    """Return a title with its holder's and its granting organisation's names.

    Raises:
        NotFound: there is no such title.
    """
    granting = organisation.alias()
    query = (
        select(*_WITH_NAMES, granting.c.name.label("granting_name"))
        .join(organisation, organisation.c.id == _titles.holder_id)
        .join(granting, granting.c.id == _titles.granted_by)
        .where(_titles.id == title_id)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(title_id=title_id)
    return row


def lock_title(connection: Connection, title_id: int) -> Row:
    """Return a title's row, locked."""
    return connection.execute(select(title).where(_titles.id == title_id).with_for_update()).one()


def change_title(connection: Connection, row: Row, changes: Mapping[str, Any], event: Mapping[str, Any]) -> None:
    """Change a locked title and add the event that says so, chained to the one before.

    Args:
        connection: the caller's transaction.
        row: the title as it was locked.
        changes: its new columns; may be empty.
        event: at, kind, reason, instance_id, actor_name, organisation_name; year, stars and details when it has any.
    """
    written = {
        "title_id": row.id,
        "sequence": row.last_sequence + 1,
        "year": None,
        "stars": None,
        "status": changes.get("status", row.status),
        "details": {},
        **event,
    }
    written["at"] = written["at"].astimezone(UTC)
    sha256, sm3 = link(row.last_hash, written)
    connection.execute(insert(title_event).values(**written, sha256=sha256, sm3=sm3))
    changed = {**changes, "last_sequence": written["sequence"], "last_hash": sha256}
    if "expires_on" in changes:
        changed["sort_on"] = changes["expires_on"] or NO_EXPIRY
    connection.execute(update(title).where(_titles.id == row.id).values(**changed))


def read_stars(connection: Connection, title_id: int) -> dict[int, int]:
    """Return the stars of each evaluated year; of two evaluations of one year, the later counts."""
    query = select(_events.year, _events.stars).where(_events.title_id == title_id, _events.kind == "evaluated")
    return {row.year: row.stars for row in connection.execute(query.order_by(_events.sequence))}


def read_events(connection: Connection, title_id: int) -> Sequence[Row]:
    """Return the events of a title, latest first, with the number of the case each belongs to."""
    query = (
        select(title_event, process_instance.c.number.label("case_number"))
        .outerjoin(process_instance, process_instance.c.id == _events.instance_id)
        .where(_events.title_id == title_id)
    )
    return connection.execute(query.order_by(_events.at.desc(), _events.sequence.desc())).all()


def read_chain(connection: Connection, title_id: int) -> list[tuple[dict[str, Any], bytes, bytes]]:
    """Return (event, SHA-256, SM3) of a title in order, as `engine.audit.first_broken_link` takes them."""
    chain = []
    query = select(title_event).where(_events.title_id == title_id).order_by(_events.sequence)
    for row in connection.execute(query):
        event = {str(name): value for name, value in row._mapping.items()}
        event["at"] = event["at"].astimezone(UTC)
        sha256, sm3 = event.pop("sha256"), event.pop("sm3")
        chain.append((event, bytes(sha256), bytes(sm3)))
    return chain


def of_kind(kind: str) -> ColumnElement[bool]:
    """Return the condition of the register's filter by kind."""
    return _titles.kind == kind


def in_scope(scope: str, today: date, soon: date) -> ColumnElement[bool]:
    """Return the condition of one of the register's tabs: all, live, soon, expired or ended.

    Args:
        scope: the tab.
        today: the present day.
        soon: a title that expires by this day expires soon.
    """
    is_live = _titles.status.in_(LIVE)
    conditions: dict[str, ColumnElement[bool]] = {
        "all": and_(True),
        "live": is_live,
        "soon": and_(is_live, _titles.expires_on.between(today, soon)),
        # One that is reviewed or rectified goes on past its last day; somebody is at it already.
        "expired": and_(_titles.status == TitleStatus.VALID, _titles.expires_on < today),
        "ended": ~is_live,
    }
    return conditions[scope]


def matching(search: str) -> ColumnElement[bool]:
    """Return the condition of the search box: holder, kind or document number contain the words."""
    columns = (organisation.c.name, _titles.kind, _titles.document_number)
    return or_(*(column.icontains(search, autoescape=True) for column in columns))


def list_titles(
    connection: Connection, conditions: Sequence[ColumnElement[bool]], after: tuple[date, int] | None
) -> Sequence[Row]:
    """Return one page of titles, the next expiry first, after the keyset position `after`, one row more than a page."""
    query = _listed(conditions)
    if after is not None:
        on, title_id = after
        query = query.where(or_(_titles.sort_on > on, and_(_titles.sort_on == on, _titles.id > title_id)))
    return connection.execute(query.order_by(_titles.sort_on, _titles.id).limit(PAGE + 1)).all()


def count_titles(connection: Connection, conditions: Sequence[ColumnElement[bool]], most: int = 1000) -> int:
    """Count the titles that match, up to `most`."""
    few = _listed(conditions).with_only_columns(_titles.id).limit(most).subquery()
    return connection.scalar(select(func.count()).select_from(few)) or 0


def expiring(connection: Connection, first: date, last: date, most: int) -> Sequence[Row]:
    """Return the titles in force whose last day lies between two days, both included, in the order of those days."""
    query = _listed((_titles.status.in_(LIVE), _titles.expires_on.between(first, last)))
    return connection.execute(query.order_by(_titles.sort_on, _titles.id).limit(most)).all()


def _listed(conditions: Sequence[ColumnElement[bool]]) -> Select:
    return select(*_WITH_NAMES).join(organisation, organisation.c.id == _titles.holder_id).where(*conditions)


def list_kinds(connection: Connection) -> list[str]:
    """Return every kind that some title has."""
    return list(connection.scalars(select(_titles.kind).distinct().order_by(_titles.kind)))


def cases_of_title(connection: Connection, row: Row, known: ColumnElement[bool]) -> Sequence[Row]:
    """Return the cases that granted, changed or belong to a title, latest first; only those the caller may know of.

    Args:
        connection: where to read.
        row: the title.
        known: the condition under which the actor may know of a case (`store.cases.visible_to`).
    """
    named = select(_events.instance_id).where(_events.title_id == row.id, _events.instance_id.is_not(None))
    begun = select(title_cycle.c.instance_id).where(
        title_cycle.c.title_id == row.id, title_cycle.c.instance_id.is_not(None)
    )
    columns = ("id", "number", "title", "procedure_name", "state", "outcome_name", "started_at")
    query = select(*(process_instance.c[name] for name in columns)).where(
        process_instance.c.id.in_(named.union(begun)), known
    )
    return connection.execute(query.order_by(process_instance.c.started_at.desc())).all()


def event_by(actor: Actor | None, at: datetime, kind: str, **event: Any) -> dict[str, Any]:
    """Return an event of a title as `change_title` takes it."""
    return {
        "at": at,
        "kind": kind,
        "reason": "",
        "instance_id": None,
        "actor_name": actor.post_name if actor else "",
        "organisation_name": actor.organisation_name if actor else "",
        **event,
    }
