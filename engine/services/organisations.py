"""The first edition of organisations, posts and demonstration accounts, read from the owner's files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import passwords
from engine.calendars import LEVELS
from engine.folders import DemonstrationAccount, Directory, read_organisations
from engine.store import accounts, organisations
from engine.system import System

#: Printed on the login page; such accounts exist in demonstration mode only.
DEMONSTRATION_PASSWORD = "guicheng-yanshi"


def load_organisations(system: System, texts: Mapping[str, str]) -> int:
    """Write the organisations of these YAML files, and in demonstration mode their accounts; return how many.

    Raises:
        DefinitionRefused: a file has faults; nothing is written.
    """
    directory = read_organisations(texts)
    with system.database.transaction() as connection:
        organisations.upsert(
            connection,
            regions=[
                {"code": one.code, "name": one.name, "level": one.level, "parent_code": one.parent}
                for one in directory.regions.values()
            ],
            organisations=_organisation_rows(directory),
            posts=[
                {"id": one.id, "organisation_id": one.organisation, "name": one.name, "roles": sorted(one.roles)}
                for one in directory.posts.values()
            ],
        )
        if system.settings.is_demonstration:
            known = {row.login_name for row in accounts.demonstration_accounts(connection)}
            for row in _demonstration_rows(directory, system):
                if row["login_name"] not in known:
                    accounts.upsert_account(connection, row)
    return len(directory.organisations)


def _organisation_rows(directory: Directory) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "name": one.name,
            "short_name": one.short_name,
            "kind": one.kind,
            "levels": list(one.levels),
            "region_code": one.region,
            "parent_id": one.parent,
            "attributes": dict(one.attributes),
        }
        for one in directory.organisations.values()
    ]


def _demonstration_rows(directory: Directory, system: System) -> list[dict[str, Any]]:
    """Return the accounts in the order of the tour: the highest level first."""
    password_hash = passwords.hash_password(DEMONSTRATION_PASSWORD)

    def level(one: DemonstrationAccount) -> int:
        organisation = directory.organisations[directory.posts[one.post].organisation]
        return min(LEVELS.index(name) for name in organisation.levels)

    return [
        {
            "login_name": one.login_name,
            "password_hash": password_hash,
            "post_id": one.post,
            "is_demonstration": True,
            "is_active": True,
            "duty": one.duty,
            "created_at": system.wall.now(),
        }
        for one in sorted(directory.demonstration_accounts.values(), key=level)
    ]
