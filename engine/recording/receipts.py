"""收件回执: proof of what was received, when, with the digest of every item."""

from __future__ import annotations

import secrets
from typing import Any

from engine.audit import canonical, digests
from engine.clock import local
from engine.recording.action import CaseAction
from engine.store import materials, numbers

#: Letters and digits that cannot be mistaken for one another when read aloud.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12


def issue_receipt(action: CaseAction) -> None:
    """Write a receipt over everything submitted in the case so far; the case counts as filed from `action.at`.

    The time on the receipt is when the request arrived, which is the time the window was judged by.
    """
    items, last = _items(action)
    sha256, sm3 = digests(canonical(items))
    number = _number(action)
    materials.insert_receipt(
        action.connection,
        {
            "number": number,
            "instance_id": action.case.id,
            "submission_id": last,
            "received_at": action.at,
            "submitted_by": action.actor.name if action.actor else "",
            "items": items,
            "content_sha256": sha256,
            "content_sm3": sm3,
            "verification_code": "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH)),
        },
    )
    action.receipt_number = number
    if action.case.submitted_at is None:
        action.changes["submitted_at"] = action.at
    action.journal.add("receipt_issued", details={"number": number, "sha256": sha256, "sm3": sm3})


def _items(action: CaseAction) -> tuple[list[list[Any]], int]:
    """Return [item, file name, size, SHA-256, SM3] of the latest submission of each step, and the last one's id."""
    latest = {row.element_id: row for row in materials.submissions_of_case(action.connection, action.case.id)}
    files = {row.id: row for row in materials.materials_of_case(action.connection, action.case.id)}
    items: list[list[Any]] = []
    for row in sorted(latest.values(), key=lambda row: row.id):
        size = len(canonical(row.content))
        items.append([row.task_name, "表单", size, row.content_sha256, row.content_sm3])
        for material_id in row.materials:
            file = files[material_id]
            items.append([file.label, file.file_name, file.size, file.sha256, file.sm3])
    return items, max(row.id for row in latest.values())


def _number(action: CaseAction) -> str:
    year = local(action.at).year
    number = numbers.next_number(action.connection, f"receipt:{year}")
    return action.folder.procedure.numbering["receipt"].format(year=year, number=number)
