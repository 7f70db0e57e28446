"""What an office has not handed on yet is nobody else's business, though they take part in the same case."""

from __future__ import annotations

import io

import pytest

from engine.errors import NotFound
from engine.services import cases, inbox, materials, notices, tasks
from tests.support import city
from tests.support.city import AGREE, CONSENT, CORRECT, PASS, START, SUBMIT
from tests.support.offices import PDF


@pytest.fixture
def round_id(offices):
    return offices.open_round("city_application")


@pytest.fixture
def returned(offices, round_id):
    """A case whose city corrects its plan, as the province's department asked."""
    offices.start("dongguan", round_id)
    case_id = city.file_application(offices)
    offices.complete("guangdong_department", "review_by_province", CORRECT)
    return case_id


def numbers_of(offices, login_name):
    return [row.number for row in cases.list_cases(offices.system, offices.actor(login_name)).rows]


def upload(offices, login_name, task_id, field_key):
    file = io.BytesIO(PDF)
    return materials.add_material(
        offices.system, offices.actor(login_name), task_id, field_key, "未提交.pdf", file
    ).material_id


def may_open(offices, login_name, material_id):
    try:
        _, stream = materials.open_material(offices.system, offices.actor(login_name), material_id)
    except NotFound:
        return False
    stream.close()
    return True


def test_each_upper_level_learns_of_a_case_when_it_receives_it(offices, round_id):
    uppers = ("guangdong_government", "guangdong_department", "ministry", "ministry_decider")
    seen = []

    def look():
        seen.append([len(numbers_of(offices, name)) for name in uppers])

    offices.start("dongguan", round_id)
    look()
    city.fill(offices)
    look()
    offices.complete("guangdong_government", "give_consent", CONSENT, files=("consent_document",))
    look()
    offices.complete("dongguan", "submit_application", SUBMIT)
    look()
    offices.complete("guangdong_department", "review_by_province", AGREE)
    look()

    assert seen == [[0, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 1]]


def test_a_municipalitys_draft_is_unknown_to_the_ministry_until_it_is_filed(offices, round_id):
    task_id = offices.start("beijing", round_id)
    material_id = upload(offices, "beijing", task_id, "written_report")
    (row,) = cases.list_cases(offices.system, offices.actor("beijing")).rows

    assert numbers_of(offices, "ministry") == []
    assert not may_open(offices, "ministry", material_id)
    with pytest.raises(NotFound):
        cases.read_case(offices.system, offices.actor("ministry"), row.case_id)
    with pytest.raises(NotFound):
        inbox.read_task(offices.system, offices.actor("ministry"), task_id)


def test_what_a_city_types_into_its_correction_is_shown_to_nobody_else(offices, returned):
    task_id = offices.task("dongguan", "correct_for_province")
    tasks.save_draft(offices.system, offices.actor("dongguan"), task_id, {"correction_note": "还没想好"})

    own = inbox.read_task(offices.system, offices.actor("dongguan"), task_id).values
    reviewers = inbox.read_task(offices.system, offices.actor("guangdong_department"), task_id).values

    assert own["correction_note"] == "还没想好"
    assert reviewers == {}


def test_what_a_reviewer_types_is_not_shown_to_the_applicant(offices, round_id):
    offices.start("dongguan", round_id)
    city.file_application(offices)
    task_id = offices.task("guangdong_department", "review_by_province")
    reviewer = offices.actor("guangdong_department")
    tasks.save_draft(offices.system, reviewer, task_id, {"review_opinion": "拟不同意"})

    assert inbox.read_task(offices.system, offices.actor("dongguan"), task_id).values == {}
    assert inbox.read_task(offices.system, reviewer, task_id).values["review_opinion"] == "拟不同意"


def test_a_file_is_its_offices_own_until_it_is_submitted(offices, returned):
    task_id = offices.task("dongguan", "correct_for_province")
    material_id = upload(offices, "dongguan", task_id, "creation_plan")
    before = may_open(offices, "dongguan", material_id), may_open(offices, "guangdong_department", material_id)

    offices.submit("dongguan", task_id, {"correction_note": "已补充。"})

    assert before == (True, False)
    assert may_open(offices, "guangdong_department", material_id)


def test_a_file_that_is_not_submitted_is_not_even_named_to_others(offices, returned):
    task_id = offices.task("dongguan", "correct_for_province")
    upload(offices, "dongguan", task_id, "creation_plan")

    own = inbox.read_task(offices.system, offices.actor("dongguan"), task_id).checklist
    others = inbox.read_task(offices.system, offices.actor("guangdong_department"), task_id).checklist

    assert [file.file_name for item in own for file in item.files] == ["未提交.pdf"]
    assert [file for item in others for file in item.files] == []


@pytest.mark.parametrize("login_name", ["dongguan", "guangdong_department"])
def test_a_form_that_is_drawn_again_is_that_of_its_page(offices, returned, login_name):
    task_id = offices.task("dongguan", "correct_for_province")
    upload(offices, "dongguan", task_id, "creation_plan")
    actor = offices.actor(login_name)

    assert inbox.read_sheet(offices.system, actor, task_id) == inbox.read_task(offices.system, actor, task_id).sheet
    assert inbox.read_form(offices.system, actor, task_id) is inbox.read_task(offices.system, actor, task_id).form


def test_a_consent_that_is_only_prepared_is_unknown_to_the_city(offices, round_id):
    offices.start("dongguan", round_id)
    city.fill(offices)
    task_id = offices.task("guangdong_government", "give_consent")
    material_id = upload(offices, "guangdong_government", task_id, "consent_document")

    assert not may_open(offices, "dongguan", material_id)


def test_a_file_that_was_taken_away_is_gone_for_everybody(offices, returned):
    task_id = offices.task("dongguan", "correct_for_province")
    material_id = upload(offices, "dongguan", task_id, "creation_plan")
    materials.remove_material(offices.system, offices.actor("dongguan"), task_id, material_id)

    assert not may_open(offices, "dongguan", material_id)


def test_a_file_of_a_submission_stays_readable_though_it_was_replaced(offices, round_id):
    offices.start("dongguan", round_id)
    city.fill(offices)
    with offices.system.database.reading() as connection:
        first = connection.exec_driver_sql(
            "SELECT id FROM material WHERE field_key = 'written_report' AND is_frozen"
        ).scalar_one()
    offices.complete("guangdong_government", "give_consent", CONSENT, files=("consent_document",))
    offices.complete("dongguan", "submit_application", {"submit_decision": "revise"})
    task_id = offices.task("dongguan", "fill_application")
    materials.remove_material(offices.system, offices.actor("dongguan"), task_id, first)

    assert may_open(offices, "guangdong_government", first)


def test_a_file_of_one_case_cannot_be_taken_off_through_another(offices, round_id, returned):
    task_id = offices.start("beijing", round_id)
    foreign = upload(offices, "dongguan", offices.task("dongguan", "correct_for_province"), "creation_plan")

    with pytest.raises(NotFound):
        materials.remove_material(offices.system, offices.actor("beijing"), task_id, foreign)
    assert may_open(offices, "dongguan", foreign)


def test_a_post_moved_to_another_office_sees_the_new_offices_cases_at_once(offices, returned):
    with offices.system.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE account SET post_id = 'beijing_officer' WHERE login_name = 'dongguan'")
    offices.actors.clear()

    assert numbers_of(offices, "dongguan") == []


def test_the_decision_is_told_to_every_office_of_the_case_and_to_no_watcher(offices, round_id):
    offices.start("beijing", round_id)
    city.fill(offices, "beijing")
    case_id = offices.complete("beijing", "submit_application", SUBMIT).case_id
    offices.complete("ministry", "examine_by_ministry", PASS)
    offices.complete("ministry_decider", "decide_by_ministry", START)

    def is_told(login_name):
        listed = notices.list_notices(offices.system, offices.actor(login_name))
        return any(notice.case_id == case_id for notice in listed)

    assert [is_told(name) for name in ("beijing", "ministry", "administrator", "process_owner", "dongguan")] == [
        True,
        True,
        False,
        False,
        False,
    ]
