"""Who may apply in a round."""

from __future__ import annotations

from engine.applicants import applicant_facts, concerned_by, round_context, window_chain, with_histories
from engine.eligibility import judge, may_ever_apply
from engine.store import organisations, rounds
from engine.system import System
from engine.views import Actor


def list_applicants(system: System, actor: Actor, round_id: int) -> tuple[tuple[str, str], ...]:
    """Return (id, name) of every organisation that may apply in the round and stands under the actor's office.

    Raises:
        NotFound: no such round.
    """
    with system.database.reading() as connection:
        one = round_context(system, connection, rounds.read_round(connection, round_id))
        tree = organisations.read_tree(connection)
        applicants = concerned_by(one.folder.procedure, tree).of_kinds(one.folder.procedure.starters.kinds)
        (one,) = with_histories(connection, [one], [applicant.id for applicant in applicants])
    return tuple(
        (applicant.id, applicant.name)
        for applicant in applicants
        if actor.organisation_id in window_chain(one.folder, tree, applicant.id)
        and may_ever_apply(
            one.folder, judge(one.folder, applicant_facts(applicant), (), one.histories.get(applicant.id))
        )
    )
