"""Sealed sheets: in some lanes nobody reads what another submitted until everybody has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Row

from engine.folders import Folder
from engine.runtime import Element
from engine.store.tasks import TaskRecord
from engine.views import Actor, HistoryEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Seals:
    """What one actor may not read in one case."""

    actor: Actor
    #: Elements of sealed lanes whose sheets are closed to the actor, except its own.
    elements: frozenset[str]

    @classmethod
    def of(cls, folder: Folder, actor: Actor, open_tasks: Iterable[TaskRecord]) -> Seals:
        """Find the sheets that are closed to the actor.

        A step's sheets are closed while it is still open for anybody; to who works in the lane itself they stay
        closed, so that an expert who is asked again has not read the others.
        """
        waiting = {task.element_id for task in open_tasks}
        closed = {
            element.id
            for element in folder.definition.elements.values()
            if _is_sealed(folder, element) and (element.id in waiting or _works_there(folder, actor, element))
        }
        return cls(actor=actor, elements=frozenset(closed))

    def submissions(self, rows: Sequence[Row]) -> list[Row]:
        """Return the submissions that the actor may read."""
        return [row for row in rows if self._may_read(row.element_id, row.organisation_id)]

    def events(self, events: Sequence[HistoryEvent]) -> tuple[HistoryEvent, ...]:
        """Return the course of the case: that a sheet was submitted may be known, what was said in it may not."""
        own = self.actor.organisation_name
        return tuple(
            replace(event, comment="", details={})
            if event.element_id in self.elements and event.organisation_name != own
            else event
            for event in events
        )

    def _may_read(self, element_id: str, organisation_id: str) -> bool:
        return element_id not in self.elements or organisation_id == self.actor.organisation_id


def _is_sealed(folder: Folder, element: Element) -> bool:
    rule = folder.procedure.lanes.get(element.lane)
    return rule is not None and rule.is_sealed and element.kind == "userTask"


def _works_there(folder: Folder, actor: Actor, element: Element) -> bool:
    return folder.procedure.lanes[element.lane].role in actor.roles
