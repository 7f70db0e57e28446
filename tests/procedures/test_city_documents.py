"""名城创建申请: the documents that its offices issue on the way, each numbered, addressed and rendered."""

from __future__ import annotations

import pytest

from engine.services import documents
from tests.support import city
from tests.support.offices import Offices
from tests.unit.documents.reading import read_lines

CORRECT = {**city.CORRECT, "correction_items": ["figures", "creation_plan"]}
PASS = city.PASS


@pytest.fixture
def filed(offices: Offices):
    offices.start("dongguan", offices.open_round("city_application"))
    return city.file_application(offices)


def issued(offices, case_id, login_name="dongguan"):
    """Render what is waiting, and return what an office reads of the case."""
    with offices.system.database.reading() as connection:
        query = "SELECT id FROM official_document WHERE state = 'pending' ORDER BY id"
        waiting = list(connection.exec_driver_sql(query).scalars())
    assert [documents.render_document(offices.system, one) for one in waiting] == [True] * len(waiting)
    return documents.list_documents(offices.system, offices.actor(login_name), case_id)


def lines_of(offices, document, login_name="dongguan"):
    _, stream = documents.open_document(offices.system, offices.actor(login_name), document.document_id, "docx")
    with stream:
        return "\n".join(read_lines(stream.read()))


def test_everything_to_be_corrected_is_told_at_once_in_words(offices, filed):
    offices.complete("guangdong_department", "review_by_province", CORRECT)
    (notice,) = issued(offices, filed)
    text = lines_of(offices, notice)
    assert notice.title == "补正告知书"
    assert "1. 申请表：产业数据\n2. 创建工作方案" in text
    assert "10个工作日" in text
    assert "东莞市人民政府：" in text


def test_the_opinion_of_the_province_goes_to_the_ministry_and_to_the_city(offices, filed):
    offices.complete("guangdong_department", "review_by_province", city.AGREE)
    (opinion,) = issued(offices, filed)
    assert [one.number for one in issued(offices, filed, "ministry")] == [opinion.number]
    text = lines_of(offices, opinion, "ministry")
    assert "工业和信息化部：" in text
    assert "同意推荐，报工业和信息化部。" in text
    assert "材料齐全，同意报送。" in text


def test_a_refused_city_reads_why_in_a_document(offices, filed):
    refusal = {"review_decision": "refuse", "review_opinion": "不符合申请条件。"}
    offices.complete("guangdong_department", "review_by_province", refusal)
    (opinion,) = issued(offices, filed)
    assert "不予推荐。" in lines_of(offices, opinion)


def test_an_application_that_passes_is_accepted_with_a_number_of_the_ministry(offices, filed):
    offices.complete("guangdong_department", "review_by_province", city.AGREE)
    offices.complete("ministry", "examine_by_ministry", PASS)
    acceptance = issued(offices, filed)[-1]
    assert acceptance.title == "受理通知书"
    assert acceptance.number.endswith("函〔2023〕1号")
    assert "予以受理" in lines_of(offices, acceptance)
