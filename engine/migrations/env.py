"""Run by Alembic for every command; the connection comes from `engine.migrations`, unless it only writes."""

from __future__ import annotations

from alembic import context

from engine.migrations import COMPARISON
from engine.models import metadata

if context.is_offline_mode():
    context.configure(dialect_name="postgresql", literal_binds=True, target_metadata=metadata)
    context.run_migrations()
else:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        **COMPARISON,
    )
    with context.begin_transaction():
        context.run_migrations()
