"""What goes by an element's id follows the id; what only mentions the word is named."""

from __future__ import annotations

import pytest

from engine.errors import BadRequest
from engine.folders.renaming import rename

WINDOWS = """windows:
  filing: {name: 窗口, gates: [fill_in, "other"]}   # 说明
time_limits:
  fill_in:   # 填写
    working_days: 5   # 五日
    mark: platform
""".encode()
DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="di" xmlns:camunda="c">
  <!-- fill_in 之前的说明 -->
  <bpmn:process id="filing_case">
    <bpmn:laneSet id="lanes"><bpmn:lane id="applicant" name="申请人">
      <bpmn:flowNodeRef>fill_in</bpmn:flowNodeRef>
      <bpmn:flowNodeRef>is_complete</bpmn:flowNodeRef>
    </bpmn:lane></bpmn:laneSet>
    <bpmn:userTask id='fill_in' name="填写 > fill_in"><bpmn:outgoing>fill_in__done</bpmn:outgoing></bpmn:userTask>
    <bpmn:boundaryEvent id="fill_in_late" attachedToRef="fill_in">
      <bpmn:timerEventDefinition id="fill_in_late__timer"><timeDate>deadlines . fill_in</timeDate>
      </bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="fill_in__done" sourceRef="fill_in" targetRef="is_complete" />
    <bpmn:exclusiveGateway id="is_complete" default="is_complete__no" />
    <bpmn:sequenceFlow id="is_complete__no" sourceRef="is_complete" targetRef="tell" />
    <bpmn:serviceTask id="tell"><camunda:inputParameter name="to">applicant</camunda:inputParameter>
      <camunda:inputParameter name="body">截止 {deadlines.fill_in} 和 {deadlines.fill_in_2}</camunda:inputParameter>
    </bpmn:serviceTask>
  </bpmn:process>
  <bpmndi:BPMNShape id="fill_in_di" bpmnElement="fill_in" />
  <bpmndi:BPMNEdge id="fill_in__done_di" bpmnElement="fill_in__done" />
</bpmn:definitions>
""".encode()
SCENARIO = """title: 填写 fill_in
steps:
  - {at: "2023-10-20 09:00", begin: begun, expect: [fill_in]}   # 第一步 fill_in
  - {at: "2023-10-21 09:00", role: fill_in, task: 'fill_in', values: {fill_in: 1}, expect: [tell, fill_in]}
ends: [done]
""".encode()
FILES = {
    "process.bpmn": DIAGRAM,
    "windows.yaml": WINDOWS,
    "procedure.yaml": b"lanes:\n  applicant: {role: applicant, office: applicant}\nbatches:\n  fill_in: {}\n",
    "forms/fill_in.form": b'{\n  "id": "fill_in",\n  "components": [{"text": "={\\ndeadlines.fill_in}"}]\n}\n',
    "forms/other.form": b'{"id": "other", "components": [{"key": "fill_in"}]}',
    "decisions/grade.dmn": b"<inputExpression><text>deadlines.fill_in</text></inputExpression>",
    "scenarios/one.yaml": SCENARIO,
    "README.md": "第一步 fill_in，不是 fill_in_late。".encode(),
}


def text_after(path, old="fill_in", new="fill_application", diagram="process.bpmn"):
    return rename(FILES, old, new, diagram=diagram).files[path].decode()


def test_the_form_goes_by_the_new_id():
    changed = rename(FILES, "fill_in", "fill_application", diagram="process.bpmn").files

    assert changed["forms/fill_in.form"] is None
    assert b'"id": "fill_application"' in changed["forms/fill_application.form"]
    assert b"\\ndeadlines.fill_application}" in changed["forms/fill_application.form"]


def test_limit_and_gate_follow_and_every_other_byte_stays():
    wanted = WINDOWS.decode().replace("[fill_in", "[fill_application").replace("  fill_in:", "  fill_application:")

    assert text_after("windows.yaml") == wanted


def test_a_batch_follows():
    assert "batches:\n  fill_application: {}" in text_after("procedure.yaml")


def test_steps_of_scenarios_follow_and_nothing_else_of_them():
    text = text_after("scenarios/one.yaml")

    assert "begin: begun, expect: [fill_application]}   # 第一步 fill_in" in text
    assert "role: fill_in, task: 'fill_application', values: {fill_in: 1}, expect: [tell, fill_application]" in text
    assert text.startswith("title: 填写 fill_in\n")


def test_the_diagram_follows_with_flows_timers_and_pictures():
    text = text_after("process.bpmn")

    assert "<bpmn:userTask id='fill_application' name=\"填写 > fill_in\">" in text
    assert (
        '<bpmn:sequenceFlow id="fill_application__done" sourceRef="fill_application" targetRef="is_complete" />' in text
    )
    assert "<bpmn:outgoing>fill_application__done</bpmn:outgoing>" in text
    assert "<bpmn:flowNodeRef>fill_application</bpmn:flowNodeRef>" in text
    assert '<bpmndi:BPMNEdge id="fill_application__done_di" bpmnElement="fill_application__done" />' in text
    assert '<bpmn:boundaryEvent id="fill_in_late" attachedToRef="fill_application">' in text


def test_expressions_follow_wherever_they_stand():
    text = text_after("process.bpmn")

    assert "<timeDate>deadlines . fill_application</timeDate>" in text
    assert "{deadlines.fill_application} 和 {deadlines.fill_in_2}" in text
    assert "deadlines.fill_application" in text_after("decisions/grade.dmn")


def test_answers_of_a_gateway_follow_with_its_default():
    text = text_after("process.bpmn", "is_complete", "has_everything")

    assert '<bpmn:exclusiveGateway id="has_everything" default="has_everything__no" />' in text
    assert '<bpmn:sequenceFlow id="has_everything__no" sourceRef="has_everything" targetRef="tell" />' in text


def test_a_lane_takes_its_rule_and_its_notices_along_in_every_diagram():
    other = b'<d><lane id="applicant"/><inputParameter name="by">applicant</inputParameter></d>'
    files = {**FILES, "more.bpmn": other, "third.bpmn": b"<d/>"}

    renamed = rename(files, "applicant", "filing_office", diagram="process.bpmn")

    assert renamed.files["procedure.yaml"].startswith(b"lanes:\n  filing_office: {role: applicant, office: applicant}")
    assert renamed.files["more.bpmn"] == other.replace(b"applicant", b"filing_office")
    assert b'<camunda:inputParameter name="to">filing_office<' in renamed.files["process.bpmn"]
    assert set(renamed.files) == {"procedure.yaml", "more.bpmn", "process.bpmn"}


def test_everything_that_changes_is_said_and_what_is_left_too():
    renamed = rename(FILES, "fill_in", "fill_application", diagram="process.bpmn")

    assert renamed.changes == (
        "forms/fill_in.form 改名为 forms/fill_application.form",
        "windows.yaml：办理时限和窗口关口，2 处",
        "procedure.yaml：批量办理，1 处",
        "scenarios/one.yaml：推演用例的步骤，3 处",
        "decisions/grade.dmn：表达式里的 deadlines.fill_in，1 处",
        "forms/fill_in.form：表达式里的 deadlines.fill_in，1 处",
        "process.bpmn：表达式里的 deadlines.fill_in，2 处",
    )
    assert renamed.left == ("README.md 的说明文字里还有 1 处 fill_in",)


def test_a_text_that_may_mean_the_element_is_left_for_people_to_judge():
    rule = b'eligibility:\n  - rule: one.outcome = "done"\n'

    renamed = rename(
        {"procedure.yaml": rule, "a.bpmn": b'<d><endEvent id="done"/></d>'}, "done", "ended", diagram="a.bpmn"
    )

    assert renamed.changes == ()
    assert renamed.left == ('procedure.yaml 里还有 1 处文字 "done"（例如拿结局作比较），系统不能断定是不是指它',)


def test_an_element_that_nothing_else_names_changes_its_diagram_only():
    renamed = rename(FILES, "tell", "tell_applicant", diagram="process.bpmn")

    assert renamed.changes == ("scenarios/one.yaml：推演用例的步骤，1 处",)
    assert renamed.left == ()


def test_parts_that_lost_their_step_are_given_to_another():
    changed = rename(FILES, "fill_in", "fill_application").files

    assert b"fill_application:" in changed["windows.yaml"]
    assert b"id='fill_in'" in changed["process.bpmn"]


def test_a_form_that_goes_by_another_id_keeps_its_text():
    files = {"forms/a.form": b'{"id": "Form_1", "components": [{"id": "a"}]}'}

    assert rename(files, "a", "b").files == {"forms/a.form": None, "forms/b.form": files["forms/a.form"]}


def test_a_form_that_is_no_json_is_moved_as_it_is():
    assert rename({"forms/a.form": b'"id": "a"'}, "a", "b").files["forms/b.form"] == b'"id": "a"'


def test_the_form_of_the_new_step_is_never_replaced():
    with pytest.raises(BadRequest, match="已有自己的表单"):
        rename({**FILES, "forms/b.form": b"{}"}, "fill_in", "b", diagram="process.bpmn")


def test_the_limit_of_the_new_step_is_never_replaced():
    schedule = b"time_limits:\n  a: {working_days: 5}\n  b: {working_days: 6}\n"

    with pytest.raises(BadRequest, match="已有自己的办理时限"):
        rename({"windows.yaml": schedule}, "a", "b")


@pytest.mark.parametrize("taken", ["tell", "applicant", "fill_in_late__timer"])
def test_an_id_of_the_diagram_is_never_given_twice(taken):
    with pytest.raises(BadRequest, match="图里已有编号"):
        rename(FILES, "fill_in", taken, diagram="process.bpmn")


@pytest.mark.parametrize("other", [b'<d><task id="wanted"/></d>', b'<d><sequenceFlow id="wanted__done"/></d>'])
def test_an_id_of_another_diagram_is_never_given_twice(other):
    with pytest.raises(BadRequest, match="里已有编号"):
        rename({**FILES, "other.bpmn": other}, "fill_in", "wanted", diagram="process.bpmn")


def test_an_element_that_is_not_there_is_not_renamed():
    with pytest.raises(BadRequest, match="没有编号为"):
        rename(FILES, "gone", "elsewhere", diagram="process.bpmn")


def test_a_diagram_in_another_encoding_is_left_to_its_tool():
    with pytest.raises(BadRequest, match="UTF-8"):
        rename({"a.bpmn": '<?xml version="1.0" encoding="gbk"?><a id="a"/>'.encode("gbk")}, "a", "b", diagram="a.bpmn")


@pytest.mark.parametrize("wrong", ["", "../procedure", "a/b", "1a", "a b"])
def test_an_id_never_leads_to_another_folder(wrong):
    with pytest.raises(BadRequest):
        rename(FILES, "fill_in", wrong, diagram="process.bpmn")


def test_a_word_that_yaml_reads_otherwise_is_put_in_quotes():
    assert (
        rename({"windows.yaml": b"time_limits:\n  a: {}\n"}, "a", "yes").files["windows.yaml"]
        == b'time_limits:\n  "yes": {}\n'
    )


def test_a_broken_schedule_is_left_alone():
    assert rename({"windows.yaml": b"a: [", "forms/a.form": b"{}"}, "a", "b").files.keys() == {
        "forms/a.form",
        "forms/b.form",
    }
