"""Deciding many cases at once: each chosen one is an action of its own, and each has its own outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, g, make_response, render_template, request
from markupsafe import Markup

from engine.errors import BadRequest, EngineError
from engine.services import batches, tasks
from engine.views import InboxRow
from engine.views.batches import BatchRow, BatchView
from forms import InvalidSubmission
from web.form_rendering import render_form
from web.sessions import the_actor, the_system
from web.task_page import Messages, read_typed

#: Field with the ids of the chosen tasks, and the one with the key of each task's submit.
CHOSEN, KEY = "task", "key."
LONGEST_KEY = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one chosen case."""

    row: InboxRow
    #: Why it was not decided, or "".
    refusal: str
    #: Messages of the form, when it was refused.
    messages: Messages = field(default_factory=dict)


def show_batch(
    view: BatchView,
    *,
    values: Mapping[str, Any] | None = None,
    refused: Sequence[Outcome] = (),
    error: str = "",
    status: int = 200,
) -> Response:
    """Answer with the page of a batch.

    Args:
        view: the batch.
        values: what was just typed; None at first.
        refused: the chosen cases that could not be decided.
        error: why nothing was done, in one sentence.
        status: of the answer.
    """
    messages = next((outcome.messages for outcome in refused if outcome.messages), None)
    chosen = set(request.form.getlist(CHOSEN))
    page = render_template(
        "batches/show.html",
        batch=view,
        form=draw_batch_form(view, values or {}, messages),
        refused=refused,
        error=error,
        chosen=chosen,
    )
    return make_response(page, status)


def draw_batch_form(view: BatchView, values: Mapping[str, Any], errors: Messages | None = None) -> Markup | str:
    """Return the inside of the form that is filled in once for all, or nothing where there is none."""
    if view.form is None:
        return ""
    urls = {"refresh": f"/batches/{view.round_id}/{view.element_id}/refresh"}
    return render_form(view.form, values, view.context, errors=errors, urls=urls)


def chosen_rows(view: BatchView) -> tuple[BatchRow, ...]:
    """Return the rows that the request has chosen.

    Raises:
        BadRequest: none, or one that does not wait at this step any more and was not decided by this page.
    """
    wanted = set(request.form.getlist(CHOSEN))
    if not wanted:
        raise BadRequest("请先勾选要办理的办件。")
    found = tuple(row for row in view.rows if str(row.row.task_id) in wanted)
    if not found:
        raise BadRequest("所选办件已经办理或不在本页，请核对列表后重新勾选。")
    return found


def decide(view: BatchView, rows: Sequence[BatchRow]) -> tuple[int, tuple[Outcome, ...]]:
    """Decide each case by an action of its own; return how many were decided, and what became of the others."""
    values = read_typed(view.form)
    outcomes = [_decide_one(row, values) for row in rows]
    refused = tuple(outcome for outcome in outcomes if outcome.refusal)
    return len(outcomes) - len(refused), refused


def _decide_one(row: BatchRow, values: dict[str, Any]) -> Outcome:
    key = request.form.get(f"{KEY}{row.row.task_id}", "")[:LONGEST_KEY]
    system, actor = the_system(), the_actor()
    try:
        tasks.complete_task(
            system, actor, row.row.task_id, values=values, completion_key=key, received_at=g.received_at
        )
    except InvalidSubmission as refused:
        first = next(iter(refused.messages.values()))[0]
        return Outcome(row=row.row, refusal=str(first), messages=refused.messages)
    except EngineError as refused:
        return Outcome(row=row.row, refusal=refused.sentence)
    return Outcome(row=row.row, refusal="")


def read_view(round_id: int, element_id: str) -> BatchView:
    """Return the batch that an address names, as it stands now."""
    return batches.read_batch(the_system(), the_actor(), round_id, element_id)
