"""集聚区违规查处: who knows when, what a finding does to an application, and how it is put right."""

from __future__ import annotations

from datetime import datetime

import pytest
import yaml

from engine.clock import ZONE
from engine.errors import NotEligible, NotFound
from engine.services import cases, closings, hall, rounds
from engine.views import RoundNotice
from tests.support.offices import REPOSITORY, Offices
from tests.support.scenarios import PROCEDURES, checked

FOLDER = REPOSITORY / "bpmn" / "cluster_violation"
SAMPLES = yaml.safe_load((FOLDER / "scenarios" / "samples.yaml").read_text(encoding="utf-8"))["samples"]
PARTY, BUREAU, GROUP = "songshan_lake", "dongguan_bureau", "leading_group"


@pytest.fixture
def offices(system, clock, snapshots):
    clock.move_to(datetime(2025, 3, 3, 9, tzinfo=ZONE))
    offices = Offices(system, clock, snapshots)
    offices.load("cluster_award", "cluster_violation")
    window = checked(PROCEDURES / "cluster_award").windows["filing"]
    notice = RoundNotice(
        procedure_id="cluster_award",
        year=2025,
        title="关于组织申报市软件和信息技术服务业集聚区的通知",
        document_number="",
        issued_on=None,
        publicity="主动公开",
        windows={"filing": window.days_of(2025)},
    )
    rounds.open_round(system, offices.actor(BUREAU), notice)
    return offices


def entry(offices, login, procedure_id):
    entries = hall.list_hall(offices.system, offices.actor(login))
    return next(one for one in entries if one.procedure_id == procedure_id)


def begin(offices, **answers):
    round_id = entry(offices, BUREAU, "cluster_violation").round_id
    hall.start_case(offices.system, offices.actor(BUREAU), round_id, about="songshan_lake_committee")
    return offices.complete(BUREAU, "register_clue", {**SAMPLES["clue"]["values"], **answers}).case_id


def investigate(offices):
    case_id = begin(offices)
    offices.complete(BUREAU, "preliminary_check", SAMPLES["filed"]["values"])
    offices.complete(BUREAU, "investigate", SAMPLES["found"]["values"])
    return case_id


def sanction(offices):
    investigate(offices)
    offices.complete(PARTY, "state_defence", {"defence_kind": "none"})
    offices.complete(BUREAU, "deliberate", SAMPLES["deliberated"]["values"], files=("minutes",))
    offices.complete(GROUP, "decide_violation", SAMPLES["sanctioned"]["values"])


def test_the_party_learns_of_it_with_the_notice_and_not_before(offices):
    case_id = begin(offices)
    with pytest.raises(NotFound):
        cases.read_case(offices.system, offices.actor(PARTY), case_id)
    offices.complete(BUREAU, "preliminary_check", SAMPLES["filed"]["values"])
    offices.complete(BUREAU, "investigate", SAMPLES["found"]["values"])
    assert offices.steps(PARTY) == ["state_defence"]


def test_a_finding_keeps_the_party_from_applying_and_lifting_it_lets_it_apply(offices):
    sanction(offices)
    round_id = entry(offices, PARTY, "cluster_award").round_id
    with pytest.raises(NotEligible, match="认定仍然有效"):
        offices.start(PARTY, round_id)
    begin(offices, matter="reversal", clue_source="party")
    offices.complete(BUREAU, "review_finding", {"reversal_advice": "lift", "review_opinion": "数据有误。"})
    offices.complete(GROUP, "decide_reversal", {"reversal_decision": "lift", "reversal_opinion": "原认定有误。"})
    assert offices.start(PARTY, round_id)


def test_an_application_on_its_way_is_closed_by_the_decision(offices):
    offices.start(PARTY, entry(offices, PARTY, "cluster_award").round_id)
    sanction(offices)
    with offices.system.database.reading() as connection:
        orders = list(connection.exec_driver_sql("SELECT id FROM closing_order").scalars())
    assert [closings.close_case(offices.system, order) for order in orders] == [True]
    assert offices.steps(PARTY) == []


def test_the_one_who_decides_is_not_the_one_who_investigated(offices):
    investigate(offices)
    offices.complete(PARTY, "state_defence", {"defence_kind": "none"})
    offices.complete(BUREAU, "deliberate", SAMPLES["deliberated"]["values"], files=("minutes",))
    assert (offices.steps(BUREAU), offices.steps(GROUP)) == ([], ["decide_violation"])
