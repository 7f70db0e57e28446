"""Time limits in working days: of a step that a person takes, or of a period that a timer waits out."""

from tests.unit.folders.test_folder import change, problems


def test_a_timer_may_wait_for_a_number_of_working_days(files, read):
    limit = "  window_closed: {working_days: 5, after: opened, basis: 来源文件未规定, mark: platform}\n"
    change(files, "windows.yaml", "time_limits:\n", f"time_limits:\n{limit}")
    change(files, "process.bpmn", "<timeDate>windows.filing.closes_at<", "<timeDate>deadlines.window_closed<")
    assert read().time_limits["window_closed"].working_days == 5


def test_an_event_that_waits_for_nothing_has_no_time_limit(files, read):
    change(files, "windows.yaml", "  review_report: {", "  report_late: {")
    assert any("没有编号为“report_late”的用户任务或定时事件" in problem.message for problem in problems(read))
