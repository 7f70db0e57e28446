"""公示与异议: what anybody may read, and what the office that published it decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy import Connection, Row

from engine.access import Action, OfficeScope, may
from engine.calendars import deadline_after
from engine.clock import local
from engine.errors import BadRequest, Conflict, NotAllowed, NotFound
from engine.folders.diagrams import read_places
from engine.paging import read_cursor, write_cursor
from engine.recording.action import ONE_MICROSECOND, WINDOW_GRACE
from engine.recording.publications import MOST_WORKING_DAYS, NOTICE, token_of
from engine.store import cases, publications, timers
from engine.store.cases import CaseRecord
from engine.store.history import Journal
from engine.system import System
from engine.views import (
    Actor,
    AttachmentView,
    CasePublication,
    ObjectionView,
    PublicationExtensionView,
    PublicationView,
)

LONGEST_TEXT = 5000


def list_public(system: System, *, cursor: str | None = None) -> tuple[tuple[PublicationView, ...], str | None]:
    """Return a page of what is published, newest first, and the cursor of the next; open to anybody.

    Raises:
        BadRequest: the cursor is not one of ours.
    """
    with system.database.reading() as connection:
        rows = publications.list_public(connection, read_cursor(cursor))
    page = rows[: publications.PAGE]
    following = write_cursor(page[-1].published_at, page[-1].id) if len(rows) > publications.PAGE else None
    return tuple(_view(row, (), system.clock.now()) for row in page), following


def read_public(system: System, publication_id: int) -> PublicationView:
    """Return one publication; open to anybody.

    Raises:
        NotFound: no such publication, or it is not for the public.
    """
    with system.database.reading() as connection:
        row = publications.read_publication(connection, publication_id)
        if not row.is_public:
            raise NotFound(publication_id=publication_id)
        return _view(row, publications.extensions_of(connection, row.id), system.clock.now())


def list_of_case(system: System, actor: Actor, case_id: int) -> tuple[CasePublication, ...]:
    """Return the publications of a case; objections with their authors for the deciding office alone.

    Raises:
        NotFound: no such case, or the actor may not know of it.
    """
    with system.database.reading() as connection:
        case = cases.read_case(connection, case_id)
        if not may(actor, Action.READ_CASE, case.scope):
            raise NotFound(case_id=case_id)
        if not may(actor, Action.READ_CONTENTS, case.scope):
            return ()
        rows = publications.publications_of_case(connection, case_id)
        return tuple(_of_case(system, connection, actor, row) for row in rows)


def answer_objection(system: System, actor: Actor, objection_id: int, answer: str) -> int:
    """答复异议: the deciding office answers, once; return the case.

    Raises:
        NotFound: no such objection, or it is not this office's.
        BadRequest: the answer is empty or too long.
        Conflict: it was answered meanwhile.
    """
    text, now = _text(answer, "答复"), system.clock.now()
    with system.database.transaction() as connection:
        known = publications.read_objection(connection, objection_id)
        row = _decidable(connection, actor, known.publication_id)
        case = cases.read_case(connection, row.instance_id, lock=True)
        values = {"answer": text, "answered_at": now, "answered_by": actor.post_name}
        if not publications.answer_objection(connection, objection_id, values):
            raise Conflict("该异议已经答复，不能重复答复。")
        journal = Journal.of(case, now, actor)
        journal.add("objection_answered", details={"number": known.number})
        cases.update_case(connection, case.id, journal.write(connection))
    return int(row.instance_id)


def open_attachment(system: System, actor: Actor, objection_id: int, position: int) -> tuple[AttachmentView, BinaryIO]:
    """Return a file that was attached to an objection, for reading by the deciding office.

    Raises:
        NotFound: there is no such file, or the actor may not know of the case.
        NotAllowed: it is another office's to decide.
    """
    with system.database.reading() as connection:
        row = publications.read_objection(connection, objection_id)
        _decidable(connection, actor, row.publication_id)
    if position >= len(row.files):
        raise NotFound(objection_id=objection_id, position=position)
    file = publications.attachments_of(row.files)[position]
    return file, system.files.open(row.files[position]["storage_name"])


def prolong_publication(system: System, actor: Actor, publication_id: int, working_days: int, reason: str) -> int:
    """延长公示: an order of the publishing office with its reason; return the case.

    Raises:
        NotFound: no such publication, or it is not this office's.
        BadRequest: no reason, or a number of days outside what is allowed.
        Conflict: the period is over, or there is none.
    """
    text, now = _text(reason, "延长理由"), system.clock.now()
    if not 1 <= working_days <= MOST_WORKING_DAYS:
        raise BadRequest(f"延长的工作日数应为 1 到 {MOST_WORKING_DAYS}。")
    with system.database.transaction() as connection:
        known = _decidable(connection, actor, publication_id)
        case = cases.read_case(connection, known.instance_id, lock=True)
        row = publications.read_publication(connection, publication_id, lock=True)
        if row.kind != NOTICE or now >= row.closes_at:
            raise Conflict("公示期已满，不能再延长。如需继续公示，请重新公示。")
        closes_at = deadline_after(row.closes_at - ONE_MICROSECOND, working_days, system.calendar)
        order = {"publication_id": row.id, "original_close_at": row.closes_at, "new_close_at": closes_at}
        publications.prolong(connection, {**order, "reason": text, "issued_at": now, "issued_by": actor.post_name})
        timers.move_timer(connection, case.id, token_of(row.id), closes_at, closes_at + WINDOW_GRACE)
        journal = Journal.of(case, now, actor)
        journal.add("publication_prolonged", comment=text, details={"closes_at": closes_at.isoformat()})
        changes = _follow(system, connection, case, {"from": row.closes_at, "to": closes_at})
        cases.update_case(connection, case.id, {**changes, **journal.write(connection)})
    return int(row.instance_id)


def _follow(system: System, connection: Connection, case: CaseRecord, moved: Mapping[str, datetime]) -> dict[str, Any]:
    """Let the diagram's own record of the end, and the events that wait for it, follow the new end.

    A diagram that handles objections waits for the end again after each of them, so it keeps the end in a variable
    (`end_variable` of the publication).
    """
    folder = system.folder(connection, case.definition_id)
    named = {given.get("end_variable", "").strip() for given in folder.written.values()} - {""}
    held = {name for name in named if _instant_of(case.variables.get(name)) == moved["from"]}
    if not held:
        return {}
    waiting = [place.id for place in read_places(folder.files) if any(place.names(name) for name in held)]
    timers.move_due(connection, case.id, waiting, moved)
    return {"variables": {**case.variables, **dict.fromkeys(held, local(moved["to"]).isoformat())}}


def _instant_of(value: object) -> datetime | None:
    """Return the instant that a variable holds, or None."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return None
    return found if isinstance(found, datetime) and found.tzinfo is not None else None


def _decidable(connection: Connection, actor: Actor, publication_id: int) -> Row:
    row = publications.read_publication(connection, publication_id)
    case = cases.read_case(connection, row.instance_id)
    if not may(actor, Action.READ_CONTENTS, case.scope):
        raise NotFound(publication_id=publication_id)
    if not may(actor, Action.DECIDE_OBJECTIONS, _office(row)):
        raise NotAllowed("异议由发布单位处理。")
    return row


def _office(row: Row) -> OfficeScope:
    return OfficeScope(role=row.role, organisation_ids=frozenset({row.organisation_id}))


def _text(text: str, what: str) -> str:
    clean = text.strip()
    if not 0 < len(clean) <= LONGEST_TEXT:
        raise BadRequest(f"请填写{what}（{LONGEST_TEXT} 字以内）。")
    return clean


def _of_case(system: System, connection: Connection, actor: Actor, row: Row) -> CasePublication:
    now = system.clock.now()
    view = _view(row, publications.extensions_of(connection, row.id), now)
    decides = may(actor, Action.DECIDE_OBJECTIONS, _office(row))
    found = publications.objections_of(connection, row.id) if decides else ()
    actions = {"answer"} | ({"prolong"} if row.kind == NOTICE and now < row.closes_at else set())
    return CasePublication(
        publication=view,
        objection_count=publications.count_objections(connection, row.id),
        objections=tuple(_objection(one) for one in found),
        actions=frozenset(actions if decides else ()),
    )


def _objection(row: Row) -> ObjectionView:
    return ObjectionView(
        objection_id=row.id,
        number=row.number,
        name=row.name,
        contact=row.contact,
        reason=row.reason,
        files=publications.attachments_of(row.files),
        received_at=row.received_at,
        answer_by=row.answer_by,
        answer=row.answer,
        answered_at=row.answered_at,
        answered_by=row.answered_by,
    )


def _view(row: Row, orders: Sequence[Row], now: datetime) -> PublicationView:
    names = list(PublicationExtensionView.__dataclass_fields__)
    return PublicationView(
        publication_id=row.id,
        kind=row.kind,
        title=row.title,
        body=row.body,
        office_name=row.organisation_name,
        published_at=row.published_at,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        working_days=row.working_days,
        is_open=row.kind == NOTICE and row.is_public and row.opens_at <= now < row.closes_at,
        is_public=row.is_public,
        has_document=row.document_id is not None,
        extensions=tuple(PublicationExtensionView(**{name: one._mapping[name] for name in names}) for one in orders),
    )
