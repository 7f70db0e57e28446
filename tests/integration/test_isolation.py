"""Two cities of one province that both applied: neither can tell that the other did, whatever it asks for."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest

from engine.clock import FixedClock
from engine.config import read_settings
from engine.errors import NotAllowed, NotFound
from engine.services import accounts, cases, hall, inbox, materials, monitoring, notices, receipts, rounds, tasks
from engine.services.organisations import DEMONSTRATION_PASSWORD
from engine.system import build
from tests.conftest import START
from tests.support import city
from tests.support.browser import text_of
from tests.support.offices import PDF, REPOSITORY, Offices
from tests.support.snapshots import EMPTY_EVERYTHING
from web.application import create_app

SECRET = "鹏城二〇二三特别安排"
ELIGIBLE = """UPDATE organisation SET attributes = (attributes::jsonb || '{"holds_title": "none"}'::jsonb)::json
              WHERE id IN ('guangzhou_government', 'shenzhen_government')"""
#: Every list and search that a person may open.
LISTS = (
    "/inbox",
    "/inbox?scope=overdue",
    "/inbox?search=深圳",
    "/inbox?search=0002",
    "/completed",
    "/completed?search=深圳",
    "/cases",
    "/cases?state=running",
    "/cases?state=ended",
    "/cases?search=深圳",
    "/cases?search=0002",
    "/cases?search=%25",
    "/cases?procedure=city_application",
    "/hall",
    "/rounds",
    "/rounds/1",
    "/notices",
)
OUTSIDERS = ("guangzhou", "dongguan", "beijing", "foshan", "beijing_department", "ministry", "process_owner")


@pytest.fixture(scope="module")
def offices(migrated_database, tmp_path_factory):
    """广州 and 深圳 have filed and wait for their province; 东莞 has only begun."""
    with migrated_database.transaction() as connection:
        connection.exec_driver_sql(EMPTY_EVERYTHING)
    clock = FixedClock(START)
    settings = read_settings({"VAR": str(tmp_path_factory.mktemp("var")), "BPMN": str(REPOSITORY / "bpmn")})
    offices = Offices(replace(build(settings, migrated_database), clock=clock, wall=FixedClock(START)), clock)
    offices.load("city_application")
    with migrated_database.transaction() as connection:
        connection.exec_driver_sql(ELIGIBLE)
    round_id = offices.open_round("city_application")
    for login_name in ("guangzhou", "shenzhen"):
        offices.start(login_name, round_id)
        words = {**city.APPLICATION, "city_overview": f"{SECRET}{login_name}。" * 20}
        offices.complete(login_name, "fill_application", words, files=city.PAPERS)
        offices.complete("guangdong_government", "give_consent", city.CONSENT, files=("consent_document",))
        offices.complete(login_name, "submit_application", city.SUBMIT)
    offices.start("dongguan", round_id)
    return offices


@pytest.fixture(scope="module")
def app(offices):
    return create_app(offices.system)


@pytest.fixture(scope="module")
def hidden(offices):
    """What 深圳's case consists of."""

    def all_of(query):
        with offices.system.database.reading() as connection:
            return list(connection.exec_driver_sql(query).scalars())

    (case_id,) = all_of("SELECT id FROM process_instance WHERE applicant_id = 'shenzhen_government'")
    return {
        "case": case_id,
        "tasks": all_of(f"SELECT id FROM user_task WHERE instance_id = {case_id}"),
        "files": all_of(f"SELECT id FROM material WHERE instance_id = {case_id}"),
        "receipts": all_of(f"SELECT number FROM receipt WHERE instance_id = {case_id}"),
        "notices": all_of(f"SELECT id FROM notice WHERE instance_id = {case_id}"),
    }


@pytest.fixture(scope="module")
def sessions(offices):
    names = (*OUTSIDERS, "shenzhen", "administrator")
    return {name: accounts.sign_in(offices.system, name, DEMONSTRATION_PASSWORD, "127.0.0.1") for name in names}


@pytest.fixture
def get(app, sessions):
    """Return a function: login name, address -> answer, read to its end unless it is a stream."""

    def ask(login_name, address, **options):
        client = app.test_client()
        client.set_cookie("guicheng_session", sessions[login_name].token)
        return client.get(address, **options)

    return ask


def status(get, login_name, address):
    """Return the status of an answer whose body nobody reads."""
    answer = get(login_name, address)
    answer.close()
    return answer.status_code


def addresses(hidden):
    case = hidden["case"]
    return [
        f"/cases/{case}",
        f"/cases/{case}/state",
        f"/cases/{case}/events",
        *(f"/tasks/{task}" for task in hidden["tasks"]),
        *(f"/materials/{file}" for file in hidden["files"]),
        *(f"/receipts/{number}" for number in hidden["receipts"]),
    ]


def test_the_case_consists_of_enough_to_be_found(hidden):
    assert len(hidden["tasks"]) == 4
    assert len(hidden["files"]) == 3
    assert len(hidden["receipts"]) == 1


@pytest.mark.parametrize("login_name", OUTSIDERS)
def test_no_address_of_the_case_answers_an_outsider(get, hidden, login_name):
    assert {status(get, login_name, address) for address in addresses(hidden)} == {404}


@pytest.mark.parametrize(
    "address", ["/cases/{case}", "/cases/{case}/state", "/tasks/{tasks[0]}", "/materials/{files[0]}"]
)
def test_what_exists_and_what_does_not_look_the_same_to_an_outsider(get, hidden, address):
    existing = get("guangzhou", address.format(**hidden))
    missing = get("guangzhou", address.format(case=987_654, tasks=[987_654], files=[987_654]))

    assert (existing.status_code, text_of(existing.text)) == (missing.status_code, text_of(missing.text))
    assert set(existing.headers.keys()) == set(missing.headers.keys())


@pytest.mark.parametrize("address", [f"/cases/{number}" for number in (0, 10**9, 10**18, 10**19, 10**40)])
def test_numbers_that_no_row_can_have_are_simply_not_found(get, address):
    assert get("guangzhou", address).status_code == 404


@pytest.mark.parametrize("path", LISTS)
def test_no_list_and_no_search_of_another_city_shows_it(get, hidden, path):
    page = get("guangzhou", path)

    assert page.status_code == 200
    assert not re.search(rf"/(?:cases|tasks)/(?:{hidden['case']}|{'|'.join(map(str, hidden['tasks']))})\b", page.text)
    assert "深圳市" not in page.text
    assert f"{SECRET}shenzhen" not in page.text


@pytest.mark.parametrize("path", LISTS)
def test_the_city_itself_is_shown_its_own_words_nowhere_but_in_the_case(get, path):
    assert SECRET not in get("shenzhen", path).text


def test_the_city_itself_finds_its_case_everywhere(get, hidden):
    assert {address: status(get, "shenzhen", address) for address in addresses(hidden)} == dict.fromkeys(
        addresses(hidden), 200
    )
    assert f"/cases/{hidden['case']}" in get("shenzhen", "/cases?search=深圳").text


def test_nothing_is_counted_that_is_not_shown(offices):
    actor = offices.actor("guangzhou")

    assert cases.list_cases(offices.system, actor).total == 1
    assert cases.list_cases(offices.system, actor, search="深圳").total == 0
    assert inbox.list_inbox(offices.system, actor).counts == {"all": 0, "soon": 0, "overdue": 0, "unclaimed": 0}


@pytest.mark.parametrize(
    ("login_name", "counts"),
    [
        ("guangzhou", {"drafts": 0, "filed": 1, "in_review": 1, "ended": 0}),
        ("dongguan", {"drafts": 1, "filed": 0, "in_review": 0, "ended": 0}),
        ("beijing", {"drafts": 0, "filed": 0, "in_review": 0, "ended": 0}),
        ("guangdong_government", {"drafts": 0, "filed": 2, "in_review": 2, "ended": 0}),
        ("guangdong_department", {"drafts": 0, "filed": 2, "in_review": 2, "ended": 0}),
        ("ministry", {"drafts": 1, "filed": 2, "in_review": 2, "ended": 0}),
        ("process_owner", {"drafts": 1, "filed": 2, "in_review": 2, "ended": 0}),
    ],
)
def test_a_round_counts_for_each_office_what_it_may_know_of(offices, login_name, counts):
    (one,) = rounds.list_rounds(offices.system, offices.actor(login_name))

    assert dict(one.counts) == counts


def test_the_hall_shows_nobody_elses_case(offices, hidden):
    entries = hall.list_hall(offices.system, offices.actor("guangzhou"))

    assert hidden["case"] not in {entry.case_id for entry in entries}


def test_a_city_is_told_nothing_of_another(offices, hidden, get):
    told = notices.list_notices(offices.system, offices.actor("guangzhou"))

    assert {notice.notice_id for notice in told}.isdisjoint(hidden["notices"])
    assert not any("深圳" in notice.title + notice.body for notice in told)


def test_a_notice_of_another_office_cannot_be_marked_as_read(offices):
    with offices.system.database.reading() as connection:
        foreign = connection.exec_driver_sql(
            "SELECT id FROM notice WHERE organisation_id <> 'guangzhou_government'"
        ).scalars()
        foreign = list(foreign)

    assert foreign
    for notice_id in foreign:
        with pytest.raises(NotFound):
            notices.mark_read(offices.system, offices.actor("guangzhou"), notice_id)


ACTS = {
    "claim": lambda system, actor, hidden: tasks.claim_task(system, actor, hidden["tasks"][-1]),
    "release": lambda system, actor, hidden: tasks.release_task(system, actor, hidden["tasks"][-1]),
    "draft": lambda system, actor, hidden: tasks.save_draft(system, actor, hidden["tasks"][-1], {}),
    "complete": lambda system, actor, hidden: tasks.complete_task(
        system, actor, hidden["tasks"][-1], values=city.AGREE, completion_key="x", received_at=START
    ),
    "upload": lambda system, actor, hidden: materials.add_material(
        system, actor, hidden["tasks"][-1], "written_report", "a.pdf", io.BytesIO(PDF)
    ),
    "remove": lambda system, actor, hidden: materials.remove_material(
        system, actor, hidden["tasks"][-1], hidden["files"][0]
    ),
    "open file": lambda system, actor, hidden: materials.open_material(system, actor, hidden["files"][0]),
    "read task": lambda system, actor, hidden: inbox.read_task(system, actor, hidden["tasks"][0]),
    "read sheet": lambda system, actor, hidden: inbox.read_sheet(system, actor, hidden["tasks"][0]),
    "read form": lambda system, actor, hidden: inbox.read_form(system, actor, hidden["tasks"][0]),
    "read case": lambda system, actor, hidden: cases.read_case(system, actor, hidden["case"]),
    "read revision": lambda system, actor, hidden: cases.read_case_revision(system, actor, hidden["case"]),
    "read receipt": lambda system, actor, hidden: receipts.read_receipt(system, actor, hidden["receipts"][0]),
    "withdraw": lambda system, actor, hidden: cases.withdraw_case(system, actor, hidden["case"], "x", START),
}


@pytest.mark.parametrize("login_name", ["guangzhou", "beijing_department", "ministry", "process_owner"])
@pytest.mark.parametrize("act", ACTS)
def test_every_service_says_not_found_to_an_outsider(offices, hidden, act, login_name):
    with pytest.raises(NotFound):
        ACTS[act](offices.system, offices.actor(login_name), hidden)


def test_a_receipt_is_confirmed_to_whoever_holds_its_code_and_to_nobody_else(offices, hidden):
    (number,) = hidden["receipts"]
    code = receipts.read_receipt(offices.system, offices.actor("shenzhen"), number).verification_code

    assert receipts.verify_receipt(offices.system, number, code).applicant_name == "深圳市人民政府"
    assert receipts.verify_receipt(offices.system, number, code[:-1]) is None
    assert receipts.verify_receipt(offices.system, number, "") is None
    assert receipts.verify_receipt(offices.system, number, "一二三") is None
    assert receipts.verify_receipt(offices.system, f"{number}0", code) is None


def test_guessing_a_receipts_code_does_not_tell_whether_the_receipt_exists(get, hidden):
    (number,) = hidden["receipts"]
    existing = get("guangzhou", "/verify", query_string={"number": number, "code": "AAAA"}).text
    missing = get("guangzhou", "/verify", query_string={"number": "收件-2099-000009", "code": "AAAA"}).text

    assert text_of(existing).replace(number, "") == text_of(missing).replace("收件-2099-000009", "")


def test_the_administrator_sees_the_course_of_every_case_and_no_word_of_it(offices, get, hidden):
    view = cases.read_case(offices.system, offices.actor("administrator"), hidden["case"])
    page = get("administrator", f"/cases/{hidden['case']}").text

    assert [event.kind for event in view.history][-1] == "case_started"
    assert {(event.comment, tuple(event.details)) for event in view.history} == {("", ())}
    assert (view.submissions, view.receipts, view.may_read_contents) == ((), (), False)
    assert SECRET not in page
    assert city.CONSENT["consent_opinion"] not in page
    assert "written_report" not in page


@pytest.mark.parametrize("login_name", ["administrator", "process_owner"])
def test_those_who_watch_the_system_open_no_task_file_or_receipt(get, hidden, login_name):
    closed = [address for address in addresses(hidden) if not address.startswith("/cases")]

    assert {status(get, login_name, address) for address in closed} == {404}


def test_those_who_watch_the_system_have_no_notices_about_cases(offices):
    told = notices.list_notices(offices.system, offices.actor("administrator"))

    assert [notice for notice in told if notice.case_id] == []


def test_monitoring_counts_cases_and_names_none(get):
    page = get("process_owner", "/monitor").text

    assert "深圳" not in page
    assert SECRET not in page


def test_monitoring_is_closed_to_those_who_handle_cases(offices):
    with pytest.raises(NotAllowed):
        monitoring.list_monitors(offices.system, offices.actor("ministry_decider"))
