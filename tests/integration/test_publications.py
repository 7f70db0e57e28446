"""公示: its period in working days, who sees it, objections whose authors are protected, answers, longer periods."""

import io
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from engine.clock import ZONE, FixedClock
from engine.errors import BadRequest, Conflict, NotAllowed, NotFound, Unavailable
from engine.services import cases, documents, notices, objections, publications
from engine.services.objections import Objection
from engine.workers import sweep_files
from tests.support.offices import PDF
from tests.support.publishing import deploy

OBJECTION = Objection(name="王某", contact="演示电话", reason="材料与事实不符。")
SENDER = "192.0.2.1"


@pytest.fixture
def publishing(offices, tmp_path):
    return deploy(offices, tmp_path)


def published(publishing, *, at=None):
    """Take a case to its publication; return (case, publication)."""
    if at is not None:
        publishing.offices.clock.move_to(at)
    publishing.file()
    case_id = publishing.review()
    return case_id, of_case(publishing, case_id).publication


def of_case(publishing, case_id, login_name="guangdong_department"):
    offices = publishing.offices
    return publications.list_of_case(offices.system, offices.actor(login_name), case_id)[0]


def object_to(publishing, publication, given=OBJECTION, *, address=SENDER):
    system = publishing.offices.system
    return objections.submit_objection(
        system, publication.publication_id, given, address=address, received_at=system.clock.now()
    )


def with_files(*names, content=PDF):
    return replace(OBJECTION, files=tuple((name, io.BytesIO(content)) for name in names))


def stored_files(publishing):
    return [path for path in publishing.offices.system.settings.var.rglob("files/**/*") if path.is_file()]


def moment(*parts):
    return datetime(*parts, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("published_at", "closes_at"),
    [
        # An ordinary week: Thursday, then five working days over a weekend.
        (moment(2023, 10, 26, 10), moment(2023, 11, 3)),
        # 国庆 with 中秋 2023: holiday until 10-06, working Saturday 10-07 and Sunday 10-08.
        (moment(2023, 9, 27, 17), moment(2023, 10, 11)),
        # 春节 2023: holiday 01-21 to 01-27, working Saturday 01-28 and Sunday 01-29.
        (moment(2023, 1, 19, 9), moment(2023, 2, 1)),
    ],
)
def test_the_period_is_five_working_days_over_holidays_and_working_weekends(publishing, published_at, closes_at):
    _, publication = published(publishing, at=published_at)
    assert publication.closes_at == closes_at


def test_a_title_computed_from_a_form_field_is_published(publishing):
    _, publication = published(publishing)
    assert publication.title == "关于建设园区的公示"
    assert publication.body == "拟许可“建设园区”，现予公示。"


def test_anybody_reads_what_a_round_publishes(publishing):
    _, publication = published(publishing)
    system = publishing.offices.system
    assert [one.publication_id for one in publications.list_public(system)[0]] == [publication.publication_id]
    assert publications.read_public(system, publication.publication_id).is_open


def test_anybody_downloads_the_document_that_was_published_with_it(publishing):
    _, publication = published(publishing)
    publishing.render()
    file, stream = documents.open_published(publishing.offices.system, publication.publication_id)
    with stream:
        content = stream.read()
    assert file.file_name.startswith("关于建设园区的审核意见（")
    assert content.startswith(b"%PDF")


@pytest.mark.parametrize("publicity", ["不公开", "依申请公开"])
def test_a_round_that_is_not_public_never_shows(offices, tmp_path, publicity):
    publishing = deploy(offices, tmp_path, publicity=publicity)
    _, publication = published(publishing)
    system = offices.system
    assert publications.list_public(system) == ((), None)
    with pytest.raises(NotFound):
        publications.read_public(system, publication.publication_id)
    with pytest.raises(NotFound):
        object_to(publishing, publication)
    publishing.render()
    with pytest.raises(NotFound):
        documents.open_published(system, publication.publication_id)


def test_the_case_goes_on_when_the_period_has_ended(publishing):
    _, publication = published(publishing)
    offices = publishing.offices
    offices.clock.move_to(publication.closes_at - timedelta(seconds=1))
    offices.beat()
    assert "close_request" not in offices.steps("guangdong_department")
    offices.clock.move_to(publication.closes_at + timedelta(minutes=1))
    offices.beat()
    assert "close_request" in offices.steps("guangdong_department")


def test_an_objection_reaches_the_diagram_that_waits_for_it(publishing):
    _, publication = published(publishing)
    object_to(publishing, publication)
    assert "answer_objection" in publishing.offices.steps("guangdong_department")


def test_the_deciding_office_alone_reads_who_objects(publishing):
    case_id, publication = published(publishing)
    object_to(publishing, publication)
    seen = of_case(publishing, case_id).objections[0]
    assert (seen.name, seen.contact, seen.reason) == (OBJECTION.name, OBJECTION.contact, OBJECTION.reason)
    others = of_case(publishing, case_id, "dongguan")
    assert (others.objection_count, others.objections, others.actions) == (1, (), frozenset())


def test_the_deciding_office_alone_opens_what_was_attached(publishing):
    case_id, publication = published(publishing)
    receipt = object_to(publishing, publication, with_files("王某的照片.pdf", "合同.PDF"))
    seen = of_case(publishing, case_id).objections[0]
    assert [file.file_name for file in seen.files] == ["王某的照片.pdf", "合同.PDF"]
    assert receipt.files == seen.files
    system, actor = publishing.offices.system, publishing.offices.actor
    file, stream = publications.open_attachment(system, actor("guangdong_department"), seen.objection_id, 1)
    with stream:
        assert (file.file_name, stream.read()) == ("合同.PDF", PDF)
    with pytest.raises(NotAllowed):
        publications.open_attachment(system, actor("dongguan"), seen.objection_id, 0)
    with pytest.raises(NotFound):
        publications.open_attachment(system, actor("administrator"), seen.objection_id, 0)
    with pytest.raises(NotFound):
        publications.open_attachment(system, actor("guangdong_department"), seen.objection_id, 2)


def test_the_history_proves_what_was_attached_and_the_sweep_leaves_it_alone(publishing):
    case_id, publication = published(publishing)
    receipt = object_to(publishing, publication, with_files("照片.pdf"))
    offices = publishing.offices
    history = cases.read_case(offices.system, offices.actor("dongguan"), case_id).history
    (event,) = [event for event in history if event.kind == "objection_received"]
    assert event.details["files"] == [receipt.files[0].sm3]
    later = replace(offices.system, wall=FixedClock(offices.system.wall.now() + timedelta(days=30)))
    assert sweep_files(later) == 0
    seen = of_case(publishing, case_id).objections[0]
    _, stream = publications.open_attachment(
        offices.system, offices.actor("guangdong_department"), seen.objection_id, 0
    )
    stream.close()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (with_files("一.pdf", "王某.exe"), "第 2 个附件没有通过检查：不接收“.exe”文件"),
        (with_files("一.pdf", content=b"MZ"), "第 1 个附件没有通过检查：文件内容与扩展名"),
        (with_files(*["一.pdf"] * 6), "最多可以附 5 个文件，您选择了 6 个"),
    ],
)
def test_attachments_are_checked_as_materials_are_and_none_stays_of_a_refused_objection(publishing, given, message):
    case_id, publication = published(publishing)
    before = stored_files(publishing)
    with pytest.raises(BadRequest) as refusal:
        object_to(publishing, publication, given)
    assert message in refusal.value.details["messages"]["files"]
    assert "王某" not in str(refusal.value)
    assert stored_files(publishing) == before
    assert of_case(publishing, case_id).objection_count == 0


def test_all_attachments_of_a_publication_together_have_a_limit(publishing, monkeypatch):
    case_id, publication = published(publishing)
    monkeypatch.setattr(objections, "MOST_BYTES_PER_PUBLICATION", 3 * len(PDF))
    object_to(publishing, publication, with_files("一.pdf", "二.pdf"))
    with pytest.raises(BadRequest) as refusal:
        object_to(publishing, publication, with_files("三.pdf", "四.pdf"))
    assert "已达上限" in refusal.value.details["messages"]["files"]
    object_to(publishing, publication)
    assert of_case(publishing, case_id).objection_count == 2


def test_the_name_of_an_objector_stands_in_no_history_notice_variable_or_job(publishing):
    _, publication = published(publishing)
    object_to(publishing, publication, with_files("王某的照片.pdf"))
    with publishing.offices.system.database.reading() as connection:
        tables = ("history_event", "notice", "process_instance", "procrastinate_jobs", "timer", "user_task", "outbox")
        texts = [str(connection.exec_driver_sql(f"SELECT * FROM {table}").all()) for table in tables]
    assert [table for table, text in zip(tables, texts, strict=True) if OBJECTION.name in text] == []


def test_an_administrator_learns_nothing_of_objections(publishing):
    case_id, publication = published(publishing)
    object_to(publishing, publication)
    offices = publishing.offices
    assert publications.list_of_case(offices.system, offices.actor("administrator"), case_id) == ()


def test_the_deciding_office_is_told_without_a_name(publishing):
    _, publication = published(publishing)
    receipt = object_to(publishing, publication)
    offices = publishing.offices
    notice = notices.list_notices(offices.system, offices.actor("guangdong_department"))[0]
    assert receipt.number in notice.body
    assert OBJECTION.name not in notice.title + notice.body


def test_an_objection_after_the_period_is_refused(publishing):
    _, publication = published(publishing)
    publishing.offices.clock.move_to(publication.closes_at)
    with pytest.raises(Conflict, match="公示期已满"):
        object_to(publishing, publication)


def test_one_that_arrived_in_the_last_moment_counts(publishing):
    case_id, publication = published(publishing)
    system = publishing.offices.system
    last = publication.closes_at - timedelta(microseconds=1)
    publishing.offices.clock.move_to(publication.closes_at + timedelta(seconds=5))
    objections.submit_objection(system, publication.publication_id, OBJECTION, address=SENDER, received_at=last)
    assert of_case(publishing, case_id).objection_count == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Objection(name=" ", contact="甲", reason="乙"), "name"),
        (Objection(name="甲", contact="", reason="乙"), "contact"),
        (Objection(name="甲", contact="乙", reason="丙" * 5001), "reason"),
    ],
)
def test_an_incomplete_or_endless_objection_is_refused_by_field(publishing, given, field):
    _, publication = published(publishing)
    with pytest.raises(BadRequest) as refusal:
        object_to(publishing, publication, given)
    assert set(refusal.value.details["messages"]) == {field}


def test_one_sender_is_stopped_after_five_and_another_is_not(publishing):
    _, publication = published(publishing)
    for _ in range(5):
        object_to(publishing, publication)
    with pytest.raises(Unavailable, match="频繁"):
        object_to(publishing, publication)
    assert object_to(publishing, publication, address="192.0.2.2").number == "异议-2023-000006"


def test_the_address_of_a_sender_is_kept_nowhere(publishing):
    _, publication = published(publishing)
    object_to(publishing, publication)
    with publishing.offices.system.database.reading() as connection:
        assert SENDER not in str(connection.exec_driver_sql("SELECT * FROM public_throttle").all())


def test_the_office_answers_once_and_the_objector_reads_it_with_the_code(publishing):
    case_id, publication = published(publishing)
    receipt = object_to(publishing, publication)
    offices, objection_id = publishing.offices, of_case(publishing, case_id).objections[0].objection_id
    office = offices.actor("guangdong_department")
    publications.answer_objection(offices.system, office, objection_id, "经核查，异议不成立。")
    found = objections.read_answer(offices.system, receipt.number, receipt.verification_code.lower())
    assert found.answer == "经核查，异议不成立。"
    assert objections.read_answer(offices.system, receipt.number, "WRONGCODE222") is None
    with pytest.raises(Conflict):
        publications.answer_objection(offices.system, office, objection_id, "再答一次。")


def test_an_answer_is_due_after_fifteen_working_days(publishing):
    _, publication = published(publishing)
    assert object_to(publishing, publication).answer_by == moment(2023, 11, 17)


@pytest.mark.parametrize(("login_name", "refusal"), [("dongguan", NotAllowed), ("foshan", NotFound)])
def test_no_other_office_answers(publishing, login_name, refusal):
    case_id, publication = published(publishing)
    object_to(publishing, publication)
    offices, objection_id = publishing.offices, of_case(publishing, case_id).objections[0].objection_id
    with pytest.raises(refusal):
        publications.answer_objection(offices.system, offices.actor(login_name), objection_id, "不成立。")


def test_a_longer_period_moves_the_end_for_objections_and_for_the_case(publishing):
    case_id, publication = published(publishing)
    offices = publishing.offices
    office = offices.actor("guangdong_department")
    publications.prolong_publication(offices.system, office, publication.publication_id, 3, "补充材料。")
    longer = of_case(publishing, case_id).publication
    assert longer.closes_at == moment(2023, 11, 8)
    assert [one.reason for one in longer.extensions] == ["补充材料。"]
    offices.clock.move_to(publication.closes_at + timedelta(minutes=1))
    offices.beat()
    assert "close_request" not in offices.steps("guangdong_department")
    object_to(publishing, publication)
    offices.clock.move_to(longer.closes_at + timedelta(minutes=1))
    offices.beat()
    assert "close_request" in offices.steps("guangdong_department")


def test_a_period_that_is_over_is_not_prolonged(publishing):
    _, publication = published(publishing)
    offices = publishing.offices
    offices.clock.move_to(publication.closes_at)
    with pytest.raises(Conflict):
        publications.prolong_publication(
            offices.system, offices.actor("guangdong_department"), publication.publication_id, 3, "补充材料。"
        )


def test_an_objection_to_a_case_that_has_ended_is_kept_for_the_office(publishing):
    case_id, publication = published(publishing)
    with publishing.offices.system.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE process_instance SET state = 'suspended'")
    object_to(publishing, publication)
    view = cases.read_case(publishing.offices.system, publishing.offices.actor("guangdong_department"), case_id)
    assert view.history[0].kind == "objection_received"
    assert of_case(publishing, case_id).objection_count == 1
