"""Titles as pages show them, and what a person types to enter one by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleRow:
    """A line of the register."""

    title_id: int
    kind: str
    holder_name: str
    #: None when the source names no day.
    granted_on: date | None
    #: The last valid day; None for a title without a term.
    expires_on: date | None
    #: Days from today to the last valid day; negative once it has passed, None without one or for an ended title.
    days_left: int | None
    document_number: str
    #: 有效, 复核中, 整改中, 退出 or 撤销
    status: str
    is_live: bool
    stars: int | None
    evaluated_year: int | None
    one_star_streak: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TitlePage:
    """A page of the register."""

    rows: tuple[TitleRow, ...]
    total: int
    next_cursor: str | None
    #: Every kind that some title has, for the filter.
    kinds: tuple[str, ...]
    #: Whether the actor may enter a title by hand.
    may_register: bool
    #: Whether the actor may look at findings against holders.
    may_read_findings: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleEvent:
    """One thing that happened to a title."""

    at: datetime
    #: granted, registered, renewed, evaluated, reminded or status_changed
    kind: str
    year: int | None
    stars: int | None
    #: The status after it.
    status: str
    reason: str
    #: The case it belongs to, when the actor may know of it.
    case_id: int | None
    case_number: str
    actor_name: str
    organisation_name: str
    #: The last valid day after a grant or a renewal, or None.
    expires_on: date | None
    #: Of a correction: (column, what stood there, what stands there now); an empty text is nothing.
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleCase:
    """A case about a title that the actor may know of."""

    case_id: int
    number: str
    title: str
    procedure_name: str
    state: str
    outcome_name: str
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleCycle:
    """A window in which the holder files, past or to come."""

    procedure_name: str
    opens_at: datetime
    closes_at: datetime
    #: planned, open, filed, late or over
    state: str
    #: The case begun for it, when the actor may know of it.
    case_id: int | None
    case_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleView:
    """Everything the page of one title shows."""

    row: TitleRow
    granting_name: str
    registered_at: datetime
    #: When its renewal may be applied for next, or None.
    renewal_opens_at: datetime | None
    #: Year and stars, the last year first; None for a year between two evaluations that has none.
    stars: tuple[tuple[int, int | None], ...]
    events: tuple[TitleEvent, ...]
    cases: tuple[TitleCase, ...]
    cycles: tuple[TitleCycle, ...]
    #: Whether the actor may correct what the register says.
    may_correct: bool
    #: How many events there are: a correction says which of them its author has seen.
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleForm:
    """What may be chosen when a title is entered by hand."""

    kinds: tuple[str, ...]
    #: Whether a kind outside the list may be typed.
    takes_any_kind: bool
    #: (id, name) of the organisations that may hold it.
    holders: tuple[tuple[str, str], ...]
    #: (id, name) of the organisations that may have granted it.
    granting: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleEntry:
    """A title that was granted outside the platform, as a person enters it."""

    kind: str
    holder_id: str
    granted_by: str
    granted_on: date | None
    expires_on: date | None
    document_number: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleCorrection:
    """What a person types to put right what the register says; the whole of it, not only what is new."""

    kind: str
    granted_on: date | None
    expires_on: date | None
    document_number: str
    reason: str
    #: `TitleView.sequence` of the page on which it was typed.
    sequence: int
