"""Carrying out orders to replay: the scenarios of a draft, or the cases of a past round under it."""

from __future__ import annotations

from engine.rehearsal.past import carry_out_round
from engine.rehearsal.replays import BATCH, ROUND, carry_out_replay
from engine.store import rehearsals
from engine.system import System


def carry_out(system: System, order_id: int) -> bool:
    """Carry out an order; True when this call did it.

    The row decides: an order that is done is left alone, and one whose worker died is done again from its beginning.
    """
    with system.database.reading() as connection:
        row = rehearsals.read_order(connection, order_id)
    if row is None or row.state != "waiting":
        return False
    if row.kind == ROUND:
        carry_out_round(system, order_id, row.draft_id, row.round_id)
    else:
        carry_out_replay(system, order_id, row.draft_id)
    return True


def nudge_replays(system: System) -> None:
    """Hand every order that is not carried out to the workers, again if need be."""
    with system.database.transaction() as connection:
        system.jobs.defer_rehearse(connection, rehearsals.waiting_orders(connection, BATCH))
