"""The form of an objection: what was sent, its attachments of now and before, and the page that shows it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import BinaryIO, cast

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import BadRequest
from engine.files import ACCEPTED
from engine.services import attachments, objections, publications
from engine.services.attachments import GONE, KeptFile
from engine.services.objections import LONGEST, MOST_FILES, Objection
from engine.views import ObjectionReceipt
from web.sessions import the_system

LOST = "有附件没有保存，请重新选择。"


def send_objection(publication_id: int) -> ObjectionReceipt | ResponseReturnValue:
    """Hand the objection in with what was attached now and before; return its receipt, or the page with its faults."""
    kept, chosen = _kept(), _chosen()
    try:
        if len(kept) < len(_named()):
            raise BadRequest(GONE, messages={"files": GONE})
        with attachments.opened(the_system(), kept) as before:
            receipt = _hand_in(publication_id, [*before, *chosen])
    except BadRequest as refusal:
        return _page_again(publication_id, cast("dict[str, str]", refusal.details["messages"]), (kept, chosen))
    attachments.forget_files(the_system(), kept)
    return receipt


def show_form(publication_id: int, messages: Mapping[str, str], kept: Sequence[KeptFile] = ()) -> ResponseReturnValue:
    """Show a publication with the form to object; what was typed and attached is in it."""
    values = {
        "publication": publications.read_public(the_system(), publication_id),
        "messages": messages,
        "typed": request.form,
        "longest": LONGEST,
        "kept": kept,
        "most_files": MOST_FILES,
        "accepted": sorted(ACCEPTED),
        "largest": the_system().settings.max_upload_bytes,
    }
    return render_template("public/show.html", **values), 422 if messages else 200


def _hand_in(publication_id: int, files: Sequence[tuple[str, BinaryIO]]) -> ObjectionReceipt:
    name, contact, reason = (request.form.get(field, "") for field in LONGEST)
    given = Objection(name=name, contact=contact, reason=reason, files=tuple(files))
    return objections.submit_objection(
        the_system(), publication_id, given, address=request.remote_addr or "", received_at=g.received_at
    )


def _page_again(
    publication_id: int, messages: dict[str, str], files: tuple[Sequence[KeptFile], Sequence[tuple[str, BinaryIO]]]
) -> ResponseReturnValue:
    kept, chosen = files
    more = attachments.keep_files(the_system(), chosen, address=request.remote_addr or "")
    if len(more) < len(chosen):
        messages = {**messages, "files": messages.get("files", "") + LOST}
    return show_form(publication_id, messages, [*kept, *more])


def _chosen() -> list[tuple[str, BinaryIO]]:
    chosen = (file for file in request.files.getlist("files") if file.filename)
    return [(file.filename or "", cast("BinaryIO", file.stream)) for file in chosen]


def _named() -> list[tuple[str, str]]:
    """Return key and name of what was attached before and is still wanted."""
    pairs = (value.partition(":") for value in request.form.getlist("kept"))
    return [(key, file_name) for key, _, file_name in pairs][: attachments.MOST_FILES]


def _kept() -> tuple[KeptFile, ...]:
    return attachments.find_kept(the_system(), _named())
