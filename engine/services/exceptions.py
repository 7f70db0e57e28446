"""放行: waiving a precondition for one applicant in one round."""

from __future__ import annotations

from engine.access import Action, OfficeScope, may
from engine.applicants import applicant_facts, concerned_by, round_context, round_owners, with_histories
from engine.eligibility import judge, may_ever_apply
from engine.errors import BadRequest, NotAllowed, NotFound
from engine.store import organisations, rounds
from engine.system import System
from engine.views import Actor, RuleResult

LONGEST_REASON = 2000


def grant_exception(
    system: System, actor: Actor, round_id: int, organisation_id: str, rule_id: str, reason: str
) -> None:
    """放行: waive a precondition for one applicant in one round, with the reason.

    Raises:
        NotFound: no such round, applicant or rule.
        NotAllowed: the rule cannot be waived, or not by this post.
        BadRequest: no reason, or one that is too long.
    """
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise BadRequest(f"请填写放行理由（{LONGEST_REASON} 字以内）。")
    with system.database.transaction() as connection:
        one = round_context(system, connection, rounds.read_round(connection, round_id, lock=True))
        tree = organisations.read_tree(connection)
        rule = next((rule for rule in one.folder.procedure.eligibility if rule.id == rule_id), None)
        if rule is None or organisation_id not in tree.organisations:
            raise NotFound(rule=rule_id, organisation=organisation_id)
        owners = round_owners(one.folder, tree)
        scope = OfficeScope(role=rule.overridable_by or "", organisation_ids=owners.organisation_ids)
        if not rule.overridable_by or not may(actor, Action.GRANT_EXCEPTION, scope):
            raise NotAllowed("该条件不能放行，或不由您的岗位放行。")
        rounds.insert_exception(
            connection,
            {
                "round_id": round_id,
                "organisation_id": organisation_id,
                "rule_id": rule_id,
                "reason": reason.strip(),
                "issued_at": system.clock.now(),
                "issued_by": actor.name,
            },
        )


def list_blocked(system: System, actor: Actor, round_id: int) -> tuple[tuple[str, str, RuleResult], ...]:
    """Return (applicant id, name, rule) for every rule that stops an applicant and that this actor may waive.

    Raises:
        NotFound: no such round.
    """
    with system.database.reading() as connection:
        one = round_context(system, connection, rounds.read_round(connection, round_id))
        tree = organisations.read_tree(connection)
        applicants = concerned_by(one.folder.procedure, tree).of_kinds(one.folder.procedure.starters.kinds)
        (one,) = with_histories(connection, [one], [applicant.id for applicant in applicants])
    if actor.organisation_id not in round_owners(one.folder, tree).organisation_ids:
        return ()
    waivable = {rule.id for rule in one.folder.procedure.eligibility if rule.overridable_by in actor.roles}
    blocked: list[tuple[str, str, RuleResult]] = []
    for applicant in applicants:
        waived, history = one.waived.get(applicant.id, ()), one.histories.get(applicant.id)
        results = judge(one.folder, applicant_facts(applicant), waived, history)
        failed = [result for result in results if result.outcome == "failed" and result.rule_id in waivable]
        if may_ever_apply(one.folder, results):
            blocked += [(applicant.id, applicant.name, result) for result in failed]
    return tuple(blocked)
