"""Rehearsals (推演): how a scenario went, and what the scenarios of a folder reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


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
