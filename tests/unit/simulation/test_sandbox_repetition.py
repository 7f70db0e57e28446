"""Activities for several people or items: order of results, early ends, and where they may stand."""

from itertools import permutations

import pytest

from tests.unit.runtime.runtime_diagrams import begin, boundary, end, flow, many, message, node, path, timer, user
from tests.unit.simulation.diagrams import DAY, sandbox

OPINIONS = ("opinions", "opinion")


def asked(is_sequential=False, until="", **more):
    """Every expert gives an opinion on its own item; the results are collected."""
    repeated = many("experts", "expert", collects=OPINIONS, is_sequential=is_sequential, until=until)
    return sandbox(
        *(begin(), user("advise", repeated), user("decide"), end(), path("begin", "advise", "decide", "done")),
        variables={"experts": ["王", "李", "张"]},
        **more,
    )


@pytest.mark.parametrize("is_sequential", [False, True])
def test_results_stand_in_the_order_of_the_items(is_sequential):
    case = asked(is_sequential)
    for opinion in ("yes", "no", "perhaps"):
        case.complete("advise", opinion=opinion)
    assert (case.ready, case.variables["opinions"]) == (["decide"], ["yes", "no", "perhaps"])


def test_a_sequence_opens_one_instance_after_another():
    case = asked(is_sequential=True)
    assert case.ready == ["advise"]
    case.complete("advise", opinion="yes")
    assert case.ready == ["advise"]


@pytest.mark.parametrize("order", list(permutations(("finance", "law", "science"))))
def test_results_stand_in_the_order_of_the_items_whoever_is_first(order):
    """Each instance takes another way, so that one can choose which is completed first."""
    offices = ("finance", "law", "science")
    inner = (
        *(begin("in"), node("exclusiveGateway", "whose", default="whose__science"), end("out")),
        *(user(f"ask_{office}") for office in offices),
        *(path(f"ask_{office}", "out") for office in offices),
        path("in", "whose") + flow("whose", "ask_science", name="whose__science"),
        *(flow("whose", f"ask_{office}", when=f'office = "{office}"') for office in offices[:2]),
        many("offices", "office", collects=OPINIONS),
    )
    case = sandbox(
        *(begin(), node("subProcess", "consult", "".join(inner)), user("decide"), end()),
        path("begin", "consult", "decide", "done"),
        variables={"offices": list(offices)},
    )
    for office in order:
        case.complete(f"ask_{office}", opinion=f"of {office}")
    assert case.ready == ["decide"]
    assert case.variables["opinions"] == ["of finance", "of law", "of science"]


def test_what_belongs_to_an_item_does_not_become_a_variable_of_the_case():
    case = asked()
    case.complete("advise", opinion="yes", remark="shared")
    assert case.variables == {"experts": ["王", "李", "张"], "remark": "shared"}


def test_enough_results_take_the_other_instances_back():
    case = asked(until='count(opinions[item = "yes"]) >= 2')
    case.complete("advise", opinion="yes")
    assert case.ready == ["advise", "advise"]
    case.complete("advise", opinion="yes")
    assert (case.ready, case.variables["opinions"]) == (["decide"], ["yes", "yes"])


def test_no_items_are_no_work():
    case = sandbox(
        *(begin(), user("advise", many("experts", "expert", collects=OPINIONS)), user("decide"), end()),
        path("begin", "advise", "decide", "done"),
        variables={"experts": []},
    )
    assert (case.ready, case.variables["opinions"]) == (["decide"], [])


@pytest.mark.parametrize(
    ("event", "come"),
    [
        (timer("P1D"), lambda case: case.advance(DAY)),
        (message("msg_late"), lambda case: case.send_message("msg_late")),
    ],
)
@pytest.mark.parametrize(("interrupts", "left"), [(True, []), (False, ["write"])])
def test_a_multi_instance_may_follow_a_boundary_event(event, come, interrupts, left):
    case = sandbox(
        *(begin(), user("write"), boundary("late", "write", event, interrupts=interrupts), end()),
        *(user("advise", many("experts", "expert", collects=OPINIONS)), user("decide"), end("other")),
        path("begin", "write", "done") + path("late", "advise", "decide", "other"),
        variables={"experts": ["王", "李"]},
        messages=["msg_late"],
    )
    come(case)
    assert case.ready == [*left, "advise", "advise"]
    case.complete("advise", opinion=1)
    case.complete("advise", opinion=2)
    assert (case.ready, case.variables["opinions"]) == ([*left, "decide"], [1, 2])


def test_a_multi_instance_far_behind_a_boundary_event_begins_anew_in_every_round():
    case = sandbox(
        *(begin(), user("write"), boundary("late", "write", timer("P1D")), user("check"), end()),
        *(user("advise", many("experts", "expert", collects=OPINIONS)), node("exclusiveGateway", "again")),
        path("begin", "write", "done") + path("late", "check", "advise", "again"),
        flow("again", "write", when="count(opinions) > 0"),
        flow("again", "done", when="count(opinions) = 0"),
        variables={"experts": ["王", "李"]},
    )
    for number in range(3):
        case.advance(DAY)
        case.complete("check")
        case.complete("advise", opinion=number)
        case.complete("advise", opinion=-number)
    assert (case.ready, case.variables["opinions"]) == (["write"], [2, -2])


def test_a_deadline_on_a_multi_instance_takes_all_instances_back():
    case = sandbox(
        *(begin(), user("advise", many("experts", "expert", collects=OPINIONS))),
        *(boundary("late", "advise", timer("P5D")), user("decide"), end(), end("given_up")),
        path("begin", "advise", "decide", "done") + path("late", "given_up"),
        variables={"experts": ["王", "李", "张"]},
    )
    case.complete("advise", opinion="yes")
    case.advance(5 * DAY)
    assert (case.ended, case.end_events, case.ready) == (True, ["given_up"], [])


def test_a_panel_of_a_hundred_collects_a_hundred_results():
    repeated = many("experts", "expert", collects=OPINIONS)
    case = sandbox(
        *(begin(), user("advise", repeated), user("decide"), end(), path("begin", "advise", "decide", "done")),
        variables={"experts": list(range(100))},
    )
    for number in range(100):
        case.complete("advise", opinion=number)
    assert case.variables["opinions"] == list(range(100))
