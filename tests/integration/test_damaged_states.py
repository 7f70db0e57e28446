"""A saved state that cannot be trusted is never loaded: the action is refused, and an incident names the case."""

from datetime import timedelta

import pytest

from engine.runtime import StateDamaged
from engine.services import maintenance
from tests.support.small_folders import Permit
from tests.unit.runtime.runtime_diagrams import begin, boundary, end, path, timer, user

STEPS = (begin(), user("fill", name_="填写"), user("review", name_="审核"), end(), end("expired"))
TIMED = (boundary("late", "review", timer("P5D")), path("late", "expired"))
FLOW = path("begin", "fill", "review", "done")
LANES = {"applicant": ("begin", "fill"), "department": ("review", "late", "expired"), "ministry": ("done",)}
#: How the bytes of a state may be spoilt, in the words of SQL.
DAMAGES = {
    "one bit": "set_byte(engine_state, 60, get_byte(engine_state, 60) # 1)",
    "shortened": "substring(engine_state from 1 for length(engine_state) - 1)",
    "a later format": "set_byte(engine_state, 4, 99)",
    "empty": "''::bytea",
    "something else": "'{\"tokens\": []}'::bytea",
}


@pytest.fixture
def permit(offices, tmp_path):
    """A case that waits for its review, with a deadline."""
    permit = Permit(offices, tmp_path)
    permit.deploy(*STEPS, *TIMED, FLOW, lanes=LANES)
    permit.begin()
    permit.do("dongguan", "fill", note_fill="说明")
    return permit


def spoil(permit, how):
    with permit.offices.system.database.transaction() as connection:
        connection.exec_driver_sql(f"UPDATE process_instance SET engine_state = {DAMAGES[how]}")
    return permit.one("SELECT engine_state FROM process_instance")[0]


def incidents(permit):
    return maintenance.list_incidents(permit.offices.system, permit.offices.actor("administrator"))


@pytest.mark.parametrize("how", DAMAGES)
def test_a_task_of_a_damaged_case_is_not_completed_and_the_case_is_named(permit, how):
    before = spoil(permit, how)

    with pytest.raises(StateDamaged, match="无法读取"):
        permit.do("guangdong_department", "review", note_review="同意")

    (incident,) = incidents(permit)
    assert incident.case_number == permit.one("SELECT number FROM process_instance")[0]
    assert permit.one("SELECT engine_state FROM process_instance")[0] == before
    assert permit.one("SELECT state, draft->>'note_review' FROM user_task WHERE element_id = 'review'") == (
        "open",
        "同意",
    )


@pytest.mark.parametrize("how", DAMAGES)
def test_a_timer_of_a_damaged_case_stops_the_case_and_names_it(permit, how):
    before = spoil(permit, how)

    permit.offices.clock.advance(timedelta(days=6))
    permit.offices.beat()

    (incident,) = incidents(permit)
    assert incident.case_number == permit.one("SELECT number FROM process_instance")[0]
    assert permit.one("SELECT state, engine_state FROM process_instance") == ("incident", before)
