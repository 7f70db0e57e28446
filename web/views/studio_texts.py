"""文字文件: files of a draft that are read and written as they are, such as procedure.yaml and README.md."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import BadRequest, ChangedMeanwhile, NotFound
from engine.lint import Finding
from engine.services import draft_checks, drafts
from web.sessions import the_actor, the_system

blueprint = Blueprint("studio_texts", __name__, url_prefix="/studio/drafts/<int:draft_id>/text")
#: What is text that people write by hand.
WRITTEN = (".yaml", ".md")


@blueprint.get("")
def show(draft_id: int) -> ResponseReturnValue:
    """Show a text, and what the checks say of it."""
    path = _path(request.args.get("file", ""))
    file = drafts.read_file(the_system(), the_actor(), draft_id, path)
    return _draw(draft_id, path, _decoded(file.content), file.revision, _errors_in(draft_id, path, None))


@blueprint.post("")
def save(draft_id: int) -> ResponseReturnValue:
    """Save a text, unless it brings faults or somebody else saved meanwhile: then the page shows what was typed."""
    path, text = _path(request.form.get("file", "")), request.form.get("text", "").replace("\r\n", "\n")
    revision = request.form.get("revision", "0")[:9]
    based_on = int(revision) if revision.isdecimal() else 0
    if faults := _new_faults(draft_id, path, text):
        return _draw(draft_id, path, text, based_on, faults, status=422)
    try:
        _save(draft_id, path, text, based_on)
    except ChangedMeanwhile as meanwhile:
        return _draw(draft_id, path, text, based_on, (), problem=meanwhile.sentence, status=409)
    flash("已保存。", "done")
    return redirect(url_for("studio_texts.show", draft_id=draft_id, file=path))


def _save(draft_id: int, path: str, text: str, based_on: int) -> None:
    arguments = (the_system(), the_actor(), draft_id, path, text.encode())
    drafts.save_file(*arguments, based_on=based_on, summary=f"修改 {path}")


def _new_faults(draft_id: int, path: str, text: str) -> list[Finding]:
    known = {finding.message for finding in _errors_in(draft_id, path, None)}
    return [finding for finding in _errors_in(draft_id, path, text) if finding.message not in known]


def _path(path: str) -> str:
    if not path.endswith(WRITTEN):
        raise NotFound("这个文件不是文字文件，不能在这里修改。", path=path)
    return path


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise BadRequest("这个文件不是 UTF-8 文字，请下载后用原来的工具修改。") from error


def _errors_in(draft_id: int, path: str, text: str | None) -> list[Finding]:
    unsaved = None if text is None else {path: text}
    report = draft_checks.check_draft(the_system(), the_actor(), draft_id, unsaved)
    return [finding for finding in report.errors if finding.file == path]


def _draw(  # noqa: PLR0913 - one page
    draft_id: int,
    path: str,
    text: str,
    revision: int,
    faults: Sequence[Finding],
    *,
    problem: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    shown = {"path": path, "text": text, "revision": revision, "faults": faults, "problem": problem, "status": status}
    draft = drafts.read_draft(the_system(), the_actor(), draft_id)
    return render_template("studio/text.html", draft=draft, tab="overview", **shown), status
