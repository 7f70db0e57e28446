"""流程工作室: the drafts and procedures of an owner, beginning a draft, and the page of one."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import BadRequest
from engine.folders import pack
from engine.services import drafts, editions
from engine.views.drafts import DraftView
from web.sessions import the_actor, the_system
from web.studio import coded, group_files, list_tabs
from web.views.materials import DOWNLOAD_HEADERS

blueprint = Blueprint("studio", __name__, url_prefix="/studio")
blueprint.add_app_template_global(list_tabs, "studio_tabs")
blueprint.add_app_template_filter(coded)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the drafts and the procedures that the person may change."""
    return index_page()


@blueprint.post("/procedures/<procedure_id>/drafts")
def begin(procedure_id: str) -> ResponseReturnValue:
    """Begin a draft from the version in force."""
    draft = drafts.begin_draft(the_system(), the_actor(), procedure_id)
    flash("草稿已建立。您的修改只在草稿里，发布以前不影响任何办件。", "done")
    return redirect(f"/studio/drafts/{draft.draft_id}")


@blueprint.get("/drafts/<int:draft_id>")
def show(draft_id: int) -> ResponseReturnValue:
    """Show a draft: where it came from, its files, its changes."""
    draft = drafts.read_draft(the_system(), the_actor(), draft_id)
    changes = drafts.list_changes(the_system(), the_actor(), draft_id)
    shown = {"groups": group_files(draft.files), "titles": drafts.read_titles(the_system(), the_actor(), draft_id)}
    return render_template("studio/draft.html", draft=draft, changes=changes, tab="overview", **shown)


@blueprint.get("/drafts/<int:draft_id>.zip")
def download(draft_id: int) -> ResponseReturnValue:
    """Give a draft out as a folder."""
    draft = drafts.read_draft(the_system(), the_actor(), draft_id)
    return folder_answer(drafts.read_files(the_system(), the_actor(), draft_id), _file_name(draft))


@blueprint.get("/versions/<int:definition_id>.zip")
def download_version(definition_id: int) -> ResponseReturnValue:
    """Give a version out as a folder."""
    version, files = editions.open_version(the_system(), the_actor(), definition_id)
    return folder_answer(files, f"{version.name}-第{version.version}版")


@blueprint.post("/drafts/<int:draft_id>/restore")
def restore(draft_id: int) -> ResponseReturnValue:
    """Let one file, or every file, be as it was after a change."""
    number = request.form.get("number", "")
    if not number.isdecimal() or len(number) > 9:
        raise BadRequest
    drafts.restore(the_system(), the_actor(), draft_id, int(number), path=request.form.get("path", ""))
    flash("已恢复。恢复本身也是一次修改，可以撤销。", "done")
    return redirect(f"/studio/drafts/{draft_id}#changes")


@blueprint.post("/drafts/<int:draft_id>/discard")
def discard(draft_id: int) -> ResponseReturnValue:
    """Put a draft away."""
    if request.form.get("confirm") != "yes":
        raise BadRequest("请勾选“确认作废”后再提交。")
    drafts.discard(the_system(), the_actor(), draft_id)
    flash("草稿已作废。", "done")
    return redirect("/studio")


def index_page(error: tuple[str, ...] = (), status: int = 200) -> ResponseReturnValue:
    """Return the first page, with what kept a file from becoming a draft."""
    page = drafts.read_studio(the_system(), the_actor())
    orders = editions.list_open_orders(the_system(), the_actor())
    return render_template("studio/index.html", page=page, orders=orders, error=error), status


def folder_answer(files: dict[str, bytes], name: str) -> Response:
    """Return the answer that gives a folder out as a zip, to be saved and never shown in the browser."""
    response = Response(pack(files), mimetype="application/zip", headers=DOWNLOAD_HEADERS)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"procedure.zip\"; filename*=UTF-8''{quote(name, safe='')}.zip"
    )
    return response


def _file_name(draft: DraftView) -> str:
    return f"{draft.procedure_id}-草稿{draft.draft_id}"
