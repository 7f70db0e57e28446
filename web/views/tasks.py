"""任务: the page of one task and what a person does there."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, request
from flask.typing import ResponseReturnValue

from engine.services import inbox, tasks
from engine.views import Completed
from forms import Form, InvalidSubmission, change_rows
from web.form_rendering import find_unsent
from web.formatting import format_datetime
from web.refusals import wants_json
from web.sessions import local_path, the_actor, the_system
from web.task_page import draw_form, read_typed, register_task_refusals, show_task

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks/<int:task_id>")
register_task_refusals(blueprint)

LONGEST_KEY = 64


@blueprint.get("")
def show(task_id: int) -> ResponseReturnValue:
    """Show a task with its form."""
    return show_task(inbox.read_task(the_system(), the_actor(), task_id))


@blueprint.post("/complete")
def complete(task_id: int) -> ResponseReturnValue:
    """Submit the form and go where the person can do something next."""
    form = inbox.read_form(the_system(), the_actor(), task_id)
    if form and (unsent := find_unsent(form, request.form.items(multi=True))):
        raise InvalidSubmission(unsent)
    key, typed = request.form.get("completion_key", "")[:LONGEST_KEY], read_typed(form)
    completed = tasks.complete_task(
        the_system(), the_actor(), task_id, values=typed, completion_key=key, received_at=g.received_at
    )
    flash(completed.message, "done")
    return redirect(_next_page(completed))


@blueprint.post("/draft")
def save_draft(task_id: int) -> ResponseReturnValue:
    """Keep what has been typed so far."""
    form = inbox.read_form(the_system(), the_actor(), task_id)
    saved_at = tasks.save_draft(the_system(), the_actor(), task_id, read_typed(form))
    if wants_json():
        return {"saved_at": saved_at.isoformat(), "sentence": f"已于 {format_datetime(saved_at)} 暂存"}
    flash("已暂存。您可以离开，以后再继续填写；暂存不等于提交。", "done")
    return redirect(f"/tasks/{task_id}")


@blueprint.post("/refresh")
def refresh(task_id: int) -> ResponseReturnValue:
    """Show the form again as it is after what was typed: conditions, and rows added or removed."""
    if "HX-Request" in request.headers:
        sheet = inbox.read_sheet(the_system(), the_actor(), task_id)
        return draw_form(sheet, _read_changed(sheet.form))
    view = inbox.read_task(the_system(), the_actor(), task_id)
    return show_task(view, _read_changed(view.form))


@blueprint.post("/claim")
def claim(task_id: int) -> ResponseReturnValue:
    """签收: keep the task to oneself."""
    tasks.claim_task(the_system(), the_actor(), task_id)
    flash("已签收。同岗位的其他人可以看到由您办理。", "done")
    return redirect(local_path(request.form.get("next", f"/tasks/{task_id}")))


@blueprint.post("/release")
def release(task_id: int) -> ResponseReturnValue:
    """取消签收: give the task back to the office."""
    tasks.release_task(the_system(), the_actor(), task_id)
    flash("已取消签收，同岗位的其他人可以办理。", "done")
    return redirect(f"/tasks/{task_id}")


def _read_changed(form: Form | None) -> dict[str, Any]:
    """Return what was typed, with a row more or less where a button for that was pressed."""
    values = read_typed(form)
    return change_rows(form, values, request.form.get("_action", "")[:600]) if form else values


def _next_page(completed: Completed) -> str:
    if completed.receipt_number:
        return f"/receipts/{completed.receipt_number}"
    return f"/tasks/{completed.next_task_id}" if completed.next_task_id else f"/cases/{completed.case_id}"
