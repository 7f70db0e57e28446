"""公示公告: what anybody reads without an account, objections, and what the publishing office decides about them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.services import objections, publications
from engine.views import ObjectionReceipt
from web.objection_form import send_objection, show_form
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
    return show_form(publication_id, {})


@blueprint.post("/public/<int:publication_id>/objections")
@public
def object_to(publication_id: int) -> ResponseReturnValue:
    """Take an objection; a faulty one is shown again with everything typed and attached."""
    sent = send_objection(publication_id)
    if not isinstance(sent, ObjectionReceipt):
        return sent
    publication = publications.read_public(the_system(), publication_id)
    return render_template("public/received.html", publication=publication, receipt=sent), 201


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
