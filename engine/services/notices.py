"""站内通知: what offices are told, and handing it to the outgoing channel."""

from __future__ import annotations

import logging

from engine.errors import NotFound
from engine.store import notices
from engine.system import System
from engine.views import Actor, NoticeView

logger = logging.getLogger(__name__)


def list_notices(system: System, actor: Actor) -> tuple[NoticeView, ...]:
    """Return the actor's latest notices, newest first."""
    with system.database.reading() as connection:
        rows = notices.list_notices(connection, actor)
    return tuple(
        NoticeView(
            notice_id=row.id,
            title=row.title,
            body=row.body,
            case_id=row.instance_id,
            sent_at=row.sent_at,
            is_read=row.is_read,
        )
        for row in rows
    )


def count_unread(system: System, actor: Actor) -> int:
    """Count the actor's unread notices."""
    with system.database.reading() as connection:
        return notices.count_unread(connection, actor)


def mark_read(system: System, actor: Actor, notice_id: int) -> None:
    """Record that the actor read a notice.

    Raises:
        NotFound: no such notice is addressed to the actor.
    """
    with system.database.transaction() as connection:
        if not notices.mark_read(connection, actor, notice_id, system.clock.now()):
            raise NotFound(notice_id=notice_id)


def mark_all_read(system: System, actor: Actor, until: int) -> None:
    """Record that the actor read every notice up to the newest one that was shown."""
    with system.database.transaction() as connection:
        notices.mark_all_read(connection, actor, until, system.clock.now())


def deliver_notice(system: System, notice_id: int) -> bool:
    """Hand a notice to the outgoing channel; True when this call did it.

    The channel is a dry run: the notice stands in the office's inbox, and the log says what would have gone out. Doing
    it twice is impossible: the row is locked, and a delivered one is passed over.
    """
    with system.database.transaction() as connection:
        row = notices.lock_undelivered(connection, notice_id)
        if row is None:
            return False
        notices.mark_delivered(connection, notice_id, system.clock.now())
    logger.info("a notice was delivered (dry run)", extra={"action": "notice_delivered", "notice": notice_id})
    return True
