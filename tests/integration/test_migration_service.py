"""Cases of one version go on in another: their rows follow, their history says what changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.audit import first_broken_link
from engine.errors import BadRequest, ChangedMeanwhile, Conflict, NotAllowed, NotFound
from engine.services import cases, inbox, migration, tasks
from engine.store.history import read_chain
from engine.views import MaintenanceNote
from tests.support.small_folders import APPRAISAL, Permit
from tests.unit.runtime.runtime_diagrams import begin, boundary, end, flow, many, node, path, timer, user

LANES = {
    "applicant": ("begin", "fill"),
    "department": ("review",),
    "ministry": ("decide", "done"),
}
STEPS = (begin(), user("fill", name_="填写"), user("review", name_="审核"), user("decide", name_="决定"), end())
FLOW = path("begin", "fill", "review", "decide", "done")
EXAMINING = {**LANES, "department": ("examine",)}


def limit(step, working_days):
    return f"{{{step}: {{working_days: {working_days}, after: opened, basis: 检验, mark: platform}}}}"


def examining(name="审查"):
    """The same steps with the second one under another id."""
    steps = (*STEPS[:2], user("examine", name_=name), *STEPS[3:])
    return (*steps, path("begin", "fill", "examine", "decide", "done"))


NOTE = MaintenanceNote(reason="流程图有误，按新版办理。", revision=None)


@pytest.fixture
def permit(offices, tmp_path):
    return Permit(offices, tmp_path)


@pytest.fixture
def reviewing(permit):
    """A case of the first version whose review has begun: claimed, with a draft and a deadline."""
    permit.deploy(*STEPS, FLOW, lanes=LANES, limits=limit("review", 5))
    case_id = permit.begin()
    permit.do("dongguan", "fill", note_fill="说明")
    task_id, actor = permit.task("guangdong_department", "review"), permit.offices.actor("guangdong_department")
    tasks.claim_task(permit.offices.system, actor, task_id)
    tasks.save_draft(permit.offices.system, actor, task_id, {"note_review": "写了一半"})
    return case_id


def migrate(permit, case_id, version, login_name="process_owner", note=NOTE, **element_map):
    actor = permit.offices.actor(login_name)
    return migration.migrate_case(permit.offices.system, actor, case_id, version, element_map, note)


def preview(permit, version, login_name="process_owner", **element_map):
    actor = permit.offices.actor(login_name)
    return migration.preview_version(permit.offices.system, actor, "permit", (1, version), element_map)


def task_row(permit, task_id):
    query = (
        "SELECT element_id, name, assignee_id, draft, due_at, sort_at, completion_key, token_id, state FROM user_task"
    )
    return permit.one(f"{query} WHERE id = %s", task_id)._mapping


def the_event(permit, case_id, kind):
    actor = permit.offices.actor("dongguan")
    view = cases.read_case(permit.offices.system, actor, case_id)
    return next(event for event in view.history if event.kind == kind)


def test_an_open_task_keeps_its_id_claim_draft_and_deadline_and_takes_the_new_name(permit, reviewing):
    task_id = permit.task("guangdong_department", "review")
    before = task_row(permit, task_id)
    renamed = [step.replace("审核", "复审") for step in STEPS]
    version = permit.deploy(*renamed, FLOW, lanes=LANES)
    permit.offices.clock.advance(timedelta(days=1))

    migrate(permit, reviewing, version)

    assert task_row(permit, task_id) == {**before, "name": "复审"}
    assert before["draft"] == {"note_review": "写了一半"}
    assert before["due_at"] is not None
    permit.do("guangdong_department", "review", note_review="同意")
    permit.do("ministry", "decide")
    assert permit.one("SELECT state, outcome FROM process_instance") == ("ended", "done")


def test_a_renamed_step_goes_on_by_the_map(permit, reviewing):
    task_id = permit.task("guangdong_department", "review")
    version = permit.deploy(*examining("审查"), lanes=EXAMINING,
        answers={"examine": ("note_review",)},
    )  # fmt: skip
    with pytest.raises(Conflict, match="“审核”这一步正在办理"):
        migrate(permit, reviewing, version)

    changes = migrate(permit, reviewing, version, review="examine")

    assert permit.task("guangdong_department", "examine") == task_id
    assert any("“审核”对应新版的“审查”" in sentence for sentence in changes)
    view = inbox.read_task(permit.offices.system, permit.offices.actor("guangdong_department"), task_id)
    assert view.values == {"note_review": "写了一半"}


def test_the_history_says_exactly_what_changed(permit, reviewing):
    more = (boundary("too_late", "review", timer("P9D")), end("expired"), path("too_late", "expired"))
    lanes = {**LANES, "department": ("review", "too_late", "expired")}
    version = permit.deploy(*STEPS, FLOW, *more, lanes=lanes)

    changes = migrate(permit, reviewing, version)

    event = the_event(permit, reviewing, "case_migrated")
    assert event.comment == NOTE.reason
    assert event.details["before"]["version"] == 1
    assert event.details["after"]["version"] == version
    assert event.details["before"]["digest"] != event.details["after"]["digest"]
    assert [place["element"] for place in event.details["before"]["places"]] == ["review"]
    assert [place["element"] for place in event.details["after"]["places"]] == ["review", "too_late"]
    assert event.details["mapped"] == [["review", "review"]]
    assert tuple(event.details["changes"]) == changes
    assert changes == ("流程定义由第 1 版改为第 2 版。", "原地继续：审核。", "开始计时：too_late。")


def test_the_chain_of_digests_goes_on(permit, reviewing):
    migrate(
        permit,
        reviewing,
        permit.deploy(*STEPS, FLOW, lanes=LANES, limits=limit("decide", 3)),
    )
    with permit.offices.system.database.reading() as connection:
        assert first_broken_link(read_chain(connection, reviewing)) is None


def test_the_preview_names_what_would_happen_and_writes_nothing(permit, reviewing):
    version = permit.deploy(*STEPS, FLOW, lanes=LANES, limits=limit("decide", 3))
    state = permit.one("SELECT revision, engine_state, definition_id FROM process_instance")

    view = preview(permit, version)

    assert (view.total, view.examined, view.possible) == (1, 1, 1)
    (group,) = view.groups
    assert group.waiting_at == ("审核",)
    assert group.changes == ("流程定义由第 1 版改为第 2 版。", "原地继续：审核。")
    assert group.cases == ((reviewing, permit.one("SELECT number FROM process_instance")[0]),)
    assert permit.one("SELECT revision, engine_state, definition_id FROM process_instance") == state


def test_the_preview_offers_steps_of_the_same_kind_for_one_that_vanished(permit, reviewing):
    version = permit.deploy(*examining("审核"), lanes=EXAMINING,
    )  # fmt: skip

    view = preview(permit, version)

    assert view.possible == 0
    assert view.groups[0].refused == (
        ("审核", "这一步正在办理，但新版流程图的同一层里没有它；请指定它对应新版的哪一步。"),
    )
    (choice,) = view.map_choices
    assert (choice.element_id, choice.chosen, choice.is_missing) == ("review", "examine", True)
    assert [element_id for element_id, _ in choice.choices] == ["fill", "examine", "decide"]
    assert preview(permit, version, review="examine").possible == 1


def test_a_running_timer_keeps_its_due_instant_and_its_row(permit):
    def body(days, name):
        return (*STEPS, FLOW, boundary(name, "review", timer(f"P{days}D")), end("expired"), path(name, "expired"))

    lanes = {**LANES, "department": ("review", "late", "expired")}
    permit.deploy(*body(5, "late"), lanes=lanes)
    case_id = permit.begin()
    permit.do("dongguan", "fill")
    before = permit.one("SELECT id, token_id, due_at, release_at FROM timer")
    task_due = permit.one("SELECT due_at FROM user_task WHERE state = 'open'")
    version = permit.deploy(*body(9, "overdue"), lanes={**LANES, "department": ("review", "overdue", "expired")})
    permit.offices.clock.advance(timedelta(days=2))

    migrate(permit, case_id, version, late="overdue")

    assert permit.all("SELECT id, token_id, due_at, release_at FROM timer WHERE state = 'waiting'") == [before]
    assert permit.one("SELECT element_id FROM timer WHERE state = 'waiting'")[0] == "overdue"
    assert permit.one("SELECT due_at FROM user_task WHERE state = 'open'") == task_due
    permit.offices.clock.advance(timedelta(days=4))
    assert permit.offices.beat() == 1
    assert permit.one("SELECT outcome FROM process_instance")[0] == "expired"


def test_a_deadline_whose_timer_is_gone_is_counted_anew_from_the_opening(permit):
    more = (boundary("late", "review", timer("P2D")), end("expired"), path("late", "expired"))
    permit.deploy(*STEPS, FLOW, *more, lanes={**LANES, "department": ("review", "late", "expired")})
    case_id = permit.begin()
    permit.do("dongguan", "fill")
    limits = limit("review", 5)
    version = permit.deploy(*STEPS, FLOW, lanes=LANES, limits=limits)
    permit.offices.clock.advance(timedelta(days=1))

    migrate(permit, case_id, version)

    # Opened on Thursday 26 October: five working days end with 2 November.
    assert permit.one("SELECT due_at::text FROM user_task WHERE state = 'open'")[0].startswith("2023-11-02 16:00")
    assert permit.all("SELECT state FROM timer") == [("cancelled",)]


def test_results_of_a_multi_instance_are_kept(permit):
    panel = many("judges", "judge", collects=("scores", "score_amount"))
    listing = node("scriptTask", "list_judges", "<bpmn:script>judges = [1, 2, 3]</bpmn:script>")

    def body(name):
        return (*STEPS[:2], listing, user("review", panel, name_=name), *STEPS[3:],
                path("begin", "fill", "list_judges", "review", "decide", "done"))  # fmt: skip

    options = {"lanes": {**LANES, "department": ("list_judges", "review")}, "answers": {"review": ("score_amount",)}}
    permit.deploy(*body("评分"), **options)
    case_id = permit.begin()
    permit.do("dongguan", "fill")
    permit.do("guangdong_department", "review", score_amount=7)
    version = permit.deploy(*body("专家评分"), **options)

    migrate(permit, case_id, version)
    permit.do("guangdong_department", "review", score_amount=8)
    permit.do("guangdong_department", "review", score_amount=9)

    assert permit.one("SELECT variables -> 'scores' FROM process_instance")[0] == [7, 8, 9]
    assert permit.task("ministry", "decide")


def parallel(*branches):
    tasks = "".join(user(name, name_=name) for name in branches)
    flows = "".join(path("split", name, "join") for name in branches)
    split, join = node("parallelGateway", "split", name_="分送"), node("parallelGateway", "join", name_="汇总")
    outer = path("begin", "fill", "split") + path("join", "decide", "done")
    return (*STEPS[:2], split, tasks, join, *STEPS[3:], outer, flows)


def test_a_case_is_refused_while_a_join_waits_whose_inputs_changed_and_another_case_goes_on(permit):
    lanes = {"applicant": ("begin", "fill"), "department": ("split", "a", "b", "join"), "ministry": ("decide", "done")}
    permit.deploy(*parallel("a", "b"), lanes=lanes)
    waiting, fresh = permit.begin(), permit.begin("beijing")
    permit.do("dongguan", "fill")
    permit.do("guangdong_department", "a")
    version = permit.deploy(*parallel("a", "b", "c"), lanes={**lanes, "department": ("split", "a", "b", "c", "join")})

    view = preview(permit, version)

    assert (view.total, view.possible) == (2, 1)
    refused, possible = view.groups
    assert [where for where, _ in refused.refused] == ["汇总"]
    assert "进入分支" in refused.refused[0][1]
    assert [case_id for case_id, _ in possible.cases] == [fresh]
    with pytest.raises(Conflict, match="汇总"):
        migrate(permit, waiting, version)
    assert migrate(permit, fresh, version)


def test_a_version_that_needs_a_window_the_round_does_not_have_is_refused(permit, reviewing):
    version = permit.deploy(*STEPS, FLOW, lanes=LANES, windows=APPRAISAL)
    with pytest.raises(Conflict, match=r"评审窗口.*没有设定"):
        migrate(permit, reviewing, version)


def panel(lane, step="score"):
    """Three seats score, each named one by one; then the ministry decides."""
    script = '<bpmn:script>seats = ["expert_1", "expert_2", "expert_4"]</bpmn:script>'
    seats = many("seats", "seat", collects=("sheets", "sheet"))
    body = (*STEPS[:2], node("scriptTask", "list_seats", script), user(step, seats, name_="评分"), *STEPS[3:])
    lanes = {"applicant": ("begin", "fill"), lane: (step,), "ministry": ("list_seats", "decide", "done")}
    return {"body": (*body, path("begin", "fill", "list_seats", step, "decide", "done")), "lanes": lanes}


@pytest.fixture
def scoring(permit):
    """A case whose first sealed sheet has been submitted, and whose second has been begun."""
    sealed = panel("experts")
    permit.deploy(*sealed["body"], lanes=sealed["lanes"])
    case_id = permit.begin()
    permit.do("dongguan", "fill")
    permit.do("expert_1", "score", note_score="优")
    actor = permit.offices.actor("expert_2")
    tasks.save_draft(permit.offices.system, actor, permit.task("expert_2", "score"), {"note_score": "良"})
    return case_id


def test_a_panel_goes_on_with_the_seats_it_has(permit, scoring):
    sealed = panel("experts")
    version = permit.deploy(*sealed["body"], lanes=sealed["lanes"], answers={"decide": ("other",)})

    migrate(permit, scoring, version)
    permit.do("expert_2", "score", note_score="良")
    permit.do("expert_4", "score", note_score="中")

    sheets = permit.one("SELECT variables -> 'sheets' FROM process_instance")[0]
    assert [sheet["note_score"] for sheet in sheets] == ["优", "良", "中"]
    assert permit.task("ministry", "decide")


@pytest.mark.parametrize(
    ("changed", "element_map"),
    [(panel("open_experts"), {}), (panel("experts", "judge"), {"score": "judge"})],
    ids=["the lane is not sealed any more", "the step has another id"],
)
def test_what_was_written_under_seal_is_not_opened_by_a_migration(permit, scoring, changed, element_map):
    version = permit.deploy(*changed["body"], lanes=changed["lanes"])
    with pytest.raises(Conflict, match="密封"):
        migrate(permit, scoring, version, **element_map)


def test_a_step_of_named_seats_is_not_given_to_an_office_while_they_work(permit):
    seats = panel("open_experts")
    permit.deploy(*seats["body"], lanes=seats["lanes"])
    case_id = permit.begin()
    permit.do("dongguan", "fill")
    version = permit.deploy(*panel("department")["body"], lanes=panel("department")["lanes"])
    tasks.claim_task(permit.offices.system, permit.offices.actor("expert_1"), permit.task("expert_1", "score"))

    with pytest.raises(Conflict, match="已经签收"):
        migrate(permit, case_id, version)


def test_an_office_step_is_not_given_to_seats_that_nobody_named(permit):
    permit.deploy(*panel("department")["body"], lanes=panel("department")["lanes"])
    case_id = permit.begin()
    permit.do("dongguan", "fill")
    seats = panel("open_experts")
    version = permit.deploy(*seats["body"], lanes=seats["lanes"])

    with pytest.raises(Conflict, match="还不能确定是哪个单位"):
        migrate(permit, case_id, version)


MOVED = {"applicant": ("begin", "fill"), "department": (), "ministry": ("review", "decide", "done")}


def test_a_step_given_to_another_office_is_refused_while_somebody_works_on_it(permit, reviewing):
    version = permit.deploy(*STEPS, FLOW, lanes=MOVED)
    with pytest.raises(Conflict, match="已经签收"):
        migrate(permit, reviewing, version)


def test_a_step_given_to_another_office_goes_there_when_nobody_began_it(permit):
    permit.deploy(*STEPS, FLOW, lanes=LANES)
    case_id = permit.begin()
    permit.do("dongguan", "fill")
    task_id = permit.task("guangdong_department", "review")
    version = permit.deploy(*STEPS, FLOW, lanes=MOVED)

    changes = migrate(permit, case_id, version)

    assert "“审核”改由工业和信息化部办理。" in changes
    assert permit.task("ministry", "review") == task_id
    assert "review" not in permit.offices.steps("guangdong_department")
    assert "miit" in permit.one("SELECT participants FROM process_instance")[0]


def test_an_answer_that_only_the_new_version_asks_about_becomes_a_variable(permit, reviewing):
    gateway = node("exclusiveGateway", "is_large", default="is_large__no", name_="大额？")
    flows = flow("is_large", "done", when='note_fill = "说明"')
    body = (*STEPS, gateway, path("begin", "fill", "review", "is_large"), flows,
            flow("is_large", "decide", name="is_large__no"), path("decide", "done"))  # fmt: skip
    version = permit.deploy(*body, lanes={**LANES, "department": ("review", "is_large")})

    changes = migrate(permit, reviewing, version)

    assert "补记流程变量：note_fill。" in changes
    permit.do("guangdong_department", "review")
    assert permit.one("SELECT outcome FROM process_instance")[0] == "done"


def test_what_was_submitted_before_is_still_shown_with_the_form_of_its_version(permit, reviewing):
    version = permit.deploy(*STEPS, FLOW, lanes=LANES, answers={"fill": ("quite_different",)})
    filled = permit.one("SELECT id FROM user_task WHERE element_id = 'fill'")[0]

    migrate(permit, reviewing, version)

    actor = permit.offices.actor("dongguan")
    assert cases.read_case(permit.offices.system, actor, reviewing).submissions[0].answers == (("note_fill", "说明"),)
    task = inbox.read_task(permit.offices.system, actor, filled)
    assert task.submissions[0].answers == (("note_fill", "说明"),)


def test_a_finished_step_that_the_new_version_does_not_have_can_still_be_looked_at(permit, reviewing):
    filled = permit.one("SELECT id FROM user_task WHERE element_id = 'fill'")[0]
    lanes = {**LANES, "applicant": ("begin", "apply")}
    version = permit.deploy(
        begin(),
        user("apply", name_="申请"),
        *STEPS[2:],
        path("begin", "apply", "review", "decide", "done"),
        lanes=lanes,
    )

    migrate(permit, reviewing, version)

    view = inbox.read_task(permit.offices.system, permit.offices.actor("dongguan"), filled)
    assert view.row.name == "填写"
    assert view.submissions[0].answers == (("note_fill", "说明"),)


def test_files_on_the_list_of_a_renamed_step_stay_on_it(permit, reviewing):
    query = "SELECT id FROM user_task WHERE state = 'open'"
    with permit.offices.system.database.transaction() as connection:
        connection.exec_driver_sql(
            "INSERT INTO material (instance_id, task_id, element_id, field_key, label, file_name, storage_name, size, "
            "media_type, sha256, sm3, organisation_id, uploaded_by, uploaded_at) VALUES (%s, %s, 'review', 'f', 'f', "
            "'f.pdf', 'f', 1, 'application/pdf', '', '', 'guangdong_department', '', now())",
            (reviewing, permit.one(query)[0]),
        )
    version = permit.deploy(
        *examining("审查"),
        lanes=EXAMINING,
    )

    migrate(permit, reviewing, version, review="examine")

    assert permit.one("SELECT element_id FROM material")[0] == "examine"


@pytest.mark.parametrize("login_name", ["dongguan", "guangdong_department"])
def test_who_takes_part_does_not_migrate(permit, reviewing, login_name):
    with pytest.raises(NotAllowed):
        migrate(permit, reviewing, 1, login_name)
    with pytest.raises(NotAllowed):
        preview(permit, 0, login_name)


def test_a_stranger_does_not_even_learn_of_the_case(permit, reviewing):
    with pytest.raises(NotFound):
        migrate(permit, reviewing, 1, "guangzhou")


def test_the_administrator_may_migrate(permit, reviewing):
    version = permit.deploy(*STEPS, FLOW, lanes=LANES, answers={"decide": ("other",)})
    assert migrate(permit, reviewing, version, "administrator")


def test_a_case_that_changed_meanwhile_is_left_alone(permit, reviewing):
    version = permit.deploy(*STEPS, FLOW, lanes=LANES, answers={"decide": ("other",)})
    with pytest.raises(ChangedMeanwhile):
        migrate(permit, reviewing, version, note=MaintenanceNote(reason="原因", revision=1))


@pytest.mark.parametrize("reason", ["", "  ", "长" * 2001])
def test_a_reason_is_asked_for(permit, reviewing, reason):
    version = permit.deploy(*STEPS, FLOW, lanes=LANES, answers={"decide": ("other",)})
    with pytest.raises(BadRequest, match="原因"):
        migrate(permit, reviewing, version, note=MaintenanceNote(reason=reason, revision=None))


def test_the_version_a_case_is_in_is_refused(permit, reviewing):
    with pytest.raises(BadRequest, match="已经在这一版"):
        migrate(permit, reviewing, 1)


def test_a_version_that_does_not_exist_is_not_found(permit, reviewing):
    with pytest.raises(NotFound, match="没有找到这一版"):
        migrate(permit, reviewing, 7)
