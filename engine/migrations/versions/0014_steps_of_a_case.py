"""Find what was typed at a step before, however often the case came by.

The tasks of a case were found by the case alone: a step that was opened again read all of them. The new index begins
with the same column and takes the place of the old one.

Revision ID: 0014_steps_of_a_case
Revises: 0013_editions
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014_steps_of_a_case"
down_revision = "0013_editions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replace the index."""
    op.create_index("ix_user_task_step", "user_task", ["instance_id", "element_id", "id"])
    op.create_index(
        "ix_user_task_cancelled",
        "user_task",
        ["instance_id", "element_id", "id"],
        postgresql_where=sa.text("state = 'cancelled'"),
    )
    op.drop_index("ix_user_task_instance_id", table_name="user_task")


def downgrade() -> None:
    """Return to the old one."""
    op.create_index("ix_user_task_instance_id", "user_task", ["instance_id"])
    op.drop_index("ix_user_task_cancelled", table_name="user_task", postgresql_where=sa.text("state = 'cancelled'"))
    op.drop_index("ix_user_task_step", table_name="user_task")
