"""The course of a case from its start to its end, with a save and a reload between any two steps."""

from datetime import UTC, datetime

import pytest

from engine.runtime import MessageNotExpected, Passed, TokenNotWaiting, read_tokens
from tests.unit.runtime.runtime_diagrams import (
    Case,
    begin,
    boundary,
    catch,
    end,
    flow,
    message,
    node,
    path,
    read,
    service,
    timer,
    user,
)


@pytest.fixture(scope="module")
def application():
    return read(
        begin(),
        user("fill"),
        boundary("too_late", "fill", timer("P10D")),
        boundary("withdrawn", "fill", message("msg_withdraw")),
        node("exclusiveGateway", "is_complete", default="is_complete__no"),
        user("examine"),
        service("send_receipt", "notify", to="applicant", title="=applicant.name", body="已收件 {number}"),
        end("accepted"),
        end("returned"),
        end("expired"),
        end("cancelled"),
        path("begin", "fill", "is_complete"),
        flow("is_complete", "examine", when="complete = true"),
        flow("is_complete", "returned", name="is_complete__no"),
        path("examine", "send_receipt", "accepted"),
        path("too_late", "expired"),
        path("withdrawn", "cancelled"),
        messages=["msg_withdraw"],
    )


@pytest.fixture
def case(application):
    return Case(application, facts={"applicant": {"name": "广州市"}})


def test_a_new_case_waits_at_the_first_user_task_with_its_events_armed(case):
    assert case.open == ["fill"]
    assert [opened.element_id for opened in case.last.opened] == ["fill"]
    assert case.due() == {"too_late": datetime(2026, 2, 10, 2, 0, tzinfo=UTC)}
    assert not case.last.is_ended


def test_completing_the_tasks_leads_to_the_end_event_over_the_true_condition(case):
    case.do("fill", complete=True)
    assert case.open == ["examine"]
    case.do("examine")
    assert case.last.is_ended
    assert case.last.end_events == ("accepted",)
    assert case.last.tokens == ()


def test_completing_a_task_disarms_its_boundary_timer(case):
    armed = case.token("too_late")
    case.do("fill", complete=True)
    assert case.last.disarmed == (armed,)
    assert case.timers == {}


def test_the_default_flow_is_taken_when_no_condition_holds(case):
    assert case.do("fill", complete=False).last.end_events == ("returned",)


def test_an_unanswered_condition_counts_as_false(case):
    assert case.do("fill").last.end_events == ("returned",)


def test_a_fired_boundary_timer_closes_the_task_and_takes_its_own_way(case):
    task = case.token("fill")
    case.fire("too_late")
    assert case.last.closed == (task,)
    assert case.last.disarmed == ()
    assert case.last.end_events == ("expired",)


def test_a_message_interrupts_the_task_and_its_payload_becomes_variables(case):
    armed = case.token("too_late")
    case.send("msg_withdraw", reason="材料有误")
    assert case.last.end_events == ("cancelled",)
    assert case.last.disarmed == (armed,)
    assert case.variables == {"reason": "材料有误"}


def test_a_service_task_asks_for_its_operation_with_evaluated_parameters(case):
    case.do("fill", complete=True).do("examine")
    (effect,) = case.last.effects
    assert effect.element_id == "send_receipt"
    assert effect.operation == "notify"
    assert effect.parameters == {"to": "applicant", "title": "广州市", "body": "已收件 {number}"}


def test_what_was_passed_is_reported_in_order(case):
    case.do("fill", complete=True)
    assert case.last.passed == (
        Passed(element_id="fill", kind="completed"),
        Passed(element_id="is_complete", kind="reached"),
    )


def test_an_interrupted_task_is_reported_as_cancelled(case):
    case.fire("too_late")
    assert Passed(element_id="fill", kind="cancelled") in case.last.passed
    assert Passed(element_id="too_late", kind="fired") in case.last.passed


def test_a_message_nobody_waits_for_is_refused(case):
    with pytest.raises(MessageNotExpected):
        case.send("msg_unknown")


def test_a_completed_task_cannot_be_completed_again(case):
    token = case.token("fill")
    case.do("fill", complete=True)
    with pytest.raises(TokenNotWaiting):
        case.do_token(token)


def test_a_timer_cannot_be_completed_like_a_task(case):
    with pytest.raises(TokenNotWaiting):
        case.do_token(case.token("too_late"))


def test_token_ids_stay_the_same_after_a_reload(application, case):
    assert read_tokens(application, case.state) == case.last.tokens


def test_the_callers_variables_are_never_changed(case):
    before = case.variables
    case.do("fill", complete=True)
    assert before == {}


@pytest.fixture
def waiting_for_an_answer():
    definition = read(
        begin(),
        node("eventBasedGateway", "what_comes_first"),
        catch("answered", message("msg_answer")),
        catch("reminded", timer("P3D")),
        catch("expired", timer("P10D")),
        end("good"),
        end("reminder"),
        end("bad"),
        path("begin", "what_comes_first", "answered", "good"),
        path("what_comes_first", "reminded", "reminder"),
        path("what_comes_first", "expired", "bad"),
        messages=["msg_answer"],
    )
    return Case(definition)


def test_every_event_behind_an_event_gateway_waits_with_its_own_due_date(waiting_for_an_answer):
    assert waiting_for_an_answer.due() == {
        "reminded": datetime(2026, 2, 3, 2, 0, tzinfo=UTC),
        "expired": datetime(2026, 2, 10, 2, 0, tzinfo=UTC),
    }


def test_the_message_takes_the_other_events_of_the_gateway_back(waiting_for_an_answer):
    timers = {waiting_for_an_answer.token("reminded"), waiting_for_an_answer.token("expired")}
    waiting_for_an_answer.send("msg_answer")
    assert waiting_for_an_answer.ends == ["good"]
    assert set(waiting_for_an_answer.last.disarmed) == timers


@pytest.mark.parametrize(("event", "ending"), [("reminded", "reminder"), ("expired", "bad")])
def test_the_timer_that_fires_decides_the_way_behind_an_event_gateway(waiting_for_an_answer, event, ending):
    assert waiting_for_an_answer.fire(event).ends == [ending]
