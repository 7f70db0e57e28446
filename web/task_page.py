"""The page of one task: shown first, and shown again with everything typed when something was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, g, make_response, render_template, request

from engine.errors import Conflict, EngineError, LimitReached, NotSignedIn, OutsideWindow
from engine.services import inbox
from engine.views import TaskSheet, TaskView
from forms import Form, InvalidSubmission, present, read_post
from forms.presenting import EMPTY
from web.form_rendering import render_form
from web.refusals import refuse, status_of, wants_json
from web.sessions import the_actor, the_system
from web.typed_fields import write_labels

Messages = Mapping[str, Sequence[str]]


def register_task_refusals(blueprint: Blueprint) -> None:
    """Let what a blueprint's views refuse come back as the task's page."""
    blueprint.register_error_handler(InvalidSubmission, show_faults)
    blueprint.register_error_handler(Conflict, explain_conflict)


def read_typed(form: Form | None) -> dict[str, Any]:
    """Return what the request carries for the fields of a form."""
    return read_post(form, request.form.items(multi=True)) if form else {}


def draw_form(sheet: TaskSheet, values: Mapping[str, Any], errors: Messages | None = None) -> str:
    """Return the inside of the task's form, or nothing where there is none to fill in."""
    if sheet.form is None or not sheet.is_open:
        return ""
    address = f"/tasks/{sheet.task_id}"
    urls = {
        "refresh": f"{address}/refresh",
        "draft": f"{address}/draft",
        "materials": f"{address}/materials",
        "download": "/materials",
    }
    return render_form(sheet.form, values, sheet.context, errors=errors, checklist=sheet.checklist, urls=urls)


def show_task(
    view: TaskView,
    values: Mapping[str, Any] | None = None,
    errors: Messages | None = None,
    status: int = 200,
    *,
    refusal: str = "",
) -> Response:
    """Answer with the page of a task.

    Args:
        view: the task.
        values: what was just typed; None for what is kept.
        errors: messages by field.
        status: of the answer.
        refusal: sentence why nothing was submitted, when it is about no single field.
    """
    is_kept = values is None
    form = draw_form(view.sheet, view.values if values is None else values, errors)
    labels = write_labels(view.form) if form and view.form else ""
    marks = {"field_labels": labels, "is_faulty": bool(errors or refusal), "is_kept": is_kept, "refusal": refusal}
    page = render_template("tasks/show.html", task=view, form=form, **marks)
    return make_response(page, status)


def show_faults(error: InvalidSubmission) -> Response:
    """Answer a refused form: the same page, every message beside its field, everything typed still there."""
    if wants_json():
        return make_response({"sentence": str(error), "messages": error.messages}, 422)
    view = inbox.read_task(the_system(), the_actor(), _task_id())
    return show_task(view, read_typed(view.form), error.messages, 422)


def explain_conflict(error: Conflict) -> Response:
    """Answer a conflict: who or what came first, and what this person had typed, by the names of the fields.

    Who can still do the task stays on its page, with everything typed in its place.
    """
    try:
        view = inbox.read_task(the_system(), the_actor(), _task_id())
    except EngineError:
        return refuse(error)
    values = read_typed(view.form)
    if isinstance(error, LimitReached) and "complete" in view.actions and not wants_json():
        return show_task(view, values, status=status_of(error), refusal=error.sentence)
    typed = [pair for pair in present(view.form, values, view.context) if pair[1] != EMPTY] if view.form else []
    is_kept = isinstance(error, OutsideWindow)
    way_out = ("回到任务", f"/tasks/{_task_id()}") if is_kept else ("查看办件进展", f"/cases/{view.row.case_id}")
    return refuse(error, typed=typed, way_out=way_out)


def _task_id() -> int:
    if g.session is None or request.view_args is None:
        raise NotSignedIn
    return int(request.view_args["task_id"])
