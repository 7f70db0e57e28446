"""What an owner is told to look at again in windows, time limits and cycles."""

from datetime import date
from pathlib import Path

import pytest

from engine.calendars import load_calendar
from engine.folders.documents import read_document
from engine.folders.procedure import read_procedure
from engine.folders.timetable import Timetable, find_cautions
from engine.folders.windows import read_schedule

BPMN = Path(__file__).parents[3] / "bpmn"
CALENDAR = load_calendar((BPMN / "calendars" / "cn.yaml").read_text(encoding="utf-8"))
WINDOW = "name: {name}, opens: {{month: {0}, day: {1}}}, closes: {{month: {2}, day: {3}}}, basis: 通知, mark: source"


def window(name, days, level="国家"):
    return f"{{{WINDOW.format(*days, name=name)}, level: {level}}}"


def timetable(windows, limits="{}", procedure=None, lanes=None):
    listed = "".join(f"  {name}: {text}\n" for name, text in windows.items())
    content = f"windows:\n{listed}time_limits: {limits}\n".encode()
    problems = []
    schedule = read_schedule(read_document(content, "windows.yaml", problems))
    assert problems == []
    return Timetable(schedule=schedule, procedure=procedure, lanes=lanes or {}, names={})


def procedure_of(name, **replaced):
    text = (BPMN / name / "procedure.yaml").read_text(encoding="utf-8")
    for old, new in replaced.values():
        assert old in text
        text = text.replace(old, new)
    problems = []
    procedure = read_procedure(read_document(text.encode(), "procedure.yaml", problems))
    assert problems == []
    return procedure


def said(table, year=2026, **more):
    return [(caution.keys, caution.message) for caution in find_cautions(table, year, CALENDAR, **more)]


def test_a_last_day_that_is_no_working_day_is_told():
    ((keys, message),) = said(timetable({"filing": window("申报窗口", (10, 15, 11, 15))}))
    assert keys == ("windows", "filing")
    assert "2026-11-15" in message
    assert "不是工作日" in message


def test_a_window_that_ends_on_a_working_day_is_left_alone():
    assert said(timetable({"filing": window("申报窗口", (10, 15, 11, 16))})) == []


def test_a_notice_later_than_the_beginning_is_told_with_the_days_that_are_lost():
    table = timetable({"filing": window("申报窗口", (10, 15, 11, 16))})
    ((_, message),) = said(table, notice_on=date(2026, 10, 20))
    assert "少5天" in message


def test_a_year_without_a_notice_of_holidays_is_told():
    ((_, message),) = said(timetable({"filing": window("申报窗口", (10, 15, 11, 16))}), year=2029)
    assert "2029年的放假安排" in message


def test_a_lower_window_longer_than_the_upper_one_is_told():
    windows = {"filing": window("申报窗口", (10, 15, 11, 16)), "lower": window("省内窗口", (10, 15, 11, 17), "省级")}
    ((keys, message),) = said(timetable(windows))
    assert keys == ("windows", "lower")
    assert "超出了国家设定的“申报窗口”" in message


def test_a_lower_window_inside_the_upper_one_is_left_alone():
    windows = {"filing": window("申报窗口", (10, 15, 11, 16)), "lower": window("省内窗口", (10, 20, 11, 10), "省级")}
    assert said(timetable(windows)) == []


def test_a_window_without_any_day_is_left_to_the_check_of_its_file():
    day = "{month: 1, day: 1}"
    text = f"{{name: 空, opens: {day}, closes: {day}, inclusive: false, basis: 无, mark: source, level: 国家}}"
    problems = []
    schedule = read_schedule(read_document(f"windows: {{filing: {text}}}".encode(), "windows.yaml", problems))
    assert [problem.element for problem in problems] == ["windows.filing.closes"]
    assert said(Timetable(schedule=schedule, procedure=None, lanes={}, names={})) == []


LIMIT = "{{working_days: {}, after: {}, basis: 无, mark: platform}}"
LANES = {"review_by_city": "city_department", "review_by_province": "provincial_department"}


@pytest.mark.parametrize(
    ("city", "province", "after", "expected"),
    [
        (10, 5, "filing.closes", [("time_limits", "review_by_city")]),
        (5, 5, "filing.closes", []),
        (5, 10, "filing.closes", []),
        (10, 5, "opened", []),
    ],
)
def test_a_lower_office_with_longer_than_the_higher_one_is_told(city, province, after, expected):
    limits = f"{{review_by_city: {LIMIT.format(city, after)}, review_by_province: {LIMIT.format(province, after)}}}"
    windows = {"filing": window("申报窗口", (10, 15, 11, 16))}
    table = timetable(windows, limits, procedure_of("park_review"), LANES)
    assert [keys for keys, _ in said(table)] == expected


@pytest.mark.parametrize(("begins", "words"), [("{month: 1, day: 6}", "少5天"), ("{month: 3, day: 1}", "已经不能填报")])
def test_a_yearly_case_that_does_not_begin_with_its_window_is_told(begins, words):
    procedure = procedure_of("cluster_reporting", opens=("opens: {month: 1, day: 1}", f"opens: {begins}"))
    table = timetable({"filing": window("年度报告", (1, 1, 1, 30), "地市级")}, procedure=procedure)
    ((keys, message),) = [one for one in said(table) if one[0] == ("cycle", "opens")]
    assert keys == ("cycle", "opens")
    assert words in message


def test_a_case_that_begins_before_its_window_is_told():
    table = timetable(
        {"filing": window("年度报告", (1, 12, 2, 27), "地市级")}, procedure=procedure_of("cluster_reporting")
    )
    assert "早11天" in dict(said(table))[("cycle", "opens")]


def test_a_reminder_before_the_window_begins_is_told():
    procedure = procedure_of("cluster_reporting", reminders=("[30, 14, 7, 1]", "[60, 30, 7]"))
    table = timetable({"filing": window("年度报告", (1, 1, 1, 30), "地市级")}, procedure=procedure)
    messages = [message for keys, message in said(table) if keys == ("cycle", "reminders")]
    assert [message[:7] for message in messages] == ["截止前60日的", "截止前30日的"]


def test_the_procedures_here_have_no_caution_but_days_off():
    for file in BPMN.glob("*/windows.yaml"):
        problems = []
        schedule = read_schedule(read_document(file.read_bytes(), "windows.yaml", problems))
        table = Timetable(schedule=schedule, procedure=procedure_of(file.parent.name), lanes={}, names={})
        assert [message for _, message in said(table) if "不是工作日" not in message] == []
