"""Keep the attachments of an objection with it.

Like the files of an official document they are a list in the row: they are written once, together with the objection,
and read with it, by the deciding office alone.

Revision ID: 0016_objection_files
Revises: 0015_rehearsals
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016_objection_files"
down_revision = "0015_rehearsals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the list."""
    files = sa.Column("files", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False)
    op.add_column("objection", files)


def downgrade() -> None:
    """Forget the attachments; their files are swept away as orphans."""
    op.drop_column("objection", "files")
