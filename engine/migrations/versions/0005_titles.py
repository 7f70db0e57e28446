"""Keep titles, what happened to them, findings, and what begins by itself because of a title.

A title's last day is written at the grant and never counted again. Its events are chained by digests like the history
of a case, and a trigger refuses to change or remove one. A cycle is one row per procedure, organisation and year or term:
whoever tries to begin its case a second time finds it taken.

Revision ID: 0005_titles
Revises: 0004_case_migrations
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005_titles"
down_revision = "0004_case_migrations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, and the trigger that keeps events as they are."""
    op.create_table(
        "closing_order",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("instance_id", sa.BigInteger(), nullable=False),
        sa.Column("ordered_in", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["process_instance.id"], name=op.f("fk_closing_order_instance_id")),
        sa.ForeignKeyConstraint(["ordered_in"], ["process_instance.id"], name=op.f("fk_closing_order_ordered_in")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing_order")),
        sa.UniqueConstraint("instance_id", "ordered_in", name=op.f("uq_closing_order_instance_id_ordered_in")),
    )
    op.create_index(op.f("ix_closing_order_ordered_in"), "closing_order", ["ordered_in"], unique=False)
    op.create_index(
        "ix_closing_order_waiting", "closing_order", ["id"], unique=False, postgresql_where=sa.text("state = 'waiting'")
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.BigInteger(), nullable=False),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.Column("lift_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("lifted_in", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["organisation.id"], name=op.f("fk_finding_decided_by")),
        sa.ForeignKeyConstraint(["instance_id"], ["process_instance.id"], name=op.f("fk_finding_instance_id")),
        sa.ForeignKeyConstraint(["lifted_in"], ["process_instance.id"], name=op.f("fk_finding_lifted_in")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_finding_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index(op.f("ix_finding_instance_id"), "finding", ["instance_id"], unique=False)
    op.create_index(op.f("ix_finding_lifted_in"), "finding", ["lifted_in"], unique=False)
    op.create_index(op.f("ix_finding_organisation_id"), "finding", ["organisation_id"], unique=False)
    op.create_table(
        "title",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("holder_id", sa.Text(), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("sort_on", sa.Date(), nullable=False),
        sa.Column("document_number", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("one_star_streak", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_stars", sa.Integer(), nullable=True),
        sa.Column("last_evaluated_year", sa.Integer(), nullable=True),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.BigInteger(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("granted_on <= expires_on", name=op.f("ck_title_is_a_term")),
        sa.ForeignKeyConstraint(["granted_by"], ["organisation.id"], name=op.f("fk_title_granted_by")),
        sa.ForeignKeyConstraint(["holder_id"], ["organisation.id"], name=op.f("fk_title_holder_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["process_instance.id"], name=op.f("fk_title_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title")),
    )
    op.create_index(op.f("ix_title_holder_id"), "title", ["holder_id"], unique=False)
    op.create_index(op.f("ix_title_instance_id"), "title", ["instance_id"], unique=False)
    op.create_index("ix_title_kind", "title", ["kind"], unique=False)
    op.create_index("ix_title_sort_on", "title", ["sort_on", "id"], unique=False)
    op.create_index(
        "uq_title_holder_id_kind",
        "title",
        ["holder_id", "kind"],
        unique=True,
        postgresql_where=sa.text("status IN ('有效', '复核中', '整改中')"),
    )
    op.create_table(
        "title_cycle",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("procedure_id", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("cycle_key", sa.Text(), nullable=False),
        sa.Column("title_id", sa.BigInteger(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("instance_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_title_cycle_is_an_interval")),
        sa.ForeignKeyConstraint(["instance_id"], ["process_instance.id"], name=op.f("fk_title_cycle_instance_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_title_cycle_organisation_id")),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedure.id"], name=op.f("fk_title_cycle_procedure_id")),
        sa.ForeignKeyConstraint(["title_id"], ["title.id"], name=op.f("fk_title_cycle_title_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_cycle")),
        sa.UniqueConstraint(
            "procedure_id",
            "organisation_id",
            "cycle_key",
            name=op.f("uq_title_cycle_procedure_id_organisation_id_cycle_key"),
        ),
    )
    op.create_index(op.f("ix_title_cycle_instance_id"), "title_cycle", ["instance_id"], unique=False)
    op.create_index(op.f("ix_title_cycle_title_id"), "title_cycle", ["title_id"], unique=False)
    op.create_table(
        "title_event",
        sa.Column("title_id", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("organisation_name", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("sm3", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["process_instance.id"], name=op.f("fk_title_event_instance_id")),
        sa.ForeignKeyConstraint(["title_id"], ["title.id"], name=op.f("fk_title_event_title_id")),
        sa.PrimaryKeyConstraint("title_id", "sequence", name=op.f("pk_title_event")),
    )
    op.create_index(op.f("ix_title_event_instance_id"), "title_event", ["instance_id"], unique=False)
    op.create_table(
        "cycle_step",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("cycle_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["title_cycle.id"], name=op.f("fk_cycle_step_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle_step")),
        sa.UniqueConstraint("cycle_id", "kind", "days_before", name=op.f("uq_cycle_step_cycle_id_kind_days_before")),
    )
    op.create_index(
        "ix_cycle_step_due_at", "cycle_step", ["due_at"], unique=False, postgresql_where=sa.text("state = 'waiting'")
    )
    op.execute(
        """
        CREATE FUNCTION keep_title_event() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'an event of a title is never changed or removed';
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER keep_title_event BEFORE UPDATE OR DELETE ON title_event "
        "FOR EACH ROW EXECUTE FUNCTION keep_title_event()"
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_cycle_step_due_at", table_name="cycle_step", postgresql_where=sa.text("state = 'waiting'"))
    op.drop_table("cycle_step")
    op.drop_index(op.f("ix_title_event_instance_id"), table_name="title_event")
    op.drop_table("title_event")
    op.execute("DROP FUNCTION keep_title_event()")
    op.drop_index(op.f("ix_title_cycle_title_id"), table_name="title_cycle")
    op.drop_index(op.f("ix_title_cycle_instance_id"), table_name="title_cycle")
    op.drop_table("title_cycle")
    op.drop_index(
        "uq_title_holder_id_kind",
        table_name="title",
        postgresql_where=sa.text("status IN ('有效', '复核中', '整改中')"),
    )
    op.drop_index("ix_title_sort_on", table_name="title")
    op.drop_index("ix_title_kind", table_name="title")
    op.drop_index(op.f("ix_title_instance_id"), table_name="title")
    op.drop_index(op.f("ix_title_holder_id"), table_name="title")
    op.drop_table("title")
    op.drop_index(op.f("ix_finding_organisation_id"), table_name="finding")
    op.drop_index(op.f("ix_finding_lifted_in"), table_name="finding")
    op.drop_index(op.f("ix_finding_instance_id"), table_name="finding")
    op.drop_table("finding")
    op.drop_index("ix_closing_order_waiting", table_name="closing_order", postgresql_where=sa.text("state = 'waiting'"))
    op.drop_index(op.f("ix_closing_order_ordered_in"), table_name="closing_order")
    op.drop_table("closing_order")
