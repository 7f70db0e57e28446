"""流程图: the diagram editor of a draft, and what it asks while somebody draws."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadRequest
from engine.services import catalogue, draft_settings, drafts
from engine.services.draft_settings import LaneSetting, LimitSetting, Renamed
from web.bundles import designer_page
from web.draft_diagrams import begin_diagram, diagram_file
from web.sessions import the_actor, the_system
from web.studio import register_script_refusals
from web.studio_words import describe_catalogue

blueprint = Blueprint("studio_diagram", __name__, url_prefix="/studio")
register_script_refusals(blueprint)
MAIN = "process.bpmn"


@blueprint.get("/drafts/<int:draft_id>/diagram")
@designer_page
def show(draft_id: int) -> ResponseReturnValue:
    """Show the editor of one diagram of a draft."""
    draft = drafts.read_draft(the_system(), the_actor(), draft_id)
    diagrams = catalogue.list_diagrams(the_system(), the_actor(), draft_id)
    file = request.args.get("file") or next((one.file for one in diagrams), MAIN)
    steps = catalogue.list_steps(the_system(), the_actor(), draft_id, file)
    return render_template("studio/diagram.html", draft=draft, tab="diagram", diagrams=diagrams, file=file, steps=steps)


@blueprint.post("/drafts/<int:draft_id>/diagram/new")
def begin(draft_id: int) -> ResponseReturnValue:
    """Add a diagram that others may call."""
    word, name = request.form.get("word", "").strip(), request.form.get("name", "")
    file = diagram_file(word)
    draft = drafts.read_draft(the_system(), the_actor(), draft_id)
    content = begin_diagram(draft.procedure_id, word, name)
    drafts.save_file(the_system(), the_actor(), draft_id, file, content, based_on=None, summary=f"新建流程图 {file}")
    return redirect(url_for("studio_diagram.show", draft_id=draft_id, file=file))


@blueprint.get("/drafts/<int:draft_id>/diagram.svg")
def picture(draft_id: int) -> ResponseReturnValue:
    """Give a diagram out as a picture, for people without scripts."""
    svg = catalogue.draw_diagram(the_system(), the_actor(), draft_id, request.args.get("file", MAIN))
    return Response(svg, mimetype="image/svg+xml")


@blueprint.get("/drafts/<int:draft_id>/catalogue")
def show_catalogue(draft_id: int) -> ResponseReturnValue:
    """Tell an editor what there is to refer to."""
    return jsonify(describe_catalogue(catalogue.read_catalogue(the_system(), the_actor(), draft_id)))


@blueprint.post("/feel")
def check_feel() -> ResponseReturnValue:
    """Tell whether an expression is right."""
    asked = _read_json()
    names = [name for name in asked.get("names", []) if isinstance(name, str)]
    problem = catalogue.check_feel(the_actor(), _text(asked, "text"), _text(asked, "kind"), names)
    return jsonify(problem=None if problem is None else {"message": problem.message, "position": problem.position})


@blueprint.post("/drafts/<int:draft_id>/arrange")
def arrange(draft_id: int) -> ResponseReturnValue:
    """Give a diagram back, laid out anew; nothing is stored."""
    xml = catalogue.arrange_diagram(the_system(), the_actor(), draft_id, _text(_read_json(), "xml"))
    return jsonify(xml=xml)


@blueprint.post("/drafts/<int:draft_id>/lanes/<lane_id>")
def set_lane(draft_id: int, lane_id: str) -> ResponseReturnValue:
    """Write who works in a lane."""
    asked = _read_json()
    setting = LaneSetting(
        role=_text(asked, "role"),
        office=asked.get("office") or "",
        is_sealed=asked.get("sealed") is True,
        sets_windows=asked.get("sets_windows") is True,
    )
    saved = draft_settings.set_lane(the_system(), the_actor(), draft_id, lane_id, setting)
    return jsonify(revision=saved.revision, draft_revision=saved.draft_revision)


@blueprint.post("/drafts/<int:draft_id>/time-limits/<element_id>")
def set_time_limit(draft_id: int, element_id: str) -> ResponseReturnValue:
    """Write how long a step may take; `null` takes the limit away."""
    asked = request.get_json(silent=True)
    setting = None if asked is None else _limit(asked)
    saved = draft_settings.set_time_limit(the_system(), the_actor(), draft_id, element_id, setting)
    return jsonify(revision=saved.revision, draft_revision=saved.draft_revision)


@blueprint.post("/drafts/<int:draft_id>/rename/plan")
def plan_rename(draft_id: int) -> ResponseReturnValue:
    """Tell what an element's new id would bring with it; nothing is stored."""
    plan = draft_settings.plan_rename(the_system(), the_actor(), draft_id, _renamed())
    return jsonify(changes=plan.changes, left=plan.left)


@blueprint.post("/drafts/<int:draft_id>/rename")
def rename(draft_id: int) -> ResponseReturnValue:
    """Give an element another id in every file that names it."""
    return jsonify(draft_revision=draft_settings.rename(the_system(), the_actor(), draft_id, _renamed()))


def _renamed() -> Renamed:
    asked = _read_json()
    return Renamed(old=_text(asked, "old"), new=_text(asked, "new"), diagram=_text(asked, "file"))


def _limit(asked: Any) -> LimitSetting:
    days = asked.get("working_days") if isinstance(asked, dict) else None
    if not isinstance(days, int) or isinstance(days, bool):
        raise BadRequest
    texts = {name: _text(asked, name) for name in ("after", "basis", "mark")}
    return LimitSetting(working_days=days, **texts)


def _read_json() -> dict[str, Any]:
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        raise BadRequest
    return asked


def _text(asked: dict[str, Any], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str):
        raise BadRequest
    return value
