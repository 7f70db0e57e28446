"""称号登记 over HTTP: the register, one title, the calendar, and entering a title by hand."""

from datetime import datetime

import pytest

from engine.audit import first_broken_link
from engine.clock import ZONE
from engine.store import titles
from tests.support.browser import text_of
from tests.support.title_folders import AWARD, HOLDER, KIND, REPORT, Register

ENTRY = {
    "kind": KIND,
    "holder": "dongguan_government",
    "granted_by": "guangdong_department",
    "granted_on": "",
    "expires_on": "2023-12-31",
    "document_number": "东制造办〔2021〕1号",
    "status": "有效",
    "reason": "首批次；来源文件没有写明授予日，有效期按创建期末日登记。",
}


@pytest.fixture
def register(offices, tmp_path):
    return Register(offices, tmp_path, AWARD, REPORT).at(2023, 10, 26)


@pytest.fixture
def held(register):
    register.award()
    register.award("guangzhou")
    return register


def page(browser, path):
    return text_of(browser.read(path).split("<main")[1])


def test_everybody_who_signed_in_reads_the_register(browse, held):
    for login_name in ("guangzhou", "ministry", "administrator"):
        assert "东莞市人民政府" in page(browse(login_name), "/titles")


def test_a_line_says_until_when_and_how_long_that_is(browse, held):
    text = page(browse("ministry"), "/titles")
    assert "2026-10-26" in text
    assert "还有 1096 日" in text
    assert "有效" in text


def test_a_title_past_its_last_day_stands_under_its_own_tab_and_stays_in_force(browse, held):
    held.clock.move_to(datetime(2026, 10, 29, tzinfo=ZONE))
    text = page(browse("ministry"), "/titles?scope=expired")
    assert "已过期 3 日" in text
    assert "共 2 项" in text


def test_a_title_that_goes_on_while_it_is_reviewed_waits_for_nobody(browse, held):
    held.clock.move_to(datetime(2026, 10, 29, tzinfo=ZONE))
    with held.system.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE title SET status = '复核中' WHERE id = 1")
    assert "东莞市人民政府" not in page(browse("ministry"), "/titles?scope=expired")
    assert "期满已 3 日 尚未评估 复核中·称号延续" in page(browse("ministry"), "/titles")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=东莞", 1),
        ("search=示〔2021〕", 2),
        (f"kind={KIND}", 2),
        ("scope=ended", 0),
        ("scope=soon", 0),
        ("search=%25", 0),
    ],
)
def test_the_register_is_searched_and_filtered(browse, held, query, found):
    text = page(browse("ministry"), f"/titles?{query}")
    assert (f"共 {found} 项" in text) is (found > 0)


def test_the_register_is_read_page_by_page_without_loss(browse, held, monkeypatch):
    monkeypatch.setattr(titles, "PAGE", 1)
    browser = browse("ministry")
    first = browser.read("/titles")
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = browser.read(following)
    assert ("东莞市人民政府" in first, "广州市人民政府" in first) == (True, False)
    assert ("东莞市人民政府" in second, "广州市人民政府" in second) == (False, True)
    assert 'rel="next"' not in second


def test_a_cursor_of_somebody_else_is_refused(browse, held):
    assert browse("ministry").get("/titles?cursor=abc").status_code == 400


def test_the_page_of_a_title_tells_what_happened_and_what_comes(browse, held):
    text = page(browse(HOLDER), "/titles/1")
    assert "授予 有效期至 2026-10-26" in text
    assert "年度报告 未开始 2024-01-01 00:00 至 2024-01-31 24:00（含当日）" in text
    assert "授予-2023-0001" in text


def test_cases_are_named_only_to_those_who_may_know_of_them(browse, held):
    text = page(browse("guangzhou"), "/titles/1")
    assert "授予-2023-0001" not in text
    assert "没有您可以查看的办件" in text


def test_the_calendar_lists_expiries_by_month(browse, held):
    assert "12 个月内没有称号到期" in page(browse("ministry"), "/titles/calendar")
    text = page(browse("ministry"), "/titles/calendar?months=36")
    assert "2026 年 10 月 2 项" in text


def test_a_title_without_a_day_of_grant_is_entered_by_its_granting_office(browse, register):
    browser = browse("guangdong_department")
    answer = browser.post("/titles", page="/titles/new", **ENTRY)
    assert answer.location == "/titles/1"
    text = page(browser, "/titles/1")
    assert "授予日 未载明" in text
    assert "2023-12-31 24:00（含当日） 还有 66 日" in text
    assert "首批次；来源文件没有写明授予日" in text


def test_a_title_entered_by_hand_begins_its_yearly_cases(browse, register):
    browse("guangdong_department").post("/titles", page="/titles/new", **ENTRY)
    assert len(register.at(2024, 1, 2).cases(REPORT)) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"reason": " "}, "请填写登记依据和理由"),
        ({"kind": "别的称号"}, "请选择称号种类"),
        ({"holder": "nobody"}, "请选择持有单位"),
        ({"granted_by": "ministry"}, "请选择持有单位和授予单位"),
        ({"status": "撤销"}, "请选择称号状态"),
        ({"granted_on": "2024-01-01"}, "不能早于授予日"),
        ({"expires_on": "明年"}, "应为日期"),
    ],
)
def test_a_wrong_entry_comes_back_with_everything_typed(browse, register, wrong, sentence):
    answer = browse("guangdong_department").post("/titles", page="/titles/new", **{**ENTRY, **wrong})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="东制造办〔2021〕1号"' in answer.text


def test_a_second_title_of_a_kind_is_refused(browse, held):
    answer = browse("guangdong_department").post("/titles", page="/titles/new", **ENTRY)
    assert (answer.status_code, "已持有这一称号" in answer.text) == (409, True)


def test_only_who_grants_a_title_or_administers_may_enter_one(browse, register):
    assert browse("guangdong_department").get("/titles/new").status_code == 200
    assert browse("administrator").get("/titles/new").status_code == 200
    assert browse(HOLDER).get("/titles/new").status_code == 403
    assert browse("ministry").post("/titles", **ENTRY).status_code == 403


CORRECTION = {
    "kind": KIND,
    "granted_on": "2023-10-25",
    "expires_on": "2026-10-25",
    "document_number": "示范〔2023〕1号",
    "reason": "授予日录入有误，以印发的公告为准。",
    "sequence": "1",
}


def correct(browser, **changes):
    return browser.post("/titles/1/correct", page="/titles/1/correct", **{**CORRECTION, **changes})


def test_a_correction_says_what_stood_there_before(browse, held):
    browser = browse("guangdong_department")
    assert correct(browser).location == "/titles/1"
    text = page(browser, "/titles/1")
    assert "2026-10-25 24:00（含当日）" in text
    assert "更正登记" in text
    assert "授予日：2023-10-26 改为 2023-10-25" in text
    assert "有效期至：2026-10-26 改为 2026-10-25" in text
    assert "授予日录入有误，以印发的公告为准。" in text


def test_a_correction_is_chained_to_what_happened_before(browse, held):
    correct(browse("guangdong_department"))
    with held.system.database.reading() as connection:
        chain = titles.read_chain(connection, 1)
    assert [event["kind"] for event, *_ in chain] == ["granted", "corrected"]
    assert first_broken_link(chain) is None


def test_reports_and_renewals_follow_the_corrected_days(browse, register):
    browser = browse("guangdong_department")
    browser.post("/titles", page="/titles/new", **{**ENTRY, "expires_on": "2023-11-30"})
    changes = {"granted_on": "", "expires_on": "2026-12-31", "document_number": ENTRY["document_number"]}
    assert correct(browser, **changes).status_code == 302
    with register.system.database.reading() as connection:
        keys = list(connection.exec_driver_sql("SELECT cycle_key FROM title_cycle ORDER BY id").scalars())
    assert keys == ["2024"]
    assert len(register.at(2024, 1, 2).cases(REPORT)) == 1


@pytest.mark.parametrize(
    ("wrong", "status", "sentence"),
    [
        ({"reason": ""}, 422, "请填写更正的依据和理由"),
        ({"kind": "别的称号"}, 422, "请选择称号种类"),
        ({"expires_on": "2020-01-01"}, 422, "不能早于授予日"),
        ({"expires_on": "明年"}, 422, "应为日期"),
        ({"sequence": "0"}, 409, "刚刚有了变化"),
        ({"sequence": "一"}, 409, "刚刚有了变化"),
    ],
)
def test_a_wrong_correction_comes_back_with_everything_typed(browse, held, wrong, status, sentence):
    answer = correct(browse("guangdong_department"), **wrong)
    assert (answer.status_code, sentence in answer.text) == (status, True)
    assert 'value="示范〔2023〕1号"' in answer.text


def test_nothing_is_corrected_when_nothing_is_different(browse, held):
    browser = browse("guangdong_department")
    number = browser.read("/titles/1/correct").split('name="document_number" value="')[1].split('"')[0]
    same = {"granted_on": "2023-10-26", "expires_on": "2026-10-26", "document_number": number}
    assert "没有改动任何内容" in correct(browser, **same).text


def test_only_the_granting_office_and_an_administrator_correct_a_title(browse, held):
    assert [browse(one).get("/titles/1/correct").status_code for one in ("administrator", "ministry", HOLDER)] == [
        200,
        403,
        403,
    ]
    assert browse("ministry").post("/titles/1/correct", **CORRECTION).status_code == 403
    assert "更正登记" not in page(browse(HOLDER), "/titles/1")
