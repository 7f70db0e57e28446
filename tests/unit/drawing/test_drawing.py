import re

import pytest
from lxml import etree

from engine.drawing import draw
from engine.errors import DefinitionRefused
from engine.views import ElementMark

SVG = "{http://www.w3.org/2000/svg}"


def drawn(bpmn, **marks):
    return etree.fromstring(draw(bpmn, marks={mark.element_id: mark for mark in marks.values()}))


def group(svg, element_id):
    return svg.find(f"{SVG}g[@data-element='{element_id}']")


def words(node):
    return "".join(tspan.text or "" for tspan in node.iter(f"{SVG}tspan"))


def test_every_element_of_the_diagram_is_drawn(gallery):
    expected = set(re.findall(r'<bpmndi:BPMN(?:Shape|Edge) [^>]*bpmnElement="([^"]+)"', gallery.decode()))
    assert {node.get("data-element") for node in drawn(gallery).iter(f"{SVG}g")} - {None} == expected


def test_names_are_drawn_and_spoken(sketch):
    review = group(drawn(sketch.task("review", 0, 0, "省级审核").bpmn()), "review")
    assert (words(review), review.get("aria-label"), review.get("role")) == ("省级审核", "用户任务 省级审核", "img")


def test_the_picture_has_a_title_and_a_description(gallery):
    svg = drawn(gallery)
    assert (svg.findtext(f"{SVG}title"), svg.get("aria-label")) == ("图形样张", "图形样张")
    assert "办理单位：业务处室、档案室" in svg.findtext(f"{SVG}desc")


def test_the_frame_is_tight_around_the_drawing(sketch):
    svg = drawn(sketch.task("review", 100, 200).bpmn())
    assert svg.get("viewBox") == "76 176 168 120"


def test_a_given_title_takes_the_place_of_the_process_name(sketch):
    assert "<title>办件甲</title>" in draw(sketch.task("review", 0, 0).bpmn(), title="办件甲")


@pytest.mark.parametrize(
    ("mark", "css", "badge", "spoken"),
    [
        (ElementMark(element_id="review", state="active", count=3), "st-active", "3", "在办 3 件"),
        (ElementMark(element_id="review", state="active"), "st-active", "在办", "在办 1 件"),
        (ElementMark(element_id="review", state="late", count=6, overdue=2), "st-late", "6（2 超期）", "超期 2 件"),
        (ElementMark(element_id="review", state="late", count=1, overdue=1), "st-late", "1 超期", "超期 1 件"),
        (ElementMark(element_id="review", state="done", done=9), "st-done", "9", "已办 9 件"),
        (ElementMark(element_id="review", state="done", done=1), "st-done", "", "已办 1 件"),
        (ElementMark(element_id="review", state="incident", count=1), "st-incident", "异常", "异常 1 件"),
    ],
)
def test_a_mark_is_seen_read_and_heard(sketch, mark, css, badge, spoken):
    review = group(drawn(sketch.task("review", 0, 0).bpmn(), mark=mark), "review")
    pill = review.find(f"{SVG}g[@class='badge']")
    assert css in review.get("class").split()
    assert words(pill) == badge
    assert spoken in review.get("aria-label")


def test_states_differ_in_colour_as_presentation_attributes(sketch):
    late = ElementMark(element_id="review", state="late", count=1, overdue=1)
    body = group(drawn(sketch.task("review", 0, 0).bpmn(), mark=late), "review").find(f"{SVG}rect")
    assert (body.get("class"), body.get("stroke"), body.get("fill")) == ("body", "#b3231b", "#fdecea")


def test_an_unmarked_element_has_no_state_and_no_badge(sketch):
    review = group(drawn(sketch.task("review", 0, 0).bpmn()), "review")
    assert review.get("class") == "element userTask"
    assert review.find(f"{SVG}g[@class='badge']") is None


def test_a_mark_of_an_unknown_element_or_state_changes_nothing(sketch):
    bpmn = sketch.task("review", 0, 0).bpmn()
    elsewhere = ElementMark(element_id="gone", state="active", count=1)
    unknown = ElementMark(element_id="review", state="sleeping")
    assert group(drawn(bpmn, one=elsewhere, other=unknown), "review").get("class") == "element userTask"


def test_the_badge_avoids_the_corner_with_a_boundary_event(sketch):
    sketch.task("review", 0, 0).shape('boundaryEvent attachedToRef="review"', "overdue", (100, -18, 36, 36))
    active = ElementMark(element_id="review", state="active", count=1)
    pill = group(drawn(sketch.bpmn(), mark=active), "review").find(f"{SVG}g[@class='badge']/{SVG}rect")
    assert float(pill.get("x")) + float(pill.get("width")) < 60


def test_lines_end_in_an_arrowhead_at_their_last_point(sketch):
    sketch.task("a", 0, 0).task("b", 200, 0).flow("go", "a", "b", (120, 36), (200, 36))
    head = group(drawn(sketch.bpmn()), "go").find(f"{SVG}polygon")
    assert "200,36" in head.get("points").split()


def test_a_default_flow_carries_a_slash_and_a_conditional_one_a_diamond(gallery):
    svg = drawn(gallery)
    assert len(group(svg, "to_rule").findall(f"{SVG}path")) == 2
    assert len(group(svg, "to_serve").findall(f"{SVG}polygon")) == 2


def test_a_non_interrupting_boundary_event_is_dashed(gallery):
    svg = drawn(gallery)
    assert group(svg, "overdue").find(f"{SVG}circle").get("stroke-dasharray")
    assert group(svg, "failed").find(f"{SVG}circle").get("stroke-dasharray") is None


def test_the_picture_is_safe_under_a_strict_content_policy(gallery):
    svg = drawn(gallery)
    assert {etree.QName(node).localname for node in svg.iter()} <= {
        *("svg", "g", "title", "desc", "rect", "circle", "path", "polygon", "text", "tspan"),
    }
    forbidden = {"style", "id", "href", "onload", "filter", "mask", "clip-path"}
    assert not any(forbidden & set(node.attrib) or "url(" in "".join(node.attrib.values()) for node in svg.iter())


def test_words_of_the_file_cannot_become_markup(sketch):
    svg = draw(sketch.task("review", 0, 0, "&lt;script&gt;alert(1)&lt;/script&gt;").bpmn(), title='<b onload="x">')
    assert "<script" not in svg
    assert "<b " not in svg


def test_control_characters_in_the_title_are_dropped(sketch):
    assert "<title>甲乙</title>" in draw(sketch.task("review", 0, 0).bpmn(), title="甲\x00\ud800乙")


def test_a_file_without_a_drawing_says_so():
    svg = draw(b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" />')
    assert "没有图形信息" in words(etree.fromstring(svg))


def test_an_unknown_kind_of_shape_is_drawn_as_a_box(sketch):
    box = group(drawn(sketch.shape('conversation name="会商"', "talk", (0, 0, 90, 60)).bpmn()), "talk")
    assert (box.find(f"{SVG}rect") is not None, words(box)) == (True, "会商")


@pytest.mark.parametrize(
    "bpmn",
    [
        b"",
        b"not xml",
        b"<definitions><process>",
        b"<a>" * 5000 + b"</a>" * 5000,
        b" " * (4 * 1024 * 1024 + 1),
    ],
)
def test_what_is_no_diagram_is_refused(bpmn):
    with pytest.raises(DefinitionRefused):
        draw(bpmn)


def test_entities_are_refused_before_they_grow(sketch):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    with pytest.raises(DefinitionRefused, match="DOCTYPE"):
        draw(sketch.task("review", 0, 0).bpmn(bomb))


@pytest.mark.parametrize("coordinate", ["nan", "inf", "1e9", "", "12px"])
def test_impossible_coordinates_are_refused_with_their_element(sketch, coordinate):
    with pytest.raises(DefinitionRefused) as refused:
        draw(sketch.shape("userTask", "review", (coordinate, 0, 120, 72)).bpmn())
    assert refused.value.problems[0].element == "review"


def test_a_negative_size_is_refused(sketch):
    with pytest.raises(DefinitionRefused, match="小于零"):
        draw(sketch.shape("userTask", "review", (0, 0, -1, 72)).bpmn())


def test_too_many_shapes_are_refused(sketch):
    shape = '<bpmndi:BPMNShape bpmnElement="review"><dc:Bounds x="0" y="0" width="1" height="1" /></bpmndi:BPMNShape>'
    sketch.drawn.extend([shape] * 2001)
    with pytest.raises(DefinitionRefused, match="2000"):
        draw(sketch.bpmn())


def test_too_many_bends_are_refused(sketch):
    sketch.flow("go", "a", "b", *((x, 0) for x in range(201)))
    with pytest.raises(DefinitionRefused, match="200"):
        draw(sketch.bpmn())


def test_shapes_of_no_size_and_lines_of_no_length_are_drawn(sketch):
    sketch.shape('userTask name="零"', "a", (5, 5, 0, 0)).shape("exclusiveGateway", "b", (5, 5, 0, 0))
    sketch.shape("endEvent", "c", (5, 5, 0, 0)).flow("go", "a", "b", (5, 5), (5, 5), (5, 5))
    assert group(drawn(sketch.bpmn()), "go") is not None
