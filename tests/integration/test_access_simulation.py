"""Who may do what on the pages of simulations: every route for every kind of person, in one table written by hand.

The draft is the ministry's, begun by its process owner, and runs; one case of it is being played.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine import rehearsal
from engine.clock import FixedClock
from engine.config import read_settings
from engine.services import drafts
from engine.system import build
from engine.views.rehearsal import Opening
from tests.conftest import START
from tests.integration.test_access_studio import CHANGE________, OWNERS________, PEOPLE
from tests.support.access import World, is_simulation, readable, routes, unsafe
from tests.support.offices import REPOSITORY, Offices
from tests.support.snapshots import EMPTY_EVERYTHING
from web.application import create_app

BASE = "/studio/drafts/<int:draft_id>/simulation"
ONE = f"{BASE}/<int:simulation_id>"
TASK = f"{ONE}/tasks/<int:task_id>"
TABLE = {
    f"GET {BASE}": OWNERS________,
    f"GET {BASE}/impact": OWNERS________,
    f"GET {ONE}": OWNERS________,
    # The case has issued nothing yet.
    f"GET {ONE}/documents/<int:document_id>/<kind>": "302 404 404 404 404 404 404",
    f"GET {TASK}": OWNERS________,
    f"POST {BASE}": CHANGE________,
    f"POST {BASE}/replay": CHANGE________,
    # No round has a case that ended.
    f"POST {BASE}/rounds": "401 404 404 404 404 409 409",
    f"POST {ONE}/again": CHANGE________,
    # There is only the beginning.
    f"POST {ONE}/back": "401 404 404 404 404 409 409",
    f"POST {ONE}/clock": CHANGE________,
    f"POST {ONE}/end": CHANGE________,
    f"POST {ONE}/message": "401 404 404 404 404 400 400",
    f"POST {ONE}/record": CHANGE________,
    f"POST {TASK}": "401 404 404 404 404 422 422",
    f"POST {TASK}/example": CHANGE________,
    # The task asks for no file of this name.
    f"POST {TASK}/materials": "401 404 404 404 404 400 400",
    f"POST {TASK}/materials/<int:material_id>/remove": "401 404 404 404 404 404 404",
    f"POST {TASK}/refresh": "401 404 404 404 404 200 200",
}
FIELDS = {
    f"POST {BASE}": {"like": "dropped"},
    f"POST {ONE}/clock": {"how": "days", "working_days": "5"},
    f"POST {ONE}/record": {"name": "begun", "title": "只开始"},
    f"POST {TASK}/example": {"example": "0"},
}


@pytest.fixture(scope="module")
def world(migrated_database, tmp_path_factory):
    with migrated_database.transaction() as connection:
        connection.exec_driver_sql(EMPTY_EVERYTHING)
    settings = read_settings({"VAR": str(tmp_path_factory.mktemp("var")), "BPMN": str(REPOSITORY / "bpmn")})
    system = replace(build(settings, migrated_database), clock=FixedClock(START), wall=FixedClock(START))
    offices = Offices(system, system.clock)
    offices.load("violation")
    world = World(offices, create_app(system), examples_of(offices), FIELDS)
    world.sign_in(PEOPLE)
    world.keep()
    yield world
    world.forget()
    rehearsal.sweep_stages(system, now=START + timedelta(days=1))


def examples_of(offices):
    system, owner = offices.system, offices.actor("process_owner")
    draft_id = drafts.begin_draft(system, owner, "violation").draft_id
    simulation_id = rehearsal.begin_simulation(system, owner, draft_id, Opening(like="dropped"))
    (task,) = rehearsal.read_simulation(system, owner, draft_id, simulation_id).tasks
    parts = {"draft_id": draft_id, "simulation_id": simulation_id, "task_id": task.task_id}
    return {**parts, "document_id": 1, "kind": "pdf", "material_id": 1}


def test_the_table_names_every_route_of_simulations_and_no_other(world):
    assert {route for route in routes(world.app) if is_simulation(route)} == set(TABLE)


@pytest.mark.parametrize("route", sorted(TABLE))
def test_a_route_answers_each_person_as_the_table_says(world, route):
    answers = {person: answer.status for person, answer in world.ask(route, *PEOPLE).items()}

    assert answers == dict(zip(PEOPLE, map(int, TABLE[route].split()), strict=True))


@pytest.mark.parametrize("route", unsafe(TABLE))
def test_without_the_token_nobody_gets_anything_done(world, route):
    before = world.transactions()

    statuses = {world.send(route, person, with_token=False).status_code for person in PEOPLE}

    assert statuses <= {401, 403}
    assert world.transactions() == before


@pytest.mark.parametrize("route", readable(TABLE))
def test_reading_writes_nothing(world, route):
    writers = [person for person, answer in world.ask(route, *PEOPLE).items() if answer.has_written]

    assert writers == []
