"""终止: everything that is open is taken back at once."""

import pytest

from engine.runtime import cancel, read_tokens
from tests.unit.runtime.runtime_diagrams import Case, begin, boundary, end, many, message, node, path, read, timer, user

INSIDE = "".join((begin("begin_inside"), user("look"), end("looked"), path("begin_inside", "look", "looked")))
CASES = {
    "a task with its timer": (
        user("write"),
        boundary("late", "write", timer("P9D")),
        end("expired"),
        path("late", "expired"),
    ),
    "a subprocess": (node("subProcess", "write", INSIDE),),
    "a repeated task": (user("write", many(cardinality="3")),),
    "an event": (node("intermediateCatchEvent", "write", message("msg_answer")),),
}


@pytest.fixture(params=CASES)
def waiting(request):
    elements = CASES[request.param]
    return Case(read(begin(), *elements, end(), path("begin", "write", "done"), messages=["msg_answer"])), request.param


def test_a_cancelled_case_has_ended_without_an_end_event(waiting):
    case, _ = waiting
    progress = cancel(case.context, case.state)
    assert (progress.is_ended, progress.end_events, progress.opened, progress.armed) == (True, (), (), ())


def test_nothing_of_a_cancelled_case_waits_any_more(waiting):
    case, _ = waiting
    progress = cancel(case.context, case.state)
    assert progress.tokens == ()
    assert read_tokens(case.definition, progress.state) == ()


def test_open_tasks_and_timers_are_reported_as_taken_back():
    case = Case(read(begin(), *CASES["a task with its timer"], end(), path("begin", "write", "done")))
    task, late = case.token("write"), case.token("late")
    progress = cancel(case.context, case.state)
    assert (progress.closed, progress.disarmed) == ((task,), (late,))
