"""Drafts of procedures as the studio shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.views.cases import ProcedureView


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFileView:
    """A file of a draft."""

    path: str
    #: What a save has to be based on.
    revision: int
    size: int
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A draft with its files; a list of drafts leaves the files out."""

    draft_id: int
    procedure_id: str
    name: str
    #: editing, submitted, returned, approved, published or discarded
    state: str
    #: Grows with every change of any file.
    revision: int
    base_definition_id: int | None
    base_version: int | None
    #: Where it came from, in words.
    origin: str
    #: What an import assumed, sentence by sentence.
    report: tuple[str, ...]
    created_by: str
    created_at: datetime
    changed_at: datetime
    files: tuple[DraftFileView, ...] = ()

    @property
    def is_editable(self) -> bool:
        """Whether its files may be changed now."""
        return self.state in ("editing", "returned")


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFile:
    """A file's content and the revision that a save has to name."""

    content: bytes
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFile:
    """What a save answers."""

    #: The file's revision; 0 when it was removed.
    revision: int
    draft_revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RenamingView:
    """What an element's new id would bring with it, as sentences."""

    #: What changes besides the element itself.
    changes: tuple[str, ...]
    #: Where the word stands that would be left alone.
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRenamingView:
    """What a field's new name would bring with it."""

    #: When only this form changes; it is everything when nobody else gives the variable its value.
    alone: RenamingView
    #: When everybody who gives it its value changes; None when there is nobody else.
    together: RenamingView | None
    #: Who else gives it its value, as sentences.
    others: tuple[str, ...]
    #: Whether anything outside the form changes or should be looked at.
    reaches_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftChange:
    """A line of a draft's history."""

    number: int
    summary: str
    #: done, undone or dropped
    state: str
    by: str
    at: datetime
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherEditor:
    """Somebody else who has a file of the draft open."""

    who: str
    path: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioView:
    """What an owner finds in the studio."""

    drafts: tuple[DraftView, ...]
    #: The versions in force of the procedures that the owner may change.
    procedures: tuple[ProcedureView, ...]
