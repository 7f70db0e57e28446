import re
from pathlib import Path

import pytest

from engine.drawing.reading import read_diagram
from engine.errors import DefinitionRefused
from engine.layout import arrange, measure

CITY = Path(__file__).parents[3] / "bpmn" / "city_application" / "process.bpmn"
DIAGRAM = re.compile(rb"\s*<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", re.DOTALL)


@pytest.fixture(scope="module")
def city():
    """The largest diagram of the repository, arranged: seconds of work that several tests look at."""
    return arrange(CITY.read_bytes())


def shapes(bpmn):
    return {shape.element_id: shape for shape in read_diagram(bpmn).shapes}


def edges(bpmn):
    return {f"{edge.source}-{edge.target}": edge for edge in read_diagram(bpmn).edges}


def test_what_follows_stands_to_the_right_on_the_same_line(outline):
    outline.node("startEvent", "begun").node("userTask", "fill", name="填写").node("endEvent", "done")
    found = shapes(arrange(outline.chain("begun", "fill", "done").bpmn()))
    assert found["begun"].box.right < found["fill"].box.x < found["done"].box.x
    assert found["begun"].box.center.y == found["fill"].box.center.y == found["done"].box.center.y


def test_a_straight_flow_has_no_bends(outline):
    outline.node("startEvent", "begun").node("endEvent", "done").chain("begun", "done")
    assert len(edges(arrange(outline.bpmn()))["begun-done"].points) == 2


def test_lanes_are_bands_in_the_order_of_the_file(outline):
    outline.node("startEvent", "begun", "城市").node("userTask", "review", "省", "审核").node("endEvent", "done", "部")
    found = shapes(arrange(outline.chain("begun", "review", "done").bpmn()))
    assert found["城市"].box.bottom == found["省"].box.y
    assert found["省"].box.bottom == found["部"].box.y
    assert found["城市"].box.x == found["部"].box.x > found["pool"].box.x
    assert all(
        found[lane].box.holds(found[node].box) for lane, node in (("城市", "begun"), ("省", "review"), ("部", "done"))
    )


def test_a_boundary_event_sits_on_the_lower_border_and_its_line_leaves_downwards(outline):
    outline.node("startEvent", "begun").node("userTask", "fill").boundary("late", "fill")
    outline.node("endEvent", "done").node("endEvent", "stopped").chain("begun", "fill", "done").flow("late", "stopped")
    arranged = arrange(outline.bpmn())
    found = shapes(arranged)
    first, second = edges(arranged)["late-stopped"].points[:2]
    assert found["late"].box.center.y == found["fill"].box.bottom
    assert first.x == second.x
    assert first.y < second.y


def test_a_boundary_event_whose_line_would_be_crossed_below_sits_on_the_upper_border(outline):
    outline.node("startEvent", "begun", "城市").node("userTask", "fill", "城市").boundary("late", "fill")
    outline.node("userTask", "report", "城市").node("userTask", "send", "城市").node("endEvent", "told", "城市")
    outline.node("exclusiveGateway", "asked", "城市").node("userTask", "receive", "城市")
    outline.node("userTask", "review", "省").node("endEvent", "done", "省")
    outline.chain("begun", "fill", "asked", "review", "receive", "done").chain("asked", "receive")
    outline.chain("late", "report", "send", "told")
    arranged = arrange(outline.bpmn())
    found = shapes(arranged)
    first, second = edges(arranged)["late-report"].points[:2]
    assert found["late"].box.center.y == found["fill"].box.y
    assert first.y > second.y
    assert found["report"].box.bottom < found["fill"].box.y
    assert measure(arranged).findings == ()


def test_a_step_between_a_boundary_event_and_an_end_stands_right_below_where_it_would_be_in_the_way(outline):
    outline.node("startEvent", "begun", "城市").node("userTask", "review", "省").boundary("late", "review")
    outline.node("userTask", "remind", "省").node("endEvent", "reminded", "省").node("exclusiveGateway", "result", "省")
    outline.node("userTask", "correct", "城市").node("userTask", "decide", "部").node("endEvent", "done", "部")
    outline.chain("begun", "review", "result", "decide", "done").chain("result", "correct", "review")
    outline.chain("late", "remind", "reminded")
    arranged = arrange(outline.bpmn())
    found = shapes(arranged)
    assert found["remind"].box.x == found["review"].box.x
    assert len(edges(arranged)["late-remind"].points) == 2
    assert measure(arranged).findings == ()


def test_the_main_way_follows_the_first_answer_in_the_file_and_not_the_longest_way(outline):
    outline.node("startEvent", "begun").node("exclusiveGateway", "result").node("endEvent", "accepted")
    outline.node("userTask", "tell").node("endEvent", "refused")
    outline.chain("begun", "result", "accepted").chain("result", "tell", "refused")
    found = shapes(arrange(outline.bpmn()))
    assert found["accepted"].box.center.y == found["result"].box.center.y
    assert found["tell"].box.center.y != found["result"].box.center.y


def test_arranging_again_changes_nothing(city):
    # The repository keeps its diagrams arranged: then it was arranged again already.
    assert city == CITY.read_bytes() or arrange(city) == city


def test_everything_outside_of_the_diagram_keeps_its_bytes(city):
    assert DIAGRAM.sub(b"", city) == DIAGRAM.sub(b"", CITY.read_bytes())


def test_a_file_without_a_diagram_gets_one_and_keeps_the_rest(outline):
    outline.node("startEvent", "begun", name="开始").node("endEvent", "done").chain("begun", "done")
    before = outline.bpmn()
    after = arrange(before)
    assert DIAGRAM.sub(b"", after).replace(b"\n", b"") == before.replace(b"\n", b"")
    assert measure(after).findings == ()


def test_the_city_application_is_arranged_without_faults(city):
    assert measure(city).faults == ()


@pytest.mark.parametrize(
    "bpmn", [b"<definitions>", b"<!DOCTYPE a><a/>", b'<?xml version="1.0" encoding="GBK"?><\xc4/>']
)
def test_what_cannot_be_read_is_refused(bpmn):
    with pytest.raises(DefinitionRefused):
        arrange(bpmn)


def test_an_end_after_a_boundary_event_hangs_right_below_it(outline):
    outline.node("startEvent", "begun").node("userTask", "fill").boundary("withdrawn", "fill").boundary("late", "fill")
    outline.node("endEvent", "stopped").node("userTask", "remind").node("endEvent", "done")
    outline.chain("begun", "fill", "done").flow("withdrawn", "stopped").flow("late", "remind")
    arranged = arrange(outline.bpmn())
    found = shapes(arranged)
    assert found["stopped"].box.center.x == found["withdrawn"].box.center.x
    assert len(edges(arranged)["withdrawn-stopped"].points) == 2
    assert measure(arranged).findings == ()


def test_a_step_that_only_leads_back_stands_above_the_question_before_it(outline):
    outline.node("startEvent", "begun", "城市").node("userTask", "review", "省").node(
        "exclusiveGateway", "result", "省"
    )
    outline.node("userTask", "correct", "城市").node("endEvent", "done", "省")
    outline.chain("begun", "review", "result", "done").chain("result", "correct", "review")
    found = shapes(arrange(outline.bpmn()))
    assert found["correct"].box.center.x == found["result"].box.center.x


def test_an_open_subprocess_holds_its_steps_and_a_closed_one_has_a_page_of_its_own(outline):
    inside = (
        '<bpmn:startEvent id="in" /><bpmn:endEvent id="out" />'
        '<bpmn:sequenceFlow id="f" sourceRef="in" targetRef="out" />'
    )
    outline.node("startEvent", "begun").node("subProcess", "review", inside=inside).chain("begun", "review")
    opened = arrange(outline.bpmn())
    closed = arrange(opened.replace(b'isExpanded="true"', b'isExpanded="false"'))
    assert shapes(opened)["review"].box.holds(shapes(opened)["out"].box)
    assert "out" not in shapes(closed)
    assert b'bpmnElement="out"' in closed.split(b"<bpmndi:BPMNDiagram")[2]
    assert arrange(closed) == closed


def test_a_message_meets_the_border_of_a_pool_whose_process_is_not_known(outline):
    outline.node("startEvent", "begun", "科室").node("endEvent", "done", "科室").chain("begun", "done")
    other = b'<bpmn:participant id="other" name="bus" /><bpmn:messageFlow id="m" sourceRef="done" targetRef="other" />'
    arranged = arrange(outline.bpmn().replace(b"</bpmn:collaboration>", other + b"</bpmn:collaboration>"))
    end = edges(arranged)["done-other"].points[-1]
    assert end.y == shapes(arranged)["other"].box.y
    assert shapes(arranged)["other"].box.y > shapes(arranged)["pool"].box.bottom


def test_a_sheet_with_too_many_elements_is_refused(outline):
    for number in range(101):
        outline.node("userTask", f"task_{number}")
    with pytest.raises(DefinitionRefused, match="101"):
        arrange(outline.bpmn())


def test_a_picture_that_somebody_waits_for_shows_the_same_steps(city):
    before = CITY.read_bytes()
    awaited = arrange(before, is_awaited=True)
    assert shapes(awaited).keys() == shapes(city).keys()
    assert DIAGRAM.sub(b"", awaited) == DIAGRAM.sub(b"", before)


def test_every_process_of_a_file_is_drawn_and_the_one_that_starts_first():
    def process(name, is_executable="false"):
        steps = "".join(f'<b:{kind} id="{name}_{kind}"/>' for kind in ("startEvent", "task", "endEvent"))
        flows = (
            f'<b:sequenceFlow id="{name}_1" sourceRef="{name}_startEvent" targetRef="{name}_task"/>'
            f'<b:sequenceFlow id="{name}_2" sourceRef="{name}_task" targetRef="{name}_endEvent"/>'
        )
        return f'<b:process id="{name}" isExecutable="{is_executable}">{steps}{flows}</b:process>'

    def pool(name):
        return (
            f'<b:collaboration id="{name}_all"><b:participant id="{name}_pool" processRef="{name}"/></b:collaboration>'
        )

    spaces = 'xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    parts = pool("other") + pool("main") + process("called") + process("other") + process("main", "true")
    written = arrange(f"<b:definitions {spaces}>{parts}</b:definitions>".encode()).decode()
    assert re.findall(r'BPMNPlane id="\w+" bpmnElement="(\w+)"', written) == ["main_all", "other_all", "called"]
    assert {shape.element_id for shape in read_diagram(written.encode()).shapes} == {
        "main_pool", "main_startEvent", "main_task", "main_endEvent"
    }  # fmt: skip
