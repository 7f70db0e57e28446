"""运行监控: every procedure in force with its counts, painted on the diagram and kept up to date."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from engine.services import monitoring
from web import live
from web.sessions import the_actor, the_system

blueprint = Blueprint("monitor", __name__, url_prefix="/monitor")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the procedures with their counts."""
    revision = monitoring.read_monitor_revision(the_system(), the_actor())
    return _page("index", revision=revision, monitors=monitoring.list_monitors(the_system(), the_actor()))


@blueprint.get("/<procedure_id>/<int:version>")
def show(procedure_id: str, version: int) -> ResponseReturnValue:
    """Show the diagram of one version with the counts of every step."""
    return _page("show", monitor=monitoring.read_monitor(the_system(), the_actor(), procedure_id, version))


@blueprint.get("/state")
@blueprint.get("/<procedure_id>/<int:version>/state")
def state(procedure_id: str = "", version: int = 0) -> ResponseReturnValue:
    """Answer with the revision of everything, or 304."""
    return live.answer_revision(monitoring.read_monitor_revision(the_system(), the_actor()))


@blueprint.get("/events")
@blueprint.get("/<procedure_id>/<int:version>/events")
def events(procedure_id: str = "", version: int = 0) -> ResponseReturnValue:
    """Stream the revision of everything."""
    return live.stream_revisions(the_system(), the_actor(), monitoring.read_monitor_revision)


def _page(name: str, **values: object) -> ResponseReturnValue:
    name = "fragment" if request.headers.get("X-Fragment") == "live" else name
    answer = make_response(render_template(f"monitor/{name}.html", **values))
    answer.vary.add("X-Fragment")
    return answer
