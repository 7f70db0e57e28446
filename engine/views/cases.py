"""Cases: lists, the page of one, and the live picture of many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.views.rounds import Window
from engine.views.tasks import HistoryEvent, InboxRow, SubmissionView


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One case in a list."""

    case_id: int
    number: str
    title: str
    procedure_id: str
    procedure_name: str
    applicant_name: str
    #: running, ended, incident, suspended
    state: str
    #: Element id of the end event reached, or "".
    outcome: str
    outcome_name: str
    #: Names of the steps that wait now.
    waiting_at: tuple[str, ...]
    started_at: datetime
    submitted_at: datetime | None
    ended_at: datetime | None
    is_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """One page of cases. `next_cursor` is opaque; None on the last page."""

    rows: tuple[CaseRow, ...]
    total: int
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementMark:
    """How one element of a diagram is to be painted."""

    element_id: str
    #: active, late, done, incident; in a comparison added, removed, changed
    state: str
    #: Number of tokens or cases there now.
    count: int = 0
    overdue: int = 0
    done: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerView:
    """A waiting timer of a case."""

    element_id: str
    name: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """Everything the page of one case shows."""

    row: CaseRow
    definition_version: int
    round_title: str
    window: Window | None
    #: The diagram as SVG with its marks, safe to embed.
    diagram_svg: str
    #: Name and drawing of the called diagrams in which it waits.
    called: tuple[tuple[str, str], ...]
    #: Name and drawing of the called diagrams that it passed and left.
    passed: tuple[tuple[str, str], ...]
    marks: tuple[ElementMark, ...]
    history: tuple[HistoryEvent, ...]
    submissions: tuple[SubmissionView, ...]
    timers: tuple[TimerView, ...]
    receipts: tuple[str, ...]
    open_tasks: tuple[InboxRow, ...]
    #: Increases with every change; the live view compares it.
    revision: int
    #: Subset of withdraw, repair.
    actions: frozenset[str]
    #: Whether form contents may be shown (an administrator sees only the course of the case).
    may_read_contents: bool
    incident: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureView:
    """A deployed procedure."""

    procedure_id: str
    name: str
    version: int
    digest: str
    deployed_at: datetime
    running_cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """站内通知."""

    notice_id: int
    title: str
    body: str
    case_id: int | None
    sent_at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorView:
    """运行监控 of one procedure version: live counts per step, painted on the diagram."""

    procedure_id: str
    procedure_name: str
    version: int
    running: int
    overdue: int
    ended: int
    incidents: int
    diagram_svg: str
    #: Name and drawing of the called diagrams in which cases wait.
    called: tuple[tuple[str, str], ...]
    marks: tuple[ElementMark, ...]
    #: (element id, name, open, overdue, done)
    steps: tuple[tuple[str, str, int, int, int], ...]
    revision: int
