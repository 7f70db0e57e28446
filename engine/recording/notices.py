"""Notices that a diagram sends: rows now, delivery by a job."""

from __future__ import annotations

from collections.abc import Sequence

from engine.folders import EVERYBODY, read_recipients
from engine.recording.action import CaseAction
from engine.recording.texts import filled_text
from engine.runtime import Effect
from engine.store import notices


def send_notices(action: CaseAction, effects: Sequence[Effect]) -> None:
    """Add the notices of these effects and nudge their delivery."""
    rows = []
    for effect in effects:
        title, body = (filled_text(action, effect, name) for name in ("title", "body"))
        for organisation_id, role in recipients_of(action, str(effect.parameters.get("to", ""))):
            rows.append(
                {
                    "instance_id": action.case.id,
                    "organisation_id": organisation_id,
                    "role": role,
                    "title": title,
                    "body": body,
                    "sent_at": action.at,
                }
            )
        action.journal.add("notice_sent", element=action.label(effect.element_id), comment=title)
    if rows:
        notices.add_notices(action.batch, rows)


def recipients_of(action: CaseAction, to: str) -> list[tuple[str, str]]:
    """Return (organisation, role) for `applicant`, a lane's role, several roles with commas, or `all` participants."""
    wanted = set(read_recipients(to))
    if EVERYBODY in wanted:
        return [(organisation_id, "") for organisation_id in action.case.participants]
    return [
        (action.case.offices[lane_id], rule.role)
        for lane_id, rule in action.folder.procedure.lanes.items()
        if lane_id in action.case.offices and ({lane_id, rule.role} & wanted)
    ]
