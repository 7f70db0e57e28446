"""The token game: which diagrams can always end, and which joins wait for ever."""

import time

import pytest

from engine.lint.game import play
from engine.lint.net import net_of
from engine.lint.soundness import check_soundness
from engine.lint.subject import read_subject
from tests.unit.runtime.fuzz_models import beside, drawn
from tests.unit.runtime.runtime_diagrams import begin, end, flow, node, path, timer, user, xml


def found(*body):
    subject = read_subject({"process.bpmn": xml(*body)}, name=None, now=None, covered=None)
    return {(finding.rule, finding.element) for finding in check_soundness(subject)}


def block(number, kind="parallelGateway", closing=None):
    """A split into two steps and a join, between `s<number>` and `j<number>`."""
    opens, closes = f"s{number}", f"j{number}"
    return "".join(
        (
            node(kind, opens),
            node(closing or kind, closes),
            user(f"a{number}"),
            user(f"b{number}"),
            path(opens, f"a{number}", closes),
            path(opens, f"b{number}", closes),
        )
    )


def chain(count, kind="parallelGateway", closing=None):
    """Blocks in a row, from the beginning to the end."""
    parts = [block(number, kind, closing) for number in range(count)]
    links = [flow(f"j{number}", f"s{number + 1}") for number in range(count - 1)]
    return begin(), end(), *parts, *links, flow("begin", "s0"), flow(f"j{count - 1}", "done")


def test_parallel_branches_that_meet_again_are_sound():
    assert found(*chain(3)) == set()


def test_a_choice_that_a_parallel_gateway_waits_for_is_stuck():
    assert found(*chain(2, "exclusiveGateway", "parallelGateway")) == {("join_stuck", "j0")}


def test_a_choice_that_an_inclusive_gateway_waits_for_is_sound():
    assert found(*chain(2, "exclusiveGateway", "inclusiveGateway")) == set()


def test_an_inclusive_split_that_a_parallel_gateway_waits_for_is_stuck():
    assert found(*chain(1, "inclusiveGateway", "parallelGateway")) == {("join_stuck", "j0")}


def test_parallel_branches_that_an_exclusive_gateway_lets_pass_are_done_twice():
    assert found(*chain(1, "parallelGateway", "exclusiveGateway")) == {("done_twice", "j0")}


def test_a_join_that_a_loop_leads_back_into_is_stuck():
    body = (begin(), end(), user("fill"), node("parallelGateway", "join"), node("exclusiveGateway", "again"))
    ways = path("begin", "join", "fill", "again", "done") + flow("again", "join")
    assert found(*body, ways) == {("join_stuck", "join")}


def test_a_correction_loop_around_branches_is_sound():
    parts = (begin(), end(), block(0), node("exclusiveGateway", "again"), node("exclusiveGateway", "either"))
    ways = path("begin", "either", "s0") + path("j0", "again", "done") + flow("again", "either")
    assert found(*parts, ways) == set()


def test_a_loop_that_leads_back_into_a_parallel_split_waits_for_ever():
    ways = path("begin", "s0") + path("j0", "again", "done") + flow("again", "s0")
    assert found(begin(), end(), block(0), node("exclusiveGateway", "again"), ways) == {("join_stuck", "s0")}


def test_a_branch_that_a_deadline_takes_away_leaves_the_join_waiting():
    late = node("boundaryEvent", "late", timer("P1D"), attachedToRef="a0") + end("gave_up") + flow("late", "gave_up")
    assert found(*chain(1), late) == {("join_stuck", "j0")}


def test_a_deadline_that_ends_everything_leaves_nothing_waiting():
    late = node("boundaryEvent", "late", timer("P1D"), attachedToRef="a0") + flow("late", "gave_up")
    assert found(*chain(1), late, end("gave_up", "<bpmn:terminateEventDefinition/>")) == set()


def test_a_reminder_beside_a_step_changes_nothing():
    event = node("boundaryEvent", "due", timer("R/P1D", "timeCycle"), attachedToRef="a0", cancelActivity="false")
    assert found(*chain(1), event, end("reminded"), flow("due", "reminded")) == set()


def test_the_branch_of_a_reminder_is_played_for_itself():
    event = node("boundaryEvent", "due", timer("P1D"), attachedToRef="a0", cancelActivity="false")
    body = (node("exclusiveGateway", "x"), node("parallelGateway", "p"), user("one"), user("two"), end("reminded"))
    ways = path("due", "x", "one", "p", "reminded") + path("x", "two", "p")
    assert found(*chain(1), event, *body, ways) == {("join_stuck", "p")}


def test_a_branch_of_an_event_that_meets_the_main_way_is_played_with_it():
    event = node("boundaryEvent", "due", timer("P1D"), attachedToRef="fill", cancelActivity="false")
    body = (begin(), end(), user("fill"), user("help"), node("parallelGateway", "join"))
    ways = path("begin", "fill", "join", "done") + path("due", "help", "join")
    assert found(*body, event, ways) == {("join_stuck", "join")}


def test_conditions_out_of_a_step_may_take_one_flow_or_several():
    body = (begin(), end(), user("fill"), user("a"), user("b"), node("parallelGateway", "join"))
    ways = flow("begin", "fill") + flow("fill", "a", "x") + flow("fill", "b", "y") + path("a", "join", "done")
    assert found(*body, ways, flow("b", "join")) == {("join_stuck", "join")}


def test_a_loop_without_a_way_out_is_named_at_its_first_step():
    body = (begin(), end(), node("exclusiveGateway", "x"), user("a"), user("b"))
    assert found(*body, path("begin", "x", "done") + path("x", "a", "b", "a")) == {("no_way_out", "a")}


def test_a_loop_that_a_deadline_leads_out_of_is_no_trap():
    late = node("boundaryEvent", "late", timer("P1D"), attachedToRef="a") + flow("late", "done")
    assert found(begin(), end(), user("a"), user("b"), late, path("begin", "a", "b", "a")) == set()


def test_the_inside_of_a_subprocess_is_played_as_well():
    inside = (
        "".join(chain(1, "exclusiveGateway", "parallelGateway")).replace('"begin"', '"in"').replace('"done"', '"out"')
    )
    inside = inside.replace("begin__", "in__").replace("__done", "__out")
    body = (begin(), end(), node("subProcess", "inner", inside), path("begin", "inner", "done"))
    assert found(*body) == {("join_stuck", "j0")}


def test_going_on_behind_a_link_is_seen():
    out = node("intermediateThrowEvent", "out", '<bpmn:linkEventDefinition name="x"/>')
    back = node("intermediateCatchEvent", "back", '<bpmn:linkEventDefinition name="x"/>')
    assert found(begin(), end(), out, back, path("begin", "out"), path("back", "done")) == set()


def test_choices_in_many_parallel_branches_are_played_without_every_order():
    split, join = node("parallelGateway", "all"), node("parallelGateway", "met")
    parts = [block(number, "exclusiveGateway") for number in range(8)]
    ways = "".join(flow("all", f"s{number}") + flow(f"j{number}", "met") for number in range(8))
    subject = read_subject(
        {"process.bpmn": xml(begin(), end(), split, join, *parts, ways, path("begin", "all"), path("met", "done"))},
        name=None,
        now=None,
        covered=None,
    )
    course = play(net_of(subject.levels[0]))
    assert (course.is_complete, course.stuck, course.doubled) == (True, {}, [])


def test_beyond_the_limit_it_says_that_it_could_not_prove_it():
    subject = read_subject({"process.bpmn": xml(*chain(3))}, name=None, now=None, covered=None)
    assert play(net_of(subject.levels[0]), most_states=3).is_complete is False


@pytest.mark.parametrize("kind", ["parallelGateway", "exclusiveGateway", "inclusiveGateway"])
def test_two_hundred_elements_are_proved_within_a_second(kind):
    body = chain(50, kind)
    subject = read_subject({"process.bpmn": xml(*body)}, name=None, now=None, covered=None)
    begun = time.process_time()
    assert list(check_soundness(subject)) == []
    assert time.process_time() - begun < 1


def drawing(*body, digest="", **declared):
    """What `fuzz_models` would have the engine read, as XML."""
    return xml(*body, **declared)


@pytest.mark.parametrize("seed", range(60))
def test_diagrams_that_the_engine_brings_to_their_end_are_found_sound(seed):
    subject = read_subject({"process.bpmn": drawn(seed, make=drawing)})
    wrong = [one for one in check_soundness(subject) if one.rule in {"join_stuck", "no_way_out", "unproven"}]
    assert wrong == []


def test_a_diagram_of_everything_that_is_hard_is_found_sound():
    subject = read_subject({"process.bpmn": beside(make=drawing)})
    assert [one.rule for one in check_soundness(subject) if one.rule != "done_twice"] == []
