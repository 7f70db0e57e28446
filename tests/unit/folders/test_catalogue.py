"""What the parts of a half finished folder may refer to."""

from __future__ import annotations

import json

import pytest

from engine.folders.catalogue import list_parts, steps_in
from tests.support.processes import REPOSITORY

FOLDER = REPOSITORY / "tests" / "support" / "procedures" / "drawn_review"


@pytest.fixture(scope="module")
def files():
    paths = [path for path in FOLDER.rglob("*") if path.is_file()]
    return {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in paths}


def test_diagrams_are_known_by_their_process(files):
    found = [(one.file, one.process_id, one.name) for one in list_parts(files).diagrams]

    assert found == [("check.bpmn", "drawn_review_check", "核查"), ("process.bpmn", "drawn_review", "图上审核")]


def test_lanes_have_their_rule_and_their_name(files):
    parts = list_parts(files)

    assert parts.lanes["department"] == {
        "role": "provincial_department",
        "office": {"kind": "iit_department", "level": "省级"},
    }
    assert parts.lane_names["department"] == "省级主管部门"


def test_names_come_from_fields_and_scripts_each_once(files):
    found = {(one.name, one.label, one.kind, one.source) for one in list_parts(files).names}

    assert ("subject", "申请事项", "textfield", "fill_request") in found
    assert ("large", "计算金额", "", "count_request") in found
    assert len(found) == len({name for name, *_ in found})


def test_windows_and_limits_are_listed(files):
    parts = list_parts(files)

    assert parts.windows == {"filing": "申报窗口"}
    assert parts.time_limits["decide_request"]["working_days"] == 10


def test_a_form_without_a_step_is_an_orphan(files):
    assert list_parts({**files, "forms/lost_step.form": b"{}"}).orphans == ("lost_step",)
    assert list_parts(files).orphans == ()


@pytest.mark.parametrize("broken", ["procedure.yaml", "windows.yaml", "process.bpmn", "forms/fill_request.form"])
def test_a_broken_file_hides_only_itself(files, broken):
    parts = list_parts({**files, broken: b"<{: broken"})

    assert len(parts.diagrams) == (1 if broken == "process.bpmn" else 2)
    assert len(parts.forms) == (2 if broken.startswith("forms/") else 3)
    assert bool(parts.lanes) is (broken != "procedure.yaml")
    assert bool(parts.windows) is (broken != "windows.yaml")


def test_an_empty_folder_has_nothing():
    assert list_parts({}).diagrams == ()
    assert list_parts({}).names == ()


def test_rows_of_a_list_keep_their_names_to_themselves():
    people = {"type": "dynamiclist", "key": "people", "components": [{"type": "textfield", "key": "name"}]}
    form = json.dumps({"components": [people]}).encode()

    assert [one.name for one in list_parts({"forms/a.form": form}).names] == ["people"]


def test_kinds_of_titles_are_those_that_some_step_grants_and_that_are_written():
    settings = "title_kind: 称号甲\ncycle: {kind: renewal, title: 称号乙}\n".encode()

    assert list_parts({"procedure.yaml": settings}).title_kinds == ("称号甲", "称号乙")


def test_decisions_are_found_by_their_id():
    space = "https://www.omg.org/spec/DMN/20191111/MODEL/"
    table = f'<definitions xmlns="{space}"><decision id="score" name="S"/></definitions>'.encode()

    found = list_parts({"decisions/score.dmn": table, "decisions/broken.dmn": b"<"}).decisions

    assert [(one.id, one.name, one.file) for one in found] == [("score", "S", "decisions/score.dmn")]


def test_steps_are_listed_with_kind_and_lane(files):
    steps = {step.id: step for step in steps_in(files["process.bpmn"], "process.bpmn")}

    assert (steps["review_request"].name, steps["review_request"].kind) == ("省级审核", "userTask")
    assert steps["review_request"].lane == "省级主管部门"
    assert "review_result__agree" not in steps
