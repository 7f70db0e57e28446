"""Counting towards limits that several cases of a round share."""

from __future__ import annotations

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from engine.models import counted_use, process_instance


def count_use(connection: Connection, instance_id: int, round_id: int, name: str, holder: tuple[str, int]) -> int:
    """Write what a case counts towards a limit, and return the sum over all cases of the round that are in force.

    Two cases of one holder wait for each other here, so that together they cannot pass what neither passes alone.

    Args:
        connection: the action's transaction.
        instance_id: the case; what it counted before is replaced.
        round_id: its round.
        name: which limit.
        holder: for whom it is counted, and how much.
    """
    counted_for, amount = holder
    lock = func.hashtextextended(f"{round_id}/{name}/{counted_for}", 0)
    connection.execute(select(func.pg_advisory_xact_lock(lock)))
    row = {"round_id": round_id, "counted_for": counted_for, "amount": amount}
    statement = insert(counted_use).values(instance_id=instance_id, name=name, **row)
    connection.execute(
        statement.on_conflict_do_update(index_elements=[counted_use.c.instance_id, counted_use.c.name], set_=row)
    )
    total = (
        select(func.sum(counted_use.c.amount))
        .join(process_instance, process_instance.c.id == counted_use.c.instance_id)
        .where(
            counted_use.c.round_id == round_id,
            counted_use.c.name == name,
            counted_use.c.counted_for == counted_for,
            process_instance.c.is_effective,
        )
    )
    return int(connection.execute(total).scalar_one() or 0)
