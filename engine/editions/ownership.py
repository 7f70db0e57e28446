"""Whose a procedure is, and whose a draft.

A procedure belongs to the offices that open its rounds, as the version in force says: a draft that moves its lanes
takes it from nobody. A procedure without a version belongs to the office that began its draft.
"""

from __future__ import annotations

from sqlalchemy import Connection, Row

from engine.access import Action, ProcedureScope, may
from engine.applicants import round_owners
from engine.cycles import outline_of
from engine.errors import NotAllowed, NotFound
from engine.store import drafts, organisations, procedures
from engine.store.organisations import OrganisationTree
from engine.system import System
from engine.views import Actor

TWO_PERSONS = "须由另一位流程负责人审核：修改过或送审这份草稿的人不能批准自己的修改。"


def tree_of(system: System, connection: Connection) -> OrganisationTree:
    """Return every organisation, read anew only when one has changed."""
    revision = organisations.directory_revision(connection)
    return system.remembered.get("directory", revision, lambda: organisations.read_tree(connection))


def owned_procedures(system: System, connection: Connection, actor: Actor) -> dict[str, Row]:
    """Return the versions in force of the procedures that the actor may change, by procedure."""
    tree = tree_of(system, connection)
    found = {}
    for row in procedures.current_versions(connection):
        outline = outline_of(system, connection, row.id)
        scope = ProcedureScope(owner_ids=round_owners(outline, tree).organisation_ids)
        if may(actor, Action.EDIT_PROCEDURE, scope):
            found[row.procedure_id] = row
    return found


def scope_of_draft(system: System, connection: Connection, procedure_id: str, organisation_id: str) -> ProcedureScope:
    """Return whose a draft is: of the procedure's owners, else of the office that began it."""
    definition_id = procedures.current_version(connection, procedure_id)
    if definition_id is None:
        return ProcedureScope(owner_ids=frozenset({organisation_id}))
    outline = outline_of(system, connection, definition_id)
    return ProcedureScope(owner_ids=round_owners(outline, tree_of(system, connection)).organisation_ids)


def refuse_others(actor: Actor, scope: ProcedureScope) -> None:
    """Refuse who may not change a procedure.

    Raises:
        NotAllowed: it is not the actor's.
    """
    if not may(actor, Action.EDIT_PROCEDURE, scope):
        raise NotAllowed("流程由事项主管单位的流程负责人修改。")


def readable_draft(system: System, connection: Connection, actor: Actor, draft_id: int, *, lock: bool = False) -> Row:
    """Return a draft's row.

    Raises:
        NotFound: there is none, or it is not the actor's to know of.
    """
    row = drafts.read_draft(connection, draft_id, lock=lock)
    if not may(actor, Action.EDIT_PROCEDURE, scope_of_draft(system, connection, row.procedure_id, row.organisation_id)):
        raise NotFound(draft_id=draft_id)
    return row


def scope_of_order(system: System, connection: Connection, order: Row) -> ProcedureScope:
    """Return whose an order to publish or to go back is."""
    draft = None if order.draft_id is None else drafts.read_draft(connection, order.draft_id)
    return scope_of_draft(system, connection, order.procedure_id, "" if draft is None else draft.organisation_id)


def first_person_obstacle(connection: Connection, actor: Actor, order: Row) -> str:
    """Return why the actor is no second person for an order, or ""."""
    authors = {} if order.draft_id is None else drafts.authors_of(connection, order.draft_id)
    return TWO_PERSONS if actor.account_id in (order.submitted_by_id, *authors) else ""
