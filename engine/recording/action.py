"""One action on one locked case: who, when, and what the diagram's expressions may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from engine.calendars import deadline_after
from engine.folders import Folder, LaneRule
from engine.recording.panels import EXPERTS, drawn_experts
from engine.runtime import Context, Element
from engine.store import organisations, titles
from engine.store.batch import Batch
from engine.store.cases import CaseRecord
from engine.store.history import Journal
from engine.store.tasks import OpenedTask
from engine.system import System
from engine.titles import title_fact
from engine.views import Actor

#: A request received before a window's close may wait ten seconds for a connection and ten for a lock
#: (`engine.database`); drafts are sealed after that.
WINDOW_GRACE = timedelta(seconds=25)
ONE_MICROSECOND = timedelta(microseconds=1)
#: Delivered to a case when an order extends its window, and when its applicant withdraws it.
WINDOW_EXTENDED = "msg_window_extended"
WITHDRAWN = "msg_withdraw"


@dataclass(slots=True)
class CaseAction:
    """One action on one locked case."""

    system: System
    connection: Connection
    case: CaseRecord
    folder: Folder
    actor: Actor | None
    #: When the request arrived, or when the timer was fired.
    at: datetime
    journal: Journal
    #: Time limits are counted from here instead of `at`: the close of a window reaches a case a grace later.
    counted_from: datetime | None = None
    #: Columns of the case that change.
    changes: dict[str, Any] = field(default_factory=dict)
    receipt_number: str | None = None
    #: What the action writes; sent by `write`, in one statement. Whatever a part needs to read must be there before.
    batch: Batch = field(default_factory=Batch)
    #: The submission among it, as it will be stored.
    submission: Mapping[str, Any] | None = None
    #: The case itself is among it.
    is_first: bool = False
    #: The tasks it opened.
    opened: list[OpenedTask] = field(default_factory=list)
    _facts: dict[str, Any] | None = None

    @classmethod
    def begin(
        cls, system: System, connection: Connection, case: CaseRecord, actor: Actor | None, at: datetime
    ) -> CaseAction:
        """Begin an action on a case that this transaction has locked."""
        folder = system.folder(connection, case.definition_id)
        return cls(system, connection, case, folder, actor, at, Journal.of(case, at, actor))

    @classmethod
    def begin_first(
        cls, system: System, connection: Connection, case: CaseRecord, actor: Actor | None, at: datetime
    ) -> CaseAction:
        """Begin the first action on a case, which is written together with the case."""
        action = cls.begin(system, connection, case, actor, at)
        action.is_first = True
        return action

    def facts(self) -> Mapping[str, Any]:
        """Return what the engine tells expressions besides the case's own variables; never stored.

        One moment for the whole action, so counted once: the form, the diagram and every notice read them.
        """
        if self._facts is None:
            self._facts = self._counted_facts()
        return self._facts

    def _counted_facts(self) -> dict[str, Any]:
        windows = {name: read_window(window) for name, window in self.case.windows.items()}
        return {
            **self.case.facts,
            "now": self.at,
            "offices": {lane_id: self.case.offices.get(lane_id) for lane_id in self.folder.procedure.lanes},
            **self._panel(),
            **self._title(),
            "windows": {name: {"opens_at": opens, "closes_at": closes} for name, (opens, closes) in windows.items()},
            "deadlines": {
                element_id: self.deadline(rule.after, rule.working_days)
                for element_id, rule in self.folder.time_limits.items()
            },
        }

    def _panel(self) -> dict[str, Any]:
        """Return the experts that may be invited to this case, for a procedure that asks for them."""
        if EXPERTS not in self.folder.fact_names:
            return {}
        roles = {rule.role for rule in self.folder.procedure.lanes.values() if rule.named}
        holders = organisations.holders_of(self.connection, roles)
        return {EXPERTS: drawn_experts(holders, case_number=self.case.number, applicant_id=self.case.applicant_id)}

    def _title(self) -> dict[str, Any]:
        """Return the applicant's title in force, for a procedure that deals with titles of some kind."""
        procedure = self.folder.procedure
        if not procedure.title_kinds:
            return {}
        row = titles.read_live(self.connection, self.case.applicant_id, *procedure.title_kinds)
        return {"title": title_fact(row, procedure.renewal_months)}

    def context(self) -> Context:
        """Return the context in which the diagram runs."""
        return Context(definition=self.folder.definition, variables=self.case.variables, facts=self.facts())

    def deadline(self, after: str, working_days: int) -> datetime:
        """Return when a time limit ends that begins now, or with the window's last instant when that is later."""
        start = self.counted_from or self.at
        if after != "opened":
            window_id = after.partition(".")[0]
            start = max(start, read_window(self.case.windows[window_id])[1] - ONE_MICROSECOND)
        return deadline_after(start, working_days, self.system.calendar)

    def element(self, element_id: str) -> Element:
        """Return an element of the diagram."""
        return self.folder.definition.elements[element_id]

    def lane(self, element_id: str) -> LaneRule:
        """Return the rule of the lane that an element is in."""
        return self.folder.procedure.lanes[self.element(element_id).lane]

    def task_for(self, actor: Actor) -> int | None:
        """Return a task that this action opened for the actor, or None."""
        for opened in self.opened:
            if opened.organisation_id == actor.organisation_id and opened.role in actor.roles:
                return opened.id
        return None

    def label(self, element_id: str) -> tuple[str, str]:
        """Return id and visible name of an element."""
        found = self.folder.definition.elements.get(element_id)
        return element_id, found.name if found else element_id


def read_window(window: Mapping[str, str]) -> tuple[datetime, datetime]:
    """Return the instants of a window as it is stored with a case."""
    return datetime.fromisoformat(window["opens_at"]), datetime.fromisoformat(window["closes_at"])
