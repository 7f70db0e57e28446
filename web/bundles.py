"""The editors' bundles: where a page finds them, how they are sent, and what their pages are allowed."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import ParamSpec, TypedDict, TypeVar

from flask import Flask, Response, current_app, request, send_from_directory, url_for
from markupsafe import Markup

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")
STATIC = Path(__file__).parent / "static"
#: Files in here have the digest of their content in their name, and never change.
FOLDER = "dist"
MANIFEST = "manifest.json"
_DESIGNER = "is_designer_page"


class Entry(TypedDict):
    """The files of one editor."""

    script: str
    imports: list[str]
    styles: list[str]


def designer_page(view: Callable[Parameters, Answer]) -> Callable[Parameters, Answer]:
    """Mark a view whose page holds an editor of others, which sets styles of its own (`style-src 'unsafe-inline'`)."""
    setattr(view, _DESIGNER, True)
    return view


def is_designer_page() -> bool:
    """Tell whether the request is for a page that holds an editor."""
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, _DESIGNER, False))


def register_bundles(app: Flask) -> None:
    """Let templates name bundles: `bundle_styles("modeler")`, `bundle_scripts("modeler")`."""
    app.jinja_env.globals.update(bundle_styles=bundle_styles, bundle_scripts=bundle_scripts)


def bundle_styles(name: str) -> Markup:
    """Return the links to an editor's style sheets."""
    links = (Markup('<link rel="stylesheet" href="{}">').format(_address(file)) for file in _entry(name)["styles"])
    return Markup("\n").join(links)


def bundle_scripts(name: str) -> Markup:
    """Return the module of an editor, and what it imports so that the browser fetches all of it at once."""
    entry = _entry(name)
    preloads = [Markup('<link rel="modulepreload" href="{}">').format(_address(file)) for file in entry["imports"]]
    script = Markup('<script type="module" src="{}"></script>').format(_address(entry["script"]))
    return Markup("\n").join([*preloads, script])


def is_named_by_digest(filename: str) -> bool:
    """Tell whether a static file never changes under its name."""
    return filename.startswith(f"{FOLDER}/") and filename.removeprefix(f"{FOLDER}/") not in ("", MANIFEST)


def send_bundle(filename: str) -> Response:
    """Send a file of a bundle, compressed when the browser takes it so.

    Args:
        filename: its path below the static files.
    """
    has_compressed = (STATIC / f"{filename}.gz").is_file() and is_named_by_digest(filename)
    is_compressed = has_compressed and bool(request.accept_encodings["gzip"])
    kind = mimetypes.guess_type(filename)[0]
    response = send_from_directory(STATIC, f"{filename}.gz" if is_compressed else filename, mimetype=kind)
    if is_compressed:
        response.headers["Content-Encoding"] = "gzip"
    if has_compressed:
        response.vary.add("Accept-Encoding")
    return response


def _address(file: str) -> str:
    return url_for("static", filename=f"{FOLDER}/{file}", v=None)


def _entry(name: str) -> Entry:
    path = STATIC / FOLDER / MANIFEST
    entry: Entry = _read_manifest(path, path.stat().st_mtime_ns)["entries"][name]
    return entry


@lru_cache(maxsize=4)
def _read_manifest(path: Path, changed_at: int) -> dict:
    read: dict = json.loads(path.read_text())
    return read
