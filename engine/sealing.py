"""Sealed sheets: in some lanes nobody reads what another submitted until everybody has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Row

from engine.folders import Folder
from engine.recording.panels import EXPERTS
from engine.runtime import Element
from engine.store.cases import CaseRecord
from engine.store.tasks import TaskRecord
from engine.views import Actor, HistoryEvent
from forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Seals:
    """What one actor may not read in one case."""

    actor: Actor
    #: Elements of sealed lanes whose sheets are closed to the actor, except its own.
    elements: frozenset[str]
    #: All elements of sealed lanes.
    sealed: frozenset[str]
    #: Whether the actor is judged here: it does not learn who judged, either.
    is_judged: bool

    @classmethod
    def of(cls, folder: Folder, actor: Actor, case: CaseRecord, open_tasks: Iterable[TaskRecord]) -> Seals:
        """Find the sheets that are closed to the actor.

        A step's sheets are closed while it is still open for anybody. They stay closed to the applicant, and to who
        works in the lane itself, so that an expert who is asked again has not read the others.
        """
        waiting = {task.element_id for task in open_tasks}
        is_judged = actor.organisation_id == case.applicant_id
        elements = folder.definition.elements
        sealed = frozenset(element.id for element in elements.values() if _is_sealed(folder, element))
        closed = {
            element_id
            for element_id in sealed
            if is_judged or element_id in waiting or _works_there(folder, actor, elements[element_id])
        }
        if is_judged:
            closed |= {task_id for task_id, form in folder.forms.items() if _invites(form)}
        return cls(actor=actor, elements=frozenset(closed), sealed=sealed, is_judged=is_judged)

    def submissions(self, rows: Sequence[Row]) -> list[Row]:
        """Return the submissions that the actor may read."""
        return [row for row in rows if self._may_read(row.element_id, row.organisation_id)]

    def events(self, events: Sequence[HistoryEvent]) -> tuple[HistoryEvent, ...]:
        """Return the course of the case: that a sheet was submitted may be known, what was said in it may not."""
        judges = {event.organisation_name for event in events if self._is_sheet(event)}
        return tuple(self._course(event, judges) for event in events)

    def _course(self, event: HistoryEvent, judges: set[str]) -> HistoryEvent:
        if event.organisation_name == self.actor.organisation_name:
            return event
        if self.is_judged and event.organisation_name in judges:
            # Also what a judge set off: the step after the panel begins with the last sheet.
            return replace(event, comment="", details={}, actor_name="", organisation_name="")
        return replace(event, comment="", details={}) if event.element_id in self.elements else event

    def _is_sheet(self, event: HistoryEvent) -> bool:
        return event.kind == "task_completed" and event.element_id in self.sealed

    def _may_read(self, element_id: str, organisation_id: str) -> bool:
        return element_id not in self.elements or organisation_id == self.actor.organisation_id


def _is_sealed(folder: Folder, element: Element) -> bool:
    rule = folder.procedure.lanes.get(element.lane)
    return rule is not None and rule.is_sealed and element.kind == "userTask"


def _invites(form: Form) -> bool:
    """Tell whether a form chooses the experts."""
    return any(part.options_key == EXPERTS for part in form.fields)


def _works_there(folder: Folder, actor: Actor, element: Element) -> bool:
    return folder.procedure.lanes[element.lane].role in actor.roles
