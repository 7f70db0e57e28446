"""材料: uploading to a step, taking off its list, and downloading."""

from __future__ import annotations

from typing import BinaryIO, cast
from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from werkzeug.wsgi import wrap_file

from engine.errors import FileRefused
from engine.services import inbox, materials, tasks
from forms import Form, InvalidSubmission
from web.form_rendering import FILE_PREFIX
from web.sessions import the_actor, the_system
from web.task_page import read_typed, register_task_refusals

blueprint = Blueprint("materials", __name__)
register_task_refusals(blueprint)

#: The file goes to the disk and nowhere else: no page of ours opens it, and it opens none of our pages.
DOWNLOAD_HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@blueprint.post("/tasks/<int:task_id>/materials")
def add(task_id: int) -> ResponseReturnValue:
    """Keep what was typed, then store every file that was chosen; what is refused is said beside its field."""
    form = inbox.read_form(the_system(), the_actor(), task_id)
    tasks.save_draft(the_system(), the_actor(), task_id, read_typed(form))
    refused = {key: messages for key in _keys(form) if (messages := _store(task_id, key))}
    if refused:
        raise InvalidSubmission(refused)
    flash("已上传，填写的内容同时暂存。", "done")
    return redirect(f"/tasks/{task_id}#f-{quote(request.form.get('field_key', ''))}")


@blueprint.post("/tasks/<int:task_id>/materials/<int:material_id>/remove")
def remove(task_id: int, material_id: int) -> ResponseReturnValue:
    """Keep what was typed, then take a file off the step's list."""
    form = inbox.read_form(the_system(), the_actor(), task_id)
    tasks.save_draft(the_system(), the_actor(), task_id, read_typed(form))
    materials.remove_material(the_system(), the_actor(), task_id, material_id)
    flash("已删除该文件。", "done")
    return redirect(f"/tasks/{task_id}")


@blueprint.get("/materials/<int:material_id>")
def download(material_id: int) -> ResponseReturnValue:
    """Give a file out, to be saved and never shown in the browser."""
    material, stream = materials.open_material(the_system(), the_actor(), material_id)
    return give_out(stream, f"material-{material_id}", material.file_name, material.size)


def give_out(stream: BinaryIO, plain_stem: str, file_name: str, size: int) -> Response:
    """Answer with a file that is saved and never shown; its plain name is for old clients."""
    response = Response(wrap_file(request.environ, stream), mimetype="application/octet-stream")
    response.call_on_close(stream.close)
    response.headers.update(DOWNLOAD_HEADERS)
    response.headers["Content-Disposition"] = name_attachment(plain_stem, file_name)
    response.content_length = size
    return response


def name_attachment(plain_stem: str, file_name: str) -> str:
    """Return the header that names the file: RFC 6266, with a plain name for old clients."""
    ending = "".join(char for char in file_name.rpartition(".")[2][:8] if char.isascii() and char.isalnum())
    plain = f"{plain_stem}.{ending or 'bin'}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def _keys(form: Form | None) -> tuple[str, ...]:
    """Return the items with a chosen file, and the one whose button was pressed."""
    pressed = request.form.get("field_key", "")
    keys = tuple(item.key for item in form.file_fields) if form else ()
    return tuple(key for key in keys if key == pressed or any(_chosen(key)))


def _chosen(key: str) -> list[FileStorage]:
    return [file for file in request.files.getlist(FILE_PREFIX + key) if file.filename]


def _store(task_id: int, key: str) -> tuple[str, ...]:
    """Store the files of one item and return what was refused, file by file."""
    chosen, refused = _chosen(key), []
    for file in chosen:
        try:
            stream = cast("BinaryIO", file.stream)
            materials.add_material(the_system(), the_actor(), task_id, key, file.filename or "", stream)
        except FileRefused as refusal:
            refused.append(f"“{file.filename}”没有上传：{refusal.sentence}")
    return tuple(refused) if chosen else ("请先选择文件，再点“上传”。",)
