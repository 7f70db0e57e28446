"""How the tables came to be: numbered Alembic revisions, applied by the program itself at start.

All of it happens in one transaction under one lock: a process killed half way leaves nothing behind, and of several
processes that start together one does the work while the others wait.
"""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from engine.database import Database
from engine.errors import BadRequest
from engine.jobs import apply_job_schema, write_job_schema
from engine.models import metadata

if TYPE_CHECKING:
    from alembic.config import Config

#: The numbered revisions; each is called as its file.
VERSIONS = Path(__file__).parent / "versions"
#: Any number would do, as long as nobody else takes it.
MIGRATION_LOCK = 20231026


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave the tables of the job queue to the job queue."""
    return kind != "table" or not (name or "").startswith("procrastinate_")


#: How models and tables are compared.
COMPARISON: dict[str, Any] = {"include_name": is_ours, "compare_server_default": True}


def migrate(database: Database) -> None:
    """Bring the tables, and those of the job queue, to the newest revision. Does nothing when they are.

    Raises:
        Unavailable: the server is not there.
    """
    with database.transaction() as connection:
        # Building an index may take longer than a request may, and so may waiting for who builds it.
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
        if _revision(connection) != _newest_revision():
            _upgrade(connection)
        apply_job_schema(connection)


def _revision(connection: Connection) -> str | None:
    """Return where the tables are; None when there are none."""
    if connection.exec_driver_sql("SELECT to_regclass('alembic_version')").scalar() is None:
        return None
    return connection.exec_driver_sql("SELECT max(version_num) FROM alembic_version").scalar()


def _newest_revision() -> str:
    return max(file.stem for file in VERSIONS.glob("[0-9]*.py"))


def _upgrade(connection: Connection) -> None:
    # Alembic takes as long to load as half of the rest, and a start seldom finds anything to do for it.
    from alembic import command

    command.upgrade(_configuration(connection), "head")


@cache
def write_tables() -> str:
    """Return the statements that lead from an empty schema to the newest revision, those of the job queue included.

    What `migrate` does one by one, for who makes the tables again and again.
    """
    from alembic import command

    output = io.StringIO()
    configuration = _configuration(None)
    configuration.output_buffer = output
    command.upgrade(configuration, "head", sql=True)
    return output.getvalue() + write_job_schema()


def list_differences(database: Database) -> list[Any]:
    """Return what the models say and the migrated tables do not, in Alembic's words; empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts=COMPARISON)
        return compare_metadata(context, metadata)


def write_revision(database: Database, name: str) -> Path:
    """Write the next numbered revision from the difference between the models and a migrated database.

    Args:
        database: its tables are at the newest revision.
        name: snake_case, e.g. `user_task_due_at`.

    Raises:
        BadRequest: the name is not snake_case.
    """
    from alembic import command
    from alembic.script import ScriptDirectory

    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise BadRequest(f"修订名只能用小写字母、数字和下划线：{name}")
    with database.transaction() as connection:
        configuration = _configuration(connection)
        count = len(list(ScriptDirectory.from_config(configuration).walk_revisions()))
        identifier = f"{count + 1:04d}_{name}"
        command.revision(configuration, message=name.replace("_", " "), rev_id=identifier, autogenerate=True)
    return VERSIONS / f"{identifier}.py"


def _configuration(connection: Connection | None) -> Config:
    from alembic.config import Config

    configuration = Config(attributes={"connection": connection})
    configuration.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    configuration.set_main_option("file_template", "%%(rev)s")
    return configuration
