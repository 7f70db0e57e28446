"""A standing procedure that an office begins about a park, judged by a panel of experts behind sealed sheets."""

import json

import pytest

from engine.errors import BadRequest, DefinitionRefused, NotAllowed
from engine.services import cases, definitions, hall, inbox

PROCEDURE = """
id: park_judgement
name: 园区评判
title: 园区评判（常年）
rounds: standing
summary: 主管部门对园区组织专家评判。
publicity: 不公开
basis: [测试]
numbering: {case: "评判-{year}-{number:04d}", receipt: "收件-{year}-{number:06d}"}
lanes:
  bureau: {role: city_department, office: {kind: iit_department, level: 地市级}}
  experts: {role: expert, office: {named: expert}, sealed: true}
  park: {role: applicant, office: applicant}
starters: {role: city_department, organisation: {kind: iit_department}, about: [park]}
"""
DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
             id="d" targetNamespace="urn:guicheng:park_judgement">
  <process id="park_judgement" name="园区评判" isExecutable="true">
    <laneSet id="lanes">
      <lane id="bureau" name="主管部门"><flowNodeRef>begun</flowNodeRef><flowNodeRef>invite</flowNodeRef>
        <flowNodeRef>add_up</flowNodeRef><flowNodeRef>conclude</flowNodeRef><flowNodeRef>finished</flowNodeRef></lane>
      <lane id="experts" name="专家"><flowNodeRef>judge</flowNodeRef></lane>
      <lane id="park" name="园区"><flowNodeRef>answer</flowNodeRef></lane>
    </laneSet>
    <startEvent id="begun" name="开始"/>
    <sequenceFlow id="a" sourceRef="begun" targetRef="invite"/>
    <userTask id="invite" name="抽取专家"/>
    <sequenceFlow id="b" sourceRef="invite" targetRef="judge"/>
    <userTask id="judge" name="打分">
      <multiInstanceLoopCharacteristics camunda:collection="panel" camunda:elementVariable="expert">
        <loopDataOutputRef>sheets</loopDataOutputRef>
        <outputDataItem id="o" name="sheet"/>
      </multiInstanceLoopCharacteristics>
    </userTask>
    <sequenceFlow id="c" sourceRef="judge" targetRef="add_up"/>
    <scriptTask id="add_up" name="合计" scriptFormat="feel"><script>mean_score = mean(sheets.score)
judges = count(sheets.organisation)</script></scriptTask>
    <sequenceFlow id="e" sourceRef="add_up" targetRef="answer"/>
    <userTask id="answer" name="答复"/>
    <sequenceFlow id="f" sourceRef="answer" targetRef="conclude"/>
    <userTask id="conclude" name="结论"/>
    <sequenceFlow id="g" sourceRef="conclude" targetRef="finished"/>
    <endEvent id="finished" name="结束"/>
  </process>
</definitions>
"""


def form(task, *components):
    return json.dumps({"type": "default", "schemaVersion": 18, "id": task, "components": components})


def field(kind, key, **more):
    return {"type": kind, "id": key, "key": key, "label": key, **more}


def note(expression):
    return {"type": "expression", "id": "shown", "key": "shown", "expression": expression}


FILES = {
    "README.md": "测试",
    "procedure.yaml": PROCEDURE,
    "windows.yaml": "{}",
    "process.bpmn": DIAGRAM,
    "forms/invite.form": form("invite", field("checklist", "panel", valuesKey="experts")),
    "forms/judge.form": form(
        "judge", field("number", "score", validate={"required": True}), field("textarea", "opinion")
    ),
    "forms/answer.form": form("answer", field("textarea", "reply")),
    "forms/conclude.form": form("conclude", note("=mean_score"), field("textarea", "conclusion")),
}


def write(path, **changes):
    for name, text in {**FILES, **changes}.items():
        file = path / "park_judgement" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return path / "park_judgement"


@pytest.fixture
def ready(offices, tmp_path):
    """The procedure deployed, and its permanent round."""
    offices.deploy(write(tmp_path))
    [entry] = [
        one
        for one in hall.list_hall(offices.system, offices.actor("guangzhou_bureau"))
        if one.procedure_id == "park_judgement"
    ]
    return offices, entry


def begin(ready, about="guangzhou_model_park"):
    offices, entry = ready
    return hall.start_case(offices.system, offices.actor("guangzhou_bureau"), entry.round_id, about=about).case_id


def invite(ready, *panel):
    case_id = begin(ready)
    ready[0].complete("guangzhou_bureau", "invite", {"panel": list(panel)})
    return case_id


def read_case(offices, login_name, case_id):
    return cases.read_case(offices.system, offices.actor(login_name), case_id)


def answers(offices, login_name, case_id):
    view = read_case(offices, login_name, case_id)
    return [value for one in view.submissions if one.task_name == "打分" for _, value in one.answers]


def test_a_standing_procedure_is_open_from_its_deployment_and_names_whom_it_can_be_about(ready):
    _, entry = ready
    assert (entry.state, entry.window, entry.can_start) == ("open", None, True)
    assert {party_id for party_id, _ in entry.parties} == {"guangzhou_model_park", "guangzhou_pilot_park"}


def test_deploying_again_keeps_the_one_permanent_round(ready, tmp_path):
    offices, entry = ready
    definitions.deploy_folder(offices.system, write(tmp_path, **{"README.md": "第二版"}))
    found = hall.list_hall(offices.system, offices.actor("guangzhou_bureau"))
    assert [one.round_id for one in found if one.procedure_id == "park_judgement"] == [entry.round_id]


@pytest.mark.parametrize("about", ["", "dongguan_model_park", "guangzhou_government", "nobody"])
def test_a_case_is_about_a_park_of_the_office_s_own_region(ready, about):
    with pytest.raises(BadRequest, match="请选择本办件所针对的单位"):
        begin(ready, about)


def test_a_park_cannot_begin_a_case_about_itself(ready):
    offices, entry = ready
    with pytest.raises(NotAllowed):
        hall.start_case(offices.system, offices.actor("guangzhou_park"), entry.round_id, about="guangzhou_model_park")


def test_the_party_does_not_know_of_the_case_until_a_step_reaches_it(ready):
    offices, _ = ready
    case_id = invite(ready, "expert_1")
    assert not cases.list_cases(offices.system, offices.actor("guangzhou_park")).rows
    offices.complete("expert_1", "judge", {"score": "8"})
    assert [row.case_id for row in cases.list_cases(offices.system, offices.actor("guangzhou_park")).rows] == [case_id]


def test_an_office_may_begin_several_cases_about_the_same_park(ready):
    assert begin(ready) != begin(ready)


def test_experts_are_offered_in_the_drawn_order_without_who_works_for_the_park(ready):
    offices, _ = ready
    begin(ready)
    view = inbox.read_task(
        offices.system, offices.actor("guangzhou_bureau"), offices.task("guangzhou_bureau", "invite")
    )
    offered = view.context["experts"]
    assert [one["drawn"] for one in offered] == list(range(1, 9))
    assert "expert_6" not in {one["value"] for one in offered}


def test_each_expert_invited_has_one_task_and_nobody_else(ready):
    offices, _ = ready
    invite(ready, "expert_1", "expert_2")
    assert offices.steps("expert_1") == offices.steps("expert_2") == ["judge"]
    assert offices.steps("expert_3") == []


def test_sheets_are_sealed_until_all_are_in_and_then_open_to_the_office_alone(ready):
    offices, _ = ready
    case_id = invite(ready, "expert_1", "expert_2")
    offices.complete("expert_1", "judge", {"score": "8", "opinion": "基础较好"})

    assert answers(offices, "expert_1", case_id) == ["8", "基础较好"]
    assert answers(offices, "guangzhou_bureau", case_id) == []
    assert answers(offices, "expert_2", case_id) == []
    assert "基础较好" not in repr(read_case(offices, "guangzhou_bureau", case_id).history)
    task = inbox.read_task(offices.system, offices.actor("expert_2"), offices.task("expert_2", "judge"))
    assert "基础较好" not in repr((task.submissions, task.history, task.values, task.context))

    offices.complete("expert_2", "judge", {"score": "9", "opinion": "同意"})
    assert answers(offices, "guangzhou_bureau", case_id) == ["8", "基础较好", "9", "同意"]
    assert answers(offices, "expert_2", case_id) == ["9", "同意"]


def test_the_park_that_is_judged_learns_neither_the_scores_nor_who_gave_them(ready):
    offices, _ = ready
    case_id = invite(ready, "expert_1")
    offices.complete("expert_1", "judge", {"score": "8", "opinion": "基础较好"})
    view = read_case(offices, "guangzhou_park", case_id)
    assert answers(offices, "guangzhou_park", case_id) == []
    assert "基础较好" not in repr(view.history)
    assert "专家一" not in repr(view.history)
    assert [event.element_id for event in view.history if event.kind == "task_completed"] == ["judge", "invite"]


def test_a_sheet_is_the_result_of_its_instance_and_names_its_expert(ready):
    offices, _ = ready
    case_id = invite(ready, "expert_2", "expert_1")
    offices.complete("expert_1", "judge", {"score": "9"})
    offices.complete("expert_2", "judge", {"score": "8"})
    offices.complete("guangzhou_park", "answer", {"reply": "无异议"})
    task = inbox.read_task(
        offices.system, offices.actor("guangzhou_bureau"), offices.task("guangzhou_bureau", "conclude")
    )
    assert [sheet["organisation"] for sheet in task.context["sheets"]] == ["expert_2", "expert_1"]
    assert float(task.context["mean_score"]) == 8.5
    offices.complete("guangzhou_bureau", "conclude", {"conclusion": "通过"})
    assert read_case(offices, "guangzhou_bureau", case_id).row.outcome == "finished"


def test_a_sealed_step_cannot_ask_for_files(tmp_path):
    picker = {"type": "filepicker", "id": "report", "key": "report", "label": "报告"}
    with pytest.raises(DefinitionRefused, match="密封填写的环节不能上传材料"):
        definitions.check_folder(write(tmp_path, **{"forms/judge.form": form("judge", picker)}))
