"""Parks of the demonstration: which offices review them, and who may apply for what."""

from __future__ import annotations

import pytest

from engine.errors import NotEligible
from forms import InvalidSubmission
from tests.support.offices import Offices
from tests.support.scenarios import all_scenarios

PAPERS = ("submission_document", "creation_plan", "governing_document", "boundary_map")
(APPLICATION,) = (
    kept.scenario.samples["samples"]["application"]["values"]
    for kept in all_scenarios()
    if kept.name == "park_application-not_filed"
)
AGREE = {"local_decision": "agree", "review_opinion": "条件具备，同意报送。"}


@pytest.fixture
def parks(system, clock, snapshots):
    offices = Offices(system, clock, snapshots)
    offices.load("park_application", "park_review")
    return offices


def filed(parks, login):
    """File a park's application; return who is asked first."""
    parks.start(login, parks.open_round("park_application"))
    parks.complete(login, "fill_application", APPLICATION, files=PAPERS)
    return {
        office: parks.steps(office)
        for office in ("guangzhou_bureau", "shenzhen_bureau", "haidian_department", "guangdong_department")
        if parks.steps(office)
    }


@pytest.mark.parametrize(
    ("park", "office", "step"),
    [
        ("guangzhou_park", "guangzhou_bureau", "review_by_city"),
        ("shenzhen_park", "shenzhen_bureau", "review_by_city"),
        ("beijing_park", "haidian_department", "review_by_district"),
    ],
)
def test_the_first_review_is_by_the_city_or_in_a_municipality_by_the_district(parks, park, office, step):
    assert filed(parks, park) == {office: [step]}


def test_a_park_of_a_separately_planned_city_goes_through_its_province(parks):
    filed(parks, "shenzhen_park")
    parks.complete("shenzhen_bureau", "review_by_city", AGREE)
    assert parks.steps("guangdong_department") == ["review_by_province"]


def test_a_park_of_a_municipality_goes_from_the_district_to_the_municipality(parks):
    filed(parks, "beijing_park")
    parks.complete("haidian_department", "review_by_district", AGREE)
    assert parks.steps("beijing_department") == ["review_by_province"]


def test_a_park_younger_than_two_years_reads_why_it_cannot_file(parks):
    parks.start("dongguan_park", parks.open_round("park_application"))
    young = {**APPLICATION, "established_on": "2023-01-10"}
    with pytest.raises(InvalidSubmission) as refusal:
        parks.complete("dongguan_park", "fill_application", young, files=PAPERS)
    assert "满2年" in str(refusal.value.messages)


def test_two_years_are_full_on_the_same_day_of_the_second_year(parks):
    parks.start("dongguan_park", parks.open_round("park_application"))
    values = {**APPLICATION, "established_on": "2021-10-26"}
    parks.complete("dongguan_park", "fill_application", values, files=PAPERS)
    assert parks.steps("dongguan_bureau") == ["review_by_city"]


def test_a_pilot_park_does_not_apply_again_and_is_told_the_clause(parks):
    with pytest.raises(NotEligible, match="280号"):
        parks.start("pilot_park", parks.open_round("park_application"))


def test_a_pilot_park_may_be_reviewed(parks):
    assert parks.start("pilot_park", parks.open_round("park_review"))


def test_a_park_that_has_not_begun_its_creation_is_not_reviewed(parks):
    with pytest.raises(NotEligible, match="请先申请创建"):
        parks.start("guangzhou_park", parks.open_round("park_review"))
