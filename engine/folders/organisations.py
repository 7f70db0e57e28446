"""Regions, organisations, posts and demonstration accounts, read from `bpmn/organisations/*.yaml`.

The files are the first edition: what an installation begins with. They name offices and posts, never people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from engine.calendars import LEVELS
from engine.errors import DefinitionRefused, Problem
from engine.folders.documents import Section, read_document

#: What a post may be given to do; each is named by a lane's rule or by the policy (`engine.access`).
ROLES = (
    "applicant",
    "provincial_government",
    "provincial_department",
    "city_department",
    "ministry",
    "ministry_decider",
    "park_department",
    "leading_group",
    "association",
    "federation",
    "panel_secretary",
    "expert",
    "process_owner",
    "administrator",
)
KINDS = (
    "ministry",
    "government",
    "iit_department",
    "leading_group",
    "town_government",
    "park_committee",
    "association",
    "federation",
    "enterprise",
    "citizen",
    "park",
    "district_department",
    "town_department",
    "expert",
)
#: Attributes with a closed list of values; rules compare with exactly these words.
ATTRIBUTE_VALUES: Mapping[str, tuple[str, ...]] = {
    "city_level": ("直辖市", "副省级", "计划单列", "地级"),
    "memorandum_2017": ("none", "signed", "started"),
    "holds_title": ("none", "中国软件名城", "中国软件特色名城"),
}
#: A city that may apply answers every question the rules ask; a missing answer would read as null.
CITY_ATTRIBUTES = frozenset(
    {"city_level", "is_municipality", "memorandum_2017", "holds_title", "parks_titled", "in_creation"}
)

T = TypeVar("T")

_WORD = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_REGION_CODE = re.compile(r"\d{6}(\d{3})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """行政区划."""

    code: str
    name: str
    level: str
    #: Code of the region above; None for the country.
    parent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An office or a body that takes part in procedures."""

    id: str
    name: str
    short_name: str
    kind: str
    #: One organisation may stand at two levels (计划单列市).
    levels: tuple[str, ...]
    region: str
    #: Id of the organisation above, or None.
    parent: str | None
    attributes: Mapping[str, str | int | bool]
    #: The attributes are 演示数据 and say nothing about the real organisation.
    is_demonstration: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """岗位: what an account is bound to."""

    id: str
    organisation: str
    name: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemonstrationAccount:
    """An account that exists in demonstration mode only."""

    login_name: str
    #: Id of its post.
    post: str
    #: One sentence for the tour.
    duty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Everything the files say, by id."""

    regions: Mapping[str, Region]
    organisations: Mapping[str, Organisation]
    posts: Mapping[str, Post]
    #: By login name.
    demonstration_accounts: Mapping[str, DemonstrationAccount]
    #: Sentences about files whose attributes are 演示数据.
    explanations: tuple[str, ...] = ()

    def region_chain(self, code: str) -> tuple[str, ...]:
        """Return the region and those above it, nearest first."""
        chain = [code]
        while parent := self.regions[chain[-1]].parent:
            chain.append(parent)
        return tuple(chain)

    def office(self, applicant: str, kind: str, level: str) -> Organisation | None:
        """Return the office of a kind and level that is responsible for an applicant, or None.

        An office whose region itself stands at the level comes before one that holds the level besides its own: the
        bureau of a separately planned city counts as provincial, but the stricter path through the province is the
        default (procedures I-14).
        """
        chain = self.region_chain(self.organisations[applicant].region)
        candidates = [
            one
            for code in chain
            for one in self.organisations.values()
            if (one.region, one.kind) == (code, kind) and level in one.levels
        ]
        return min(candidates, key=lambda one: self.regions[one.region].level != level, default=None)


@dataclass(slots=True)
class _Collected:
    """What has been read so far, each with the section it stands in, so that references can be checked last."""

    problems: list[Problem] = field(default_factory=list)
    regions: dict[str, tuple[Region, Section]] = field(default_factory=dict)
    organisations: dict[str, tuple[Organisation, Section]] = field(default_factory=dict)
    posts: dict[str, tuple[Post, Section]] = field(default_factory=dict)
    accounts: dict[str, tuple[DemonstrationAccount, Section]] = field(default_factory=dict)
    explanations: list[str] = field(default_factory=list)


def read_organisations(texts: Mapping[str, str]) -> Directory:
    """Read all files together; a reference may point into another file.

    Args:
        texts: path -> content of `bpmn/organisations/*.yaml`.

    Raises:
        DefinitionRefused: with every problem of every file.
    """
    collected = _Collected()
    for file, text in sorted(texts.items()):
        try:
            _read_file(read_document(text.encode(), file, collected.problems), collected)
        except DefinitionRefused as refusal:
            collected.problems.extend(refusal.problems)
    _check_references(collected)
    if collected.problems:
        raise DefinitionRefused(tuple(collected.problems))
    return Directory(
        regions=_values(collected.regions),
        organisations=_values(collected.organisations),
        posts=_values(collected.posts),
        demonstration_accounts=_values(collected.accounts),
        explanations=tuple(collected.explanations),
    )


def _values(entries: Mapping[str, tuple[T, Section]]) -> dict[str, T]:
    return {key: value for key, (value, _) in entries.items()}


def _read_file(document: Section, collected: _Collected) -> None:
    is_demonstration = document.text("attributes_are", required=False, among=("source", "demonstration")) == (
        "demonstration"
    )
    explanation = document.text("explanation", required=is_demonstration)
    if explanation:
        collected.explanations.append(explanation)
    for entry in document.listed_sections("regions", required=False):
        region = _read_region(entry)
        _keep(collected.regions, region.code, region, entry)
    for entry in document.listed_sections("organisations", required=False):
        organisation = _read_organisation(entry, is_demonstration)
        _keep(collected.organisations, organisation.id, organisation, entry)
    for entry in document.listed_sections("posts", required=False):
        post = _read_post(entry)
        _keep(collected.posts, post.id, post, entry)
    for entry in document.listed_sections("demonstration_accounts", required=False):
        account = _read_account(entry)
        _keep(collected.accounts, account.login_name, account, entry)
    document.finish()


def _keep(entries: dict[str, tuple[T, Section]], key: str, value: T, section: Section) -> None:
    section.finish()
    if key in entries:
        section.refuse("", f"{key} 写了两次，请改名或删去一处。")
    elif key:
        entries[key] = (value, section)


def _read_region(entry: Section) -> Region:
    code = entry.text("code")
    if code and not _REGION_CODE.fullmatch(code):
        entry.refuse("code", f"区划代码“{code}”应为六位数字，镇街、园区为九位。")
    return Region(
        code=code,
        name=entry.text("name"),
        level=entry.text("level", among=LEVELS),
        parent=entry.text("parent", required=False) or None,
    )


def _read_organisation(entry: Section, is_demonstration: bool) -> Organisation:
    levels = entry.texts("levels")
    for level in levels:
        if level not in LEVELS:
            entry.refuse("levels", f"levels 不认识“{level}”，只能是：{'、'.join(LEVELS)}。")
    return Organisation(
        id=read_word(entry, "id"),
        name=entry.text("name"),
        short_name=entry.text("short_name"),
        kind=entry.text("kind", among=KINDS),
        levels=levels,
        region=entry.text("region"),
        parent=entry.text("parent", required=False) or None,
        attributes=_read_attributes(entry),
        is_demonstration=is_demonstration and "attributes" in entry,
    )


def _read_attributes(entry: Section) -> dict[str, str | int | bool]:
    attributes = entry.scalars("attributes")
    for key, values in ATTRIBUTE_VALUES.items():
        if key in attributes and attributes[key] not in values:
            entry.refuse("attributes", f"{key} 不认识“{attributes[key]}”，只能是：{'、'.join(values)}。")
    missing = CITY_ATTRIBUTES - attributes.keys()
    if "city_level" in attributes and missing:
        entry.refuse("attributes", f"城市的属性不全，缺少：{'、'.join(sorted(missing))}。")
    return attributes


def _read_post(entry: Section) -> Post:
    roles = entry.texts("roles")
    for role in roles:
        if role not in ROLES:
            entry.refuse("roles", f"roles 不认识“{role}”，只能是：{'、'.join(ROLES)}。")
    return Post(
        id=read_word(entry, "id"),
        organisation=entry.text("organisation"),
        name=entry.text("name"),
        roles=frozenset(roles),
    )


def _read_account(entry: Section) -> DemonstrationAccount:
    return DemonstrationAccount(
        login_name=read_word(entry, "login_name"), post=entry.text("post"), duty=entry.text("duty")
    )


def read_word(entry: Section, key: str) -> str:
    """Return an id: lower-case English words joined by underscores."""
    text = entry.text(key)
    if text and not _WORD.fullmatch(text):
        entry.refuse(key, f"{key} “{text}”应由小写英文单词和下划线组成。")
    return text


def _check_references(collected: _Collected) -> None:
    regions, organisations = collected.regions.keys(), collected.organisations.keys()
    for region, entry in collected.regions.values():
        _check_reference(entry, "parent", region.parent, regions)
    for organisation, entry in collected.organisations.values():
        _check_reference(entry, "region", organisation.region, regions)
        _check_reference(entry, "parent", organisation.parent, organisations)
    for post, entry in collected.posts.values():
        _check_reference(entry, "organisation", post.organisation, organisations)
    for account, entry in collected.accounts.values():
        _check_reference(entry, "post", account.post, collected.posts.keys())
    _check_circles({code: region.parent for code, (region, _) in collected.regions.items()}, collected.regions)
    _check_circles({key: one.parent for key, (one, _) in collected.organisations.items()}, collected.organisations)


def _check_reference(entry: Section, key: str, target: str | None, known: Iterable[str]) -> None:
    if target and target not in known:
        entry.refuse(key, f"{key} 指向的“{target}”不存在，请先定义它或改正拼写。")


def _check_circles(parents: Mapping[str, str | None], entries: Mapping[str, tuple[T, Section]]) -> None:
    """Refuse an entry that is above itself; routing would walk round for ever."""
    for key in parents:
        above, steps = parents[key], 0
        while above and above != key and steps <= len(parents):
            above, steps = parents.get(above), steps + 1
        if above == key:
            entries[key][1].refuse("parent", f"{key} 的上级绕回了它自己，请改正 parent。")
