"""办件维护: one case from behind, for administrators; every act is looked at and confirmed before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import BadRequest, EngineError
from engine.services import maintenance, migration, repair
from engine.views import RepairView
from web.maintaining import MENDABLE, element_map, refuse_unconfirmed, status_of, the_note, version_in
from web.sessions import the_actor, the_system

blueprint = Blueprint("maintenance", __name__)

#: Fields of variables begin with it.
VALUE = "value."


@blueprint.get("/incidents")
def index() -> ResponseReturnValue:
    """List the open incidents."""
    return render_template("maintenance/index.html", incidents=maintenance.list_incidents(the_system(), the_actor()))


@blueprint.get("/cases/<int:case_id>/repair")
def show(case_id: int) -> ResponseReturnValue:
    """Show where a case is, what failed, and what may be done."""
    return _page(case_id)


@blueprint.post("/cases/<int:case_id>/repair/move")
def move(case_id: int) -> ResponseReturnValue:
    """Show what moving a token would do, then do it."""
    place = (case_id, request.form.get("token", ""), request.form.get("element", ""))
    preview = repair.preview_move(the_system(), the_actor(), *place)
    try:
        if not _is_confirmed():
            return _confirm(case_id, "move", move=preview)
        act = repair.send_back if preview.is_return else repair.move_token
        act(the_system(), the_actor(), *place, the_note())
    except MENDABLE as refusal:
        return _page(case_id, "move", refusal)
    return _done(case_id, f"已改到“{preview.to_name}”继续办理。")


@blueprint.post("/cases/<int:case_id>/repair/variables")
def change_variables(case_id: int) -> ResponseReturnValue:
    """Show which variables would change, then change them."""
    try:
        values = _changed_values(case_id)
        if not _is_confirmed():
            return _confirm(case_id, "change", values=values)
        repair.set_variables(the_system(), the_actor(), case_id, values, the_note())
    except MENDABLE as refusal:
        return _page(case_id, "change", refusal)
    return _done(case_id, "流程变量已修改，从下一步办理起生效。")


@blueprint.post("/cases/<int:case_id>/repair/retry")
def retry(case_id: int) -> ResponseReturnValue:
    """Ask for confirmation, then try again what failed."""
    try:
        if not _is_confirmed():
            return _confirm(case_id, "retry")
        repair.retry_incident(the_system(), the_actor(), case_id, the_note())
    except MENDABLE as refusal:
        return _page(case_id, "retry", refusal)
    return _done(case_id, "异常已处理，办件恢复办理。")


@blueprint.get("/cases/<int:case_id>/repair/migrate")
def plan_migration(case_id: int) -> ResponseReturnValue:
    """Show what would become of a case in another version."""
    return _plan(case_id, request.args)


@blueprint.post("/cases/<int:case_id>/repair/migrate")
def migrate(case_id: int) -> ResponseReturnValue:
    """Take a case to another version; a refusal shows the plan again with everything typed."""
    typed = request.form
    try:
        refuse_unconfirmed()
        version, note = version_in(typed), the_note()
        migration.migrate_case(the_system(), the_actor(), case_id, version, element_map(typed), note)
    except MENDABLE as refusal:
        return _plan(case_id, typed, refusal)
    return _done(case_id, f"办件已迁移到第 {version} 版。")


def _is_confirmed() -> bool:
    if not request.form.get("reason", "").strip():
        raise BadRequest("请填写原因。原因会写入办理记录。")
    return request.form.get("confirm") == "yes"


def _changed_values(case_id: int) -> dict[str, str]:
    """Return the variables whose text is not what the page showed.

    Raises:
        BadRequest: none was changed.
    """
    shown = _values(maintenance.read_repair(the_system(), the_actor(), case_id))
    typed = {name: request.form.get(VALUE + name, text).strip() for name, text in shown.items()}
    changed = {name: text for name, text in typed.items() if text != shown[name]}
    if not changed:
        raise BadRequest("没有改动任何流程变量。")
    return changed


def _values(view: RepairView) -> dict[str, str]:
    return {name: value for name, _, value in view.variables}


def _page(case_id: int, failed: str = "", refusal: EngineError | None = None) -> ResponseReturnValue:
    """Show the case from behind, with the form that failed open and filled as it was typed."""
    view = maintenance.read_repair(the_system(), the_actor(), case_id)
    values = {"repair": view, "failed": failed, "typed": request.form, "error": refusal.sentence if refusal else ""}
    return render_template("maintenance/show.html", **values, section="cases"), status_of(refusal)


def _confirm(case_id: int, act: str, **values: Any) -> ResponseReturnValue:
    view = maintenance.read_repair(the_system(), the_actor(), case_id)
    page = {"repair": view, "act": act, "typed": request.form, "before": _values(view), **values}
    return render_template("maintenance/confirm.html", **page, section="cases")


def _plan(case_id: int, asked: Mapping[str, str], refusal: EngineError | None = None) -> ResponseReturnValue:
    """Show the plan; when the version itself is refused, the choice of one."""
    arguments = (the_system(), the_actor(), case_id)
    try:
        view = migration.preview_case(*arguments, version_in(asked), element_map(asked))
    except MENDABLE as error:
        refusal = refusal or error
        view = migration.preview_case(*arguments, 0)
    values = {"plan": view, "case_id": case_id, "typed": asked, "error": refusal.sentence if refusal else ""}
    return render_template("maintenance/migrate.html", **values, section="cases"), status_of(refusal)


def _done(case_id: int, words: str) -> ResponseReturnValue:
    flash(words, "done")
    return redirect(f"/cases/{case_id}/repair")
