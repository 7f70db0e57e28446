"""称号登记: the register, the calendar of expiries, the page of one title, and entering one by hand."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import BadRequest, Conflict, NotAllowed
from engine.services import titles
from engine.views.titles import TitleCorrection, TitleEntry
from web.sessions import the_actor, the_system

blueprint = Blueprint("titles", __name__, url_prefix="/titles")

#: How far ahead the calendar of expiries looks, in months.
HORIZONS = (3, 12, 36)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List titles, the next expiry first."""
    wanted = {name: request.args.get(name, "")[:200].strip() for name in ("search", "kind")}
    scope = request.args.get("scope", "live")
    scope = scope if scope in titles.SCOPES else "live"
    cursor = request.args.get("cursor")
    page = titles.list_titles(the_system(), the_actor(), scope=scope, cursor=cursor, **wanted)
    return render_template("titles/index.html", page=page, scope=scope, cursor=cursor, scopes=titles.SCOPES, **wanted)


@blueprint.get("/calendar")
def calendar() -> ResponseReturnValue:
    """Show which titles expire in the coming months."""
    months = request.args.get("months", "")
    horizon = int(months) if months.isdecimal() and int(months) in HORIZONS else HORIZONS[1]
    found = titles.list_expiries(the_system(), the_actor(), months=horizon)
    return render_template("titles/calendar.html", months=found, horizon=horizon, horizons=HORIZONS)


@blueprint.get("/<int:title_id>")
def show(title_id: int) -> ResponseReturnValue:
    """Show one title with its history, stars, windows and cases."""
    return render_template("titles/show.html", title=titles.read_title(the_system(), the_actor(), title_id))


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    """Show the form for a title that was granted outside the platform."""
    form = titles.read_title_form(the_system(), the_actor())
    return render_template("titles/new.html", form=form, typed={}, error="")


@blueprint.post("")
def register() -> ResponseReturnValue:
    """Enter a title; a refusal shows the form again with everything typed."""
    form = titles.read_title_form(the_system(), the_actor())
    try:
        title_id = titles.register_title(the_system(), the_actor(), _entry())
    except (BadRequest, Conflict) as refusal:
        status = 409 if isinstance(refusal, Conflict) else 422
        return render_template("titles/new.html", form=form, typed=request.form, error=refusal.sentence), status
    flash("称号已登记。", "done")
    return redirect(f"/titles/{title_id}")


@blueprint.get("/<int:title_id>/correct")
def correction(title_id: int) -> ResponseReturnValue:
    """Show the form that puts right what the register says."""
    return _draw_correction(title_id)


@blueprint.post("/<int:title_id>/correct")
def correct(title_id: int) -> ResponseReturnValue:
    """Correct a title; a refusal shows the form again with everything typed."""
    try:
        titles.correct_title(the_system(), the_actor(), title_id, _correction())
    except (BadRequest, Conflict) as refusal:
        return _draw_correction(title_id, refusal.sentence), 409 if isinstance(refusal, Conflict) else 422
    flash("称号登记已更正。", "done")
    return redirect(f"/titles/{title_id}")


def _draw_correction(title_id: int, error: str = "") -> str:
    view = titles.read_title(the_system(), the_actor(), title_id)
    if not view.may_correct:
        raise NotAllowed("称号由授予单位或管理员更正，您的单位没有授予这一称号。")
    kinds = titles.list_kinds_for(the_system(), the_actor(), title_id)
    typed = request.form if error else None
    return render_template("titles/correct.html", title=view, kinds=kinds, typed=typed, error=error)


def _correction() -> TitleCorrection:
    sequence = _text("sequence")
    return TitleCorrection(
        kind=_text("kind"),
        granted_on=_day("granted_on", "授予日"),
        expires_on=_day("expires_on", "有效期至"),
        document_number=_text("document_number"),
        reason=_text("reason"),
        sequence=int(sequence) if sequence.isdecimal() and len(sequence) < 10 else -1,
    )


def _entry() -> TitleEntry:
    return TitleEntry(
        kind=_text("kind"),
        holder_id=_text("holder"),
        granted_by=_text("granted_by"),
        granted_on=_day("granted_on", "授予日"),
        expires_on=_day("expires_on", "有效期至"),
        document_number=_text("document_number"),
        status=_text("status"),
        reason=_text("reason"),
    )


def _text(name: str) -> str:
    return request.form.get(name, "").strip()


def _day(name: str, label: str) -> date | None:
    if not _text(name):
        return None
    try:
        return date.fromisoformat(_text(name))
    except ValueError as error:
        raise BadRequest(f"{label}应为日期，如 2024-07-02；没有的请留空。") from error
