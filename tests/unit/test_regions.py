"""适用地区: a procedure that one city has made for itself concerns nobody in another city."""

from types import SimpleNamespace

import pytest

from engine.applicants import concerned_by, round_owners, round_parties, shortening_level
from engine.folders.documents import read_document
from engine.folders.procedure import LaneRule, OfficeRule, RegionRule, StarterRule, read_procedure
from engine.store.organisations import OrganisationRecord, OrganisationTree
from engine.views import Actor

PLACES = {"00": ("国家", None), "44": ("省级", "00"), "4401": ("地市级", "44"), "4419": ("地市级", "44")}
TOWNS = {"440101": ("镇街·园区", "4401"), "441901": ("镇街·园区", "4419")}
REGIONS = {**PLACES, **TOWNS}


def organisation(name, kind, region):
    level = REGIONS[region][0]
    return OrganisationRecord(
        id=name, name=name, short_name=name, kind=kind, levels=(level,), region_code=region, attributes={},
    )  # fmt: skip


TREE = OrganisationTree(
    organisations={
        one.id: one
        for one in (
            organisation("province", "iit_department", "44"),
            organisation("bureau", "iit_department", "4419"),
            organisation("other_bureau", "iit_department", "4401"),
            organisation("town", "town_government", "441901"),
            organisation("other_town", "town_government", "440101"),
        )
    },
    regions={code: above for code, (_, above) in REGIONS.items()},
    levels={code: level for code, (level, _) in REGIONS.items()},
)
LANES = {
    "applicant": LaneRule(role="applicant", office=None),
    "city": LaneRule(
        role="city_department", office=OfficeRule(kind="iit_department", level="地市级"), sets_windows=True
    ),
    "province": LaneRule(role="provincial_department", office=OfficeRule(kind="iit_department", level="省级")),
}


def folder(region="4419", lanes=("applicant", "city")):
    rule = RegionRule(code=region, name="某市", level="地市级") if region else None
    procedure = SimpleNamespace(
        region=rule,
        lanes={name: LANES[name] for name in lanes},
        starters=StarterRule(role="applicant", kinds=("town_government",), levels=()),
    )
    return SimpleNamespace(procedure=procedure, windows={})


def officer(organisation_id):
    return Actor(
        account_id=1, login_name="x", name="x", post_name="x", organisation_id=organisation_id, organisation_name="x",
        roles=frozenset({"city_department"}),
    )  # fmt: skip


def test_the_owner_is_the_office_of_the_region_alone():
    assert round_owners(folder(), TREE).organisation_ids == {"bureau"}
    assert round_owners(folder(region=""), TREE).organisation_ids == {"bureau", "other_bureau"}


def test_a_round_concerns_nobody_of_another_region():
    assert round_parties(folder(), TREE) == [("town", "applicant"), ("bureau", "city_department")]


def test_an_office_above_the_region_is_concerned():
    with_province = folder(lanes=("applicant", "city", "province"))
    assert round_owners(with_province, TREE).organisation_ids == {"province"}


@pytest.mark.parametrize(("organisation_id", "level"), [("bureau", "地市级"), ("other_bureau", None)])
def test_windows_are_shortened_by_the_office_of_the_region_alone(organisation_id, level):
    assert shortening_level(folder(), TREE, officer(organisation_id)) == level


def test_without_a_region_everybody_is_concerned():
    assert concerned_by(folder(region="").procedure, TREE) is TREE


def test_a_region_that_the_directory_does_not_know_concerns_nobody():
    assert concerned_by(folder(region="5501").procedure, TREE).organisations == {}


@pytest.mark.parametrize(
    ("region", "message"),
    [
        ('{code: "4419", name: 东莞市, level: 地市级}', "六位或九位"),
        ('{code: "441900", level: 地市级}', "name"),
        ('{code: "441900", name: 东莞市, level: 市}', "level"),
    ],
)
def test_a_faulty_region_is_pointed_out(region, message):
    problems = []
    read_procedure(read_document(f"region: {region}".encode(), "procedure.yaml", problems))
    assert any(message in problem.message for problem in problems if "region" in problem.element)
