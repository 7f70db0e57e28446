"""Notices that a diagram sends: rows now, delivery by a job."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.errors import ExecutionError
from engine.folders import EVERYBODY, PLACEHOLDER, read_recipients
from engine.language import FeelError, evaluate
from engine.recording.action import CaseAction
from engine.runtime import Effect
from engine.store import notices


def send_notices(action: CaseAction, effects: Sequence[Effect]) -> None:
    """Add the notices of these effects and nudge their delivery."""
    rows = []
    for effect in effects:
        title, body = (_filled(action, effect, name) for name in ("title", "body"))
        for organisation_id, role in _recipients(action, str(effect.parameters.get("to", ""))):
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


def _recipients(action: CaseAction, to: str) -> list[tuple[str, str]]:
    """Return (organisation, role) for `applicant`, a lane's role, several roles with commas, or `all` participants."""
    wanted = set(read_recipients(to))
    if EVERYBODY in wanted:
        return [(organisation_id, "") for organisation_id in action.case.participants]
    return [
        (action.case.offices[lane_id], rule.role)
        for lane_id, rule in action.folder.procedure.lanes.items()
        if lane_id in action.case.offices and ({lane_id, rule.role} & wanted)
    ]


def _filled(action: CaseAction, effect: Effect, name: str) -> str:
    """Return a text with its `{FEEL}` placeholders replaced; what has no value is left out."""
    context = {**action.changes.get("variables", action.case.variables), **action.facts()}

    def value(placeholder: re.Match[str]) -> str:
        try:
            found = evaluate(f"string({placeholder[1]})", context)
        except FeelError as error:
            raise ExecutionError(
                f"通知文字中的“{placeholder[0]}”无法计算：{error.message}", element_id=effect.element_id
            ) from error
        return found if isinstance(found, str) else ""

    return PLACEHOLDER.sub(value, str(effect.parameters.get(name, "")))
