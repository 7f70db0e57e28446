"""Tasks: the inbox, and everything the page of one task shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.views.rounds import Window


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
    #: Claimed by the person who looks.
    is_mine: bool
    #: Held by an office and role of the person who looks.
    is_for_me: bool = False
    #: Name of the office that holds it; told on the page of a case, where tasks of several offices stand together.
    office_name: str = ""
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
    #: What the form calls the item; told where files of several items stand together.
    label: str = ""


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
class TaskSheet:
    """What a task is filled in on: the form alone, without what its page shows around it."""

    task_id: int
    #: The compiled form (`forms.Form`) or None for a step without one.
    form: Any
    #: Names that the form's expressions may use besides its own fields.
    context: Mapping[str, Any]
    checklist: tuple[ChecklistItem, ...]
    #: Whether the person may fill it in and submit it.
    is_open: bool


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

    @property
    def sheet(self) -> TaskSheet:
        """What the task is filled in on."""
        return TaskSheet(
            task_id=self.row.task_id,
            form=self.form,
            context=self.context,
            checklist=self.checklist,
            is_open="complete" in self.actions,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The answer to a case that began."""

    case_id: int
    #: The first task that this person can do, or None when somebody else begins.
    task_id: int | None


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
