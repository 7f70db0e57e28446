"""寄送材料包: what goes into a package is settled in the case's transaction; it is built and sent after it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from engine.recording.action import CaseAction
from engine.recording.arguments import Arguments
from engine.recording.texts import filled_text
from engine.runtime import Effect
from engine.store import documents, materials, outbox


def send_packages(action: CaseAction, calls: Sequence[Effect]) -> None:
    """Put the packages of these calls into the outbox and nudge their sending."""
    sent = [_put(action, call) for call in calls]
    action.system.jobs.defer_send_packages(action.connection, sent)


def _put(action: CaseAction, call: Effect) -> int:
    given, case = Arguments(action, call), action.case
    mailbox, title = given.words("mailbox"), filled_text(action, call, "title").strip()
    action.journal.add("package_sent", element=action.label(call.element_id), details={"title": title})
    values = {
        "instance_id": case.id,
        "round_id": case.round_id,
        "mailbox": mailbox,
        # A line end in a title would begin another header of the message.
        "title": " ".join(title.split()) or case.title,
        "body": filled_text(action, call, "body"),
        "message_id": f"<{secrets.token_hex(16)}@guicheng>",
        "state": "pending",
        "created_at": action.at,
        "file_name": f"{case.number}.zip",
        "contents": _contents(action),
    }
    return outbox.insert_package(action.connection, values)


def _contents(action: CaseAction) -> list[dict[str, Any]]:
    """Return the latest submission of each step with its materials, and the documents issued so far."""
    connection, case_id = action.connection, action.case.id
    latest = {row.element_id: row for row in materials.submissions_of_case(connection, case_id)}
    wanted = [row.id for row in latest.values()]
    files = [material_id for row in latest.values() for material_id in row.materials]
    issued = [row.id for row in documents.documents_of_case(connection, case_id)]
    parts = (("submission", sorted(wanted)), ("material", sorted(set(files))), ("document", issued))
    return [{"kind": kind, "id": one} for kind, ids in parts for one in ids]
