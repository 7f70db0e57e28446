"""文书: downloading a file of an official document."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.wsgi import wrap_file

from engine.services import documents
from web.sessions import the_actor, the_system
from web.views.materials import DOWNLOAD_HEADERS

blueprint = Blueprint("documents", __name__)


@blueprint.get("/documents/<int:document_id>/<kind>")
def download(document_id: int, kind: str) -> ResponseReturnValue:
    """Give a file out, to be saved and never shown in the browser."""
    file, stream = documents.open_document(the_system(), the_actor(), document_id, kind)
    response = Response(wrap_file(request.environ, stream), mimetype="application/octet-stream")
    response.call_on_close(stream.close)
    response.headers.update(DOWNLOAD_HEADERS)
    named = f"attachment; filename=\"document-{document_id}.{kind}\"; filename*=UTF-8''{quote(file.file_name, safe='')}"
    response.headers["Content-Disposition"] = named
    response.content_length = file.size
    return response
