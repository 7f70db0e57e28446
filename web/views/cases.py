"""办件: the list, the page of one case with its live parts, and withdrawing."""

from __future__ import annotations

from flask import Blueprint, flash, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.services import cases, documents, publications
from engine.system import System
from engine.views import Actor
from web import live
from web.sessions import the_actor, the_system

blueprint = Blueprint("cases", __name__, url_prefix="/cases")

STATES = ("all", "running", "ended", "overdue", "incident")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the cases this person may see."""
    wanted = {name: request.args.get(name, "")[:200].strip() for name in ("search", "procedure")}
    state = request.args.get("state", "all")
    state = state if state in STATES else "all"
    cursor = request.args.get("cursor")
    page = cases.list_cases(the_system(), the_actor(), state=state, cursor=cursor, **wanted)
    return render_template("cases/index.html", page=page, state=state, cursor=cursor, **wanted)


@blueprint.get("/<int:case_id>")
def show(case_id: int) -> ResponseReturnValue:
    """Show one case; the page itself asks for its live parts alone."""
    template = "cases/fragment.html" if request.headers.get("X-Fragment") == "live" else "cases/show.html"
    values = {
        "case": cases.read_case(the_system(), the_actor(), case_id),
        "documents": documents.list_documents(the_system(), the_actor(), case_id),
        "publications": publications.list_of_case(the_system(), the_actor(), case_id),
    }
    answer = make_response(render_template(template, **values))
    answer.vary.add("X-Fragment")
    return answer


@blueprint.get("/<int:case_id>/state")
def state(case_id: int) -> ResponseReturnValue:
    """Answer with the revision alone, or 304: for pages that cannot hold a stream."""
    return live.answer_revision(cases.read_case_revision(the_system(), the_actor(), case_id))


@blueprint.get("/<int:case_id>/events")
def events(case_id: int) -> ResponseReturnValue:
    """Stream the revision of one case."""

    def read_revision(system: System, actor: Actor) -> int:
        return cases.read_case_revision(system, actor, case_id)

    return live.stream_revisions(the_system(), the_actor(), read_revision, case_id)


@blueprint.post("/<int:case_id>/withdraw")
def withdraw(case_id: int) -> ResponseReturnValue:
    """Ask for the reason, then for confirmation, then withdraw."""
    reason = request.form.get("reason", "").strip()
    error = "" if reason else "请填写撤回原因。"
    if error or request.form.get("confirm") != "yes":
        case = cases.read_case(the_system(), the_actor(), case_id)
        return render_template("cases/withdraw.html", case=case, reason=reason, error=error), 422 if error else 200
    cases.withdraw_case(the_system(), the_actor(), case_id, reason, g.received_at)
    flash("办件已撤回。", "done")
    return redirect(f"/cases/{case_id}")
