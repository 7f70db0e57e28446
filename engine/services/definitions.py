"""事项文件夹: checking one, deploying it as an immutable version, listing what is in force."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection

from engine.editions import Entry, deploy, hand_in, tell_owners
from engine.errors import BadRequest, NotFound
from engine.folders import OPERATIONS, Folder, digest_of, load_directory, read_folder, unpack
from engine.store import editions, procedures
from engine.system import System
from engine.views import ProcedureView
from engine.views.editions import Deployment

#: The ledger's word for a version that no second person approved.
DEPLOYED_ALONE = "deployed_alone"
SHORTEST_REASON = 10
LONGEST_REASON = 500


def check_folder(path: Path) -> Folder:
    """Read and check an owner's folder; needs no database.

    Raises:
        DefinitionRefused: every fault with file, element and what to do.
    """
    return read_folder(load_directory(path), operations=OPERATIONS, name=path.resolve().name)


def deploy_folder(system: System, path: Path, *, by: str = "命令行", emergency: str = "") -> Deployment:
    """Deploy a folder as a new version that new rounds take; unchanged content is not deployed twice.

    In production only a procedure's first edition is deployed so: of a procedure that is in force already, the folder
    becomes a draft, which its owners publish by two persons. Running cases and open rounds keep their version.

    Args:
        system: the system.
        path: the folder.
        by: who runs the command, for the ledger.
        emergency: why it has to be in force without a second person; the ledger keeps it, and the owners are told.

    Raises:
        DefinitionRefused: the folder has faults; nothing is written.
        BadRequest: the reason is too short or too long.
    """
    reason = _emergency(emergency)
    folder = read_folder(load_directory(path), operations=OPERATIONS, name=path.resolve().name)
    with system.database.transaction() as connection:
        return _receive(system, connection, folder, by, reason)


def deploy_first_edition(system: System, path: Path) -> bool:
    """Deploy a folder of the first edition, unless it was deployed before or its owners have published since.

    Every start calls this: it must not take a procedure back from its owners to what the installation came with. In
    production, what the installation brings for a procedure in force becomes a draft.

    Raises:
        DefinitionRefused: the folder has faults; nothing is written.
    """
    files = load_directory(path)
    procedure_id = path.resolve().name
    with system.database.reading() as connection:
        is_known = procedures.find_version(connection, procedure_id, digest_of(files)) is not None
        if is_known or editions.is_in_owners_hands(connection, procedure_id):
            return False
    folder = read_folder(files, operations=OPERATIONS, name=procedure_id)
    with system.database.transaction() as connection:
        return _receive(system, connection, folder, "首次安装", "").draft_id is None


def _receive(system: System, connection: Connection, folder: Folder, by: str, emergency: str) -> Deployment:
    """Deploy a folder, or hand it in to its owners where a second person is wanted."""
    procedure_id = folder.procedure.id
    current = procedures.current_version(connection, procedure_id)
    known = procedures.find_version(connection, procedure_id, folder.digest)
    number = procedures.version_number(connection, current) if current else 0
    done = Deployment(procedure_id=procedure_id, name=folder.procedure.name, version=number)
    if current is not None and known == current:
        return done
    if current is None or system.settings.is_demonstration or emergency:
        entry = _entry(current, by, emergency)
        version = deploy(system, connection, folder, entry)
        if entry.kind == DEPLOYED_ALONE:
            said = f"{by}应急发布了第 {version} 版，没有经过第二人：{emergency} 请核对，有误的请回退。"
            tell_owners(system, connection, procedure_id, (f"应急发布：{folder.procedure.name}", said))
        return replace(done, version=version, is_alone=entry.kind == DEPLOYED_ALONE)
    if known is not None:
        return replace(done, same_as=procedures.version_number(connection, known))
    draft_id, is_new = hand_in(system, connection, folder, by)
    return replace(done, draft_id=draft_id, is_known=not is_new)


def _entry(current: int | None, by: str, emergency: str) -> Entry:
    if current is None:
        return Entry(kind="deployed", by=by, reason="事项的第一版，直接部署。")
    if emergency:
        return Entry(kind=DEPLOYED_ALONE, by=by, reason=emergency)
    return Entry(kind="deployed", by=by, reason="演示模式，直接部署。")


def _emergency(reason: str) -> str:
    reason = reason.strip()
    if reason and not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise BadRequest(
            f"应急发布的原因应有 {SHORTEST_REASON} 到 {LONGEST_REASON} 字：写明出了什么事、为什么等不到第二人。"
        )
    return reason


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
