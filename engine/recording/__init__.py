"""What every action on a case has in common: the context it runs in, and how its outcome is written.

An action is one transaction over one locked case. `CaseAction.begin` gathers what expressions may name; `record` writes
what the engine answered: state, inbox, timers, notices, receipt, history, all in one statement.
"""

from engine.recording.action import (
    ONE_MICROSECOND,
    WINDOW_EXTENDED,
    WINDOW_GRACE,
    WITHDRAWN,
    CaseAction,
    read_window,
)
from engine.recording.outcome import collect, record, window_followed_by, write

__all__ = [
    "ONE_MICROSECOND",
    "WINDOW_EXTENDED",
    "WINDOW_GRACE",
    "WITHDRAWN",
    "CaseAction",
    "collect",
    "read_window",
    "record",
    "window_followed_by",
    "write",
]
