"""Folders and drawings from outside: byte for byte there and back, and everything that was assumed said."""

from __future__ import annotations

import io
import zipfile

import pytest

from engine.errors import BadRequest, DefinitionRefused, NotAllowed
from engine.folders import OPERATIONS, load_directory, pack, read_folder
from engine.lint import examine
from engine.services import drafts, editions, receiving
from tests.support.studio import PROCEDURE, Desk

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
#: As the desktop modeller of Camunda 7 writes one: ids it made up, a form key, groups, a due date, extension elements.
DRAWING = f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="{BPMN}" xmlns:camunda="{CAMUNDA}" xmlns:spiffworkflow="{SPIFF}"
    xmlns:vendor="http://vendor.example/bpmn" id="Definitions_1" targetNamespace="http://bpmn.io/schema/bpmn"
    exporter="Camunda Modeler" exporterVersion="5.30.0">
  <bpmn:process id="leave_request" name="请假" isExecutable="true">
    <bpmn:laneSet id="LaneSet_1">
      <bpmn:lane id="Lane_0a1b2c3" name="申请人">
        <bpmn:flowNodeRef>StartEvent_1</bpmn:flowNodeRef><bpmn:flowNodeRef>Activity_0x3f9ab</bpmn:flowNodeRef>
      </bpmn:lane>
      <bpmn:lane id="Office" name="人事部门">
        <bpmn:flowNodeRef>CheckLeave</bpmn:flowNodeRef><bpmn:flowNodeRef>Event_1k2m3n4</bpmn:flowNodeRef>
      </bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="StartEvent_1" name="开始"><bpmn:outgoing>Flow_1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="Activity_0x3f9ab" name="填写请假单" camunda:formKey="embedded:app:leave.html"
        camunda:candidateGroups="applicant" camunda:dueDate="P3D" vendor:colour="green">
      <bpmn:extensionElements>
        <camunda:formData>
          <camunda:formField id="days" label="天数" type="long" />
          <camunda:formField id="kind" label="类别" type="enum">
            <camunda:value id="annual" name="年假" />
          </camunda:formField>
        </camunda:formData>
        <vendor:note importance="high">保留我</vendor:note>
      </bpmn:extensionElements>
      <bpmn:incoming>Flow_1</bpmn:incoming><bpmn:outgoing>Flow_2</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:userTask id="CheckLeave" name="审核">
      <bpmn:extensionElements><spiffworkflow:properties>
        <spiffworkflow:property name="formJsonSchemaFilename" value="check-schema.json" />
      </spiffworkflow:properties></bpmn:extensionElements>
      <bpmn:incoming>Flow_2</bpmn:incoming><bpmn:outgoing>Flow_3</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:endEvent id="Event_1k2m3n4" name="办结"><bpmn:incoming>Flow_3</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="Flow_1" sourceRef="StartEvent_1" targetRef="Activity_0x3f9ab" />
    <bpmn:sequenceFlow id="Flow_2" sourceRef="Activity_0x3f9ab" targetRef="CheckLeave" />
    <bpmn:sequenceFlow id="Flow_3" sourceRef="CheckLeave" targetRef="Event_1k2m3n4" />
  </bpmn:process>
</bpmn:definitions>
""".encode()


@pytest.fixture
def desk(offices):
    return Desk(offices)


def files_of(desk, draft):
    return drafts.read_files(desk.system, desk.owner, draft.draft_id)


def upload(desk, content):
    return receiving.upload_folder(desk.system, desk.owner, content, "folder.zip")


def bring(desk, content=DRAWING):
    return receiving.import_drawing(desk.system, desk.owner, content, "leave.bpmn")


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        [archive.writestr(name, content) for name, content in files.items()]
    return buffer.getvalue()


def test_a_version_comes_back_as_it_was_downloaded(desk):
    files = editions.open_version(desk.system, desk.owner, 1)[1]

    assert files_of(desk, upload(desk, pack(files))) == files


def test_a_folder_as_people_zip_it_is_the_same_folder(desk):
    files = load_directory(desk.system.settings.bpmn / PROCEDURE)
    packed = {f"{PROCEDURE}/{name}": content for name, content in files.items()}
    packed |= {f"__MACOSX/{PROCEDURE}/._procedure.yaml": b"x", f"{PROCEDURE}/.DS_Store": b"x"}

    draft = upload(desk, zipped(packed))

    assert files_of(desk, draft) == files
    assert len(draft.report) == 2


def test_files_of_other_modellers_are_stored_as_they_wrote_them(desk):
    files = {
        "procedure.yaml": b"id: leave_request\r\nname: x",
        "process.bpmn": DRAWING,
        "documents/a.docx": b"PK\x03\x04\xff",
    }

    assert files_of(desk, upload(desk, zipped(files))) == files


def test_the_shared_templates_that_a_diagram_names_are_taken_along(desk):
    own = desk.system.settings.bpmn / "cluster_award"
    files = load_directory(own)
    shared = [name for name in files if not (own / name).exists()]
    packed = {name: content for name, content in files.items() if name not in shared}
    owner = desk.offices.actor("dongguan_process_owner")
    desk.offices.load("cluster_award")

    draft = receiving.upload_folder(desk.system, owner, zipped(packed), "folder.zip")

    assert shared
    assert drafts.read_files(desk.system, owner, draft.draft_id) == files
    assert len(draft.report) == len(shared)


@pytest.mark.parametrize(
    "content", [b"", b"no zip", zipped({"../procedure.yaml": b"id: x"}), zipped({"/procedure.yaml": b"id: x"})]
)
def test_what_is_no_folder_is_refused(desk, content):
    with pytest.raises(DefinitionRefused):
        upload(desk, content)


def test_a_folder_without_its_name_is_refused(desk):
    with pytest.raises(BadRequest):
        upload(desk, zipped({"process.bpmn": DRAWING}))


def test_an_office_that_owns_nothing_begins_nothing(desk):
    stranger = desk.offices.actor("dongguan_process_owner")

    with pytest.raises(NotAllowed):
        receiving.import_drawing(desk.system, stranger, DRAWING, "leave.bpmn")
    with pytest.raises(NotAllowed):
        receiving.upload_folder(desk.system, stranger, zipped({"procedure.yaml": b"id: new_one"}), "folder.zip")


def test_a_drawing_becomes_a_folder_that_can_run(desk):
    files = files_of(desk, bring(desk))

    folder = read_folder(files, operations=OPERATIONS, name="leave_request")
    assert set(folder.forms) == {"user_task", "check_leave"}
    assert set(folder.procedure.lanes) == {"lane", "office"}
    assert folder.procedure.lanes["lane"].is_applicant
    assert folder.procedure.lanes["office"].office.kind == "ministry"


def test_form_keys_groups_and_due_dates_are_kept(desk):
    diagram = files_of(desk, bring(desk))["process.bpmn"].decode()

    assert 'camunda:formKey="embedded:app:leave.html"' in diagram
    assert 'camunda:candidateGroups="applicant"' in diagram
    assert 'camunda:dueDate="P3D"' in diagram
    assert "check-schema.json" in diagram


def test_a_process_that_nobody_named_is_called_after_its_pool(desk):
    pool = '<bpmn:collaboration id="C"><bpmn:participant id="P" name="请假审批" processRef="leave_request" />'
    unnamed = DRAWING.replace(b' name="\xe8\xaf\xb7\xe5\x81\x87" isExecutable', b" isExecutable", 1).replace(
        b"  <bpmn:process", f"  {pool}</bpmn:collaboration>\n  <bpmn:process".encode(), 1
    )

    assert bring(desk, unnamed).name == "请假审批"


def test_what_other_vendors_wrote_survives(desk):
    diagram = files_of(desk, bring(desk))["process.bpmn"].decode()

    assert 'vendor:colour="green"' in diagram
    assert '<vendor:note importance="high">保留我</vendor:note>' in diagram


def test_fields_that_a_drawing_describes_become_fields_of_the_form(desk):
    folder = read_folder(files_of(desk, bring(desk)), operations=OPERATIONS)

    fields = {field.key: field for field in folder.forms["user_task"].fields}
    assert set(fields) == {"days", "kind"}
    assert fields["kind"].label == "类别"


def test_everything_that_was_assumed_is_said(desk):
    said = "\n".join(bring(desk).report)

    assert "Activity_0x3f9ab → user_task" in said
    assert "embedded:app:leave.html" in said
    assert "check-schema.json" in said
    assert "泳道“人事部门”先写为由本单位办理" in said
    assert "P3D" in said


def test_the_office_may_publish_what_it_imported_once_it_is_mended(desk):
    report = examine(files_of(desk, bring(desk)), name="leave_request")

    assert report.is_publishable


def test_a_drawing_of_a_known_procedure_takes_the_place_of_its_diagram(desk):
    deployed = load_directory(desk.system.settings.bpmn / PROCEDURE)

    draft = bring(desk, deployed["process.bpmn"])

    assert draft.base_version == 1
    assert files_of(desk, draft) == deployed
    assert "原样收入" in "".join(draft.report)


def test_a_drawing_of_a_known_procedure_that_does_not_run_is_mended_among_its_files(desk):
    deployed = load_directory(desk.system.settings.bpmn / PROCEDURE)
    broken = deployed["process.bpmn"].replace(b'<bpmn:startEvent id="', b'<bpmn:startEvent id="Broken-', 1)

    draft = bring(desk, broken)

    files = files_of(desk, draft)
    assert {name: files[name] for name in deployed if name != "process.bpmn"} == {
        name: content for name, content in deployed.items() if name != "process.bpmn"
    }
    assert "只替换了流程图" in "".join(draft.report)


def test_no_drawing_at_all_is_refused_with_the_reason(desk):
    with pytest.raises(DefinitionRefused) as refused:
        bring(desk, b"<html></html>")

    assert refused.value.problems
