"""认定: what was found against whom, for those who review and decide."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine.services import findings
from web.sessions import the_actor, the_system

blueprint = Blueprint("findings", __name__, url_prefix="/findings")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List findings, the latest decision first."""
    search, cursor = request.args.get("search", "")[:200].strip(), request.args.get("cursor")
    scope = request.args.get("scope", "in_force")
    scope = scope if scope in findings.SCOPES else "in_force"
    page = findings.list_findings(the_system(), the_actor(), scope=scope, search=search, cursor=cursor)
    given = {"scope": scope, "search": search, "cursor": cursor, "scopes": findings.SCOPES}
    return render_template("findings/index.html", page=page, **given)


@blueprint.get("/<int:finding_id>")
def show(finding_id: int) -> ResponseReturnValue:
    """Show one finding with what it keeps the party from."""
    return render_template("findings/show.html", finding=findings.read_finding(the_system(), the_actor(), finding_id))
