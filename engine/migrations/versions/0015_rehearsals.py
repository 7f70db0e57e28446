"""Let owners play cases of their drafts.

A step is a row, so that a played case can be taken back, played again after the draft changed, and written down as a
scenario. Replays of many cases take long: a worker carries out their orders.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015_rehearsals"
down_revision = "0014_steps_of_a_case"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "replay_order",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("draft_revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('scenarios', 'round')", name=op.f("ck_replay_order_is_a_kind")),
        sa.CheckConstraint("state IN ('waiting', 'done', 'failed')", name=op.f("ck_replay_order_is_a_state")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_replay_order_draft_id")),
        sa.ForeignKeyConstraint(["round_id"], ["yearly_round.id"], name=op.f("fk_replay_order_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replay_order")),
    )
    op.create_index("ix_replay_order_draft_id", "replay_order", ["draft_id", "id"], unique=False)
    op.create_index(
        "uq_replay_order_draft_id_kind",
        "replay_order",
        ["draft_id", "kind"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "simulation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("draft_revision", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("opening", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("scratch", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("clock_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("obstacle", sa.Text(), server_default="", nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_simulation_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulation")),
    )
    op.create_index(op.f("ix_simulation_draft_id"), "simulation", ["draft_id"], unique=False)
    op.create_table(
        "simulation_step",
        sa.Column("simulation_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("consequences", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("passed", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("expect", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("operations", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.ForeignKeyConstraint(
            ["simulation_id"], ["simulation.id"], name=op.f("fk_simulation_step_simulation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("simulation_id", "number", name=op.f("pk_simulation_step")),
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("simulation_step")
    op.drop_index(op.f("ix_simulation_draft_id"), table_name="simulation")
    op.drop_table("simulation")
    op.drop_index(
        "uq_replay_order_draft_id_kind", table_name="replay_order", postgresql_where=sa.text("state = 'waiting'")
    )
    op.drop_index("ix_replay_order_draft_id", table_name="replay_order")
    op.drop_table("replay_order")
