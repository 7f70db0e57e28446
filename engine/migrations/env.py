"""Run by Alembic for every command; the connection comes from `engine.migrations`."""

from __future__ import annotations

from alembic import context

from engine.migrations import COMPARISON
from engine.models import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    **COMPARISON,
)
with context.begin_transaction():
    context.run_migrations()
