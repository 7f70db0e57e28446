"""Messages between steps of a case, and messages that come before anybody waits for them."""

import pytest

from engine.errors import ExecutionError
from engine.runtime import MessageNotExpected
from engine.runtime.limits import MAX_MESSAGES, MAX_STATE_BYTES
from tests.unit.runtime.runtime_diagrams import (
    Case,
    begin,
    boundary,
    catch,
    end,
    flow,
    many,
    message,
    node,
    path,
    read,
    throw,
    user,
)

SPLIT = node("parallelGateway", "split")


def between(thrower, name="tell"):
    """One branch throws after a task; the other one waits after a task."""
    paths = path("begin", "split", "write", "tell") + path("split", "prepare", "heard", "react", "done")
    more = "" if name == "end" else end("told") + path("tell", "told")
    return read(begin(), SPLIT, user("write"), thrower, user("prepare"), catch("heard", message("msg_a")),
                user("react"),
                end(), paths, more, messages=["msg_a"])  # fmt: skip


THROWERS = [
    (throw("tell", message("msg_a")), "tell"),
    (end("tell", message("msg_a")), "end"),
    (node("sendTask", "tell", messageRef="msg_a"), "tell"),
]


@pytest.mark.parametrize(("thrower", "name"), THROWERS)
def test_a_message_thrown_in_the_case_reaches_the_step_that_waits(thrower, name):
    case = Case(between(thrower, name)).do("prepare").do("write")
    assert case.open == ["react"]
    assert case.last.kept_messages == ()


@pytest.mark.parametrize(("thrower", "name"), THROWERS)
def test_a_message_thrown_before_its_catch_is_kept_and_redelivered(thrower, name):
    case = Case(between(thrower, name)).do("write")
    assert case.last.kept_messages == ("msg_a",)
    assert case.do("prepare").open == ["react"]
    assert case.last.kept_messages == ()
    assert case.do("react").last.is_ended


def test_a_send_task_is_noted_as_completed_and_an_event_as_reached():
    kinds = {}
    for thrower, name in THROWERS:
        case = Case(between(thrower, name)).do("write")
        kinds[thrower] = [passed.kind for passed in case.last.passed if passed.element_id == "tell"]
    assert list(kinds.values()) == [["reached"], ["reached"], ["completed"]]


def waiting():
    return read(begin(), user("prepare"), catch("heard", message("msg_a")), user("react"), end(),
                path("begin", "prepare", "heard", "react", "done"), messages=["msg_a"])  # fmt: skip


def test_a_message_from_outside_that_nobody_waits_for_is_refused_unless_it_shall_be_kept():
    case = Case(waiting())
    with pytest.raises(MessageNotExpected):
        case.send("msg_a")
    assert case.send("msg_a", keep=True, answer=42).last.kept_messages == ("msg_a",)
    assert case.variables == {}
    case.do("prepare")
    assert case.open == ["react"]
    assert case.variables == {"answer": 42}


def test_a_message_that_no_step_ever_waits_for_is_not_kept():
    with pytest.raises(MessageNotExpected):
        Case(waiting()).send("msg_unknown", keep=True)


def test_a_case_that_has_ended_keeps_no_message():
    case = Case(
        read(begin(), catch("heard", message("msg_a")), end(), path("begin", "heard", "done"), messages=["msg_a"])
    )
    case.send("msg_a")
    with pytest.raises(MessageNotExpected):
        case.send("msg_a", keep=True)


def test_a_kept_message_is_used_up_by_one_delivery():
    definition = read(
        begin(), user("prepare"), catch("heard", message("msg_a")), node("exclusiveGateway", "more",
        default="more__no"),
        end(), path("begin", "prepare", "heard", "more"), flow("more", "prepare", when="again"),
        flow("more", "done", name="more__no"), messages=["msg_a"],
    )  # fmt: skip
    case = Case(definition).send("msg_a", keep=True, n=1).send("msg_a", keep=True, n=2)
    case.do("prepare", again=True)
    assert case.variables["n"] == 1
    assert case.open == ["prepare"]
    assert case.last.kept_messages == ("msg_a",)
    assert case.do("prepare", again=False).last.is_ended
    assert case.variables["n"] == 2


def test_kept_messages_are_bounded():
    case = Case(waiting())
    for number in range(MAX_MESSAGES):
        case.send("msg_a", keep=True, number=number)
    with pytest.raises(ExecutionError, match="积压"):
        case.send("msg_a", keep=True)
    assert case.do("prepare").variables == {"number": 0}


def test_messages_too_large_to_be_kept_are_said_to_be_the_reason():
    case = Case(waiting())
    with pytest.raises(ExecutionError, match="其中还没有步骤接收的消息占得最多"):
        case.send("msg_a", keep=True, report="x" * MAX_STATE_BYTES)


def test_a_kept_message_begins_a_boundary_event_when_its_activity_opens():
    definition = read(
        begin(), user("prepare"), user("write"), boundary("stopped", "write", message("msg_a")), user("explain"), end(),
        path("begin", "prepare", "write", "done"), path("stopped", "explain", "done"), messages=["msg_a"],
    )  # fmt: skip
    case = Case(definition).send("msg_a", keep=True).do("prepare")
    assert case.open == ["explain"]


def test_a_message_reaches_a_subprocess_and_a_called_level():
    inner = begin("in") + node("receiveTask", "wait", messageRef="msg_a") + end("out") + path("in", "wait", "out")
    definition = read(
        begin(), SPLIT, node("subProcess", "work", inner), user("write"), throw("tell", message("msg_a")), end(),
        path("begin", "split", "work", "done"), path("split", "write", "tell", "done"), messages=["msg_a"],
    )  # fmt: skip
    assert Case(definition).do("write").last.is_ended


def test_the_payload_of_a_message_is_set_where_it_is_heard():
    wait = node("receiveTask", "wait", many("experts", "expert", collects=("answers", "answer")), messageRef="msg_a")
    definition = read(begin(), wait, end(), path("begin", "wait", "done"), messages=["msg_a"])
    case = Case(definition, experts=[1, 2]).send("msg_a", answer="好")
    assert case.variables == {"experts": [1, 2], "answers": ["好", "好"]}


def test_a_message_event_with_an_operation_asks_for_it():
    event = '<bpmn:messageEventDefinition camunda:type="external" camunda:topic="notify"/>'
    definition = read(begin(), throw("tell", event), end("told", event), path("begin", "tell", "told"))
    case = Case(definition)
    assert [(effect.element_id, effect.operation) for effect in case.effects] == [
        ("tell", "notify"),
        ("told", "notify"),
    ]
