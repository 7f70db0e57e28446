"""What a draft would do: its scenarios replayed by a worker, running cases, and the cases of a past round under it."""

from __future__ import annotations

import pytest

from engine import rehearsal
from engine.errors import Conflict
from engine.folders import load_directory
from engine.rehearsal import Course, Stage
from engine.services import drafts
from engine.services.definitions import check_folder
from engine.store import editions
from tests.support.offices import REPOSITORY, Offices

FOLDER = REPOSITORY / "bpmn" / "violation"
LIMIT = b"preliminary_check: {working_days: 10"


@pytest.fixture
def own(system, clock, snapshots):
    """Return a function that lets a case run, as far as is said, and then gives the owner with a fresh draft."""

    def own(name="", *, steps=99):
        if name:
            play(Stage(system, clock), name, steps)
        offices = Offices(system, clock, snapshots)
        offices.load("violation")
        return Owner(offices)

    return own


def play(stage, name, steps):
    """Let a case of a scenario run in the system itself, among its own invented offices."""
    (scenario,) = (one for one in rehearsal.read_scenarios(load_directory(FOLDER)) if one.name == name)
    course = Course.on(stage, check_folder(FOLDER), scenario)
    for step in scenario.steps[:steps]:
        course.take(step)


class Owner:
    """An owner with a draft, in a system where cases run."""

    def __init__(self, offices):
        self.offices, self.system, self.actor = offices, offices.system, offices.actor("process_owner")
        self.draft_id = drafts.begin_draft(self.system, self.actor, "violation").draft_id

    @property
    def draft(self):
        return self.system, self.actor, self.draft_id

    def change(self, path, old, new):
        file = drafts.read_file(*self.draft, path)
        assert old in file.content
        drafts.save_file(*self.draft, path, file.content.replace(old, new), based_on=file.revision)

    def replay_round(self):
        (found,) = rehearsal.list_past_rounds(*self.draft)
        rehearsal.carry_out(self.system, rehearsal.order_past_round(*self.draft, found.round_id))
        return rehearsal.read_past_page(*self.draft)


def test_a_worker_replays_the_scenarios_and_keeps_how_they_went_for_this_content(own):
    owner = own()
    order_id = rehearsal.order_replay(*owner.draft)
    assert rehearsal.read_scenarios_page(*owner.draft).order.is_running

    assert rehearsal.carry_out(owner.system, order_id)

    page = rehearsal.read_scenarios_page(*owner.draft)
    assert {row.sentence for row in page.rows} == {""}
    assert [one.missing for one in page.diagrams] == [(), ()]
    assert (page.order.done, page.order.total) == (len(page.rows), len(page.rows))
    with owner.system.database.reading() as connection:
        assert editions.read_replay(connection, check_folder(FOLDER).digest) is not None


def test_a_replay_is_carried_out_once(own):
    owner = own()
    order_id = rehearsal.order_replay(*owner.draft)
    rehearsal.carry_out(owner.system, order_id)

    assert not rehearsal.carry_out(owner.system, order_id)


def test_two_replays_of_a_draft_do_not_run_beside_each_other(own):
    owner = own()
    rehearsal.order_replay(*owner.draft)

    with pytest.raises(Conflict, match="正在重放"):
        rehearsal.order_replay(*owner.draft)


def test_a_change_makes_the_kept_replay_one_of_another_content(own):
    owner = own()
    rehearsal.carry_out(owner.system, rehearsal.order_replay(*owner.draft))
    owner.change("procedure.yaml", b"summary:", b"summary: ")

    page = rehearsal.read_scenarios_page(*owner.draft)

    assert {row.sentence for row in page.rows} == {None}
    assert page.diagrams == ()


def test_a_scenario_that_deviates_says_where(own):
    owner = own()
    owner.change("scenarios/dropped.yaml", b"expect: [preliminary_check]", b"expect: [investigate]")

    rehearsal.carry_out(owner.system, rehearsal.order_replay(*owner.draft))

    page = rehearsal.read_scenarios_page(*owner.draft)
    sentences = {row.file: row.sentence for row in page.rows}
    assert sentences["scenarios/dropped.yaml"].startswith("第 2 步：待办写的是")
    assert page.deviating == 1


def test_running_cases_that_can_go_on_are_counted(own):
    owner = own("dropped", steps=2)

    found = rehearsal.read_impact(*owner.draft)

    assert (found.running, found.possible) == (1, 1)
    assert found.versions[0].groups[0].waiting_at == ("初核",)
    assert found.versions[0].groups[0].changes[0] == "流程定义由第 1 版改为这份草稿。"


def test_running_cases_that_cannot_go_on_are_listed_with_the_reason(own):
    owner = own("dropped", steps=2)
    for path in [file.path for file in drafts.read_draft(*owner.draft).files]:
        content = drafts.read_file(*owner.draft, path).content
        if b"preliminary_check" in content and not path.startswith("forms/"):
            owner.change(path, b"preliminary_check", b"first_check")
    form = drafts.read_file(*owner.draft, "forms/preliminary_check.form").content
    drafts.save_files(
        *owner.draft,
        {
            "forms/preliminary_check.form": (None, 1),
            "forms/first_check.form": (form.replace(b"preliminary_check", b"first_check"), None),
        },
    )

    found = rehearsal.read_impact(*owner.draft)

    assert (found.running, found.possible) == (1, 0)
    assert found.versions[0].groups[0].refused[0][0] == "初核"


def test_a_past_round_goes_as_it_went_under_an_unchanged_draft(own):
    owner = own("dropped")

    (case,) = owner.replay_round().cases

    assert (case.differences, case.stopped) == ((), "")


def test_a_longer_limit_is_a_difference_of_a_past_round(own):
    owner = own("dropped")
    owner.change("windows.yaml", LIMIT, LIMIT.replace(b"10", b"15"))

    (case,) = owner.replay_round().cases

    assert case.differences == ("“初核”的时限：原至 2025-03-17 24:00，新版至 2025-03-24 24:00。",)


def test_what_cannot_be_submitted_any_more_stops_a_past_case(own):
    owner = own("dropped")
    owner.change("forms/preliminary_check.form", b'"drop"', b'"set_aside"')

    (case,) = owner.replay_round().cases

    assert case.stopped.startswith("第 3 步（2025-03-10 10:00）在新版走不通：")


def test_a_round_without_ended_cases_is_not_replayed(own):
    owner = own("dropped", steps=2)

    assert rehearsal.list_past_rounds(*owner.draft) == ()
    with pytest.raises(Conflict, match="没有已办结"):
        rehearsal.order_past_round(*owner.draft, 1)
