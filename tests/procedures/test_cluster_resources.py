"""资源要素“一事一议”: who may ask, who decides, and what the letter says; over the real directory."""

from __future__ import annotations

from datetime import datetime

import pytest
import yaml

from engine.clock import ZONE
from engine.errors import NotEligible
from engine.services import documents, hall
from tests.support.offices import REPOSITORY, Offices
from tests.unit.documents.reading import read_lines

FOLDER = REPOSITORY / "bpmn" / "cluster_resources"
SAMPLES = yaml.safe_load((FOLDER / "scenarios" / "samples.yaml").read_text(encoding="utf-8"))["samples"]
PARTY, BUREAU, GROUP = "songshan_lake", "dongguan_bureau", "leading_group"
SUPPORTED = {"matter_decision": "support", "matter_resolution": "安排用地指标八十亩。", "decision_opinion": "同意。"}
REJECTED = {"matter_decision": "reject", "decision_opinion": "请先盘活存量用地。"}


@pytest.fixture
def offices(system, clock, snapshots):
    clock.move_to(datetime(2024, 3, 4, 9, tzinfo=ZONE))
    offices = Offices(system, clock, snapshots)
    offices.load("cluster_resources")
    return offices


def begin(offices):
    (entry,) = hall.list_hall(offices.system, offices.actor(PARTY))
    return offices.start(PARTY, entry.round_id)


def letter(offices, decided):
    """Take a request to the decision, and return the letter's number and its lines."""
    begin(offices)
    offices.complete(PARTY, "fill_request", SAMPLES["request"]["values"], files=("request_letter",))
    offices.complete(BUREAU, "coordinate_request", SAMPLES["escalated"]["values"])
    case_id = offices.complete(GROUP, "decide_matter", decided).case_id
    bureau = offices.actor(BUREAU)
    (document,) = documents.list_documents(offices.system, bureau, case_id)
    documents.render_document(offices.system, document.document_id)
    _, stream = documents.open_document(offices.system, bureau, document.document_id, "docx")
    with stream:
        return document.number, "".join(read_lines(stream.read()))


@pytest.mark.parametrize(
    ("decided", "words"),
    [
        (SUPPORTED, "议定如下：安排用地指标八十亩。"),
        ({**SUPPORTED, "matter_document": "纪要〔2024〕2号"}, "议定如下：安排用地指标八十亩。（纪要〔2024〕2号）"),
        (REJECTED, "暂不能支持。理由：请先盘活存量用地。"),
    ],
)
def test_the_department_answers_in_writing_what_the_leading_group_decided(offices, decided, words):
    number, text = letter(offices, decided)
    assert number == "东工信函〔2024〕1号"
    assert words in text


def test_only_an_area_that_is_being_created_may_ask(offices):
    with offices.system.database.transaction() as connection:
        connection.exec_driver_sql(
            "UPDATE organisation SET attributes = attributes - 'first_batch' WHERE id = 'songshan_lake_committee'"
        )
    with pytest.raises(NotEligible, match="由集聚区创建单位提出"):
        begin(offices)
