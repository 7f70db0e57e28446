"""轮次与窗口: publishing a round, and what each level may change about it afterwards."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from engine.clock import ZONE
from engine.errors import BadRequest, Conflict, EngineError, NotFound
from engine.services import applicants, exceptions, outbox, rounds, windows
from engine.views import ExtensionRequest, RoundDraft, RoundNotice, RoundView, Window
from web import windows as wordings
from web.sessions import the_actor, the_system

blueprint = Blueprint("rounds", __name__, url_prefix="/rounds")

PUBLICITIES = ("主动公开", "依申请公开", "不公开")
#: Refusals that a person can mend in the form; every other one gets its own page.
MENDABLE = (BadRequest, Conflict)


@blueprint.record_once
def add_wordings(state: BlueprintSetupState) -> None:
    """Give every template the wordings of windows."""
    state.app.jinja_env.filters.update(wordings.FILTERS)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the rounds, and the procedures this person may open one of."""
    drafts = rounds.list_round_drafts(the_system(), the_actor())
    return render_template("rounds/index.html", rounds=rounds.list_rounds(the_system(), the_actor()), drafts=drafts)


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    """Show the form of a new round, filled from the owner's folder."""
    draft = _draft(request.args.get("procedure", ""), request.args.get("year", ""))
    return render_template("rounds/new.html", draft=draft, typed={}, publicities=PUBLICITIES)


@blueprint.post("")
def publish() -> ResponseReturnValue:
    """Open a round; a refusal shows the form again with everything typed."""
    draft = _draft(_text("procedure"), _text("year"))
    try:
        round_id = rounds.open_round(the_system(), the_actor(), _notice(draft))
    except MENDABLE as refusal:
        page = {"draft": draft, "typed": request.form, "error": refusal.sentence, "publicities": PUBLICITIES}
        return render_template("rounds/new.html", **page), _status(refusal)
    flash("轮次已发布，已通知有关单位。", "done")
    return redirect(f"/rounds/{round_id}")


@blueprint.get("/<int:round_id>")
def show(round_id: int) -> ResponseReturnValue:
    """Show one round with its windows, orders and counts."""
    return _page(round_id)


@blueprint.post("/<int:round_id>/shorten")
def shorten(round_id: int) -> ResponseReturnValue:
    """Set this level's own, shorter window."""
    try:
        first_day, last_day = _day("first_day", "第一日"), _day("last_day", "最后一日")
        windows.shorten_window(
            the_system(), the_actor(), round_id, _text("window"), first_day=first_day, last_day=last_day
        )
    except MENDABLE as refusal:
        return _page(round_id, failed="shorten", refusal=refusal)
    flash("本级窗口已设定。", "done")
    return redirect(f"/rounds/{round_id}")


@blueprint.post("/<int:round_id>/extend")
def extend(round_id: int) -> ResponseReturnValue:
    """Publish an extension order."""
    try:
        reached = windows.order_extension(the_system(), the_actor(), round_id, _order())
    except MENDABLE as refusal:
        return _page(round_id, failed="extend", refusal=refusal)
    flash(f"延期已发布，涉及 {reached} 件。", "done")
    return redirect(f"/rounds/{round_id}")


@blueprint.post("/<int:round_id>/except")
def grant_exception(round_id: int) -> ResponseReturnValue:
    """Waive one precondition for one applicant."""
    organisation_id, _, rule_id = _text("blocked").rpartition(" ")
    try:
        exceptions.grant_exception(the_system(), the_actor(), round_id, organisation_id, rule_id, _text("reason"))
    except MENDABLE as refusal:
        return _page(round_id, failed="except", refusal=refusal)
    flash("已放行。", "done")
    return redirect(f"/rounds/{round_id}")


def _page(round_id: int, *, failed: str = "", refusal: EngineError | None = None) -> ResponseReturnValue:
    """Show the round's page, with the form that failed open and filled as it was typed."""
    view = rounds.read_round(the_system(), the_actor(), round_id)
    values: dict[str, Any] = {
        "round": view,
        "strip": wordings.draw_strip(view, the_system().clock.now()),
        "bounds": _bounds(view),
        "own_windows": _own_windows(view),
        "blocked": exceptions.list_blocked(the_system(), the_actor(), round_id) if "except" in view.actions else (),
        "applicants": applicants.list_applicants(the_system(), the_actor(), round_id) if view.actions else (),
        # Who may let an applicant pass is who publishes such rounds.
        "is_publisher": "except" in view.actions,
        "mailboxes": outbox.list_mailboxes(the_system(), the_actor(), round_id),
        "failed": failed,
        "typed": request.form,
        "error": refusal.sentence if refusal else "",
    }
    return render_template("rounds/show.html", **values), _status(refusal)


def _status(refusal: EngineError | None) -> int:
    if refusal is None:
        return 200
    return 409 if isinstance(refusal, Conflict) else 422


def _bounds(view: RoundView) -> tuple[Window, ...]:
    """Return the uppermost window of each kind: a lower level stays inside it."""
    return tuple({window.window_id: window for window in reversed(view.windows)}.values())


def _own_windows(view: RoundView) -> tuple[Window, ...]:
    """Return the windows that this office set itself: it may extend these alone."""
    own = tuple(window for window in view.windows if window.set_by == the_actor().organisation_name)
    return (*own, view.cycle_window) if view.cycle_window else own


def _draft(procedure_id: str, year: str) -> RoundDraft:
    chosen = {"year": int(year)} if year.isdecimal() and len(year) == 4 else {}
    drafts = rounds.list_round_drafts(the_system(), the_actor(), **chosen)
    for draft in drafts:
        if draft.procedure_id == procedure_id or (not procedure_id and len(drafts) == 1):
            return draft
    raise NotFound("该年度已有轮次，或本事项的轮次不由您的岗位发布。请返回“轮次与窗口”核对。")


def _notice(draft: RoundDraft) -> RoundNotice:
    """Read the form of a new round."""
    return RoundNotice(
        procedure_id=draft.procedure_id,
        year=draft.year,
        title=_text("title"),
        document_number=_text("document_number"),
        issued_on=_day("issued_on", "印发日期") if _text("issued_on") else None,
        publicity=_text("publicity"),
        windows={
            window.window_id: (
                _day(f"first.{window.window_id}", f"{window.name}的第一日"),
                _day(f"last.{window.window_id}", f"{window.name}的最后一日"),
            )
            for window in draft.windows
        },
    )


def _order() -> ExtensionRequest:
    """Read the form of an extension order; its time is Beijing time."""
    cohort = _text("cohort")
    try:
        new_close_at = datetime.fromisoformat(_text("new_close_at")).replace(tzinfo=ZONE)
    except ValueError as error:
        raise BadRequest("请填写新的截止时间，如 2023-11-18 18:00。") from error
    return ExtensionRequest(
        window_id=_text("window"),
        cohort=cohort,
        organisations=tuple(request.form.getlist("organisations")) if cohort == "organisations" else (),
        new_close_at=new_close_at,
        reason=_text("reason"),
        document_number=_text("document_number"),
    )


def _text(name: str) -> str:
    return request.form.get(name, "").strip()


def _day(name: str, label: str) -> date:
    try:
        return date.fromisoformat(_text(name))
    except ValueError as error:
        raise BadRequest(f"请填写{label}，如 2023-11-15。") from error
