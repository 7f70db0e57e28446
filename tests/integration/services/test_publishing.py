"""Publishing: checks green, a second person, an instant, the open rounds and running cases, and the way back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from engine.audit import first_broken_link
from engine.clock import ZONE
from engine.errors import BadRequest, ChangedMeanwhile, Conflict, NotAllowed, NotFound
from engine.folders import load_directory
from engine.services import drafts, editions, publishing, rounds
from engine.store import editions as rows
from engine.views.editions import Submission
from tests.conftest import START
from tests.support.studio import NOTE, PROCEDURE, Desk

WINDOW = """  late_filing:
    name: 补报窗口
    opens: {month: 12, day: 1}
    closes: {month: 12, day: 5}
    inclusive: true
    gates: []
    basis: 检验
    mark: platform
    level: 国家
"""
LATER = datetime(2023, 11, 1, tzinfo=ZONE)


@pytest.fixture
def desk(offices):
    return Desk(offices)


def test_a_draft_approved_by_a_second_person_is_in_force_at_once(desk):
    draft_id = desk.draft()

    order_id = desk.publish(draft_id)

    order = desk.order(order_id)
    assert (order.state, order.version, desk.current()) == ("in_force", 2, 2)
    assert (desk.state(draft_id), order.decided_by) == ("published", desk.second.name)


def test_a_version_has_the_files_of_the_draft_byte_for_byte(desk):
    draft_id = desk.draft()
    files = drafts.read_files(desk.system, desk.owner, draft_id)

    order = desk.order(desk.publish(draft_id))

    assert editions.open_version(desk.system, desk.owner, order.definition_id)[1] == files
    assert order.digest == editions.open_version(desk.system, desk.owner, order.definition_id)[0].digest


def test_who_submitted_cannot_approve(desk):
    order_id = desk.submit(desk.draft())

    with pytest.raises(NotAllowed):
        desk.approve(order_id, desk.owner)

    assert "approve" not in desk.order(order_id, desk.owner).actions
    assert desk.current() == 1


def test_who_changed_the_draft_cannot_approve_though_another_submitted(desk):
    draft_id = drafts.begin_draft(desk.system, desk.owner, PROCEDURE).draft_id
    desk.change(draft_id, "\n一\n", actor=desk.second)
    desk.replay(draft_id)
    order_id = desk.submit(draft_id)

    with pytest.raises(NotAllowed):
        desk.approve(order_id)


def test_an_undone_change_makes_its_author_no_second_person(desk):
    draft_id = drafts.begin_draft(desk.system, desk.owner, PROCEDURE).draft_id
    desk.change(draft_id, "\n一\n", actor=desk.second)
    drafts.undo(desk.system, desk.second, draft_id)
    desk.change(draft_id, "\n二\n")
    desk.replay(draft_id)
    order_id = desk.submit(draft_id)

    with pytest.raises(NotAllowed):
        desk.approve(order_id)


@pytest.mark.parametrize("login_name", ["ministry_decider", "administrator", "dongguan_process_owner"])
def test_strangers_neither_submit_nor_approve(desk, login_name):
    draft_id = desk.draft()
    stranger = desk.offices.actor(login_name)
    with pytest.raises(NotFound):
        publishing.submit(desk.system, stranger, draft_id, Submission(note=NOTE, revision=2))
    order_id = desk.submit(draft_id)

    with pytest.raises(NotFound):
        publishing.approve(desk.system, stranger, order_id, desk.order(order_id).digest)


def test_the_database_itself_refuses_one_person_as_both(desk):
    order_id = desk.submit(desk.draft())

    with pytest.raises(DBAPIError), desk.system.database.transaction() as connection:
        rows.change_order(connection, order_id, {"state": "approved", "decided_by_id": desk.owner.account_id})


def test_a_draft_with_a_fault_is_not_submitted(desk):
    draft_id = desk.draft()
    desk.change(draft_id, "\nnonsense: 1\n", "procedure.yaml")
    desk.replay(draft_id)

    with pytest.raises(Conflict, match="错误"):
        desk.submit(draft_id)

    assert desk.state(draft_id) == "editing"


def test_a_draft_whose_scenario_deviates_is_not_submitted(desk):
    draft_id = desk.draft()
    desk.replay(draft_id, sentence="待办不同。")

    with pytest.raises(Conflict, match="推演"):
        desk.submit(draft_id)


def test_a_draft_whose_scenarios_were_replayed_before_its_last_change_is_not_submitted(desk):
    draft_id = desk.draft()
    desk.change(draft_id, "\n又改\n")

    with pytest.raises(Conflict, match="重放"):
        desk.submit(draft_id)


def test_a_draft_without_a_difference_is_not_submitted(desk):
    draft_id = drafts.begin_draft(desk.system, desk.owner, PROCEDURE).draft_id
    desk.replay(draft_id)

    with pytest.raises(Conflict, match="没有差别"):
        desk.submit(draft_id)


def test_a_draft_that_was_changed_since_it_was_looked_at_is_not_submitted(desk):
    draft_id = desk.draft()

    with pytest.raises(ChangedMeanwhile):
        desk.submit(draft_id, revision=1)


@pytest.mark.parametrize(
    "said", [{"note": " "}, {"note": "x" * 2001}, {"effective_at": START}, {"rounds": "some"}], ids=str
)
def test_a_submission_needs_a_reason_and_an_instant_to_come(desk, said):
    draft_id = desk.draft()

    with pytest.raises(BadRequest):
        desk.submit(draft_id, **said)


def test_a_submitted_draft_is_locked(desk):
    draft_id = desk.draft()
    desk.submit(draft_id)

    with pytest.raises(Conflict):
        desk.change(draft_id, "\n偷改\n")
    with pytest.raises(Conflict):
        drafts.undo(desk.system, desk.owner, draft_id)
    with pytest.raises(Conflict):
        drafts.restore(desk.system, desk.owner, draft_id, 0)
    with pytest.raises(Conflict):
        drafts.discard(desk.system, desk.owner, draft_id)


def test_an_approval_counts_for_what_was_looked_at_alone(desk):
    order_id = desk.submit(desk.draft())

    with pytest.raises(ChangedMeanwhile):
        publishing.approve(desk.system, desk.second, order_id, "0" * 64)


def test_a_draft_that_was_changed_behind_the_lock_is_not_approved(desk):
    draft_id = desk.draft()
    order_id = desk.submit(draft_id)
    with desk.system.database.transaction() as connection:
        connection.exec_driver_sql(f"UPDATE draft SET state = 'editing' WHERE id = {draft_id}")
    desk.change(draft_id, "\n偷改\n")

    with pytest.raises(ChangedMeanwhile):
        desk.approve(order_id)


def test_one_order_is_open_at_a_time(desk):
    desk.submit(desk.draft())

    with pytest.raises(Conflict, match="已有一份"):
        desk.submit(desk.draft("另一份"))


def test_a_returned_draft_can_be_changed_and_submitted_again(desk):
    draft_id = desk.draft()
    order_id = desk.submit(draft_id)
    publishing.return_order(desk.system, desk.second, order_id, "说明不清楚。")
    returned = desk.state(draft_id)
    desk.change(draft_id, "\n说明\n")
    desk.replay(draft_id)

    desk.publish(draft_id)

    assert returned == "returned"
    assert desk.kinds() == ["in_force", "approved", "submitted", "returned", "submitted", "deployed"]


def test_the_author_does_not_return_but_withdraws(desk):
    order_id = desk.submit(desk.draft())
    with pytest.raises(NotAllowed):
        publishing.return_order(desk.system, desk.owner, order_id, "我自己退回。")

    publishing.withdraw_order(desk.system, desk.owner, order_id, "再想想。")

    assert desk.order(order_id).state == "withdrawn"


def test_what_was_decided_is_not_decided_again(desk):
    order_id = desk.publish()

    with pytest.raises(Conflict):
        desk.approve(order_id)
    with pytest.raises(Conflict):
        publishing.return_order(desk.system, desk.second, order_id, "晚了。")
    with pytest.raises(Conflict):
        publishing.cancel_order(desk.system, desk.second, order_id, "晚了。")


def test_an_approved_version_counts_from_its_instant_on(desk):
    order_id = desk.publish(effective_at=LATER)
    before = desk.current()
    desk.offices.clock.move_to(LATER - timedelta(seconds=1))
    early = publishing.activate_due(desk.system)
    desk.offices.clock.move_to(LATER)

    done, coming = publishing.activate_due(desk.system)

    assert (before, early, done, coming) == (1, (0, LATER), 1, None)
    assert (desk.current(), desk.order(order_id).state) == (2, "in_force")
    assert desk.order(order_id).in_force_at == LATER


def test_bringing_into_force_twice_changes_nothing(desk):
    desk.publish(effective_at=LATER)
    desk.offices.clock.move_to(LATER)
    publishing.activate_due(desk.system)
    before = desk.kinds()

    assert publishing.activate_due(desk.system) == (0, None)
    assert desk.kinds() == before


def test_what_waits_for_its_instant_can_be_cancelled(desk):
    order_id = desk.publish(effective_at=LATER)

    publishing.cancel_order(desk.system, desk.owner, order_id, "通知推迟。")
    desk.offices.clock.move_to(LATER)

    assert publishing.activate_due(desk.system) == (0, None)
    assert (desk.current(), desk.order(order_id).state) == (1, "cancelled")


def test_a_round_opened_after_the_instant_takes_the_version_though_no_pulse_has_beaten(desk):
    desk.publish(effective_at=LATER)
    desk.offices.clock.move_to(LATER)

    round_id = desk.offices.open_round(PROCEDURE)

    with desk.system.database.reading() as connection:
        assert round_version(connection, round_id) == 2


def test_new_cases_of_an_open_round_take_the_version_and_old_ones_stay(desk):
    round_id = desk.offices.open_round(PROCEDURE)
    desk.offices.start("dongguan", round_id)
    desk.publish()
    desk.offices.start("beijing", round_id)

    assert versions_of_cases(desk.system) == [1, 2]
    with desk.system.database.reading() as connection:
        assert round_version(connection, round_id) == 2


def test_a_case_begun_after_the_instant_takes_the_version_though_no_pulse_has_beaten(desk):
    round_id = desk.offices.open_round(PROCEDURE)
    desk.publish(effective_at=LATER)
    desk.offices.clock.move_to(LATER - timedelta(seconds=1))
    desk.offices.start("dongguan", round_id)
    desk.offices.clock.move_to(LATER)
    desk.offices.start("beijing", round_id)

    assert versions_of_cases(desk.system) == [1, 2]


def test_a_round_without_the_windows_of_the_version_keeps_its_own(desk):
    round_id = desk.offices.open_round(PROCEDURE)
    draft_id = desk.draft()
    file = drafts.read_file(desk.system, desk.owner, draft_id, "windows.yaml")
    content = file.content.replace(b"windows:\n", f"windows:\n{WINDOW}".encode(), 1)
    drafts.save_file(desk.system, desk.owner, draft_id, "windows.yaml", content, based_on=file.revision)
    desk.replay(draft_id)

    order = desk.order(desk.publish(draft_id))

    assert order.remarks
    assert "补报窗口" in order.remarks[0]
    with desk.system.database.reading() as connection:
        assert round_version(connection, round_id) == 1


def test_a_round_keeps_its_version_where_the_order_says_so(desk):
    round_id = desk.offices.open_round(PROCEDURE)

    desk.publish(rounds="stay")

    with desk.system.database.reading() as connection:
        assert round_version(connection, round_id) == 1


def test_running_cases_are_taken_along_by_an_order_in_the_submitters_name(desk):
    desk.offices.start("dongguan", desk.offices.open_round(PROCEDURE))

    desk.publish(migrations={1: {}})

    with desk.system.database.reading() as connection:
        order = connection.exec_driver_sql("SELECT * FROM migration_order").one()
        items = connection.exec_driver_sql("SELECT state FROM migration_item").all()
    assert (order.reason, order.ordered_by["login_name"]) == (NOTE, "process_owner")
    assert [one.state for one in items] == ["waiting"]


def test_a_preview_says_what_would_become_of_running_cases(desk):
    desk.offices.start("dongguan", desk.offices.open_round(PROCEDURE))

    preview = editions.preview_cases(desk.system, desk.owner, desk.draft(), 1, {})

    assert (preview.from_version, preview.to_version, preview.total, preview.possible) == (1, 2, 1, 1)


def test_a_draft_older_than_the_version_in_force_needs_a_second_look(desk):
    old = desk.draft("旧稿")
    desk.publish(desk.draft("新稿"))

    with pytest.raises(Conflict, match="第 2 版已经生效"):
        desk.submit(old)

    assert editions.read_approval(desk.system, desk.owner, old).newer_version == 2
    assert desk.order(desk.submit(old, knows_newer=True)).state == "submitted"


def test_going_back_takes_two_persons_too(desk):
    desk.publish()
    order_id = publishing.propose_roll_back(desk.system, desk.owner, PROCEDURE, 1, Submission(note="新版有误。"))
    with pytest.raises(NotAllowed):
        desk.approve(order_id, desk.owner)

    desk.approve(order_id)

    assert desk.current() == 1
    assert desk.order(order_id).state == "in_force"


def test_the_version_in_force_is_nothing_to_go_back_to(desk):
    with pytest.raises(Conflict):
        publishing.propose_roll_back(desk.system, desk.owner, PROCEDURE, 1, Submission(note="无"))


def test_an_office_does_not_publish_what_would_be_anothers(desk):
    draft_id = desk.draft()
    content = drafts.read_file(desk.system, desk.owner, draft_id, "windows.yaml")
    moved = content.content.replace("level: 国家".encode(), "level: 省级".encode())
    drafts.save_file(desk.system, desk.owner, draft_id, "windows.yaml", moved, based_on=content.revision)
    desk.replay(draft_id)

    with pytest.raises(Conflict, match="主管单位"):
        desk.submit(draft_id)


def test_a_procedure_keeps_its_id(desk):
    draft_id = desk.draft()
    file = drafts.read_file(desk.system, desk.owner, draft_id, "procedure.yaml")
    renamed = file.content.replace(b"id: city_application", b"id: other_application", 1)
    drafts.save_file(desk.system, desk.owner, draft_id, "procedure.yaml", renamed, based_on=file.revision)
    desk.replay(draft_id)

    with pytest.raises(Conflict):
        desk.submit(draft_id)


def test_a_new_procedure_is_deployed_by_its_first_publication(desk):
    files = load_directory(desk.system.settings.bpmn / "violation")
    draft_id = drafts.begin_from_files(desk.system, desk.owner, files, origin="violation.zip").draft_id
    desk.replay(draft_id)

    order = desk.order(desk.publish(draft_id))

    assert (order.procedure_id, order.version, order.base_version) == ("violation", 1, None)
    assert rounds.list_rounds(desk.system, desk.owner)[0].procedure_id == "violation"


def test_the_ledger_is_a_chain_that_shows_a_change(desk):
    desk.publish()
    with desk.system.database.reading() as connection:
        sound = first_broken_link(rows.read_chain(connection, PROCEDURE))
    with desk.system.database.transaction() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql("UPDATE procedure_event SET reason = '别的原因' WHERE sequence = 2")

    assert sound is None
    assert not editions.read_procedure(desk.system, desk.owner, PROCEDURE).is_sound


def test_a_ledger_that_was_cut_at_its_end_is_not_whole(desk):
    desk.publish()
    with desk.system.database.transaction() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql("DELETE FROM procedure_event WHERE kind = 'in_force'")

    assert not editions.read_procedure(desk.system, desk.owner, PROCEDURE).is_sound


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE procedure_definition SET archive = ''",
        "DELETE FROM procedure_definition",
        "UPDATE procedure_event SET reason = ''",
        "DELETE FROM procedure_event",
    ],
)
def test_a_version_and_an_event_stay_as_they_were_written(desk, statement):
    desk.publish()

    with pytest.raises(DBAPIError, match="never changed"), desk.system.database.transaction() as connection:
        connection.exec_driver_sql(statement)


def test_the_owners_are_told_of_what_waits_for_them(desk):
    desk.publish()

    with desk.system.database.reading() as connection:
        told = connection.exec_driver_sql("SELECT title, organisation_id, role FROM notice ORDER BY id").all()
    assert [(row.organisation_id, row.role) for row in told] == [("miit", "process_owner")] * 2
    assert [row.title[:3] for row in told] == ["请审核", "已批准"]


def round_version(connection, round_id):
    query = "SELECT version FROM yearly_round r JOIN procedure_definition d ON d.id = r.definition_id WHERE r.id = %s"
    return connection.exec_driver_sql(query, (round_id,)).scalar_one()


def versions_of_cases(system):
    query = "SELECT version FROM process_instance i JOIN procedure_definition d ON d.id = i.definition_id ORDER BY i.id"
    with system.database.reading() as connection:
        return list(connection.exec_driver_sql(query).scalars())
