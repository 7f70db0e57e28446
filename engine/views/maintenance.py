"""Maintenance of running cases: migration between versions, repair, incidents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.views.cases import CaseRow
from engine.views.tasks import HistoryEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceNote:
    """What every act of maintenance is accompanied by."""

    #: Why, in the person's own words; it stands in the case's history.
    reason: str
    #: The case's revision that the person looked at; None when nobody looked (a bulk job).
    revision: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MapChoice:
    """A step of the old version that needs, or may be given, a counterpart in the new one."""

    element_id: str
    name: str
    #: (id, name) of the new version's elements of the same kind.
    choices: tuple[tuple[str, str], ...]
    #: The id chosen or guessed by name, or "".
    chosen: str
    #: Whether the new version lacks an element of the same id and kind.
    is_missing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationGroup:
    """Cases that wait at the same places and would fare alike."""

    waiting_at: tuple[str, ...]
    #: (id, number)
    cases: tuple[tuple[int, str], ...]
    #: What would change, one sentence each; empty when they cannot go on.
    changes: tuple[str, ...]
    #: (where, why they cannot go on)
    refused: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionChoice:
    """A version of a procedure that cases may be taken to."""

    version: int
    #: Its cases that have not ended.
    running: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationPlanView:
    """What would become of the running cases of one version, or of one case, in another version."""

    procedure_id: str
    procedure_name: str
    from_version: int
    #: 0 before a version was chosen.
    to_version: int
    versions: tuple[VersionChoice, ...]
    map_choices: tuple[MapChoice, ...] = ()
    groups: tuple[MigrationGroup, ...] = ()
    #: Cases that have not ended.
    total: int = 0
    #: How many of them were looked at.
    examined: int = 0
    possible: int = 0
    #: The order that is at work on this version, or None.
    running_order: int | None = None
    #: Of one case: its revision, which the migration has to name.
    revision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationItem:
    """A case that an order could not migrate."""

    case_id: int
    number: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationOrderView:
    """A bulk migration and how far it has come."""

    order_id: int
    procedure_id: str
    procedure_name: str
    from_version: int
    to_version: int
    #: (old, new) element ids that the person gave.
    element_map: tuple[tuple[str, str], ...]
    reason: str
    #: running, finished or stopped
    state: str
    ordered_by: str
    ordered_at: datetime
    finished_at: datetime | None
    #: waiting, migrated, refused, gone -> number of cases
    counts: Mapping[str, int]
    refused: tuple[MigrationItem, ...]

    @property
    def total(self) -> int:
        """Return how many cases the order is about."""
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        """Return how many cases it has looked at."""
        return self.total - self.counts.get("waiting", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenView:
    """One place where a case stands."""

    token_id: str
    element_id: str
    name: str
    #: As the runtime names it: task, timer, message, join …
    kind: str
    #: Of a user task: who holds it and who claimed it.
    office: str = ""
    assignee: str = ""
    opened_at: datetime | None = None
    due_at: datetime | None = None
    #: Of a timer that could not be fired.
    is_failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """异常: something that the diagram could not do."""

    incident_id: int
    case_id: int
    case_number: str
    case_title: str
    element_name: str
    #: complete_task, fire_timer, load_state, …
    action: str
    sentence: str
    raised_at: datetime
    #: Whether the saved state of the case cannot be read.
    is_damaged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairView:
    """Everything 办件维护 shows of one case; form contents are not among it."""

    row: CaseRow
    definition_version: int
    revision: int
    diagram_svg: str
    tokens: tuple[TokenView, ...]
    #: (name, label or "", value as FEEL) of what expressions of the diagram name
    variables: tuple[tuple[str, str, str], ...]
    incidents: tuple[IncidentView, ...]
    #: (element id, name) of the activities that a token may be moved to
    targets: tuple[tuple[str, str], ...]
    #: Ids among them that the case has been at.
    passed: frozenset[str]
    #: Why the state cannot be read, or "".
    damage: str
    #: Acts of maintenance so far, latest first, with what was before and after.
    history: tuple[HistoryEvent, ...]
    #: Subset of move, change, retry, migrate.
    actions: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePreview:
    """What moving a token would do."""

    from_name: str
    to_name: str
    #: Whether the case has been at the target: then it is a return, else a free move.
    is_return: bool
    #: Names of the tasks and timers that end, and of those that begin.
    closed: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    #: Names of the called diagrams and subprocesses that are left, with everything that is open in them.
    left: tuple[str, ...] = ()
    is_ended: bool = False
    #: Why it cannot be done, or "".
    refusal: str = ""
