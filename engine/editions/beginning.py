"""Beginning a draft from files that somebody brought along: of a procedure of theirs, or of a new one."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from engine.editions.looking import name_in
from engine.editions.ownership import owned_procedures, refuse_others, scope_of_draft
from engine.editions.writing import begin
from engine.errors import NotAllowed
from engine.store import procedures
from engine.system import System
from engine.views import Actor

LONGEST_ORIGIN = 200
#: Sentences of a report that are kept.
LONGEST_REPORT = 2000


def begin_received(
    system: System,
    connection: Connection,
    actor: Actor,
    files: Mapping[str, bytes],
    about: tuple[str, tuple[str, ...]],
) -> int:
    """Write the draft and return its id.

    Args:
        system: the system.
        connection: the caller's transaction.
        actor: who begins it.
        files: path inside the folder -> content.
        about: where it came from in words, and what was assumed on the way.

    Raises:
        BadRequest: it does not say what its procedure is called, a path cannot be used, or it is too large.
        NotAllowed: the procedure is somebody else's, or the actor's office owns none and so begins none.
    """
    (procedure_id, name), (origin, report) = name_in(files), about
    current = procedures.current_version(connection, procedure_id)
    if current is None and not owned_procedures(system, connection, actor):
        raise NotAllowed("新事项由已有事项的主管单位的流程负责人建立。")
    refuse_others(actor, scope_of_draft(system, connection, procedure_id, actor.organisation_id))
    values = {
        "procedure_id": procedure_id,
        "name": name,
        "organisation_id": actor.organisation_id,
        "base_definition_id": current,
        "origin": "".join(letter for letter in origin if letter.isprintable())[:LONGEST_ORIGIN],
        "report": list(report)[:LONGEST_REPORT],
        "created_at": system.clock.now(),
    }
    return begin(connection, values, files, actor)
