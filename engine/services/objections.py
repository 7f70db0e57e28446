"""异议: taking one from anybody, without an account, and letting its author read the answer."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from sqlalchemy import Connection, Row

from engine import runtime
from engine.calendars import deadline_after
from engine.clock import local
from engine.errors import BadRequest, Conflict, FileRefused, NotFound, Unavailable
from engine.files import check_upload, clean_file_name
from engine.recording import CaseAction, record
from engine.recording.publications import NOTICE, OBJECTION_RECEIVED
from engine.recording.texts import make_code
from engine.store import cases, notices, publications
from engine.system import System
from engine.views import ObjectionAnswer, ObjectionReceipt

LONGEST = {"name": 100, "contact": 200, "reason": 5000}
#: What an objection and its receipt have in common.
TAKEN = ("number", "verification_code", "received_at", "answer_by")
LABELS = {"name": "姓名或单位名称", "contact": "联系方式", "reason": "异议的事实和理由"}
#: Working days in which an objection is answered [P] (I-51).
ANSWER_WORKING_DAYS = 15
#: Objections that one sender may hand in within the period, and that one publication takes.
MOST_PER_SENDER = 5
THROTTLE_PERIOD = timedelta(hours=1)
MOST_PER_PUBLICATION = 2000
#: 平台默认值: what may be attached to one objection, and what all the attachments of one publication may take together.
MOST_FILES = 5
MOST_BYTES_PER_PUBLICATION = 2 * 1024 * 1024 * 1024
NOT_SUBMITTED = "异议没有提交：请按提示补充。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What a person wrote."""

    name: str
    contact: str
    reason: str
    #: Name and contents of each attachment.
    files: tuple[tuple[str, BinaryIO], ...] = ()


def submit_objection(
    system: System, publication_id: int, given: Objection, *, address: str, received_at: datetime
) -> ObjectionReceipt:
    """Take an objection with its attachments; the period is judged by when the request arrived.

    Attachments are written and synced before the row, as materials are: a crash leaves an orphan, never a row without
    its file.

    Raises:
        NotFound: no such publication, or it is not for the public.
        BadRequest: something is missing or too long, or an attachment is refused; `details["messages"]` says what, by
            field.
        Conflict: the period is over, or this publication takes no objections.
        Unavailable: too many from this sender or against this publication.
    """
    _refuse_misshapen(given)
    _count_sender(system, address)
    with system.database.reading() as connection:
        known = _open(publications.read_publication(connection, publication_id), received_at)
    with _stored(system, given.files) as files, system.database.transaction() as connection:
        case = cases.read_case(connection, known.instance_id, lock=True)
        row = _open(publications.read_publication(connection, publication_id, lock=True), received_at)
        if publications.count_objections(connection, row.id) >= MOST_PER_PUBLICATION:
            raise Unavailable("本公示收到的异议过多，暂时不能在线提交，请以书面形式向发布单位反映。")
        _refuse_overfull(connection, row.id, files)
        receipt = _write(system, connection, row, (given, files), received_at)
        _deliver(CaseAction.begin(system, connection, case, None, received_at), row, (receipt.number, files))
    return receipt


def read_answer(system: System, number: str, code: str) -> ObjectionAnswer | None:
    """Return what became of an objection, or None; open to anybody who holds its number and code."""
    given = code.strip().upper().replace(" ", "").replace("-", "")
    with system.database.reading() as connection:
        row = publications.find_objection(connection, number.strip())
        if row is None or not hmac.compare_digest(row.verification_code.encode(), given.encode()):
            return None
        return ObjectionAnswer(
            number=row.number,
            publication_title=publications.read_publication(connection, row.publication_id).title,
            received_at=row.received_at,
            answer_by=row.answer_by,
            answer=row.answer,
            answered_at=row.answered_at,
        )


def _refuse_misshapen(given: Objection) -> None:
    messages = {}
    for field, most in LONGEST.items():
        length = len(getattr(given, field).strip())
        if not 0 < length <= most:
            messages[field] = f"请填写{LABELS[field]}（{most} 字以内）。"
    if len(given.files) > MOST_FILES:
        messages["files"] = f"最多可以附 {MOST_FILES} 个文件，您选择了 {len(given.files)} 个，请减少后重新选择。"
    if messages:
        raise BadRequest(NOT_SUBMITTED, messages=messages)


@contextmanager
def _stored(system: System, given: Sequence[tuple[str, BinaryIO]]) -> Iterator[list[dict[str, Any]]]:
    """Store the attachments and give their rows; none of them stays when anything fails.

    Raises:
        BadRequest: one is too large, of a type that is not accepted, or not what its name says. It is named by its
            place: a file name may be a person's name, and refusals are logged.
    """
    files: list[dict[str, Any]] = []
    try:
        for place, (file_name, stream) in enumerate(given, start=1):
            try:
                _store(system, files, (clean_file_name(file_name), stream))
            except FileRefused as refusal:
                message = f"第 {place} 个附件没有通过检查：{refusal.sentence}"
                raise BadRequest(NOT_SUBMITTED, messages={"files": message}) from refusal
        yield files
    except BaseException:
        for file in files:
            system.files.delete(file["storage_name"])
        raise


def _store(system: System, files: list[dict[str, Any]], given: tuple[str, BinaryIO]) -> None:
    name, stream = given
    stored = system.files.save(stream, limit=system.settings.max_upload_bytes)
    kept = {"file_name": name, "storage_name": stored.name, "size": stored.size}
    files.append({**kept, "media_type": "", "sha256": stored.sha256, "sm3": stored.sm3})
    files[-1]["media_type"] = check_upload(system.files.path(stored.name), name)


def _refuse_overfull(connection: Connection, publication_id: int, files: Sequence[dict[str, Any]]) -> None:
    size = sum(file["size"] for file in files)
    if size and publications.size_of_attachments(connection, publication_id) + size > MOST_BYTES_PER_PUBLICATION:
        message = "本公示收到的附件已达上限。请不带附件提交，写明证据，由发布单位与您联系后提供。"
        raise BadRequest(NOT_SUBMITTED, messages={"files": message})


def _count_sender(system: System, address: str) -> None:
    """Count in a transaction of its own: a refused objection counts as well."""
    key = system.settings.secret_key.encode()
    subject = hmac.new(key, f"objection:{address}".encode(), hashlib.sha256).hexdigest()
    with system.database.transaction() as connection:
        uses = publications.count_use(connection, subject, system.wall.now(), THROTTLE_PERIOD)
    if uses > MOST_PER_SENDER:
        raise Unavailable("提交过于频繁，请一小时后再试；也可以以书面形式向发布单位反映。")


def _open(row: Row, received_at: datetime) -> Row:
    if not row.is_public:
        raise NotFound(publication_id=row.id)
    if row.kind != NOTICE:
        raise Conflict("这不是公示，不接收异议。")
    if not row.opens_at <= received_at < row.closes_at:
        raise Conflict("公示期已满，不再接收异议。")
    return row


def _write(
    system: System,
    connection: Connection,
    row: Row,
    content: tuple[Objection, list[dict[str, Any]]],
    received_at: datetime,
) -> ObjectionReceipt:
    given, files = content
    receipt = ObjectionReceipt(
        number=publications.next_objection_number(connection, local(received_at).year),
        verification_code=make_code(),
        received_at=received_at,
        answer_by=deadline_after(received_at, ANSWER_WORKING_DAYS, system.calendar),
        files=publications.attachments_of(files),
    )
    values = {field: getattr(given, field).strip() for field in LONGEST}
    taken = {field: getattr(receipt, field) for field in TAKEN}
    publications.insert_objection(connection, {"publication_id": row.id, "files": files, **values, **taken})
    return receipt


def _deliver(action: CaseAction, row: Row, content: tuple[str, list[dict[str, Any]]]) -> None:
    """Tell the deciding office and the diagram, if it waits for it; neither learns here who objects.

    The history keeps the digests of the attachments, so that the office can prove later what it was given.
    """
    number, files = content
    details = {"number": number, **({"files": [file["sm3"] for file in files]} if files else {})}
    notice = {
        "instance_id": row.instance_id,
        "organisation_id": row.organisation_id,
        "role": row.role,
        "title": f"收到异议：{row.title}",
        "body": f"{number}。请在办件页面查看并答复。",
        "sent_at": action.at,
    }
    ids = notices.insert_notices(action.connection, [notice])
    action.system.jobs.defer_deliver_notices(action.connection, ids)
    progress = _asked(action, number)
    if progress is None:
        action.journal.add("objection_received", details=details)
        action.changes |= action.journal.write(action.connection)
        cases.update_case(action.connection, action.case.id, action.changes)
    else:
        record(action, progress, "objection_received", details=details)


def _asked(action: CaseAction, number: str) -> runtime.Progress | None:
    """Return what the diagram answers to the objection; None when the case does not run or waits for no objection."""
    if action.case.state != "running":
        return None
    payload, state = {"objection_number": number}, action.case.engine_state
    try:
        return runtime.send_message(action.context(), state, OBJECTION_RECEIVED, payload)
    except runtime.MessageNotExpected:
        return None
