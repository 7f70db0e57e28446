"""The log of a draft's changes: what was before and after, what was undone, and how far back it reaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, union, update
from sqlalchemy.dialects.postgresql import aggregate_order_by

from engine.models import draft_change, draft_change_file, draft_content, draft_file

_changes = draft_change.c
_files = draft_change_file.c
#: Changes that a list shows.
LISTED = 200

#: path -> (digest before, digest after); None where there is no such file.
Steps = Mapping[str, tuple[bytes | None, bytes | None]]


def insert_change(connection: Connection, values: Mapping[str, Any], steps: Steps) -> None:
    """Write a change; what was undone before cannot be done again afterwards.

    Args:
        connection: the caller's transaction, which holds the draft's lock.
        values: draft_id, number, summary, by_id, by and at.
        steps: what it does to each file.
    """
    draft_id, number = values["draft_id"], values["number"]
    undone = update(draft_change).where(_changes.draft_id == draft_id, _changes.state == "undone")
    connection.execute(undone.values(state="dropped"))
    connection.execute(insert(draft_change).values(**values, state="done"))
    rows = [
        {"draft_id": draft_id, "number": number, "path": path, "before": before, "after": after}
        for path, (before, after) in steps.items()
    ]
    connection.execute(insert(draft_change_file), rows)


def latest_done(connection: Connection, draft_id: int) -> Row | None:
    """Return the change that undoing takes back, or None."""
    query = select(draft_change).where(_changes.draft_id == draft_id, _changes.state == "done")
    return connection.execute(query.order_by(_changes.number.desc()).limit(1)).one_or_none()


def next_undone(connection: Connection, draft_id: int) -> Row | None:
    """Return the change that redoing does again, or None."""
    query = select(draft_change).where(_changes.draft_id == draft_id, _changes.state == "undone")
    return connection.execute(query.order_by(_changes.number).limit(1)).one_or_none()


def mark(connection: Connection, draft_id: int, number: int, state: str) -> None:
    """Let a change be done or undone."""
    connection.execute(update(draft_change).where(*_is(draft_id, number)).values(state=state))


def steps_of(connection: Connection, draft_id: int, number: int) -> dict[str, tuple[bytes | None, bytes | None]]:
    """Return what a change does to each file."""
    query = select(_files.path, _files.before, _files.after).where(_files.draft_id == draft_id, _files.number == number)
    return {row.path: (row.before, row.after) for row in connection.execute(query)}


def reaches(connection: Connection, draft_id: int, number: int) -> bool:
    """Tell whether the log still has everything that was done after a change, itself done and not undone; 0: ever."""
    if not number:
        first = connection.scalar(select(func.min(_changes.number)).where(_changes.draft_id == draft_id))
        return first == 1
    query = select(_changes.number).where(*_is(draft_id, number), _changes.state == "done")
    return connection.scalar(query) is not None


def contents_before(connection: Connection, draft_id: int, number: int) -> dict[str, bytes | None]:
    """Return path -> digest of every file that changed after a change, as it was right after that change."""
    query = (
        select(_files.path, _files.before)
        .join(draft_change, (_changes.draft_id == _files.draft_id) & (_changes.number == _files.number))
        .where(_files.draft_id == draft_id, _files.number > number, _changes.state == "done")
        .order_by(_files.number.desc())
    )
    # The earliest of the later changes comes last, and counts.
    return {row.path: row.before for row in connection.execute(query)}


def list_changes(connection: Connection, draft_id: int, most: int = LISTED) -> Sequence[Row]:
    """Return the latest changes, newest first, each with its `paths`."""
    paths = func.array_agg(aggregate_order_by(_files.path, _files.path)).label("paths")
    query = (
        select(draft_change, paths)
        .join(draft_change_file, (_files.draft_id == _changes.draft_id) & (_files.number == _changes.number))
        .where(_changes.draft_id == draft_id)
        .group_by(*draft_change.primary_key.columns)
    )
    return connection.execute(query.order_by(_changes.number.desc()).limit(most)).all()


def trim(connection: Connection, draft_id: int, last_number: int, most_changes: int, most_bytes: int) -> None:
    """Forget the oldest changes beyond a number, or half of the log when its contents are too large."""
    size = select(func.coalesce(func.sum(draft_content.c.size), 0)).where(draft_content.c.draft_id == draft_id)
    oldest = last_number - most_changes
    if (connection.scalar(size) or 0) > most_bytes:
        middle = select(func.percentile_disc(0.5).within_group(_changes.number)).where(_changes.draft_id == draft_id)
        oldest = max(oldest, min(connection.scalar(middle) or 0, last_number - 1))
    forgotten = delete(draft_change).where(_changes.draft_id == draft_id, _changes.number <= oldest)
    if connection.execute(forgotten).rowcount:
        _forget_contents(connection, draft_id)


def _forget_contents(connection: Connection, draft_id: int) -> None:
    """Forget contents that neither a file nor a change has any more."""
    files = select(draft_file.c.sha256).where(draft_file.c.draft_id == draft_id)
    before, after = (
        select(column).where(_files.draft_id == draft_id, column.is_not(None))
        for column in (_files.before, _files.after)
    )
    content = draft_content.c
    unused = content.sha256.not_in(union(files, before, after))
    connection.execute(delete(draft_content).where(content.draft_id == draft_id, unused))


def _is(draft_id: int, number: int) -> tuple[Any, Any]:
    return _changes.draft_id == draft_id, _changes.number == number
