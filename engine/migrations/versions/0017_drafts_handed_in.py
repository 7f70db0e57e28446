"""Let a draft be begun by nobody's account.

Who runs an installation hands a folder of a procedure in that its owners already publish: it becomes a draft for them.
"""

from alembic import op

revision = "0017_drafts_handed_in"
down_revision = "0016_objection_files"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the creator be absent; the name beside it stays."""
    op.alter_column("draft", "created_by_id", nullable=True)


def downgrade() -> None:
    """Refuse drafts without an account again; there must be none left."""
    op.alter_column("draft", "created_by_id", nullable=False)
