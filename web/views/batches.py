"""批量办理: the steps that may be taken for many cases at once, deciding the chosen ones, and the summary sheet."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import BadRequest
from engine.services import batches
from forms import change_rows
from web import batching
from web.sessions import the_actor, the_system
from web.task_page import read_typed
from web.views.materials import DOWNLOAD_HEADERS

blueprint = Blueprint("batches", __name__, url_prefix="/batches")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the steps that this person's office may take for several cases at once."""
    return render_template("batches/index.html", groups=batches.list_batches(the_system(), the_actor()))


@blueprint.get("/<int:round_id>/<element_id>")
def show(round_id: int, element_id: str) -> ResponseReturnValue:
    """Show what waits at a step of a round, with the form to be filled in once."""
    return batching.show_batch(batching.read_view(round_id, element_id))


@blueprint.post("/<int:round_id>/<element_id>")
def decide(round_id: int, element_id: str) -> ResponseReturnValue:
    """Decide the chosen cases, each by itself; those that could not be decided stay chosen, with the reason."""
    view = batching.read_view(round_id, element_id)
    try:
        done, refused = batching.decide(view, batching.chosen_rows(view))
    except BadRequest as error:
        return batching.show_batch(view, values=read_typed(view.form), error=error.sentence, status=422)
    if done:
        flash(f"已办理 {done} 件。", "done")
    if not refused:
        return redirect(f"/batches/{round_id}/{element_id}")
    view, values = batching.read_view(round_id, element_id), read_typed(view.form)
    return batching.show_batch(view, values=values, refused=refused, status=422)


@blueprint.post("/<int:round_id>/<element_id>/refresh")
def refresh(round_id: int, element_id: str) -> ResponseReturnValue:
    """Show the form again as it is after what was typed: conditions, and rows added or removed."""
    view = batching.read_view(round_id, element_id)
    values = read_typed(view.form)
    if view.form:
        values = change_rows(view.form, values, request.form.get("_action", "")[:600])
    is_part = "HX-Request" in request.headers
    return batching.draw_batch_form(view, values) if is_part else batching.show_batch(view, values=values)


@blueprint.get("/<int:round_id>/<element_id>/sheet")
def sheet(round_id: int, element_id: str) -> ResponseReturnValue:
    """Give the summary sheet out, made from the cases as they are now; `as=pdf` gives it as it is printed."""
    is_printed = request.args.get("as") == "pdf"
    name, content = batches.write_sheet(the_system(), the_actor(), round_id, element_id, is_printed=is_printed)
    response = Response(content, mimetype="application/octet-stream")
    response.headers.update(DOWNLOAD_HEADERS)
    plain = f"summary-{round_id}.{name.rpartition('.')[2]}"
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Disposition"] = named
    return response
