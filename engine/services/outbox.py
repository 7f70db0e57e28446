"""发件箱: building packages and sending them to the mailboxes that rounds name."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import Any

from sqlalchemy import Connection, Row

from engine.access import Action, may
from engine.applicants import round_context, round_owners
from engine.audit import canonical
from engine.clock import local
from engine.config import MEBIBYTE
from engine.errors import BadRequest, NotAllowed
from engine.files import StoredFile
from engine.mail import MailRefused, Message, hand_over, is_address, is_allowed, put_into_folder, write_message
from engine.packages import Item, write_package
from engine.store import cases, documents, materials, organisations, outbox, rounds
from engine.system import System
from engine.views import Actor, MailboxView, OutboxRow

logger = logging.getLogger(__name__)

#: A larger package is built and kept, and goes another way than by mail.
LARGEST_MAIL = 25 * MEBIBYTE
LARGEST_PACKAGE = 512 * MEBIBYTE
MOST_ATTEMPTS = 8
LONGEST_NAME = 50


def list_outbox(system: System, actor: Actor) -> tuple[OutboxRow, ...]:
    """Return the latest packages, without their contents.

    Raises:
        NotAllowed: the actor does not look after the platform.
    """
    if not may(actor, Action.READ_OUTBOX):
        raise NotAllowed
    with system.database.reading() as connection:
        rows = outbox.list_packages(connection)
    return tuple(
        OutboxRow(
            outbox_id=row.id,
            case_id=row.instance_id,
            case_number=row.case_number,
            title=row.title,
            mailbox=row.mailbox,
            address=row.address,
            state=row.state,
            attempts=row.attempts,
            note=row.note,
            created_at=row.created_at,
            sent_at=row.sent_at,
            size=row.size or 0,
            sha256=row.sha256 or "",
            message_id=row.message_id,
        )
        for row in rows
    )


def list_mailboxes(system: System, actor: Actor, round_id: int) -> tuple[MailboxView, ...]:
    """Return the mailboxes of a round, and those that packages wait for; empty for whom they do not concern.

    Raises:
        NotFound: no such round.
    """
    with system.database.reading() as connection:
        if not _owns(system, connection, actor, round_id):
            return ()
        known = {row.name: row.address for row in outbox.list_mailboxes(connection, round_id)}
        waiting = outbox.waiting_of_round(connection, round_id)
    names = sorted(known.keys() | waiting.keys())
    return tuple(MailboxView(name=one, address=known.get(one, ""), waiting=waiting.get(one, 0)) for one in names)


def set_mailbox(system: System, actor: Actor, round_id: int, name: str, address: str) -> int:
    """设置接收邮箱: packages of this round go to this address alone; return how many had waited for it.

    Raises:
        NotFound: no such round.
        NotAllowed: the actor does not open such rounds.
        BadRequest: the name or the address cannot be one, or the address is outside the allowed domains.
    """
    name, address = name.strip(), address.strip()
    if not (name.isascii() and name.replace("_", "").isalnum() and len(name) <= LONGEST_NAME):
        raise BadRequest("邮箱代号应为小写英文单词，与流程图里写的一致。")
    mail = system.settings.mail
    if not is_address(address) or (mail.domains and not is_allowed(address, mail.domains)):
        raise BadRequest("请填写一个邮箱地址；正式寄送时，地址须在系统允许的域名之内。")
    with system.database.transaction() as connection:
        if not _owns(system, connection, actor, round_id):
            raise NotAllowed("接收邮箱由发布轮次的单位设置。")
        values = {"round_id": round_id, "name": name, "address": address}
        outbox.save_mailbox(connection, {**values, "set_by": actor.post_name, "set_at": system.clock.now()})
        released = outbox.release_waiting(connection, round_id, name)
        system.jobs.defer_send_packages(connection, released)
    return len(released)


def send_package(system: System, outbox_id: int) -> bool:
    """Build a package and send it; True when this call did.

    The row is locked for as long as this takes, so no other worker sends it as well. When the process dies after the
    server took the message, it is sent again under the same Message-ID, which tells the receiver.
    """
    with system.database.transaction() as connection:
        row = outbox.lock_pending(connection, outbox_id)
        if row is None:
            return False
        values = _attempt(system, connection, row)
        outbox.update_package(connection, outbox_id, values)
    logger.info("a package: %s", values.get("state", "pending"), extra={"action": "package_sent", "outbox": outbox_id})
    return values.get("state") in ("sent", "written")


def _attempt(system: System, connection: Connection, row: Row) -> dict[str, Any]:
    """Return the columns that this attempt changes."""
    address = outbox.read_mailbox(connection, row.round_id, row.mailbox)
    if address is None:
        return {"state": "waiting", "note": "轮次还没有设置这个接收邮箱。"}
    if not _is_ready(connection, row):
        return {"note": "文书还在生成，生成后自动寄送。"}
    values: dict[str, Any] = {"address": address, "attempts": row.attempts + 1}
    stored = _built(system, connection, row)
    if stored is not None:
        values |= {"storage_name": stored.name, "size": stored.size, "sha256": stored.sha256, "sm3": stored.sm3}
    size = stored.size if stored is not None else row.size
    if size > LARGEST_MAIL:
        return values | {"state": "failed", "note": f"材料包超过 {LARGEST_MAIL // MEBIBYTE} MB，请用其他方式报送。"}
    with system.files.open(values.get("storage_name") or row.storage_name) as file:
        content = write_message(_message(system, row, address, file.read()))
    try:
        return values | _sent(system, row, address, content) | {"sent_at": system.clock.now()}
    except MailRefused as refusal:
        is_last = values["attempts"] >= MOST_ATTEMPTS
        state = "failed" if is_last else "pending"
        return values | {"note": str(refusal), "state": state, "sent_at": system.clock.now()}


def _sent(system: System, row: Row, address: str, content: bytes) -> dict[str, Any]:
    if system.settings.mail.host is None:
        put_into_folder(system.settings.outbox, f"{row.id}.eml", content)
        return {"state": "written", "note": "演练：没有配置邮件服务器，邮件写入发件文件夹。"}
    hand_over(system.settings.mail, address, content)
    return {"state": "sent", "note": ""}


def _message(system: System, row: Row, address: str, content: bytes) -> Message:
    return Message(
        message_id=row.message_id,
        sender=system.settings.mail.sender,
        to=address,
        title=row.title,
        body=row.body,
        written_at=row.created_at,
        file_name=row.file_name,
        content=content,
    )


def _is_ready(connection: Connection, row: Row) -> bool:
    wanted = {one["id"] for one in row.contents if one["kind"] == "document"}
    return not any(one.id in wanted and one.state == "pending" for one in _documents(connection, row))


def _documents(connection: Connection, row: Row) -> list[Row]:
    return list(documents.documents_of_case(connection, row.instance_id))


def _built(system: System, connection: Connection, row: Row) -> StoredFile | None:
    """Build the package and keep it; None when an earlier attempt did."""
    if row.storage_name:
        return None
    case = cases.read_case(connection, row.instance_id)
    described = {
        "case": case.number,
        "title": case.title,
        "procedure": case.procedure_name,
        "applicant": case.applicant_name,
        "made_at": local(row.created_at).isoformat(timespec="seconds"),
        "message_id": row.message_id,
    }
    with ExitStack() as stack, TemporaryFile() as target:
        write_package(target, _items(system, connection, row, stack), described)
        target.seek(0)
        return system.files.save(target, limit=LARGEST_PACKAGE)


def _items(system: System, connection: Connection, row: Row, stack: ExitStack) -> Iterator[Item]:
    wanted = {(one["kind"], one["id"]) for one in row.contents}
    for one in materials.submissions_of_case(connection, row.instance_id):
        if ("submission", one.id) in wanted:
            yield Item(f"{one.task_name}.json", f"{one.task_name}（表单）", io.BytesIO(canonical(one.content)))
    for one in materials.materials_of_case(connection, row.instance_id):
        if ("material", one.id) in wanted:
            yield Item(one.file_name, one.label, stack.enter_context(system.files.open(one.storage_name)))
    for one in _documents(connection, row):
        if ("document", one.id) in wanted:
            yield from _files(system, one, stack)


def _files(system: System, document: Row, stack: ExitStack) -> Iterator[Item]:
    for file in document.files:
        content = stack.enter_context(system.files.open(file["storage_name"]))
        yield Item(f"{document.title}.{file['kind']}", document.number or document.title, content)


def _owns(system: System, connection: Connection, actor: Actor, round_id: int) -> bool:
    one = round_context(system, connection, rounds.read_round(connection, round_id))
    return may(actor, Action.OPEN_ROUND, round_owners(one.folder, organisations.read_tree(connection)))
