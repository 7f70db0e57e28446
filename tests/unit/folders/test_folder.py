"""A folder that is right is read; whatever does not agree between its files is refused with its place."""

import json
from datetime import date, datetime

import pytest

from engine.errors import DefinitionRefused
from engine.folders import OfficeRule


def change(files, name, old, new):
    text = files[name].decode()
    assert old in text
    files[name] = text.replace(old, new).encode()


def problems(read, name=None):
    with pytest.raises(DefinitionRefused) as refusal:
        read(name)
    return refusal.value.problems


def warnings(read):
    return [warning.message for warning in read().warnings]


def add_component(files, form, component):
    content = json.loads(files[form])
    content["components"].append(component)
    files[form] = json.dumps(content).encode()


def test_a_right_folder_is_read_without_any_warning(read):
    folder = read("park_report")
    assert (folder.procedure.id, folder.definition.process_id, folder.warnings) == ("park_report", "park_report", ())


def test_each_user_task_has_its_form(read):
    assert set(read().forms) == {"fill_report", "review_report"}


def test_the_applicants_lane_has_no_office_of_its_own(read):
    lanes = read().procedure.lanes
    assert (lanes["applicant"].office, lanes["bureau"].office) == (
        None,
        OfficeRule(kind="iit_department", level="地市级"),
    )


def test_a_rule_is_compiled_and_can_be_asked(read):
    rule = read().procedure.eligibility[0].rule
    assert rule.evaluate({"applicant": {"holds_title": "none"}}) is False


def test_a_judged_rule_is_left_to_people(read):
    assert [rule.is_judged for rule in read().procedure.eligibility] == [False, True]


def test_numbers_are_made_from_the_owners_pattern(read):
    assert read().procedure.numbering["case"].format(year=2026, number=7) == "年报-2026-0007"


def test_a_window_may_end_in_the_year_after(read):
    assert read().windows["filing"].days_of(2026) == (date(2026, 12, 15), date(2027, 1, 31))


def test_a_window_without_its_last_day_ends_the_day_before(files, read):
    change(files, "windows.yaml", "inclusive: true", "inclusive: false")
    assert read().windows["filing"].days_of(2026)[1] == date(2027, 1, 30)


def test_the_windows_of_a_round_close_at_midnight_of_their_last_day(read):
    (window,) = read().windows_for_year(2026, organisation_id="dongguan_bureau")
    assert (window.organisation_id, window.closes_at) == (
        "dongguan_bureau",
        datetime.fromisoformat("2027-02-01T00:00+08:00"),
    )


def test_fields_that_expressions_name_or_forms_share_become_case_variables(read):
    # jobs: script and condition of another form; narrative: shared; remarks: nobody asks for it.
    assert read().kept_names == {"jobs", "narrative", "review_decision", "review_opinion"}


def test_the_digest_of_a_folder_changes_with_any_file(files, read):
    before = read().digest
    files["documents/scheme.txt"] = b"another scheme"
    assert read().digest != before


@pytest.mark.parametrize("missing", ["procedure.yaml", "windows.yaml", "process.bpmn"])
def test_a_missing_file_is_a_problem(files, read, missing):
    del files[missing]
    assert any(missing in f"{problem.file} {problem.message}" for problem in problems(read))


def test_the_directory_must_be_named_after_the_procedure(read):
    assert "文件夹名是“annual_report”" in problems(read, "annual_report")[0].message


def test_the_procedure_must_be_named_after_the_process(files, read):
    change(files, "procedure.yaml", "id: park_report", "id: other_report")
    assert "名称不一致" in problems(read)[0].message


def test_a_task_without_a_form_is_a_problem_at_its_line(files, read):
    del files["forms/fill_report.form"]
    found = {problem.element: problem for problem in problems(read)}["fill_report"]
    assert "forms/fill_report.form" in found.message
    assert (
        found.line
        == files["process.bpmn"].decode()[: files["process.bpmn"].decode().index("<userTask")].count("\n") + 1
    )


def test_a_form_without_a_task_is_a_problem(files, read):
    files["forms/sign_report.form"] = files["forms/fill_report.form"]
    (found,) = problems(read)
    assert (found.file, "没有编号为“sign_report”的用户任务" in found.message) == ("forms/sign_report.form", True)


def test_a_form_under_another_ending_is_a_problem(files, read):
    files["forms/fill_report.json"] = files["forms/fill_report.form"]
    assert "任务编号.form" in problems(read)[0].message


def test_the_problems_of_a_form_carry_its_file(files, read):
    add_component(files, "forms/fill_report.form", {"type": "html", "id": "x"})
    found = problems(read)[0]
    assert (found.file, found.element) == ("forms/fill_report.form", "x")


def test_the_problems_of_all_files_are_reported_together(files, read):
    files["procedure.yaml"], files["windows.yaml"] = b"- 1", b"- 1"
    add_component(files, "forms/fill_report.form", {"type": "html", "id": "x"})
    assert {problem.file for problem in problems(read)} == {
        "procedure.yaml",
        "windows.yaml",
        "forms/fill_report.form",
    }


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("procedure.yaml", "  bureau: {", "  burau: {", "泳道“市工信局”没有规则"),
        ("procedure.yaml", "  bureau: {", "  burau: {", "没有编号为“burau”的泳道"),
        ("procedure.yaml", "role: city_department,", "role: boss,", "role 不认识“boss”"),
        ("procedure.yaml", "office: applicant", "office: nobody", "office 应为"),
        ("procedure.yaml", "kind: iit_department", "kind: bureau", "kind 不认识“bureau”"),
        ("procedure.yaml", "level: 地市级", "level: 市级", "level 不认识“市级”"),
        ("procedure.yaml", "levels: [镇街·园区]", "levels: [镇]", "levels 不认识“镇”"),
        ("procedure.yaml", "publicity: 不公开", "publicity: 保密", "publicity 不认识“保密”"),
        ("procedure.yaml", "{year}年度园区年报", "年度园区年报", "title 应含有且只含有 {year}"),
        ("procedure.yaml", "{number:04d}", "{number.real}", "case 应含有且只含有"),
        ("procedure.yaml", "{number:04d}", "{number!r}", "case 应含有且只含有"),
        ("procedure.yaml", "{number:04d}", "{number:9999999d}", "case 应含有且只含有"),
        ("procedure.yaml", "-{number:04d}", "", "case 应含有且只含有"),
        ("procedure.yaml", "{number:04d}", "{number:04d}/{number}", "序号只出现一次"),
        ("procedure.yaml", "{number:04d}", "{", "case 应含有且只含有"),
        ("procedure.yaml", "documents/scheme.txt", "documents/lost.txt", "不在文件夹里"),
        ("procedure.yaml", "summary:", "sumary:", "不认识 sumary"),
        ("procedure.yaml", "summary:", "sumary:", "缺少 summary"),
        ("procedure.yaml", "id: E2", "id: E1", "E1 写了两次"),
        ("procedure.yaml", "id: E2", "id: second", "应为大写字母加数字"),
        ("procedure.yaml", "judged: true", "judged: false", "缺少 rule"),
        ("procedure.yaml", "judged: true", "judged: true, rule: 'true'", "删去其中一项"),
        ("procedure.yaml", "rule: applicant.holds_title", "rule: aplicant.holds_title", "没有“aplicant”这个名称"),
        ("procedure.yaml", 'holds_title != "none"', 'holds_title != ("none"', "rule"),
        ("procedure.yaml", "mark: source\n    over", "mark: law\n    over", "mark 不认识“law”"),
        ("procedure.yaml", "overridable_by: city", "overridable_by: town", "overridable_by 不认识"),
        ("windows.yaml", "{month: 1, day: 31}", "{month: 2, day: 29}", "2月29日不是每年都有"),
        ("windows.yaml", "{month: 1, day: 31}", "{month: 13, day: 31}", "month 应在 1 到 12 之间"),
        ("windows.yaml", "{month: 1, day: 31}", "01-31", "closes 应为"),
        ("windows.yaml", "[fill_report]", "[fill_raport]", "没有编号为“fill_raport”的用户任务"),
        ("windows.yaml", "[fill_report]", "[is_accepted]", "没有编号为“is_accepted”的用户任务"),
        ("windows.yaml", "  review_report: {", "  examine_report: {", "没有编号为“examine_report”的用户任务"),
        ("windows.yaml", "  review_report: {", "  examine_report: {", "用到了 deadlines.review_report"),
        ("windows.yaml", "after: filing.closes", "after: filling.closes", "after 不认识“filling.closes”"),
        ("windows.yaml", "working_days: 20", "working_days: 0", "working_days 应在 1 到 250 之间"),
        ("windows.yaml", "working_days: 20", "working_days: '20'", "working_days 应为整数"),
        ("windows.yaml", "  filing:", "  Filing:", "窗口编号“Filing”"),
        ("process.bpmn", "windows.filing.closes_at", "windows.filling.closes_at", "用到了 windows.filling"),
        ("process.bpmn", 'topic="notify"', 'topic="send_mail"', "操作“send_mail”不存在"),
        ("process.bpmn", 'candidateGroups="city_department"', 'candidateGroups="chief"', "办理角色“chief”不存在"),
        ("process.bpmn", "tell_park", "Activity_03poywp", "是建模工具自动生成的"),
        ("process.bpmn", "tell_park", "tellPark", "编号“tellPark”不合规则"),
        ("process.bpmn", 'name="msg_withdraw"', 'name="withdraw"', "应以 msg_ 开头"),
        ("process.bpmn", "标记：依据", "标记：法律", "标记“法律”不认识"),
        ("process.bpmn", "review_decision =", "decision =", "用到了“decision”"),
        ("process.bpmn", "jobs_in_total =", "jobs_total =", "用到了“jobs_in_total”"),
        ("process.bpmn", "{review_opinion}", "{opinion}", "用到了“opinion”"),
        ("forms/review_report.form", "jobs > 0", "posts > 0", "用到了“posts”"),
    ],
)
def test_what_does_not_agree_is_refused_with_the_reason(files, read, file, old, new, message):
    change(files, file, old, new)
    assert any(message in problem.message for problem in problems(read))


def test_a_task_behind_two_windows_is_a_problem(files, read):
    second = files["windows.yaml"].decode().split("windows:\n")[1].split("time_limits")[0].replace("filing", "second")
    change(files, "windows.yaml", "time_limits", second + "time_limits")
    assert any("只能受一个" in problem.message for problem in problems(read))


def test_a_window_without_any_time_is_a_problem(files, read):
    change(files, "windows.yaml", "{month: 12, day: 15}", "{month: 1, day: 31}")
    change(files, "windows.yaml", "inclusive: true", "inclusive: false")
    assert any("没有可以申报的时间" in problem.message for problem in problems(read))


def test_an_unknown_name_is_reported_at_the_element_that_uses_it(files, read):
    change(files, "process.bpmn", "review_decision =", "decision =")
    (found,) = problems(read)
    assert (found.file, found.element, found.line is not None) == ("process.bpmn", "is_accepted__yes", True)


def test_a_part_of_another_name_is_not_a_use_of_it(files, read):
    change(files, "process.bpmn", "{review_opinion}", "{review_opinion} {opinion}")
    assert [problem.element for problem in problems(read)] == ["tell_park"]


def test_a_form_may_use_its_own_fields_its_rows_and_facts(files, read):
    rows = {
        "type": "dynamiclist",
        "path": "products",
        "label": "产品",
        "components": [
            {"type": "textfield", "key": "name", "label": "名称", "conditional": {"hide": "=parent.jobs < i"}},
            {"type": "textfield", "key": "year", "label": "年度", "conditional": {"hide": "=name = round.title"}},
        ],
    }
    add_component(files, "forms/fill_report.form", rows)
    assert "products" not in read().kept_names


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("依据：东莞方案 六（四）", "", "没有写依据："),
        ("依据：东莞方案 六（四）\n标记：依据", "", "没有写依据和标记"),
        ("标记：依据", "", "没有写标记"),
        ('name="接受？"', "", "没有名称"),
        ("is_accepted__yes", "Flow_0abc123", "不是单词"),
    ],
)
def test_what_deserves_a_second_look_is_a_warning(files, read, old, new, message):
    change(files, "process.bpmn", old, new)
    assert any(message in warning for warning in warnings(read))


def test_a_file_nobody_uses_is_a_warning(files, read):
    files["notes.docx"] = b""
    assert warnings(read) == ["不是事项文件夹里应有的文件，系统不会使用它。"]


def test_a_folder_without_a_readme_is_a_warning(files, read):
    del files["README.md"]
    assert "README.md" in warnings(read)[0]


def test_several_kinds_of_organisations_may_start(files, read):
    change(
        files, "procedure.yaml", "{kind: park_committee, levels", "{kinds: [park_committee, town_government], levels"
    )
    assert read().procedure.starters.kinds == ("park_committee", "town_government")


def test_an_unknown_kind_of_starter_is_refused(files, read):
    change(files, "procedure.yaml", "{kind: park_committee, levels", "{kinds: [park_committee, village], levels")
    assert "kinds 不认识“village”" in problems(read)[0].message


def test_the_answer_of_a_decision_is_a_name_that_conditions_may_use(files, read):
    change(
        files,
        "process.bpmn",
        '<scriptTask id="count_jobs" name="计算" scriptFormat="feel">',
        '<businessRuleTask id="count_jobs" camunda:decisionRef="size" camunda:resultVariable="jobs_in_total">',
    )
    change(files, "process.bpmn", "<script>jobs_in_total = jobs + 1</script>", "")
    change(files, "process.bpmn", "</scriptTask>", "</businessRuleTask>")
    files["decisions/size.dmn"] = (
        b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="sizes" name="sizes" namespace="urn:s">'
        b'<decision id="size" name="size"><literalExpression><text>jobs + 1</text></literalExpression></decision>'
        b"</definitions>"
    )
    assert "jobs_in_total" in read().definition.variable_names


def test_the_name_that_a_lane_takes_its_office_from_is_kept(files, read):
    change(files, "procedure.yaml", "office: {kind: iit_department, level: 地市级}", "office: {named: narrative_by}")
    change(files, "windows.yaml", "level: 地市级", "level: 国家")
    add_component(files, "forms/fill_report.form", {"type": "textfield", "key": "narrative_by", "label": "撰写单位"})
    assert "narrative_by" in read().kept_names
