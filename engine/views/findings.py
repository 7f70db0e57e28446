"""Findings (认定) as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """A line of the list."""

    finding_id: int
    party_name: str
    #: The rules under which it was found.
    scheme: str
    ground: str
    decided_on: date
    decided_by: str
    #: None while it is in force.
    lifted_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingPage:
    """A page of the list."""

    rows: tuple[FindingRow, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A precondition that the party does not satisfy because of findings in force."""

    procedure_name: str
    rule_id: str
    label: str
    message: str
    basis: str
    #: source, reading or platform
    mark: str
    #: Role that may let the party apply all the same, or "".
    overridable_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """One finding with what follows from it."""

    row: FindingRow
    lift_reason: str
    #: The cases that decided and lifted it, when the actor may know of them: id and number.
    decided_in: tuple[int, str] | None
    lifted_in: tuple[int, str] | None
    #: Empty once nothing against the party is in force.
    bars: tuple[Bar, ...]
