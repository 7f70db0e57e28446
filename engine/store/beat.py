"""What a beat of the pulse looks for, in one statement: it is asked for all day, and mostly there is nothing."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from engine.store.direct import ask

#: Of each kind, in one beat.
MOST = 500


class Found(NamedTuple):
    """Ids of what is to be handed to the workers, in the order in which it is to be done."""

    #: Timers to fire, earliest first.
    timers: list[int]
    #: Notices that the outgoing channel has not taken.
    notices: list[int]
    #: Documents that are issued and not rendered.
    documents: list[int]
    #: Packages to send now: after a failure later each time, 2, 4, 8 … minutes.
    packages: list[int]
    #: When the next timer is to be fired.
    next_release: datetime | None


#: With it, forget which cases changed so long ago that everybody who watches has heard of it.
_LOOK = f"""
WITH forgotten AS (DELETE FROM case_change WHERE changed_at < %(heard)s)
SELECT ARRAY(SELECT id FROM timer WHERE state = 'waiting' AND release_at <= %(now)s
             ORDER BY release_at, id LIMIT {MOST}),
       ARRAY(SELECT id FROM notice WHERE delivered_at IS NULL ORDER BY id LIMIT {MOST}),
       ARRAY(SELECT id FROM official_document WHERE state = 'pending' ORDER BY id LIMIT {MOST}),
       ARRAY(SELECT id FROM outbox
             WHERE state = 'pending'
               AND (sent_at IS NULL OR sent_at + make_interval(mins => power(2, attempts)::integer) <= %(now)s)
             ORDER BY id LIMIT {MOST}),
       (SELECT min(release_at) FROM timer WHERE state = 'waiting' AND release_at > %(now)s)
"""


def look(connection: Connection, now: datetime, heard: datetime) -> Found:
    """Return what is to be done now; forget the changes of cases before `heard`, an instant of the real clock."""
    return Found(*ask(connection, _LOOK, {"now": now, "heard": heard})[0])
