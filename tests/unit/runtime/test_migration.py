"""A running case goes on in another version of its diagram; every edit of an owner that was tried in the laboratory."""

from datetime import timedelta

import pytest

from engine.runtime import MigrationRefused, StateDamaged, preview_migration
from tests.unit.runtime.runtime_diagrams import (
    MORNING,
    Case,
    aside,
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
    timer,
    user,
    xml,
)

DOCUMENTED = "<bpmn:documentation>新的说明</bpmn:documentation>"
EXTENDED = (
    '<bpmn:extensionElements><camunda:properties><camunda:property name="a" value="b"/></camunda:properties>'
    "</bpmn:extensionElements>"
)


def chain(*steps, more=(), digest="d1", **nodes):
    """A chain of tasks; `nodes` takes the place of the task of that name."""
    body = "".join(nodes.get(name, user(name)) for name in steps)
    return read(begin(), body, end(), path("begin", *steps, "done"), *more, digest=digest, messages=["msg_a", "msg_b"])


def at_check(*more, **nodes):
    """A case of three tasks that waits at the second one."""
    return Case(chain("write", "check", "decide", more=more, **nodes), now=MORNING).do("write", title="名城")


def new(*steps, more=(), **nodes):
    return chain(*steps, more=more, digest="d2", **nodes)


def goes_on(case, definition, *steps, **element_map):
    """Migrate, look at the open token, and complete the case in the new version."""
    token = case.last.tokens[0].token_id
    case.later(days=1).migrate(definition, **element_map)
    assert case.last.tokens[0].token_id == token
    assert case.last.opened == ()
    assert case.last.closed == ()
    assert case.variables == {"title": "名城"}
    for step in steps:
        case.do(step)
    assert case.last.is_ended
    return case


EDITS = {
    "the label of an open task": (
        new("write", "check", "decide", check=user("check", name_="审查")),
        ["check", "decide"],
    ),
    "the label of a finished task": (
        new("write", "check", "decide", write=user("write", name_="填")),
        ["check", "decide"],
    ),
    "the documentation of an open task": (
        new("write", "check", "decide", check=user("check", DOCUMENTED)),
        ["check", "decide"],
    ),
    "an extension of an open task": (
        new("write", "check", "decide", check=user("check", EXTENDED)),
        ["check", "decide"],
    ),
    "an extension of a finished task": (
        new("write", "check", "decide", write=user("write", EXTENDED)),
        ["check", "decide"],
    ),
    "the type of an open task": (
        new("write", "check", "decide", check=node("manualTask", "check")),
        ["check", "decide"],
    ),
    "a gateway behind an open task": (
        new("write", "check", "which", "decide", which=node("exclusiveGateway", "which")),
        ["check", "decide"],
    ),
    "a task added behind an open task": (new("write", "check", "sign", "decide"), ["check", "sign", "decide"]),
    "a task added before an open task": (new("write", "sign", "check", "decide"), ["check", "decide"]),
    "a future task removed": (new("write", "check"), ["check"]),
    "a finished task removed": (new("check", "decide"), ["check", "decide"]),
    "a finished task renamed": (new("draft", "check", "decide"), ["check", "decide"]),
}


@pytest.mark.parametrize(("definition", "steps"), EDITS.values(), ids=EDITS)
def test_an_edit_away_from_the_open_token_is_followed(definition, steps):
    case = at_check()
    preview = preview_migration(case.definition, definition, case.state)
    assert preview.mapped == (("check", "check"),)
    assert preview.refused == ()
    goes_on(case, definition, *steps)


def test_an_open_task_that_vanished_is_refused_by_name():
    case, definition = at_check(), new("write", "decide")
    (refusal,) = preview_migration(case.definition, definition, case.state).refused
    assert refusal[0] == "check"
    assert "没有它" in refusal[1]
    with pytest.raises(MigrationRefused) as caught:
        case.migrate(definition)
    assert caught.value.element_id == "check"
    assert caught.value.refused == (refusal,)


def test_an_open_task_that_vanished_goes_on_where_the_map_says():
    goes_on(at_check(), new("write", "decide"), "decide", check="decide")


def test_an_open_task_that_was_renamed_needs_the_map():
    case, definition = at_check(), new("write", "examine", "decide")
    with pytest.raises(MigrationRefused):
        Case.migrate(at_check(), definition)
    goes_on(case, definition, "examine", "decide", check="examine")


def late(days=2, interrupts=True, name="late"):
    return (
        boundary(name, "check", timer(f"P{days}D"), interrupts=interrupts),
        end(f"{name}_end"),
        path(name, f"{name}_end"),
    )


def test_a_boundary_timer_added_to_an_open_task_is_armed():
    case = at_check().later(days=1).migrate(new("write", "check", "decide", more=late()))
    assert case.due() == {"late": MORNING + timedelta(days=3)}
    assert [armed.element_id for armed in case.last.armed] == ["late"]
    assert case.open == ["check"]
    assert case.fire("late").ends == ["late_end"]


def test_a_boundary_timer_removed_from_an_open_task_is_disarmed():
    case = at_check(*late())
    token = case.token("late")
    preview = preview_migration(case.definition, new("write", "check", "decide"), case.state)
    assert preview.withdrawn == ("late",)
    case.migrate(new("write", "check", "decide"))
    assert case.last.disarmed == (token,)
    assert case.due() == {}
    assert case.do("check").do("decide").last.is_ended


def test_a_boundary_timer_that_changed_keeps_its_token_and_its_due_instant():
    case = at_check(*late())
    token = case.token("late")
    case.later(days=1).migrate(new("write", "check", "decide", more=late(9)))
    assert case.last.armed == ()
    assert case.token("late") == token
    assert case.due() == {"late": MORNING + timedelta(days=2)}
    assert case.do("check").last.disarmed == (token,)


def test_a_timer_beside_another_one_is_added_and_the_other_one_stays():
    case = at_check(*late())
    token = case.token("late")
    case.migrate(new("write", "check", "decide", more=late() + late(1, interrupts=False, name="reminder")))
    assert case.token("late") == token
    assert sorted(case.due()) == ["late", "reminder"]
    assert sorted(case.fire("reminder").waiting) == ["check", "late"]


def test_a_reminder_that_has_fired_does_not_come_again():
    reminder = late(1, interrupts=False, name="reminder")
    case = at_check(*reminder).fire("reminder").migrate(new("write", "check", "decide", more=reminder))
    assert case.due() == {}


def test_a_boundary_event_of_another_kind_waits_anew():
    case = at_check(*late())
    token = case.token("late")
    asked = (boundary("late", "check", message("msg_a")), end("late_end"), path("late", "late_end"))
    case.migrate(new("write", "check", "decide", more=asked))
    assert case.last.disarmed == (token,)
    assert [waiting.kind for waiting in case.last.tokens if waiting.element_id == "late"] == ["message"]
    assert case.send("msg_a").ends == ["late_end"]


def parallel(*branches, digest="d1", ends="join"):
    body = "".join(user(name) for name in branches)
    paths = "".join(path("split", name, ends) for name in branches)
    return read(begin(), user("write"), node("parallelGateway", "split"), body, node("parallelGateway", "join"),
                user("after"), end(), path("begin", "write", "split"), paths, path("join", "after", "done"),
                digest=digest)  # fmt: skip


def test_a_parallel_branch_added_before_the_split_is_opened_with_it():
    case = Case(parallel("a", "b")).migrate(parallel("a", "b", "c", digest="d2")).do("write")
    assert sorted(case.open) == ["a", "b", "c"]
    assert case.do("a").do("b").do("c").open == ["after"]


@pytest.mark.parametrize("done", [[], ["a"]])
def test_a_parallel_branch_added_while_inside_is_refused(done):
    case = Case(parallel("a", "b")).do("write")
    for step in done:
        case.do(step)
    (refusal,) = preview_migration(case.definition, parallel("a", "b", "c", digest="d2"), case.state).refused
    assert refusal[0] == "join"


@pytest.mark.parametrize("done", [[], ["a"], ["b"]])
def test_a_parallel_branch_removed_while_inside_is_refused(done):
    case = Case(parallel("a", "b", "c")).do("write")
    for step in done:
        case.do(step)
    assert preview_migration(case.definition, parallel("a", "b", digest="d2"), case.state).refused


def test_a_task_added_inside_a_branch_is_followed_while_nobody_waits_at_the_join():
    longer = read(begin(), user("write"), node("parallelGateway", "split"), user("a"), user("a2"), user("b"),
                  node("parallelGateway", "join"), user("after"), end(), path("begin", "write", "split", "a", "a2",
                  "join"),
                  path("split", "b", "join", "after", "done"), digest="d2")  # fmt: skip
    case = Case(parallel("a", "b")).do("write")
    waiting = Case(parallel("a", "b")).do("write").do("a")
    case.migrate(longer).do("b").do("a")
    assert case.open == ["a2"]
    assert case.do("a2").open == ["after"]
    with pytest.raises(MigrationRefused, match="进入分支"):
        waiting.migrate(longer)


def test_arrivals_at_a_join_survive_and_a_renamed_branch_is_known_by_the_map():
    case = Case(parallel("a", "b")).do("write").do("a")
    case.migrate(parallel("x", "b", digest="d2"), a="x")
    assert sorted(case.waiting) == ["b", "join"]
    assert case.do("b").open == ["after"]


def test_a_new_join_for_branches_that_never_began_is_refused():
    merged = read(begin(), user("write"), node("exclusiveGateway", "split", default="split__b"), user("a"), user("b"),
                  node("exclusiveGateway", "join"), user("after"), end(), path("begin", "write", "split"),
                  flow("split", "a", when="x"), flow("split", "b", name="split__b"), path("a", "join"),
                  path("b", "join", "after", "done"))  # fmt: skip
    case = Case(merged).do("write", x=True)
    assert [
        element for element, _ in preview_migration(merged, parallel("a", "b", digest="d2"), case.state).refused
    ] == ["join"]


def nested(*steps, before=(), after=("after",), digest="d1", more="", name="work"):
    inner = begin("in") + "".join(user(step) for step in steps) + end("out") + path("in", *steps, "out") + more
    outer = "".join(user(step) for step in (*before, *after))
    return read(begin(), node("subProcess", name, inner), outer, end(), path("begin", *before, name, *after, "done"),
                digest=digest, messages=["msg_a"])  # fmt: skip


def test_an_edit_inside_an_open_subprocess_is_followed():
    case = Case(nested("step")).migrate(nested("step", "second", digest="d2"))
    assert case.do("step").open == ["second"]
    assert case.do("second").do("after").last.is_ended


def test_an_edit_behind_an_open_subprocess_is_followed():
    case = Case(nested("step")).migrate(nested("step", after=("sign", "after"), digest="d2")).do("step")
    assert case.open == ["sign"]


def test_a_renamed_subprocess_goes_on_by_the_map():
    case = Case(nested("step"))
    with pytest.raises(MigrationRefused):
        Case(nested("step")).migrate(nested("step", digest="d2", name="job"))
    assert case.migrate(nested("step", digest="d2", name="job"), work="job").waiting == ["job", "step"]
    assert case.do("step").open == ["after"]


def test_an_open_task_moved_into_a_subprocess_is_refused():
    case = Case(chain("step", "after"))
    (refusal,) = preview_migration(case.definition, nested("step", digest="d2"), case.state).refused
    assert refusal[0] == "step"


def test_a_timer_added_around_an_open_subprocess_closes_it():
    definition = nested("step", digest="d2")
    timed = read(begin(), node("subProcess", "work", begin("in") + user("step") + end("out") + path("in", "step",
                 "out")),
                 boundary("late", "work", timer("P1D")), user("after"), end(), path("begin", "work", "after", "done"),
                 path("late", "done"), digest="d2")  # fmt: skip
    case = Case(nested("step")).migrate(timed)
    step = case.token("step")
    assert case.fire("late").last.closed == (step,)
    assert definition.digest == timed.digest


ASIDE = aside("help", message("msg_a"), user("explain") + end("told") + path("asked", "explain", "told"))


def test_an_event_subprocess_added_to_an_open_level_waits():
    case = Case(nested("step")).migrate(nested("step", digest="d2", more=ASIDE))
    assert case.waiting == ["work", "step", "asked"]
    assert case.send("msg_a").open == ["explain"]
    assert case.do("explain").open == ["after"]


def test_an_event_subprocess_removed_from_an_open_level_waits_no_more():
    case = Case(nested("step", more=ASIDE)).migrate(nested("step", digest="d2"))
    assert case.waiting == ["work", "step"]


def test_an_event_subprocess_that_interrupted_is_not_asked_again():
    case = Case(nested("step", more=ASIDE)).send("msg_a").migrate(nested("step", digest="d2", more=ASIDE))
    assert case.waiting == ["work", "help", "explain"]
    assert case.do("explain").open == ["after"]


def votes(*after, digest="d1", **options):
    return read(begin(), user("vote", many("experts", "expert", collects=("scores", "score"), **options)),
                *map(user, after),
                end(), path("begin", "vote", *after, "done"), digest=digest)  # fmt: skip


@pytest.mark.parametrize("is_sequential", [True, False])
def test_results_of_a_running_multi_instance_are_kept_and_a_task_behind_it_opens(is_sequential):
    case = Case(votes(is_sequential=is_sequential), experts=[1, 2, 3]).do("vote", score=5)
    case.migrate(votes("decide", digest="d2", is_sequential=is_sequential))
    assert case.do("vote", score=6).do("vote", score=7).open == ["decide"]
    assert case.variables["scores"] == [5, 6, 7]


def test_a_multi_instance_that_changes_its_way_is_refused():
    case = Case(votes(), experts=[1, 2]).do("vote", score=5)
    (refusal,) = set(preview_migration(case.definition, votes(digest="d2", is_sequential=True), case.state).refused)
    assert refusal[0] == "vote"


def test_an_open_task_that_becomes_a_multi_instance_is_refused():
    case = Case(chain("vote", "after"), experts=[1])
    assert preview_migration(case.definition, votes("after", digest="d2"), case.state).refused


def choices(*events, digest="d1", gateway="eventBasedGateway"):
    body = "".join(catch(name, event) + path("which", name, "done") for name, event in events)
    return read(begin(), node(gateway, "which"), body, end(), path("begin", "which"), digest=digest,
                messages=["msg_a", "msg_b"])  # fmt: skip


A, B, C = ("heard", message("msg_a")), ("late", timer("P1D")), ("other", message("msg_b"))


def test_a_choice_added_behind_an_event_gateway_waits_and_the_first_takes_the_others_back():
    case = Case(choices(A, B)).migrate(choices(A, B, C, digest="d2"))
    assert sorted(case.waiting) == ["heard", "late", "other"]
    assert case.send("msg_b").waiting == []


def test_a_choice_removed_behind_an_event_gateway_is_refused():
    case = Case(choices(A, B, C))
    (refusal,) = preview_migration(case.definition, choices(A, B, digest="d2"), case.state).refused
    assert refusal[0] == "other"


def test_an_event_gateway_that_is_another_gateway_now_is_refused():
    case = Case(choices(A, B))
    refused = preview_migration(
        case.definition, choices(A, B, digest="d2", gateway="parallelGateway"), case.state
    ).refused
    assert {element for element, _ in refused} == {"heard", "late"}


def test_kept_messages_go_along_when_somebody_may_still_wait_for_them():
    def waiting(name, digest):
        return read(begin(), user("step"), catch("heard", message(name)), end(), path("begin", "step", "heard", "done"),
                    digest=digest, messages=["msg_a", "msg_b"])  # fmt: skip

    case = Case(waiting("msg_a", "d1")).send("msg_a", keep=True)
    assert case.migrate(waiting("msg_a", "d2")).do("step").last.is_ended
    lost = Case(waiting("msg_a", "d1")).send("msg_a", keep=True).migrate(waiting("msg_b", "d2"))
    assert lost.last.kept_messages == ()


def test_another_called_process_with_the_same_open_task_goes_on():
    def calling(process, digest, *steps):
        inner = xml(begin("in"), *map(user, steps), end("out"), path("in", *steps, "out"), process=process)
        call = node("callActivity", "call", calledElement=process)
        return read(begin(), call, end(), path("begin", "call", "done"), digest=digest, called={"c/p.bpmn": inner})

    case = Case(calling("check", "d1", "look")).migrate(calling("check_2026", "d2", "look", "sign"))
    assert case.waiting == ["call", "look"]
    assert case.do("look").do("sign").last.is_ended


@pytest.mark.parametrize(
    ("element_map", "word"),
    [({"ghost": "check"}, "旧版"), ({"check": "ghost"}, "新版"), ({"check": "decide", "decide": "decide"}, "几步")],
)
def test_a_faulty_map_is_refused(element_map, word):
    case = at_check()
    definition = new("write", "check", "decide")
    refused = preview_migration(case.definition, definition, case.state, element_map).refused
    assert any(word in reason for _, reason in refused)


def test_only_a_state_of_the_old_version_can_be_migrated():
    case, definition = at_check(), new("write", "check", "decide")
    with pytest.raises(StateDamaged):
        preview_migration(definition, case.definition, case.state)


def test_a_case_that_has_ended_goes_along():
    case = at_check().do("check").do("decide").migrate(new("write", "check", "decide"))
    assert case.last.is_ended
