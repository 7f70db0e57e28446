"""A case that waits inside a called diagram is shown there, is taken out of it again, and what it left stays shown."""

import re
from datetime import date

import pytest

from engine.services import cases, hall, inbox, maintenance, monitoring, repair, rounds
from engine.views import MaintenanceNote, RoundNotice
from tests.support import city


def test_the_page_of_a_case_draws_the_called_diagram_it_waits_in_and_no_other(offices):
    offices.load("product_catalogue")
    notice = RoundNotice(
        procedure_id="product_catalogue",
        year=2023,
        title="征集通知",
        document_number="",
        issued_on=None,
        publicity="主动公开",
        windows={name: (date(2023, 6, 1), date(2023, 12, 31)) for name in ("association", "direct")},
    )
    round_id = rounds.open_round(offices.system, offices.actor("federation"), notice)
    started = hall.start_case(offices.system, offices.actor("wuhan_enterprise"), round_id)
    view = cases.read_case(offices.system, offices.actor("wuhan_enterprise"), started.case_id)

    [(name, drawing)] = view.called
    assert name == "填报产品登记表"
    assert 'data-element="fill_registration"' in drawing
    assert 'data-element="fill_registration"' not in view.diagram_svg
    [mark] = [mark for mark in view.marks if mark.element_id == "fill_registration"]
    assert (mark.state, mark.count) == ("active", 1)
    [monitor] = [
        one
        for one in monitoring.list_monitors(offices.system, offices.actor("administrator"))
        if one.procedure_id == "product_catalogue"
    ]
    assert [name for name, _ in monitor.called] == ["填报产品登记表"]
    [call] = [mark for mark in monitor.marks if mark.element_id == "file_registration"]
    assert (call.state, call.count) == ("active", 1)
    assert [name for _, name, *_ in monitor.steps][:2] == ["填写登记表", "提交给地方协会"]


def test_a_called_diagram_that_a_case_left_stays_on_its_page_with_what_it_passed(offices):
    task_id = offices.start("beijing", offices.open_round("city_application"))
    case_id = inbox.read_task(offices.system, offices.actor("beijing"), task_id).row.case_id
    city.fill(offices, "beijing")
    offices.complete("beijing", "submit_application", city.SUBMIT)
    view = cases.read_case(offices.system, offices.actor("beijing"), case_id)

    assert [name for name, _ in view.called] == ["部形式审查"]
    [(name, drawing)] = view.passed
    assert name == "填报并提交申请"
    assert re.search(r'<g class="[^"]*st-done" data-element="fill_application"', drawing)


def test_a_called_diagram_that_a_case_never_came_to_is_not_drawn(offices):
    task_id = offices.start("beijing", offices.open_round("city_application"))
    view = cases.read_case(
        offices.system,
        offices.actor("beijing"),
        inbox.read_task(offices.system, offices.actor("beijing"), task_id).row.case_id,
    )

    assert [name for name, _ in (*view.called, *view.passed)] == ["填报并提交申请"]


NOTE = MaintenanceNote(reason="材料需重新填报，按来函退回。", revision=None)


@pytest.fixture
def examined(offices):
    """The case of a municipality that the ministry examines, inside a called diagram."""
    task_id = offices.start("beijing", offices.open_round("city_application"))
    city.fill(offices, "beijing")
    offices.complete("beijing", "submit_application", city.SUBMIT)
    return inbox.read_task(offices.system, offices.actor("beijing"), task_id).row.case_id


def open_token(offices, case_id):
    view = maintenance.read_repair(offices.system, offices.actor("administrator"), case_id)
    return view, next(token for token in view.tokens if token.kind == "task")


def test_the_steps_around_a_called_diagram_are_offered_and_the_preview_says_what_is_left(offices, examined):
    view, token = open_token(offices, examined)
    assert dict(view.targets)["file_application"] == "填报并提交（从头办理）"
    administrator = offices.actor("administrator")
    preview = repair.preview_move(offices.system, administrator, examined, token.token_id, "file_application")
    assert preview.left == ("部形式审查",)
    assert token.name in preview.closed
    assert preview.opened[0] == "填写申请材料"
    assert preview.refusal == ""


def test_a_case_is_sent_back_out_of_a_called_diagram_and_goes_on_from_there(offices, examined):
    _, token = open_token(offices, examined)
    arguments = (offices.system, offices.actor("administrator"), examined)
    repair.send_back(*arguments, token.token_id, "file_application", NOTE)

    assert token.element_id not in offices.steps("ministry")
    offices.complete("beijing", "fill_application", city.APPLICATION)
    offices.complete("beijing", "submit_application", city.SUBMIT)
    assert token.element_id in offices.steps("ministry")
    history = cases.read_case(offices.system, offices.actor("beijing"), examined).history
    details = next(event.details for event in history if event.kind == "case_returned")
    assert details["before"]["places"][0]["element"] == "examine_application"
    assert details["after"]["places"][0]["element"] == "file_application"
    assert "“部形式审查”中止，其中未办结的环节一并撤销。" in details["changes"]
