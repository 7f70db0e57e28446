"""What a process remembers of rows that seldom change, and how it learns that they did."""

from __future__ import annotations

from datetime import date

import pytest

from engine.services import cases
from engine.services.hall import start_case
from engine.services.windows import shorten_window
from engine.system import Remembered, build
from tests.integration.test_statements import watched


@pytest.fixture
def round_id(offices):
    return offices.open_round("city_application")


@pytest.fixture
def other_process(offices):
    """The system as another process has it: with a memory of its own."""
    return build(offices.system.settings, offices.system.database)


def window_of(offices, login_name):
    actor = offices.actor(login_name)
    page = cases.list_cases(offices.system, actor)
    return cases.read_case(offices.system, actor, page.rows[0].case_id).window


def revisions(offices):
    with offices.system.database.reading() as connection:
        return dict(connection.exec_driver_sql("SELECT name, revision FROM reference_revision").all())


def change(offices, statement, *values):
    with offices.system.database.transaction() as connection:
        connection.exec_driver_sql(statement, values)


def test_what_has_not_changed_is_read_once():
    remembered, reads = Remembered(), []
    for _ in range(3):
        remembered.get("directory", 7, lambda: reads.append("read") or "tree")
    assert reads == ["read"]


def test_another_revision_is_read_again():
    remembered = Remembered()
    assert [remembered.get("directory", revision, lambda: "old") for revision in (1, 1)] == ["old", "old"]
    assert remembered.get("directory", 2, lambda: "new") == "new"


def test_what_was_used_longest_ago_is_forgotten():
    remembered, reads = Remembered(most=2), []
    for name in ("a", "b", "a", "c", "b"):
        remembered.get(name, 1, lambda name=name: reads.append(name))
    assert reads == ["a", "b", "c", "b"]


def test_the_second_start_of_a_round_takes_two_statements_and_one_for_its_applicants_history(offices, round_id):
    offices.start("beijing", round_id)
    actor = offices.actor("dongguan")
    with watched() as sent:
        start_case(offices.system, actor, round_id)
    assert [text.split()[0] for text in sent.statements] == ["WITH", "SELECT", "WITH"]
    assert sum("finding" in text for text in sent.statements) == 1
    assert sent.commits == 1


def test_a_window_that_another_process_shortened_counts_for_the_next_start(offices, round_id, other_process):
    offices.start("beijing", round_id)
    actor = offices.actor("guangdong_department")
    shorten_window(other_process, actor, round_id, "filing", first_day=date(2023, 10, 20), last_day=date(2023, 11, 3))
    offices.start("dongguan", round_id)
    assert window_of(offices, "dongguan").closes_at.astimezone(offices.clock.now().tzinfo).date() == date(2023, 11, 4)


def test_a_number_that_was_taken_by_what_is_outdated_is_given_back(offices, round_id):
    offices.start("beijing", round_id)
    change(offices, "UPDATE yearly_round SET title = title || '（修订）'")
    offices.start("dongguan", round_id)
    (row,) = cases.list_cases(offices.system, offices.actor("dongguan")).rows
    assert row.number == "名城创建-2023-0002"


def test_an_organisation_that_was_renamed_begins_its_case_under_its_new_name(offices, round_id):
    offices.start("beijing", round_id)
    change(offices, "UPDATE organisation SET name = '新名市人民政府' WHERE id = 'dongguan_government'")
    offices.start("dongguan", round_id)
    assert cases.list_cases(offices.system, offices.actor("dongguan")).rows[0].title.startswith("新名市人民政府")


@pytest.mark.parametrize(
    ("statement", "counted"),
    [
        ("UPDATE region SET name = name || '' WHERE level = '国家'", {"directory"}),
        ("DELETE FROM organisation WHERE false", {"directory"}),
        ("UPDATE yearly_round SET title = title || ''", {"round:1"}),
        ("UPDATE round_window SET name = name || ''", {"round:1"}),
        ("DELETE FROM round_window", {"round:1"}),
        (
            "INSERT INTO rule_exception (round_id, organisation_id, rule_id, reason, issued_at, issued_by) "
            "VALUES (1, 'dongguan_government', 'E1', '计量', '2023-11-01', '某人')",
            {"round:1"},
        ),
        ("UPDATE process_instance SET revision = revision", set()),
    ],
)
def test_every_change_of_what_is_remembered_counts_its_revision_up(offices, round_id, statement, counted):
    before = revisions(offices)
    change(offices, statement)
    after = revisions(offices)
    assert {name for name in after if after[name] != before[name]} == counted


def test_a_change_that_was_rolled_back_is_not_counted(offices, round_id):
    before = revisions(offices)
    change(offices, "UPDATE round_window SET name = '别的'; ROLLBACK")
    assert revisions(offices) == before
