"""Who acts: the session behind the cookie, and the rule that every page but a few asks for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask, Response, current_app, g, request

from engine.errors import NotSignedIn
from engine.services import accounts
from engine.system import System
from engine.views import Actor, SignedIn
from web.security import is_demonstration, set_private_cookie

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")
_PUBLIC = "is_public"


def public(view: Callable[Parameters, Answer]) -> Callable[Parameters, Answer]:
    """Mark a view that answers people who have not signed in."""
    setattr(view, _PUBLIC, True)
    return view


def register_sessions(app: Flask) -> None:
    """Read the session before every request; this must be registered before the check of unsafe requests."""
    app.before_request(load_session)


def the_system() -> System:
    """Return the engine that this application asks."""
    system: System = current_app.extensions["guicheng"]
    return system


def the_actor() -> Actor:
    """Return the person who acts.

    Raises:
        NotSignedIn: nobody has signed in.
    """
    if g.session is None:
        raise NotSignedIn
    actor: Actor = g.session.actor
    return actor


def session_cookie() -> str:
    """Return the cookie's name; the prefix of production makes browsers insist on TLS and this very host."""
    return "guicheng_session" if is_demonstration() else "__Host-guicheng"


def load_session() -> None:
    """Note when the request arrived, find its session, and refuse a private page without one.

    Raises:
        NotSignedIn: the page asks for a session and there is none, or it has ended.
    """
    system = the_system()
    g.received_at = system.clock.now()
    g.session = None
    if request.endpoint == "static":
        return
    token = request.cookies.get(session_cookie(), "")
    if token:
        try:
            g.session = accounts.read_session(system, token)
        except NotSignedIn:
            g.session = None
    if g.session is None and not _is_public():
        raise NotSignedIn


def _is_public() -> bool:
    if request.endpoint is None:
        return True
    return bool(getattr(current_app.view_functions[request.endpoint], _PUBLIC, False))


def remember(response: Response, signed_in: SignedIn) -> None:
    """Give the browser the token of a fresh session."""
    set_private_cookie(response, session_cookie(), signed_in.token)


def forget(response: Response) -> None:
    """Take the token back."""
    response.delete_cookie(session_cookie(), path="/", httponly=True, samesite="Lax", secure=not is_demonstration())


def local_path(target: str) -> str:
    """Return `target` when it is a path of this site, else the inbox.

    Browsers read several slashes, and a backslash, as the beginning of another host.
    """
    is_local = target.startswith("/") and not target.startswith("//")
    return target if is_local and target.isprintable() and "\\" not in target else "/inbox"
