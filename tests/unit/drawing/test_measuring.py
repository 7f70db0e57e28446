import pytest

from engine.drawing import measure


def kinds(bpmn):
    return {finding.kind for finding in measure(bpmn)}


def test_a_tidy_diagram_has_no_findings(sketch):
    sketch.task("a", 0, 0).task("b", 200, 0).flow("go", "a", "b", (120, 36), (200, 36))
    assert measure(sketch.bpmn()) == ()


def test_overlapping_shapes_are_found(sketch):
    assert kinds(sketch.task("a", 0, 0).task("b", 100, 20).bpmn()) == {"shapes_overlap"}


def test_a_boundary_event_may_sit_on_its_task(sketch):
    sketch.task("a", 0, 0).shape('boundaryEvent attachedToRef="a"', "overdue", (80, 54, 36, 36))
    assert measure(sketch.bpmn()) == ()


def test_a_line_through_a_third_shape_is_found(sketch):
    sketch.task("a", 0, 0).task("b", 200, 0).task("c", 400, 0).flow("go", "a", "c", (120, 36), (400, 36))
    assert kinds(sketch.bpmn()) == {"line_through_shape"}


def test_a_line_through_its_own_task_is_found(sketch):
    sketch.task("a", 0, 0).task("b", 200, 0).flow("go", "a", "b", (0, 36), (200, 36))
    assert kinds(sketch.bpmn()) == {"line_through_shape"}


def test_a_slanting_line_is_found(sketch):
    sketch.task("a", 0, 0).task("b", 200, 100).flow("go", "a", "b", (120, 36), (200, 136))
    assert kinds(sketch.bpmn()) == {"line_askew"}


@pytest.mark.parametrize(("y", "found"), [(36, {"lines_share"}), (50, set())])
def test_lines_that_run_on_top_of_each_other_are_found(sketch, y, found):
    sketch.task("a", 0, 0).task("b", 200, 0)
    sketch.flow("go", "a", "b", (120, 36), (200, 36)).flow("back", "b", "a", (200, y), (120, y))
    assert kinds(sketch.bpmn()) == found


def test_crossing_lines_are_found(sketch):
    sketch.flow("across", "a", "b", (0, 50), (100, 50)).flow("down", "c", "d", (50, 0), (50, 100))
    assert kinds(sketch.bpmn()) == {"lines_cross"}


def test_a_name_on_a_line_is_found(sketch):
    sketch.flow("across", "a", "b", (0, 50), (200, 50))
    sketch.shape('endEvent name="办结"', "done", (80, 100, 36, 36), label=(80, 42, 36, 16))
    assert kinds(sketch.bpmn()) == {"label_on_line"}


def test_a_name_on_another_shape_is_found(sketch):
    sketch.task("a", 0, 0).shape('endEvent name="办结"', "done", (200, 0, 36, 36), label=(40, 30, 36, 16))
    assert kinds(sketch.bpmn()) == {"label_on_shape"}


def test_names_on_top_of_each_other_are_found(sketch):
    sketch.shape('endEvent name="办结"', "a", (0, 0, 36, 36), label=(0, 60, 36, 16))
    sketch.shape('endEvent name="终止"', "b", (60, 0, 36, 36), label=(10, 60, 36, 16))
    assert kinds(sketch.bpmn()) == {"labels_overlap"}


def test_a_name_too_long_for_its_task_is_found(sketch):
    assert kinds(sketch.task("a", 0, 0, "很长很长的名称" * 8).bpmn()) == {"label_cut"}


def test_a_shape_outside_every_lane_is_found(sketch):
    sketch.shape('lane name="处室"', "office", (0, 0, 300, 200)).task("a", 250, 50)
    assert kinds(sketch.bpmn()) == {"outside_lane"}


def test_a_diagram_too_large_to_read_is_not_compared_pair_by_pair(sketch):
    for number in range(401):
        sketch.task(f"task_{number}", 0, 0)
    assert kinds(sketch.bpmn()) == {"too_large"}


def test_the_gallery_of_all_symbols_is_readable(gallery):
    assert kinds(gallery) == set()


def test_the_city_application_is_readable_and_none_of_its_lines_cross(city_diagram):
    assert measure(city_diagram) == ()
