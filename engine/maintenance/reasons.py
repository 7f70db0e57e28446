"""What every act of maintenance needs: a reason, and that the case is still what the person looked at."""

from __future__ import annotations

from engine.errors import BadRequest, ChangedMeanwhile
from engine.store.cases import CaseRecord
from engine.views import MaintenanceNote

LONGEST_REASON = 2000


def refuse_bad_reason(reason: str) -> str:
    """Return the reason without white space around it.

    Raises:
        BadRequest: it is missing or too long.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise BadRequest(f"请填写原因（{LONGEST_REASON} 字以内）。原因会写入办理记录。")
    return reason


def refuse_stale(case: CaseRecord, note: MaintenanceNote) -> None:
    """Refuse to act on a case that changed since the person looked at it.

    Raises:
        ChangedMeanwhile: it did.
    """
    if note.revision is not None and case.revision != note.revision:
        raise ChangedMeanwhile("您查看之后，该办件又有新的办理，本次操作没有执行。请核对最新情况后再操作。")
