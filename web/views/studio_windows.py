"""窗口与时限: when one may file, how long each step takes, what the clock begins; all on the calendar of one year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.clock import local
from engine.errors import BadRequest, EngineError, Problem
from engine.services import drafts
from web.draft_windows import (
    PROCEDURE,
    WINDOWS,
    Fields,
    drop_window,
    find_new_problems,
    put_cycle,
    put_limits,
    put_source,
    put_window,
)
from web.sessions import the_actor, the_system
from web.timetable_page import describe_dates

blueprint = Blueprint("studio_windows", __name__, url_prefix="/studio/drafts/<int:draft_id>/windows")

YEARS = range(2000, 2100)


@blueprint.get("")
def show(draft_id: int) -> ResponseReturnValue:
    """Show the dates of the draft in one year."""
    return _draw(draft_id, drafts.read_files(the_system(), the_actor(), draft_id))


@blueprint.post("/save")
def save(draft_id: int) -> ResponseReturnValue:
    """Save one window."""
    return _change(draft_id, WINDOWS, put_window, f"修改窗口 {request.form.get('name', '')}")


@blueprint.post("/remove")
def remove(draft_id: int) -> ResponseReturnValue:
    """Take a window out."""
    return _change(draft_id, WINDOWS, drop_window, f"删除窗口 {request.form.get('id', '')}")


@blueprint.post("/limits")
def save_limits(draft_id: int) -> ResponseReturnValue:
    """Save the time limits of all steps."""
    return _change(draft_id, WINDOWS, put_limits, "修改办理时限")


@blueprint.post("/cycle")
def save_cycle(draft_id: int) -> ResponseReturnValue:
    """Save what the clock begins by itself."""
    return _change(draft_id, PROCEDURE, put_cycle, "修改轮次和周期")


@blueprint.post("/source")
def save_source(draft_id: int) -> ResponseReturnValue:
    """Save the whole file as typed."""
    return _change(draft_id, WINDOWS, put_source, f"修改 {WINDOWS}")


def _change(draft_id: int, path: str, edit: Callable[[bytes, Fields], bytes], summary: str) -> ResponseReturnValue:
    """Edit a file of the draft, unless that would bring faults: then the page shows them, and what was typed."""
    files = drafts.read_files(the_system(), the_actor(), draft_id)
    try:
        edited = {**files, path: edit(files.get(path, b""), request.form)}
    except EngineError as error:
        return _draw(draft_id, files, (Problem(file=path, message=error.sentence),), 422)
    if problems := find_new_problems(files, edited):
        return _draw(draft_id, edited, problems, 422)
    if edited != files:
        based_on = _number(request.form.get("revision", "")) or None
        drafts.save_file(the_system(), the_actor(), draft_id, path, edited[path], based_on=based_on, summary=summary)
    flash("已保存。" if edited != files else "没有改动。", "done")
    return redirect(url_for("studio_windows.show", draft_id=draft_id, year=_number(request.form.get("year", ""))))


def _draw(
    draft_id: int, files: dict[str, bytes], faults: tuple[Problem, ...] = (), status: int = 200
) -> ResponseReturnValue:
    system = the_system()
    year = _number(request.values.get("year", "")) or local(system.clock.now()).year
    if year not in YEARS:
        raise BadRequest("年份应在 2000 至 2099 之间。")
    page = describe_dates(files, system.calendar, year, _day(request.args.get("notice", "")))
    draft = drafts.read_draft(system, the_actor(), draft_id)
    revisions = {file.path: file.revision for file in draft.files}
    text = render_template(
        "studio/windows.html", draft=draft, tab="windows", page=page, faults=faults, revisions=revisions
    )
    return text, status


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
