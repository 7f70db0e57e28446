"""Regions, organisations and posts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from engine.models import organisation, post, reference_revision, region


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRecord:
    """One organisation with its place in the tree."""

    id: str
    name: str
    short_name: str
    kind: str
    levels: tuple[str, ...]
    region_code: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OrganisationTree:
    """All organisations and the chain of regions above each."""

    organisations: Mapping[str, OrganisationRecord]
    #: region code -> code of the region above, or None
    regions: Mapping[str, str | None]
    #: region code -> level of the region
    levels: Mapping[str, str]
    #: Answers of `of`: every case that begins asks for the offices of its lanes.
    _found: dict[tuple[str, str], tuple[OrganisationRecord, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def chain_of(self, region_code: str) -> tuple[str, ...]:
        """Return the region and those above it, nearest first."""
        chain: list[str] = []
        code: str | None = region_code
        while code is not None and code not in chain:
            chain.append(code)
            code = self.regions.get(code)
        return tuple(chain)

    def office(self, applicant_id: str, kind: str, level: str) -> OrganisationRecord | None:
        """Return the organisation of `kind` and `level` above the applicant, by region.

        An organisation may hold a level above its own region's (a 计划单列市's department counts as 省级): the office
        whose region itself stands at the level goes first, which is the stricter path (I-14).
        """
        chain = self.chain_of(self.organisations[applicant_id].region_code)
        candidates = [one for one in self.of(kind, level) if one.region_code in chain]
        return min(
            candidates,
            key=lambda one: (self.levels[one.region_code] != level, chain.index(one.region_code), one.id),
            default=None,
        )

    def is_concerned(self, organisation_id: str, region_code: str) -> bool:
        """Say whether an organisation stands in a region, or above it."""
        own = self.organisations[organisation_id].region_code
        return region_code in self.chain_of(own) or own in self.chain_of(region_code)

    def concerned_by(self, region_code: str) -> OrganisationTree:
        """Return the directory without the organisations that a matter of one region does not concern."""
        kept = {one.id: one for one in self.organisations.values() if self.is_concerned(one.id, region_code)}
        return replace(self, organisations=kept)

    def of_kinds(self, kinds: Iterable[str]) -> tuple[OrganisationRecord, ...]:
        """Return every organisation of these kinds, kind by kind."""
        return tuple(one for kind in kinds for one in self.of(kind, ""))

    def of(self, kind: str, level: str) -> tuple[OrganisationRecord, ...]:
        """Return every organisation of a kind that stands at a level (any level when it is empty)."""
        if (kind, level) not in self._found:
            everyone = self.organisations.values()
            self._found[kind, level] = tuple(
                one for one in everyone if one.kind == kind and (not level or level in one.levels)
            )
        return self._found[kind, level]


_RECORDED = tuple(OrganisationRecord.__dataclass_fields__)
_ORGANISATIONS = select(*(organisation.c[name] for name in _RECORDED)).order_by(organisation.c.id)
_REGIONS = select(region.c.code, region.c.parent_code, region.c.level)


_KNOWN = select(organisation.c.id).where(organisation.c.id == bindparam("organisation_id"))


def is_known(connection: Connection, organisation_id: str) -> bool:
    """Tell whether there is such an organisation."""
    return connection.scalar(_KNOWN, {"organisation_id": organisation_id}) is not None


_REVISION = select(reference_revision.c.revision).where(reference_revision.c.name == "directory")


def directory_revision(connection: Connection) -> int:
    """Return the revision of regions and organisations, which tells whether any of them has changed."""
    return connection.scalar(_REVISION) or 0


def roles_of(connection: Connection, organisation_id: str) -> frozenset[str]:
    """Return the roles that some post of an organisation has."""
    posts = connection.scalars(select(post.c.roles).where(post.c.organisation_id == organisation_id))
    return frozenset(role for roles in posts for role in roles)


def holders_of(connection: Connection, roles: Iterable[str]) -> list[OrganisationRecord]:
    """Return the organisations that have a post with one of these roles, by id."""
    holders = select(post.c.organisation_id).where(post.c.roles.overlap(list(roles)))
    return [_record(row) for row in connection.execute(_ORGANISATIONS.where(organisation.c.id.in_(holders)))]


def names_of(connection: Connection, organisation_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of some organisations, by id."""
    query = select(organisation.c.id, organisation.c.name).where(organisation.c.id.in_(list(organisation_ids)))
    return {row.id: row.name for row in connection.execute(query)}


def _record(row: Sequence[Any]) -> OrganisationRecord:
    values = dict(zip(_RECORDED, row, strict=True))
    values["levels"] = tuple(values["levels"])
    return OrganisationRecord(**values)


def read_tree(connection: Connection) -> OrganisationTree:
    """Return every organisation and region; a few hundred short rows."""
    organisations = {one.id: one for one in map(_record, connection.execute(_ORGANISATIONS))}
    regions, levels = {}, {}
    for code, parent_code, level in connection.execute(_REGIONS):
        regions[code], levels[code] = parent_code, level
    return OrganisationTree(organisations, regions, levels)


def upsert(
    connection: Connection,
    *,
    regions: Sequence[Mapping[str, Any]],
    organisations: Sequence[Mapping[str, Any]],
    posts: Sequence[Mapping[str, Any]],
) -> None:
    """Write or overwrite regions, organisations and posts; nothing is deleted, cases may refer to it."""
    for table, rows, key in ((region, regions, "code"), (organisation, organisations, "id"), (post, posts, "id")):
        if not rows:
            continue
        statement = insert(table)
        changes = {column.name: statement.excluded[column.name] for column in table.c if column.name != key}
        connection.execute(statement.on_conflict_do_update(index_elements=[key], set_=changes), list(rows))
