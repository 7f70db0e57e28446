"""Rounds: windows, the hall, orders and exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A half-open interval `[opens_at, closes_at)`."""

    window_id: str
    name: str
    opens_at: datetime
    closes_at: datetime
    #: Who set it, e.g. 工业和信息化部; a lower level may only shorten.
    set_by: str = ""
    basis: str = ""
    #: source, reading or platform (依据 / 解释 / 平台默认值).
    mark: str = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """The outcome of one precondition for one applicant."""

    rule_id: str
    label: str
    #: passed, failed, overridden, or judged (left to the reviewers)
    outcome: str
    #: Why, in one sentence, and what to do next when it failed.
    message: str
    basis: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HallEntry:
    """A round in 申报大厅, as this applicant sees it."""

    round_id: int
    procedure_id: str
    procedure_name: str
    title: str
    document_number: str
    summary: str
    #: None in a round that is open on any day.
    window: Window | None
    #: not_yet_open, open, closed
    state: str
    rules: tuple[RuleResult, ...]
    can_start: bool
    #: Id and name of the organisations that the actor's office may begin a case about; empty when it acts for itself.
    parties: tuple[tuple[str, str], ...]
    #: The applicant's case in this round, if there is one, and its open task for this person.
    case_id: int | None
    task_id: int | None
    #: Why it cannot be started, or "".
    obstacle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionView:
    """延期: an extension order."""

    level: str
    cohort: str
    cohort_name: str
    new_close_at: datetime
    reason: str
    document_number: str
    issued_at: datetime
    issued_by: str
    reached_cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionView:
    """A precondition that the ministry waived for one applicant, with its reason."""

    organisation_id: str
    organisation_name: str
    rule_id: str
    reason: str
    issued_at: datetime
    issued_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLimit:
    """审核关口: by when a step is to be done whose time limit is counted from the close of a window."""

    step_name: str
    lane_name: str
    working_days: int
    #: By the window as the round opened it; a case's own window may close earlier or later.
    due_at: datetime
    basis: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundView:
    """轮次: one yearly run of a procedure with its windows."""

    round_id: int
    procedure_id: str
    procedure_name: str
    year: int
    title: str
    document_number: str
    issued_on: str
    publicity: str
    windows: tuple[Window, ...]
    #: Where every holder of a title has a window of its own: the nearest that is open and not filed in; to who extends.
    cycle_window: Window | None
    gates: tuple[GateLimit, ...]
    extensions: tuple[ExtensionView, ...]
    exceptions: tuple[ExceptionView, ...]
    warnings: tuple[str, ...]
    counts: Mapping[str, int]
    state: str
    actions: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundDraft:
    """What a new round would look like, from the owner's windows.yaml."""

    procedure_id: str
    procedure_name: str
    #: What the owner's folder says; the notice may say otherwise.
    publicity: str
    year: int
    title: str
    windows: tuple[Window, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundNotice:
    """What opens a round: the notice and its windows."""

    procedure_id: str
    #: The year that the round counts as.
    year: int
    title: str
    #: 发文字号, empty when the notice has none (未载明).
    document_number: str
    #: Day of the notice, or None when it carries none (I-12).
    issued_on: date | None
    #: 主动公开, 依申请公开 or 不公开 (I-13)
    publicity: str
    #: window id -> first and last day, both included
    windows: Mapping[str, tuple[date, date]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRequest:
    """What an extension order says."""

    window_id: str
    #: everyone, has_draft (a draft begun before the close that is moved) or organisations
    cohort: str
    #: Ids of the applicants, for the cohort `organisations`.
    organisations: tuple[str, ...] = ()
    #: The new close, excluded.
    new_close_at: datetime
    #: Why, as applicants will read it.
    reason: str
    document_number: str
