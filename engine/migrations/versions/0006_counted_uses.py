"""Count what several cases of a round may do together.

A holder may have several accounts and two channels; a limit per holder needs a row per case that other cases can add up.

Revision ID: 0006_counted_uses
Revises: 0005_titles
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_counted_uses"
down_revision = "0005_titles"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "counted_use",
        sa.Column("instance_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("counted_for", sa.Text(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["process_instance.id"], name=op.f("fk_counted_use_instance_id")),
        sa.ForeignKeyConstraint(["round_id"], ["yearly_round.id"], name=op.f("fk_counted_use_round_id")),
        sa.PrimaryKeyConstraint("instance_id", "name", name=op.f("pk_counted_use")),
    )
    op.create_index("ix_counted_use_holder", "counted_use", ["round_id", "name", "counted_for"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("counted_use")
