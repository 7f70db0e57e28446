"""集聚区申请评估授予: the printed weights, the two totals, and what happens when they disagree."""

from __future__ import annotations

from datetime import datetime

import pytest
import yaml

from engine.clock import ZONE
from engine.language import compile_expression, decide
from engine.services import cases, hall, inbox, rounds
from engine.views import RoundNotice
from forms import InvalidSubmission, read_form, validate
from tests.support.offices import REPOSITORY, Offices
from tests.support.scenarios import checked

FOLDER = REPOSITORY / "bpmn" / "cluster_award"
SAMPLES = yaml.safe_load((FOLDER / "scenarios" / "samples.yaml").read_text(encoding="utf-8"))["samples"]
#: 附件 of 东制造办〔2021〕1号, 序号 1 to 25.
PRINTED = [5, 3, 3, 2, 3, 2, 2, 2, 2, 2, 6, 6, 7, 8, 7, 6, 3, 3, 3, 3, 3, 3, 3, 5, 6]
SHEET = read_form(
    (FOLDER / "forms" / "score_cluster.form").read_bytes(),
    file="forms/score_cluster.form",
    compile_expression=compile_expression,
)


def full(**scores):
    points = {f"score_{number:02d}": weight for number, weight in enumerate(PRINTED, start=1)}
    return {**points, "score_opinion": "总体良好。", **scores}


def outcome(total_listed, total_normalised, confirmed_mode=None):
    names = {
        "total_listed": total_listed,
        "total_normalised": total_normalised,
        "pass_mark": 80,
        "confirmed_mode": confirmed_mode,
    }
    dmn = (FOLDER / "decisions" / "cluster_outcome.dmn").read_bytes()
    return decide(dmn, "评估结论", names)


@pytest.fixture
def messages_of():
    """Validate and return the messages; a submission that is accepted has none."""

    def messages(form, raw):
        try:
            validate(form, raw, {})
        except InvalidSubmission as refused:
            return refused.messages
        return {}

    return messages


@pytest.fixture
def offices(system, clock, snapshots):
    clock.move_to(datetime(2024, 3, 5, 9, tzinfo=ZONE))
    offices = Offices(system, clock, snapshots)
    offices.load("cluster_award")
    notice = RoundNotice(
        procedure_id="cluster_award",
        year=2024,
        title="关于组织申报市软件和信息技术服务业集聚区的通知",
        document_number="",
        issued_on=None,
        publicity="主动公开",
        windows={"filing": checked(FOLDER).windows["filing"].days_of(2024)},
    )
    rounds.open_round(system, offices.actor("dongguan_bureau"), notice)
    return offices


def start(offices, login):
    return offices.start(login, hall.list_hall(offices.system, offices.actor(login))[0].round_id)


@pytest.mark.parametrize(("login_name", "drafts"), [("dongguan_bureau", ["cluster_award"]), ("guangzhou_bureau", [])])
def test_the_departments_of_other_cities_open_no_round_of_it(offices, login_name, drafts):
    found = rounds.list_round_drafts(offices.system, offices.actor(login_name), year=2025)
    assert [draft.procedure_id for draft in found] == drafts


def test_the_score_sheet_has_the_printed_weights_which_add_up_to_98():
    limits = [
        int(part.limits.maximum) for part in SHEET.fields if part.key.startswith("score_") and part.kind == "number"
    ]
    assert limits == PRINTED
    assert (sum(PRINTED[:10]), sum(PRINTED[10:16]), sum(PRINTED[16:])) == (26, 40, 32)


def test_full_marks_are_98_as_listed_and_100_by_groups():
    clean = validate(SHEET, full(), {})
    assert clean["sheet"] == {"basis": 26, "target": 40, "measure": 32}
    assert (clean["sheet_listed"], clean["sheet_normalised"]) == (98, 100)


def test_a_point_below_full_marks_needs_its_reason(messages_of):
    assert list(messages_of(SHEET, full(score_14=7.5))) == ["reason_14"]


def test_points_go_by_halves(messages_of):
    assert "0.5的整数倍" in messages_of(SHEET, full(score_14=7.3, reason_14="目标偏低。"))["score_14"][0]


def test_more_than_the_weight_is_refused(messages_of):
    assert "不能大于 8" in messages_of(SHEET, full(score_14=8.5))["score_14"][0]


@pytest.mark.parametrize(
    ("listed", "normalised", "confirmed", "expected"),
    [
        (80, 80, None, "pass"),
        (79.99, 79.99, None, "fail"),
        (79.5, 81.5, None, "held"),
        (80.5, 79.5, None, "held"),
        (79.5, 81.5, "normalised", "pass"),
        (79.5, 81.5, "listed", "fail"),
        (80.5, 79.5, "listed", "pass"),
        (80.5, 79.5, "normalised", "fail"),
    ],
)
def test_a_result_is_held_when_the_totals_disagree_until_somebody_confirms_one(listed, normalised, confirmed, expected):
    assert outcome(listed, normalised, confirmed) == expected


def test_the_first_batch_hands_in_its_plan_alone(offices):
    start(offices, "songshan_lake")
    filled = SAMPLES["application"]
    offices.complete("songshan_lake", "fill_application", filled["values"], files=("creation_plan",))
    assert offices.steps("songshan_lake_department") == ["check_by_park_department"]


def test_later_batches_hand_in_everything(offices):
    with offices.system.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE organisation SET attributes = '{}' WHERE id = 'songshan_lake_committee'")
    start(offices, "songshan_lake")
    with pytest.raises(InvalidSubmission) as refused:
        offices.complete(
            "songshan_lake", "fill_application", SAMPLES["application"]["values"], files=("creation_plan",)
        )
    assert list(refused.value.messages) == ["printed_form", "written_report", "self_report", "mechanism_plan"]


def test_revenue_must_double_within_three_years(offices):
    start(offices, "songshan_lake")
    targets = [dict(row) for row in SAMPLES["application"]["values"]["targets"]]
    targets[2]["revenue"] = 24.9
    with pytest.raises(InvalidSubmission) as refused:
        offices.complete("songshan_lake", "fill_application", {**SAMPLES["application"]["values"], "targets": targets})
    assert "3年翻一番" in refused.value.messages["targets"][0]


def test_an_expert_who_works_for_the_applicant_is_not_offered(offices):
    case = start(offices, "songshan_lake")
    case_id = inbox.read_task(offices.system, offices.actor("songshan_lake"), case).row.case_id
    filled = SAMPLES["application"]
    offices.complete("songshan_lake", "fill_application", filled["values"], files=("creation_plan",))
    offices.complete("songshan_lake_department", "check_by_park_department", SAMPLES["checked"]["values"])
    offices.complete("songshan_lake", "submit_application", SAMPLES["submission"]["values"])
    offices.complete("dongguan_bureau", "examine_form", SAMPLES["examined"]["values"])
    offices.complete("dongguan_bureau", "accept_evaluation", SAMPLES["accepted"]["values"])
    task_id = offices.task("dongguan_bureau", "form_panel")
    offered = inbox.read_task(offices.system, offices.actor("dongguan_bureau"), task_id).context["experts"]
    employed = yaml.safe_load((REPOSITORY / "bpmn/organisations/experts.yaml").read_text(encoding="utf-8"))
    recused = {
        one["id"]
        for one in employed["organisations"]
        if one.get("attributes", {}).get("employer") == "songshan_lake_committee"
    }
    assert recused
    assert recused.isdisjoint(one["value"] for one in offered)
    assert len(cases.read_case(offices.system, offices.actor("dongguan_bureau"), case_id).open_tasks) == 1
