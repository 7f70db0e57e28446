"""办件维护: a case is returned or moved, its variables are mended, what failed is tried again; all of it is audited."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.audit import first_broken_link
from engine.errors import BadRequest, ChangedMeanwhile, ExecutionError, InstanceNotOpen, NotAllowed, NotFound
from engine.runtime import StateDamaged, TokenNotWaiting
from engine.services import cases, maintenance, migration, repair, tasks
from engine.store.history import read_chain
from engine.views import MaintenanceNote
from tests.support.small_folders import Permit
from tests.unit.runtime.runtime_diagrams import begin, boundary, catch, end, flow, node, path, timer, user

LANES = {"applicant": ("begin", "fill"), "department": ("review",), "ministry": ("decide", "done")}
STEPS = (begin(), user("fill", name_="填写"), user("review", name_="审核"), user("decide", name_="决定"), end())
FLOW = path("begin", "fill", "review", "decide", "done")
REASON = "办错了环节，按来函退回。"
NOTE = MaintenanceNote(reason=REASON, revision=None)


@pytest.fixture
def permit(offices, tmp_path):
    return Permit(offices, tmp_path)


@pytest.fixture
def deciding(permit):
    """A case that waits for its decision."""
    more = (boundary("late", "review", timer("P5D")), end("expired"), path("late", "expired"))
    permit.deploy(*STEPS, FLOW, *more, lanes={**LANES, "department": ("review", "late", "expired")})
    case_id = permit.begin()
    permit.do("dongguan", "fill", note_fill="说明")
    permit.do("guangdong_department", "review", note_review="同意")
    return case_id


@pytest.fixture
def stuck(permit):
    """A case whose timer could not go off: no condition held behind it."""
    gateway = node("exclusiveGateway", "which", name_="哪一级？")
    body = (*STEPS[:2], catch("waited", timer("P5D")), gateway, STEPS[3], end(),
            path("begin", "fill", "waited", "which"), flow("which", "decide", when='level = "national"'),
            flow("which", "done", when='level = "none"'), path("decide", "done"))  # fmt: skip
    lanes = {"applicant": ("begin", "fill"), "ministry": ("waited", "which", "decide", "done")}
    permit.deploy(*body, lanes=lanes, answers={"fill": ("level",)})
    case_id = permit.begin()
    permit.do("dongguan", "fill", level="municipal")
    permit.offices.clock.advance(timedelta(days=6))
    permit.offices.beat()
    assert permit.one("SELECT state FROM process_instance")[0] == "incident"
    return case_id


def look(permit, case_id, login_name="administrator"):
    return maintenance.read_repair(permit.offices.system, permit.offices.actor(login_name), case_id)


def token_of(permit, case_id):
    return look(permit, case_id).tokens[0].token_id


def act(permit, service, case_id, *arguments, note=NOTE, login_name="administrator"):
    return service(permit.offices.system, permit.offices.actor(login_name), case_id, *arguments, note)


def events(permit, case_id, kind):
    view = cases.read_case(permit.offices.system, permit.offices.actor("dongguan"), case_id)
    return [event for event in view.history if event.kind == kind]


def damage(permit, case_id):
    with permit.offices.system.database.transaction() as connection:
        query = "UPDATE process_instance SET engine_state = set_byte(engine_state, 60, 7) WHERE id = %s"
        connection.exec_driver_sql(query, (case_id,))


def test_the_page_shows_where_the_case_is_and_what_may_be_done(permit, deciding):
    view = look(permit, deciding)
    (token,) = view.tokens
    assert (token.name, token.kind, token.office) == ("决定", "task", "工业和信息化部")
    assert view.targets == (("fill", "填写"), ("review", "审核"), ("decide", "决定"))
    assert view.passed >= {"fill", "review"}
    assert view.actions == {"move", "change", "migrate"}
    assert "<svg" in view.diagram_svg


def test_a_case_is_sent_back_and_the_history_has_before_and_after(permit, deciding):
    act(permit, repair.send_back, deciding, token_of(permit, deciding), "review")

    assert permit.task("guangdong_department", "review", deciding)
    assert "decide" not in permit.offices.steps("ministry")
    (event,) = events(permit, deciding, "case_returned")
    assert event.comment == REASON
    assert [place["element"] for place in event.details["before"]["places"]] == ["decide"]
    assert [place["element"] for place in event.details["after"]["places"]] == ["review", "late"]
    with permit.offices.system.database.reading() as connection:
        assert first_broken_link(read_chain(connection, deciding)) is None


def test_the_offices_concerned_and_the_applicant_are_told_with_the_reason(permit, deciding):
    act(permit, repair.send_back, deciding, token_of(permit, deciding), "review")

    query = "SELECT organisation_id, role, title, body FROM notice WHERE instance_id = %s ORDER BY organisation_id"
    rows = permit.all(query, deciding)
    assert [(row[0], row[1]) for row in rows] == [
        ("dongguan_government", ""),
        ("guangdong_department", "provincial_department"),
        ("miit", "ministry"),
    ]
    assert {row[2] for row in rows} == {"办件已退回到“审核”"}
    assert all(REASON in row[3] for row in rows)


def test_after_a_return_the_case_goes_on_to_its_end(permit, deciding):
    act(permit, repair.send_back, deciding, token_of(permit, deciding), "review")
    permit.do("guangdong_department", "review", note_review="再次同意")
    permit.do("ministry", "decide")
    assert permit.one("SELECT state, outcome FROM process_instance") == ("ended", "done")


def test_timers_of_the_step_returned_to_are_armed_anew(permit, deciding):
    act(permit, repair.send_back, deciding, token_of(permit, deciding), "review")
    assert permit.all("SELECT element_id, state FROM timer ORDER BY id") == [("late", "cancelled"), ("late", "waiting")]


def test_a_case_is_not_sent_back_to_where_it_has_never_been(permit, deciding):
    permit.begin("beijing")
    fresh = permit.one("SELECT max(id) FROM process_instance")[0]
    with pytest.raises(BadRequest, match="没有办理过“决定”"):
        act(permit, repair.send_back, fresh, token_of(permit, fresh), "decide")


def test_a_token_is_moved_past_a_step_and_what_was_typed_comes_back_with_it(permit, deciding):
    task_id, ministry = permit.task("ministry", "decide"), permit.offices.actor("ministry")
    tasks.save_draft(permit.offices.system, ministry, task_id, {"note_decide": "拟同意"})

    act(permit, repair.move_token, deciding, token_of(permit, deciding), "fill")
    act(permit, repair.move_token, deciding, token_of(permit, deciding), "decide")

    again = permit.task("ministry", "decide")
    assert again != task_id
    assert permit.one("SELECT draft FROM user_task WHERE id = %s", again)[0] == {"note_decide": "拟同意"}
    assert [event.details["to"] for event in events(permit, deciding, "token_moved")] == ["decide", "fill"]


def test_the_preview_of_a_move_says_what_ends_and_what_begins(permit, deciding):
    system, actor = permit.offices.system, permit.offices.actor("administrator")
    revision = permit.one("SELECT revision FROM process_instance")

    view = repair.preview_move(system, actor, deciding, token_of(permit, deciding), "review")

    assert (view.from_name, view.to_name, view.is_return) == ("决定", "审核", True)
    assert (view.closed, view.opened, view.refusal) == (("决定",), ("审核", "late"), "")
    assert permit.one("SELECT revision FROM process_instance") == revision


def test_the_preview_carries_the_sentence_of_a_refusal(permit, deciding):
    system, actor = permit.offices.system, permit.offices.actor("administrator")
    view = repair.preview_move(system, actor, deciding, token_of(permit, deciding), "done")
    assert "不是同一流程中的任务" in view.refusal


def test_what_the_runtime_refuses_changes_nothing(permit, deciding):
    before = permit.one("SELECT revision, engine_state FROM process_instance")
    with pytest.raises(ExecutionError, match="不是同一流程中的任务"):
        act(permit, repair.move_token, deciding, token_of(permit, deciding), "done")
    with pytest.raises(TokenNotWaiting):
        act(permit, repair.move_token, deciding, "0" * 32, "review")
    assert permit.one("SELECT revision, engine_state FROM process_instance") == before


def test_a_failed_timer_goes_off_again_once_the_variable_is_mended(permit, stuck):
    assert [incident.action for incident in look(permit, stuck).incidents] == ["fire_timer"]
    assert look(permit, stuck).variables == (("level", "level", '"municipal"'),)

    assert act(permit, repair.set_variables, stuck, {"level": '"national"'}) == ("level",)
    assert act(permit, repair.retry_incident, stuck) is True

    assert permit.one("SELECT state, variables ->> 'level' FROM process_instance") == ("running", "national")
    assert permit.task("ministry", "decide", stuck)
    assert look(permit, stuck).incidents == ()
    (changed,) = events(permit, stuck, "variables_changed")
    assert changed.details == {"before": {"level": "municipal"}, "after": {"level": "national"}}
    (resolved,) = events(permit, stuck, "incident_resolved")
    assert resolved.comment == REASON
    with permit.offices.system.database.reading() as connection:
        assert first_broken_link(read_chain(connection, stuck)) is None


def test_what_fails_again_stays_stopped_and_says_why(permit, stuck):
    with pytest.raises(ExecutionError):
        act(permit, repair.retry_incident, stuck)

    view = look(permit, stuck)
    assert view.row.state == "incident"
    assert [incident.action for incident in view.incidents] == ["retry_incident", "fire_timer"]
    assert [token.is_failed for token in view.tokens] == [True]
    act(permit, repair.set_variables, stuck, {"level": '"none"'})
    act(permit, repair.retry_incident, stuck)
    assert permit.one("SELECT state, outcome FROM process_instance") == ("ended", "done")


def test_a_case_that_failed_goes_on_in_a_version_that_mends_the_diagram(permit, stuck):
    gateway = node("exclusiveGateway", "which", name_="哪一级？", default="which__done")
    body = (*STEPS[:2], catch("waited", timer("P5D")), gateway, STEPS[3], end(),
            path("begin", "fill", "waited", "which"), flow("which", "decide", when='level = "municipal"'),
            flow("which", "done"), path("decide", "done"))  # fmt: skip
    lanes = {"applicant": ("begin", "fill"), "ministry": ("waited", "which", "decide", "done")}
    version = permit.deploy(*body, lanes=lanes, answers={"fill": ("level",)})

    act(permit, migration.migrate_case, stuck, version, {})
    assert permit.one("SELECT state FROM process_instance")[0] == "incident"
    act(permit, repair.retry_incident, stuck)

    assert permit.one("SELECT state FROM process_instance")[0] == "running"
    assert permit.task("ministry", "decide", stuck)


def test_a_submit_that_failed_is_submitted_again_by_its_office(permit):
    gateway = node("exclusiveGateway", "which", name_="哪一级？")
    flows = flow("which", "done", when="level = wanted") + flow("which", "other", when="level = other_level")
    body = (*STEPS[:2], gateway, end(), end("other"), path("begin", "fill", "which"), flows)
    lanes = {"applicant": ("begin", "fill"), "ministry": ("which", "done", "other")}
    permit.deploy(*body, lanes=lanes, answers={"fill": ("level", "wanted", "other_level")})
    case_id = permit.begin()
    with pytest.raises(ExecutionError):
        permit.do("dongguan", "fill", level="a", wanted="b", other_level="c")
    assert look(permit, case_id).actions >= {"retry"}

    assert act(permit, repair.retry_incident, case_id) is False

    assert look(permit, case_id).incidents == ()
    permit.do("dongguan", "fill", level="a", wanted="a", other_level="c")
    assert permit.one("SELECT outcome FROM process_instance")[0] == "done"


def test_nothing_is_tried_again_where_nothing_failed(permit, deciding):
    with pytest.raises(BadRequest, match="没有未处理的异常"):
        act(permit, repair.retry_incident, deciding)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"level": "municipal ="}, "无法读取"),
        ({"level": '"municipal"'}, "没有改动"),
        ({"note_fill": '"x"'}, "没有用到"),
        ({"now": "1"}, "没有用到"),
        ({"level": '"' + "长" * 20_001 + '"'}, "过长"),
    ],
)
def test_a_variable_is_only_set_to_something_that_the_diagram_can_use(permit, stuck, values, words):
    with pytest.raises(BadRequest, match=words):
        act(permit, repair.set_variables, stuck, values)
    assert permit.one("SELECT variables ->> 'level' FROM process_instance")[0] == "municipal"


def test_what_forms_told_beyond_the_diagram_is_not_shown_to_who_maintains(permit, deciding):
    assert look(permit, deciding).variables == ()
    assert "说明" not in str(look(permit, deciding))


ACTS = {
    "send_back": lambda case: (repair.send_back, "0" * 32, "review"),
    "move_token": lambda case: (repair.move_token, "0" * 32, "review"),
    "set_variables": lambda case: (repair.set_variables, {"level": "1"}),
    "retry_incident": lambda case: (repair.retry_incident,),
}


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("login_name", ["dongguan", "ministry"])
def test_who_takes_part_in_a_case_does_not_repair_it(permit, deciding, name, login_name):
    service, *arguments = ACTS[name](deciding)
    with pytest.raises(NotAllowed):
        act(permit, service, deciding, *arguments, login_name=login_name)


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("login_name", ["guangzhou", "process_owner"])
def test_who_does_not_know_of_a_case_learns_nothing_of_it(permit, deciding, name, login_name):
    service, *arguments = ACTS[name](deciding)
    with pytest.raises(NotFound):
        act(permit, service, deciding, *arguments, login_name=login_name)


@pytest.mark.parametrize("name", ACTS)
def test_every_repair_asks_for_a_reason(permit, deciding, name):
    service, *arguments = ACTS[name](deciding)
    with pytest.raises(BadRequest, match="原因"):
        act(permit, service, deciding, *arguments, note=MaintenanceNote(reason=" ", revision=None))


@pytest.mark.parametrize("name", ACTS)
def test_a_case_that_changed_meanwhile_is_left_alone(permit, deciding, name):
    service, *arguments = ACTS[name](deciding)
    with pytest.raises(ChangedMeanwhile):
        act(permit, service, deciding, *arguments, note=MaintenanceNote(reason=REASON, revision=0))


@pytest.mark.parametrize("name", ACTS)
def test_a_case_that_has_ended_is_not_repaired(permit, deciding, name):
    permit.do("ministry", "decide")
    service, *arguments = ACTS[name](deciding)
    with pytest.raises(InstanceNotOpen):
        act(permit, service, deciding, *arguments)
    assert look(permit, deciding).actions == set()


@pytest.mark.parametrize("name", ["send_back", "move_token"])
def test_a_damaged_state_stops_the_case_and_names_it_once(permit, deciding, name):
    damage(permit, deciding)
    for _ in range(2):
        service, *arguments = ACTS[name](deciding)
        with pytest.raises(StateDamaged):
            act(permit, service, deciding, *arguments)

    (incident,) = maintenance.list_incidents(permit.offices.system, permit.offices.actor("administrator"))
    assert incident.is_damaged
    assert incident.case_number == permit.one("SELECT number FROM process_instance")[0]
    assert permit.one("SELECT state FROM process_instance")[0] == "incident"
    view = look(permit, deciding)
    assert "无法读取" in view.damage
    assert (view.tokens, view.actions) == ((), set())


def test_a_submit_to_a_damaged_case_is_kept_and_stops_it(permit, deciding):
    damage(permit, deciding)
    with pytest.raises(StateDamaged):
        permit.do("ministry", "decide", note_decide="同意")

    row = permit.one("SELECT draft FROM user_task WHERE element_id = 'decide'")
    assert row[0] == {"note_decide": "同意"}
    (incident,) = maintenance.list_incidents(permit.offices.system, permit.offices.actor("administrator"))
    assert (incident.action, incident.is_damaged) == ("load_state", True)
    assert look(permit, deciding).row.state == "incident"
    with pytest.raises(InstanceNotOpen):
        permit.do("ministry", "decide", note_decide="同意")


def test_a_damaged_case_can_still_be_looked_at_by_its_people(permit, deciding):
    damage(permit, deciding)
    view = cases.read_case(permit.offices.system, permit.offices.actor("dongguan"), deciding)
    assert [one.task_name for one in view.submissions] == ["填写", "审核"]


def test_incidents_are_the_administrators(permit, stuck):
    assert [
        one.case_id for one in maintenance.list_incidents(permit.offices.system, permit.offices.actor("administrator"))
    ] == [stuck]
    with pytest.raises(NotAllowed):
        maintenance.list_incidents(permit.offices.system, permit.offices.actor("process_owner"))
