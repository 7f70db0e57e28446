"""Who may do what in the studio: every route below /studio for every kind of person, in one table written by hand.

The draft is the ministry's, begun by its process owner, of a procedure that it owns.
"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from engine.clock import FixedClock
from engine.config import read_settings
from engine.folders import load_directory, pack
from engine.services import drafts
from engine.system import build
from tests.conftest import START
from tests.support.access import World, is_simulation, is_studio, readable, routes, unsafe
from tests.support.offices import REPOSITORY, Offices
from tests.support.snapshots import EMPTY_EVERYTHING
from tests.support.studio import Desk
from web.application import create_app
from web.security import HEADERS

#: Kind of person -> account; somebody who has not signed in has none.
PEOPLE = {
    "anonymous": None,
    "applicant": "dongguan",
    "official of the office": "ministry",
    "administrator": "administrator",
    "owner elsewhere": "dongguan_process_owner",
    "author": "process_owner",
    "colleague": "process_approver",
}

# Every row has a status for each of PEOPLE, in their order.
OWNERS________ = "302 404 404 404 404 200 200"
CHANGE________ = "401 404 404 404 404 302 302"
SCRIPT________ = "401 404 404 404 404 200 200"
TABLE = {
    "GET /studio/drafts/<int:draft_id>/catalogue": OWNERS________,
    "GET /studio/drafts/<int:draft_id>/checks": OWNERS________,
    "POST /studio/drafts/<int:draft_id>/check": SCRIPT________,
    "GET /studio/drafts/<int:draft_id>/compare": OWNERS________,
    "GET /studio/compare": OWNERS________,
    "GET /studio/versions/<int:definition_id>/files/<path:path>": OWNERS________,
    "GET /studio/drafts/<int:draft_id>/diagram": OWNERS________,
    "GET /studio/drafts/<int:draft_id>/diagram.svg": OWNERS________,
    "POST /studio/drafts/<int:draft_id>/arrange": SCRIPT________,
    "POST /studio/drafts/<int:draft_id>/lanes/<lane_id>": SCRIPT________,
    "POST /studio/drafts/<int:draft_id>/time-limits/<element_id>": SCRIPT________,
    "POST /studio/drafts/<int:draft_id>/diagram/new": CHANGE________,
    "POST /studio/drafts/<int:draft_id>/rename": SCRIPT________,
    "POST /studio/drafts/<int:draft_id>/rename/plan": SCRIPT________,
    "POST /studio/drafts/<int:draft_id>/form/rename": SCRIPT________,
    "POST /studio/drafts/<int:draft_id>/form/rename/plan": SCRIPT________,
    "POST /studio/feel": "401 403 403 403 200 200 200",
    "GET /studio": "302 403 403 403 200 200 200",
    "GET /studio/drafts/<int:draft_id>": OWNERS________,
    "GET /studio/drafts/<int:draft_id>.zip": OWNERS________,
    "GET /studio/drafts/<int:draft_id>/approval": OWNERS________,
    # Its form cannot be read, so nothing can be said of the cases.
    "GET /studio/drafts/<int:draft_id>/cases/<int:version>": "302 404 404 404 404 409 409",
    "GET /studio/drafts/<int:draft_id>/files/<path:path>": OWNERS________,
    "GET /studio/drafts/<int:draft_id>/form": OWNERS________,
    "GET /studio/orders/<int:order_id>": "302 404 404 404 404 302 302",
    "GET /studio/procedures/<procedure_id>": "302 403 403 403 403 200 200",
    "GET /studio/versions/<int:definition_id>.zip": OWNERS________,
    # What waits was submitted by the author: the colleague alone is a second person.
    "POST /studio/orders/<int:order_id>/<action>": "401 404 404 404 404 403 302",
    "POST /studio/orders/<int:order_id>/approve": "401 404 404 404 404 403 302",
    # The version in force is nothing to go back to.
    "POST /studio/procedures/<procedure_id>/roll-back": "401 403 403 403 403 409 409",
    # Its scenarios were not replayed as it stands.
    "POST /studio/drafts/<int:draft_id>/submit": "401 404 404 404 404 409 409",
    "GET /studio/drafts/<int:draft_id>/table": OWNERS________,
    "GET /studio/drafts/<int:draft_id>/windows": OWNERS________,
    "GET /studio/drafts/<int:draft_id>/text": OWNERS________,
    "POST /studio/drafts/<int:draft_id>/text": CHANGE________,
    "POST /studio/drafts/<int:draft_id>/discard": CHANGE________,
    "POST /studio/drafts/<int:draft_id>/editing": SCRIPT________,
    "POST /studio/drafts/<int:draft_id>/form/new": CHANGE________,
    "POST /studio/drafts/<int:draft_id>/form/preview": SCRIPT________,
    "POST /studio/drafts/<int:draft_id>/form/remove": CHANGE________,
    "POST /studio/drafts/<int:draft_id>/files": CHANGE________,
    "POST /studio/drafts/<int:draft_id>/files/remove": CHANGE________,
    # A folder of the ministry's procedure.
    "POST /studio/receive": "401 403 403 403 403 302 302",
    "POST /studio/drafts/<int:draft_id>/redo": "401 404 404 404 404 409 409",
    "POST /studio/drafts/<int:draft_id>/restore": CHANGE________,
    "POST /studio/drafts/<int:draft_id>/table/new": CHANGE________,
    "POST /studio/drafts/<int:draft_id>/table/remove": "401 404 404 404 404 404 404",
    "POST /studio/drafts/<int:draft_id>/table/try": SCRIPT________,
    "POST /studio/drafts/<int:draft_id>/undo": CHANGE________,
    "POST /studio/drafts/<int:draft_id>/windows/cycle": CHANGE________,
    "POST /studio/drafts/<int:draft_id>/windows/limits": CHANGE________,
    "POST /studio/drafts/<int:draft_id>/windows/remove": CHANGE________,
    "POST /studio/drafts/<int:draft_id>/windows/save": "401 404 404 404 404 422 422",
    "POST /studio/drafts/<int:draft_id>/windows/source": "401 404 404 404 404 422 422",
    "POST /studio/procedures/<procedure_id>/drafts": "401 403 403 403 403 302 302",
    "PUT /studio/drafts/<int:draft_id>/files/<path:path>": SCRIPT________,
    "DELETE /studio/drafts/<int:draft_id>/files/<path:path>": SCRIPT________,
}
#: What an unsafe request carries where it needs more than the token.
FIELDS = {
    "POST /studio/drafts/<int:draft_id>/diagram/new": {"word": "expert_review", "name": "专家评审"},
    "POST /studio/drafts/<int:draft_id>/discard": {"confirm": "yes"},
    "POST /studio/drafts/<int:draft_id>/editing": {"path": "process.bpmn"},
    "POST /studio/drafts/<int:draft_id>/form/new": {"name": "contact", "kind": "shared"},
    "POST /studio/drafts/<int:draft_id>/form/remove": {"file": "forms/give_consent.form"},
    "POST /studio/drafts/<int:draft_id>/table/new": {"name": "grade", "title": "等级"},
    "POST /studio/drafts/<int:draft_id>/restore": {"number": "0"},
    "POST /studio/drafts/<int:draft_id>/submit": {"note": "修改。", "revision": "2"},
    "POST /studio/orders/<int:order_id>/<action>": {"reason": "再改。"},
    "POST /studio/orders/<int:order_id>/approve": {"confirm": "yes", "digest": ""},
    "POST /studio/procedures/<procedure_id>/roll-back": {"note": "有误。", "version": "1"},
}
QUERIES = {
    "GET /studio/compare": {"old": "1", "new": "1"},
    "GET /studio/drafts/<int:draft_id>/text": {"file": "README.md"},
}
#: Headers and body of what scripts send.
SCRIPTED = {
    "POST /studio/drafts/<int:draft_id>/form/preview": (
        {"Content-Type": "application/json"},
        b'{"file": "forms/give_consent.form", "text": "{}", "outside": {}}',
    ),
    "POST /studio/drafts/<int:draft_id>/table/try": ({"Content-Type": "application/json"}, b'{"text": ""}'),
    "PUT /studio/drafts/<int:draft_id>/files/<path:path>": ({"If-Match": '"2"'}, b"{}"),
    "DELETE /studio/drafts/<int:draft_id>/files/<path:path>": ({"If-Match": '"2"'}, b""),
}
JSON = {"Content-Type": "application/json"}
DRAWING = (REPOSITORY / "bpmn" / "city_application" / "process.bpmn").read_text(encoding="utf-8")
LIMIT = {"working_days": 5, "after": "opened", "basis": "来源文件没有规定", "mark": "platform"}
RENAMED = {"old": "decide_by_ministry", "new": "decide", "file": ""}
FIELD_RENAMED = {"old": "review_opinion", "new": "opinion", "file": "forms/review_by_province.form"}
SCRIPTED |= {
    f"POST /studio/{rest}": (JSON, json.dumps(asked).encode())
    for rest, asked in {
        "drafts/<int:draft_id>/arrange": {"xml": DRAWING},
        "drafts/<int:draft_id>/lanes/<lane_id>": {"role": "ministry", "office": "applicant"},
        "drafts/<int:draft_id>/time-limits/<element_id>": LIMIT,
        "drafts/<int:draft_id>/rename": RENAMED,
        "drafts/<int:draft_id>/rename/plan": RENAMED,
        "drafts/<int:draft_id>/form/rename": FIELD_RENAMED,
        "drafts/<int:draft_id>/form/rename/plan": FIELD_RENAMED,
        "feel": {"text": "1 + 1", "kind": "expression"},
    }.items()
}
FORM = "forms/give_consent.form"
FIELDS |= {
    "POST /studio/drafts/<int:draft_id>/files/remove": {"path": FORM, "revision": "2"},
    "POST /studio/drafts/<int:draft_id>/text": {"file": "README.md", "revision": "1", "text": "说明"},
}
#: What carries a file, which is read once: made anew for every request.
FILES = {
    "POST /studio/drafts/<int:draft_id>/files": ("说明.txt", b"x"),
    "POST /studio/receive": ("folder.zip", pack(load_directory(REPOSITORY / "bpmn" / "city_application"))),
}


@pytest.fixture(scope="module")
def world(migrated_database, tmp_path_factory):
    with migrated_database.transaction() as connection:
        connection.exec_driver_sql(EMPTY_EVERYTHING)
    clock = FixedClock(START)
    settings = read_settings({"VAR": str(tmp_path_factory.mktemp("var")), "BPMN": str(REPOSITORY / "bpmn")})
    system = replace(build(settings, migrated_database), clock=clock, wall=FixedClock(START))
    offices = Offices(system, clock)
    offices.load("city_application")
    world = World(offices, create_app(system), examples_of(offices), FIELDS, QUERIES, SCRIPTED, FILES)
    world.sign_in(PEOPLE)
    world.keep()
    yield world
    world.forget()


def examples_of(offices):
    system, owner = offices.system, offices.actor("process_owner")
    draft_id = drafts.begin_draft(system, owner, "city_application").draft_id
    drafts.save_file(system, owner, draft_id, FORM, b"{ }", based_on=1)
    parts = {"path": FORM, "lane_id": "ministry", "element_id": "decide_by_ministry"}
    desk = Desk(offices)
    order_id = desk.submit(desk.draft())
    FIELDS["POST /studio/orders/<int:order_id>/approve"]["digest"] = desk.order(order_id).digest
    orders = {"order_id": order_id, "action": "return", "version": 1, "definition_id": 1}
    return {"draft_id": draft_id, "procedure_id": "city_application", **parts, **orders}


def test_the_table_names_every_route_of_the_studio_and_no_other(world):
    found = {route for route in routes(world.app) if is_studio(route)}
    assert {route for route in found if not is_simulation(route)} == set(TABLE)


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


@pytest.mark.parametrize("route", sorted(TABLE))
def test_every_answer_carries_the_headers_whoever_asks(world, route):
    answers = world.ask(route, "anonymous", "applicant", "author").values()
    own = {"Cache-Control", "Content-Security-Policy"}

    assert {(name, answer.headers.get(name)) for answer in answers for name in set(HEADERS) - own} == {
        (name, value) for name, value in HEADERS.items() if name not in own
    }
    assert all(answer.headers["Content-Security-Policy"] for answer in answers)
    assert all("no-" in answer.headers["Cache-Control"] for answer in answers)
