"""Rehearsals (推演): how a scenario went, and what the scenarios of a folder reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.views.cases import CaseView, TimerView
from engine.views.maintenance import MigrationGroup
from engine.views.publishing import DocumentView
from engine.views.tasks import TaskView


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldStep:
    """One step of a scenario as a story."""

    at: datetime
    #: Who did what, one sentence.
    sentence: str
    #: What the system did because of it, one sentence each.
    consequences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviationView:
    """The first thing that went otherwise than written."""

    #: 1 for the first step; 0 when it did not begin, and one more than there are steps when only the end differs.
    step: int
    at: datetime | None
    sentence: str
    expected: tuple[str, ...] = ()
    actual: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """How one scenario went."""

    file: str
    name: str
    title: str
    steps: tuple[ToldStep, ...]
    #: Ids of the elements passed, in order.
    passed: tuple[str, ...]
    #: Ids of the end events reached, in order.
    ends: tuple[str, ...]
    #: None when all went as written.
    deviation: DeviationView | None

    @property
    def is_as_written(self) -> bool:
        """Whether all went as its owner wrote."""
        return self.deviation is None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagramCoverage:
    """What of a diagram some scenario passes."""

    file: str
    name: str
    elements: int
    #: Element id -> how often it was passed.
    passed: dict[str, int]
    #: (id, name, kind) of the elements that no scenario reaches.
    missing: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """All scenarios of a folder, played one after the other."""

    played: tuple[Played, ...]
    coverage: tuple[DiagramCoverage, ...]
    #: Real time it took.
    seconds: float

    @property
    def deviating(self) -> tuple[Played, ...]:
        """The scenarios that went otherwise than written."""
        return tuple(one for one in self.played if not one.is_as_written)

    @property
    def is_green(self) -> bool:
        """Whether there are scenarios, and each went as written."""
        return bool(self.played) and not self.deviating


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationRow:
    """A simulation in the list of a draft."""

    simulation_id: int
    title: str
    steps: int
    clock_at: datetime
    #: Whether the draft was changed since.
    is_stale: bool
    created_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedTask:
    """A task that waits in a simulation, and who would do it."""

    task_id: int
    element_id: str
    name: str
    who: str
    due_at: datetime | None
    is_overdue: bool
    #: False where others of the same step go first.
    is_next: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedNotice:
    """A notice that would have gone out."""

    sent_at: datetime
    to: str
    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedStep:
    """A step that was taken."""

    number: int
    at: datetime
    sentence: str
    consequences: tuple[str, ...]
    is_refused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationView:
    """A simulation as it stands."""

    simulation_id: int
    draft_id: int
    title: str
    clock_at: datetime
    is_stale: bool
    #: Why the steps could not all be played again, or "".
    obstacle: str
    #: Whether its stage was cleared away; the steps can be played again.
    is_cleared: bool
    steps: tuple[SimulatedStep, ...]
    #: None when the stage was cleared away.
    case: CaseView | None
    tasks: tuple[SimulatedTask, ...]
    timers: tuple[TimerView, ...]
    #: (name, what it is called, value)
    variables: tuple[tuple[str, str, str], ...]
    notices: tuple[SimulatedNotice, ...]
    documents: tuple[DocumentView, ...]
    #: Titles of what was made public, latest last.
    publications: tuple[str, ...]
    #: Windows that may be extended: (id, name).
    windows: tuple[tuple[str, str], ...]
    can_withdraw: bool
    can_object: bool
    #: End events reached so far.
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedForm:
    """A task of a simulation with its form, and the values that scenarios have for it."""

    view: TaskView
    who: str
    #: Titles of what can be filled in at one click.
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a simulation begins with."""

    #: Name of the scenario whose applicant it takes, or "".
    like: str = ""
    #: The applicant's own name, kind and level, where they differ or there is no scenario.
    name: str = ""
    kind: str = ""
    level: str = ""
    #: When it begins; None as in the scenario.
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """How a simulation is written down as a scenario."""

    #: Of the file, without ending.
    name: str
    title: str
    #: Whether a scenario of this name is given up for it.
    replaces: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioRow:
    """A scenario of a draft."""

    file: str
    name: str
    title: str
    applicant: str
    #: Names of the end events that it reaches.
    ends: tuple[str, ...]
    #: What went otherwise than written, "" when nothing did, None when it was not played as the draft stands.
    sentence: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredDiagram:
    """A diagram painted with what the scenarios reach."""

    name: str
    file: str
    elements: int
    reached: int
    #: Names of the elements that none reaches.
    missing: tuple[str, ...]
    svg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayOrder:
    """A replay that was ordered."""

    order_id: int
    is_running: bool
    done: int
    total: int
    #: Why it could not be done, or "".
    sentence: str
    asked_by: str
    asked_at: datetime
    finished_at: datetime | None
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenariosView:
    """The scenarios of a draft, and how they went."""

    rows: tuple[ScenarioRow, ...]
    replayed_at: datetime | None
    diagrams: tuple[CoveredDiagram, ...]
    order: ReplayOrder | None

    @property
    def deviating(self) -> int:
        """How many went otherwise than written."""
        return sum(bool(row.sentence) for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionImpact:
    """What would become of the running cases of one version in a draft."""

    version: int
    running: int
    examined: int
    possible: int
    groups: tuple[MigrationGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactView:
    """What would become of the running cases of a procedure in a draft."""

    versions: tuple[VersionImpact, ...]

    @property
    def running(self) -> int:
        """How many cases run."""
        return sum(one.running for one in self.versions)

    @property
    def examined(self) -> int:
        """How many of them were looked at."""
        return sum(one.examined for one in self.versions)

    @property
    def possible(self) -> int:
        """How many of those could go on in the draft."""
        return sum(one.possible for one in self.versions)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRound:
    """A round whose cases can be played again."""

    round_id: int
    title: str
    year: int
    #: Its cases that have ended.
    ended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedCase:
    """A case of a past round under a draft."""

    number: str
    applicant: str
    #: What is otherwise, one sentence each.
    differences: tuple[str, ...]
    #: Why it cannot go on as it went, or "".
    stopped: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastView:
    """Past rounds of a draft's procedure, and what the last replay of one found."""

    rounds: tuple[PastRound, ...]
    order: ReplayOrder | None
    #: Title of the round that was replayed.
    title: str
    #: Whether the draft was changed since.
    is_stale: bool
    cases: tuple[ReplayedCase, ...]
