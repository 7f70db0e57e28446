"""`batches` in procedure.yaml: which steps may be taken for many cases at once, and the sheet that goes with them."""

import pytest

from engine.errors import DefinitionRefused
from engine.folders import read_folder
from tests.templates.summary_sheet import PARKS, summary_sheet
from tests.unit.folders.conftest import OPERATIONS

BATCHES = """
batches:
  review_report:
    sheet: park_summary.xlsx
    title: "{year}年度园区年报汇总表"
    rows: '[{name: applicant.name, note: jobs}]'
"""


@pytest.fixture
def batched(files):
    files["procedure.yaml"] += BATCHES.encode()
    files["documents/park_summary.xlsx"] = summary_sheet("园区汇总表", PARKS)
    return files


def messages(files):
    with pytest.raises(DefinitionRefused) as refusal:
        read_folder(files, operations=OPERATIONS)
    return "".join(problem.message for problem in refusal.value.problems)


def test_a_batch_is_read_with_its_sheet(batched):
    folder = read_folder(batched, operations=OPERATIONS)
    rule = folder.procedure.batches["review_report"]
    assert (rule.sheet, list(folder.sheets)) == ("park_summary.xlsx", ["park_summary.xlsx"])
    assert rule.rows.evaluate({"applicant": {"name": "甲园区"}, "jobs": 3}) == [{"name": "甲园区", "note": 3}]


def test_a_batch_needs_no_sheet(files):
    files["procedure.yaml"] += b"\nbatches:\n  review_report: {}\n"
    assert read_folder(files, operations=OPERATIONS).procedure.batches["review_report"].sheet == ""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("review_report:", "fill_report:", "申报单位、密封评分的环节不能批量办理"),
        ("review_report:", "no_such_step:", "不是单位办理的用户任务"),
        ("jobs}", "salaries}", "rows 里没有“salaries”这个名称"),
        ("jobs}", "jobs + }", "rows 第"),
        ("sheet: park_summary.xlsx", "sheet: other.xlsx", "没有汇总表模板“other.xlsx”"),
        ('title: "{year}年度园区年报汇总表"', "name: 汇总表", "title"),
    ],
)
def test_what_is_wrong_with_a_batch_is_said(batched, old, new, sentence):
    batched["procedure.yaml"] = batched["procedure.yaml"].replace(old.encode(), new.encode())
    assert sentence in messages(batched)


def test_a_sheet_may_only_name_what_is_told_to_it(batched):
    batched["documents/park_summary.xlsx"] = summary_sheet("园区汇总表", (("园区名称", 30, "name + applicant.name"),))
    assert "用到了“applicant”" in messages(batched)
