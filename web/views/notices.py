"""通知: what the platform told this person."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from engine.services import notices
from web.sessions import the_actor, the_system

blueprint = Blueprint("notices", __name__, url_prefix="/notices")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the notices, newest first."""
    return render_template("notices/index.html", notices=notices.list_notices(the_system(), the_actor()))


@blueprint.post("/<int:notice_id>/read")
def mark_read(notice_id: int) -> ResponseReturnValue:
    """Mark one notice as read."""
    notices.mark_read(the_system(), the_actor(), notice_id)
    return redirect("/notices")
