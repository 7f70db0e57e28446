"""Which version cases go to, and whose procedure it is."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from engine.access import ProcedureScope
from engine.applicants import round_owners
from engine.folders import Folder
from engine.maintenance.plans import Target
from engine.store import migrations, organisations
from engine.store.organisations import OrganisationTree
from engine.system import System


def find_target(
    system: System, connection: Connection, procedure_id: str, version: int, element_map: Mapping[str, str]
) -> Target:
    """Return the version that cases are to go on in.

    Raises:
        NotFound: there is no such version.
    """
    definition_id = migrations.find_version(connection, procedure_id, version)
    return Target(
        definition_id=definition_id,
        version=version,
        folder=system.folder(connection, definition_id),
        tree=organisations.read_tree(connection),
        element_map={old: new for old, new in element_map.items() if new},
    )


def scope_of(folder: Folder, tree: OrganisationTree) -> ProcedureScope:
    """Return whose procedure it is: the organisations that open its rounds."""
    return ProcedureScope(owner_ids=round_owners(folder, tree).organisation_ids)
