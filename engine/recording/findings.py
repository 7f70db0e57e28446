"""认定: recording and lifting findings, and ordering that a party's other cases be closed."""

from __future__ import annotations

from collections.abc import Sequence

from engine.recording.action import CaseAction
from engine.recording.arguments import Arguments
from engine.runtime import Effect
from engine.store import cycles, findings


def record_findings(action: CaseAction, calls: Sequence[Effect]) -> None:
    """Enter findings against the party; eligibility rules read them as `history.findings` from now on."""
    for call in calls:
        given = Arguments(action, call)
        scheme, ground = given.words("scheme"), given.words("ground")
        findings.insert_finding(
            action.connection,
            {
                "organisation_id": given.party(),
                "scheme": scheme,
                "ground": ground,
                "decided_on": given.today,
                "decided_by": given.deciding_office(),
                "instance_id": action.case.id,
            },
        )
        action.journal.add("finding_recorded", element=action.label(call.element_id), comment=f"{scheme}：{ground}")


def lift_findings(action: CaseAction, calls: Sequence[Effect]) -> None:
    """Lift every finding in force under a scheme.

    Raises:
        ExecutionError: there is none.
    """
    for call in calls:
        given = Arguments(action, call)
        scheme, ground = given.words("scheme"), given.words("ground")
        values = {"lift_reason": ground, "lifted_in": action.case.id}
        if not findings.lift_findings(action.connection, given.party(), scheme, values, on=given.today):
            given.fail(f"该单位没有“{scheme}”名下仍然有效的认定。")
        action.journal.add("finding_lifted", element=action.label(call.element_id), comment=f"{scheme}：{ground}")


def close_cases(action: CaseAction, calls: Sequence[Effect]) -> None:
    """Order that the party's other running cases of the named procedures be closed.

    Each is closed by a job of its own after this transaction: no action ever holds the locks of two cases.
    """
    for call in calls:
        given = Arguments(action, call)
        reason = given.words("reason")
        order = {"ordered_in": action.case.id, "reason": reason, "ordered_at": action.at}
        procedures = given.listed("procedures")
        order_ids = cycles.order_closings(action.connection, order, procedures, given.party())
        action.system.jobs.defer_close_cases(action.connection, order_ids)
        action.journal.add(
            "case_closing_ordered",
            element=action.label(call.element_id),
            comment=reason,
            details={"procedures": procedures, "cases": len(order_ids)},
        )
