"""A case that waits inside a called diagram is shown there, too, and one that it left stays on its page."""

import re
from datetime import date

from engine.services import cases, hall, inbox, monitoring, rounds
from engine.views import RoundNotice
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
