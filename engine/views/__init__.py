"""Frozen values that cross the border between the engine and its callers.

Times are aware UTC `datetime`s; pages turn them into Asia/Shanghai. Sizes are bytes. Services return these, never rows.
"""

from engine.views.cases import (
    CasePage,
    CaseRow,
    CaseView,
    ElementMark,
    MonitorView,
    NoticeView,
    ProcedureView,
    TimerView,
)
from engine.views.people import (
    Actor,
    DemoAccount,
    Session,
    SignedIn,
)
from engine.views.rounds import (
    ExceptionView,
    ExtensionRequest,
    ExtensionView,
    HallEntry,
    RoundDraft,
    RoundNotice,
    RoundView,
    RuleResult,
    Window,
)
from engine.views.tasks import (
    ChecklistItem,
    Completed,
    HistoryEvent,
    InboxPage,
    InboxRow,
    MaterialView,
    Receipt,
    Started,
    SubmissionView,
    TaskView,
)

__all__ = [
    "Actor",
    "CasePage",
    "CaseRow",
    "CaseView",
    "ChecklistItem",
    "Completed",
    "DemoAccount",
    "ElementMark",
    "ExceptionView",
    "ExtensionRequest",
    "ExtensionView",
    "HallEntry",
    "HistoryEvent",
    "InboxPage",
    "InboxRow",
    "MaterialView",
    "MonitorView",
    "NoticeView",
    "ProcedureView",
    "Receipt",
    "RoundDraft",
    "RoundNotice",
    "RoundView",
    "RuleResult",
    "Session",
    "SignedIn",
    "Started",
    "SubmissionView",
    "TaskView",
    "TimerView",
    "Window",
]
