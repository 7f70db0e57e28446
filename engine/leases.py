"""A lease in the database: one of several processes holds it, and another takes over when the holder stops renewing.

The fence grows with every change of holder. A holder that was stopped (a debugger, a paused machine) and wakes up after
its lease ran out carries an old fence, and what it then writes is refused.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

#: The database's own clock, so that processes with different clocks agree. A beat of nobody is the beginning of time.
TAKE = """
INSERT INTO pulse_lease AS lease (name, holder, fence, expires_at, beat_at)
VALUES (%(name)s, %(holder)s, 1, clock_timestamp() + make_interval(secs => %(seconds)s), 'epoch')
ON CONFLICT (name) DO UPDATE SET
    holder = excluded.holder,
    fence = lease.fence + CASE WHEN lease.holder = excluded.holder THEN 0 ELSE 1 END,
    expires_at = excluded.expires_at
WHERE lease.holder = excluded.holder OR lease.expires_at <= clock_timestamp()
RETURNING fence
"""
BEAT = (
    "UPDATE pulse_lease SET beat_at = clock_timestamp() WHERE name = %(name)s AND fence = %(fence)s RETURNING beat_at"
)
GIVE_UP = "UPDATE pulse_lease SET expires_at = clock_timestamp() WHERE name = %(name)s AND fence = %(fence)s"
LAST_BEAT = "SELECT beat_at FROM pulse_lease WHERE name = %(name)s AND beat_at > 'epoch'"


def take_lease(connection: Connection, name: str, holder: str, seconds: float) -> int | None:
    """Take or renew the lease. Return its fence, or None while another holder's lease runs."""
    arguments = {"name": name, "holder": holder, "seconds": seconds}
    row = connection.exec_driver_sql(TAKE, arguments).one_or_none()
    return None if row is None else row.fence


def record_beat(connection: Connection, name: str, fence: int) -> datetime | None:
    """Record that the holder did its work. Return when, or None when somebody else has taken the lease meanwhile."""
    row = connection.exec_driver_sql(BEAT, {"name": name, "fence": fence}).one_or_none()
    return None if row is None else row.beat_at


def give_up_lease(connection: Connection, name: str, fence: int) -> None:
    """Let the next process take over at once; does nothing when it has."""
    connection.exec_driver_sql(GIVE_UP, {"name": name, "fence": fence})


def read_last_beat(connection: Connection, name: str) -> datetime | None:
    """Return when a holder last did its work, or None if none ever did."""
    row = connection.exec_driver_sql(LAST_BEAT, {"name": name}).one_or_none()
    return None if row is None else row.beat_at
