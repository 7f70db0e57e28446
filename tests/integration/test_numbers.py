"""Number series that are behind the rows that carry their numbers, as after a partial restore: nobody is refused."""

import pytest

from engine.services import objections
from engine.services.objections import Objection
from engine.store.numbers import Spelling, spelling_of
from tests.support import city
from tests.support.publishing import deploy


@pytest.fixture
def publishing(offices, tmp_path):
    return deploy(offices, tmp_path)


def restore_partly(offices, last):
    """Leave every series as an old copy would, with the rows of today."""
    with offices.system.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE number_series SET last = %(last)s", {"last": last})


def found(offices, query):
    with offices.system.database.reading() as connection:
        return list(connection.exec_driver_sql(query).scalars())


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ("收件-{year}-{number:06d}", "收件-2023-000042"),
        ("{number}（{year}）", "42（2023）"),
        ("{year}/{number:4d}号", "2023/  42号"),
        ("{{{year}}}{number:02d}", "{2023}42"),
    ],
)
def test_a_number_is_spelled_as_its_pattern_says(pattern, written):
    assert spelling_of(pattern, 2023).write(42) == pattern.format(year=2023, number=42) == written


def test_a_number_longer_than_its_pattern_keeps_its_digits():
    assert Spelling(before="第", digits=2, fill="0", after="号").write(1234) == "第1234号"


def test_a_case_is_numbered_above_what_exists(publishing):
    offices = publishing.offices
    for login_name in ("dongguan", "guangzhou", "foshan"):
        publishing.file(login_name)
    restore_partly(offices, 1)
    publishing.file("shenzhen")
    cases = found(offices, "SELECT number FROM process_instance ORDER BY id")
    assert [number[-3:] for number in cases] == ["001", "002", "003", "004"]


def test_a_receipt_is_numbered_above_what_exists(offices):
    round_id = offices.open_round("city_application")
    offices.start("dongguan", round_id)
    city.file_application(offices)
    restore_partly(offices, 0)
    offices.start("beijing", round_id)
    city.fill(offices, "beijing")
    offices.complete("beijing", "submit_application", city.SUBMIT)
    receipts = found(offices, "SELECT number FROM receipt ORDER BY number")
    assert receipts == ["收件-2023-000001", "收件-2023-000002"]


def test_documents_are_numbered_above_what_exists(publishing):
    publishing.file()
    publishing.review()
    restore_partly(publishing.offices, 1)
    publishing.file("foshan")
    publishing.review()
    assert found(publishing.offices, "SELECT sequence FROM official_document ORDER BY id") == [1, 2, 3, 4]


def test_a_series_that_was_lost_begins_above_its_documents(publishing):
    publishing.file()
    publishing.review()
    with publishing.offices.system.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM number_series WHERE series LIKE 'document:%%'")
    publishing.file("foshan")
    publishing.review()
    assert found(publishing.offices, "SELECT sequence FROM official_document ORDER BY id") == [1, 2, 3, 4]


def test_a_series_that_is_ahead_stays_ahead(publishing):
    publishing.file()
    restore_partly(publishing.offices, 7)
    publishing.file("foshan")
    cases = found(publishing.offices, "SELECT number FROM process_instance ORDER BY id")
    assert [number[-3:] for number in cases] == ["001", "008"]


def test_an_objection_is_numbered_above_what_exists(publishing):
    publishing.file()
    publishing.review()
    offices, written = publishing.offices, Objection(name="王某", contact="演示电话", reason="不符。")
    publication = found(offices, "SELECT id FROM publication")[0]

    def object_from(address):
        now = offices.clock.now()
        return objections.submit_objection(offices.system, publication, written, address=address, received_at=now)

    given = [object_from("198.51.100.1").number, object_from("198.51.100.2").number]
    restore_partly(offices, 0)
    assert [*given, object_from("198.51.100.3").number] == [f"异议-2023-{one:06d}" for one in (1, 2, 3)]
