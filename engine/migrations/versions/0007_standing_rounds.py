"""Let procedures run on any day, and an applicant have several cases in one round.

Revision ID: 0007_standing_rounds
Revises: 0006_counted_uses
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_standing_rounds"
down_revision = "0006_counted_uses"
branch_labels = None
depends_on = None

_ONE = "uq_process_instance_round_id_applicant_id"


def upgrade() -> None:
    """Add the slot to the key, and let a round come with a deployment."""
    op.add_column("process_instance", sa.Column("slot", sa.Text(), server_default="", nullable=False))
    op.drop_index(_ONE, table_name="process_instance", postgresql_where=sa.text("is_effective"))
    op.create_index(
        _ONE,
        "process_instance",
        ["round_id", "applicant_id", "slot"],
        unique=True,
        postgresql_where=sa.text("is_effective"),
    )
    op.alter_column("yearly_round", "organisation_id", existing_type=sa.Text(), nullable=True)


def downgrade() -> None:
    """Take it back; fails while an applicant has several effective cases in a round."""
    op.alter_column("yearly_round", "organisation_id", existing_type=sa.Text(), nullable=False)
    op.drop_index(_ONE, table_name="process_instance", postgresql_where=sa.text("is_effective"))
    op.create_index(
        _ONE, "process_instance", ["round_id", "applicant_id"], unique=True, postgresql_where=sa.text("is_effective")
    )
    op.drop_column("process_instance", "slot")
