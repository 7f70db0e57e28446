"""The worked cases of every procedure's folder, played through the services on simulated days."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.system import Remembered
from tests.support.offices import Offices
from tests.support.scenarios import all_scenarios, checked, play, procedure_folders, scenarios_of
from tests.support.snapshots import EMPTY_EVERYTHING

FOLDERS = procedure_folders()
SCENARIOS = all_scenarios()


@pytest.fixture(scope="module")
def courses():
    """What became of the scenarios that were played, by name."""
    return {}


@pytest.fixture
def played(system, clock, courses):
    """Return a function that gives the course of a scenario, played once in a database that holds nothing else."""

    def played(scenario):
        if scenario.name not in courses:
            courses[scenario.name] = play_alone(scenario)
        return courses[scenario.name]

    def play_alone(scenario):
        with system.database.transaction() as connection:
            connection.exec_driver_sql(EMPTY_EVERYTHING)
        # What was remembered of the rows of before counts revisions that begin anew.
        return play(Offices(replace(system, remembered=Remembered()), clock), scenario)

    return played


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_scenario_goes_as_its_owner_wrote_and_ends_where_it_says(scenario, played):
    assert sorted(played(scenario).ends) == scenario.scenario.ends


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_scenarios_of_a_procedure_pass_every_element_of_its_diagram(folder, played):
    passed = {name for scenario in scenarios_of(folder) for name in played(scenario).passed}
    never = set(checked(folder).definition.elements) - passed
    assert never == set()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_end_of_a_procedure_is_the_end_of_a_scenario(folder):
    written = {name for kept in scenarios_of(folder) for name in kept.scenario.ends}
    elements = checked(folder).definition.elements.values()
    assert written == {element.id for element in elements if element.kind == "endEvent"}
