"""The task of a simulation as a page: shown first, and shown again when the form refused what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Response, make_response, render_template, request

from engine import rehearsal
from engine.clock import ZONE
from engine.errors import BadRequest, NotFound
from engine.services import drafts
from engine.views.rehearsal import Opening, Recording, SimulatedForm
from forms import InvalidSubmission, read_post
from web.form_rendering import render_form
from web.sessions import the_actor, the_system

Messages = Mapping[str, Sequence[str]]


def address_of(draft_id: int, simulation_id: int) -> str:
    """Return the address of a simulation's page."""
    return f"/studio/drafts/{draft_id}/simulation/{simulation_id}"


def read_task_form(draft_id: int, simulation_id: int, task_id: int) -> SimulatedForm:
    """Return a task of a simulation with its form."""
    may_write = request.method == "POST"
    return rehearsal.read_form(the_system(), the_actor(), draft_id, simulation_id, task_id, may_write=may_write)


def read_typed(one: SimulatedForm) -> dict[str, Any]:
    """Return what the request carries for the fields of the form."""
    return read_post(one.view.form, request.form.items(multi=True)) if one.view.form else {}


def draw_task_form(one: SimulatedForm, address: str, values: Mapping[str, Any], errors: Messages | None = None) -> str:
    """Return the inside of the form, as the official would see it."""
    if one.view.form is None:
        return ""
    urls = {"refresh": f"{address}/refresh", "materials": f"{address}/materials"}
    return render_form(one.view.form, values, one.view.context, errors=errors, checklist=one.view.checklist, urls=urls)


def show_task_form(values: Mapping[str, Any] | None = None, errors: Messages | None = None) -> Response:
    """Answer with the page of the task that the address names.

    Args:
        values: what was just typed; None for what is kept.
        errors: messages by field.
    """
    where = request.view_args or {}
    draft_id, simulation_id, task_id = (where[name] for name in ("draft_id", "simulation_id", "task_id"))
    one = read_task_form(draft_id, simulation_id, task_id)
    address = f"{address_of(draft_id, simulation_id)}/tasks/{task_id}"
    form = draw_task_form(one, address, one.view.values if values is None else values, errors)
    page = render_template(
        "studio/simulation_task.html",
        draft=drafts.read_draft(the_system(), the_actor(), draft_id),
        tab="simulation",
        one=one,
        form=form,
        address=address,
        back=address_of(draft_id, simulation_id),
        is_faulty=bool(errors),
    )
    return make_response(page, 422 if errors else 200)


def show_faults(error: InvalidSubmission) -> Response:
    """Answer a refused form: the same page, every message beside its field, everything typed still there."""
    where = request.view_args or {}
    one = read_task_form(where["draft_id"], where["simulation_id"], where["task_id"])
    return show_task_form(read_typed(one), error.messages)


def read_recording() -> Recording:
    """Read how a simulation is to be written down."""
    typed = request.form
    return Recording(name=typed.get("name", ""), title=typed.get("title", ""), replaces=typed.get("replaces") == "yes")


def read_opening() -> Opening:
    """Return what a simulation is to begin with."""
    given = {name: request.form.get(name, "").strip() for name in ("like", "name", "kind", "level")}
    return Opening(**given, at=read_instant("at"))


def read_instant(name: str) -> datetime | None:
    """Return the instant in a field, Beijing time, or None when it is empty.

    Raises:
        BadRequest: it is no instant.
    """
    text = request.form.get(name, "").strip()
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRequest("请填写完整的日期和时间。") from error
    return instant if instant.tzinfo else instant.replace(tzinfo=ZONE)


def read_number(name: str, most: int) -> int:
    """Return a whole number in a field, 0 when it is empty.

    Raises:
        BadRequest: it is no such number.
    """
    text = request.form.get(name, "").strip() or "0"
    if not text.isdecimal() or len(text) > 9 or int(text) > most:
        raise BadRequest(f"请填写 1 到 {most} 的整数。")
    return int(text)


def message_of_request() -> dict[str, str]:
    """Return what comes from outside, as a scenario writes it."""
    step = {"message": request.form.get("message", "")}
    extended_to = read_instant("extended_to")
    if request.form.get("window"):
        step["window"] = request.form["window"]
    if extended_to is not None:
        step["extended_to"] = f"{extended_to.astimezone(ZONE):%Y-%m-%d %H:%M}"
    return step


def refuse_unknown_kind(kind: str) -> None:
    """Refuse a kind of file that documents do not have.

    Raises:
        NotFound: it is none.
    """
    if kind not in ("docx", "xlsx", "pdf"):
        raise NotFound
