"""The cast of a scenario: an applicant as it describes, one office per lane above it, one account per role.

All of them are invented. Offices stand on one chain of regions, so that each lane finds its office as it does in a real
directory; experts stand in a register from which panels are drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.calendars import LEVELS
from engine.folders import Folder, LaneRule
from engine.rehearsal.scenarios import Scenario
from engine.store import accounts, organisations
from engine.system import System

#: One region per level, each below the one before.
REGIONS = dict(zip(LEVELS, ("000000", "990000", "990100", "990100001", "990100002"), strict=True))
#: So many experts may be invited to a panel.
EXPERTS = 7
#: What an applicant says of itself that is no attribute of an organisation.
_NO_ATTRIBUTES = ("name", "level")
#: What offices are called, by kind; the level stands before it.
_OFFICES: Mapping[str, str] = {
    "ministry": "工业和信息化部",
    "government": "人民政府",
    "iit_department": "工业和信息化主管部门",
    "leading_group": "领导小组办公室",
    "town_government": "镇街人民政府",
    "park_committee": "园区管委会",
    "association": "行业协会",
    "federation": "行业联合会",
    "district_department": "区级主管部门",
    "town_department": "镇街主管部门",
    "park": "园区",
}


@dataclass(frozen=True)
class Cast:
    """The organisations and accounts that a case of a folder needs."""

    folder: Folder
    applicant: Mapping[str, Any]
    #: Lanes whose office does not exist above this applicant.
    without: frozenset[str] = frozenset()

    @classmethod
    def of(cls, folder: Folder, scenario: Scenario) -> Cast:
        """Return the cast of a scenario."""
        return cls(folder, scenario.applicant, frozenset(scenario.written.get("without", ())))

    def enter(self, system: System) -> None:
        """Write the organisations and the accounts into an empty system; nobody can sign in with them."""
        accounts_wanted = list(self._accounts())
        with system.database.transaction() as connection:
            organisations.upsert(
                connection,
                regions=self._regions(),
                organisations=[*self._organisations(), *self._experts()],
                posts=[
                    {"id": login, "organisation_id": organisation_id, "name": self._post(login), "roles": [role]}
                    for login, organisation_id, role in accounts_wanted
                ],
            )
            for login, _, _ in accounts_wanted:
                accounts.upsert_account(connection, _account(login, system))

    def login(self, lane_id: str, role: str = "") -> str:
        """Return the account of a role in a lane: its own role, unless another one is named."""
        return f"{lane_id}_as_{role or self.folder.procedure.lanes[lane_id].role}"

    @property
    def level(self) -> str:
        """Where the applicant stands: as it says, as its procedure says, or as cities do."""
        levels = self.folder.procedure.starters.levels
        city = "省级" if self.applicant.get("is_municipality") else "地市级"
        return str(self.applicant.get("level") or (levels[0] if levels else city))

    @property
    def starter(self) -> str:
        """The account that begins the case, or follows the case that the clock begins."""
        starters = self.folder.procedure.starters
        lanes = self.folder.procedure.lanes.items()
        if starters.about:
            return next(self.login(lane_id) for lane_id, rule in lanes if rule.office and rule.role == starters.role)
        return self.login(next(lane_id for lane_id, rule in lanes if rule.is_applicant), starters.role)

    @property
    def opener(self) -> str:
        """The account that opens the round: the office at the level that sets the windows."""
        levels = {window.level for window in self.folder.windows.values()}
        lanes = self.folder.procedure.lanes.items()
        offices = [(lane_id, rule.office.level) for lane_id, rule in lanes if rule.office]
        return next(self.login(lane_id) for lane_id, level in offices if not levels or level in levels)

    @property
    def applicant_id(self) -> str:
        """Return the applicant's organisation."""
        return _organisation_id(*self._own_place)

    @property
    def experts(self) -> list[str]:
        """Return the accounts of the experts."""
        return [f"expert_{number}" for _, number in self._seats()]

    @property
    def _own_place(self) -> tuple[str, str]:
        starters = self.folder.procedure.starters
        return str(self.applicant.get("kind") or (starters.about or starters.kinds)[0]), self.level

    def _lanes(self) -> dict[str, LaneRule]:
        """Return the lanes that have an office."""
        lanes = self.folder.procedure.lanes.items()
        return {lane_id: rule for lane_id, rule in lanes if not rule.named and lane_id not in self.without}

    def _place(self, lane_id: str) -> tuple[str, str]:
        """Return kind and level of a lane's office."""
        office = self.folder.procedure.lanes[lane_id].office
        return (office.kind, office.level) if office else self._own_place

    def _organisations(self) -> Iterator[dict[str, Any]]:
        places = {self._place(lane): None for lane in self._lanes()} | {self._own_place: None}
        for kind, level in places:
            is_applicant = (kind, level) == self._own_place
            attributes = {key: value for key, value in self.applicant.items() if key not in _NO_ATTRIBUTES}
            name = self.applicant["name"] if is_applicant else _office_name(kind, level)
            yield {
                "id": _organisation_id(kind, level),
                "name": name,
                "short_name": name,
                "kind": kind,
                "levels": [level],
                "region_code": self._region(level),
                "parent_id": None,
                "attributes": attributes if is_applicant else {},
            }

    def _experts(self) -> Iterator[dict[str, Any]]:
        """Yield the register from which a panel is drawn."""
        for _, number in self._seats():
            yield {
                "id": f"expert_{number}",
                "name": f"推演专家{number}",
                "short_name": f"专家{number}",
                "kind": "expert",
                "levels": [LEVELS[0]],
                "region_code": REGIONS[LEVELS[0]],
                "parent_id": None,
                "attributes": {},
            }

    def _seats(self) -> list[tuple[str, int]]:
        """Return (role, number) of every expert, where a procedure names the offices of a lane one by one."""
        named = {rule.role for rule in self.folder.procedure.lanes.values() if rule.named}
        return [(role, number) for role in sorted(named) for number in range(1, EXPERTS + 1)]

    def _accounts(self) -> Iterator[tuple[str, str, str]]:
        """Yield (login name, organisation, role) of everybody whom a lane or one of its steps names."""
        lanes = self._lanes()
        wanted = [(lane_id, rule.role) for lane_id, rule in lanes.items()]
        for element in self.folder.definition.elements.values():
            if element.lane in lanes and element.attributes.get("candidateGroups"):
                wanted.append((element.lane, element.attributes["candidateGroups"]))
        for lane_id, role in dict.fromkeys(wanted):
            yield self.login(lane_id, role), _organisation_id(*self._place(lane_id)), role
        for role, number in self._seats():
            yield f"expert_{number}", f"expert_{number}", role

    def _post(self, login: str) -> str:
        """Return what a post is called: an expert acts in person, 负责人 has a role that only a step names."""
        if login in self.experts:
            return "本人"
        ordinary = {self.login(lane_id) for lane_id in self._lanes()}
        return "经办" if login in ordinary else "负责人"

    def _regions(self) -> list[dict[str, Any]]:
        below = LEVELS[: LEVELS.index(self.level) + 1]
        return [
            {
                "code": self._region(level),
                "name": f"推演{level}",
                "level": level,
                "parent_code": self._region(above) if above else None,
            }
            for level, above in zip(below, (None, *below), strict=False)
        ]

    def _region(self, level: str) -> str:
        """Return the code of the region of a level: the procedure's own one where it is for one region alone."""
        own = self.folder.procedure.region
        return own.code if own is not None and own.level == level else REGIONS[level]


def _organisation_id(kind: str, level: str) -> str:
    return f"{kind}_at_{LEVELS.index(level)}"


def _office_name(kind: str, level: str) -> str:
    name = _OFFICES.get(kind, kind)
    return name if level == LEVELS[0] else f"{level}{name}"


def _account(login: str, system: System) -> dict[str, Any]:
    return {
        "login_name": login,
        # No password gives this digest.
        "password_hash": "",
        "post_id": login,
        "is_demonstration": False,
        "is_active": True,
        "duty": "推演",
        "created_at": system.wall.now(),
    }
