"""Count the changes of the directory of organisations and of each round.

Beginning a case read every organisation and every window, order and exception of its round, which change a few times a
year. A number that triggers count up in the changing transaction tells whether what a process remembers still holds.

Revision ID: 0009_reference_revisions
Revises: 0008_documents
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_reference_revisions"
down_revision = "0008_documents"
branch_labels = None
depends_on = None

DIRECTORY = ("region", "organisation")
ROUND = {"yearly_round": "id", "round_window": "round_id", "extension_order": "round_id", "rule_exception": "round_id"}
COUNT = """
INSERT INTO reference_revision AS known (name, revision) VALUES ({name}, 1)
ON CONFLICT (name) DO UPDATE SET revision = known.revision + 1
"""


def upgrade() -> None:
    """Add the numbers and the triggers that count them."""
    op.create_table(
        "reference_revision",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_reference_revision")),
    )
    _create_function("count_directory", COUNT.format(name="'directory'"))
    for table in DIRECTORY:
        op.execute(
            f"CREATE TRIGGER count_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION count_directory()"
        )
    for table, column in ROUND.items():
        name = f"'round:' || CASE TG_OP WHEN 'DELETE' THEN OLD.{column} ELSE NEW.{column} END"
        _create_function(f"count_{table}", COUNT.format(name=name))
        op.execute(
            f"CREATE TRIGGER count_revision AFTER INSERT OR UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION count_{table}()"
        )


def _create_function(name: str, body: str) -> None:
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NULL; END $$")


def downgrade() -> None:
    """Remove them."""
    for table in (*DIRECTORY, *ROUND):
        op.execute(f"DROP TRIGGER count_revision ON {table}")
    for name in ("directory", *ROUND):
        op.execute(f"DROP FUNCTION count_{name}()")
    op.drop_table("reference_revision")
