"""表单: the forms of a draft, the editor of one, and what it looks like while it is written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadRequest, NotFound
from engine.services import draft_fields, drafts
from engine.services.draft_fields import FieldName
from web.draft_forms import begin_form, find_form, form_file, list_forms
from web.form_preview import Asked, preview_form
from web.sessions import the_actor, the_system
from web.studio import register_script_refusals

blueprint = Blueprint("studio_forms", __name__, url_prefix="/studio/drafts/<int:draft_id>/form")
register_script_refusals(blueprint)

LONGEST_FORM = 1_000_000
MOST_PAIRS = 5_000


@blueprint.get("")
def show(draft_id: int) -> ResponseReturnValue:
    """Show the editor of one form, or every form of the draft."""
    draft = drafts.read_draft(the_system(), the_actor(), draft_id)
    rows = list_forms(drafts.read_files(the_system(), the_actor(), draft_id))
    row = find_form(rows, request.args.get("file", ""))
    if row is None or not row.is_there:
        return render_template("studio/forms.html", draft=draft, tab="form", rows=rows)
    blocks = [{"file": one.file, "title": one.title} for one in rows if one.is_shared and one.is_there]
    return render_template("studio/form.html", draft=draft, tab="form", row=row, blocks=blocks)


@blueprint.post("/new")
def begin(draft_id: int) -> ResponseReturnValue:
    """Add a form for a step, or a shared block; as a copy of another one when asked."""
    file = form_file(request.form.get("name", "").strip(), is_shared=request.form.get("kind") == "shared")
    files = drafts.read_files(the_system(), the_actor(), draft_id)
    row = next((row for row in list_forms(files) if row.file == file), None)
    title = request.form.get("title", "").strip()[:100] or (row.name if row else "")
    content = begin_form(file, title, files.get(request.form.get("copied", ""), b""))
    drafts.save_file(
        the_system(), the_actor(), draft_id, file, content, based_on=None, summary=f"新建表单 {title or file}"
    )
    return redirect(url_for("studio_forms.show", draft_id=draft_id, file=file))


@blueprint.post("/remove")
def remove(draft_id: int) -> ResponseReturnValue:
    """Take a form out of the draft."""
    file = request.form.get("file", "")
    draft = drafts.read_draft(the_system(), the_actor(), draft_id)
    revision = next((one.revision for one in draft.files if one.path == file and file.endswith(".form")), None)
    if revision is None:
        raise NotFound("草稿里没有这张表单，它可能已被删除或改名。", path=file)
    drafts.save_files(the_system(), the_actor(), draft_id, {file: (None, revision)}, f"删除表单 {file}")
    flash(f"已删除表单 {file}。需要时可以在“概览”的修改记录里恢复。", "done")
    return redirect(url_for("studio_forms.show", draft_id=draft_id))


@blueprint.post("/preview")
def preview(draft_id: int) -> ResponseReturnValue:
    """Draw the form as it stands in the editor; nothing is stored."""
    files = drafts.read_files(the_system(), the_actor(), draft_id)
    shown = preview_form(files, _read_asked(request.get_json(silent=True)), the_system().clock.now())
    return {
        "page": shown.page,
        "problems": [{"component": component, "message": message} for component, message in shown.problems],
        "outside": [
            {"name": one.name, "label": one.label, "kind": one.kind, "options": one.options} for one in shown.outside
        ],
    }


@blueprint.post("/rename/plan")
def plan_rename(draft_id: int) -> ResponseReturnValue:
    """Tell what a field's new name would bring with it; nothing is stored."""
    name, _ = _read_renaming(request.get_json(silent=True))
    return jsonify(draft_fields.plan_field_name(the_system(), the_actor(), draft_id, name))


@blueprint.post("/rename")
def rename(draft_id: int) -> ResponseReturnValue:
    """Give a field another name wherever it is meant."""
    name, is_together = _read_renaming(request.get_json(silent=True))
    revision = draft_fields.rename_field(the_system(), the_actor(), draft_id, name, is_together=is_together)
    return jsonify(draft_revision=revision)


def _read_renaming(sent: Any) -> tuple[FieldName, bool]:
    """Return the field and whether everybody else who gives it its value follows.

    Raises:
        BadRequest: it is not what an editor sends.
    """
    if not isinstance(sent, dict) or not _are_texts([sent.get(name) for name in ("file", "old", "new")]):
        raise BadRequest
    return FieldName(form=sent["file"], old=sent["old"], new=sent["new"]), sent.get("together") is True


def _read_asked(sent: Any) -> Asked:
    """Return what the editor asks for.

    Raises:
        BadRequest: it is not what an editor sends.
    """
    if not isinstance(sent, dict):
        raise BadRequest
    texts = [sent.get("file"), sent.get("text"), sent.get("action", "")]
    pairs, outside = sent.get("pairs", []), sent.get("outside", {})
    if not (_are_texts(texts) and _are_pairs(pairs) and isinstance(outside, dict) and _are_texts(outside.values())):
        raise BadRequest
    file, text, action = (str(one) for one in texts)
    return Asked(file=file, text=text, pairs=[(name, value) for name, value in pairs], outside=outside, action=action)


def _are_texts(values: Iterable[object]) -> bool:
    return all(isinstance(value, str) and len(value) <= LONGEST_FORM for value in values)


def _are_pairs(value: object) -> bool:
    """Whether it is a list of names and values, and not too long a one."""
    if not isinstance(value, list) or len(value) > MOST_PAIRS:
        return False
    return all(isinstance(pair, list) and len(pair) == 2 and _are_texts(pair) for pair in value)
