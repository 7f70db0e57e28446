"""Windows, limits and the cycle of a draft: shown on the calendar of a year, changed by forms, kept as written."""

from __future__ import annotations

import pytest
import yaml

from engine.services import drafts
from tests.support.browser import text_of
from tests.support.offices import REPOSITORY

WINDOWS = (REPOSITORY / "bpmn" / "city_application" / "windows.yaml").read_bytes()

#: What the page sends for the window as it stands.
WINDOW = {
    "id": "filing",
    "name": "申报窗口",
    "opens_month": "10",
    "opens_day": "15",
    "closes_month": "11",
    "closes_day": "15",
    "inclusive": "yes",
    "gates": "submit_application",
    "mark": "source",
    "level": "国家",
    "basis": yaml.safe_load(WINDOWS)["windows"]["filing"]["basis"],
}


@pytest.fixture
def browser(browse):
    return browse("process_owner")


@pytest.fixture
def draft(offices):
    return drafts.begin_draft(offices.system, offices.actor("process_owner"), "city_application")


@pytest.fixture
def page(browser, draft):
    return Page(browser, f"/studio/drafts/{draft.draft_id}")


@pytest.fixture
def read(offices, draft):
    """Return a file of the draft as it stands."""
    return lambda path="windows.yaml": drafts.read_files(
        offices.system, offices.actor("process_owner"), draft.draft_id
    )[path]


class Page:
    """The page of windows in somebody's browser."""

    def __init__(self, browser, address):
        self.browser = browser
        self.address = address

    def read(self, query="year=2026"):
        return text_of(self.browser.read(f"{self.address}/windows?{query}"))

    def post(self, action, *, revision="1", **fields):
        return self.browser.post(f"{self.address}/windows/{action}", revision=revision, year="2026", **fields)

    def save(self, **changed):
        return self.post("save", **{**WINDOW, **changed})


def test_the_year_is_shown_with_its_windows_and_the_days_that_follow_from_them(page):
    text = page.read()
    assert "申报窗口 2026-10-15 2026-11-15 32 日，其中工作日 22 日" in text
    assert "省级审核（窗口截止后第5个工作日） 2026-11-20" in text


def test_a_last_day_that_is_no_working_day_is_told_for_the_year_that_is_looked_at(page):
    assert "2026-11-15是周日，不是工作日" in page.read("year=2026")
    assert "不是工作日" not in page.read("year=2024")


def test_days_off_and_days_worked_in_exchange_are_marked(page):
    html = page.browser.read(f"{page.address}/windows?year=2026")
    assert '<span class="vh">周六（国庆节调休上班）</span>' in html
    assert '<span class="vh">国庆节假期</span>' in html


def test_a_year_without_a_notice_says_so(page):
    assert "2031 年的放假安排未公布，按周末推算" in page.read("year=2031")


def test_a_notice_later_than_the_beginning_is_told(page):
    assert "少5天" in page.read("year=2026&notice=2026-10-20")


@pytest.mark.parametrize("year", ["1999", "2100", "99999999"])
def test_a_year_out_of_reach_is_refused(page, year):
    assert page.browser.get(f"{page.address}/windows?year={year}").status_code == 400


def test_a_window_that_is_saved_unchanged_changes_nothing(page, read, draft, offices):
    answer = page.save()
    assert answer.status_code == 302
    assert read() == WINDOWS
    assert drafts.list_changes(offices.system, offices.actor("process_owner"), draft.draft_id) == ()


def test_a_changed_day_changes_nothing_else_in_the_file(page, read):
    assert page.save(closes_day="20").location.endswith("/windows?year=2026")
    assert read() == WINDOWS.replace(b"closes: {month: 11, day: 15}", b"closes: {month: 11, day: 20}")
    assert "2026-11-20" in page.read()


def test_a_day_that_no_year_has_is_refused_with_what_was_typed(page, read):
    answer = page.save(closes_month="2", closes_day="30")
    assert answer.status_code == 422
    assert "2月30日不是每年都有" in text_of(answer.text)
    assert 'value="30"' in answer.text
    assert read() == WINDOWS


def test_a_word_where_a_number_belongs_is_refused(page, read):
    answer = page.save(opens_month="十月")
    assert answer.status_code == 422
    assert 'value="十月"' in answer.text
    assert read() == WINDOWS


def test_a_new_window_stands_beside_the_others(page, read):
    answer = page.save(id="late", name="补报窗口", opens_month="12", opens_day="1", closes_month="12", closes_day="10")
    assert answer.status_code == 302
    added = yaml.safe_load(read())["windows"]["late"]
    assert (added["name"], added["opens"], added["gates"]) == (
        "补报窗口",
        {"month": 12, "day": 1},
        ["submit_application"],
    )
    assert read().startswith(WINDOWS[: WINDOWS.index(b"\n\n#")])


def test_a_window_that_a_limit_counts_from_cannot_be_removed(page, read):
    answer = page.post("remove", id="filing")
    assert answer.status_code == 422
    assert "filing.closes" in answer.text
    assert read() == WINDOWS


def test_a_window_that_nothing_counts_from_is_removed(page, read):
    page.save(id="late", name="补报窗口", gates="")
    page.post("remove", id="late", revision="2")
    assert yaml.safe_load(read()) == yaml.safe_load(WINDOWS)


def limit(element, days, after="opened"):
    return {
        "element": element,
        f"working_days-{element}": days,
        f"after-{element}": after,
        f"basis-{element}": "来源文件没有规定",
        f"mark-{element}": "platform",
    }


def test_a_limit_is_added_and_taken_away(page, read):
    page.post("limits", **limit("give_consent", "15"))
    added = yaml.safe_load(read())["time_limits"]["give_consent"]
    assert added == {"working_days": 15, "after": "opened", "basis": "来源文件没有规定", "mark": "platform"}

    page.post("limits", revision="2", **limit("give_consent", ""))
    assert read() == WINDOWS


@pytest.mark.parametrize(("days", "words"), [("0", "1 到 250"), ("五", "应为整数")])
def test_a_limit_that_cannot_be_kept_is_refused(page, read, days, words):
    answer = page.post("limits", **limit("give_consent", days))
    assert answer.status_code == 422
    assert words in answer.text
    assert read() == WINDOWS


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(page, read):
    page.save(closes_day="20")
    answer = page.save(closes_day="25", revision="1")
    assert answer.status_code == 409
    assert b"day: 20}" in read()


def test_a_cycle_needs_standing_rounds(page, read):
    answer = page.post("cycle", rounds="yearly", kind="yearly", title="中国软件名城", window="filing")
    assert answer.status_code == 422
    assert "请把轮次改为“常设”" in answer.text


def test_a_cycle_is_written_into_the_procedure_and_taken_out_again(page, read):
    before = read("procedure.yaml")
    fields = {"kind": "yearly", "title": "中国软件名城", "window": "filing", "begins_month": "10", "begins_day": "15"}
    title = {"rounds": "standing", "reminders": "30，7"}
    assert page.post("cycle", **fields, **title).status_code == 422, "the title of standing rounds has no year"

    standing = before.replace(
        'title: "{year}年度中国软件名城创建申请"'.encode(), "title: 中国软件名城创建申请".encode()
    )
    headers = {"X-CSRF-Token": page.browser.token(), "If-Match": '"1"'}
    page.browser.send("PUT", f"{page.address}/files/procedure.yaml", data=standing, headers=headers)
    assert page.post("cycle", revision="2", **fields, **title).status_code == 302
    assert yaml.safe_load(read("procedure.yaml"))["cycle"] == {
        "kind": "yearly",
        "holders_of": "中国软件名城",
        "opens": {"month": 10, "day": 15},
        "window": "filing",
        "reminders": [30, 7],
    }
    assert "系统发起办件 2026-10-15" in page.read()
    assert page.post("cycle", revision="3", rounds="standing", kind="").status_code == 302
    assert "cycle" not in yaml.safe_load(read("procedure.yaml"))


def test_the_whole_file_can_be_typed(page, read):
    text = WINDOWS.decode().replace("working_days: 20", "working_days: 25")
    assert page.post("source", text=text.replace("\n", "\r\n")).status_code == 302
    assert read() == text.encode()


def test_a_file_with_a_fault_is_not_saved_and_nothing_typed_is_lost(page, read):
    answer = page.post("source", text=WINDOWS.decode() + "\ntypo: [")
    assert answer.status_code == 422
    assert "typo: [" in answer.text
    assert read() == WINDOWS


def test_a_draft_whose_file_is_broken_still_shows_its_page(page):
    headers = {"X-CSRF-Token": page.browser.token(), "If-Match": '"1"'}
    page.browser.send("PUT", f"{page.address}/files/windows.yaml", data=b"windows: [", headers=headers)
    assert "不是有效的 YAML" in page.read()
    assert page.save(revision="2").status_code == 422
