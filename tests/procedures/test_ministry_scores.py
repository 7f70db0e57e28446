"""The figures that the ministry's procedures compute: scores of panels, totals of 2017, stars and their streak."""

from __future__ import annotations

import pytest

from engine.store import titles
from tests.support.offices import Offices
from tests.support.scenarios import all_scenarios, play

THREE_STARS_IN_2023 = {"深圳市", "杭州市", "北京市"}


def named(name):
    (found,) = (scenario for scenario in all_scenarios() if scenario.name == name)
    return found


@pytest.fixture
def variables(system, clock):
    """Return a function that plays a scenario and gives the case's variables."""

    def variables(name):
        course = play(Offices(system, clock), named(name))
        case_id = course.acting.case_id
        with system.database.reading() as connection:
            row = connection.exec_driver_sql("SELECT variables FROM process_instance WHERE id = %s", (case_id,))
            return row.scalar_one()

    return variables


@pytest.fixture
def register(system, clock):
    """Return a function that plays a scenario and gives the applicant's title with its stars."""

    def register(name, kind="中国软件名城"):
        course = play(Offices(system, clock), named(name))
        with system.database.transaction() as connection:
            row = titles.find_title(connection, course.acting.cast.applicant_id, kind)
            return row, titles.read_stars(connection, row.id)

    return register


def test_of_five_sheets_the_highest_and_the_lowest_do_not_count(variables):
    found = variables("park_application-creation_started")
    assert sorted(found["sheets"]) == [79.5, 91.5, 92.5, 93.5, 94.5]
    assert found["panel_score"] == 92.5


def test_the_total_of_2017_adds_the_bonus_of_scale_and_of_companies(variables):
    found = variables("city_grading_2017-graded")
    assert (found["panel_score"], found["bonus_scale"], found["bonus_companies"]) == (97.5, 3, 7.5)
    assert (found["grand_total"], found["outcome_2017"]) == (108, "reached")


def test_the_other_reading_of_the_tiers_is_counted_as_well(variables):
    found = variables("city_grading_2017-graded")
    assert (found["bonus_companies_added"], found["grand_total_added"]) == (10, 110.5)


def test_no_points_make_up_for_a_control_indicator(variables):
    found = variables("city_grading_2017-rectified_then_revoked")
    assert found["grand_total"] > 90
    assert (found["controls"], found["outcome_2017"]) == ("not_met", "not_reached")


def test_the_round_of_2023_has_its_three_three_star_cities_among_fourteen():
    cities = [kept.scenario for kept in all_scenarios() if kept.name.startswith("city_evaluation-star_round_2023-")]
    best = {
        scenario.applicant["name"].removesuffix("人民政府")
        for scenario in cities
        if scenario.samples["samples"]["confirmation"]["values"]["confirmed_stars"] == "3"
    }
    assert (len(cities), best) == (14, THREE_STARS_IN_2023)


def test_a_three_star_city_keeps_its_title_with_the_stars_of_the_year(register):
    row, stars = register("city_evaluation-star_round_2023-深圳市人民政府")
    assert (row.status, row.one_star_streak, stars) == ("有效", 0, {2023: 3})


def test_a_first_single_star_leads_to_rectification_and_back(register):
    row, stars = register("city_evaluation-rectified", "中国软件特色名城")
    assert (row.status, row.one_star_streak, stars) == ("有效", 1, {2023: 1})


def test_a_second_single_star_ends_the_title_by_a_decision(register):
    row, stars = register("city_evaluation-withdrawn")
    assert (row.status, row.one_star_streak, stars) == ("退出", 2, {2022: 1, 2023: 1})


def test_a_year_without_an_evaluation_neither_breaks_nor_lengthens_the_streak(register):
    row, stars = register("city_evaluation-kept")
    assert (row.status, row.one_star_streak, stars) == ("有效", 2, {2021: 1, 2023: 1})


def test_a_city_that_does_not_file_keeps_its_title_and_its_streak(register):
    row, stars = register("city_evaluation-not_evaluated")
    assert (row.status, row.one_star_streak, stars) == ("有效", 1, {2022: 1})


def test_an_awarded_park_is_in_the_register_from_the_day_of_the_decision(register):
    row, _ = register("park_review-awarded", "中国软件名园")
    assert (str(row.granted_on), row.expires_on, row.document_number) == ("2023-12-22", None, "工信部信发〔2023〕260号")
