"""Documents of a case: numbers without gaps, texts frozen when issued, files made once whatever happens."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from openpyxl import Workbook

from engine.clock import FixedClock
from engine.errors import DefinitionRefused, NotFound
from engine.recording.documents import write_number
from engine.services import definitions, documents, inbox, timers
from engine.store import numbers
from engine.workers import sweep_files
from tests.support.publishing import FOLDER, SHARED, deploy
from tests.unit.documents.reading import read_cells, read_lines, read_pages


@pytest.fixture
def publishing(offices, tmp_path):
    return deploy(offices, tmp_path)


def listed(publishing, case_id, login_name="guangdong_department"):
    offices = publishing.offices
    return documents.list_documents(offices.system, offices.actor(login_name), case_id)


def content(publishing, document_id, kind, login_name="guangdong_department"):
    offices = publishing.offices
    file, stream = documents.open_document(offices.system, offices.actor(login_name), document_id, kind)
    with stream:
        return file, stream.read()


def numbers_of(publishing):
    with publishing.offices.system.database.reading() as connection:
        found = connection.exec_driver_sql("SELECT sequence FROM official_document ORDER BY sequence")
        return list(found.scalars())


def test_documents_are_numbered_in_the_transaction_of_their_case(publishing):
    publishing.file()
    first, second = listed(publishing, publishing.review())
    assert (first.number[-8:], second.number[-8:]) == ("〔2023〕1号", "〔2023〕2号")
    assert (first.state, second.state) == ("pending", "pending")


def test_a_number_is_written_as_the_standard_wants_it():
    assert write_number("东工信", "函", 2023, 7) == "东工信函〔2023〕7号"


def test_the_texts_are_frozen_and_both_files_carry_them(publishing):
    publishing.file()
    document = listed(publishing, publishing.review(opinion="同意报送"))[0]
    publishing.render()
    _, word = content(publishing, document.document_id, "docx")
    _, pdf = content(publishing, document.document_id, "pdf")
    assert read_lines(word)[:2] == [document.number, "东莞市人民政府、广东省人民政府：建设园区，同意报送"]
    assert document.number in read_pages(pdf)[0]


def test_a_shared_template_is_taken_along_with_the_version(publishing):
    publishing.file()
    acceptance = listed(publishing, publishing.review())[1]
    shutil.rmtree(publishing.offices.system.settings.var, ignore_errors=True)
    publishing.render()
    file, word = content(publishing, acceptance.document_id, "docx")
    assert "检验办法" in "".join(read_lines(word))
    assert file.file_name == f"受理通知书（{acceptance.number}）.docx"


@pytest.mark.parametrize(
    ("last", "kinds", "note"),
    [
        ("合计", ["xlsx", "pdf"], ""),
        ("=1+1", ["xlsx"], "A2 是公式，服务器不计算公式，未生成 PDF，以 Excel 文件为准。"),
    ],
)
def test_a_workbook_is_issued_with_its_pdf_unless_only_excel_knows_its_values(offices, tmp_path, last, kinds, note):
    book = Workbook()
    book.active.append(["{{ review_opinion }}"])
    book.active.append([last])
    publishing = deploy(offices, tmp_path, workbook=book)
    publishing.file()
    case_id = publishing.review(opinion="同意报送")
    publishing.render()
    document = listed(publishing, case_id)[0]
    assert (document.state, [kind for kind, *_ in document.files]) == ("ready", kinds)
    assert document.note.endswith(note)
    assert "同意报送" in str(read_cells(content(publishing, document.document_id, "xlsx")[1]))


def test_the_pdf_of_a_workbook_says_what_the_workbook_says(offices, tmp_path):
    book = Workbook()
    book.active.append(["{{ document.title }}", "{{ review_opinion }}"])
    publishing = deploy(offices, tmp_path, workbook=book)
    publishing.file()
    document = listed(publishing, publishing.review(opinion="同意报送"))[0]
    publishing.render()
    (page,) = read_pages(content(publishing, document.document_id, "pdf")[1])
    assert "关于“建设园区”的审核意见同意报送" in page.replace("\r\n", "")


def test_rendering_again_changes_nothing(publishing):
    publishing.file()
    case_id = publishing.review()
    assert publishing.render() == 2
    before = listed(publishing, case_id)
    assert publishing.render() == 0
    assert listed(publishing, case_id) == before


def test_a_worker_killed_between_the_files_and_the_row_leaves_one_document(publishing, monkeypatch):
    publishing.file()
    case_id = publishing.review()
    wanted = listed(publishing, case_id)[0].document_id

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("engine.store.documents.finish_document", die)
        with pytest.raises(KeyboardInterrupt):
            documents.render_document(publishing.offices.system, wanted)
    assert documents.render_document(publishing.offices.system, wanted)
    found = [one for one in listed(publishing, case_id) if one.document_id == wanted]
    assert [(one.state, [kind for kind, *_ in one.files]) for one in found] == [("ready", ["docx", "pdf"])]


def test_two_workers_at_once_make_one_document(publishing):
    publishing.file()
    case_id = publishing.review()
    wanted, system = listed(publishing, case_id)[0].document_id, publishing.offices.system
    with ThreadPoolExecutor(2) as pool:
        won = list(pool.map(lambda _: documents.render_document(system, wanted), range(2)))
    kept = listed(publishing, case_id)[0].files
    assert won.count(True) == 1
    assert len(kept) == 2


def test_the_same_document_renders_to_the_same_bytes_after_its_row_was_reset(publishing):
    publishing.file()
    case_id = publishing.review()
    publishing.render()
    first = [document.files for document in listed(publishing, case_id)]
    with publishing.offices.system.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE official_document SET state = 'pending'")
    publishing.render()
    assert [document.files for document in listed(publishing, case_id)] == first


def test_a_number_of_an_undone_transaction_is_given_again(database):
    def count_and_fail():
        with database.transaction() as connection:
            numbers.next_number(connection, "document:x")
            raise LookupError

    with pytest.raises(LookupError):
        count_and_fail()
    with database.transaction() as connection:
        assert numbers.next_number(connection, "document:x") == 1


def test_reviews_at_the_same_time_leave_no_gap_and_no_number_twice(publishing):
    offices = publishing.offices
    cities = ["dongguan", "guangzhou", "foshan"]
    for city in cities:
        publishing.file(city)
    page = inbox.list_inbox(offices.system, offices.actor("guangdong_department"))

    def review(task_id):
        return offices.submit("guangdong_department", task_id, {"review_opinion": "同意"})

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(review, [row.task_id for row in page.rows]))
    assert numbers_of(publishing) == [1, 2, 3, 4, 5, 6]


def test_an_office_to_which_it_was_issued_reads_it_once_it_is_ready(publishing):
    publishing.file()
    case_id = publishing.review()
    document = listed(publishing, case_id)[0]
    with pytest.raises(NotFound):
        listed(publishing, case_id, "guangdong_government")
    publishing.render()
    assert [one.title for one in listed(publishing, case_id, "guangdong_government")] == ["关于“建设园区”的审核意见"]
    assert content(publishing, document.document_id, "pdf", "guangdong_government")[1].startswith(b"%PDF")


@pytest.mark.parametrize("login_name", ["foshan", "administrator", "process_owner"])
def test_nobody_else_reads_a_document(publishing, login_name):
    publishing.file()
    document = listed(publishing, publishing.review())[0]
    publishing.render()
    with pytest.raises(NotFound):
        content(publishing, document.document_id, "docx", login_name)


def test_a_document_is_verified_by_its_number_and_code(publishing):
    publishing.file()
    document = listed(publishing, publishing.review())[0]
    system = publishing.offices.system
    assert (
        documents.verify_document(system, document.number, document.verification_code.lower()).title == document.title
    )
    assert documents.verify_document(system, "粤工信函〔2023〕99号", document.verification_code) is None


def test_braces_that_somebody_typed_are_not_evaluated(publishing):
    publishing.file()
    document = listed(publishing, publishing.review(opinion="{1 + 1} {{ 1 + 1 }}"))[0]
    publishing.render()
    assert "{1 + 1} {{ 1 + 1 }}" in read_lines(content(publishing, document.document_id, "docx")[1])[1]


def changed(tmp_path, old, new):
    shutil.copytree(FOLDER, tmp_path / "permit_notice")
    shutil.copytree(SHARED, tmp_path / "documents")
    diagram = tmp_path / "permit_notice" / "process.bpmn"
    diagram.write_text(diagram.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(DefinitionRefused) as refusal:
        definitions.check_folder(tmp_path / "permit_notice")
    return " ".join(problem.message for problem in refusal.value.problems)


def test_a_placeholder_nobody_fills_in_is_refused_at_deployment(tmp_path):
    without = '<camunda:inputParameter name="basis">检验办法</camunda:inputParameter>'
    assert "“basis”" in changed(tmp_path, without, "")


def test_what_is_published_names_a_document_that_is_made(tmp_path):
    given = '<camunda:inputParameter name="document">opinion.docx</camunda:inputParameter>'
    assert "没有哪一步制发" in changed(tmp_path, given, given.replace("opinion", "award"))


def test_a_document_has_one_number_and_not_two(tmp_path):
    given = '<camunda:inputParameter name="basis">检验办法</camunda:inputParameter>'
    number = '<camunda:inputParameter name="number">=subject</camunda:inputParameter>'
    assert "只能写其中一个" in changed(tmp_path, given, given + number)


def test_a_template_that_does_not_exist_is_refused_at_deployment(tmp_path):
    assert "没有文书模板“nothing.docx”" in changed(tmp_path, "opinion.docx", "nothing.docx")


def test_a_template_outside_the_folder_is_refused_at_deployment(tmp_path):
    assert "不能是表达式" in changed(tmp_path, ">opinion.docx<", ">../opinion.docx<")


def test_a_document_whose_job_was_lost_is_asked_for_again_by_the_pulse(publishing):
    publishing.file()
    publishing.review()
    database = publishing.offices.system.database
    asked = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'render_document'"
    with database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM procrastinate_jobs")
    timers.release_due(publishing.offices.system)
    with database.reading() as connection:
        assert connection.exec_driver_sql(asked).scalar_one() == 2


def test_files_of_documents_outlive_the_sweep(publishing):
    publishing.file()
    case_id = publishing.review()
    publishing.render()
    system = publishing.offices.system
    later = replace(system, wall=FixedClock(datetime.now(UTC) + timedelta(days=3)))
    assert sweep_files(later) == 0
    assert content(publishing, listed(publishing, case_id)[0].document_id, "pdf")[1].startswith(b"%PDF")
