"""A case that waits inside a called diagram is shown there, too."""

from datetime import date

from engine.services import cases, hall, monitoring, rounds
from engine.views import RoundNotice


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
