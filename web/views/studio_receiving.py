"""Files that owners bring along: a folder, a drawing, or one file of a draft such as a template."""

from __future__ import annotations

from pathlib import PurePath

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue

from engine.errors import BadRequest, DefinitionRefused, EngineError
from engine.services import drafts, receiving
from web.refusals import status_of
from web.sessions import the_actor, the_system
from web.views.studio import index_page

blueprint = Blueprint("studio_receiving", __name__, url_prefix="/studio")

#: Endings of what people choose -> what is done with it.
_RECEIVERS = {
    ".zip": receiving.upload_folder,
    ".bpmn": receiving.import_drawing,
    ".xml": receiving.import_drawing,
}


@blueprint.post("/receive")
def receive() -> ResponseReturnValue:
    """Begin a draft from the chosen file; a refusal is said on the page where it was chosen."""
    try:
        name, content = _chosen_file()
        receiver = _RECEIVERS.get(PurePath(name).suffix.lower())
        if receiver is None:
            raise BadRequest("请选择 .zip、.bpmn 或 .xml 文件。")
        draft = receiver(the_system(), the_actor(), content, name)
    except (BadRequest, DefinitionRefused) as refusal:
        return index_page(_sentences(refusal), status_of(refusal))
    flash("草稿已建立。", "done")
    return redirect(f"/studio/drafts/{draft.draft_id}")


@blueprint.post("/drafts/<int:draft_id>/files")
def add_file(draft_id: int) -> ResponseReturnValue:
    """Add a file to a draft, or replace the one of its name that the person saw."""
    name, content = _chosen_file()
    folder = request.form.get("folder", "").strip("/")
    path = f"{folder}/{name}" if folder else name
    present = {file.path: file.revision for file in drafts.read_draft(the_system(), the_actor(), draft_id).files}
    drafts.save_file(the_system(), the_actor(), draft_id, path, content, based_on=present.get(path))
    flash("文件已替换。" if path in present else "文件已加入。", "done")
    return redirect(f"/studio/drafts/{draft_id}")


@blueprint.post("/drafts/<int:draft_id>/files/remove")
def remove_file(draft_id: int) -> ResponseReturnValue:
    """Remove a file from a draft as the person saw it."""
    path, revision = request.form.get("path", ""), request.form.get("revision", "")
    if not revision.isdecimal() or len(revision) > 9:
        raise BadRequest
    drafts.save_files(the_system(), the_actor(), draft_id, {path: (None, int(revision))})
    flash("文件已删除，可以撤销。", "done")
    return redirect(f"/studio/drafts/{draft_id}")


def _chosen_file() -> tuple[str, bytes]:
    """Return name and content of the file that was chosen.

    Raises:
        BadRequest: none was.
    """
    file = request.files.get("file")
    name = PurePath((file.filename or "").replace("\\", "/")).name if file is not None else ""
    if file is None or not name:
        raise BadRequest("请选择一个文件。")
    return name, file.read()


def _sentences(refusal: EngineError) -> tuple[str, ...]:
    if isinstance(refusal, DefinitionRefused):
        return tuple(str(problem) for problem in refusal.problems)
    return (refusal.sentence,)
