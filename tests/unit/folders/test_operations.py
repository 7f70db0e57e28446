"""The catalogue of operations: everything declared can be performed, and a wrong call is refused with a sentence."""

from pathlib import Path

import pytest

from engine.folders import OPERATIONS
from engine.folders.documents import read_document
from engine.folders.operations import Operation, Parameter, check_call
from engine.folders.procedure import read_procedure
from engine.recording.operations import PERFORMERS

TEXT = Path("bpmn/city_application/procedure.yaml").read_bytes()
PROCEDURE = read_procedure(read_document(TEXT, "procedure.yaml", []))


def test_every_operation_of_the_catalogue_can_be_performed_and_no_other():
    assert PERFORMERS.keys() == OPERATIONS.keys()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"to": "applicant"}, "缺少参数 title（标题）"),
        ({"to": "applicant", "title": " "}, "缺少参数 title（标题）"),
        ({"title": "受理"}, "缺少参数 to（收件方）"),
        ({"to": "nobody", "title": "受理"}, "收件方“nobody”不是泳道或角色"),
        ({"to": "applicant", "title": "受理", "colour": "red"}, "没有参数“colour”，可以写：to、title、body"),
    ],
)
def test_a_wrong_call_is_refused_with_what_to_write(given, sentence):
    assert sentence in "".join(check_call("notify", given, PROCEDURE))


def test_a_right_call_is_not_complained_about():
    assert not list(check_call("notify", {"to": "applicant, ministry", "title": "已受理"}, PROCEDURE))


@pytest.mark.parametrize("to", ["applicant, ministry, applicant", "all, ministry"])
def test_nobody_is_told_twice(to):
    assert "有重复" in "".join(check_call("notify", {"to": to, "title": "已受理"}, PROCEDURE))


def test_a_literal_value_outside_the_list_is_refused_and_an_expression_is_left_to_the_run(monkeypatch):
    chosen = Operation(label="发布", parameters={"kind": Parameter(label="种类", among=("公示", "公告"))})
    monkeypatch.setitem(OPERATIONS, "announce", chosen)
    assert list(check_call("announce", {"kind": "通告"}, PROCEDURE)) == ["参数 kind（种类）只能是：公示、公告。"]
    assert not list(check_call("announce", {"kind": "= decision"}, PROCEDURE))
