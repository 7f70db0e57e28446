"""Who may do what: every route for every kind of person, in one table written by hand.

The case is 东莞's, filed with its province's consent, and waits for the review of the province's department. So its
participants are the city, the provincial government and the provincial department; the ministry has not received it.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.clock import FixedClock
from engine.config import read_settings
from engine.services import titles
from engine.services.organisations import DEMONSTRATION_PASSWORD
from engine.system import build
from engine.views.titles import TitleEntry
from tests.conftest import START
from tests.support import city
from tests.support.access import World, is_studio, readable, routes, unsafe
from tests.support.offices import REPOSITORY, Offices
from tests.support.publishing import place_document, place_publication
from tests.support.snapshots import EMPTY_EVERYTHING
from web.application import create_app
from web.security import CONTENT_POLICY, HEADERS

#: Kind of person -> account; somebody who has not signed in has none.
PEOPLE = {
    "anonymous": None,
    "applicant": "dongguan",
    "other applicant": "guangzhou",
    "provincial government": "guangdong_government",
    "provincial department": "guangdong_department",
    "other department": "beijing_department",
    "ministry": "ministry",
    "decider": "ministry_decider",
    "process owner": "process_owner",
    "administrator": "administrator",
}

# Every row has a status for each of PEOPLE, in their order.
ALL_______________ = "200 200 200 200 200 200 200 200 200 200"
SIGNED_IN_________ = "302 200 200 200 200 200 200 200 200 200"
PARTICIPANTS______ = "302 200 404 200 200 404 404 404 404 404"
AND_ADMINISTRATOR_ = "302 200 404 200 200 404 404 404 404 200"
SUPERVISORS_______ = "302 403 403 403 403 403 403 403 200 200"
GOES_ELSEWHERE____ = "302 302 302 302 302 302 302 302 302 302"
SETS_OFF__________ = "401 302 302 302 302 302 302 302 302 302"
REVIEWER__________ = "401 403 404 403 302 404 404 404 404 404"
MINISTRY__________ = "401 403 403 403 403 403 302 302 403 403"
OFFICIALS_________ = "302 403 403 200 200 200 200 200 403 200"
DESK______________ = "302 404 404 404 200 404 404 404 404 404"
MAINTAINS_________ = "302 403 404 403 403 404 404 404 404 200"
TABLE = {
    "GET /": GOES_ELSEWHERE____,
    "GET /accessibility": ALL_______________,
    "GET /batches": SIGNED_IN_________,
    # Only the office to which the step's cases came has a desk for it.
    "GET /batches/<int:round_id>/<element_id>": DESK______________,
    # This step has no summary sheet.
    "GET /batches/<int:round_id>/<element_id>/sheet": "302 404 404 404 404 404 404 404 404 404",
    "GET /cases": SIGNED_IN_________,
    "GET /cases/<int:case_id>": AND_ADMINISTRATOR_,
    "GET /cases/<int:case_id>/events": AND_ADMINISTRATOR_,
    "GET /cases/<int:case_id>/repair": MAINTAINS_________,
    # The owner of the procedure takes cases to another version without knowing more of them.
    "GET /cases/<int:case_id>/repair/migrate": "302 403 404 403 403 404 404 404 200 200",
    "GET /cases/<int:case_id>/state": AND_ADMINISTRATOR_,
    "GET /completed": SIGNED_IN_________,
    "GET /documents/<int:document_id>/<kind>": PARTICIPANTS______,
    "GET /findings": OFFICIALS_________,
    "GET /findings/<int:finding_id>": OFFICIALS_________,
    "GET /hall": SIGNED_IN_________,
    "GET /healthz": ALL_______________,
    "GET /inbox": SIGNED_IN_________,
    "GET /incidents": "302 403 403 403 403 403 403 403 403 200",
    "GET /login": "200 302 302 302 302 302 302 302 302 302",
    "GET /materials/<int:material_id>": PARTICIPANTS______,
    "GET /migrations/<int:order_id>": SUPERVISORS_______,
    "GET /monitor": SUPERVISORS_______,
    "GET /monitor/<procedure_id>/<int:version>": SUPERVISORS_______,
    "GET /monitor/<procedure_id>/<int:version>/events": SUPERVISORS_______,
    "GET /monitor/<procedure_id>/<int:version>/state": SUPERVISORS_______,
    "GET /monitor/<procedure_id>/<int:version>/migrate": SUPERVISORS_______,
    "GET /monitor/events": SUPERVISORS_______,
    "GET /monitor/state": SUPERVISORS_______,
    "GET /notices": SIGNED_IN_________,
    "GET /objections/<int:objection_id>/files/<int:position>": "302 403 404 403 200 404 404 404 404 404",
    "GET /outbox": "302 403 403 403 403 403 403 403 403 200",
    "GET /public": ALL_______________,
    "GET /public/<int:publication_id>": ALL_______________,
    # Nothing was published with it.
    "GET /public/<int:publication_id>/document": "404 404 404 404 404 404 404 404 404 404",
    "GET /public/objections": ALL_______________,
    "GET /receipts/<number>": PARTICIPANTS______,
    "GET /rounds": SIGNED_IN_________,
    "GET /rounds/<int:round_id>": SIGNED_IN_________,
    "GET /rounds/new": "302 404 404 404 404 404 200 200 404 404",
    "GET /static/<path:filename>": ALL_______________,
    "GET /tasks/<int:task_id>": PARTICIPANTS______,
    "GET /titles": SIGNED_IN_________,
    "GET /titles/<int:title_id>": SIGNED_IN_________,
    "GET /titles/<int:title_id>/correct": "302 403 403 403 403 403 403 403 403 200",
    "GET /titles/calendar": SIGNED_IN_________,
    # No procedure of this test grants a title, so no office may enter one.
    "GET /titles/new": "302 403 403 403 403 403 403 403 403 200",
    "GET /verify": ALL_______________,
    # Nothing is chosen.
    "POST /batches/<int:round_id>/<element_id>": "401 404 404 404 422 404 404 404 404 404",
    # It draws the form again and keeps nothing.
    "POST /batches/<int:round_id>/<element_id>/refresh": "401 404 404 404 200 404 404 404 404 404",
    # The case is in the version asked for already.
    "POST /cases/<int:case_id>/repair/migrate": "401 403 404 403 403 404 404 404 422 422",
    "POST /cases/<int:case_id>/repair/move": "401 403 404 403 403 404 404 404 404 302",
    # Nothing has failed.
    "POST /cases/<int:case_id>/repair/retry": "401 403 404 403 403 404 404 404 404 422",
    "POST /cases/<int:case_id>/repair/variables": "401 403 404 403 403 404 404 404 404 302",
    "POST /cases/<int:case_id>/withdraw": "401 302 404 403 403 404 404 404 404 403",
    # The clock of this test is no simulated one; who may move that one is the demonstration's own test.
    "POST /clock": "401 403 403 403 403 403 403 403 403 403",
    "POST /hall/<int:round_id>/start": "401 409 403 403 403 403 403 403 403 403",
    "POST /login": "403 302 302 302 302 302 302 302 302 302",
    "POST /logout": "403 302 302 302 302 302 302 302 302 302",
    # The order has come to its end.
    "POST /migrations/<int:order_id>/stop": "401 403 403 403 403 403 403 403 409 409",
    # The cases are in the version asked for already.
    "POST /monitor/<procedure_id>/<int:version>/migrate": "401 403 403 403 403 403 403 403 422 422",
    "POST /notices/<int:notice_id>/read": "401 404 404 404 302 404 404 404 404 404",
    "POST /notices/read": "401 302 302 302 302 302 302 302 302 302",
    "POST /objections/<int:objection_id>/answer": REVIEWER__________,
    # Without a session the token is the signature of a cookie, which this client does not have.
    "POST /public/<int:publication_id>/objections": "403 201 201 201 201 201 201 201 201 201",
    "POST /publications/<int:publication_id>/prolong": REVIEWER__________,
    "POST /rounds": "401 404 404 404 404 404 302 302 404 404",
    "POST /rounds/<int:round_id>/except": MINISTRY__________,
    "POST /rounds/<int:round_id>/extend": MINISTRY__________,
    # The offices of lanes that set windows may narrow this one for their own cities, in any province.
    "POST /rounds/<int:round_id>/mailboxes": MINISTRY__________,
    "POST /rounds/<int:round_id>/shorten": "401 403 403 403 302 302 403 403 403 403",
    "POST /tasks/<int:task_id>/claim": REVIEWER__________,
    "POST /tasks/<int:task_id>/complete": REVIEWER__________,
    "POST /tasks/<int:task_id>/draft": REVIEWER__________,
    "POST /tasks/<int:task_id>/materials": REVIEWER__________,
    # What was submitted with an earlier step is on nobody's list any more.
    "POST /tasks/<int:task_id>/materials/<int:material_id>/remove": "401 403 404 403 404 404 404 404 404 404",
    # It draws the form again and keeps nothing.
    "POST /tasks/<int:task_id>/refresh": "401 200 404 200 200 404 404 404 404 404",
    # Nobody has claimed the task, so not even its office can give it back.
    "POST /tasks/<int:task_id>/release": "401 403 404 403 403 404 404 404 404 404",
    "POST /titles": "401 403 403 403 403 403 403 403 403 302",
    "POST /titles/<int:title_id>/correct": "401 403 403 403 403 403 403 403 403 302",
}
#: What an unsafe request carries where it needs more than the token.
FIELDS = {
    "POST /cases/<int:case_id>/repair/migrate": {"to": "1", "reason": "按新版办理。", "confirm": "yes"},
    "POST /cases/<int:case_id>/repair/move": {"element": "file_application", "reason": "退回重填。", "confirm": "yes"},
    "POST /cases/<int:case_id>/repair/retry": {"reason": "再试一次。", "confirm": "yes"},
    "POST /cases/<int:case_id>/repair/variables": {
        "value.review_decision": '"agree"',
        "reason": "更正。",
        "confirm": "yes",
    },
    "POST /monitor/<procedure_id>/<int:version>/migrate": {"to": "1", "reason": "按新版办理。", "confirm": "yes"},
    "POST /cases/<int:case_id>/withdraw": {"reason": "材料有误。", "confirm": "yes"},
    "POST /clock": {"preset": "+60"},
    "POST /login": {"login_name": "dongguan", "password": DEMONSTRATION_PASSWORD},
    "POST /rounds": {
        "procedure": "city_application",
        "year": "2024",
        "title": "2024年度通知",
        "publicity": "主动公开",
        "first.filing": "2024-10-15",
        "last.filing": "2024-11-15",
    },
    "POST /rounds/<int:round_id>/except": {"blocked": "foshan_government E3", "reason": "备忘录已终止。"},
    "POST /rounds/<int:round_id>/extend": {
        "window": "filing",
        "cohort": "everyone",
        "new_close_at": "2023-11-20T18:00",
        "reason": "系统拥堵",
        "document_number": "〔2023〕1号",
    },
    "POST /objections/<int:objection_id>/answer": {"answer": "经核查，异议不成立。"},
    "POST /public/<int:publication_id>/objections": {"name": "王某", "contact": "演示电话", "reason": "不符。"},
    "POST /publications/<int:publication_id>/prolong": {"working_days": "3", "reason": "补充材料。"},
    "POST /rounds/<int:round_id>/mailboxes": {"name": "ministry", "address": "inbox@office.example"},
    "POST /rounds/<int:round_id>/shorten": {
        "window": "filing",
        "first_day": "2023-10-15",
        "last_day": "2023-11-08",
    },
    "POST /tasks/<int:task_id>/complete": city.AGREE,
    "POST /titles": {
        "kind": "中国软件特色名城",
        "holder": "guangzhou_government",
        "granted_by": "miit",
        "status": "有效",
        "reason": "按文件登记。",
    },
    "POST /titles/<int:title_id>/correct": {
        "kind": "中国软件名城",
        "document_number": "〔2023〕1号",
        "reason": "补登文号。",
        "sequence": "1",
    },
}
QUERIES = {"GET /rounds/new": {"procedure": "city_application", "year": "2024"}}


@pytest.fixture(scope="module")
def world(migrated_database, tmp_path_factory):
    with migrated_database.transaction() as connection:
        connection.exec_driver_sql(EMPTY_EVERYTHING)
    clock = FixedClock(START)
    settings = read_settings({"VAR": str(tmp_path_factory.mktemp("var")), "BPMN": str(REPOSITORY / "bpmn")})
    system = replace(build(settings, migrated_database), clock=clock, wall=FixedClock(START))
    offices = Offices(system, clock)
    offices.load("city_application")
    round_id = offices.open_round("city_application")
    offices.start("dongguan", round_id)
    case_id = city.file_application(offices)
    world = World(offices, create_app(system), examples_of(offices, case_id, round_id), FIELDS, QUERIES)
    world.sign_in(PEOPLE)
    world.keep()
    yield world
    world.forget()


def examples_of(offices, case_id, round_id):
    task_id = offices.task("guangdong_department", "review_by_province")

    def one(query):
        with offices.system.database.reading() as connection:
            return connection.exec_driver_sql(query).scalar_one()

    return {
        "case_id": case_id,
        "round_id": round_id,
        "task_id": task_id,
        "element_id": "review_by_province",
        "completion_key": one(f"SELECT completion_key FROM user_task WHERE id = {task_id}"),
        "material_id": one("SELECT min(id) FROM material"),
        "token": one(f"SELECT token_id FROM user_task WHERE id = {task_id}"),
        "revision": one("SELECT revision FROM process_instance"),
        "order_id": finished_order(offices),
        **published(offices.system, case_id),
        "position": 0,
        "kind": "docx",
        "number": one("SELECT number FROM receipt"),
        "notice_id": one("SELECT max(id) FROM notice WHERE organisation_id = 'guangdong_department'"),
        "procedure_id": "city_application",
        "version": 1,
        "filename": "site.css",
        "title_id": registered_title(offices),
        "finding_id": recorded_finding(offices, case_id),
    }


def registered_title(offices):
    """A title that was entered by hand."""
    entry = TitleEntry(
        kind="中国软件名城",
        holder_id="guangzhou_government",
        granted_by="miit",
        granted_on=None,
        expires_on=None,
        document_number="",
        status="有效",
        reason="按文件登记。",
    )
    return titles.register_title(offices.system, offices.actor("administrator"), entry)


def recorded_finding(offices, case_id):
    """A finding against another city."""
    query = (
        "INSERT INTO finding (organisation_id, scheme, ground, decided_on, decided_by, instance_id) VALUES "
        "('guangzhou_government', '办法', '弄虚作假', '2023-11-01', 'miit', %(case_id)s) RETURNING id"
    )
    with offices.system.database.transaction() as connection:
        return connection.exec_driver_sql(query, {"case_id": case_id}).scalar_one()


def published(system, case_id):
    """A document that is ready and a publication with an objection, both of the provincial department."""
    ids = place_publication(system, case_id, "guangdong_department", "provincial_department")
    return {"document_id": place_document(system, case_id, "guangdong_department"), **ids}


def finished_order(offices):
    """An order to migrate cases that has come to its end."""
    query = (
        "INSERT INTO migration_order (procedure_id, from_definition_id, to_definition_id, reason, state, ordered_by, "
        "ordered_at) SELECT procedure_id, id, id, '', 'finished', jsonb_build_object('name', ''), now() "
        "FROM procedure_definition LIMIT 1 RETURNING id"
    )
    with offices.system.database.transaction() as connection:
        return connection.exec_driver_sql(query).scalar_one()


def test_the_table_names_every_route_and_no_other(world):
    # The studio's have a table of their own, with the people who matter there.
    assert {route for route in routes(world.app) if not is_studio(route)} == set(TABLE)


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


@pytest.mark.parametrize("route", unsafe(TABLE))
def test_the_token_of_another_session_is_worth_nothing(world, route):
    client, before = world.client("applicant"), world.transactions()
    fields = {**FIELDS.get(route, {}), "csrf_token": world.sessions["other applicant"].csrf_token}

    answer = client.open(world.address(route), method="POST", data=fields)

    assert answer.status_code == 403
    assert world.transactions() == before


@pytest.mark.parametrize("route", readable(TABLE))
def test_reading_writes_nothing(world, route):
    writers = [person for person, answer in world.ask(route, *PEOPLE).items() if answer.has_written]

    assert writers == []


@pytest.mark.parametrize("route", sorted(TABLE))
def test_every_answer_carries_the_headers_whoever_asks(world, route):
    answers = world.ask(route, "anonymous", "applicant", "other applicant", "administrator").values()
    own = {"Cache-Control", "Content-Security-Policy"}

    assert {(name, answer.headers.get(name)) for answer in answers for name in set(HEADERS) - own} == {
        (name, value) for name, value in HEADERS.items() if name not in own
    }
    assert {answer.headers["Content-Security-Policy"] for answer in answers} <= {
        CONTENT_POLICY,
        "sandbox; default-src 'none'; frame-ancestors 'none'",
    }
    assert all("no-" in answer.headers["Cache-Control"] for answer in answers)
