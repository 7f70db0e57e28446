"""The Flask application around one engine."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Request, Response, g
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from engine.services import notices
from engine.system import System
from web import labels, navigation
from web.bundles import FOLDER as BUNDLES
from web.bundles import register_bundles, send_bundle
from web.formatting import register_filters
from web.refusals import register_refusals
from web.security import register_security
from web.sessions import register_sessions
from web.views import register_blueprints

#: Fields of one form together, without files.
LARGEST_FORM = 2 * 1024 * 1024
#: A form of 200 rows with ten fields each.
MOST_PARTS = 2000
#: What a multipart body needs around its file.
MULTIPART_MARGIN = LARGEST_FORM + 64 * 1024
#: Numbers of rows and versions; PostgreSQL's `integer`.
LARGEST_IDENTIFIER = 2**31 - 1
#: The endpoints that take files.
UPLOAD_ENDPOINTS = frozenset(
    {
        "materials.add",
        "publications.object_to",
        "studio_files.save",
        "studio_receiving.receive",
        "studio_receiving.add_file",
    }
)


class BoundedRequest(Request):
    """A request whose body may be large only where files are taken."""

    @property
    def max_content_length(self) -> int | None:
        """Return the largest body in bytes that this endpoint reads."""
        return super().max_content_length if self.endpoint in UPLOAD_ENDPOINTS else LARGEST_FORM

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        raise AttributeError("the endpoint decides how large a body may be")


class IdentifierConverter(IntegerConverter):
    """A number in an address that a column can hold; a larger one names nothing and is not found."""

    def __init__(self, url_map: Map, **limits: Any) -> None:
        """Bound the number, unless the route says otherwise."""
        super().__init__(url_map, **{"max": LARGEST_IDENTIFIER, **limits})


class Application(Flask):
    """Flask with our request."""

    request_class = BoundedRequest

    def __init__(self, import_name: str) -> None:
        """Make it, with our reading of numbers in addresses."""
        super().__init__(import_name)
        self.url_map.converters["int"] = IdentifierConverter

    def send_static_file(self, filename: str) -> Response:
        """Send a static file; those of bundles are kept compressed beside themselves."""
        return send_bundle(filename) if filename.startswith(f"{BUNDLES}/") else super().send_static_file(filename)


def create_app(system: System) -> Flask:
    """Make the application.

    Args:
        system: the engine that every view asks; kept as `app.extensions["guicheng"]`.
    """
    app = Application("web")
    settings = system.settings
    app.secret_key = settings.secret_key
    app.config.update(
        MAX_CONTENT_LENGTH=settings.max_upload_bytes + MULTIPART_MARGIN,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=MOST_PARTS,
        SERVER_THREADS=settings.threads,
        # Flask's own cookie carries nothing but the message that the next page shows.
        SESSION_COOKIE_NAME="guicheng_flash" if settings.is_demonstration else "__Host-guicheng-flash",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not settings.is_demonstration,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["guicheng"] = system
    register_sessions(app)
    register_security(app)
    register_refusals(app)
    register_filters(app)
    register_bundles(app)
    _register_templates(app, system)
    app.url_defaults(_name_by_digest)
    register_blueprints(app)
    _trust_proxies(app, settings.trusted_proxies)
    return app


def _register_templates(app: Flask, system: System) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(labels=labels, is_demonstration=system.settings.is_demonstration)

    def now() -> datetime:
        return g.get("received_at") or system.clock.now()

    def count_unread() -> int:
        return notices.count_unread(system, g.session.actor) if g.get("session") else 0

    def list_navigation() -> tuple[navigation.Entry, ...]:
        return navigation.list_entries(g.session.actor) if g.get("session") else ()

    app.jinja_env.globals.update(now=now, unread_count=count_unread, navigation=list_navigation)

    @app.context_processor
    def name_the_actor() -> dict[str, Any]:
        return {"actor": g.session.actor if g.get("session") else None}


def _name_by_digest(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and "filename" in values and "v" not in values:
        path = Path(__file__).parent / "static" / values["filename"]
        if path.is_file():
            values["v"] = _digest(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _digest(path: Path, changed_at: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _trust_proxies(app: Flask, number: int) -> None:
    """Believe X-Forwarded-* of so many proxies; without one they are whatever the client cares to write."""
    if number:
        proxied = ProxyFix(app.wsgi_app, x_for=number, x_proto=number, x_host=number, x_port=number)
        app.wsgi_app = proxied  # type: ignore[method-assign]
