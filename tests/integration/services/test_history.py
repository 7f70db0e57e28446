"""The history of a real case in the database: it verifies, and whoever changes it by hand is found out."""

from __future__ import annotations

import pytest

from engine.audit import first_broken_link
from engine.errors import ExecutionError
from engine.models import history_event
from engine.services import cases, tasks
from engine.store.history import read_chain
from tests.support import city
from tests.support.city import AGREE, CORRECT, PASS, START

#: Another value for every column that says what happened.
FORGERIES = {
    "at": "at + interval '1 microsecond'",
    "kind": "kind || '_'",
    "element_id": "element_id || 'x'",
    "element_name": "element_name || '。'",
    "account_id": "coalesce(account_id, 0) + 1",
    "actor_name": "actor_name || ' '",
    "organisation_name": "'某市人民政府'",
    "comment": "comment || '同意'",
    "details": """(details::jsonb || '{"forged": true}')::json""",
    "sha256": "set_byte(sha256, 0, get_byte(sha256, 0) # 1)",
    "sm3": "set_byte(sm3, 31, get_byte(sm3, 31) # 128)",
}


class Undone(Exception):
    """Carries what was found out of a transaction that is not to be kept."""


@pytest.fixture
def case_id(offices):
    """A case that went all the way, with claims, a correction, notices, and another city's case beside it."""
    round_id = offices.open_round("city_application")
    offices.start("dongguan", round_id)
    case_id = city.file_application(offices)
    review = offices.task("guangdong_department", "review_by_province")
    tasks.claim_task(offices.system, offices.actor("guangdong_department"), review)
    offices.complete("guangdong_department", "review_by_province", CORRECT)
    note = {"correction_note": "已补充年度目标。"}
    offices.complete("dongguan", "correct_for_province", note, files=("creation_plan",))
    offices.complete("guangdong_department", "review_by_province", AGREE)
    offices.complete("ministry", "examine_by_ministry", PASS)
    offices.complete("ministry_decider", "decide_by_ministry", START)
    offices.start("beijing", round_id)
    return case_id


def chain_of(offices, case_id):
    with offices.system.database.reading() as connection:
        return read_chain(connection, case_id)


def forge(offices, statement, *values):
    with offices.system.database.transaction() as connection:
        connection.exec_driver_sql(statement, values)


def head_of(offices, case_id):
    with offices.system.database.reading() as connection:
        row = connection.exec_driver_sql(
            "SELECT last_sequence, last_hash FROM process_instance WHERE id = %s", (case_id,)
        ).one()
    return row.last_sequence, bytes(row.last_hash)


def test_the_history_of_a_whole_case_verifies_and_ends_at_the_head_that_the_case_keeps(offices, case_id):
    chain = chain_of(offices, case_id)

    assert len(chain) > 20
    assert first_broken_link(chain) is None
    assert head_of(offices, case_id) == (len(chain), chain[-1][1])


def test_the_table_of_forgeries_names_every_column():
    assert {"instance_id", "sequence", *FORGERIES} == set(history_event.columns.keys())


def test_every_column_of_every_event_is_protected(offices, case_id):
    length = len(chain_of(offices, case_id))
    places = [(column, sequence) for sequence in range(1, length + 1) for column in FORGERIES]

    found = [found_after(offices, case_id, column, sequence) for column, sequence in places]

    assert found == [sequence - 1 for _, sequence in places]


def found_after(offices, case_id, column, sequence):
    """Return the first broken link after a forgery that is undone again."""
    statement = f'UPDATE history_event SET "{column}" = {FORGERIES[column]} WHERE instance_id = %s AND sequence = %s'
    try:
        with offices.system.database.transaction() as connection:
            connection.exec_driver_sql(statement, (case_id, sequence))
            raise Undone(first_broken_link(read_chain(connection, case_id)))
    except Undone as undone:
        return undone.args[0]


@pytest.mark.parametrize("change", ["instance_id = instance_id + 1, sequence = sequence + 1000", "sequence = 1000"])
def test_an_event_that_was_moved_away_is_missed(offices, case_id, change):
    forge(offices, f"UPDATE history_event SET {change} WHERE instance_id = %s AND sequence = 5", case_id)

    assert first_broken_link(chain_of(offices, case_id)) == 4


@pytest.mark.parametrize("sequence", [1, 7])
def test_a_deleted_event_is_missed(offices, case_id, sequence):
    forge(offices, "DELETE FROM history_event WHERE instance_id = %s AND sequence = %s", case_id, sequence)

    assert first_broken_link(chain_of(offices, case_id)) == sequence - 1


def test_a_deleted_event_is_missed_though_the_later_ones_were_numbered_anew(offices, case_id):
    forge(offices, "DELETE FROM history_event WHERE instance_id = %s AND sequence = 7", case_id)
    forge(
        offices, "UPDATE history_event SET sequence = sequence - 1000 WHERE instance_id = %s AND sequence > 7", case_id
    )
    forge(
        offices, "UPDATE history_event SET sequence = sequence + 999 WHERE instance_id = %s AND sequence < 0", case_id
    )

    assert first_broken_link(chain_of(offices, case_id)) == 6


def test_a_cut_off_end_no_longer_fits_the_head_that_the_case_keeps(offices, case_id):
    length = len(chain_of(offices, case_id))
    forge(offices, "DELETE FROM history_event WHERE instance_id = %s AND sequence = %s", case_id, length)

    chain = chain_of(offices, case_id)

    assert first_broken_link(chain) is None
    assert head_of(offices, case_id) != (len(chain), chain[-1][1])


def test_two_swapped_events_are_found(offices, case_id):
    for old, new in ((5, 1005), (6, 5), (1005, 6)):
        forge(
            offices,
            "UPDATE history_event SET sequence = %s WHERE instance_id = %s AND sequence = %s",
            new,
            case_id,
            old,
        )

    assert first_broken_link(chain_of(offices, case_id)) == 4


def test_forging_one_case_leaves_the_others_sound(offices, case_id):
    forge(offices, "UPDATE history_event SET comment = '伪造' WHERE instance_id = %s", case_id)

    assert first_broken_link(chain_of(offices, case_id)) == 0
    assert first_broken_link(chain_of(offices, case_id + 1)) is None


def test_an_action_that_fails_leaves_neither_state_nor_history(offices, monkeypatch):
    offices.start("beijing", offices.open_round("city_application"))
    case_id = city.fill(offices, "beijing")
    before = len(chain_of(offices, case_id)), head_of(offices, case_id)
    monkeypatch.setattr("engine.services.tasks._close", lambda *_: (_ for _ in ()).throw(RuntimeError("here")))

    with pytest.raises(RuntimeError, match="here"):
        offices.complete("beijing", "submit_application", city.SUBMIT)

    assert (len(chain_of(offices, case_id)), head_of(offices, case_id)) == before


def test_a_step_that_cannot_go_on_keeps_an_incident_in_the_chain(offices, monkeypatch):
    offices.start("beijing", offices.open_round("city_application"))
    case_id = city.fill(offices, "beijing")
    broken = ExecutionError("流程在此停止。", element_id="submission_decision")
    monkeypatch.setattr("engine.runtime.complete", lambda *_: (_ for _ in ()).throw(broken))

    with pytest.raises(ExecutionError):
        offices.complete("beijing", "submit_application", city.SUBMIT)

    chain = chain_of(offices, case_id)
    assert chain[-1][0]["kind"] == "incident_raised"
    assert first_broken_link(chain) is None
    assert cases.read_case(offices.system, offices.actor("administrator"), case_id).incident == "流程在此停止。"
