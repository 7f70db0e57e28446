"""`cycle` and `of_cycle`: what the clock begins is read strictly and compared with the windows."""

import pytest

from engine.folders import read_folder
from engine.folders.operations import OPERATIONS, check_call
from tests.support.title_folders import KIND, RENEWAL, REPORT
from tests.unit.folders.test_folder import change, problems


@pytest.fixture
def files(tmp_path):
    folders = [procedure.write(tmp_path) for procedure in (RENEWAL, REPORT)]
    return {
        folder.name: {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in folders
    }


@pytest.fixture
def renewal(files):
    return files[RENEWAL.id]


@pytest.fixture
def report(files):
    return files[REPORT.id]


def read(files):
    return read_folder(files, operations=OPERATIONS)


def messages(files):
    return " ".join(problem.message for problem in problems(lambda _: read(files)))


def test_a_renewal_is_three_months_with_the_reminders_of_the_platform(renewal):
    rule = read(renewal).procedure.cycle
    assert (rule.kind, rule.title, rule.months, rule.rolls) == ("renewal", KIND, 3, False)
    assert (rule.window, rule.reminders) == ("filing", (90, 60, 30, 14, 7, 1))


def test_a_yearly_case_begins_on_its_day(report):
    rule = read(report).procedure.cycle
    assert (rule.kind, rule.title, rule.opens, rule.reminders) == ("yearly", KIND, (1, 1), (30, 14, 7, 1))


def test_the_reminders_are_the_owners_to_change(report):
    change(report, "procedure.yaml", f"holders_of: {KIND}", f"holders_of: {KIND}, reminders: [3, 10, 3]")
    assert read(report).procedure.cycle.reminders == (10, 3)


def test_what_a_cycle_is_for_is_what_expressions_read(report):
    assert read(report).procedure.title_kind == KIND


def test_a_window_of_a_cycle_is_no_window_of_a_round(renewal):
    assert read(renewal).windows["filing"].is_of_cycle
    assert read(renewal).windows_for_year(2024) == ()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("kind: renewal", "kind: weekly", "不认识“weekly”"),
        (f"title: {KIND}, ", "", "缺少 title"),
        ("months: 3", "months: 0", "应在 1 到 24 之间"),
        ("months: 3", "month: 3", "不认识 month"),
        ("months: 3", "window: closing", "windows.yaml 里没有它"),
        ("months: 3", "reminders: [soon]", "截止日前的天数"),
        ("months: 3", "reminders: [400]", "截止日前的天数"),
        ("rounds: standing", "rounds: yearly", "请写 rounds: standing"),
    ],
)
def test_a_wrong_cycle_is_refused_with_what_to_write(renewal, old, new, sentence):
    change(renewal, "procedure.yaml", old, new)
    if "yearly" in new:
        change(renewal, "procedure.yaml", "title: 复核\n", 'title: "{year}年复核"\n')
    assert sentence in messages(renewal)


def test_a_renewal_needs_a_window_that_follows_the_title(renewal):
    change(renewal, "windows.yaml", "of_cycle: true", "opens: {month: 1, day: 1}, closes: {month: 1, day: 31}")
    assert "请写 of_cycle: true" in messages(renewal)


def test_a_window_that_follows_a_title_needs_a_renewal(report):
    change(report, "windows.yaml", "opens: {month: 1, day: 1}, closes: {month: 1, day: 31}", "of_cycle: true")
    assert "不是以它为窗口的 renewal" in messages(report)


def test_a_diagram_that_reads_the_title_says_of_which_kind(report):
    change(report, "procedure.yaml", f"cycle: {{kind: yearly, opens: {{month: 1, day: 1}}, holders_of: {KIND}}}\n", "")
    change(report, "process.bpmn", "</bpmn:process>", CONDITION + "</bpmn:process>")
    assert "请写明 title_kind" in messages(report)


CONDITION = (
    '<bpmn:scriptTask id="count" name="计数"><bpmn:script>held = title.status</bpmn:script></bpmn:scriptTask>'
    '<bpmn:endEvent id="counted"/><bpmn:sequenceFlow id="count__counted" sourceRef="count" targetRef="counted"/>'
    '<bpmn:sequenceFlow id="fill_report__count" sourceRef="fill_report" targetRef="count"/>'
)


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("grant_title", {"kind": KIND, "term_years": "0"}, "应为 1 到 99 的整数"),
        ("grant_title", {"kind": KIND, "by": "nobody"}, "不是泳道"),
        ("renew_title", {"kind": KIND}, "缺少参数 term_years"),
        ("change_title", {"kind": KIND, "status": "作废", "reason": "x"}, "只能是：有效、复核中、整改中、退出、撤销"),
        ("change_title", {"kind": KIND, "status": "撤销"}, "缺少参数 reason"),
        ("record_stars", {"kind": KIND, "year": "= year", "stars": "4"}, "应为 1 到 3 的整数"),
        ("record_finding", {"scheme": "办法"}, "缺少参数 ground"),
        ("close_cases", {"procedures": "a"}, "缺少参数 reason"),
    ],
)
def test_a_wrong_call_about_titles_is_refused_with_what_to_write(report, name, given, sentence):
    assert sentence in "".join(check_call(name, given, read(report).procedure))
