"""决策表: the decisions of a draft, the editor of one file, and trying it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadRequest, NotFound
from engine.services import drafts
from web.bundles import designer_page
from web.draft_tables import begin_table, list_tables, table_file, try_table
from web.sessions import the_actor, the_system
from web.studio import register_script_refusals

blueprint = Blueprint("studio_tables", __name__, url_prefix="/studio/drafts/<int:draft_id>/table")
register_script_refusals(blueprint)

LONGEST_TABLE = 1_000_000


@blueprint.get("")
@designer_page
def show(draft_id: int) -> ResponseReturnValue:
    """Show the editor of one file of decisions, or all of them."""
    draft = drafts.read_draft(the_system(), the_actor(), draft_id)
    rows = list_tables(drafts.read_files(the_system(), the_actor(), draft_id))
    file = request.args.get("file", "")
    if not file:
        return render_template("studio/tables.html", draft=draft, tab="table", rows=rows)
    row = next((row for row in rows if row.file == file), None)
    if row is None:
        raise NotFound("草稿里没有这个决策文件，它可能已被删除或改名。", path=file)
    return render_template("studio/table.html", draft=draft, tab="table", row=row)


@blueprint.post("/new")
def begin(draft_id: int) -> ResponseReturnValue:
    """Add a file with one decision table."""
    name, title = (request.form.get(field, "").strip()[:100] for field in ("name", "title"))
    file = table_file(name)
    content = begin_table(name, title)
    summary = f"新建决策表 {title or name}"
    drafts.save_file(the_system(), the_actor(), draft_id, file, content, based_on=None, summary=summary)
    return redirect(url_for("studio_tables.show", draft_id=draft_id, file=file))


@blueprint.post("/remove")
def remove(draft_id: int) -> ResponseReturnValue:
    """Take a file of decisions out of the draft."""
    file = request.form.get("file", "")
    draft = drafts.read_draft(the_system(), the_actor(), draft_id)
    revision = next((one.revision for one in draft.files if one.path == file and file.endswith(".dmn")), None)
    if revision is None:
        raise NotFound("草稿里没有这个决策文件，它可能已被删除或改名。", path=file)
    drafts.save_files(the_system(), the_actor(), draft_id, {file: (None, revision)}, f"删除决策表 {file}")
    flash(f"已删除 {file}。需要时可以在“概览”的修改记录里恢复。", "done")
    return redirect(url_for("studio_tables.show", draft_id=draft_id))


@blueprint.post("/try")
def attempt(draft_id: int) -> ResponseReturnValue:
    """Ask a decision as it stands in the editor; nothing is stored."""
    text, decision, inputs = _read_asked(request.get_json(silent=True))
    files = drafts.read_files(the_system(), the_actor(), draft_id)
    tried = try_table(files, text, decision, inputs, the_system().clock.now())
    fields = [{"name": one.name, "label": one.label, "kind": one.kind, "options": one.options} for one in tried.inputs]
    trial = tried.trial
    return jsonify(
        inputs=fields, answer=tried.answer, hits=trial.hits, count=trial.numbers, problem=trial.problem or None
    )


def _read_asked(sent: Any) -> tuple[str, str, dict[str, str]]:
    """Return the file, the decision and the values that the editor sends.

    Raises:
        BadRequest: it is not what an editor sends.
    """
    if not isinstance(sent, dict) or not isinstance(inputs := sent.get("inputs", {}), dict):
        raise BadRequest
    texts = [sent.get("text"), sent.get("decision", ""), *inputs.values()]
    if not all(isinstance(one, str) and len(one) <= LONGEST_TABLE for one in texts):
        raise BadRequest
    return str(sent["text"]), str(sent.get("decision", "")), inputs
