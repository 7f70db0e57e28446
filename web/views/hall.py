"""申报大厅: the rounds an applicant may enter, with the outcome of every precondition."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import NotEligible
from engine.services import hall
from web.sessions import the_actor, the_system

blueprint = Blueprint("hall", __name__, url_prefix="/hall")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show every round with its window, countdown and preconditions."""
    return render_template("hall/index.html", entries=hall.list_hall(the_system(), the_actor()))


@blueprint.post("/<int:round_id>/start")
def start(round_id: int) -> ResponseReturnValue:
    """Start a case and go to its first task; a refusal shows the rules with their clauses."""
    try:
        about = request.form.get("about", "")
        started = hall.start_case(the_system(), the_actor(), round_id, about=about, received_at=g.received_at)
    except NotEligible as refusal:
        rules = refusal.details.get("rules", ())
        return render_template("hall/refused.html", refusal=refusal, rules=rules), 403
    return redirect(f"/tasks/{started.task_id}" if started.task_id else f"/cases/{started.case_id}")
