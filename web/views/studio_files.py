"""The files of a draft for editors: read, saved by revision, removed; undone and done again; who else is there."""

from __future__ import annotations

import re
from urllib.parse import unquote

from flask import Blueprint, Response, flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from engine.errors import BadRequest
from engine.services import drafts
from web.sessions import the_actor, the_system
from web.studio import is_scripted, register_script_refusals
from web.views.materials import DOWNLOAD_HEADERS

blueprint = Blueprint("studio_files", __name__, url_prefix="/studio/drafts/<int:draft_id>")
register_script_refusals(blueprint)
#: Files that editors read into models of their own, and write anew.
_DRAWN = (".bpmn", ".dmn")
_TAG = re.compile(r'(?:W/)?"?(\d{1,9})"?')


@blueprint.get("/files/<path:path>")
def read(draft_id: int, path: str) -> ResponseReturnValue:
    """Give a file out as it is; its revision is the tag."""
    file = drafts.read_file(the_system(), the_actor(), draft_id, path)
    response = Response(file.content, mimetype="application/octet-stream", headers=DOWNLOAD_HEADERS)
    response.headers["Content-Disposition"] = "attachment"
    response.set_etag(str(file.revision))
    return response


@blueprint.put("/files/<path:path>")
def save(draft_id: int, path: str) -> ResponseReturnValue:
    """Save a file over the revision that the script read."""
    arguments = (the_system(), the_actor(), draft_id, path, request.get_data())
    save_it = drafts.save_drawing if path.endswith(_DRAWN) else drafts.save_file
    saved = save_it(*arguments, based_on=_based_on(), summary=_summary())
    return jsonify(revision=saved.revision, draft_revision=saved.draft_revision)


@blueprint.delete("/files/<path:path>")
def remove(draft_id: int, path: str) -> ResponseReturnValue:
    """Remove a file, unless somebody changed it meanwhile."""
    wanted = {path: (None, _based_on())}
    saved = drafts.save_files(the_system(), the_actor(), draft_id, wanted, _summary())[path]
    return jsonify(revision=saved.revision, draft_revision=saved.draft_revision)


@blueprint.post("/undo")
def undo(draft_id: int) -> ResponseReturnValue:
    """Take back the latest change of the draft."""
    change = drafts.undo(the_system(), the_actor(), draft_id)
    return _changed(draft_id, "已撤销最近一次修改。", change.summary, change.paths)


@blueprint.post("/redo")
def redo(draft_id: int) -> ResponseReturnValue:
    """Do again what was taken back."""
    change = drafts.redo(the_system(), the_actor(), draft_id)
    return _changed(draft_id, "已重做刚才撤销的修改。", change.summary, change.paths)


@blueprint.post("/editing")
def editing(draft_id: int) -> ResponseReturnValue:
    """Hear that a file is open in an editor; say who else has which open, and how far the draft has come."""
    sent = request.get_json(silent=True)
    path = sent.get("path", "") if isinstance(sent, dict) else request.form.get("path", "")
    others = drafts.note_editing(the_system(), the_actor(), draft_id, str(path))
    draft = drafts.read_draft(the_system(), the_actor(), draft_id)
    return jsonify(
        others=[{"who": one.who, "path": one.path, "seen_at": one.seen_at.isoformat()} for one in others],
        files={file.path: {"revision": file.revision, "by": file.changed_by} for file in draft.files},
        draft_revision=draft.revision,
        is_editable=draft.is_editable,
    )


def _changed(draft_id: int, sentence: str, summary: str, paths: tuple[str, ...]) -> ResponseReturnValue:
    if not is_scripted():
        flash(sentence, "done")
        return redirect(f"/studio/drafts/{draft_id}#changes")
    draft = drafts.read_draft(the_system(), the_actor(), draft_id)
    return jsonify(message=sentence, summary=summary, paths=paths, draft_revision=draft.revision)


def _based_on() -> int | None:
    """Return the revision that the request is based on; None for a file that must not be there yet.

    Raises:
        BadRequest: it says neither.
    """
    if request.headers.get("If-None-Match", "").strip() == "*":
        return None
    found = _TAG.fullmatch(request.headers.get("If-Match", "").strip())
    if found is None:
        raise BadRequest("保存时须写明所依据的版本（If-Match），新文件用 If-None-Match: *。")
    return int(found[1])


def _summary() -> str:
    return unquote(request.headers.get("X-Summary", ""))
