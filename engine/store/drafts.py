"""Drafts: the row, its files as they stand, who changed it and who looks at it. The log is in `draft_changes`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql

from engine.errors import NotFound
from engine.models import draft, draft_author, draft_content, draft_file, draft_presence, procedure_definition

_drafts = draft.c
_files = draft_file.c
_WITH_BASE: Select = select(draft, procedure_definition.c.version.label("base_version")).outerjoin(
    procedure_definition, procedure_definition.c.id == _drafts.base_definition_id
)
_WITH_SIZE: Select = select(draft_file, draft_content.c.size).join(
    draft_content, (draft_content.c.draft_id == _files.draft_id) & (draft_content.c.sha256 == _files.sha256)
)
#: Drafts on one page; an office has a handful.
LISTED = 200


def insert_draft(connection: Connection, values: Mapping[str, Any]) -> int:
    """Write a draft and return its id."""
    return connection.execute(insert(draft).values(**values).returning(_drafts.id)).scalar_one()


def read_draft(connection: Connection, draft_id: int, *, lock: bool = False) -> Row:
    """Return a draft with the number of the version it was taken from.

    Raises:
        NotFound: there is no such draft.
    """
    query = _WITH_BASE.where(_drafts.id == draft_id)
    row = connection.execute(query.with_for_update(of=draft) if lock else query).one_or_none()
    if row is None:
        raise NotFound(draft_id=draft_id)
    return row


def list_drafts(connection: Connection, procedure_ids: Iterable[str], organisation_id: str) -> Sequence[Row]:
    """Return the drafts of these procedures and those that the office itself began, latest change first."""
    query = _WITH_BASE.where(
        _drafts.procedure_id.in_(list(procedure_ids)) | (_drafts.organisation_id == organisation_id),
        _drafts.state != "discarded",
    )
    return connection.execute(query.order_by(_drafts.changed_at.desc(), _drafts.id.desc()).limit(LISTED)).all()


def find_origin(connection: Connection, procedure_id: str, origin: str) -> int | None:
    """Return the draft of a procedure that came from somewhere, whatever became of it."""
    query = select(draft.c.id).where(draft.c.procedure_id == procedure_id, draft.c.origin == origin)
    return connection.scalar(query.order_by(draft.c.id).limit(1))


def change_draft(connection: Connection, draft_id: int, values: Mapping[str, Any]) -> None:
    """Change columns of a draft."""
    connection.execute(update(draft).where(_drafts.id == draft_id).values(**values))


def keep_contents(connection: Connection, draft_id: int, contents: Iterable[bytes]) -> None:
    """Keep contents that the draft does not have yet."""
    rows = {digest(content): content for content in contents}
    if rows:
        values = [
            {"draft_id": draft_id, "sha256": sha256, "content": content, "size": len(content)}
            for sha256, content in sorted(rows.items())
        ]
        connection.execute(postgresql.insert(draft_content).on_conflict_do_nothing(), values)


def digest(content: bytes) -> bytes:
    """Return what a content is known by."""
    return hashlib.sha256(content).digest()


def file_rows(connection: Connection, draft_id: int, paths: Sequence[str] | None = None) -> dict[str, Row]:
    """Return the files of a draft with their sizes, by path; all of them, or these."""
    query = _WITH_SIZE.where(_files.draft_id == draft_id).order_by(_files.path)
    if paths is not None:
        query = query.where(_files.path.in_(list(paths)))
    return {row.path: row for row in connection.execute(query)}


def read_contents(connection: Connection, draft_id: int) -> dict[str, bytes]:
    """Return the whole folder as it stands."""
    query = (
        select(_files.path, draft_content.c.content)
        .join(draft_content, (draft_content.c.draft_id == _files.draft_id) & (draft_content.c.sha256 == _files.sha256))
        .where(_files.draft_id == draft_id)
    )
    return {row.path: bytes(row.content) for row in connection.execute(query.order_by(_files.path))}


def read_content(connection: Connection, draft_id: int, sha256: bytes) -> bytes:
    """Return a content that the draft has."""
    query = select(draft_content.c.content).where(
        draft_content.c.draft_id == draft_id, draft_content.c.sha256 == sha256
    )
    return bytes(connection.execute(query).scalar_one())


def put_files(
    connection: Connection, draft_id: int, files: Mapping[str, bytes | None], stamp: Mapping[str, Any]
) -> None:
    """Let the draft's files be these contents from now on; None removes one.

    Args:
        connection: the caller's transaction, which holds the draft's lock.
        draft_id: the draft.
        files: path -> digest of a content that the draft keeps, or None.
        stamp: revision, changed_by and changed_at.
    """
    removed = [path for path, sha256 in files.items() if sha256 is None]
    if removed:
        connection.execute(delete(draft_file).where(_files.draft_id == draft_id, _files.path.in_(removed)))
    rows = [{"draft_id": draft_id, "path": path, "sha256": sha256, **stamp} for path, sha256 in files.items() if sha256]
    if rows:
        statement = postgresql.insert(draft_file)
        changes = {name: statement.excluded[name] for name in ("sha256", *stamp)}
        connection.execute(statement.on_conflict_do_update(index_elements=["draft_id", "path"], set_=changes), rows)


def total_of(connection: Connection, draft_id: int) -> tuple[int, int]:
    """Return how many files a draft has, and how many bytes together."""
    query = (
        select(func.count(), func.coalesce(func.sum(draft_content.c.size), 0))
        .select_from(draft_file)
        .join(draft_content, (draft_content.c.draft_id == _files.draft_id) & (draft_content.c.sha256 == _files.sha256))
        .where(_files.draft_id == draft_id)
    )
    row = connection.execute(query).one()
    return row[0], row[1]


def note_author(connection: Connection, draft_id: int, account_id: int, name: str) -> None:
    """Remember that a person changed a draft."""
    values = {"draft_id": draft_id, "account_id": account_id, "name": name}
    connection.execute(postgresql.insert(draft_author).values(**values).on_conflict_do_nothing())


def authors_of(connection: Connection, draft_id: int) -> dict[int, str]:
    """Return everybody who ever changed a draft: account id -> name."""
    query = select(draft_author.c.account_id, draft_author.c.name).where(draft_author.c.draft_id == draft_id)
    return {row.account_id: row.name for row in connection.execute(query.order_by(draft_author.c.account_id))}


def note_presence(connection: Connection, values: Mapping[str, Any]) -> None:
    """Remember that a person has a file open now."""
    statement = postgresql.insert(draft_presence).values(**values)
    changes = {name: statement.excluded[name] for name in ("name", "seen_at")}
    key = ["draft_id", "account_id", "path"]
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changes))


def others_present(connection: Connection, draft_id: int, account_id: int, since: datetime) -> Sequence[Row]:
    """Return who else had which file open since an instant; what is older is forgotten."""
    seen = draft_presence.c
    connection.execute(delete(draft_presence).where(seen.draft_id == draft_id, seen.seen_at < since))
    query = select(seen.name, seen.path, seen.seen_at).where(seen.draft_id == draft_id, seen.account_id != account_id)
    return connection.execute(query.order_by(seen.path, seen.name)).all()
