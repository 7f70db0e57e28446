"""比较: a draft beside the version in force, and two versions side by side."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import BadRequest
from engine.services import draft_comparison, drafts
from web.bundles import designer_page
from web.comparison_page import make_page
from web.sessions import the_actor, the_system
from web.views.materials import DOWNLOAD_HEADERS

blueprint = Blueprint("studio_compare", __name__, url_prefix="/studio")


@blueprint.get("/drafts/<int:draft_id>/compare")
@designer_page
def show(draft_id: int) -> ResponseReturnValue:
    """Compare a draft with the version in force."""
    draft = drafts.read_draft(the_system(), the_actor(), draft_id)
    editions = draft_comparison.compare_draft(the_system(), the_actor(), draft_id)
    addresses = {"old": _files_of(editions.old.definition_id), "new": f"/studio/drafts/{draft_id}/files"}
    page = make_page(editions, addresses, request.args)
    return render_template("studio/compare.html", draft=draft, tab="compare", page=page)


@blueprint.get("/compare")
@designer_page
def show_versions() -> ResponseReturnValue:
    """Compare two versions."""
    old, new = (_number(request.args.get(name, "")) for name in ("old", "new"))
    editions = draft_comparison.compare_versions(the_system(), the_actor(), old, new)
    page = make_page(editions, {"old": _files_of(old), "new": _files_of(new)}, request.args)
    return render_template("studio/compare_versions.html", name=editions.name, page=page, old=old, new=new)


@blueprint.get("/versions/<int:definition_id>/files/<path:path>")
def read_file(definition_id: int, path: str) -> ResponseReturnValue:
    """Give a file of a version out as it is."""
    content = draft_comparison.read_version_file(the_system(), the_actor(), definition_id, path)
    response = Response(content, mimetype="application/octet-stream", headers=DOWNLOAD_HEADERS)
    response.headers["Content-Disposition"] = "attachment"
    return response


def _files_of(definition_id: int | None) -> str:
    return "" if definition_id is None else f"/studio/versions/{definition_id}/files"


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise BadRequest("请从事项页面选择要比较的两个版本。")
    return int(text)
