"""发件箱: packages on their way out, and the mailboxes that rounds name."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.services import outbox
from web.sessions import the_actor, the_system

blueprint = Blueprint("outbox", __name__)


@blueprint.get("/outbox")
def index() -> ResponseReturnValue:
    """List the latest packages, without their contents."""
    is_dry = the_system().settings.mail.host is None
    return render_template("outbox/index.html", packages=outbox.list_outbox(the_system(), the_actor()), is_dry=is_dry)


@blueprint.post("/rounds/<int:round_id>/mailboxes")
def set_mailbox(round_id: int) -> ResponseReturnValue:
    """Name the address that packages of a round are sent to."""
    name, address = (request.form.get(field, "") for field in ("name", "address"))
    released = outbox.set_mailbox(the_system(), the_actor(), round_id, name, address)
    flash(f"接收邮箱已设置，{released} 个等待中的材料包开始寄送。" if released else "接收邮箱已设置。", "done")
    return redirect(f"/rounds/{round_id}#mailboxes")
