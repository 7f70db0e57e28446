"""办件迁移: choosing a version and looking at what would happen, giving the order, watching it at work."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import EngineError
from engine.services import migration, migration_orders
from web.maintaining import MENDABLE, element_map, refuse_unconfirmed, status_of, version_in
from web.sessions import the_actor, the_system

blueprint = Blueprint("migrations", __name__)


@blueprint.get("/monitor/<procedure_id>/<int:version>/migrate")
def plan(procedure_id: str, version: int) -> ResponseReturnValue:
    """Show what would become of the running cases of a version in another one."""
    return _page(procedure_id, version, request.args)


@blueprint.post("/monitor/<procedure_id>/<int:version>/migrate")
def order(procedure_id: str, version: int) -> ResponseReturnValue:
    """Order the migration; a refusal shows the plan again with everything typed."""
    typed, versions = request.form, (version, version_in(request.form))
    try:
        refuse_unconfirmed()
        arguments = (procedure_id, versions, element_map(typed), typed.get("reason", ""))
        order_id = migration.order_migration(the_system(), the_actor(), *arguments)
    except MENDABLE as refusal:
        return _page(procedure_id, version, typed, refusal)
    flash("迁移已下达，系统正在逐件办理。", "done")
    return redirect(f"/migrations/{order_id}")


@blueprint.get("/migrations/<int:order_id>")
def show(order_id: int) -> ResponseReturnValue:
    """Show how far an order has come."""
    view = migration_orders.read_order(the_system(), the_actor(), order_id)
    return render_template("migrations/show.html", order=view, section="monitor")


@blueprint.post("/migrations/<int:order_id>/stop")
def stop(order_id: int) -> ResponseReturnValue:
    """Let an order end after the case at hand."""
    migration_orders.stop_order(the_system(), the_actor(), order_id)
    flash("迁移已停止，已迁移的办件不受影响。", "done")
    return redirect(f"/migrations/{order_id}")


def _page(
    procedure_id: str, version: int, asked: Mapping[str, str], refusal: EngineError | None = None
) -> ResponseReturnValue:
    """Show the plan; when the version itself is refused, the choice of one."""
    chosen = version_in(asked)
    arguments = (the_system(), the_actor(), procedure_id)
    try:
        view = migration.preview_version(*arguments, (version, chosen), element_map(asked))
    except MENDABLE as error:
        refusal = refusal or error
        view = migration.preview_version(*arguments, (version, 0))
    values = {"plan": view, "typed": asked, "error": refusal.sentence if refusal else "", "section": "monitor"}
    return render_template("migrations/plan.html", **values), status_of(refusal)
