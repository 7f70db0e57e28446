"""What is written to bring the checks down ends soon, with what could be found."""

import time

import pytest

from engine.comparing import compare
from engine.lint import examine
from engine.lint.coverage import read_mentions
from engine.lint.game import play
from engine.lint.net import net_of
from engine.lint.subject import read_subject
from tests.unit.lint.test_tables import table
from tests.unit.runtime.runtime_diagrams import begin, end, flow, node, path, timer, user, xml


@pytest.mark.parametrize("content", [b"steps: " + b"[" * 100_000, b"steps: [\n" + b"- " * 50_000, b"\x00", b"a: *b"])
def test_a_scenario_nested_without_end_is_no_scenario(content):
    assert read_mentions(content) is None


def wide(count):
    """Branches that all run at once and meet again."""
    branches = "".join(
        node("exclusiveGateway", f"x{number}")
        + user(f"a{number}")
        + user(f"b{number}")
        + path("split", f"x{number}", f"a{number}", "join")
        + flow(f"x{number}", f"b{number}")
        + path(f"b{number}", "join")
        for number in range(count)
    )
    return begin(), end(), node("parallelGateway", "split"), node("parallelGateway", "join"), branches


def test_many_branches_at_once_are_given_up_soon():
    body = (*wide(300), path("begin", "split") + path("join", "done"))
    begun = time.process_time()
    course = play(net_of(read_subject({"process.bpmn": xml(*body)}).levels[0]))
    assert not course.is_complete or course.stuck
    assert time.process_time() - begun < 5


def test_many_events_at_one_step_are_not_combined_without_end():
    events = "".join(
        node("boundaryEvent", f"e{number}", timer("P1D"), attachedToRef="fill", cancelActivity="false")
        + flow(f"e{number}", "join")
        for number in range(30)
    )
    body = (
        begin(),
        end(),
        user("fill"),
        node("parallelGateway", "join"),
        events,
        path("begin", "fill", "join", "done"),
    )
    begun = time.process_time()
    assert examine({"process.bpmn": xml(*body)}).folder is None
    assert time.process_time() - begun < 5


def test_a_gateway_with_hundreds_of_ways_is_not_compared_way_by_way():
    ways = "".join(user(f"a{number}") + flow("x", f"a{number}", f"amount = {number}") for number in range(400))
    begun = time.process_time()
    examine({"process.bpmn": xml(begin(), end(), node("exclusiveGateway", "x"), path("begin", "x"), ways)})
    assert time.process_time() - begun < 5


def test_a_table_of_hundreds_of_rows_is_left_alone():
    rows = [(f"[{number}..{number + 5}]",) for number in range(500)]
    begun = time.process_time()
    examine({"decisions/answer.dmn": table(*rows)})
    assert time.process_time() - begun < 15


def test_texts_of_equal_lines_are_compared_soon():
    begun = time.process_time()
    compare({"README.md": b"a\n" * 20_000}, {"README.md": b"a\nb\n" * 10_000})
    assert time.process_time() - begun < 5
