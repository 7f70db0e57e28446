"""Yearly report and renewal of a cluster, as the clock begins them: what becomes of the title."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from engine.clock import ZONE
from engine.system import Remembered
from tests.support.offices import Offices
from tests.support.scenarios import PROCEDURES, play, scenarios_of
from tests.support.snapshots import EMPTY_EVERYTHING


@pytest.fixture
def played(system, clock):
    """Return a function that plays a scenario by its name."""

    def played(folder, name):
        with system.database.transaction() as connection:
            connection.exec_driver_sql(EMPTY_EVERYTHING)
        (scenario,) = (one for one in scenarios_of(PROCEDURES / folder) if one.scenario.name == name)
        return play(Offices(replace(system, remembered=Remembered()), clock), scenario)

    return played


@pytest.fixture
def title(system):
    def title():
        with system.database.reading() as connection:
            return connection.exec_driver_sql("SELECT status, expires_on FROM title").one()

    return title


def test_a_report_is_about_the_year_before(played, system):
    course = played("cluster_reporting", "on_time")
    with system.database.reading() as connection:
        query = "SELECT variables FROM process_instance WHERE id = %s"
        variables = connection.exec_driver_sql(query, (course.acting.case_id,)).scalar_one()
    assert (variables["report_year"], variables["is_late"]) == (2025, False)


def test_a_report_is_due_when_its_window_closes(played, system):
    played("cluster_reporting", "on_time")
    with system.database.reading() as connection:
        query = "SELECT due_at FROM user_task WHERE element_id = 'fill_report' ORDER BY id LIMIT 1"
        due_at = connection.exec_driver_sql(query).scalar_one()
    assert due_at == datetime(2026, 2, 1, tzinfo=ZONE)


def test_a_late_report_is_marked_and_costs_no_title(played, system, title):
    course = played("cluster_reporting", "late")
    with system.database.reading() as connection:
        query = "SELECT variables FROM process_instance WHERE id = %s"
        variables = connection.exec_driver_sql(query, (course.acting.case_id,)).scalar_one()
    assert variables["is_late"] is True
    assert tuple(title()) == ("有效", date(2028, 6, 1))


@pytest.mark.parametrize("name", ["renewed", "rectified", "late_and_kept"])
def test_a_renewed_term_begins_the_day_after_the_old_one_whenever_it_was_decided(played, title, name):
    played("cluster_renewal", name)
    assert tuple(title()) == ("有效", date(2027, 7, 1))


def test_a_title_is_revoked_by_a_decision_alone(played, title):
    played("cluster_renewal", "revoked")
    assert title().status == "撤销"
