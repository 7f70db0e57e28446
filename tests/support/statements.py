"""What is sent to PostgreSQL, seen where the driver gets it: whoever sends it, with or without SQLAlchemy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from engine.line import Line


@contextmanager
def noticed(note: Callable[[str], object], note_commit: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Call `note` with the text of every statement that any connection of this process sends meanwhile.

    Args:
        note: is called for statements, transaction brackets not among them.
        note_commit: is called when a transaction of the engine is committed.
    """
    doors = ((psycopg.Cursor, "execute"), (psycopg.Cursor, "executemany"), (Line, "ask"))
    kept = [(owner, name, owner.__dict__[name]) for owner, name in doors]
    commit = Line.commit
    for owner, name, send in kept:
        setattr(owner, name, _noting(send, note, note_commit))
    Line.commit = lambda line: [note_commit(), commit(line)][1]
    try:
        yield
    finally:
        Line.commit = commit
        for owner, name, send in kept:
            setattr(owner, name, send)


def _noting(
    send: Callable[..., Any], note: Callable[[str], object], note_commit: Callable[[], object]
) -> Callable[..., Any]:
    def sent(sender: Any, query: Any, *arguments: Any, is_last: bool = False, **options: Any) -> Any:
        note(query if isinstance(query, str) else str(query))
        if is_last:
            note_commit()
            options["is_last"] = True
        return send(sender, query, *arguments, **options)

    return sent
