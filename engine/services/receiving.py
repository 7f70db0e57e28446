"""What owners bring along: a zipped folder or a drawing of any modeller becomes a draft."""

from __future__ import annotations

from sqlalchemy import Connection

from engine.calendars import LEVELS
from engine.cycles import outline_of
from engine.editions import begin_received, draft_view, owned_procedures, tree_of
from engine.editions.receiving import Office, folder_in, folder_of_drawing
from engine.errors import NotAllowed
from engine.folders import ROLES, unpack
from engine.store import drafts, organisations, procedures
from engine.system import System
from engine.views import Actor
from engine.views.drafts import DraftView

#: Roles that take part in no case, or only beside another one.
_ASIDE = ("panel_secretary", "expert", "process_owner", "administrator")


def upload_folder(system: System, actor: Actor, content: bytes, name: str) -> DraftView:
    """Begin a draft from a zipped folder.

    Raises:
        DefinitionRefused: it is no zip, too large, damaged, or its paths lead outside.
        BadRequest: it does not say what its procedure is called, or a path cannot be used.
        NotAllowed: the procedure is somebody else's, or the actor's office owns none and so begins none.
    """
    files, report = folder_in(content, system.settings.bpmn / "documents")
    with system.database.transaction() as connection:
        return _view(connection, begin_received(system, connection, actor, files, (f"上传 {name}", report)))


def import_drawing(system: System, actor: Actor, content: bytes, name: str) -> DraftView:
    """Begin a draft from a drawing of any modeller; what was assumed is kept with it.

    Raises:
        DefinitionRefused: it is no BPMN 2.0 file, or has elements that cannot be imported; names each.
        NotAllowed: the procedure is somebody else's, or the actor's office owns none and so begins none.
    """
    with system.database.transaction() as connection:
        owned = owned_procedures(system, connection, actor)
        if not owned:
            raise NotAllowed("新事项由已有事项的主管单位的流程负责人建立。")
        known = {
            procedure_id: unpack(bytes(procedures.read_archive(connection, row.id).archive))
            for procedure_id, row in owned.items()
            if procedure_id.encode() in content
        }
        outlines = [outline_of(system, connection, row.id) for row in owned.values()]
        starters = tuple(dict.fromkeys(kind for one in outlines for kind in one.procedure.starters.kinds))
        files, report = folder_of_drawing(content, _office(system, connection, actor, starters), known)
        return _view(connection, begin_received(system, connection, actor, files, (f"导入 {name}", report)))


def _office(system: System, connection: Connection, actor: Actor, starters: tuple[str, ...]) -> Office:
    own = tree_of(system, connection).organisations[actor.organisation_id]
    held = organisations.roles_of(connection, actor.organisation_id)
    role = next((one for one in ROLES if one in held and one not in _ASIDE), ROLES[0])
    level = min(own.levels, key=LEVELS.index)
    return Office(role=role, kind=own.kind, level=level, starters=starters)


def _view(connection: Connection, draft_id: int) -> DraftView:
    return draft_view(drafts.read_draft(connection, draft_id), drafts.file_rows(connection, draft_id).values())
