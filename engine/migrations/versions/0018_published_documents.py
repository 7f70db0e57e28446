"""Let a publication name the document that is published with it.

A 公示, 公告 or 通报 has an official form, issued in the same case; its readers may download that one document and no
other of the case.

Revision ID: 0018_published_documents
Revises: 0017_drafts_handed_in
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018_published_documents"
down_revision = "0017_drafts_handed_in"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the reference; what was published before has none."""
    named = sa.ForeignKey("official_document.id")
    op.add_column("publication", sa.Column("document_id", sa.BigInteger(), named, nullable=True))


def downgrade() -> None:
    """Forget which document belongs to which publication."""
    op.drop_column("publication", "document_id")
