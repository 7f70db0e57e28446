"""Let owners change their procedures as drafts.

Files stand as rows, each content once per draft, so that autosaving a diagram every few seconds costs one row; the log of
changes gives undoing and restoring. Who ever changed a draft is kept apart, because none of them may approve it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012_drafts"
down_revision = "0011_migration_looked_at"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "draft",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("procedure_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("base_definition_id", sa.BigInteger(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("last_change", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_by_id", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('editing', 'submitted', 'returned', 'approved', 'published', 'discarded')",
            name=op.f("ck_draft_is_a_state"),
        ),
        sa.ForeignKeyConstraint(
            ["base_definition_id"], ["procedure_definition.id"], name=op.f("fk_draft_base_definition_id")
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["account.id"], name=op.f("fk_draft_created_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_draft_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    op.create_index(op.f("ix_draft_base_definition_id"), "draft", ["base_definition_id"], unique=False)
    op.create_index(op.f("ix_draft_procedure_id"), "draft", ["procedure_id"], unique=False)
    op.create_table(
        "draft_author",
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_draft_author_account_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_draft_author_draft_id")),
        sa.PrimaryKeyConstraint("draft_id", "account_id", name=op.f("pk_draft_author")),
    )
    op.create_table(
        "draft_change",
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('done', 'undone', 'dropped')", name=op.f("ck_draft_change_is_a_state")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_draft_change_by_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_draft_change_draft_id")),
        sa.PrimaryKeyConstraint("draft_id", "number", name=op.f("pk_draft_change")),
    )
    op.create_table(
        "draft_content",
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_draft_content_draft_id")),
        sa.PrimaryKeyConstraint("draft_id", "sha256", name=op.f("pk_draft_content")),
    )
    op.create_table(
        "draft_presence",
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_draft_presence_account_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_draft_presence_draft_id")),
        sa.PrimaryKeyConstraint("draft_id", "account_id", "path", name=op.f("pk_draft_presence")),
    )
    op.create_table(
        "draft_change_file",
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.Column("after", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id", "after"],
            ["draft_content.draft_id", "draft_content.sha256"],
            name=op.f("fk_draft_change_file_draft_id_after"),
        ),
        sa.ForeignKeyConstraint(
            ["draft_id", "before"],
            ["draft_content.draft_id", "draft_content.sha256"],
            name=op.f("fk_draft_change_file_draft_id_before"),
        ),
        sa.ForeignKeyConstraint(
            ["draft_id", "number"],
            ["draft_change.draft_id", "draft_change.number"],
            name=op.f("fk_draft_change_file_draft_id_number"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("draft_id", "number", "path", name=op.f("pk_draft_change_file")),
    )
    op.create_index("ix_draft_change_file_after", "draft_change_file", ["draft_id", "after"], unique=False)
    op.create_index("ix_draft_change_file_before", "draft_change_file", ["draft_id", "before"], unique=False)
    op.create_table(
        "draft_file",
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id", "sha256"],
            ["draft_content.draft_id", "draft_content.sha256"],
            name=op.f("fk_draft_file_draft_id_sha256"),
        ),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_draft_file_draft_id")),
        sa.PrimaryKeyConstraint("draft_id", "path", name=op.f("pk_draft_file")),
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("draft_file")
    op.drop_index("ix_draft_change_file_before", table_name="draft_change_file")
    op.drop_index("ix_draft_change_file_after", table_name="draft_change_file")
    op.drop_table("draft_change_file")
    op.drop_table("draft_presence")
    op.drop_table("draft_content")
    op.drop_table("draft_change")
    op.drop_table("draft_author")
    op.drop_index(op.f("ix_draft_procedure_id"), table_name="draft")
    op.drop_index(op.f("ix_draft_base_definition_id"), table_name="draft")
    op.drop_table("draft")
