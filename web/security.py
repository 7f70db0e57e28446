"""The headers of every answer, and the proof every unsafe request must bring that one of our own pages sent it."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadSignature, Signer
from markupsafe import Markup

from engine.errors import BadRequest, EngineError
from web.bundles import is_designer_page, is_named_by_digest

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Their fields are checked by `forms`, which names the faulty one.
FORM_BLUEPRINTS = frozenset({"tasks", "materials"})
FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
#: Editors of others set styles of their own; only their pages allow it.
DESIGNER_POLICY = CONTENT_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_ONE_YEAR = 31_536_000
_FOR_EVER = f"public, max-age={_ONE_YEAR}, immutable"


class ForgedRequest(EngineError):
    """The request does not prove that one of our own pages sent it."""

    default_sentence = "页面已过期，本次操作没有执行。请返回上一页，刷新后重新提交。"


def register_security(app: Flask) -> None:
    """Check unsafe requests and complete the headers of every answer."""
    app.before_request(refuse_unstorable)
    app.before_request(check_request)
    app.after_request(complete_headers)
    app.jinja_env.globals.update(csrf=csrf_field, csrf_token=csrf_token)


def refuse_unstorable() -> None:
    """Refuse a NUL, which no database column takes, wherever no form of a task would name the field that has it.

    Raises:
        BadRequest: there is one in the address or in a field.
    """
    texts = [request.path, *request.args.values()]
    if request.method not in SAFE_METHODS and request.blueprint not in FORM_BLUEPRINTS:
        texts.extend(request.form.values())
    if any("\0" in text for text in texts):
        raise BadRequest


def check_request() -> None:
    """Refuse an unsafe request that another site sent, or that lacks this session's token.

    Raises:
        ForgedRequest: it is cross-origin, or the token is missing or another's.
    """
    if request.method in SAFE_METHODS:
        return
    if not _is_same_origin():
        raise ForgedRequest("该请求来自其他网站，没有执行。")
    sent = request.headers.get(HEADER) or request.form.get(FIELD, "")
    is_ours = _matches(sent, g.session.csrf_token) if g.session else _matches_cookie(sent)
    if not is_ours:
        raise ForgedRequest


def csrf_token() -> str:
    """Return the token that forms of this page send back.

    Before sign-in there is no session, so the token is the signature of a random cookie set with the same answer.
    """
    if g.get("session"):
        return str(g.session.csrf_token)
    if "visitor" not in g:
        g.visitor = request.cookies.get(visitor_cookie()) or secrets.token_urlsafe(32)
        g.visitor_token = _signer().sign(g.visitor).decode()
    return str(g.visitor_token)


def csrf_field() -> Markup:
    """Return the hidden field that every unsafe form carries."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, csrf_token())


def visitor_cookie() -> str:
    """Return the name of the cookie that a person who has not signed in yet carries."""
    return "guicheng_visitor" if is_demonstration() else "__Host-guicheng-visitor"


def is_demonstration() -> bool:
    """Tell whether cookies may travel without TLS."""
    return bool(current_app.extensions["guicheng"].settings.is_demonstration)


def complete_headers(response: Response) -> Response:
    """Add every header that the view did not set itself."""
    if is_designer_page():
        response.headers.setdefault("Content-Security-Policy", DESIGNER_POLICY)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if not is_demonstration():
        response.headers.setdefault("Strict-Transport-Security", f"max-age={_ONE_YEAR}; includeSubDomains")
    if request.endpoint == "static":
        is_found = response.status_code in (200, 304)
        filename = (request.view_args or {}).get("filename", "")
        never_changes = is_found and ("v" in request.args or is_named_by_digest(filename))
        response.headers["Cache-Control"] = _FOR_EVER if never_changes else "no-cache"
    if g.get("visitor") and request.cookies.get(visitor_cookie()) != g.visitor:
        set_private_cookie(response, visitor_cookie(), g.visitor)
    return response


def set_private_cookie(response: Response, name: str, value: str) -> None:
    """Set a cookie that scripts cannot read and other sites cannot send with a form."""
    response.set_cookie(name, value, httponly=True, samesite="Lax", secure=not is_demonstration(), path="/")


def _is_same_origin() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    return urlsplit(origin)[:2] == (request.scheme, request.host)


def _signer() -> Signer:
    return Signer(current_app.secret_key or "", salt="visitor")


def _matches(sent: str, expected: str) -> bool:
    return hmac.compare_digest(sent.encode(), expected.encode())


def _matches_cookie(sent: str) -> bool:
    cookie = request.cookies.get(visitor_cookie(), "")
    try:
        return bool(cookie) and _matches(_signer().unsign(sent).decode(), cookie)
    except BadSignature:
        return False
