"""Whether the application can answer, and what it says about its own accessibility."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web.sessions import public, the_system

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def check() -> ResponseReturnValue:
    """Answer 200 when the database can be read; a load balancer takes this process out otherwise."""
    with the_system().database.reading():
        return {"status": "ok"}


@blueprint.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    """Show the accessibility statement."""
    return render_template("errors/accessibility.html")
