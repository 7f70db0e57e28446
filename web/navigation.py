"""The main navigation: which pages a person of certain roles goes to."""

from __future__ import annotations

from dataclasses import dataclass

from engine.views import Actor

#: Roles that watch or maintain and have no tasks of their own.
_SUPERVISING = frozenset({"administrator", "process_owner"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One link; `section` is the name of the blueprint (or of the page's own `section`) it stands for."""

    section: str
    url: str
    label: str


_INBOX = Entry(section="inbox", url="/inbox", label="待办")
_COMPLETED = Entry(section="completed", url="/completed", label="已办")
_HALL = Entry(section="hall", url="/hall", label="申报大厅")
_CASES = Entry(section="cases", url="/cases", label="办件")
_TITLES = Entry(section="titles", url="/titles", label="称号")
_ROUNDS = Entry(section="rounds", url="/rounds", label="轮次与窗口")
_MONITOR = Entry(section="monitor", url="/monitor", label="运行监控")
_STUDIO = Entry(section="studio", url="/studio", label="流程工作室")
_INCIDENTS = Entry(section="maintenance", url="/incidents", label="异常")
_OUTBOX = Entry(section="outbox", url="/outbox", label="发件箱")
_NOTICES = Entry(section="notices", url="/notices", label="通知")


def list_entries(actor: Actor) -> tuple[Entry, ...]:
    """Return the links for this person, in order; the policy of the engine still decides on every page."""
    is_office = bool(actor.roles - _SUPERVISING)
    shown = (
        (_INBOX, is_office),
        (_COMPLETED, is_office),
        (_HALL, "applicant" in actor.roles),
        (_CASES, is_office or "administrator" in actor.roles),
        (_TITLES, True),
        (_ROUNDS, True),
        (_MONITOR, bool(actor.roles & _SUPERVISING)),
        (_STUDIO, "process_owner" in actor.roles),
        (_INCIDENTS, "administrator" in actor.roles),
        (_OUTBOX, "administrator" in actor.roles),
        (_NOTICES, True),
    )
    return tuple(entry for entry, is_shown in shown if is_shown)
