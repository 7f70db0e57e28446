"""Take the cases of a version to another one.

An order and a row per case make the bulk job resumable: what a process left undone when it died is still waiting. A
submission remembers the version whose form it filled in, so that its answers can be read after the case went on to
another one.

Revision ID: 0004_case_migrations
Revises: 0003_inbox_by_role
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004_case_migrations"
down_revision = "0003_inbox_by_role"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the order and its items."""
    op.create_table(
        "migration_order",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("procedure_id", sa.Text(), nullable=False),
        sa.Column("from_definition_id", sa.BigInteger(), nullable=False),
        sa.Column("to_definition_id", sa.BigInteger(), nullable=False),
        sa.Column("element_map", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ordered_by", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["from_definition_id"], ["procedure_definition.id"], name=op.f("fk_migration_order_from_definition_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_definition_id"], ["procedure_definition.id"], name=op.f("fk_migration_order_to_definition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migration_order")),
    )
    op.create_index(op.f("ix_migration_order_to_definition_id"), "migration_order", ["to_definition_id"])
    op.create_index(
        "uq_migration_order_from_definition_id",
        "migration_order",
        ["from_definition_id"],
        unique=True,
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_table(
        "migration_item",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("instance_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), server_default="", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["process_instance.id"], name=op.f("fk_migration_item_instance_id")),
        sa.ForeignKeyConstraint(["order_id"], ["migration_order.id"], name=op.f("fk_migration_item_order_id")),
        sa.PrimaryKeyConstraint("order_id", "instance_id", name=op.f("pk_migration_item")),
    )
    op.create_index(
        "ix_migration_item_waiting",
        "migration_item",
        ["order_id"],
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.add_column("submission", sa.Column("definition_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_submission_definition_id"), "submission", "procedure_definition", ["definition_id"], ["id"]
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_constraint(op.f("fk_submission_definition_id"), "submission", type_="foreignkey")
    op.drop_column("submission", "definition_id")
    op.drop_table("migration_item")
    op.drop_table("migration_order")
