"""How a folder becomes a version, and how a version comes into force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from engine.folders import Folder, pack
from engine.store import drafts, editions, migrations, procedures, rounds
from engine.system import System


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the ledger says of something done without the studio."""

    #: deployed, deployed_alone or handed_in
    kind: str
    by: str
    reason: str


def keep_version(system: System, connection: Connection, folder: Folder, deployed_by: str) -> tuple[int, int]:
    """Keep a folder that was read without a fault as a version; return its id and number.

    Unchanged content is the version that it was before.
    """
    procedure_id = folder.procedure.id
    version = procedures.next_version(connection, procedure_id)
    definition_id = procedures.find_version(connection, procedure_id, folder.digest)
    if definition_id is not None:
        return definition_id, procedures.version_number(connection, definition_id)
    values = {
        "procedure_id": procedure_id,
        "version": version,
        "digest": folder.digest,
        "name": folder.procedure.name,
        "archive": pack(folder.files),
        "deployed_at": system.wall.now(),
        "deployed_by": deployed_by,
    }
    return procedures.insert_version(connection, values), version


def put_in_force(system: System, connection: Connection, folder: Folder, definition_id: int, deployed_by: str) -> None:
    """Let new rounds, and new cases of a standing procedure, take a version."""
    procedure = folder.procedure
    procedures.make_current(connection, procedure.id, definition_id)
    if procedure.is_standing:
        values = {
            "procedure_id": procedure.id,
            "definition_id": definition_id,
            "year": rounds.STANDING_YEAR,
            "title": procedure.title,
            "publicity": procedure.publicity,
            "opened_by": deployed_by,
            "opened_at": system.wall.now(),
        }
        rounds.keep_standing_round(connection, values)


def deploy(system: System, connection: Connection, folder: Folder, entry: Entry) -> int:
    """Let a folder be the version in force, and write so into the ledger; return the version's number."""
    procedure_id = folder.procedure.id
    before = procedures.current_version(connection, procedure_id)
    definition_id, version = keep_version(system, connection, folder, entry.by)
    put_in_force(system, connection, folder, definition_id, entry.by)
    if definition_id != before:
        about = {"definition_id": definition_id, "version": version, "digest": folder.digest}
        enter(system, connection, procedure_id, entry, about)
    return version


def enter(system: System, connection: Connection, procedure_id: str, entry: Entry, about: Mapping[str, Any]) -> None:
    """Add to a procedure's ledger what was done on the command line."""
    event = {"at": system.clock.now(), "kind": entry.kind, "actor_name": entry.by, "organisation_name": ""}
    editions.append_event(connection, procedure_id, {**event, **about, "reason": entry.reason})


def bring_due_into_force(system: System, connection: Connection, now: datetime, procedure_id: str = "") -> int:
    """Bring every approved order whose instant has come into force, and return how many; doing it twice is harmless.

    Whoever is about to use the version in force calls this first, so that an instant counts though the pulse is late.
    """
    due = editions.due_orders(connection, now, procedure_id)
    for row in due:
        Order(system=system, connection=connection, row=row, at=now).bring_into_force()
    return len(due)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order, locked, and the moment at which something is done with it."""

    system: System
    connection: Connection
    row: Row
    at: datetime

    @property
    def folder(self) -> Folder:
        """Return the folder of the version that it puts in force."""
        return self.system.folder(self.connection, self.row.definition_id)

    def bring_into_force(self) -> None:
        """Let the version count from now on, for open rounds and for running cases as the order says."""
        row, by = self.row, self.row.submitted_by["name"]
        put_in_force(self.system, self.connection, self.folder, row.definition_id, by)
        remarks = [*self._take_rounds(), *self._order_migrations()]
        if row.draft_id is not None:
            drafts.change_draft(self.connection, row.draft_id, {"state": "published"})
        changed = {"state": "in_force", "in_force_at": row.effective_at or self.at, "remarks": remarks}
        editions.change_order(self.connection, row.id, changed)
        self.note("in_force", details={"remarks": remarks} if remarks else {})

    def note(self, kind: str, actor: Mapping[str, Any] | None = None, *, reason: str = "", **event: Any) -> None:
        """Add an event to the procedure's ledger; without an actor the system did it."""
        values = {
            "at": self.at,
            "kind": kind,
            "order_id": self.row.id,
            "definition_id": self.row.definition_id,
            "version": self.row.version or 0,
            "digest": self.row.digest,
            "reason": reason,
            "actor_name": actor["name"] if actor else "",
            "organisation_name": actor["organisation_name"] if actor else "",
            **event,
        }
        editions.append_event(self.connection, self.row.procedure_id, values)

    def _take_rounds(self) -> Iterator[str]:
        """Let open rounds take the version, as far as they have its windows; say which do not."""
        if self.row.rounds != "follow" or self.folder.procedure.is_standing:
            return
        for one in editions.open_rounds(self.connection, self.row.procedure_id, self.at):
            missing = self.folder.windows.keys() - editions.window_ids(self.connection, one.id)
            if missing:
                names = "、".join(self.folder.windows[name].name for name in sorted(missing))
                yield f"轮次“{one.title}”没有设定{names}，其中新发起的办件仍按原版办理。"
            else:
                editions.take_round(self.connection, one.id, self.row.definition_id)

    def _order_migrations(self) -> Iterator[str]:
        """Order that the running cases of other versions be taken along; say which could not be ordered."""
        versions = {str(row.version): row for row in editions.list_versions(self.connection, self.row.procedure_id)}
        for version, element_map in sorted(self.row.migrations.items()):
            source = versions[version]
            if source.id == self.row.definition_id or not source.running:
                continue
            if any(order.state == "running" for order in migrations.orders_of(self.connection, source.id)):
                yield f"第 {version} 版的在办办件已有一次迁移在进行，没有再次下达。"
                continue
            values = {
                "procedure_id": self.row.procedure_id,
                "from_definition_id": source.id,
                "to_definition_id": self.row.definition_id,
                "element_map": element_map,
                "reason": self.row.note,
                "state": "running",
                "ordered_by": self.row.submitted_by,
                "ordered_at": self.at,
            }
            order_id = migrations.insert_order(self.connection, values)
            self.system.jobs.defer_migrate_cases(self.connection, [order_id])
