"""What every action on a case has in common: the context it runs in, and how its outcome is written.

An action is one transaction over one locked case. `CaseAction.begin` gathers what expressions may name; `record` writes
what the engine answered: state, inbox, timers, notices, receipt, history, with one statement per table.
"""

from engine.recording.action import (
    ONE_MICROSECOND,
    WINDOW_EXTENDED,
    WINDOW_GRACE,
    WITHDRAWN,
    CaseAction,
    read_window,
)
from engine.recording.outcome import record, window_followed_by

__all__ = [
    "ONE_MICROSECOND",
    "WINDOW_EXTENDED",
    "WINDOW_GRACE",
    "WITHDRAWN",
    "CaseAction",
    "read_window",
    "record",
    "window_followed_by",
]
