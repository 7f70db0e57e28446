"""A small folder that is right in everything: one step to fill in, one to review, one window, one time limit."""

import json

import pytest

from engine.folders import read_folder

OPERATIONS = frozenset({"notify", "issue_receipt"})

PROCEDURE = """
id: park_report
name: 园区年报
title: "{year}年度园区年报"
summary: 园区每年报送上一年度情况。
publicity: 不公开
basis: [东莞方案 六（四）]
documents:
  - {title: 工作方案, number: 东制造办〔2021〕1号, file: documents/scheme.txt}
numbering: {case: "年报-{year}-{number:04d}", receipt: "收件-{year}-{number:06d}"}
lanes:
  applicant: {role: applicant, office: applicant}
  bureau: {role: city_department, office: {kind: iit_department, level: 地市级}}
starters: {role: applicant, organisation: {kind: park_committee, levels: [镇街·园区]}}
eligibility:
  - id: E1
    label: 园区已认定
    rule: applicant.holds_title != "none"
    message: 尚未认定的园区不需报送。
    basis: 东莞方案 六
    mark: source
    overridable_by: city_department
  - {id: E2, label: 基础良好, judged: true, basis: 东莞方案 四, mark: source}
"""

WINDOWS = """
windows:
  filing:
    name: 报送窗口
    opens: {month: 12, day: 15}
    closes: {month: 1, day: 31}
    inclusive: true
    gates: [fill_report]
    basis: 东莞方案 六（四）
    mark: source
    level: 地市级
time_limits:
  review_report: {working_days: 20, after: filing.closes, basis: 来源文件未规定, mark: platform}
"""

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
             id="park_report_definitions" targetNamespace="urn:guicheng:park_report">
  <message id="msg_withdraw" name="msg_withdraw" />
  <process id="park_report" name="园区年报" isExecutable="true">
    <laneSet id="lanes">
      <lane id="applicant" name="园区">
        <flowNodeRef>report_begun</flowNodeRef>
        <flowNodeRef>fill_report</flowNodeRef>
        <flowNodeRef>window_closed</flowNodeRef>
        <flowNodeRef>report_late</flowNodeRef>
        <flowNodeRef>count_jobs</flowNodeRef>
      </lane>
      <lane id="bureau" name="市工信局">
        <flowNodeRef>review_report</flowNodeRef>
        <flowNodeRef>report_withdrawn</flowNodeRef>
        <flowNodeRef>is_accepted</flowNodeRef>
        <flowNodeRef>tell_park</flowNodeRef>
        <flowNodeRef>report_accepted</flowNodeRef>
        <flowNodeRef>withdrawn</flowNodeRef>
      </lane>
    </laneSet>
    <startEvent id="report_begun" name="开始">DOC</startEvent>
    <userTask id="fill_report" name="填写年报">DOC</userTask>
    <boundaryEvent id="window_closed" name="窗口关闭" attachedToRef="fill_report">DOC
      <timerEventDefinition id="closing"><timeDate>windows.filing.closes_at</timeDate></timerEventDefinition>
    </boundaryEvent>
    <endEvent id="report_late" name="逾期">DOC</endEvent>
    <scriptTask id="count_jobs" name="计算" scriptFormat="feel">DOC
      <script>jobs_in_total = jobs + 1</script>
    </scriptTask>
    <userTask id="review_report" name="审核年报" camunda:candidateGroups="city_department">DOC</userTask>
    <boundaryEvent id="report_withdrawn" name="撤回" attachedToRef="review_report">DOC
      <messageEventDefinition id="withdrawing" messageRef="msg_withdraw" />
    </boundaryEvent>
    <exclusiveGateway id="is_accepted" name="接受？" default="is_accepted__no">DOC</exclusiveGateway>
    <serviceTask id="tell_park" name="通知" camunda:type="external" camunda:topic="notify">DOCPARAMETERS</serviceTask>
    <endEvent id="report_accepted" name="已接受">DOC</endEvent>
    <endEvent id="withdrawn" name="已撤回">DOC</endEvent>
    <sequenceFlow id="report_begun__fill" sourceRef="report_begun" targetRef="fill_report" />
    <sequenceFlow id="fill_report__done" sourceRef="fill_report" targetRef="count_jobs" />
    <sequenceFlow id="window_closed__end" sourceRef="window_closed" targetRef="report_late" />
    <sequenceFlow id="count_jobs__done" sourceRef="count_jobs" targetRef="review_report" />
    <sequenceFlow id="review_report__done" sourceRef="review_report" targetRef="is_accepted" />
    <sequenceFlow id="report_withdrawn__end" sourceRef="report_withdrawn" targetRef="withdrawn" />
    <sequenceFlow id="is_accepted__yes" sourceRef="is_accepted" targetRef="tell_park">
      <conditionExpression>review_decision = "agree" and jobs_in_total &gt; 1</conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="is_accepted__no" sourceRef="is_accepted" targetRef="fill_report" />
    <sequenceFlow id="tell_park__end" sourceRef="tell_park" targetRef="report_accepted" />
  </process>
</definitions>
"""
DOCUMENTATION = """<documentation>说明。
依据：东莞方案 六（四）
标记：依据</documentation>"""
PARAMETERS = """<extensionElements><camunda:inputOutput>
  <camunda:inputParameter name="to">applicant</camunda:inputParameter>
  <camunda:inputParameter name="title">年报已接受</camunda:inputParameter>
  <camunda:inputParameter name="body">{applicant.name}：{review_opinion}</camunda:inputParameter>
</camunda:inputOutput></extensionElements>"""

FILL = {
    "type": "default",
    "components": [
        {"type": "number", "key": "jobs", "label": "从业人员"},
        {"type": "textarea", "key": "narrative", "label": "工作情况"},
        {"type": "textarea", "key": "remarks", "label": "备注"},
    ],
}
REVIEW = {
    "type": "default",
    "components": [
        {
            "type": "radio",
            "key": "review_decision",
            "label": "审核结论",
            "values": [{"value": "agree", "label": "同意"}, {"value": "return", "label": "退回"}],
        },
        {
            "type": "textarea",
            "key": "review_opinion",
            "label": "审核意见",
            "conditional": {"hide": '=review_decision = "agree" and jobs > 0 and now < deadlines.review_report'},
        },
        {"type": "textarea", "key": "narrative", "label": "工作情况", "readonly": True},
    ],
}


@pytest.fixture
def files():
    diagram = DIAGRAM.replace("PARAMETERS", PARAMETERS).replace("DOC", DOCUMENTATION)
    return {
        "procedure.yaml": PROCEDURE.encode(),
        "windows.yaml": WINDOWS.encode(),
        "process.bpmn": diagram.encode(),
        "forms/fill_report.form": json.dumps(FILL).encode(),
        "forms/review_report.form": json.dumps(REVIEW).encode(),
        "documents/scheme.txt": b"scheme",
        "README.md": "# 园区年报".encode(),
    }


@pytest.fixture
def read(files):
    def read(name=None):
        return read_folder(files, operations=OPERATIONS, name=name)

    return read
