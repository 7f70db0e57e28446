"""Let an order look at each of its cases in turn.

A case that cannot be had now, or that a fault of ours stops at, was looked at first again and again and kept those
behind it waiting. When it was last looked at now says whose turn it is.

Revision ID: 0011_migration_looked_at
Revises: 0010_changes_as_rows
"""

from __future__ import annotations

from alembic import op

revision = "0011_migration_looked_at"
down_revision = "0010_changes_as_rows"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give the column its new meaning."""
    op.alter_column("migration_item", "done_at", new_column_name="looked_at")


def downgrade() -> None:
    """Return to the name of before."""
    op.alter_column("migration_item", "looked_at", new_column_name="done_at")
