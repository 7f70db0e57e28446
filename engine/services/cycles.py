"""周期: beginning the yearly and renewal cases of holders of titles, and reminding those who have not filed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row

from engine import runtime
from engine.applicants import RoundContext, offices_for, round_context
from engine.calendars import LevelWindow, last_day
from engine.clock import local
from engine.cycles import BEGIN, plan_cycles
from engine.errors import ExecutionError
from engine.folders.cycles import CycleRule
from engine.opening import Opening, new_case
from engine.recording import CaseAction, record
from engine.store import cases, cycles, notices, operation, organisations, rounds, titles
from engine.store.organisations import OrganisationTree
from engine.system import System

#: Steps and orders handed to the workers in one beat of the pulse.
BATCH = 500
#: Who began a case that nobody began by hand, as lists show it.
BY_THE_CLOCK = "系统按周期发起"


def release_cycles(system: System) -> tuple[int, datetime | None]:
    """Plan what is missing, and hand every due step and every order to close a case to the workers.

    Returns:
        How many were handed over, and when the next step is due.
    """
    now = system.clock.now()
    with system.database.transaction() as connection:
        plan_cycles(system, connection, now)
        due = cycles.due_steps(connection, now, BATCH)
        system.jobs.defer_cycle_steps(connection, due)
        orders = cycles.waiting_closings(connection, BATCH)
        system.jobs.defer_close_cases(connection, orders)
        return len(due) + len(orders), cycles.next_step(connection, now)


def take_step(system: System, step_id: int) -> bool:
    """Begin the case of a cycle, or remind its holder; True when this call did it.

    The row decides: a step that was taken is left alone, so each happens once, whatever the queue does. It happens at
    its own instant, however late the clock got there.
    """
    try:
        with system.database.transaction() as connection:
            row = cycles.lock_step(connection, step_id)
            now = system.clock.now()
            if row is None or row.state != "waiting" or row.due_at > now:
                return False
            step = Step(system, connection, row)
            is_done = step.begin() if row.kind == BEGIN else step.remind()
            cycles.mark_step(connection, step_id, "done" if is_done else "skipped", now)
            return is_done
    except ExecutionError as error:
        _give_up(system, step_id, error)
        return False


@dataclass(frozen=True)
class Step:
    """One due step of a cycle."""

    system: System
    connection: Connection
    row: Row

    def begin(self) -> bool:
        """Begin the holder's case at the instant its window opened; False when the title is no longer in force."""
        row, holding = self.row, self._holding
        if holding is None or row.instance_id is not None:
            return False
        opening = Opening(
            applicant=self._tree.organisations[row.organisation_id],
            started_by=BY_THE_CLOCK,
            known_to=row.organisation_id,
            at=row.due_at,
            slot=row.cycle_key,
        )
        case = new_case(self.connection, self._round, self._tree, opening, self._windows(holding.granted_by))
        action = CaseAction.begin_first(self.system, self.connection, case, None, row.due_at)
        record(action, runtime.start(action.context()), "case_started", details={"cycle": row.cycle_key})
        cycles.note_case(self.connection, row.cycle_id, action.case.id)
        self._tell(f"可以办理：{self._name}", f"办理时间至{self._last_day} 24:00（含当日）。", action.case.id)
        return True

    def remind(self) -> bool:
        """Remind the holder and the office that files for it; False when they have filed or cannot any more."""
        row, holding = self.row, self._holding
        if holding is None or not self._is_unfiled:
            return False
        left = f"还有 {row.days_before} 日" if row.days_before else "今日截止"
        self._tell(
            f"提醒：{self._name}{left}",
            f"“{holding.kind}”的{self._name}于{self._last_day} 24:00（含当日）截止，尚未提交，请及时办理。",
            row.instance_id,
        )
        event = titles.event_by(
            None,
            row.due_at,
            "reminded",
            reason=f"{self._name}：{left}",
            instance_id=row.instance_id,
            details={"days_before": row.days_before, "cycle": row.cycle_key},
        )
        titles.change_title(self.connection, titles.lock_title(self.connection, holding.id), {}, event)
        return True

    @cached_property
    def _holding(self) -> Row | None:
        return titles.read_live(self.connection, self.row.organisation_id, self.row.title_kind)

    @cached_property
    def _tree(self) -> OrganisationTree:
        return organisations.read_tree(self.connection)

    @cached_property
    def _round(self) -> RoundContext:
        found = rounds.standing_round(self.connection, self.row.procedure_id)
        if found is None:
            raise ExecutionError("事项没有常设轮次，不能按周期发起；请流程负责人写明 rounds: standing 并重新发布。")
        return round_context(self.system, self.connection, found)

    @property
    def _rule(self) -> CycleRule:
        rule = self._round.folder.procedure.cycle
        if rule is None:
            raise ExecutionError("事项的现行版本不再按周期发起，该周期没有办理；请流程负责人核对。")
        return rule

    @property
    def _name(self) -> str:
        return self._round.folder.procedure.name

    @property
    def _last_day(self) -> str:
        return f"{last_day(self.row.closes_at):%Y年%m月%d日}"

    @property
    def _is_unfiled(self) -> bool:
        if self.row.instance_id is None:
            return True
        case = cases.read_case(self.connection, self.row.instance_id)
        return case.submitted_at is None and case.ended_at is None

    def _windows(self, organisation_id: str) -> Mapping[str, LevelWindow]:
        """Return the windows of the case: those of the year it begins in, and the one that the cycle counted."""
        folder, row = self._round.folder, self.row
        year = local(row.opens_at).year
        windows = {one.window_id: one for one in folder.windows_for_year(year, organisation_id=organisation_id)}
        rule = folder.windows[self._rule.window]
        windows[rule.id] = LevelWindow(
            window_id=rule.id,
            organisation_id=organisation_id,
            level=rule.level,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            name=rule.name,
            basis=rule.basis,
            mark=rule.mark,
        )
        return windows

    def _tell(self, title: str, body: str, case_id: int | None) -> None:
        """Write a notice to the holder's office and to the offices whose steps the window gates."""
        holder, folder = self.row.organisation_id, self._round.folder
        offices = offices_for(folder, self._tree, holder)
        lanes = {folder.definition.elements[gate].lane for gate in folder.windows[self._rule.window].gates}
        recipients = {(offices[lane], folder.procedure.lanes[lane].role) for lane in lanes if lane in offices}
        recipients = {(one, role) for one, role in recipients if one != holder} | {(holder, "")}
        common: dict[str, Any] = {"instance_id": case_id, "title": title, "body": body, "sent_at": self.row.due_at}
        rows = [{**common, "organisation_id": one, "role": role} for one, role in sorted(recipients)]
        self.system.jobs.defer_deliver_notices(self.connection, notices.insert_notices(self.connection, rows))


def _give_up(system: System, step_id: int, error: ExecutionError) -> None:
    """Keep an incident instead of trying a broken diagram for ever; a person mends the procedure."""
    now = system.clock.now()
    with system.database.transaction() as connection:
        row = cycles.lock_step(connection, step_id)
        if row is None or row.state != "waiting":
            return
        cycles.mark_step(connection, step_id, "failed", now)
        incident = {"instance_id": row.instance_id, "element_id": error.element_id, "action": "take_cycle_step"}
        operation.insert_incident(connection, {**incident, "sentence": error.sentence, "raised_at": now})
