"""Run by Alembic for every command; the connection comes from `engine.migrations`."""

from __future__ import annotations

from alembic import context

from engine.models import metadata


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave the tables of the job queue to the job queue."""
    return kind != "table" or not (name or "").startswith("procrastinate_")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_name=is_ours,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
