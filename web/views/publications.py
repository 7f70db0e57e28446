"""公示公告: what anybody reads without an account, objections, and what the publishing office decides about them."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import BadRequest
from engine.files import ACCEPTED
from engine.services import objections, publications
from engine.services.objections import LONGEST, MOST_FILES, Objection
from web.sessions import public, the_actor, the_system
from web.views.materials import give_out

blueprint = Blueprint("publications", __name__)

LONGEST_FIELD = 100


@blueprint.get("/public")
@public
def index() -> ResponseReturnValue:
    """List what is published, newest first."""
    rows, following = publications.list_public(the_system(), cursor=request.args.get("cursor"))
    return render_template("public/index.html", publications=rows, next_cursor=following)


@blueprint.get("/public/<int:publication_id>")
@public
def show(publication_id: int) -> ResponseReturnValue:
    """Show one publication with its period and how to object."""
    return _page(publication_id, {})


@blueprint.post("/public/<int:publication_id>/objections")
@public
def object_to(publication_id: int) -> ResponseReturnValue:
    """Take an objection; a faulty one is shown again with everything typed."""
    name, contact, reason = (request.form.get(field, "") for field in LONGEST)
    given = Objection(name=name, contact=contact, reason=reason, files=_attached())
    try:
        receipt = objections.submit_objection(
            the_system(), publication_id, given, address=request.remote_addr or "", received_at=g.received_at
        )
    except BadRequest as refusal:
        return _page(publication_id, cast("dict[str, str]", refusal.details["messages"]))
    publication = publications.read_public(the_system(), publication_id)
    return render_template("public/received.html", publication=publication, receipt=receipt), 201


@blueprint.get("/public/objections")
@public
def answer() -> ResponseReturnValue:
    """Show what became of an objection to who holds its number and code."""
    number, code = (request.args.get(name, "").strip()[:LONGEST_FIELD] for name in ("number", "code"))
    found = objections.read_answer(the_system(), number, code) if number and code else None
    return render_template("public/answer.html", number=number, is_asked=bool(number and code), found=found)


@blueprint.post("/objections/<int:objection_id>/answer")
def answer_objection(objection_id: int) -> ResponseReturnValue:
    """Answer an objection as the publishing office."""
    case_id = publications.answer_objection(the_system(), the_actor(), objection_id, request.form.get("answer", ""))
    flash("异议已答复。", "done")
    return redirect(f"/cases/{case_id}#publications")


@blueprint.get("/objections/<int:objection_id>/files/<int:position>")
def attachment(objection_id: int, position: int) -> ResponseReturnValue:
    """Give an attachment of an objection out to the publishing office."""
    file, stream = publications.open_attachment(the_system(), the_actor(), objection_id, position)
    return give_out(stream, f"objection-{objection_id}-{position + 1}", file.file_name, file.size)


@blueprint.post("/publications/<int:publication_id>/prolong")
def prolong(publication_id: int) -> ResponseReturnValue:
    """Make the period longer, with a reason."""
    days = request.form.get("working_days", "").strip()
    case_id = publications.prolong_publication(
        the_system(),
        the_actor(),
        publication_id,
        int(days) if days.isdecimal() and len(days) < 4 else 0,
        request.form.get("reason", ""),
    )
    flash("公示期已延长。", "done")
    return redirect(f"/cases/{case_id}#publications")


def _attached() -> tuple[tuple[str, BinaryIO], ...]:
    chosen = (file for file in request.files.getlist("files") if file.filename)
    return tuple((file.filename or "", cast("BinaryIO", file.stream)) for file in chosen)


def _page(publication_id: int, messages: dict[str, str]) -> ResponseReturnValue:
    publication = publications.read_public(the_system(), publication_id)
    if messages and _attached():
        # A browser gives no file twice without being asked; nobody shall believe that theirs is still there.
        messages = {**messages, "files": messages.get("files", "") + "所选附件没有保存，请重新选择。"}
    values = {"publication": publication, "messages": messages, "typed": request.form, "longest": LONGEST}
    values |= {
        "most_files": MOST_FILES,
        "accepted": sorted(ACCEPTED),
        "largest": the_system().settings.max_upload_bytes,
    }
    return render_template("public/show.html", **values), 422 if messages else 200
