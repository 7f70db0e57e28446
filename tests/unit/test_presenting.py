"""How a case's diagram is painted."""

from __future__ import annotations

from types import SimpleNamespace

from engine.presenting import element_marks

SCORE = SimpleNamespace(attached_to="")
DEFINITION = SimpleNamespace(elements={"score": SCORE, "call": SCORE, "fill": SCORE})


def token(element_id):
    return SimpleNamespace(element_id=element_id)


def row(element_id, status):
    return SimpleNamespace(element_id=element_id, status=status)


def test_a_step_that_several_take_counts_their_tasks_and_those_that_are_late():
    # The step itself has a token, too.
    tokens = [token("score")] * 3
    (mark,) = element_marks(DEFINITION, tokens, [row("score", "overdue"), row("score", "open")], [])
    assert (mark.state, mark.count, mark.overdue) == ("late", 2, 1)


def test_what_has_no_task_counts_its_tokens_and_what_was_passed_is_done():
    marks = element_marks(DEFINITION, [token("call")], [], ["fill"])
    assert [(mark.element_id, mark.state, mark.count) for mark in marks] == [("call", "active", 1), ("fill", "done", 0)]
