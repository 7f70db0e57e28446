"""What is sent to PostgreSQL, seen where the driver gets it: whoever sends it, with or without SQLAlchemy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg


@contextmanager
def noticed(note: Callable[[str], object]) -> Iterator[None]:
    """Call `note` with the text of every statement that any connection of this process sends meanwhile."""
    kept = {name: psycopg.Cursor.__dict__[name] for name in ("execute", "executemany")}
    for name, send in kept.items():
        setattr(psycopg.Cursor, name, _noting(send, note))
    try:
        yield
    finally:
        for name, send in kept.items():
            setattr(psycopg.Cursor, name, send)


def _noting(send: Callable[..., Any], note: Callable[[str], object]) -> Callable[..., Any]:
    def sent(cursor: psycopg.Cursor[Any], query: Any, *arguments: Any, **options: Any) -> Any:
        note(query if isinstance(query, str) else str(query))
        return send(cursor, query, *arguments, **options)

    return sent
