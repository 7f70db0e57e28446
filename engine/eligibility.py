"""Preconditions of a procedure, judged for one applicant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.folders import EligibilityRule, Folder
from engine.language import FeelError
from engine.store.findings import NOTHING_YET
from engine.views import RuleResult

UNDECIDED = "该条件缺少数据，系统无法判断，请联系主管部门核对后再申请。"


def judge(
    folder: Folder, applicant: Mapping[str, Any], waived: Iterable[str], history: Mapping[str, Any] | None
) -> tuple[RuleResult, ...]:
    """Return the outcome of each precondition, in the owner's order.

    Args:
        folder: the procedure's version.
        applicant: what rules may ask about (`engine.applicants.applicant_facts`).
        waived: ids of rules that were waived for this applicant in this round.
        history: its titles, findings and cases (`engine.store.findings.read_histories`); None when no rule asks.
    """
    context = {"applicant": applicant, "history": history or NOTHING_YET}
    waived = frozenset(waived)
    return tuple(_judge_rule(rule, context, waived) for rule in folder.procedure.eligibility)


def is_stopped(results: Iterable[RuleResult]) -> bool:
    """Tell whether any precondition stops the applicant."""
    return any(result.outcome == "failed" for result in results)


def may_ever_apply(folder: Folder, results: Iterable[RuleResult]) -> bool:
    """Tell whether nothing stops the applicant but what somebody may waive."""
    waivable = {rule.id for rule in folder.procedure.eligibility if rule.overridable_by}
    return all(result.outcome != "failed" or result.rule_id in waivable for result in results)


def _judge_rule(rule: EligibilityRule, context: Mapping[str, Any], waived: frozenset[str]) -> RuleResult:
    outcome, message = _outcome(rule, context, waived)
    return RuleResult(
        rule_id=rule.id, label=rule.label, outcome=outcome, message=message, basis=rule.basis, mark=rule.mark
    )


def _outcome(rule: EligibilityRule, context: Mapping[str, Any], waived: frozenset[str]) -> tuple[str, str]:
    if rule.is_judged or rule.rule is None:
        return "judged", rule.message
    try:
        answer = rule.rule.evaluate(context)
    except FeelError:
        answer = None
    if answer is True:
        return "passed", ""
    if rule.id in waived:
        return "overridden", "主管部门已说明理由并放行。"
    return "failed", rule.message if answer is False else f"{rule.message}{UNDECIDED}"
