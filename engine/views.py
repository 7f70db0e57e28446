"""Frozen values that cross the border between the engine and its callers.

Times are aware UTC `datetime`s; pages turn them into Asia/Shanghai. Sizes are bytes. Services return these, never rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The person who acts: an account bound to a post of an organisation."""

    account_id: int
    login_name: str
    #: e.g. 广州市工业和信息化局 经办
    name: str
    post_name: str
    organisation_id: str
    organisation_name: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A fresh session: the token goes into the cookie and is stored only as a digest."""

    token: str
    csrf_token: str
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A live session."""

    actor: Actor
    csrf_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """An account offered on the login page in demonstration mode."""

    login_name: str
    office: str
    post: str
    #: What this account does in the tour.
    duty: str


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
class InboxRow:
    """One user task in a list."""

    task_id: int
    element_id: str
    name: str
    case_id: int
    case_number: str
    case_title: str
    procedure_name: str
    applicant_name: str
    opened_at: datetime
    due_at: datetime | None
    #: Working days left until due_at (negative: overdue); None without a time limit.
    working_days_left: int | None
    #: open, completed or cancelled
    state: str
    #: on_time, soon, overdue, suspended; completed and cancelled repeat the state.
    status: str
    assignee_name: str | None
    is_mine: bool
    completed_at: datetime | None = None
    completed_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """One page of a list of tasks. `next_cursor` is opaque; None on the last page."""

    rows: tuple[InboxRow, ...]
    #: all, soon, overdue, unclaimed -> number of tasks
    counts: Mapping[str, int]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialView:
    """One uploaded file."""

    material_id: int
    #: Key of the form field (checklist item) it was uploaded for.
    field_key: str
    file_name: str
    size: int
    media_type: str
    sha256: str
    sm3: str
    uploaded_at: datetime
    uploaded_by: str
    is_current: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """A material that the step asks for, with what has been uploaded."""

    field_key: str
    label: str
    is_required: bool
    #: 加盖公章
    is_stamped: bool
    basis: str
    hint: str
    files: tuple[MaterialView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEvent:
    """What happened, when, by whom. `kind` is a past-tense word with a label in `web/labels.py`."""

    sequence: int
    at: datetime
    kind: str
    element_id: str = ""
    element_name: str = ""
    #: The post, e.g. 经办; the organisation is beside it.
    actor_name: str = ""
    organisation_name: str = ""
    #: Opinion or reason in the person's own words.
    comment: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionView:
    """What an office submitted at a step, ready to be shown as label and text."""

    task_name: str
    organisation_name: str
    #: The post, e.g. 经办.
    actor_name: str
    submitted_at: datetime
    #: (label, text) in the order of the form; materials are listed by file name.
    answers: tuple[tuple[str, str], ...]
    materials: tuple[MaterialView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """Everything the page of one task shows."""

    row: InboxRow
    #: Clause of the source the step rests on, and its mark (source, reading, platform).
    basis: str
    mark: str
    #: The owner's explanation of the step, from the diagram.
    documentation: str
    #: The compiled form (`forms.Form`) or None for a step without one.
    form: Any
    #: What is in the fields: the person's draft, or else what the case already knows.
    values: Mapping[str, Any]
    #: Names that the form's expressions may use besides its own fields.
    context: Mapping[str, Any]
    checklist: tuple[ChecklistItem, ...]
    submissions: tuple[SubmissionView, ...]
    history: tuple[HistoryEvent, ...]
    #: The window this step must be completed in, or None.
    window: Window | None
    is_window_open: bool
    draft_saved_at: datetime | None
    #: One-time key that makes a repeated submit answer with the first receipt.
    completion_key: str
    #: Subset of complete, save_draft, claim, release, withdraw.
    actions: frozenset[str]
    #: Sentence why the person cannot act now, or "".
    obstacle: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """The answer to a completed task."""

    case_id: int
    case_number: str
    #: e.g. 已提交。
    message: str
    receipt_number: str | None
    #: A task in the same case that this person can do next.
    next_task_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """收件回执: number, time with zone, item list with digests."""

    number: str
    case_id: int
    case_number: str
    procedure_name: str
    round_title: str
    applicant_name: str
    submitted_by: str
    received_at: datetime
    #: (item, file name or "表单", size, sha256, sm3)
    items: tuple[tuple[str, str, int, str, str], ...]
    content_sha256: str
    content_sm3: str
    verification_code: str


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
    window: Window
    #: not_yet_open, open, closed
    state: str
    rules: tuple[RuleResult, ...]
    can_start: bool
    #: The applicant's case in this round, if there is one, and its open task for this person.
    case_id: int | None
    task_id: int | None
    #: Why it cannot be started, or "".
    obstacle: str


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
    #: active, late, done, incident
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
    marks: tuple[ElementMark, ...]
    history: tuple[HistoryEvent, ...]
    submissions: tuple[SubmissionView, ...]
    timers: tuple[TimerView, ...]
    receipts: tuple[str, ...]
    open_tasks: tuple[InboxRow, ...]
    #: Increases with every change; the live view compares it.
    revision: int
    actions: frozenset[str]
    #: Whether form contents may be shown (an administrator sees only the course of the case).
    may_read_contents: bool
    incident: str = ""


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
    year: int
    title: str
    windows: tuple[Window, ...]
    warnings: tuple[str, ...]


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
    marks: tuple[ElementMark, ...]
    #: (element id, name, open, overdue, done)
    steps: tuple[tuple[str, str, int, int, int], ...]
    revision: int


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
