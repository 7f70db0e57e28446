"""送审发布: submitting a draft, approving it as a second person, what becomes of running cases, going back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.clock import ZONE
from engine.errors import BadRequest, Conflict, NotFound
from engine.services import draft_comparison, drafts, editions, publishing
from engine.views.editions import Submission
from web.maintaining import element_map, status_of
from web.sessions import the_actor, the_system

blueprint = Blueprint("studio_publishing", __name__, url_prefix="/studio")

#: Prefix of the fields that say which versions' cases are taken along, and of their element maps.
TAKE, CHOSEN = "take.", "chosen."
MENDABLE = (BadRequest, Conflict)
#: What ends an order that is not in force, by the word of its address.
ENDS = {
    "return": (publishing.return_order, "已退回。"),
    "withdraw": (publishing.withdraw_order, "已撤回。"),
    "cancel": (publishing.cancel_order, "已取消生效。"),
}


@blueprint.get("/drafts/<int:draft_id>/approval")
def show(draft_id: int) -> ResponseReturnValue:
    """Show what speaks for and against publishing a draft, and the form or the order."""
    return _page(draft_id, request.args)


@blueprint.post("/drafts/<int:draft_id>/submit")
def submit(draft_id: int) -> ResponseReturnValue:
    """Submit a draft; a refusal shows the page again with everything typed."""
    try:
        publishing.submit(the_system(), the_actor(), draft_id, _submission(request.form))
    except MENDABLE as refusal:
        return _page(draft_id, request.form, refusal)
    flash("已送审，已通知本单位的流程负责人。审核以前可以撤回。", "done")
    return redirect(f"/studio/drafts/{draft_id}/approval")


@blueprint.get("/drafts/<int:draft_id>/cases/<int:version>")
def preview(draft_id: int, version: int) -> ResponseReturnValue:
    """Show what would become of the running cases of a version under the draft."""
    draft = drafts.read_draft(the_system(), the_actor(), draft_id)
    chosen = element_map(request.args)
    plan = editions.preview_cases(the_system(), the_actor(), draft_id, version, chosen)
    return render_template("studio/cases.html", draft=draft, tab="approval", plan=plan, chosen=chosen)


@blueprint.get("/orders/<int:order_id>")
def show_order(order_id: int) -> ResponseReturnValue:
    """Show an order: with its draft, or to go back to an earlier version."""
    order = editions.read_order(the_system(), the_actor(), order_id)
    if order.draft_id is not None:
        return redirect(f"/studio/drafts/{order.draft_id}/approval")
    return render_template("studio/order.html", order=order, section="studio")


@blueprint.post("/orders/<int:order_id>/approve")
def approve(order_id: int) -> ResponseReturnValue:
    """Approve what was submitted."""
    if request.form.get("confirm") != "yes":
        raise BadRequest("请核对检查、推演和差异，并勾选“已核对”后再批准。")
    arguments = (request.form.get("digest", ""), request.form.get("note", ""))
    publishing.approve(the_system(), the_actor(), order_id, *arguments)
    flash("已批准。", "done")
    return redirect(f"/studio/orders/{order_id}")


@blueprint.post("/orders/<int:order_id>/<action>")
def end(order_id: int, action: str) -> ResponseReturnValue:
    """Return, withdraw or cancel an order, with the reason."""
    if action not in ENDS:
        raise NotFound
    act, said = ENDS[action]
    act(the_system(), the_actor(), order_id, request.form.get("reason", ""))
    flash(said, "done")
    return redirect(f"/studio/orders/{order_id}")


@blueprint.get("/procedures/<procedure_id>")
def history(procedure_id: str) -> ResponseReturnValue:
    """Show a procedure's versions and everything that was done to it."""
    return _history(procedure_id, {})


@blueprint.post("/procedures/<procedure_id>/roll-back")
def roll_back(procedure_id: str) -> ResponseReturnValue:
    """Ask for an earlier version to be in force again."""
    try:
        arguments = (procedure_id, _version(request.form), _submission(request.form))
        order_id = publishing.propose_roll_back(the_system(), the_actor(), *arguments)
    except MENDABLE as refusal:
        return _history(procedure_id, request.form, refusal)
    flash("回退已送审，已通知本单位的流程负责人。", "done")
    return redirect(f"/studio/orders/{order_id}")


def _history(
    procedure_id: str, typed: Mapping[str, str], refusal: BadRequest | Conflict | None = None
) -> ResponseReturnValue:
    found = editions.read_procedure(the_system(), the_actor(), procedure_id)
    values = {"typed": typed, "error": refusal.sentence if refusal else "", "section": "studio"}
    return render_template("studio/procedure.html", procedure=found, **values), status_of(refusal)


def _version(fields: Mapping[str, str]) -> int:
    version = fields.get("version", "")
    if not version.isdecimal() or len(version) > 6:
        raise BadRequest("请选择要回退到的版本。")
    return int(version)


def _page(draft_id: int, typed: Mapping[str, str], refusal: BadRequest | Conflict | None = None) -> ResponseReturnValue:
    page = editions.read_approval(the_system(), the_actor(), draft_id)
    values: dict[str, Any] = {"draft": page.draft, "page": page, "order": page.order, "tab": "approval"}
    values |= {"typed": typed, "chosen": _chosen(typed), "error": refusal.sentence if refusal else ""}
    # What was published is in force: there is nothing left to differ from.
    is_open = page.draft.state not in ("published", "discarded")
    compared = draft_comparison.compare_draft(the_system(), the_actor(), draft_id) if is_open else None
    values["changes"] = compared.comparison.changes if compared is not None else None
    return render_template("studio/approval.html", **values), status_of(refusal)


def _submission(fields: Mapping[str, str]) -> Submission:
    revision = fields.get("revision", "0")
    if not revision.isdecimal() or len(revision) > 9:
        raise BadRequest
    return Submission(
        note=fields.get("note", ""),
        effective_at=_instant(fields),
        rounds=fields.get("rounds", "follow"),
        migrations=_chosen(fields),
        revision=int(revision),
        knows_newer=fields.get("knows_newer") == "yes",
    )


def _instant(fields: Mapping[str, str]) -> datetime | None:
    """Return the wanted instant, typed as Beijing time; None for "with the approval"."""
    if fields.get("when", "now") == "now":
        return None
    try:
        return datetime.fromisoformat(fields.get("effective_at", "")).replace(tzinfo=ZONE)
    except ValueError as error:
        raise BadRequest("请填写生效的日期和时间，如 2026-01-01 00:00。") from error


def _chosen(fields: Mapping[str, str]) -> dict[int, dict[str, str]]:
    """Return the versions whose cases are taken along, each with the element map that was chosen for it."""
    versions = [name.removeprefix(TAKE) for name, value in fields.items() if name.startswith(TAKE) and value == "yes"]
    if not all(version.isdecimal() and len(version) <= 6 for version in versions):
        raise BadRequest
    return {
        int(version): {
            name.removeprefix(f"{CHOSEN}{version}."): value
            for name, value in fields.items()
            if name.startswith(f"{CHOSEN}{version}.") and value
        }
        for version in versions
    }
