"""What the operations of a diagram do, inside the transaction of the action that called them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from engine.recording.action import CaseAction
from engine.recording.documents import make_documents
from engine.recording.findings import close_cases, lift_findings, record_findings
from engine.recording.limits import count_towards_limits
from engine.recording.notices import send_notices
from engine.recording.packages import send_packages
from engine.recording.publications import publish
from engine.recording.receipts import issue_receipt
from engine.recording.titles import change_titles, grant_titles, record_stars, renew_titles
from engine.runtime import Effect

#: Gets the action and every call of the operation in it, in the order of the diagram.
Performer = Callable[[CaseAction, Sequence[Effect]], None]

#: By the names of `engine.folders.operations.OPERATIONS`, in the order in which they are performed: what may refuse the
#: action first, then a receipt, notices last, so that a notice tells what was done.
PERFORMERS: Mapping[str, Performer] = {
    "count_towards_limit": count_towards_limits,
    "issue_receipt": lambda action, _calls: issue_receipt(action),
    "record_finding": record_findings,
    "lift_finding": lift_findings,
    "grant_title": grant_titles,
    "renew_title": renew_titles,
    "record_stars": record_stars,
    "change_title": change_titles,
    "close_cases": close_cases,
    "make_document": make_documents,
    "publish": publish,
    "send_package": send_packages,
    "notify": send_notices,
}

#: What these write is collected with everything else; the others read and write rows of the case themselves.
COLLECTED = frozenset({"issue_receipt", "notify"})


def carry_out(action: CaseAction, effects: Sequence[Effect]) -> None:
    """Perform the operations that the diagram called; a folder naming an unknown one was never deployed."""
    if not effects:
        return
    for name, perform in PERFORMERS.items():
        calls = [effect for effect in effects if effect.operation == name]
        if calls:
            perform(action, calls)
