"""收件回执: reading one, and checking one that somebody shows."""

from __future__ import annotations

import hmac

from sqlalchemy import Connection, Row

from engine.access import Action, may
from engine.errors import NotFound
from engine.store import cases, materials, rounds
from engine.system import System
from engine.views import Actor, Receipt


def read_receipt(system: System, actor: Actor, number: str) -> Receipt:
    """Return a receipt.

    Raises:
        NotFound: no such receipt, or the actor may not know of its case.
    """
    with system.database.reading() as connection:
        row = materials.read_receipt(connection, number)
        if row is None:
            raise NotFound(receipt=number)
        case = cases.read_case(connection, row.instance_id)
        if not may(actor, Action.READ_CONTENTS, case.scope):
            raise NotFound(receipt=number)
        return _receipt(connection, row, case)


def verify_receipt(system: System, number: str, code: str) -> Receipt | None:
    """Return the receipt that carries this number and verification code, or None; open to anybody who holds both."""
    with system.database.reading() as connection:
        row = materials.read_receipt(connection, number.strip())
        given = code.strip().upper().replace(" ", "").replace("-", "")
        if row is None or not hmac.compare_digest(row.verification_code.encode(), given.encode()):
            return None
        return _receipt(connection, row, cases.read_case(connection, row.instance_id))


def _receipt(connection: Connection, row: Row, case: cases.CaseRecord) -> Receipt:
    return Receipt(
        number=row.number,
        case_id=case.id,
        case_number=case.number,
        procedure_name=case.procedure_name,
        round_title=rounds.read_round(connection, case.round_id).title,
        applicant_name=case.applicant_name,
        submitted_by=row.submitted_by,
        received_at=row.received_at,
        items=tuple((item, name, size, sha256, sm3) for item, name, size, sha256, sm3 in row.items),
        content_sha256=row.content_sha256,
        content_sm3=row.content_sm3,
        verification_code=row.verification_code,
    )
