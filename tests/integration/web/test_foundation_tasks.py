"""What a person does with tasks in the browser: without scripts, on the real system and the first procedure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from engine.clock import ZONE
from engine.services import accounts
from tests.support import city
from tests.support.browser import text_of
from tests.support.offices import PDF

CLOSE = datetime(2023, 11, 16, tzinfo=ZONE)


@pytest.fixture
def started(offices):
    """The first task of a city that has just begun."""
    return offices.start("dongguan", offices.open_round("city_application"))


@pytest.fixture
def ready(offices, started):
    """The task that submits an application to which the provincial government has consented."""
    city.fill(offices)
    offices.complete("guangdong_government", "give_consent", city.CONSENT, files=("consent_document",))
    return offices.task("dongguan", "submit_application")


def key_of(browser, task_id):
    return re.search(r'name="completion_key" value="([^"]+)"', browser.read(f"/tasks/{task_id}"))[1]


def declare(browser, task_id, **fields):
    """Submit the application with every declaration ticked."""
    ticked = dict.fromkeys(("is_complete", "is_truthful", "is_compliant"), "true")
    sent = {"completion_key": key_of(browser, task_id), "submit_decision": "submit", **ticked, **fields}
    return browser.post(f"/tasks/{task_id}/complete", **sent)


def draft_of(offices, login_name, element_id):
    with offices.system.database.reading() as connection:
        query = "SELECT draft FROM user_task WHERE id = %s"
        return connection.exec_driver_sql(query, (offices.task(login_name, element_id),)).scalar_one()


# Lists


def test_the_inbox_lists_the_open_task_with_its_counts(browse, started):
    page = text_of(browse("dongguan").read("/inbox"))

    assert "全部待办 1" in page
    assert "待签收 1" in page
    assert "东莞市人民政府 名城创建申请" in page


def test_the_inbox_of_another_office_shows_nothing_of_it(browse, started):
    page = browse("guangzhou").read("/inbox")

    assert "东莞" not in page
    assert "现在没有需要您办理的任务" in page


@pytest.mark.parametrize(
    ("words", "is_found"), [("东莞", True), ("名城创建-2023", True), ("上海", False), ("%", False)]
)
def test_the_inbox_is_searched(browse, started, words, is_found):
    page = browse("dongguan").get("/inbox", query_string={"search": words}).text

    assert (f"/tasks/{started}" in page) is is_found


def test_an_unknown_tab_shows_everything_and_a_foreign_cursor_is_refused(browse, started):
    browser = browse("dongguan")

    assert f"/tasks/{started}" in browser.read("/inbox?scope=nonsense")
    assert browser.get("/inbox?cursor=nonsense").status_code == 400


def test_a_completed_task_moves_to_the_completed_list(browse, offices, started):
    city.fill(offices)
    browser = browse("dongguan")

    assert f"/tasks/{started}" not in browser.read("/inbox")
    assert f"/tasks/{started}" in browser.read("/completed")
    assert "completion_key" not in browser.read(f"/tasks/{started}")


# The page


def test_the_page_of_a_task_says_what_rests_on_what_and_until_when(browse, ready):
    page = text_of(browse("dongguan").read(f"/tasks/{ready}"))

    assert "2023-11-15 24:00（含当日）" in page
    assert "工信厅信发函〔2023〕278号" in page
    assert "同意申请。" in page


@pytest.mark.parametrize("login_name", ["guangzhou", "beijing", "administrator"])
def test_nobody_else_learns_that_a_task_exists(browse, started, login_name):
    refused = browse(login_name).get(f"/tasks/{started}")
    missing = browse(login_name).get("/tasks/987654")

    assert refused.status_code == missing.status_code == 404
    assert text_of(refused.text) == text_of(missing.text)


# Claiming


def test_a_claimed_task_says_so_and_can_be_given_back(browse, started):
    browser = browse("dongguan")

    claimed = browser.post(f"/tasks/{started}/claim", next="/inbox?scope=unclaimed")
    in_list = text_of(browser.read("/inbox"))
    browser.post(f"/tasks/{started}/release")

    assert claimed.location == "/inbox?scope=unclaimed"
    assert "我已签收" in in_list
    assert "我已签收" not in text_of(browser.read("/inbox"))


def test_a_colleague_who_comes_second_learns_who_claimed_it(browse, offices, browser, started):
    accounts.save_account(offices.system, login_name="colleague", password="Dong-Guan-2023", post_id="dongguan_officer")
    browse("dongguan").post(f"/tasks/{started}/claim")
    browser.sign_in("colleague", "Dong-Guan-2023")

    answer = browser.post(f"/tasks/{started}/claim")

    assert answer.status_code == 409
    assert "签收" in text_of(answer.text)
    assert "查看办件进展" in answer.text


# Filling in


def test_faults_come_back_with_everything_typed(browse, ready):
    browser = browse("dongguan")

    answer = browser.post(
        f"/tasks/{ready}/complete", completion_key=key_of(browser, ready), submit_decision="submit", is_complete="true"
    )

    assert answer.status_code == 422
    assert "有 2 处需要更正" in answer.text
    assert re.search(r'id="f-is_complete"[^>]*checked', answer.text)
    assert "有错误：" in re.search(r"<title>(.*?)</title>", answer.text)[1]


def test_typed_markup_is_shown_as_text(browse, offices, started):
    browser = browse("dongguan")

    browser.post(f"/tasks/{started}/draft", city_overview="<script>alert(1)</script>{{ 7 * 7 }}")
    page = browser.read(f"/tasks/{started}")

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}" in page


def test_a_draft_is_kept_and_shown_again(browse, offices, started):
    browser = browse("dongguan")

    answer = browser.post(f"/tasks/{started}/draft", city_gdp="11438")
    page = browser.read(f"/tasks/{started}")

    assert answer.location == f"/tasks/{started}"
    assert 'value="11438"' in page
    assert "暂存不等于提交" in page


def test_a_draft_kept_by_the_script_is_answered_in_json(browse, started):
    answer = browse("dongguan").post(
        f"/tasks/{started}/draft", headers={"Accept": "application/json"}, city_gdp="11438"
    )

    assert datetime.fromisoformat(answer.json["saved_at"]) == datetime(2023, 10, 26, 10, 0, tzinfo=ZONE)


def test_the_form_is_refreshed_without_a_script_and_keeps_what_was_typed(browse, ready):
    browser = browse("dongguan")
    before = browser.read(f"/tasks/{ready}")

    answer = browser.post(f"/tasks/{ready}/refresh", submit_decision="submit", _action="refresh")

    assert 'name="is_truthful"' not in before
    assert 'name="is_truthful"' in answer.text
    assert re.search(r'value="submit"[^>]*checked', answer.text)
    assert "<html" in answer.text


def test_htmx_gets_the_form_alone(browse, ready):
    answer = browse("dongguan").post(
        f"/tasks/{ready}/refresh", headers={"HX-Request": "true"}, submit_decision="submit", _action="refresh"
    )

    assert "<html" not in answer.text
    assert answer.text.lstrip().startswith('<div id="form-fields"')


# Submitting


def test_a_submitted_application_ends_at_its_receipt(browse, ready):
    browser = browse("dongguan")

    answer = declare(browser, ready)
    receipt = text_of(browser.get(answer.location).text)

    assert answer.status_code == 302
    assert "收件-2023-000001" in receipt
    assert "2023-10-26 10:00:00（北京时间 UTC+8）" in receipt
    assert len(re.findall(r"SM3 (?:[0-9a-f]{8}\s+){7}[0-9a-f]{8}", receipt)) >= 2


def test_the_same_submit_sent_twice_gets_the_same_receipt(browse, ready):
    browser = browse("dongguan")
    key = key_of(browser, ready)

    first = declare(browser, ready, completion_key=key)
    second = browser.post(f"/tasks/{ready}/complete", completion_key=key, submit_decision="submit")

    assert first.location == second.location


def test_who_comes_second_learns_who_was_first_and_keeps_the_words(browse, offices, browser, started):
    accounts.save_account(offices.system, login_name="colleague", password="Dong-Guan-2023", post_id="dongguan_officer")
    browser.sign_in("colleague", "Dong-Guan-2023")
    city.fill(offices)

    answer = browser.post(f"/tasks/{started}/complete", completion_key="another", city_overview="本市软件产业基础良好")
    page = text_of(answer.text)

    assert answer.status_code == 409
    assert "2023年10月26日10:00:00办结" in page
    assert "东莞市人民政府" in page
    assert "本市软件产业基础良好" in page


@pytest.mark.parametrize(("early", "status"), [(timedelta(microseconds=1), 302), (timedelta(0), 409)])
def test_the_window_is_judged_by_the_arrival_of_the_request(browse, offices, clock, ready, early, status):
    browser = browse("dongguan")
    clock.move_to(CLOSE - early)

    assert declare(browser, ready).status_code == status


def test_a_submit_after_the_close_says_the_exact_moment_and_keeps_the_words(browse, offices, clock, ready):
    browser = browse("dongguan")
    clock.move_to(CLOSE + timedelta(seconds=3))

    answer = declare(browser, ready)
    page = text_of(answer.text)

    assert answer.status_code == 409
    assert "2023-11-16 00:00:00（北京时间 UTC+8）" in page
    assert "2023-11-16 00:00:03（北京时间 UTC+8）" in page
    assert draft_of(offices, "dongguan", "submit_application")["submit_decision"] == "submit"


def test_the_page_says_that_the_window_has_closed_before_anybody_types(browse, clock, ready):
    clock.move_to(CLOSE)

    assert "申报窗口已截止" in text_of(browse("dongguan").read(f"/tasks/{ready}"))


# Materials


def upload(browser, task_id, content, *, name="报告（盖章）.pdf", key="written_report", **fields):
    files = {f"file:{key}": (name, content)}
    return browser.post(f"/tasks/{task_id}/materials", files=files, field_key=key, **fields)


def material_id(browser, task_id):
    return int(re.search(r'href="/materials/(\d+)"', browser.read(f"/tasks/{task_id}"))[1])


def test_an_uploaded_file_is_listed_and_what_was_typed_is_kept(browse, started):
    browser = browse("dongguan")

    answer = upload(browser, started, PDF, city_gdp="11438")
    page = browser.read(f"/tasks/{started}")

    assert answer.location == f"/tasks/{started}#f-written_report"
    assert "报告（盖章）.pdf" in page
    assert 'value="11438"' in page


def test_a_refused_file_is_named_beside_its_field_and_what_was_typed_is_kept(browse, offices, started):
    browser = browse("dongguan")

    answer = upload(browser, started, b"no pdf at all", city_gdp="11438")

    assert answer.status_code == 422
    assert "“报告（盖章）.pdf”没有上传：" in text_of(answer.text)
    assert 'aria-invalid="true"' in answer.text
    assert draft_of(offices, "dongguan", "fill_application")["city_gdp"] == 11438


def test_an_upload_without_a_file_asks_for_one(browse, started):
    answer = browse("dongguan").post(f"/tasks/{started}/materials", field_key="written_report")

    assert answer.status_code == 422
    assert "请先选择文件" in answer.text


def test_a_file_larger_than_any_file_is_refused(browse, started):
    browser = browse("dongguan")
    headers = {"X-CSRF-Token": browser.token(), "Content-Type": "multipart/form-data; boundary=b"}

    answer = browser.send("POST", f"/tasks/{started}/materials", data=b"0" * (24 * 1024 * 1024), headers=headers)

    assert answer.status_code == 413


def test_a_removed_file_is_gone(browse, started):
    browser = browse("dongguan")
    upload(browser, started, PDF)

    browser.post(f"/tasks/{started}/materials/{material_id(browser, started)}/remove")

    assert "报告（盖章）.pdf" not in browser.read(f"/tasks/{started}").split("办理记录")[0]


def test_a_download_is_saved_under_its_own_name_and_never_shown(browse, started):
    browser = browse("dongguan")
    upload(browser, started, PDF)

    answer = browser.get(f"/materials/{material_id(browser, started)}")

    assert answer.data == PDF
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="material-')
    assert "filename*=UTF-8''%E6%8A%A5%E5%91%8A%EF%BC%88%E7%9B%96%E7%AB%A0%EF%BC%89.pdf" in str(answer.headers)
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("login_name", ["guangzhou", "administrator"])
def test_nobody_outside_the_case_gets_its_files(browse, started, login_name):
    browser = browse("dongguan")
    upload(browser, started, PDF)

    assert browse(login_name).get(f"/materials/{material_id(browser, started)}").status_code == 404


# Receipts


def test_a_receipt_is_confirmed_to_whoever_holds_its_code(browse, browser, ready):
    holder = browse("dongguan")
    location = declare(holder, ready).location
    code = re.search(r'class="verification">([^<]+)<', holder.read(location))[1]

    right = browser.get("/verify", query_string={"number": "收件-2023-000001", "code": code})
    wrong = browser.get("/verify", query_string={"number": "收件-2023-000001", "code": "AAAA"})

    assert "查验一致" in right.text
    assert "查验不一致" in wrong.text
    assert "东莞" not in wrong.text


def test_a_receipt_is_shown_to_nobody_outside_its_case(browse, ready):
    location = declare(browse("dongguan"), ready).location

    assert browse("guangzhou").get(location).status_code == 404
