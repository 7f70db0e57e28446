"""What a diagram editor asks the engine, and what it sets outside the diagram."""

from __future__ import annotations

import pytest

from engine.errors import BadRequest, ChangedMeanwhile, Conflict, NotAllowed, NotFound
from engine.folders import OPERATIONS
from engine.folders.organisations import KINDS, ROLES
from engine.recording import WINDOW_EXTENDED
from engine.recording.action import WITHDRAWN
from engine.recording.publications import OBJECTION_RECEIVED, PUBLICATION_ENDED
from engine.services import catalogue, draft_fields, draft_settings, drafts
from engine.services.closings import CASE_CLOSED
from engine.services.draft_fields import FieldName
from engine.services.draft_settings import LaneSetting, LimitSetting, Renamed
from web.studio_words import SYSTEM_MESSAGES, describe_catalogue

LIMIT = LimitSetting(working_days=7, after="opened", basis="来源文件没有规定", mark="platform")


@pytest.fixture
def built(offices):
    return offices.system


@pytest.fixture
def owner(offices):
    return offices.actor("process_owner")


@pytest.fixture
def draft_id(built, owner):
    return drafts.begin_draft(built, owner, "city_application").draft_id


def read(built, owner, draft_id, path):
    return drafts.read_file(built, owner, draft_id, path).content.decode()


def test_the_catalogue_has_words_for_every_choice(built, owner, draft_id):
    described = describe_catalogue(catalogue.read_catalogue(built, owner, draft_id))

    assert [one["value"] for one in described["roles"]] == list(ROLES)
    assert [one["value"] for one in described["kinds"]] == list(KINDS)
    assert [one["name"] for one in described["operations"]] == list(OPERATIONS)
    assert all(one["label"] and one["help"] for one in described["operations"])
    assert described["lanes"]["ministry"]["label"] == "工业和信息化部"


def test_the_catalogue_knows_every_message_that_the_engine_sends():
    sent = {WITHDRAWN, WINDOW_EXTENDED, PUBLICATION_ENDED, OBJECTION_RECEIVED, CASE_CLOSED}

    assert set(SYSTEM_MESSAGES) == sent


def test_the_catalogue_offers_clauses_as_they_are_cited_and_shared_templates(built, owner, draft_id):
    described = describe_catalogue(catalogue.read_catalogue(built, owner, draft_id))

    cited = [one for one in described["clauses"] if one["place"] == "三（一）"]
    assert "工信厅信发函〔2023〕278号" in {one["name"] for one in cited}
    assert {"file": "bulletin.docx", "label": "bulletin.docx（共用模板）"} in described["templates"]


def test_nobody_else_reads_the_catalogue_of_a_draft(built, offices, draft_id):
    with pytest.raises(NotFound):
        catalogue.read_catalogue(built, offices.actor("dongguan_process_owner"), draft_id)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("expression", 'decision = "agree" and now > windows.filing.closes_at'),
        ("expression", 'deadlines.review - duration("P1D")'),
        ("unary", "> 5"),
        ("script", "total = 1 + 2\n// 说明\nmore = total * 2"),
        ("parameter", "= amount * 2"),
        ("parameter", "{applicant.name}的申请"),
        ("parameter", "没有表达式"),
    ],
)
def test_a_right_expression_has_no_problem(owner, kind, text):
    assert catalogue.check_feel(owner, text, kind, ["decision", "amount"]) is None


@pytest.mark.parametrize(
    ("kind", "text", "position", "words"),
    [
        ("expression", "1 +", 3, ""),
        ("expression", "1 + wrong", 4, "没有“wrong”这个名称"),
        ("unary", "> ", 2, ""),
        ("script", "a = 1\nb = a + wrong", 14, "没有“wrong”这个名称"),
        ("script", "a = 1\nnothing", 6, "应写成 变量名 = 表达式"),
        ("parameter", "= wrong", 2, "没有“wrong”这个名称"),
        ("parameter", "给 {wrong} 的信", 3, "没有“wrong”这个名称"),
    ],
)
def test_a_wrong_expression_is_told_where_it_is_wrong(owner, kind, text, position, words):
    problem = catalogue.check_feel(owner, text, kind, [])

    assert problem is not None
    assert problem.position == position
    assert words in problem.message


def test_only_owners_ask_about_expressions(offices):
    with pytest.raises(NotAllowed):
        catalogue.check_feel(offices.actor("dongguan"), "1", "expression", [])


@pytest.mark.parametrize(("text", "kind"), [("1", "python"), ("1" * 20_001, "expression")])
def test_a_question_that_cannot_be_is_refused(owner, text, kind):
    with pytest.raises(BadRequest):
        catalogue.check_feel(owner, text, kind, [])


def test_a_lane_is_written_without_touching_another_line(built, owner, draft_id):
    before = read(built, owner, draft_id, "procedure.yaml").splitlines()

    draft_settings.set_lane(
        built,
        owner,
        draft_id,
        "ministry",
        LaneSetting(role="ministry_decider", office={"kind": "ministry", "level": "国家"}),
    )

    after = read(built, owner, draft_id, "procedure.yaml").splitlines()
    assert [line for line in after if line not in before] == [
        "  ministry: {role: ministry_decider, office: {kind: ministry, level: 国家}}"
    ]


@pytest.mark.parametrize(
    ("role", "office"),
    [
        ("nobody", "applicant"),
        ("ministry", "anybody"),
        ("ministry", {"kind": "ministry"}),
        ("ministry", {"kind": "ministry", "level": "月球"}),
        ("ministry", {"named": "a b"}),
    ],
)
def test_a_lane_takes_only_what_the_engine_knows(built, owner, draft_id, role, office):
    with pytest.raises(BadRequest):
        draft_settings.set_lane(built, owner, draft_id, "ministry", LaneSetting(role=role, office=office))


def test_a_limit_is_set_changed_and_taken_away(built, owner, draft_id):
    draft_settings.set_time_limit(built, owner, draft_id, "new_step", LIMIT)
    assert "  new_step:\n    working_days: 7\n" in read(built, owner, draft_id, "windows.yaml")

    draft_settings.set_time_limit(built, owner, draft_id, "new_step", None)
    assert "new_step" not in read(built, owner, draft_id, "windows.yaml")


@pytest.mark.parametrize("change", [{"working_days": 0}, {"working_days": 251}, {"basis": " "}, {"mark": "guess"}])
def test_a_limit_that_no_folder_may_have_is_refused(built, owner, draft_id, change):
    wrong = LimitSetting(**{"working_days": 7, "after": "opened", "basis": "无", "mark": "platform", **change})

    with pytest.raises(BadRequest):
        draft_settings.set_time_limit(built, owner, draft_id, "new_step", wrong)


def test_a_setting_is_one_change_that_can_be_undone(built, owner, draft_id):
    before = read(built, owner, draft_id, "windows.yaml")
    draft_settings.set_time_limit(built, owner, draft_id, "new_step", LIMIT)

    assert drafts.undo(built, owner, draft_id).summary == "改 new_step 的办理时限"
    assert read(built, owner, draft_id, "windows.yaml") == before


RENAMED = Renamed(old="decide_by_ministry", new="decide_finally", diagram="process.bpmn")


def test_what_names_a_step_follows_its_id_in_one_change(built, owner, draft_id):
    before = drafts.read_files(built, owner, draft_id)
    draft_settings.rename(built, owner, draft_id, RENAMED)

    after = drafts.read_files(built, owner, draft_id)
    assert b'<bpmn:userTask id="decide_finally"' in after["process.bpmn"]
    assert "forms/decide_finally.form" in after
    assert "forms/decide_by_ministry.form" not in after
    assert b"task: decide_finally" in after["scenarios/creation_started.yaml"]
    drafts.undo(built, owner, draft_id)
    assert drafts.read_files(built, owner, draft_id) == before


FIELD = FieldName(form="forms/submit_application.form", old="submit_decision", new="what_next")


def test_what_means_a_field_follows_its_name_in_one_change(built, owner, draft_id):
    before = drafts.read_files(built, owner, draft_id)
    draft_fields.rename_field(built, owner, draft_id, FIELD, is_together=False)

    after = drafts.read_files(built, owner, draft_id)
    changed = {path for path in before if before[path] != after[path]}
    assert {"forms/submit_application.form", "process.bpmn", "scenarios/samples.yaml"} <= changed
    assert [path for path in changed if b"submit_decision" in after[path]] == []
    assert drafts.undo(built, owner, draft_id).summary == "submit_decision 改名为 what_next，提到它的文件随之改"
    assert drafts.read_files(built, owner, draft_id) == before


def test_the_plan_of_a_new_field_name_says_whether_it_reaches_other_files(built, owner, draft_id):
    form = read(built, owner, draft_id, FIELD.form)
    added = form.replace('"components": [', '"components": [{"type": "textfield", "key": "remark"},', 1)
    drafts.save_file(built, owner, draft_id, FIELD.form, added.encode(), based_on=1)
    names = (FIELD, FieldName(form=FIELD.form, old="remark", new="note"))

    plans = [draft_fields.plan_field_name(built, owner, draft_id, name) for name in names]

    assert [plan.reaches_out for plan in plans] == [True, False]
    assert drafts.read_draft(built, owner, draft_id).revision == 2


def test_a_plan_says_what_follows_and_changes_nothing(built, owner, draft_id):
    before = drafts.read_draft(built, owner, draft_id).revision

    plan = draft_settings.plan_rename(built, owner, draft_id, RENAMED)

    assert "forms/decide_by_ministry.form 改名为 forms/decide_finally.form" in plan.changes
    assert drafts.read_draft(built, owner, draft_id).revision == before


def test_a_closed_draft_takes_no_setting(built, owner, draft_id):
    drafts.discard(built, owner, draft_id)

    with pytest.raises(Conflict):
        draft_settings.set_time_limit(built, owner, draft_id, "new_step", LIMIT)


def test_a_setting_makes_an_editor_of_the_same_file_notice(built, owner, draft_id):
    opened = drafts.read_file(built, owner, draft_id, "windows.yaml")
    draft_settings.set_time_limit(built, owner, draft_id, "new_step", LIMIT)

    with pytest.raises(ChangedMeanwhile):
        drafts.save_file(built, owner, draft_id, "windows.yaml", b"windows: {}\n", based_on=opened.revision)


def test_a_name_that_is_answered_by_choosing_says_what_asks_for_each_answer(built, owner, draft_id):
    told = describe_catalogue(catalogue.read_catalogue(built, owner, draft_id))["names"]
    by_name = {one["name"]: one.get("comparisons") for one in told}

    assert {"text": 'review_decision = "agree"', "label": "同意，报工业和信息化部"} in by_name["review_decision"]
    assert by_name["is_complete"] == [{"text": "is_complete = true", "label": "已勾选"}]
    assert by_name["correction_items"][0]["text"].startswith('list contains(correction_items, "')
    assert by_name["review_opinion"] is None
