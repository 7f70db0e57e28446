"""How a draft changes: every change is one step of its log, bounded like a folder, and can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from unicodedata import is_normalized

from sqlalchemy import Connection, Row

from engine.errors import BadRequest, ChangedMeanwhile, Conflict
from engine.folders.archive import MOST_BYTES, MOST_FILES
from engine.store import draft_changes, drafts
from engine.views import Actor

EDITABLE = ("editing", "returned")
LONGEST_PATH = 200
LONGEST_SUMMARY = 200
#: How far the log reaches back; contents count before compression.
MOST_CHANGES = 1000
MOST_LOGGED_BYTES = 256 * 1024 * 1024
#: The log is looked at once in so many changes.
TRIMMED_EVERY = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Who changes which draft when; the draft's row is locked."""

    connection: Connection
    draft: Row
    actor: Actor
    at: datetime

    def stamp(self, revision: int) -> dict[str, Any]:
        """Return what the changed files carry."""
        return {"revision": revision, "changed_by": self.actor.name, "changed_at": self.at}


def refuse_bad_path(path: str) -> None:
    """Refuse a path that cannot stand in a folder.

    Raises:
        BadRequest: it leads outside, is hidden, too long, or has characters that no file should have.
    """
    parts = PurePosixPath(path).parts
    is_plain = path == "/".join(parts) and bool(parts) and not path.startswith("/") and path.isprintable()
    is_inside = not any(part.startswith(".") for part in parts) and "\\" not in path and ":" not in path
    if not (is_plain and is_inside and len(path) <= LONGEST_PATH and is_normalized("NFC", path)):
        raise BadRequest("文件名不能用：请用普通文字，不以点开头，不含反斜杠和冒号，不超过 200 字。")


def check_bounds(files: int, size: int) -> None:
    """Refuse a folder that no version could hold.

    Raises:
        BadRequest: it has too many files, or they are too large together.
    """
    if files > MOST_FILES:
        raise BadRequest(f"一个事项的文件不能超过 {MOST_FILES} 个。")
    if size > MOST_BYTES:
        raise BadRequest(f"一个事项的文件合计不能超过 {MOST_BYTES // 1024 // 1024} MiB。")


def begin(connection: Connection, values: Mapping[str, Any], files: Mapping[str, bytes], actor: Actor) -> int:
    """Write a new draft with its files and return its id; `values` are its columns but those of its beginning.

    Raises:
        BadRequest: a path cannot be used, or the folder is too large.
    """
    by = {"created_by_id": actor.account_id, "created_by": actor.name}
    draft_id = begin_unsigned(connection, {**values, **by}, files)
    drafts.note_author(connection, draft_id, actor.account_id, actor.name)
    return draft_id


def begin_unsigned(connection: Connection, values: Mapping[str, Any], files: Mapping[str, bytes]) -> int:
    """Write a new draft that has no author yet, and return its id; `values` name who began it.

    Raises:
        BadRequest: as for `begin`.
    """
    for path in files:
        refuse_bad_path(path)
    check_bounds(len(files), sum(map(len, files.values())))
    at = values["created_at"]
    draft_id = drafts.insert_draft(connection, {**values, "state": "editing", "revision": 1, "changed_at": at})
    drafts.keep_contents(connection, draft_id, files.values())
    stamp = {"revision": 1, "changed_by": values["created_by"], "changed_at": at}
    drafts.put_files(connection, draft_id, {path: drafts.digest(content) for path, content in files.items()}, stamp)
    return draft_id


def apply(edit: Edit, wanted: Mapping[str, tuple[bytes | None, int | None]], summary: str) -> int:
    """Change files of a draft in one step and return its revision; nothing changes when all are as wanted already.

    Args:
        edit: who, which, when.
        wanted: path -> (content, or None to remove it; the revision it is based on, or None for a new file).
        summary: what was done, in words; "" for a plain one.

    Raises:
        BadRequest: a path cannot be used, or the folder becomes too large.
        Conflict: the draft is not open for changes.
        ChangedMeanwhile: a file has another revision than it was based on, and is not as wanted; says whose and when.
    """
    refuse_closed(edit.draft)
    for path in wanted:
        refuse_bad_path(path)
    present = drafts.file_rows(edit.connection, edit.draft.id, list(wanted))
    contents = {path: content for path, (content, _) in wanted.items() if content is not None}
    after = {path: drafts.digest(contents[path]) if path in contents else None for path in wanted}
    steps = {path: (_digest_in(present.get(path)), after[path]) for path in wanted}
    for path, (_, based_on) in wanted.items():
        # A save whose answer was lost on its way comes again: it is based on what it replaced itself.
        if steps[path][0] != steps[path][1]:
            _refuse_stale(path, present.get(path), based_on)
    drafts.keep_contents(edit.connection, edit.draft.id, contents.values())
    return record(edit, steps, summary)


def record(edit: Edit, steps: draft_changes.Steps, summary: str) -> int:
    """Write a change into the log and carry it out; return the draft's revision."""
    steps = {path: step for path, step in steps.items() if step[0] != step[1]}
    if not steps:
        return int(edit.draft.revision)
    number = edit.draft.last_change + 1
    said = "".join(letter if letter.isprintable() else " " for letter in summary)
    words = " ".join(said.split())[:LONGEST_SUMMARY] or _plain_summary(steps)
    draft_changes.insert_change(
        edit.connection,
        {
            "draft_id": edit.draft.id,
            "number": number,
            "summary": words,
            "by_id": edit.actor.account_id,
            "by": edit.actor.name,
            "at": edit.at,
        },
        steps,
    )
    revision = _carry_out(edit, {path: after for path, (_, after) in steps.items()}, {"last_change": number})
    if number % TRIMMED_EVERY == 0:
        draft_changes.trim(edit.connection, edit.draft.id, number, MOST_CHANGES, MOST_LOGGED_BYTES)
    return revision


def take_back(edit: Edit, *, again: bool) -> Row:
    """Undo the latest change, or do again the one that was undone last; return that change.

    Raises:
        Conflict: there is none, or the draft is not open for changes.
    """
    refuse_closed(edit.draft)
    find = draft_changes.next_undone if again else draft_changes.latest_done
    change = find(edit.connection, edit.draft.id)
    if change is None:
        raise Conflict("没有可以重做的修改。" if again else "没有可以撤销的修改。")
    draft_changes.mark(edit.connection, edit.draft.id, change.number, "done" if again else "undone")
    steps = draft_changes.steps_of(edit.connection, edit.draft.id, change.number)
    _carry_out(edit, {path: after if again else before for path, (before, after) in steps.items()}, {})
    return change


def refuse_closed(draft: Row) -> None:
    """Refuse to change a draft that is under approval, published or discarded.

    Raises:
        Conflict: it is.
    """
    if draft.state not in EDITABLE:
        raise Conflict("这份草稿已送审、已发布或已作废，不能再改；需要修改请先退回，或另建草稿。", state=draft.state)


def _carry_out(edit: Edit, files: Mapping[str, bytes | None], values: Mapping[str, Any]) -> int:
    revision = int(edit.draft.revision) + 1
    drafts.put_files(edit.connection, edit.draft.id, files, edit.stamp(revision))
    check_bounds(*drafts.total_of(edit.connection, edit.draft.id))
    changed = {**values, "revision": revision, "state": "editing", "changed_at": edit.at}
    drafts.change_draft(edit.connection, edit.draft.id, changed)
    drafts.note_author(edit.connection, edit.draft.id, edit.actor.account_id, edit.actor.name)
    return revision


def _refuse_stale(path: str, present: Row | None, based_on: int | None) -> None:
    if based_on == (present.revision if present is not None else None):
        return
    if present is None:
        raise ChangedMeanwhile(f"{path} 已被删除或改名，没有保存。", path=path, revision=0, by="", at=None)
    raise ChangedMeanwhile(
        f"{path} 已被{present.changed_by}修改，没有覆盖。",
        path=path,
        revision=present.revision,
        by=present.changed_by,
        at=present.changed_at,
    )


def _digest_in(present: Row | None) -> bytes | None:
    return None if present is None else bytes(present.sha256)


def _plain_summary(steps: draft_changes.Steps) -> str:
    words = {
        path: "删除" if after is None else "新增" if before is None else "修改"
        for path, (before, after) in steps.items()
    }
    shown = "、".join(f"{word} {path}" for path, word in list(words.items())[:3])
    return shown if len(words) <= 3 else f"{shown} 等 {len(words)} 个文件"
