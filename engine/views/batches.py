"""Steps that an office takes for many cases of a round at once, as pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.views.tasks import InboxRow
from forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchGroup:
    """A step of a round with what waits for the actor's office there."""

    round_id: int
    element_id: str
    step_name: str
    procedure_name: str
    round_title: str
    waiting: int
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """One case that waits at the step."""

    row: InboxRow
    #: The key of the task's submit.
    completion_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """A step of a round with everything its page shows."""

    round_id: int
    element_id: str
    step_name: str
    procedure_name: str
    round_title: str
    basis: str
    #: source, reading or platform
    mark: str
    documentation: str
    #: One page, the nearest limit first.
    rows: tuple[BatchRow, ...]
    #: Whether more wait than the page shows.
    has_more: bool
    #: The step's form, to be filled in once; None where there is none, or where each case needs files of its own.
    form: Form | None
    #: What the form's expressions may name for every case alike.
    context: Mapping[str, object]
    #: Whether each case has to be decided by itself, because the form asks for files.
    needs_files: bool
    #: What the summary sheet is called, or "" where there is none.
    sheet_title: str
    #: Cases that came to the step so far, open or done.
    came_here: int
