"""公开发布: what the public reads, until when objections are taken, and what becomes of the case then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.calendars import deadline_after
from engine.errors import ExecutionError
from engine.recording.action import WINDOW_GRACE, CaseAction
from engine.recording.arguments import Arguments
from engine.recording.texts import filled_text
from engine.runtime import Effect
from engine.store import documents, publications, rounds, timers

#: Delivered to the case when the period is over, and when an objection came in, if its diagram knows these messages.
PUBLICATION_ENDED = "msg_publication_ended"
OBJECTION_RECEIVED = "msg_objection"
NOTICE = "公示"
DEFAULT_WORKING_DAYS = 5
MOST_WORKING_DAYS = 60
LONGEST_TITLE = 200
LONGEST_BODY = 100_000
#: Only what a round publishes on its own motion is shown to everybody (I-13).
SHOWN = "主动公开"


def publish(action: CaseAction, calls: Sequence[Effect]) -> None:
    """Write the publications of these calls; the period begins now and is counted in working days."""
    for call in calls:
        values = _values(action, Arguments(action, call))
        publication_id = publications.insert_publication(action.connection, values)
        if values["kind"] == NOTICE and PUBLICATION_ENDED in action.folder.definition.message_names:
            timers.insert_timers(action.connection, [_timer(action, call, publication_id, values)])
        details = {"title": values["title"], "closes_at": values["closes_at"].isoformat()}
        action.journal.add("published", element=action.label(call.element_id), details=details)


def token_of(publication_id: int) -> str:
    """Return the name of the timer that ends a publication's period; no token of the diagram is called so."""
    return f"publication:{publication_id}"


def _values(action: CaseAction, given: Arguments) -> dict[str, Any]:
    call = given.call
    lane_id = action.element(call.element_id).lane
    office = action.case.offices.get(lane_id) or given.fail("没有找到发布单位，请管理员核对组织机构。")
    days = given.whole("working_days", 1, MOST_WORKING_DAYS) if given.has("working_days") else DEFAULT_WORKING_DAYS
    title, body = (filled_text(action, call, name).strip() for name in ("title", "body"))
    if not (0 < len(title) <= LONGEST_TITLE and 0 < len(body) <= LONGEST_BODY):
        raise ExecutionError(f"标题应为 1 到 {LONGEST_TITLE} 字，正文不能为空。", element_id=call.element_id)
    return {
        "instance_id": action.case.id,
        "organisation_id": office,
        "organisation_name": documents.read_issuer(action.connection, office).name,
        "role": action.folder.procedure.lanes[lane_id].role,
        "kind": given.text("kind") or NOTICE,
        "title": title,
        "body": body,
        "working_days": days,
        "published_at": action.at,
        "opens_at": action.at,
        "closes_at": deadline_after(action.at, days, action.system.calendar),
        "is_public": rounds.read_round(action.connection, action.case.round_id).publicity == SHOWN,
        "document_id": _document_id(action, given, office),
    }


def _document_id(action: CaseAction, given: Arguments, office: str) -> int | None:
    """Return the latest document that this office issued in the case from the template, or None when none is named."""
    template = given.text("document")
    if not template:
        return None
    found = documents.latest_document(action.connection, action.case.id, office, template)
    if found is None:
        given.refuse("document", f"办件里没有用模板“{template}”制发的文书")
    return found


def _timer(action: CaseAction, call: Effect, publication_id: int, values: dict[str, Any]) -> dict[str, Any]:
    return {
        "instance_id": action.case.id,
        "token_id": token_of(publication_id),
        "element_id": call.element_id,
        "name": "公示期满",
        "due_at": values["closes_at"],
        # An objection that arrived in time may still wait for the lock of the case.
        "release_at": values["closes_at"] + WINDOW_GRACE,
        "window_id": None,
        "message": PUBLICATION_ENDED,
        "state": "waiting",
    }
