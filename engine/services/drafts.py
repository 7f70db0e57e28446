"""Drafts of procedures (草稿): begun from a version or from files, read, saved file by file, undone, restored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Connection, Row

from engine.access import Action, may
from engine.editions import (
    Edit,
    apply,
    begin,
    begin_received,
    draft_view,
    name_in,
    owned_procedures,
    procedure_view,
    readable_draft,
    record,
    refuse_closed,
    refuse_others,
    scope_of_draft,
    take_back,
    titles_of,
)
from engine.errors import BadRequest, Conflict, NotAllowed, NotFound
from engine.folders import unpack
from engine.folders.margins import keep_margins
from engine.store import draft_changes, drafts, procedures
from engine.system import System
from engine.views import Actor
from engine.views.drafts import DraftChange, DraftFile, DraftView, OtherEditor, SavedFile, StudioView

#: path -> (content, or None to remove it; the revision it is based on, or None for a new file)
Wanted = Mapping[str, tuple[bytes | None, int | None]]
#: A page tells every 30 seconds that it is open.
PRESENT = timedelta(seconds=75)


def begin_draft(system: System, actor: Actor, procedure_id: str) -> DraftView:
    """Begin a draft from the version in force.

    Raises:
        NotFound: no such procedure.
        NotAllowed: it is not the actor's.
    """
    with system.database.transaction() as connection:
        definition_id = procedures.current_version(connection, procedure_id)
        if definition_id is None:
            raise NotFound(procedure_id=procedure_id)
        refuse_others(actor, scope_of_draft(system, connection, procedure_id, ""))
        row = procedures.read_archive(connection, definition_id)
        files = unpack(bytes(row.archive))
        values = {
            "procedure_id": procedure_id,
            "name": name_in(files)[1],
            "organisation_id": actor.organisation_id,
            "base_definition_id": definition_id,
            "origin": f"第 {row.version} 版",
            "created_at": system.clock.now(),
        }
        return _view(connection, begin(connection, values, files, actor))


def begin_from_files(
    system: System, actor: Actor, files: Mapping[str, bytes], *, origin: str, report: tuple[str, ...] = ()
) -> DraftView:
    """Begin a draft from an uploaded or imported folder: of a procedure of the actor's, or a new one.

    Args:
        system: the system.
        actor: who begins it.
        files: path inside the folder -> content.
        origin: where it came from, in words.
        report: what an import assumed.

    Raises:
        BadRequest: it does not say what its procedure is called, a path cannot be used, or it is too large.
        NotAllowed: the procedure is somebody else's, or the actor's office owns none and so begins none.
    """
    with system.database.transaction() as connection:
        return _view(connection, begin_received(system, connection, actor, files, (origin, report)))


def list_drafts(system: System, actor: Actor) -> tuple[DraftView, ...]:
    """Return the drafts that the actor may change, latest change first, without their files.

    Raises:
        NotAllowed: the actor changes no procedures at all.
    """
    return read_studio(system, actor).drafts


def read_studio(system: System, actor: Actor) -> StudioView:
    """Return the drafts and the procedures that the actor may change.

    Raises:
        NotAllowed: the actor changes no procedures at all.
    """
    if not may(actor, Action.READ_STUDIO):
        raise NotAllowed("流程工作室由流程负责人使用。")
    with system.database.reading() as connection:
        owned = owned_procedures(system, connection, actor)
        rows = drafts.list_drafts(connection, owned, actor.organisation_id)
        deployed = {row.procedure_id for row in procedures.current_versions(connection)}
    return StudioView(
        drafts=tuple(draft_view(row) for row in rows if row.procedure_id in owned or row.procedure_id not in deployed),
        procedures=tuple(procedure_view(row) for row in owned.values()),
    )


def read_draft(system: System, actor: Actor, draft_id: int) -> DraftView:
    """Return a draft with its files.

    Raises:
        NotFound: no such draft, or it is not the actor's.
    """
    with system.database.reading() as connection:
        readable_draft(system, connection, actor, draft_id)
        return _view(connection, draft_id)


def read_titles(system: System, actor: Actor, draft_id: int) -> dict[str, str]:
    """Return what people call the files of a draft: path -> title, of those that have one.

    Raises:
        NotFound: no such draft, or it is not the actor's.
    """
    with system.database.reading() as connection:
        readable_draft(system, connection, actor, draft_id)
        return titles_of(drafts.read_contents(connection, draft_id))


def read_files(system: System, actor: Actor, draft_id: int) -> dict[str, bytes]:
    """Return the whole folder of a draft as it stands.

    Raises:
        NotFound: no such draft, or it is not the actor's.
    """
    with system.database.reading() as connection:
        readable_draft(system, connection, actor, draft_id)
        return drafts.read_contents(connection, draft_id)


def read_file(system: System, actor: Actor, draft_id: int, path: str) -> DraftFile:
    """Return a file of a draft.

    Raises:
        NotFound: no such draft or file, or it is not the actor's.
    """
    with system.database.reading() as connection:
        readable_draft(system, connection, actor, draft_id)
        row = drafts.file_rows(connection, draft_id, [path]).get(path)
        if row is None:
            raise NotFound("草稿里没有这个文件。", path=path)
        return DraftFile(content=drafts.read_content(connection, draft_id, bytes(row.sha256)), revision=row.revision)


def save_file(  # noqa: PLR0913 - one file, by name
    system: System,
    actor: Actor,
    draft_id: int,
    path: str,
    content: bytes,
    *,
    based_on: int | None,
    summary: str = "",
) -> SavedFile:
    """Save one file; see `save_files`."""
    return save_files(system, actor, draft_id, {path: (content, based_on)}, summary)[path]


def save_drawing(  # noqa: PLR0913 - one file, by name
    system: System,
    actor: Actor,
    draft_id: int,
    path: str,
    content: bytes,
    *,
    based_on: int | None,
    summary: str = "",
) -> SavedFile:
    """Save a diagram or a decision as an editor of models wrote it; what it drops of the file is kept.

    Raises:
        NotFound, Conflict, ChangedMeanwhile, BadRequest: as for `save_files`.
    """
    with system.database.transaction() as connection:
        edit = _edit(system, connection, actor, draft_id)
        row = drafts.file_rows(connection, draft_id, [path]).get(path)
        if row is not None:
            stored = drafts.read_content(connection, draft_id, bytes(row.sha256))
            kept = keep_margins(stored, content)
            content = kept if row.revision == based_on or kept == stored else content
        revision = apply(edit, {path: (content, based_on)}, summary)
        saved = drafts.file_rows(connection, draft_id, [path])[path]
    return SavedFile(revision=saved.revision, draft_revision=revision)


def save_files(system: System, actor: Actor, draft_id: int, wanted: Wanted, summary: str = "") -> dict[str, SavedFile]:
    """Save, add and remove files in one step that is undone as one.

    Returns:
        Path -> the file's revision and the draft's.

    Raises:
        NotFound: no such draft, or it is not the actor's.
        Conflict: it is under approval, published or discarded.
        ChangedMeanwhile: a file has another revision than it was based on, and is not as wanted; nothing is saved.
        BadRequest: a path cannot be used, or the folder becomes too large.
    """
    with system.database.transaction() as connection:
        revision = apply(_edit(system, connection, actor, draft_id), wanted, summary)
        rows = drafts.file_rows(connection, draft_id, list(wanted))
    return {
        path: SavedFile(revision=rows[path].revision if path in rows else 0, draft_revision=revision) for path in wanted
    }


def undo(system: System, actor: Actor, draft_id: int) -> DraftChange:
    """Take back the latest change, whoever made it, and return it.

    Raises:
        NotFound, Conflict: as for saving; there is nothing to take back.
    """
    return _take_back(system, actor, draft_id, again=False)


def redo(system: System, actor: Actor, draft_id: int) -> DraftChange:
    """Do again what was taken back last, and return it.

    Raises:
        NotFound, Conflict: as for saving; there is nothing to do again.
    """
    return _take_back(system, actor, draft_id, again=True)


def restore(system: System, actor: Actor, draft_id: int, number: int, *, path: str = "") -> int:
    """Let one file, or every file, be as it was right after a change; number 0 is the beginning. Return the revision.

    Restoring is a change like any other: it can be undone.

    Raises:
        NotFound, Conflict: as for saving; the log does not reach back so far.
    """
    with system.database.transaction() as connection:
        edit = _edit(system, connection, actor, draft_id)
        refuse_closed(edit.draft)
        if not draft_changes.reaches(connection, draft_id, number):
            raise Conflict("修改记录已不能回到这一处。")
        earlier = draft_changes.contents_before(connection, draft_id, number)
        wanted = {name: sha256 for name, sha256 in earlier.items() if path in ("", name)}
        present = drafts.file_rows(connection, draft_id, list(wanted))
        steps = {name: (_digest(present, name), sha256) for name, sha256 in wanted.items()}
        what = f"恢复 {path} 到" if path else "全部恢复到"
        return record(edit, steps, f"{what}第 {number} 次修改之后" if number else f"{what}开始时")


def list_changes(system: System, actor: Actor, draft_id: int) -> tuple[DraftChange, ...]:
    """Return the changes of a draft, newest first.

    Raises:
        NotFound: no such draft, or it is not the actor's.
    """
    with system.database.reading() as connection:
        readable_draft(system, connection, actor, draft_id)
        rows = draft_changes.list_changes(connection, draft_id)
    return tuple(
        DraftChange(
            number=row.number, summary=row.summary, state=row.state, by=row.by, at=row.at, paths=tuple(row.paths)
        )
        for row in rows
    )


def note_editing(system: System, actor: Actor, draft_id: int, path: str) -> tuple[OtherEditor, ...]:
    """Tell that the actor has a file open, and return who else has any open.

    Raises:
        NotFound: no such draft, or it is not the actor's.
        BadRequest: the path cannot be a file's.
    """
    if len(path) > 200 or not path.isprintable():
        raise BadRequest
    now = system.wall.now()
    with system.database.transaction() as connection:
        readable_draft(system, connection, actor, draft_id)
        key = {"draft_id": draft_id, "account_id": actor.account_id, "path": path}
        drafts.note_presence(connection, {**key, "name": actor.name, "seen_at": now})
        rows = drafts.others_present(connection, draft_id, actor.account_id, now - PRESENT)
    return tuple(OtherEditor(who=row.name, path=row.path, seen_at=row.seen_at) for row in rows)


def discard(system: System, actor: Actor, draft_id: int) -> None:
    """作废: put a draft away for good.

    Raises:
        NotFound: no such draft, or it is not the actor's.
        Conflict: it is under approval or published.
    """
    with system.database.transaction() as connection:
        edit = _edit(system, connection, actor, draft_id)
        refuse_closed(edit.draft)
        drafts.change_draft(connection, draft_id, {"state": "discarded", "changed_at": edit.at})


def _take_back(system: System, actor: Actor, draft_id: int, *, again: bool) -> DraftChange:
    with system.database.transaction() as connection:
        edit = _edit(system, connection, actor, draft_id)
        row = take_back(edit, again=again)
        paths = tuple(sorted(draft_changes.steps_of(connection, draft_id, row.number)))
    state = "done" if again else "undone"
    return DraftChange(number=row.number, summary=row.summary, state=state, by=row.by, at=row.at, paths=paths)


def _edit(system: System, connection: Connection, actor: Actor, draft_id: int) -> Edit:
    row = readable_draft(system, connection, actor, draft_id, lock=True)
    return Edit(connection=connection, draft=row, actor=actor, at=system.clock.now())


def _view(connection: Connection, draft_id: int) -> DraftView:
    return draft_view(drafts.read_draft(connection, draft_id), drafts.file_rows(connection, draft_id).values())


def _digest(present: Mapping[str, Row], path: str) -> bytes | None:
    return bytes(present[path].sha256) if path in present else None
