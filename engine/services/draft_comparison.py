"""Comparing a draft with the version in force, and two versions with each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, Row

from engine.access import Action, may
from engine.comparing import Comparison, compare
from engine.editions import name_in, readable_draft, scope_of_draft
from engine.errors import BadRequest, NotFound
from engine.folders import unpack
from engine.store import drafts, procedures
from engine.system import System
from engine.views import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One side of a comparison."""

    #: 第 3 版 or 草稿 12.
    title: str
    #: None for a draft, and where there is nothing to compare with.
    definition_id: int | None = None
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedEditions:
    """Two editions and what differs."""

    name: str
    old: Edition
    new: Edition
    comparison: Comparison


def compare_draft(system: System, actor: Actor, draft_id: int) -> ComparedEditions:
    """Compare a draft as it stands with the version in force; a new procedure with nothing.

    Raises:
        NotFound: no such draft, or it is not the actor's.
    """
    with system.database.reading() as connection:
        draft = readable_draft(system, connection, actor, draft_id)
        current = procedures.current_version(connection, draft.procedure_id)
        old = Edition(title="（新事项，还没有版本）")
        if current is not None:
            old = _edition(procedures.read_archive(connection, current), current, "现行第 {} 版")
        new = Edition(title=f"草稿 {draft_id}", files=drafts.read_contents(connection, draft_id))
    return ComparedEditions(name=draft.name, old=old, new=new, comparison=compare(old.files, new.files))


def compare_versions(system: System, actor: Actor, old_id: int, new_id: int) -> ComparedEditions:
    """Compare two versions of a procedure.

    Raises:
        NotFound: no such version, or it is not the actor's to read.
        BadRequest: they are versions of two procedures.
    """
    with system.database.reading() as connection:
        rows = [_readable(system, connection, actor, definition_id) for definition_id in (old_id, new_id)]
        if rows[0].procedure_id != rows[1].procedure_id:
            raise BadRequest("只能比较同一事项的两个版本。")
    old, new = (_edition(row, number, "第 {} 版") for row, number in zip(rows, (old_id, new_id), strict=True))
    return ComparedEditions(name=name_in(new.files)[1], old=old, new=new, comparison=compare(old.files, new.files))


def read_version_file(system: System, actor: Actor, definition_id: int, path: str) -> bytes:
    """Return a file of a version.

    Raises:
        NotFound: no such version or file, or it is not the actor's to read.
    """
    with system.database.reading() as connection:
        files = unpack(bytes(_readable(system, connection, actor, definition_id).archive))
    if path not in files:
        raise NotFound("这个版本里没有这个文件。", path=path)
    return files[path]


def _readable(system: System, connection: Connection, actor: Actor, definition_id: int) -> Row:
    row = procedures.read_archive(connection, definition_id)
    if not may(actor, Action.EDIT_PROCEDURE, scope_of_draft(system, connection, row.procedure_id, "")):
        raise NotFound(definition_id=definition_id)
    return row


def _edition(row: Row, definition_id: int, title: str) -> Edition:
    return Edition(title=title.format(row.version), definition_id=definition_id, files=unpack(bytes(row.archive)))
