"""Publish drafts as versions, by two persons and for an instant, and keep what was done to a procedure.

Orders say who wants what in force when and who approved it; a constraint keeps one person from being both. The ledger is
a hash chain like a case's. Triggers keep its events, and the versions themselves, as they were written.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013_editions"
down_revision = "0012_drafts"
branch_labels = None
depends_on = None

KEPT = {
    "procedure_event": "an event of a procedure is never changed or removed",
    "procedure_definition": "a version of a procedure is never changed or removed",
}


def upgrade() -> None:
    """Add the tables, and the triggers that keep events and versions as they are."""
    op.create_table(
        "procedure_ledger",
        sa.Column("procedure_id", sa.Text(), nullable=False),
        sa.Column("last_sequence", sa.Integer(), nullable=False),
        sa.Column("last_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("procedure_id", name=op.f("pk_procedure_ledger")),
    )
    op.create_table(
        "replayed_folder",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("scenarios", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("passed", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("replayed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_replayed_folder")),
    )
    op.create_table(
        "version_order",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("procedure_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.BigInteger(), nullable=True),
        sa.Column("base_definition_id", sa.BigInteger(), nullable=True),
        sa.Column("definition_id", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rounds", sa.Text(), nullable=False),
        sa.Column("migrations", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("submitted_by_id", sa.BigInteger(), nullable=False),
        sa.Column("submitted_by", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.Text(), server_default="", nullable=False),
        sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remarks", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'in_force') OR decided_by_id IS NOT NULL AND decided_by_id <> submitted_by_id",
            name=op.f("ck_version_order_is_two_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["base_definition_id"], ["procedure_definition.id"], name=op.f("fk_version_order_base_definition_id")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["account.id"], name=op.f("fk_version_order_decided_by_id")),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["procedure_definition.id"], name=op.f("fk_version_order_definition_id")
        ),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_version_order_draft_id")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["account.id"], name=op.f("fk_version_order_submitted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_order")),
    )
    op.create_index(op.f("ix_version_order_definition_id"), "version_order", ["definition_id"], unique=False)
    op.create_index(op.f("ix_version_order_draft_id"), "version_order", ["draft_id"], unique=False)
    op.create_index(
        "ix_version_order_due",
        "version_order",
        ["effective_at"],
        unique=False,
        postgresql_where=sa.text("state = 'approved'"),
    )
    op.create_index(
        "uq_version_order_procedure_id",
        "version_order",
        ["procedure_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('submitted', 'approved')"),
    )
    op.create_table(
        "procedure_event",
        sa.Column("procedure_id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("definition_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("organisation_name", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("sm3", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["procedure_definition.id"], name=op.f("fk_procedure_event_definition_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["version_order.id"], name=op.f("fk_procedure_event_order_id")),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedure_ledger.procedure_id"], name=op.f("fk_procedure_event_procedure_id")
        ),
        sa.PrimaryKeyConstraint("procedure_id", "sequence", name=op.f("pk_procedure_event")),
    )
    for table, sentence in KEPT.items():
        op.execute(
            f"CREATE FUNCTION keep_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{sentence}'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER keep_{table} BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION keep_{table}()"
        )


def downgrade() -> None:
    """Remove them."""
    for table in KEPT:
        op.execute(f"DROP TRIGGER keep_{table} ON {table}")
        op.execute(f"DROP FUNCTION keep_{table}()")
    op.drop_table("procedure_event")
    op.drop_index(
        "uq_version_order_procedure_id",
        table_name="version_order",
        postgresql_where=sa.text("state IN ('submitted', 'approved')"),
    )
    op.drop_index("ix_version_order_due", table_name="version_order", postgresql_where=sa.text("state = 'approved'"))
    op.drop_index(op.f("ix_version_order_draft_id"), table_name="version_order")
    op.drop_index(op.f("ix_version_order_definition_id"), table_name="version_order")
    op.drop_table("version_order")
    op.drop_table("replayed_folder")
    op.drop_table("procedure_ledger")
