"""What is handed to a procedure's owners by whoever runs the installation: a draft for them, and word of it."""

from __future__ import annotations

from sqlalchemy import Connection

from engine.editions.deploying import Entry, enter
from engine.editions.ownership import scope_of_draft
from engine.editions.writing import begin_unsigned
from engine.errors import Conflict
from engine.folders import Folder
from engine.store import drafts, notices, procedures
from engine.system import System


def hand_in(system: System, connection: Connection, folder: Folder, by: str) -> tuple[int, bool]:
    """Make a folder a draft of its procedure's owners, and tell them; return its id, and whether it is new.

    The same content is handed in once, whatever became of the draft: every start may bring it again.

    Raises:
        BadRequest: a path cannot be used, or it is too large.
        Conflict: no organisation owns the procedure.
    """
    procedure_id, origin = folder.procedure.id, f"系统安装方交来（{folder.digest[:12]}）"
    before = drafts.find_origin(connection, procedure_id, origin)
    if before is not None:
        return before, False
    owners = sorted(scope_of_draft(system, connection, procedure_id, "").owner_ids)
    if not owners:
        raise Conflict("没有单位主管这个事项，交来的文件夹无人审核；请先导入单位。")
    values = {
        "procedure_id": procedure_id,
        "name": folder.procedure.name,
        "organisation_id": owners[0],
        "base_definition_id": procedures.current_version(connection, procedure_id),
        "origin": origin,
        "created_at": system.clock.now(),
        "created_by": by,
    }
    draft_id = begin_unsigned(connection, values, folder.files)
    entry = Entry(kind="handed_in", by=by, reason=f"草稿 {draft_id}，等待流程负责人送审、第二人批准。")
    about = {"definition_id": None, "version": 0, "digest": folder.digest}
    enter(system, connection, procedure_id, entry, about)
    said = f"{by}交来新内容，已建为草稿 {draft_id}。请核对后送审，由另一位批准；不需要的请作废。"
    tell_owners(system, connection, procedure_id, (f"请核对：{folder.procedure.name}的新内容", said))
    return draft_id, True


def tell_owners(system: System, connection: Connection, procedure_id: str, words: tuple[str, str]) -> None:
    """Tell the process owners of every office that owns a procedure; `words` are a title and a sentence."""
    rows = [
        {
            "instance_id": None,
            "organisation_id": office,
            "role": "process_owner",
            "title": words[0],
            "body": words[1],
            "sent_at": system.clock.now(),
        }
        for office in sorted(scope_of_draft(system, connection, procedure_id, "").owner_ids)
    ]
    if rows:
        system.jobs.defer_deliver_notices(connection, notices.insert_notices(connection, rows))
