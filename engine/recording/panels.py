"""专家: who may be invited to a case, in an order that nobody chose."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from engine.store.organisations import OrganisationRecord

#: The fact that a form chooses the experts from.
EXPERTS = "experts"
#: Attribute of an expert: the organisation it works for.
EMPLOYER = "employer"


def drawn_experts(
    register: Iterable[OrganisationRecord], *, case_number: str, applicant_id: str
) -> list[dict[str, Any]]:
    """Return the experts without those who must step aside (回避), in the order drawn for this case.

    The order is by SHA-256 of case number and expert: the same whenever it is looked at, so a draw cannot be repeated
    until it pleases, and different for every case.

    Args:
        register: everybody with an expert's post.
        case_number: the case they would judge.
        applicant_id: who works for the applicant steps aside.

    Returns:
        `value` (the expert's id) and `label` as a select takes them, and `drawn`, the place in the order from 1.
    """
    eligible = [one for one in register if applicant_id not in (one.id, one.attributes.get(EMPLOYER))]
    eligible.sort(key=lambda one: hashlib.sha256(f"{case_number}|{one.id}".encode()).digest())
    return [
        {"value": one.id, "label": f"{one.name}（抽取序号{number}）", "drawn": number}
        for number, one in enumerate(eligible, start=1)
    ]
