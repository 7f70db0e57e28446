"""事项文件夹: checking one, deploying it as an immutable version, listing what is in force."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.folders import OPERATIONS, Folder, load_directory, pack, read_folder
from engine.store import procedures, rounds
from engine.system import System
from engine.views import ProcedureView


def check_folder(path: Path) -> Folder:
    """Read and check an owner's folder; needs no database.

    Raises:
        DefinitionRefused: every fault with file, element and what to do.
    """
    return read_folder(load_directory(path), operations=OPERATIONS, name=path.resolve().name)


def deploy_folder(system: System, path: Path, *, deployed_by: str = "命令行") -> ProcedureView:
    """Deploy a folder as a new version that new rounds take; unchanged content is not deployed twice.

    Running cases and open rounds keep the version they began with.

    Raises:
        DefinitionRefused: the folder has faults; nothing is written.
    """
    files = load_directory(path)
    folder = read_folder(files, operations=OPERATIONS, name=path.resolve().name)
    deploy(system, folder, deployed_by=deployed_by)
    return next(view for view in list_current(system) if view.procedure_id == folder.procedure.id)


def deploy(system: System, folder: Folder, *, deployed_by: str) -> int:
    """Deploy a folder that was read without a fault, and return the id of its version."""
    procedure_id = folder.procedure.id
    with system.database.transaction() as connection:
        version = procedures.next_version(connection, procedure_id)
        definition_id = procedures.find_version(connection, procedure_id, folder.digest)
        if definition_id is None:
            definition_id = procedures.insert_version(
                connection,
                {
                    "procedure_id": procedure_id,
                    "version": version,
                    "digest": folder.digest,
                    "name": folder.procedure.name,
                    "archive": pack(folder.files),
                    "deployed_at": system.wall.now(),
                    "deployed_by": deployed_by,
                },
            )
        procedures.make_current(connection, procedure_id, definition_id)
        if folder.procedure.is_standing:
            rounds.keep_standing_round(connection, _standing_round(folder, definition_id, system, deployed_by))
    return definition_id


def _standing_round(folder: Folder, definition_id: int, system: System, deployed_by: str) -> dict[str, Any]:
    return {
        "procedure_id": folder.procedure.id,
        "definition_id": definition_id,
        "year": rounds.STANDING_YEAR,
        "title": folder.procedure.title,
        "publicity": folder.procedure.publicity,
        "opened_by": deployed_by,
        "opened_at": system.wall.now(),
    }


def list_current(system: System) -> tuple[ProcedureView, ...]:
    """Return the version in force of every procedure."""
    with system.database.reading() as connection:
        return tuple(
            ProcedureView(
                procedure_id=row.procedure_id,
                name=row.name,
                version=row.version,
                digest=row.digest,
                deployed_at=row.deployed_at,
                running_cases=row.running_cases,
            )
            for row in procedures.current_versions(connection)
        )
