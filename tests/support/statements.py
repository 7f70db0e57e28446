"""What is sent to PostgreSQL, seen where the driver gets it: whoever sends it, with or without SQLAlchemy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from engine.line import Line


@contextmanager
def noticed(note: Callable[[str], object]) -> Iterator[None]:
    """Call `note` with the text of every statement that any connection of this process sends meanwhile."""
    doors = ((psycopg.Cursor, "execute"), (psycopg.Cursor, "executemany"), (Line, "ask"))
    kept = [(owner, name, owner.__dict__[name]) for owner, name in doors]
    for owner, name, send in kept:
        setattr(owner, name, _noting(send, note))
    try:
        yield
    finally:
        for owner, name, send in kept:
            setattr(owner, name, send)


def _noting(send: Callable[..., Any], note: Callable[[str], object]) -> Callable[..., Any]:
    def sent(sender: Any, query: Any, *arguments: Any, **options: Any) -> Any:
        note(query if isinstance(query, str) else str(query))
        return send(sender, query, *arguments, **options)

    return sent
