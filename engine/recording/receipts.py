"""收件回执: proof of what was received, when, with the digest of every item."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from engine.audit import canonical, digests
from engine.clock import local
from engine.errors import ExecutionError
from engine.recording.action import CaseAction
from engine.store import materials
from engine.store.numbers import spelling_of

#: Letters and digits that cannot be mistaken for one another when read aloud.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12


def issue_receipt(action: CaseAction) -> None:
    """Add a receipt over everything submitted in the case so far; the case counts as filed from `action.at`.

    The time on the receipt is when the request arrived, which is the time the window was judged by.
    """
    year = local(action.at).year
    spelling = spelling_of(action.folder.procedure.numbering["receipt"], year)
    number, found = materials.read_received(action.connection, action.case.id, f"receipt:{year}", spelling)
    items, last = _items(found, action.submission)
    sha256, sm3 = digests(canonical(items))
    materials.add_receipt(
        action.batch,
        {
            **last,
            "number": number,
            "instance_id": action.case.id,
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


def _items(found: Row, submitted: Mapping[str, Any] | None) -> tuple[list[list[Any]], dict[str, int]]:
    """Return [item, file name, size, SHA-256, SM3] of the latest submission of each step, and the last one's id.

    Args:
        found: the submissions and files of the case, as stored.
        submitted: the submission of this action, which has no id yet.

    Raises:
        ExecutionError: nothing was submitted yet.
    """
    latest = {row["element_id"]: row for row in found.submissions}
    if submitted is not None:
        latest.pop(submitted["element_id"], None)
        latest[submitted["element_id"]] = submitted
    if not latest:
        raise ExecutionError("办件还没有任何填报，不能出具收件回执。")
    files = {file["id"]: file for file in found.files}
    items: list[list[Any]] = []
    for row in latest.values():
        size = len(canonical(row["content"]))
        items.append([row["task_name"], "表单", size, row["content_sha256"], row["content_sm3"]])
        listed = [files[material_id] for material_id in row["materials"]]
        items += [[file[name] for name in ("label", "file_name", "size", "sha256", "sm3")] for file in listed]
    last = next(reversed(latest.values()))
    return items, {"submission_id": last["id"]} if "id" in last else {}
