"""Names read before they are set, messages that never come, errors that are lost, steps of nobody."""

import json

import pytest

from engine.lint.duties import check_duties
from engine.lint.messages import check_messages
from engine.lint.reading import check_reading
from engine.lint.subject import read_subject
from engine.lint.vocabulary import read_vocabulary
from tests.unit.runtime.runtime_diagrams import begin, boundary, catch, end, error, flow, message, node, path, user, xml


def form(*keys):
    return json.dumps({"type": "default", "components": [{"type": "number", "key": key, "label": key} for key in keys]})


def subject_of(*body, forms=None, files=None, **declared):
    contents = {f"forms/{task}.form": form(*keys).encode() for task, keys in (forms or {}).items()}
    return read_subject({"process.bpmn": xml(*body, **declared), **contents, **(files or {})})


def unset(*body, **more):
    subject = subject_of(*body, **more)
    return {(one.element, one.field) for one in check_reading(subject, read_vocabulary(subject))}


def script(name, text):
    return node("scriptTask", name, f"<bpmn:script>{text}</bpmn:script>")


FORMS = {"fill": ("amount",), "check": ("score",)}
STEPS = (begin(), end(), user("fill"), user("check"))


def test_what_an_earlier_step_answered_may_be_read():
    assert (
        unset(*STEPS, script("sum", "total = amount + 1"), path("begin", "fill", "sum", "check", "done"), forms=FORMS)
        == set()
    )


def test_what_only_a_later_step_answers_is_missing():
    body = (*STEPS, script("sum", "total = score + 1"), path("begin", "fill", "sum", "check", "done"))
    assert unset(*body, forms=FORMS) == {("sum", "script")}


def test_a_condition_is_read_when_its_step_is_left():
    gateway = node("exclusiveGateway", "x", default="x__done")
    ways = path("begin", "fill", "x", "done") + flow("x", "check", "score > 1") + path("check", "done")
    assert unset(*STEPS, gateway, ways, forms=FORMS) == {("x", "condition")}


def test_a_loop_brings_later_answers_back():
    gateway = node("exclusiveGateway", "x", default="x__done")
    ways = path("begin", "fill", "check", "x", "done") + flow("x", "fill", "score > 1")
    assert unset(*STEPS, gateway, script("late", "y = score"), ways + path("x", "late", "done"), forms=FORMS) == set()


def test_the_lines_of_a_script_are_read_in_order():
    body = (*STEPS, script("sum", "a = amount\nb = a + 1"), path("begin", "fill", "sum", "check", "done"))
    assert unset(*body, forms=FORMS) == set()


def test_a_form_may_name_what_was_answered_before():
    hidden = {"type": "number", "key": "amount", "label": "a", "conditional": {"hide": "=score > 1"}}
    files = {"forms/fill.form": json.dumps({"type": "default", "components": [hidden]}).encode()}
    body = (*STEPS, path("begin", "fill", "check", "done"))
    assert unset(*body, forms=FORMS, files=files) == {("fill", "form")}


def test_answers_inside_a_subprocess_are_there_behind_it():
    inner = node("startEvent", "in") + user("check") + node("endEvent", "out") + path("in", "check", "out")
    body = (begin(), end(), node("subProcess", "inner", inner), script("sum", "y = score"))
    assert unset(*body, path("begin", "inner", "sum", "done"), forms=FORMS) == set()


def test_a_message_may_bring_anything_along():
    body = (*STEPS, catch("told", message("msg_told")), script("sum", "y = score"))
    ways = path("begin", "told", "sum", "fill", "check", "done")
    assert unset(*body, ways, forms=FORMS, messages=["msg_told"]) == set()


def test_what_a_step_never_answered_is_missing_behind_its_deadline():
    late = node(
        "boundaryEvent",
        "late",
        "<bpmn:timerEventDefinition><bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition>",
        attachedToRef="check",
    )
    body = (
        *STEPS,
        late,
        script("sum", "y = score"),
        end("over"),
        path("begin", "check", "done") + path("late", "sum", "over"),
    )
    assert unset(*body, forms={"check": ("score",)}) == {("sum", "script")}


def messages_of(*body, **more):
    return {(one.rule, one.element) for one in check_messages(subject_of(*body, **more))}


@pytest.mark.parametrize(
    "name", ["msg_withdraw", "msg_window_extended", "msg_objection", "msg_publication_ended", "msg_case_closed"]
)
def test_what_the_platform_sends_may_be_awaited(name):
    assert (
        messages_of(begin(), end(), catch("told", message(name)), path("begin", "told", "done"), messages=[name])
        == set()
    )


def test_what_nobody_sends_is_awaited_in_vain():
    body = (begin(), end(), catch("told", message("msg_x")), path("begin", "told", "done"))
    assert messages_of(*body, messages=["msg_x"]) == {("message_never_comes", "told")}


def test_an_error_is_handled_around_its_subprocess_or_lost():
    inner = node("startEvent", "in") + node("endEvent", "broken", error("err_a")) + path("in", "broken")
    body = (begin(), end(), node("subProcess", "inner", inner), path("begin", "inner", "done"))
    handled = (boundary("caught", "inner", error("err_a")), path("caught", "done"))
    assert messages_of(*body, errors=["err_a"]) == {("error_lost", "broken")}
    assert messages_of(*body, *handled, errors=["err_a"]) == set()


def test_a_step_in_a_diagram_without_lanes_is_nobodys():
    body = (begin(), end(), user("fill"), path("begin", "fill", "done"))
    assert {(one.rule, one.element) for one in check_duties(subject_of(*body))} == {("no_role", "fill")}
