"""What a plan says: the version that cases go to, and everything that becomes of one case there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from engine.folders import Folder
from engine.maintenance.steps import Step
from engine.maintenance.tokens import name_of
from engine.recording import CaseAction
from engine.runtime import MigrationPreview, Progress, StateDamaged, Token
from engine.store.cases import CaseRecord
from engine.store.organisations import OrganisationTree
from engine.store.tasks import TaskRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The version that cases are to go on in."""

    definition_id: int
    version: int
    folder: Folder
    tree: OrganisationTree
    #: old element id -> new element id
    element_map: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class CasePlan:
    """One case, and what becomes of it; `refused` is empty when it can go on."""

    case: CaseRecord
    source: Folder
    source_version: int
    target: Target
    tasks: Sequence[TaskRecord]
    timers: Sequence[Row]
    #: (element_id, content) of what was submitted so far, oldest first.
    submissions: Sequence[Row]
    tokens: tuple[Token, ...] = ()
    preview: MigrationPreview | None = None
    #: The action in the new version; its case has the new offices and variables.
    action: CaseAction | None = None
    progress: Progress | None = None
    steps: list[Step] = field(default_factory=list)
    #: Variables that the new version names and earlier forms answered.
    added: dict[str, Any] = field(default_factory=dict)
    #: What would be different afterwards, one Chinese sentence each.
    changes: tuple[str, ...] = ()
    #: (where, Chinese sentence)
    refused: list[tuple[str, str]] = field(default_factory=list)
    damage: StateDamaged | None = None

    @property
    def is_possible(self) -> bool:
        """Whether the case can go on in the new version."""
        return not self.refused

    @property
    def waiting_at(self) -> tuple[str, ...]:
        """Names of the places where the case stands, each once."""
        definition = self.source.definition
        standing = [token.element_id for token in self.tokens if not definition.elements[token.element_id].attached_to]
        return tuple(dict.fromkeys(name_of(definition, element_id) for element_id in standing))

    def new_id(self, element_id: str) -> str:
        """Return what an element is called in the new version."""
        return self.target.element_map.get(element_id, element_id)
