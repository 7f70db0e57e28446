"""文书: downloading a file of an official document, as one of its case or as a reader of what is published."""

from __future__ import annotations

from typing import BinaryIO
from urllib.parse import quote

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.wsgi import wrap_file

from engine.services import documents
from engine.views import DocumentFile
from web.sessions import public, the_actor, the_system
from web.views.materials import DOWNLOAD_HEADERS

blueprint = Blueprint("documents", __name__)


@blueprint.get("/documents/<int:document_id>/<kind>")
def download(document_id: int, kind: str) -> ResponseReturnValue:
    """Give a file out, to be saved and never shown in the browser."""
    file, stream = documents.open_document(the_system(), the_actor(), document_id, kind)
    return _give_out(file, stream, f"document-{document_id}.{kind}")


@blueprint.get("/public/<int:publication_id>/document")
@public
def published(publication_id: int) -> ResponseReturnValue:
    """Give out the document that was published with a publication."""
    file, stream = documents.open_published(the_system(), publication_id)
    return _give_out(file, stream, f"publication-{publication_id}.{file.file_name.rpartition('.')[2]}")


def _give_out(file: DocumentFile, stream: BinaryIO, plain_name: str) -> Response:
    response = Response(wrap_file(request.environ, stream), mimetype="application/octet-stream")
    response.call_on_close(stream.close)
    response.headers.update(DOWNLOAD_HEADERS)
    named = f"attachment; filename=\"{plain_name}\"; filename*=UTF-8''{quote(file.file_name, safe='')}"
    response.headers["Content-Disposition"] = named
    response.content_length = file.size
    return response
