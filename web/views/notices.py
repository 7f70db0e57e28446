"""通知: what the platform told this person."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.services import notices
from web.sessions import the_actor, the_system

blueprint = Blueprint("notices", __name__, url_prefix="/notices")

LARGEST_ID = 2**31 - 1


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the notices, newest first."""
    return render_template("notices/index.html", notices=notices.list_notices(the_system(), the_actor()))


@blueprint.post("/<int:notice_id>/read")
def mark_read(notice_id: int) -> ResponseReturnValue:
    """Mark one notice as read."""
    notices.mark_read(the_system(), the_actor(), notice_id)
    return redirect("/notices")


@blueprint.post("/read")
def mark_all_read() -> ResponseReturnValue:
    """Mark what was listed as read; what has come since stays unread."""
    until = min(request.form.get("until", 0, type=int), LARGEST_ID)
    notices.mark_all_read(the_system(), the_actor(), until)
    return redirect("/notices")
