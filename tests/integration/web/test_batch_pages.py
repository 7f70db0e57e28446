"""批量办理: an association decides several filings at once, each by itself, and downloads the summary sheet."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import yaml

from engine.clock import ZONE
from engine.services import cases, rounds, tasks
from engine.views import RoundNotice
from tests.support.browser import text_of
from tests.support.offices import REPOSITORY, Offices
from tests.unit.documents.reading import read_cells, read_pages

FOLDER = REPOSITORY / "bpmn" / "product_catalogue"
SAMPLES = yaml.safe_load((FOLDER / "scenarios" / "samples.yaml").read_text(encoding="utf-8"))["samples"]
FILED_BY = {
    "wuhan_enterprise": "one_product",
    "wuhan_second_enterprise": "one_product",
    "wuhan_citizen": "citizen_product",
}
STEP = "check_by_association"
AGREE = {"original_status": "received", "association_decision": "forward", "association_opinion": "材料齐全。"}


@pytest.fixture
def offices(system, clock, snapshots):
    clock.move_to(datetime(2023, 6, 20, 9, tzinfo=ZONE))
    offices = Offices(system, clock, snapshots)
    offices.load("product_catalogue")
    return offices


@pytest.fixture
def round_id(offices):
    notice = RoundNotice(
        procedure_id="product_catalogue",
        year=2023,
        title="关于征集优秀创新软件产品目录的通知",
        document_number="",
        issued_on=None,
        publicity="主动公开",
        windows={
            "association": (date(2023, 6, 1), date(2023, 7, 20)),
            "direct": (date(2023, 6, 1), date(2023, 7, 31)),
        },
    )
    return rounds.open_round(offices.system, offices.actor("federation"), notice)


@pytest.fixture
def filed(offices, round_id):
    """Three filings that wait for the association; ids of their tasks."""
    for login, sample in FILED_BY.items():
        offices.start(login, round_id)
        content = SAMPLES[sample]
        values = {**content["values"], "channel": "association"}
        offices.complete(login, "fill_registration", values, files=tuple(content["materials"]))
        offices.complete(login, "submit_to_association", SAMPLES["submission"]["values"], files=("stamped_form",))
    return waiting(offices)


@pytest.fixture
def address(round_id):
    return f"/batches/{round_id}/{STEP}"


def waiting(offices):
    with offices.system.database.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT id FROM user_task WHERE element_id = %(step)s AND state = 'open' ORDER BY id", {"step": STEP}
        )
        return [str(row.id) for row in rows]


def test_an_office_sees_the_steps_that_wait_for_it(browse, filed):
    text = text_of(browse("wuhan_association").read("/batches"))
    assert "关于征集优秀创新软件产品目录的通知 3 件" in text


def test_the_filings_of_a_round_stand_on_one_page(browse, filed, address):
    text = text_of(browse("wuhan_association").read(address))
    assert [text.count(name) > 0 for name in ("武汉示范软件", "下载汇总表", "共 3 件")] == [True, True, True]


def test_the_chosen_filings_are_decided_and_the_others_wait(browse, offices, filed, address):
    browser = browse("wuhan_association")
    answer = browser.post(address, page=address, task=filed[:2], **AGREE)
    assert (answer.status_code, answer.location) == (302, address)
    assert waiting(offices) == filed[2:]
    assert "已办理 2 件" in browser.read(address)


def test_each_decision_stands_in_the_history_of_its_own_case(browse, offices, filed, address):
    browse("wuhan_association").post(address, page=address, task=filed, **AGREE)
    actor = offices.actor("wuhan_association")
    page = cases.list_cases(offices.system, actor)
    comments = [
        event.comment
        for row in page.rows
        for event in cases.read_case(offices.system, actor, row.case_id).history
        if event.element_id == STEP and event.kind == "task_completed"
    ]
    assert comments == ["材料齐全。"] * 3


def test_what_is_missing_is_said_and_nothing_is_decided(browse, offices, filed, address):
    wrong = {**AGREE, "association_opinion": ""}
    answer = browse("wuhan_association").post(address, page=address, task=filed[:1], **wrong)
    assert answer.status_code == 422
    assert "核对意见" in text_of(answer.text)
    assert f'name="task" value="{filed[0]}" checked' in answer.text
    assert waiting(offices) == filed


def test_nothing_chosen_is_refused_with_everything_typed(browse, offices, filed, address):
    answer = browse("wuhan_association").post(address, page=address, **AGREE)
    assert answer.status_code == 422
    assert "请先勾选" in answer.text
    assert "材料齐全。" in answer.text


def test_what_somebody_took_back_meanwhile_stops_none_of_the_others(browse, offices, filed, address):
    browser = browse("wuhan_association")
    browser.read(address)
    with offices.system.database.reading() as connection:
        case_id = connection.exec_driver_sql(f"SELECT instance_id FROM user_task WHERE id = {filed[0]}").scalar_one()
    applicant = offices.actor("wuhan_enterprise")
    cases.withdraw_case(offices.system, applicant, case_id, "材料有误。", offices.clock.now())
    assert browser.post(address, page=address, task=filed, **AGREE).status_code == 302
    assert waiting(offices) == []


def test_the_same_submit_sent_twice_decides_once(browse, offices, filed, address):
    browser = browse("wuhan_association")
    browser.post(address, page=address, task=filed[:1], **AGREE)
    assert "已经办理或不在本页" in browser.post(address, page=address, task=filed[:1], **AGREE).text
    assert waiting(offices) == filed[1:]


def test_a_task_that_a_colleague_keeps_is_not_offered(browse, offices, filed, address):
    tasks.claim_task(offices.system, offices.actor("wuhan_association"), int(filed[0]))
    with offices.system.database.transaction() as connection:
        connection.exec_driver_sql(
            "UPDATE user_task SET assignee_name = '同事', assignee_id = "
            f"(SELECT id FROM account WHERE login_name = 'federation') WHERE id = {filed[0]}"
        )
    assert f'value="{filed[0]}"' not in browse("wuhan_association").read(address)


def test_the_form_shows_what_depends_on_a_choice(browse, filed, address):
    browser = browse("wuhan_association")
    assert "需要补正的项目" not in text_of(browser.read(address))
    changed = browser.post(f"{address}/refresh", page=address, task=filed[:1], association_decision="correct")
    assert "需要补正的项目" in text_of(changed.text)


def test_the_summary_sheet_lists_the_products_of_every_filing(browse, filed, address):
    browser = browse("wuhan_association")
    browser.post(address, page=address, task=filed[:1], **AGREE)
    answer = browser.get(f"{address}/sheet")
    rows = read_cells(answer.data)
    assert rows[0][0] == "2023年优秀创新软件产品报送汇总表"
    assert "武汉市软件行业协会" in rows[1][0]
    assert [(row[0], row[4], row[8], row[9]) for row in rows[3:6]] == [
        ("1", "示范产线调度软件", "3", "已收到"),
        ("2", "示范产线调度软件", "3", "未收到"),
        ("3", rows[5][4], rows[5][8], "未收到"),
    ]
    assert rows[5][3] == "公民"


@pytest.mark.usefixtures("filed")
def test_the_summary_sheet_comes_as_pdf_to_be_printed_and_sealed(browse, address):
    answer = browse("wuhan_association").get(f"{address}/sheet?as=pdf")
    assert answer.headers["Content-Disposition"].split(";")[1].strip().endswith('.pdf"')
    (page,) = read_pages(answer.data)
    assert "2023年优秀创新软件产品报送汇总表" in page
    assert page.count("示范产线调度软件") == 2
    assert "第 1 页，共 1 页" in page


@pytest.mark.parametrize("login_name", ["wuhan_enterprise", "federation", "ministry"])
def test_an_office_to_which_nothing_came_finds_no_such_page(browse, filed, address, login_name):
    browser = browse(login_name)
    assert [browser.get(path).status_code for path in (address, f"{address}/sheet")] == [404, 404]


def test_a_step_that_its_owner_does_not_name_is_taken_case_by_case(browse, filed, round_id):
    answer = browse("wuhan_enterprise").get(f"/batches/{round_id}/submit_to_association")
    assert answer.status_code == 404
    assert "逐件办理" in answer.text
