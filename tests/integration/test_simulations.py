"""推演: an owner plays a case of a draft by hand, and writes it down as a scenario that replays as it was played."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine import rehearsal
from engine.clock import ZONE, local
from engine.errors import BadRequest, Conflict, NotFound
from engine.rehearsal.scratch import drop_scratch
from engine.services import drafts
from engine.views.rehearsal import Opening, Recording
from forms import InvalidSubmission

PROCEDURE = "violation"
LIKE = "dropped"
CLUE = {"matter": "clue", "clue_source": "inspection", "clue_text": "检查发现数据不符。"}
FILED = {"check_decision": "file", "check_opinion": "予以立案。"}
DROPPED = {"check_decision": "drop", "check_opinion": "线索不具体。"}


@pytest.fixture
def desk(offices):
    offices.load(PROCEDURE)
    yield Desk(offices)
    rehearsal.sweep_stages(offices.system, now=offices.system.wall.now() + timedelta(days=1))


class Desk:
    """An owner with a draft and one simulation of it."""

    def __init__(self, offices):
        self.system, self.owner = offices.system, offices.actor("process_owner")
        self.draft_id = drafts.begin_draft(self.system, self.owner, PROCEDURE).draft_id
        self.id = rehearsal.begin_simulation(self.system, self.owner, self.draft_id, Opening(like=LIKE))

    @property
    def where(self):
        return self.system, self.owner, self.draft_id, self.id

    def look(self):
        return rehearsal.read_simulation(*self.where)

    def do(self, values, place=0):
        rehearsal.do_task(*self.where, self.look().tasks[place].task_id, values)

    def waiting(self):
        return [task.element_id for task in self.look().tasks]

    def save(self, path, content):
        file = drafts.read_file(self.system, self.owner, self.draft_id, path)
        drafts.save_file(self.system, self.owner, self.draft_id, path, content, based_on=file.revision)


def count_cases(system):
    with system.database.reading() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM process_instance").scalar_one()


def test_a_simulation_begins_as_its_scenario_does(desk):
    one = desk.look()

    assert f"{local(one.clock_at):%Y-%m-%d %H:%M}" == "2025-03-03 09:00"
    assert [task.name for task in one.tasks] == ["登记线索或复查"]
    assert one.tasks[0].who == "工业和信息化部"
    assert "st-active" in one.case.diagram_svg


def test_nothing_that_is_played_is_a_case_of_the_running_system(desk):
    desk.do(CLUE)

    assert count_cases(desk.system) == 0


def test_a_task_is_done_as_whoever_would_do_it(desk):
    desk.do(CLUE)

    assert desk.waiting() == ["preliminary_check"]
    assert desk.look().steps[-1].sentence == "工业和信息化部 经办办理“登记线索或复查”。"
    assert desk.look().steps[-1].consequences[-1].startswith("待办：工业和信息化部 “初核”")


def test_a_form_that_is_not_right_is_refused_and_no_step_is_taken(desk):
    with pytest.raises(InvalidSubmission):
        desk.do({})

    assert len(desk.look().steps) == 1


def test_the_clock_goes_to_what_falls_due_next(desk):
    desk.do(CLUE)
    due_at = desk.look().tasks[0].due_at

    rehearsal.move_clock(*desk.where)

    assert desk.look().clock_at == due_at
    assert desk.look().tasks[0].is_overdue


def test_the_clock_goes_so_many_working_days_on(desk):
    rehearsal.move_clock(*desk.where, working_days=5)

    assert f"{local(desk.look().clock_at):%Y-%m-%d %H:%M}" == "2025-03-10 09:00"


def test_the_clock_does_not_go_back(desk):
    with pytest.raises(BadRequest, match="只能往后拨"):
        rehearsal.move_clock(*desk.where, to=datetime(2025, 3, 1, tzinfo=ZONE))


def test_a_step_is_taken_back(desk):
    desk.do(CLUE)
    desk.do(FILED)

    rehearsal.take_back(*desk.where)

    assert desk.waiting() == ["preliminary_check"]
    assert len(desk.look().steps) == 2


def test_the_beginning_is_not_taken_back(desk):
    with pytest.raises(Conflict, match="第一步"):
        rehearsal.take_back(*desk.where)


def test_examples_of_scenarios_fill_a_form_at_one_click(desk):
    task_id = desk.look().tasks[0].task_id
    one = rehearsal.read_form(*desk.where, task_id)

    rehearsal.fill_in(*desk.where, task_id, 0)

    assert one.examples[0].startswith("初核后不予立案")
    assert rehearsal.read_form(*desk.where, task_id).view.values["matter"] == "clue"


def test_what_was_played_is_written_down_and_replays_as_it_was_played(desk):
    desk.do(CLUE)
    desk.do(DROPPED)

    played = rehearsal.record_scenario(*desk.where, Recording(name="dropped_again", title="再次不予立案"))

    assert played.deviation is None
    text = drafts.read_file(desk.system, desk.owner, desk.draft_id, "scenarios/dropped_again.yaml").content.decode()
    assert text.startswith("title: 再次不予立案\nyear: 2025\n")
    assert 'at: "2025-03-03 09:00", role: ministry, task: register_clue' in text
    assert text.endswith("ends: [clue_dropped]\n")
    assert not desk.look().is_stale
    assert desk.look().case.incident == ""


def test_the_case_goes_on_after_it_was_written_down(desk):
    desk.do(CLUE)
    rehearsal.record_scenario(*desk.where, Recording(name="registered", title="登记"))

    desk.do(DROPPED)

    assert desk.look().ends == ("clue_dropped",)


def test_two_scenarios_do_not_share_a_name(desk):
    with pytest.raises(Conflict, match="已经有"):
        rehearsal.record_scenario(*desk.where, Recording(name="dropped", title="同名"))


def test_a_scenario_that_fits_no_more_is_replaced_on_demand(desk):
    desk.do(CLUE)
    desk.do(DROPPED)
    played = rehearsal.record_scenario(*desk.where, Recording(name="dropped", title="不予立案", replaces=True))
    assert (played.file, played.deviation) == ("scenarios/dropped.yaml", None)
    written = drafts.read_file(desk.system, desk.owner, desk.draft_id, "scenarios/dropped.yaml")
    assert "title: 不予立案\n" in written.content.decode()


@pytest.mark.parametrize("name", ["", "Upper", "../x", "中文", "a b"])
def test_a_scenario_is_named_like_a_file_of_its_folder(desk, name):
    with pytest.raises(BadRequest, match="文件名"):
        rehearsal.record_scenario(*desk.where, Recording(name=name, title="标题"))


def test_after_a_change_of_the_draft_the_steps_are_played_again(desk):
    desk.do(CLUE)
    text = drafts.read_file(desk.system, desk.owner, desk.draft_id, "process.bpmn").content.decode()
    desk.save("process.bpmn", text.replace('name="初核"', 'name="初步核查"').encode())
    assert desk.look().is_stale

    rehearsal.play_again(*desk.where)

    assert [task.name for task in desk.look().tasks] == ["初步核查"]
    assert not desk.look().is_stale


def test_a_stage_that_was_cleared_away_is_set_again_from_the_steps(desk):
    desk.do(CLUE)
    with desk.system.database.reading() as connection:
        scratch = connection.exec_driver_sql("SELECT scratch FROM simulation").scalar_one()
    drop_scratch(desk.system.database, scratch)
    assert desk.look().is_cleared

    rehearsal.play_again(*desk.where)

    assert desk.waiting() == ["preliminary_check"]


def test_documents_of_a_simulation_can_be_opened(desk):
    desk.do(CLUE)
    desk.do(FILED)
    investigation = {"investigators": "二人", "investigation_decision": "found", "violation_ground": "弄虚作假"}
    desk.do({**investigation, "violation_facts": "数据不符。", "closing_opinion": "建议处理。"})

    document = desk.look().documents[0]
    file, stream = rehearsal.open_document(*desk.where, document.document_id, "pdf")

    with stream:
        assert stream.read(5) == b"%PDF-"
    assert file.media_type == "application/pdf"


def test_a_simulation_is_ended_with_its_stage(desk):
    with desk.system.database.reading() as connection:
        scratch = connection.exec_driver_sql("SELECT scratch FROM simulation").scalar_one()

    rehearsal.end_simulation(*desk.where)

    with desk.system.database.reading() as connection:
        query = "SELECT count(*) FROM pg_namespace WHERE nspname = %s"
        assert connection.exec_driver_sql(query, (scratch,)).scalar_one() == 0
    assert rehearsal.list_simulations(desk.system, desk.owner, desk.draft_id) == ()


def test_nobody_else_plays_an_owners_draft(desk, offices):
    stranger = offices.actor("dongguan_process_owner")

    with pytest.raises(NotFound):
        rehearsal.read_simulation(desk.system, stranger, desk.draft_id, desk.id)
