"""How drafts become versions, as the studio shows it: what speaks against it, orders, and a procedure's history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.views.drafts import DraftView


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What a person says when they submit a draft, or ask to go back to an earlier version."""

    note: str
    #: When it is to count; None: with the approval.
    effective_at: datetime | None = None
    #: stay or follow: what new cases in rounds that are open already take.
    rounds: str = "follow"
    #: Versions whose running cases are to be taken along, each with old element id -> new element id.
    migrations: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    #: The draft's revision that the person looked at.
    revision: int = 0
    #: Whether they know that another version came into force since the draft was begun.
    knows_newer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What became of a folder that was deployed on the command line."""

    procedure_id: str
    name: str
    #: The version in force afterwards.
    version: int
    #: The draft that it became instead, or None.
    draft_id: int | None = None
    #: Whether that draft was there before.
    is_known: bool = False
    #: The version whose content it is, when that is why nothing was done.
    same_as: int | None = None
    #: Whether it came into force without a second person though one was wanted.
    is_alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedScenario:
    """How one scenario went."""

    file: str
    name: str
    title: str
    #: What went otherwise than written; "" when nothing did.
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayView:
    """How the scenarios of a folder went when they were last replayed."""

    scenarios: tuple[ReplayedScenario, ...]
    replayed_at: datetime

    @property
    def deviating(self) -> tuple[ReplayedScenario, ...]:
        """Return the scenarios that went otherwise than written."""
        return tuple(one for one in self.scenarios if one.sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """An order to publish a draft, or to go back to an earlier version."""

    order_id: int
    #: publish or roll_back
    kind: str
    procedure_id: str
    name: str
    draft_id: int | None
    #: The version that it puts in force; None before the approval.
    version: int | None
    definition_id: int | None
    #: The version in force when it was submitted; None for a new procedure.
    base_version: int | None
    base_definition_id: int | None
    digest: str
    #: submitted, returned, withdrawn, approved, in_force or cancelled
    state: str
    note: str
    effective_at: datetime | None
    rounds: str
    #: (version, element map) of the running cases that are taken along
    migrations: tuple[tuple[int, Mapping[str, str]], ...]
    findings: tuple[str, ...]
    submitted_by: str
    submitted_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision_note: str
    in_force_at: datetime | None
    remarks: tuple[str, ...]
    #: Subset of approve, return, withdraw, cancel: what the reader may do.
    actions: frozenset[str] = frozenset()
    #: Why the reader may not approve it, or "".
    obstacle: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """What the checks found at one place."""

    severity: str
    file: str
    element: str
    name: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """A version of a procedure."""

    definition_id: int
    version: int
    digest: str
    name: str
    deployed_at: datetime
    deployed_by: str
    #: Its cases that have not ended.
    running: int
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalView:
    """The page 送审发布 of a draft."""

    draft: DraftView
    digest: str
    findings: tuple[FindingView, ...]
    is_publishable: bool
    #: None: not replayed as the draft stands now. Empty when it has no scenarios.
    replay: ReplayView | None
    #: What would keep it from being submitted, one sentence each.
    obstacles: tuple[str, ...]
    #: The version in force, when it is another than the draft was begun from.
    newer_version: int | None
    #: Versions with running cases.
    running: tuple[VersionView, ...]
    #: Titles of rounds that are open already.
    open_rounds: tuple[str, ...]
    order: OrderView | None
    authors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureEvent:
    """A line of a procedure's ledger."""

    sequence: int
    at: datetime
    #: deployed, deployed_alone, handed_in, submitted, returned, withdrawn, approved, cancelled or in_force
    kind: str
    order_id: int | None
    version: int
    digest: str
    reason: str
    actor_name: str
    organisation_name: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureHistory:
    """A procedure with its versions, what is under way, and everything that was done to it."""

    procedure_id: str
    name: str
    versions: tuple[VersionView, ...]
    drafts: tuple[DraftView, ...]
    #: The order that waits for approval or for its instant.
    open_order: OrderView | None
    events: tuple[ProcedureEvent, ...]
    #: Whether the chain of events is whole.
    is_sound: bool
