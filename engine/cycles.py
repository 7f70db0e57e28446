"""Planning what the clock begins for the holders of titles: a yearly case, a renewal, and the reminders before each.

A plan is rows (`title_cycle`, `cycle_step`), made when a title is granted or renewed and by every beat of the pulse for
what is missing. The next window of each holder is always planned, so the pulse knows when to wake; after a jump of the
simulated clock every window that was passed over is planned too, and begins at its own instant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from engine.calendars import day_start, last_day, renewal_window
from engine.clock import local
from engine.folders import unpack
from engine.folders.cycles import YEARLY, CycleRule
from engine.folders.outline import Outline, read_outline
from engine.store import cycles, procedures
from engine.system import System

BEGIN, REMIND = "begin", "remind"
#: 平台默认值: reminders arrive when offices open.
REMINDER_HOUR = timedelta(hours=9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """The cycle of one procedure, at one instant."""

    system: System
    connection: Connection
    outline: Outline
    rule: CycleRule
    now: datetime

    def plan(self) -> None:
        """Plan whatever is missing for the holders of the rule's title."""
        if self.rule.kind == YEARLY:
            query = cycles.titles_without_next_year
            for row in query(self.connection, self._procedure_id, self.rule.title, self.now):
                self._plan_years(row)
        else:
            for row in cycles.titles_without_renewal(self.connection, self._procedure_id, self.rule.title):
                calendar = self.system.calendar if self.rule.rolls else None
                window = renewal_window(row.expires_on, self.rule.months, calendar=calendar)
                self._insert(row, row.expires_on.isoformat(), window, window[0], is_first=True)

    def _plan_years(self, row: Row) -> None:
        is_first = row.last_opens_at is None
        year = local(self.now).year - 1 if is_first else local(row.last_opens_at).year + 1
        opens_at = self.now
        while opens_at <= self.now:
            opens_at, closes_at = window = self.outline.windows[self.rule.window].interval(year)
            begins_at = opens_at if self.rule.opens is None else day_start(date(year, *self.rule.opens))
            if not is_first or (closes_at > self.now and _was_held(row, opens_at)):
                self._insert(row, str(year), window, begins_at, is_first=is_first)
            year += 1

    def _insert(
        self, row: Row, key: str, window: tuple[datetime, datetime], begins_at: datetime, *, is_first: bool
    ) -> None:
        """Plan one cycle; of one that is planned for the first time, nothing happens before now."""
        earliest = self.now if is_first else begins_at
        steps = [{"kind": BEGIN, "days_before": 0, "due_at": max(begins_at, earliest)}]
        steps += [step for step in self._reminders(window[1]) if not is_first or step["due_at"] > self.now]
        values = {
            "procedure_id": self._procedure_id,
            "organisation_id": row.holder_id,
            "cycle_key": key,
            "title_id": row.id,
            "opens_at": window[0],
            "closes_at": window[1],
        }
        cycles.insert_cycle(self.connection, values, steps)

    @property
    def _procedure_id(self) -> str:
        return self.outline.procedure.id

    def _reminders(self, closes_at: datetime) -> Iterator[dict[str, Any]]:
        for days in self.rule.reminders:
            due_at = day_start(last_day(closes_at) - timedelta(days=days)) + REMINDER_HOUR
            yield {"kind": REMIND, "days_before": days, "due_at": due_at}


def plan_cycles(system: System, connection: Connection, now: datetime, *, kind: str = "") -> None:
    """Plan what is missing for the holders of titles: of one kind, or of every kind.

    Args:
        system: the system.
        connection: the transaction that granted or renewed a title, or one of the pulse.
        now: the instant of the action or of the beat.
        kind: kind of the title that was granted or renewed; empty for all.
    """
    for version in cycles.versions_in_force(connection):
        outline = outline_of(system, connection, version.definition_id)
        rule = outline.procedure.cycle
        if rule is not None and kind in ("", rule.title):
            Planner(system=system, connection=connection, outline=outline, rule=rule, now=now).plan()


def outline_of(system: System, connection: Connection, definition_id: int) -> Outline:
    """Return the outline of a procedure version, which never changes and is read once."""

    def read() -> Outline:
        return read_outline(unpack(bytes(procedures.read_archive(connection, definition_id).archive)))

    return system.remembered.get(("outline", definition_id), 0, read)


def _was_held(row: Row, opens_at: datetime) -> bool:
    """Tell whether the title was held when a window opened; one that was granted on that very day was not yet."""
    return row.granted_on is None or local(opens_at).date() > row.granted_on
