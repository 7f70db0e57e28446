"""事项文件夹: checking one, deploying it as an immutable version, listing what is in force."""

from __future__ import annotations

from pathlib import Path

from engine.editions import keep_version, put_in_force
from engine.errors import NotFound
from engine.folders import OPERATIONS, Folder, digest_of, load_directory, read_folder, unpack
from engine.store import editions, procedures
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
        before = procedures.current_version(connection, procedure_id)
        definition_id, version = keep_version(system, connection, folder, deployed_by)
        put_in_force(system, connection, folder, definition_id, deployed_by)
        if definition_id != before:
            event = {"at": system.clock.now(), "kind": "deployed", "actor_name": deployed_by, "organisation_name": ""}
            about = {"definition_id": definition_id, "version": version, "digest": folder.digest, "reason": ""}
            editions.append_event(connection, procedure_id, {**event, **about})
    return definition_id


def deploy_first_edition(system: System, path: Path) -> bool:
    """Deploy a folder of the first edition, unless it was deployed before or its owners have published since.

    Every start calls this: it must not take a procedure back from its owners to what the installation came with.

    Raises:
        DefinitionRefused: the folder has faults; nothing is written.
    """
    files = load_directory(path)
    with system.database.reading() as connection:
        procedure_id = path.resolve().name
        is_known = procedures.find_version(connection, procedure_id, digest_of(files)) is not None
        if is_known or editions.is_in_owners_hands(connection, procedure_id):
            return False
    deploy(system, read_folder(files, operations=OPERATIONS, name=procedure_id), deployed_by="首次安装")
    return True


def export_version(system: System, procedure_id: str, version: int | None = None) -> tuple[int, dict[str, bytes]]:
    """Return the number and the files of a version, by default of the one in force.

    Raises:
        NotFound: no such procedure or version.
    """
    with system.database.reading() as connection:
        found = {row.version: row.id for row in editions.list_versions(connection, procedure_id)}
        wanted = found.get(version) if version else procedures.current_version(connection, procedure_id)
        if wanted is None:
            raise NotFound("没有找到这个事项或这一版，请核对编号。")
        row = procedures.read_archive(connection, wanted)
    return int(row.version), unpack(bytes(row.archive))


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
