"""History events: what happened, written in the same transaction and chained by digests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.audit import link
from engine.models import history_event
from engine.store.batch import Batch
from engine.store.cases import CaseRecord
from engine.views import Actor, HistoryEvent

_events = history_event.c


@dataclass(slots=True)
class Journal:
    """Collects the events of one action on one case."""

    case_id: int
    #: UTC.
    at: datetime
    actor: Actor | None
    sequence: int
    head: bytes
    rows: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, case: CaseRecord, at: datetime, actor: Actor | None) -> Journal:
        """Continue the chain of a case that this transaction has locked."""
        return cls(case.id, at.astimezone(UTC), actor, case.last_sequence, case.last_hash)

    def add(
        self,
        kind: str,
        *,
        element: tuple[str, str] = ("", ""),
        comment: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Add an event.

        Args:
            kind: a past-tense word with a label in `web/labels.py`.
            element: id and name of the diagram's element it belongs to.
            comment: the person's own words.
            details: JSON-able facts; no form contents.
        """
        self.sequence += 1
        event = {
            "instance_id": self.case_id,
            "sequence": self.sequence,
            "at": self.at,
            "kind": kind,
            "element_id": element[0],
            "element_name": element[1],
            "account_id": self.actor.account_id if self.actor else None,
            "actor_name": self.actor.post_name if self.actor else "",
            "organisation_name": self.actor.organisation_name if self.actor else "",
            "comment": comment,
            "details": dict(details or {}),
        }
        sha256, sm3 = link(self.head, event)
        self.head = sha256
        self.rows.append({**event, "sha256": sha256, "sm3": sm3})

    def write(self, connection: Connection) -> dict[str, Any]:
        """Write the events and return the columns of the case that hold the head of its chain."""
        batch = Batch()
        head = self.add_to(batch)
        if batch:
            batch.send(connection)
        return head

    def add_to(self, batch: Batch) -> dict[str, Any]:
        """Add the events to a batch and return the columns of the case that hold the head of its chain."""
        batch.insert(history_event, self.rows)
        self.rows = []
        return {"last_sequence": self.sequence, "last_hash": self.head}


def read_history(connection: Connection, case_id: int) -> tuple[HistoryEvent, ...]:
    """Return the events of a case, latest first."""
    query = select(history_event).where(_events.instance_id == case_id).order_by(_events.sequence.desc())
    names = list(HistoryEvent.__dataclass_fields__)
    return tuple(HistoryEvent(**{name: row._mapping[name] for name in names}) for row in connection.execute(query))


def read_chain(connection: Connection, case_id: int) -> list[tuple[dict[str, Any], bytes, bytes]]:
    """Return (event, SHA-256, SM3) of a case in order, as `engine.audit.first_broken_link` takes them."""
    query = select(history_event).where(_events.instance_id == case_id).order_by(_events.sequence)
    chain = []
    for row in connection.execute(query):
        # The names of columns are a kind of text that the canonical form does not take for keys.
        event = {str(name): value for name, value in row._mapping.items()}
        event["at"] = event["at"].astimezone(UTC)
        sha256, sm3 = event.pop("sha256"), event.pop("sm3")
        chain.append((event, bytes(sha256), bytes(sm3)))
    return chain
