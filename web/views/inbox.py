"""待办 and 已办: the lists of tasks."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.services import inbox
from web import labels
from web.sessions import the_actor, the_system

blueprint = Blueprint("inbox", __name__)

LONGEST_SEARCH = 200


@blueprint.get("/")
def start() -> ResponseReturnValue:
    """Go to where this person's work is."""
    return redirect("/inbox")


@blueprint.get("/inbox")
def index() -> ResponseReturnValue:
    """List the open tasks of this person's posts."""
    scope = request.args.get("scope", "all")
    scope = scope if scope in labels.INBOX_SCOPES else "all"
    search, cursor = _search(), request.args.get("cursor")
    page = inbox.list_inbox(the_system(), the_actor(), scope=scope, search=search, cursor=cursor)
    return render_template("inbox/index.html", page=page, scope=scope, search=search, cursor=cursor)


@blueprint.get("/completed")
def completed() -> ResponseReturnValue:
    """List the tasks that this person's posts completed."""
    search, cursor = _search(), request.args.get("cursor")
    page = inbox.list_completed(the_system(), the_actor(), search=search, cursor=cursor)
    return render_template("inbox/completed.html", page=page, search=search, cursor=cursor)


def _search() -> str:
    return request.args.get("search", "").strip()[:LONGEST_SEARCH]
