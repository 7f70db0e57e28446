"""A small folder in which nothing is wrong, and ways to break it."""

import json
from functools import cache

import pytest

from engine.layout import arrange
from tests.unit.folders.conftest import DIAGRAM, DOCUMENTATION, FILL, PARAMETERS, PROCEDURE, REVIEW, WINDOWS

SCENARIO = """
title: 用例
year: 2023
applicant: {name: 甲园区}
steps:
  - {at: "2023-12-20 09:00", begin: report_begun, expect: [fill_report]}
  - {at: "2023-12-21 09:00", task: fill_report, values: {jobs: 3}, expect: [review_report]}
ends: [report_accepted, report_late, withdrawn]
"""
TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="sizes" name="规模" namespace="urn:size">
  <decision id="size" name="规模">
    <decisionTable id="size_table" hitPolicy="UNIQUE">
      <input id="jobs_column" label="从业人员">
        <inputExpression id="jobs_text"><text>jobs</text></inputExpression>
      </input>
      <output id="size_output" label="规模" name="size" typeRef="string" />
      <rule id="small"><inputEntry id="i1"><text>&lt; 100</text></inputEntry>
        <outputEntry id="o1"><text>"small"</text></outputEntry></rule>
      <rule id="large"><inputEntry id="i2"><text>&gt;= 100</text></inputEntry>
        <outputEntry id="o2"><text>"large"</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>
"""
RULE_TASK = '<businessRuleTask id="count_jobs" name="算规模" camunda:decisionRef="size" camunda:resultVariable="size">'


@cache
def draw() -> bytes:
    diagram = DIAGRAM.replace("PARAMETERS", PARAMETERS).replace("DOC", DOCUMENTATION)
    first, _, last = diagram.partition('<scriptTask id="count_jobs" name="计算" scriptFormat="feel">')
    last = last.partition("</scriptTask>")[2]
    diagram = first + RULE_TASK + DOCUMENTATION + "</businessRuleTask>" + last
    return arrange(diagram.replace("jobs_in_total &gt; 1", 'size = "large"').encode())


@pytest.fixture
def files():
    """A folder whose report is empty."""
    return {
        "procedure.yaml": PROCEDURE.encode(),
        "windows.yaml": WINDOWS.encode(),
        "process.bpmn": draw(),
        "forms/fill_report.form": json.dumps(FILL, ensure_ascii=False).encode(),
        "forms/review_report.form": json.dumps(REVIEW, ensure_ascii=False).encode(),
        "documents/scheme.txt": b"scheme",
        "decisions/size.dmn": TABLE.encode(),
        "scenarios/accepted.yaml": SCENARIO.encode(),
        "README.md": "# 园区年报".encode(),
    }


@pytest.fixture
def change(files):
    """Replace a text of a file that must be in it."""

    def change(file, old, new):
        text = files[file].decode()
        assert old in text, old
        files[file] = text.replace(old, new, 1).encode()

    return change
