"""Signing in and out."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import SignInRefused
from engine.services import accounts
from engine.services.organisations import DEMONSTRATION_PASSWORD
from engine.views import DemoAccount
from web.labels import OFFICE_GROUPS
from web.sessions import forget, local_path, public, remember, session_cookie, the_system

blueprint = Blueprint("sign_in", __name__)

LONGEST_NAME, LONGEST_PASSWORD = 100, 256


@blueprint.get("/login")
@public
def show_form() -> ResponseReturnValue:
    """Show the form, or go on when the person has signed in already."""
    target = local_path(request.args.get("next", ""))
    return redirect(target) if g.session else _form(target, "", None)


@blueprint.post("/login")
@public
def sign_in() -> ResponseReturnValue:
    """Open a session; a refusal never says whether the name or the password was wrong."""
    target = local_path(request.form.get("next", ""))
    login_name = request.form.get("login_name", "")[:LONGEST_NAME]
    password = request.form.get("password", "")
    try:
        signed_in = accounts.sign_in(the_system(), login_name, password, request.remote_addr or "")
    except SignInRefused as refusal:
        return _form(target, login_name, refusal)
    # A browser has one session: the one before this, planted or its own, ends.
    accounts.sign_out(the_system(), request.cookies.get(session_cookie(), ""))
    response = make_response(redirect(target))
    remember(response, signed_in)
    return response


@blueprint.post("/logout")
@public
def sign_out() -> ResponseReturnValue:
    """End the session, here and on the server."""
    accounts.sign_out(the_system(), request.cookies.get(session_cookie(), ""))
    response = make_response(redirect("/login"))
    forget(response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _form(target: str, login_name: str, refusal: SignInRefused | None) -> Response:
    found = accounts.list_demo_accounts(the_system())
    page = render_template(
        "sign_in/form.html",
        target=target,
        login_name=login_name,
        refusal=refusal,
        wait_seconds=refusal.details.get("wait_seconds", 0) if refusal else 0,
        groups=_by_group(found),
        demonstration_password=DEMONSTRATION_PASSWORD,
    )
    return make_response(page, 401 if refusal else 200)


def _by_group(found: tuple[DemoAccount, ...]) -> list[tuple[str, list[tuple[str, list[DemoAccount]]]]]:
    """Return heading -> offices -> accounts; headings without an account are left out."""
    groups = [
        (heading, _by_office(tuple(account for account in found if account.kind in kinds)))
        for heading, kinds in OFFICE_GROUPS.items()
    ]
    return [(heading, offices) for heading, offices in groups if offices]


def _by_office(found: tuple[DemoAccount, ...]) -> list[tuple[str, list[DemoAccount]]]:
    return [(office, list(group)) for office, group in groupby(found, key=lambda account: account.office)]
