"""`make migration NAME=…`: write the next revision against a database of its own, migrated so far."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from engine.database import Database, create_database_if_missing
from engine.migrations import migrate, write_revision
from engine.postgres import EmbeddedPostgres


def main() -> None:
    """Write the revision and say where."""
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder) / "postgres", is_durable=False) as server,
    ):
        url = server.url("guicheng")
        create_database_if_missing(url)
        database = Database(url)
        migrate(database)
        path = write_revision(database, sys.argv[1] if len(sys.argv) > 1 else "")
        database.close()
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
