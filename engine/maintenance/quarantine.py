"""隔离: a case whose saved state cannot be read is named and stopped, never guessed at."""

from __future__ import annotations

from engine.runtime import StateDamaged
from engine.store import cases, repairs
from engine.store.history import Journal
from engine.system import System
from engine.views import Actor

#: What the incident of a quarantined case says it happened at.
QUARANTINE = "load_state"


def quarantine(system: System, actor: Actor | None, case_id: int, error: StateDamaged) -> None:
    """Stop a case whose state is damaged and keep one incident that says so; doing it twice is doing it once."""
    now = system.clock.now()
    with system.database.transaction() as connection:
        case = cases.read_case(connection, case_id, lock=True)
        known = {incident.action for incident in repairs.open_incidents(connection, case_id)}
        if QUARANTINE in known:
            return
        incident = {"instance_id": case.id, "element_id": "", "action": QUARANTINE, "raised_at": now}
        repairs.insert_incident(connection, {**incident, "sentence": error.sentence})
        journal = Journal.of(case, now, actor)
        journal.add("incident_raised", comment=error.sentence)
        cases.update_case(connection, case.id, {"state": "incident", **journal.write(connection)})
