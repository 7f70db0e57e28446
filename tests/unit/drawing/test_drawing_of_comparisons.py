"""Marks of a comparison: what became of an element is said by colour, by a badge and to screen readers."""

from pathlib import Path

import pytest
from lxml import etree

from engine.drawing import draw
from engine.views import ElementMark

BPMN = (Path("bpmn/city_application/process.bpmn")).read_bytes()


@pytest.mark.parametrize(
    ("state", "badge", "spoken"),
    [("added", "＋新增", "新增"), ("removed", "－删除", "删除"), ("changed", "≠修改", "修改")],
)
def test_a_compared_step_says_what_became_of_it(state, badge, spoken):
    mark = ElementMark(element_id="review_by_province", state=state)
    drawn = etree.fromstring(draw(BPMN, marks={"review_by_province": mark}))
    [group] = drawn.xpath("//*[@data-element='review_by_province']")
    assert f"st-{state}" in group.get("class")
    assert group.get("aria-label") == f"用户任务 省级审核，{spoken}"
    assert badge in "".join(group.itertext())


def test_a_compared_line_carries_the_sign():
    mark = ElementMark(element_id="review_result__refuse", state="changed")
    drawn = etree.fromstring(draw(BPMN, marks={"review_result__refuse": mark}))
    [group] = drawn.xpath("//*[@data-element='review_result__refuse']")
    assert "".join(group.xpath("*[@class='badge']//text()")) == "≠"
