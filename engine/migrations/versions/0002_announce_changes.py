"""Announce every changed case.

The live pages listen instead of asking. A trigger keeps it out of the statements of the hot path, and the announcement
is delivered only when the transaction commits.

Revision ID: 0002_announce_changes
Revises: 0001_first_tables
"""

from __future__ import annotations

from alembic import op

revision = "0002_announce_changes"
down_revision = "0001_first_tables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the trigger."""
    op.execute(
        """
        CREATE FUNCTION announce_case() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('case_changed', NEW.id::text);
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER announce_case AFTER INSERT OR UPDATE ON process_instance "
        "FOR EACH ROW EXECUTE FUNCTION announce_case()"
    )


def downgrade() -> None:
    """Remove the trigger."""
    op.execute("DROP TRIGGER announce_case ON process_instance")
    op.execute("DROP FUNCTION announce_case()")
