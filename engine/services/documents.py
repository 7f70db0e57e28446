"""文书: rendering what was issued, listing and downloading it, and checking one that somebody shows."""

from __future__ import annotations

import hmac
import io
import logging
from typing import Any, BinaryIO

from sqlalchemy import Connection, Row

from engine.access import Action, CaseScope, may
from engine.documents import KINDS, SHEET, WORD, Fonts, FontsMissing, TemplateRefused, print_document, write_filled
from engine.errors import NotFound
from engine.folders.templates import place_of
from engine.store import cases, documents, publications
from engine.system import System
from engine.views import Actor, DocumentFile, DocumentView

logger = logging.getLogger(__name__)

PDF = "pdf"
NAMES = {WORD: "Word", SHEET: "Excel"}
MEDIA_TYPES = {**KINDS, PDF: "application/pdf"}
#: Most bytes of one rendered file; templates and fillings are bounded far below.
LARGEST_FILE = 64 * 1024 * 1024
LONGEST_FILE_NAME = 80


def list_documents(system: System, actor: Actor, case_id: int) -> tuple[DocumentView, ...]:
    """Return the documents of a case that the actor may read, oldest first.

    Raises:
        NotFound: no such case, or the actor may not know of it.
    """
    with system.database.reading() as connection:
        case = cases.read_case(connection, case_id)
        rows = documents.documents_of_case(connection, case_id)
        is_known = may(actor, Action.READ_CASE, case.scope)
        readable = tuple(_view(row) for row in rows if _may_read(actor, case, row))
    if not is_known and not readable:
        raise NotFound(case_id=case_id)
    return readable


def open_document(system: System, actor: Actor, document_id: int, kind: str) -> tuple[DocumentFile, BinaryIO]:
    """Return a file of a document: to who takes part in its case, and to whom it was issued.

    Raises:
        NotFound: no such document or file, it is not rendered yet, or the actor may not know of it.
    """
    with system.database.reading() as connection:
        row = documents.read_document(connection, document_id)
        if not _may_read(actor, cases.read_case(connection, row.instance_id), row):
            raise NotFound(document_id=document_id)
    return _opened(system, row, (kind,))


def open_published(system: System, publication_id: int) -> tuple[DocumentFile, BinaryIO]:
    """Return the document that was published with a publication, in print where there is one; open to anybody.

    Raises:
        NotFound: no such publication, it is not for the public, it has no document, or that is not rendered yet.
    """
    with system.database.reading() as connection:
        published = publications.read_publication(connection, publication_id)
        if not published.is_public or published.document_id is None:
            raise NotFound(publication_id=publication_id)
        row = documents.read_document(connection, published.document_id)
    return _opened(system, row, (PDF, *KINDS))


def _opened(system: System, row: Row, kinds: tuple[str, ...]) -> tuple[DocumentFile, BinaryIO]:
    """Return the first of these kinds of files that a document has."""
    files = {file["kind"]: file for file in row.files}
    for kind in kinds:
        if kind in files:
            name, size = _file_name(row, kind), files[kind]["size"]
            opened = system.files.open(files[kind]["storage_name"])
            return DocumentFile(file_name=name, media_type=MEDIA_TYPES[kind], size=size), opened
    raise NotFound("该文书还没有生成，请稍后刷新页面。", document_id=row.id)


def verify_document(system: System, number: str, code: str) -> DocumentView | None:
    """Return the document that carries this number and verification code, or None; open to anybody who holds both."""
    given = code.strip().upper().replace(" ", "").replace("-", "")
    with system.database.reading() as connection:
        for row in documents.find_by_code(connection, given):
            if hmac.compare_digest((row.number or row.title).encode(), number.strip().encode()):
                return _view(row)
    return None


def render_document(system: System, document_id: int) -> bool:
    """Make the files of an issued document; True when this call did it.

    The row decides: it names the template's version and the frozen texts, so a call that comes twice, or after a crash
    between two steps, makes the same bytes, and only the first one that finishes is kept.
    """
    with system.database.reading() as connection:
        row = documents.read_document(connection, document_id)
        if row.state != "pending":
            return False
        template = system.folder(connection, row.definition_id).files[place_of(row.template)]
    values = _rendered(system, row, template)
    with system.database.transaction() as connection:
        is_first = documents.finish_document(connection, document_id, system.clock.now(), values)
        if is_first:
            _tell(connection, row)
    if not is_first:
        for file in values["files"]:
            system.files.delete(file["storage_name"])
    return is_first


def _rendered(system: System, row: Row, template: bytes) -> dict[str, Any]:
    """Return the columns that rendering fills in."""
    kind, files, note = row.template.rpartition(".")[2].lower(), [], ""
    try:
        document = write_filled(kind, template, row.filling)
        files.append(_stored(system, kind, document))
        pdf = print_document(kind, document, Fonts(system.settings.fonts), title=row.title, made_at=row.issued_at)
        files.append(_stored(system, PDF, pdf))
    except FontsMissing:
        note = f"服务器没有中文字体，未生成 PDF，以 {NAMES[kind]} 文件为准。"
    except TemplateRefused as refusal:
        note = " ".join(refusal.problems)
        logger.warning("a document could not be rendered", extra={"action": "document_failed", "document": row.id})
    return {"files": files, "note": note, "state": "ready" if files else "failed"}


def _stored(system: System, kind: str, content: bytes) -> dict[str, Any]:
    stored = system.files.save(io.BytesIO(content), limit=LARGEST_FILE)
    return {
        "kind": kind,
        "storage_name": stored.name,
        "size": stored.size,
        "sha256": stored.sha256,
        "sm3": stored.sm3,
    }


def _tell(connection: Connection, row: Row) -> None:
    """Let open pages of the case know: a change of its row is announced by the database."""
    cases.update_case(connection, row.instance_id, {})


def _may_read(actor: Actor, case: cases.CaseRecord, row: Row) -> bool:
    if may(actor, Action.READ_CONTENTS, case.scope):
        return True
    addressed = CaseScope(applicant_id="", participants=frozenset(row.recipients))
    return row.state == "ready" and may(actor, Action.READ_CONTENTS, addressed)


def _view(row: Row) -> DocumentView:
    return DocumentView(
        document_id=row.id,
        title=row.title,
        number=row.number or "",
        office_name=row.organisation_name,
        addressee=row.addressee,
        issued_at=row.issued_at,
        state=row.state,
        files=tuple((file["kind"], file["size"], file["sha256"], file["sm3"]) for file in row.files),
        note=row.note,
        verification_code=row.verification_code,
    )


def _file_name(row: Row, kind: str) -> str:
    clean = "".join(character for character in row.title if character.isalnum() or character in "（）〔〕-_")
    number = f"（{row.number}）" if row.number else ""
    return f"{clean[:LONGEST_FILE_NAME]}{number}.{kind}"
