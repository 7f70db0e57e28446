"""优秀创新软件产品目录征集, played by its offices: two channels, at most three products per enterprise over both."""

from __future__ import annotations

from datetime import datetime
from threading import Barrier, Thread

import pytest
import yaml

from engine.clock import ZONE
from engine.errors import LimitReached, NotEligible, OutsideWindow
from engine.services import cases, hall, notices, rounds
from engine.views import RoundNotice
from forms import InvalidSubmission
from tests.support.offices import REPOSITORY, Offices

FOLDER = REPOSITORY / "bpmn" / "product_catalogue"
SAMPLES = yaml.safe_load((FOLDER / "scenarios" / "samples.yaml").read_text(encoding="utf-8"))["samples"]
SUBMIT = SAMPLES["submission"]["values"]
FIRST, SECOND = "wuhan_enterprise", "wuhan_second_enterprise"
CITIZEN = "wuhan_citizen"


@pytest.fixture
def offices(system, clock, snapshots):
    clock.move_to(datetime(2023, 6, 20, 9, tzinfo=ZONE))
    offices = Offices(system, clock, snapshots)
    offices.load("product_catalogue")
    return offices


@pytest.fixture
def round_id(offices):
    folder = offices.system
    with folder.database.reading() as connection:
        definition_id = connection.exec_driver_sql("SELECT id FROM procedure_definition").scalar_one()
        windows = folder.folder(connection, definition_id).windows
    notice = RoundNotice(
        procedure_id="product_catalogue",
        year=2023,
        title="关于征集优秀创新软件产品目录的通知",
        document_number="",
        issued_on=None,
        publicity="主动公开",
        windows={name: rule.days_of(2023) for name, rule in windows.items()},
    )
    return rounds.open_round(offices.system, offices.actor("federation"), notice)


def fill(offices, login, sample, **values):
    content = SAMPLES[sample]
    offices.complete(
        login, "fill_registration", {**content["values"], **values}, files=tuple(content.get("materials", ()))
    )


def file(offices, round_id, login, sample, step, **values):
    offices.start(login, round_id)
    fill(offices, login, sample, **values)
    return offices.complete(login, step, SUBMIT, files=("stamped_form",)).case_id


def test_one_enterprise_cannot_pass_three_products_over_two_accounts_and_channels(offices, round_id):
    file(offices, round_id, FIRST, "three_products", "submit_directly")
    offices.start(SECOND, round_id)
    fill(offices, SECOND, "one_product")
    with pytest.raises(LimitReached, match="不得超过3个"):
        offices.complete(SECOND, "submit_to_association", SUBMIT, files=("stamped_form",))
    assert offices.steps(SECOND) == ["submit_to_association"]


def test_two_filings_that_reach_three_together_are_both_taken(offices, round_id):
    three = SAMPLES["three_products"]
    offices.start(FIRST, round_id)
    offices.complete(
        FIRST,
        "fill_registration",
        {**three["values"], "product_count": "2"},
        files=tuple(name for name in three["materials"] if not name.startswith("p3")),
    )
    offices.complete(FIRST, "submit_directly", SUBMIT, files=("stamped_form",))
    assert file(offices, round_id, SECOND, "one_product", "submit_to_association")


def test_a_withdrawn_filing_counts_no_more(offices, round_id):
    case_id = file(offices, round_id, FIRST, "three_products", "submit_directly")
    cases.withdraw_case(offices.system, offices.actor(FIRST), case_id, "改由分公司报送", offices.clock.now())
    assert file(offices, round_id, SECOND, "one_product", "submit_to_association")


def test_a_citizen_is_counted_for_herself(offices, round_id):
    file(offices, round_id, FIRST, "three_products", "submit_directly")
    assert file(offices, round_id, CITIZEN, "citizen_product", "submit_directly")


def test_two_accounts_at_the_same_moment_cannot_pass_the_limit_together(offices, round_id):
    for login in (FIRST, SECOND):
        offices.start(login, round_id)
        fill(offices, login, "three_products")
        offices.upload(login, offices.task(login, "submit_directly"), "stamped_form")
    outcomes, together = [], Barrier(2)

    def submit(login):
        task_id = offices.task(login, "submit_directly")
        together.wait()
        try:
            offices.submit(login, task_id, SUBMIT)
            outcomes.append("taken")
        except LimitReached:
            outcomes.append("refused")

    threads = [Thread(target=submit, args=(login,)) for login in (FIRST, SECOND)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes) == ["refused", "taken"]


def test_the_channel_through_the_association_ends_eleven_days_before_the_other(offices, round_id):
    offices.start(FIRST, round_id)
    fill(offices, FIRST, "one_product")
    task_id = offices.task(FIRST, "submit_to_association")
    offices.upload(FIRST, task_id, "stamped_form")
    late = datetime(2023, 7, 21, tzinfo=ZONE)
    with pytest.raises(OutsideWindow, match=r"2023年07月21日00:00:00（北京时间）截止"):
        offices.submit(FIRST, task_id, SUBMIT, at=late)
    offices.clock.move_to(datetime(2023, 7, 21, 0, 1, tzinfo=ZONE))
    offices.beat()
    told = notices.list_notices(offices.system, offices.actor(FIRST))[0]
    assert told.title == "经协会报送已截止，仍可直接报送"
    assert offices.steps(FIRST) == ["fill_registration"]


def test_after_the_first_close_one_may_still_begin_and_only_file_directly(offices, round_id):
    offices.clock.move_to(datetime(2023, 7, 25, 9, tzinfo=ZONE))
    assert hall.list_hall(offices.system, offices.actor(FIRST))[0].window.window_id == "direct"
    offices.start(FIRST, round_id)
    with pytest.raises(InvalidSubmission) as refused:
        fill(offices, FIRST, "one_product")
    assert list(refused.value.messages) == ["channel"]


def test_three_users_are_asked_for_through_the_association_and_advised_directly(offices, round_id):
    two = SAMPLES["one_product"]["values"]["p1_users"][:2]
    offices.start(FIRST, round_id)
    with pytest.raises(InvalidSubmission, match="至少列3个"):
        fill(offices, FIRST, "one_product", p1_users=two)
    fill(offices, FIRST, "one_product", p1_users=two, channel="direct")
    assert offices.steps(FIRST) == ["submit_directly"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("uscc", "91420100MADEMQ0012", "校验码"),
        ("p1_released_on", "2021-12-31", "两个年度以内"),
        ("p1_released_on", "2023-06-21", "不晚于今天"),
        ("p1_product_brief", "新" * 501, "500 字以内"),
        ("p1_market_share", "没有", "没有的填“无”"),
    ],
)
def test_what_the_printed_form_asks_is_checked(offices, round_id, field, value, sentence):
    offices.start(FIRST, round_id)
    with pytest.raises(InvalidSubmission) as refused:
        fill(offices, FIRST, "one_product", **{field: value})
    assert sentence in refused.value.messages[field][0]


def test_a_citizen_of_another_register_cannot_apply(offices, round_id):
    with offices.system.database.transaction() as connection:
        connection.exec_driver_sql(
            'UPDATE organisation SET attributes = \'{"household_registration": "elsewhere"}\''
            " WHERE id = 'wuhan_model_citizen'"
        )
    with pytest.raises(NotEligible, match="中国户籍公民"):
        offices.start(CITIZEN, round_id)


def test_experts_do_not_read_each_others_sheets_before_all_are_in(offices, round_id):
    case_id = file(offices, round_id, FIRST, "one_product", "submit_directly", channel="direct")
    offices.complete("federation", "check_by_federation", SAMPLES["passed"]["values"])
    panel = ["expert_1", "expert_2", "expert_3"]
    offices.complete("federation", "form_panel", {"panel": panel})
    offices.complete("expert_1", "review_products", SAMPLES["recommended"]["values"])
    steps = [one.task_name for one in cases.read_case(offices.system, offices.actor("expert_2"), case_id).submissions]
    assert "审核产品资料" not in steps
