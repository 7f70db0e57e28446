"""P01 名城创建申请, taken through the services by every office on simulated days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from engine.clock import ZONE
from engine.errors import (
    AlreadyApplied,
    Conflict,
    InstanceNotOpen,
    NotAllowed,
    NotEligible,
    NotFound,
    OutsideWindow,
    TaskAlreadyCompleted,
)
from engine.recording import WINDOW_GRACE
from engine.services import cases, exceptions, hall, inbox, monitoring, notices, receipts, tasks, windows
from engine.views import ExtensionRequest
from tests.support import city
from tests.support.city import AGREE, APPLICATION, CONSENT, CORRECT, PAPERS, PASS, START, SUBMIT

CLOSE = datetime(2023, 11, 16, tzinfo=ZONE)


@pytest.fixture
def round_id(offices):
    return offices.open_round("city_application")


def outcome(offices, case_id):
    return cases.read_case(offices.system, offices.actor("ministry"), case_id).row.outcome


def extend(offices, round_id, new_close_at, cohort="has_draft", organisations=()):
    request = ExtensionRequest(
        window_id="filing",
        cohort=cohort,
        organisations=organisations,
        new_close_at=new_close_at,
        reason="系统拥堵",
        document_number="工信厅信发函〔2023〕299号",
    )
    return windows.order_extension(offices.system, offices.actor("ministry"), round_id, request)


def test_a_prefecture_city_goes_from_the_notice_to_the_start_of_its_creation(offices, round_id):
    offices.start("dongguan", round_id)
    case_id = city.file_application(offices)
    offices.complete("guangdong_department", "review_by_province", CORRECT)
    offices.complete(
        "dongguan", "correct_for_province", {"correction_note": "已补充年度目标。"}, files=("creation_plan",)
    )
    offices.complete("guangdong_department", "review_by_province", AGREE)
    offices.complete("ministry", "examine_by_ministry", PASS)
    offices.complete("ministry_decider", "decide_by_ministry", START)
    assert outcome(offices, case_id) == "creation_started"


def test_a_municipality_needs_neither_consent_nor_a_provincial_review(offices, round_id):
    offices.start("beijing", round_id)
    city.fill(offices, "beijing")
    offices.complete("beijing", "submit_application", SUBMIT)
    assert offices.steps("ministry") == ["examine_by_ministry"]


def test_a_city_with_a_started_memorandum_is_stopped_with_the_clause(offices, round_id):
    with pytest.raises(NotEligible, match="278号") as refusal:
        offices.start("foshan", round_id)
    assert [rule.rule_id for rule in refusal.value.details["rules"] if rule.outcome == "failed"] == ["E3"]


def test_the_ministry_may_let_a_stopped_city_apply_with_a_reason(offices, round_id):
    blocked = exceptions.list_blocked(offices.system, offices.actor("ministry_decider"), round_id)
    organisation_id = next(one for one, _, result in blocked if result.rule_id == "E3")
    exceptions.grant_exception(
        offices.system, offices.actor("ministry_decider"), round_id, organisation_id, "E3", "备忘录已终止。"
    )
    offices.start("foshan", round_id)
    assert offices.steps("foshan") == ["fill_application"]


def test_nobody_below_the_ministry_may_waive_a_precondition(offices, round_id):
    with pytest.raises(NotAllowed):
        exceptions.grant_exception(
            offices.system, offices.actor("guangdong_department"), round_id, "foshan_government", "E3", "请予放行"
        )


def test_a_city_that_holds_the_title_is_stopped(offices, round_id):
    with pytest.raises(NotEligible):
        offices.start("guangzhou", round_id)


def test_a_city_applies_once_in_a_round(offices, round_id):
    offices.start("dongguan", round_id)
    with pytest.raises(AlreadyApplied):
        offices.start("dongguan", round_id)


def test_the_last_microsecond_of_the_window_is_accepted(offices, round_id):
    offices.start("dongguan", round_id)
    city.fill(offices)
    offices.complete("guangdong_government", "give_consent", CONSENT, files=("consent_document",))
    answer = offices.complete("dongguan", "submit_application", SUBMIT, at=CLOSE - timedelta(microseconds=1))
    receipt = receipts.read_receipt(offices.system, offices.actor("dongguan"), answer.receipt_number)
    assert receipt.received_at == CLOSE - timedelta(microseconds=1)


def test_the_first_instant_after_the_window_is_refused_with_the_close_though_no_pulse_runs(offices, round_id):
    offices.start("dongguan", round_id)
    city.fill(offices)
    offices.complete("guangdong_government", "give_consent", CONSENT, files=("consent_document",))
    with pytest.raises(OutsideWindow, match=r"2023年11月16日00:00:00（北京时间）截止"):
        offices.complete("dongguan", "submit_application", SUBMIT, at=CLOSE)


def test_the_close_of_the_window_seals_drafts(offices, round_id):
    offices.start("dongguan", round_id)
    offices.clock.move_to(CLOSE + WINDOW_GRACE + timedelta(seconds=1))
    offices.beat()
    assert offices.steps("dongguan") == []


def test_a_request_that_waited_for_a_lock_over_the_close_is_still_accepted(offices, round_id):
    offices.start("dongguan", round_id)
    city.fill(offices)
    offices.complete("guangdong_government", "give_consent", CONSENT, files=("consent_document",))
    offices.clock.move_to(CLOSE + WINDOW_GRACE - timedelta(seconds=1))
    offices.beat()
    answer = offices.complete("dongguan", "submit_application", SUBMIT, at=CLOSE - timedelta(milliseconds=1))
    assert answer.receipt_number


def test_the_close_of_the_window_leaves_a_case_filed_in_time_alone(offices, round_id):
    offices.start("dongguan", round_id)
    city.file_application(offices)
    offices.clock.move_to(CLOSE + timedelta(days=1))
    offices.beat()
    assert offices.steps("guangdong_department") == ["review_by_province"]


def test_a_sealed_draft_is_archived_after_thirty_days_and_the_case_ends(offices, round_id):
    offices.start("dongguan", round_id)
    task_id = offices.task("dongguan", "fill_application")
    case_id = inbox.read_task(offices.system, offices.actor("dongguan"), task_id).row.case_id
    offices.clock.move_to(CLOSE + WINDOW_GRACE + timedelta(seconds=1))
    offices.beat()
    offices.clock.move_to(CLOSE + timedelta(days=31))
    offices.beat()
    assert cases.read_case(offices.system, offices.actor("dongguan"), case_id).row.outcome == "not_filed"


def test_an_extension_for_those_with_a_draft_reopens_it_for_them_alone(offices, round_id):
    offices.start("dongguan", round_id)
    city.fill(offices)
    offices.clock.move_to(CLOSE + timedelta(minutes=20))
    offices.beat()
    assert extend(offices, round_id, CLOSE + timedelta(days=2)) == 1
    offices.beat()
    assert offices.steps("dongguan") == ["fill_application"]
    with pytest.raises(OutsideWindow):
        offices.start("beijing", round_id)


def test_what_was_typed_before_the_window_closed_is_there_after_an_extension(offices, round_id):
    task_id = offices.start("dongguan", round_id)
    tasks.save_draft(offices.system, offices.actor("dongguan"), task_id, {"city_overview": "写了一半"})
    offices.clock.move_to(CLOSE + timedelta(minutes=20))
    offices.beat()
    extend(offices, round_id, CLOSE + timedelta(days=2))
    offices.beat()
    reopened = offices.task("dongguan", "fill_application")
    assert inbox.read_task(offices.system, offices.actor("dongguan"), reopened).values["city_overview"] == "写了一半"


def test_an_extension_before_the_pulse_ran_moves_the_gate_and_the_timer(offices, round_id):
    offices.start("dongguan", round_id)
    offices.clock.move_to(CLOSE + timedelta(minutes=5))
    extend(offices, round_id, CLOSE + timedelta(days=2))
    offices.beat()
    city.file_application(offices)
    assert offices.steps("guangdong_department") == ["review_by_province"]


def test_an_extension_for_named_cities_reaches_only_them(offices, round_id):
    offices.start("dongguan", round_id)
    offices.start("beijing", round_id)
    offices.clock.move_to(CLOSE + timedelta(minutes=5))
    extend(offices, round_id, CLOSE + timedelta(days=2), "organisations", (offices.actor("beijing").organisation_id,))
    city.fill(offices, "beijing")
    offices.complete("beijing", "submit_application", SUBMIT)
    city.fill(offices)
    offices.complete("guangdong_government", "give_consent", CONSENT, files=("consent_document",))
    with pytest.raises(OutsideWindow):
        offices.complete("dongguan", "submit_application", SUBMIT)


def test_a_province_may_shorten_the_window_for_its_own_cities(offices, round_id):
    first, last = date(2023, 10, 15), date(2023, 11, 8)
    windows.shorten_window(
        offices.system, offices.actor("guangdong_department"), round_id, "filing", first_day=first, last_day=last
    )
    entry = hall.list_hall(offices.system, offices.actor("dongguan"))[0]
    other = hall.list_hall(offices.system, offices.actor("beijing"))[0]
    assert entry.window.closes_at == datetime(2023, 11, 9, tzinfo=ZONE)
    assert other.window.closes_at == CLOSE


def test_a_return_inside_the_window_reopens_the_application(offices, round_id):
    offices.start("dongguan", round_id)
    city.file_application(offices)
    offices.complete("guangdong_department", "review_by_province", {**CORRECT, "review_decision": "return"})
    assert offices.steps("dongguan") == ["fill_application"]


def test_a_returned_application_goes_on_as_filed_when_the_window_closes(offices, round_id):
    offices.start("dongguan", round_id)
    city.file_application(offices)
    offices.complete("guangdong_department", "review_by_province", {**CORRECT, "review_decision": "return"})
    offices.clock.move_to(CLOSE + WINDOW_GRACE + timedelta(seconds=1))
    offices.beat()
    assert offices.steps("guangdong_department") == ["review_by_province"]


def test_a_return_after_the_window_asks_for_the_named_items_only(offices, round_id):
    offices.start("dongguan", round_id)
    city.file_application(offices)
    offices.clock.move_to(CLOSE + timedelta(days=3))
    offices.complete("guangdong_department", "review_by_province", {**CORRECT, "review_decision": "return"})
    assert offices.steps("dongguan") == ["correct_for_province"]


def test_the_applicant_may_withdraw_until_the_province_opens_the_case(offices, round_id):
    offices.start("dongguan", round_id)
    case_id = city.file_application(offices)
    cases.withdraw_case(offices.system, offices.actor("dongguan"), case_id, "材料有误，重新申报。", offices.clock.now())
    offices.start("dongguan", round_id)
    assert cases.read_case(offices.system, offices.actor("dongguan"), case_id).row.outcome == "withdrawn"


def test_the_applicant_may_not_withdraw_once_the_province_claimed_the_review(offices, round_id):
    offices.start("dongguan", round_id)
    case_id = city.file_application(offices)
    review = offices.task("guangdong_department", "review_by_province")
    tasks.claim_task(offices.system, offices.actor("guangdong_department"), review)
    with pytest.raises(Conflict, match="不能自行撤回"):
        cases.withdraw_case(offices.system, offices.actor("dongguan"), case_id, "想撤回", offices.clock.now())


def test_a_refused_consent_ends_the_case_and_tells_the_city(offices, round_id):
    offices.start("dongguan", round_id)
    case_id = city.fill(offices)
    offices.complete(
        "guangdong_government", "give_consent", {"consent_decision": "refuse", "consent_opinion": "条件尚不成熟。"}
    )
    assert cases.read_case(offices.system, offices.actor("dongguan"), case_id).row.outcome == "consent_refused"


def test_a_decision_against_the_start_ends_the_case_with_its_reason(offices, round_id):
    offices.start("beijing", round_id)
    city.fill(offices, "beijing")
    case_id = offices.complete("beijing", "submit_application", SUBMIT).case_id
    offices.complete("ministry", "examine_by_ministry", PASS)
    offices.complete(
        "ministry_decider", "decide_by_ministry", {**START, "decision": "not_start", "decision_opinion": "暂不启动。"}
    )
    assert outcome(offices, case_id) == "creation_not_started"


def test_the_review_reminder_fires_once(offices, round_id):
    offices.start("dongguan", round_id)
    city.file_application(offices)
    offices.clock.move_to(CLOSE + timedelta(days=12))
    assert offices.beat() == 1
    assert offices.beat() == 0


def test_the_same_submit_sent_twice_gets_the_first_receipt(offices, round_id):
    offices.start("beijing", round_id)
    city.fill(offices, "beijing")
    task_id = offices.task("beijing", "submit_application")
    first = offices.submit("beijing", task_id, SUBMIT)
    assert offices.submit("beijing", task_id, SUBMIT).receipt_number == first.receipt_number


def test_a_completed_task_cannot_be_completed_again_by_somebody_else(offices, round_id):
    offices.start("beijing", round_id)
    city.fill(offices, "beijing")
    offices.complete("beijing", "submit_application", SUBMIT)
    task_id = offices.task("ministry", "examine_by_ministry")
    offices.submit("ministry", task_id, PASS)
    with pytest.raises(TaskAlreadyCompleted, match="经办"):
        offices.submit("ministry_decider", task_id, PASS)


def test_a_case_that_has_ended_takes_no_more_files(offices, round_id):
    task_id = offices.start("dongguan", round_id)
    case_id = inbox.read_task(offices.system, offices.actor("dongguan"), task_id).row.case_id
    cases.withdraw_case(offices.system, offices.actor("dongguan"), case_id, "不再申请", offices.clock.now())
    with pytest.raises((InstanceNotOpen, TaskAlreadyCompleted)):
        offices.upload("dongguan", task_id, PAPERS[0])


def test_an_office_outside_the_case_does_not_learn_that_it_exists(offices, round_id):
    offices.start("dongguan", round_id)
    case_id = city.file_application(offices)
    with pytest.raises(NotFound):
        cases.read_case(offices.system, offices.actor("shenzhen"), case_id)


def test_the_ministry_does_not_see_drafts(offices, round_id):
    offices.start("dongguan", round_id)
    city.fill(offices)
    assert cases.list_cases(offices.system, offices.actor("ministry")).rows == ()


def test_the_receipt_lists_every_item_with_its_digests(offices, round_id):
    offices.start("beijing", round_id)
    city.fill(offices, "beijing")
    number = offices.complete("beijing", "submit_application", SUBMIT).receipt_number
    receipt = receipts.read_receipt(offices.system, offices.actor("beijing"), number)
    assert {"written_report.pdf", "creation_plan.pdf"} <= {item[1] for item in receipt.items}
    assert all(len(item[3]) == len(item[4]) == 64 for item in receipt.items)
    assert receipts.verify_receipt(offices.system, number, receipt.verification_code) is not None
    assert receipts.verify_receipt(offices.system, number, "AAAA") is None


def test_numbers_keep_their_decimals(offices, round_id):
    offices.start("dongguan", round_id)
    case_id = city.fill(offices)
    submitted = cases.read_case(offices.system, offices.actor("dongguan"), case_id).submissions[0]
    assert any("1250.5" in text for _, text in submitted.answers)
    assert APPLICATION["software_revenue"] == "1250.5"


def test_a_notice_says_whom_it_is_about(offices, round_id):
    offices.start("dongguan", round_id)
    city.fill(offices)
    offices.complete(
        "guangdong_government", "give_consent", {"consent_decision": "refuse", "consent_opinion": "条件尚不成熟。"}
    )
    sent = notices.list_notices(offices.system, offices.actor("dongguan"))[0]
    assert "{" not in sent.title + sent.body
    assert "东莞市" in sent.title + sent.body


def test_a_second_review_begins_empty(offices, round_id):
    offices.start("dongguan", round_id)
    city.file_application(offices)
    offices.complete("guangdong_department", "review_by_province", CORRECT)
    offices.complete("dongguan", "correct_for_province", {"correction_note": "已补充。"}, files=("creation_plan",))
    task_id = offices.task("guangdong_department", "review_by_province")
    values = inbox.read_task(offices.system, offices.actor("guangdong_department"), task_id).values
    assert "review_decision" not in values
    assert "review_opinion" not in values


def test_the_offices_of_a_round_hear_of_it(offices, round_id):
    told = notices.list_notices(offices.system, offices.actor("guangdong_government"))
    assert [one.title for one in told] == ["轮次已发布：关于开展2023年度创建申请工作的通知"]


def test_the_monitor_counts_what_waits_and_what_was_passed(offices, round_id):
    offices.start("dongguan", round_id)
    city.file_application(offices)
    monitor = monitoring.list_monitors(offices.system, offices.actor("administrator"))[0]
    counts = {element_id: (waiting, passed) for element_id, _, waiting, _, passed in monitor.steps}
    assert (monitor.running, counts["review_by_province"], counts["fill_application"]) == (1, (1, 0), (0, 1))


def test_only_cities_are_offered_for_an_exception(offices, round_id):
    blocked = exceptions.list_blocked(offices.system, offices.actor("ministry_decider"), round_id)
    assert "guangdong_government" not in {organisation_id for organisation_id, _, _ in blocked}
    assert "foshan_government" in {organisation_id for organisation_id, _, _ in blocked}
