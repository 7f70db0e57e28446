"""Multi-instance activities and standard loops."""

import pytest

from engine.errors import ExecutionError
from tests.unit.runtime.runtime_diagrams import Case, begin, boundary, end, many, node, path, read, script, timer, user

EXPERTS = ["甲", "乙", "丙"]


def voting(repetition, *more):
    return read(begin(), user("vote", repetition), end(), user("after"), *more, path("begin", "vote", "after", "done"))


@pytest.fixture
def parallel():
    return Case(voting(many("experts", "expert", collects=("votes", "opinion"))), experts=EXPERTS)


def test_every_item_of_the_collection_opens_a_task(parallel):
    assert parallel.open == ["vote", "vote", "vote"]


def test_results_are_collected_in_the_order_of_the_collection_whoever_is_first(parallel):
    third, second, first = reversed([token.token_id for token in parallel.last.tokens if token.kind == "task"])
    parallel.do_token(third, opinion="c").do_token(first, opinion="a")
    assert parallel.open == ["vote"]
    parallel.do_token(second, opinion="b")
    assert parallel.variables == {"experts": EXPERTS, "votes": ["a", "b", "c"]}
    assert parallel.open == ["after"]


def test_the_item_is_known_inside_the_instance_only():
    definition = voting(
        many("experts", "expert"), boundary("late", "after", timer("duration(expert)"), interrupts=False), end("x"),
        path("late", "x"),
    )  # fmt: skip
    case = Case(definition, experts=["P1D"])
    with pytest.raises(ExecutionError) as caught:
        case.do("vote")
    assert caught.value.element_id == "late"


def test_values_that_are_not_the_result_become_case_variables(parallel):
    parallel.do("vote", opinion="a", note="同意")
    assert parallel.variables == {"experts": EXPERTS, "note": "同意"}


def test_instances_one_after_another_open_one_task_at_a_time():
    case = Case(
        voting(many("experts", "expert", collects=("votes", "opinion"), is_sequential=True)), experts=["甲", "乙"]
    )
    assert case.open == ["vote"]
    assert case.do("vote", opinion=1).open == ["vote"]
    assert case.do("vote", opinion=2).open == ["after"]
    assert case.variables["votes"] == [1, 2]


def test_a_completion_condition_takes_the_other_tasks_back():
    case = Case(voting(many("experts", "expert", until="nrOfCompletedInstances >= 2")), experts=EXPERTS)
    first, second, third = (token.token_id for token in case.last.tokens if token.kind == "task")
    case.do_token(first).do_token(third)
    assert case.last.closed == (second,)
    assert case.open == ["after"]


@pytest.mark.parametrize(
    "until",
    [
        "numberOfCompletedInstances >= 2",
        "numberOfCompletedInstances / numberOfInstances > 0.5",
        "numberOfActiveInstances = 1 and numberOfTerminatedInstances = 0",
        "nrOfActiveInstances = 1",
    ],
)
def test_a_completion_condition_counts_in_the_words_of_bpmn_as_well(until):
    case = Case(voting(many("experts", "expert", until=until)), experts=EXPERTS)
    assert case.do("vote").open == ["vote", "vote"]
    assert case.do("vote").open == ["after"]


def test_an_item_may_be_its_own_result():
    double = node(
        "scriptTask", "double", "<bpmn:script>n = n * 2</bpmn:script>" + many("all", "n", collects=("all", "n"))
    )
    definition = read(begin(), double, user("after"), end(), path("begin", "double", "after", "done"))
    assert Case(definition, all=[1, 2, 3]).variables == {"all": [2, 4, 6]}


def test_an_instance_knows_how_many_there_are():
    inner = begin("i") + script("note", "seen = append(seen, [loopCounter, nrOfCompletedInstances, nrOfInstances])")
    inner += end("o") + path("i", "note", "o") + many(cardinality="2", is_sequential=True)
    case = Case(
        read(begin(), node("subProcess", "each", inner), user("after"), end(), path("begin", "each", "after", "done")),
        seen=[],
    )
    assert case.variables["seen"] == [[0, 0, 2], [1, 1, 2]]


def test_a_completion_condition_may_look_at_the_results_so_far():
    repetition = many("experts", "expert", until='votes[item = "反对"] != []', collects=("votes", "opinion"))
    case = Case(voting(repetition), experts=EXPERTS)
    assert case.do("vote", opinion="同意").open == ["vote", "vote"]
    assert case.do("vote", opinion="反对").open == ["after"]
    assert case.variables["votes"] == ["同意", "反对"]


def test_an_empty_collection_is_passed_at_once():
    case = Case(voting(many("experts", "expert", collects=("votes", "opinion"))), experts=[])
    assert case.open == ["after"]
    assert case.variables["votes"] == []


def test_a_number_of_instances_may_be_computed():
    assert Case(voting(many(cardinality="count(experts)")), experts=EXPERTS).open == ["vote"] * 3


@pytest.mark.parametrize("experts", [None, "甲", 1, {"a": 1}])
def test_something_else_than_a_collection_is_an_error_that_names_the_task(experts):
    with pytest.raises(ExecutionError, match="vote") as caught:
        Case(voting(many("experts", "expert")), experts=experts)
    assert caught.value.element_id == "vote"


@pytest.mark.parametrize("repetition", [many("experts", "expert"), many(cardinality="1000000000")])
def test_too_many_instances_are_refused(repetition):
    with pytest.raises(ExecutionError, match="超过"):
        Case(voting(repetition), experts=[1] * 501)


def test_an_interrupting_timer_takes_the_whole_multi_instance_back():
    definition = voting(
        many("experts", "expert"), boundary("late", "vote", timer("P1D")), end("expired"), path("late", "expired")
    )
    case = Case(definition, experts=EXPERTS).do("vote")
    case.fire("late")
    assert len(case.last.closed) == 2
    assert case.ends == ["expired"]


def test_a_multi_instance_may_follow_a_boundary_event():
    definition = read(
        begin(),
        user("write"),
        boundary("late", "write", timer("P1D")),
        user("vote", many("experts", "expert")),
        end(),
        path("begin", "write", "done"),
        path("late", "vote", "done"),
    )
    case = Case(definition, experts=EXPERTS).fire("late")
    assert case.open == ["vote", "vote", "vote"]
    assert case.do("vote").do("vote").do("vote").last.is_ended


def test_a_subprocess_may_run_once_per_item():
    inner = begin("in") + user("ask") + user("answer") + end("out") + path("in", "ask", "answer", "out")
    definition = read(
        begin(),
        node("subProcess", "hear", inner + many("experts", "expert", collects=("answers", "text"))),
        end(),
        path("begin", "hear", "done"),
    )
    case = Case(definition, experts=["甲", "乙"])
    case.do("ask").do("answer", text="一").do("ask").do("answer", text="二")
    assert case.last.is_ended
    assert case.variables["answers"] == ["一", "二"]


def test_parallel_branches_inside_an_instance_share_what_belongs_to_it():
    inner = (
        begin("in") + node("parallelGateway", "split") + user("ask") + user("look") + node("parallelGateway", "join")
        + end("out") + path("in", "split", "ask", "join", "out") + path("split", "look", "join")
    )  # fmt: skip
    definition = read(
        begin(),
        node("subProcess", "hear", inner + many("experts", "expert", collects=("answers", "text"))),
        end(),
        path("begin", "hear", "done"),
    )
    case = Case(definition, experts=["甲", "乙"]).do("ask", text="一").do("look").do("look").do("ask", text="二")
    assert case.last.is_ended
    assert case.variables["answers"] == ["一", "二"]


def test_an_instance_inside_an_instance_sees_both_items():
    inner = begin("in") + user("vote", many("group.members", "member", collects=("votes", "vote_"))) + end("out")
    inner += path("in", "vote", "out")
    definition = read(
        begin(),
        node("subProcess", "hear", inner + many("groups", "group", collects=("all_votes", "votes"))),
        end(),
        path("begin", "hear", "done"),
    )
    case = Case(definition, groups=[{"members": ["a"]}, {"members": ["b", "c"]}])
    case.do("vote", vote_=1).do("vote", vote_=2).do("vote", vote_=3)
    assert case.variables["all_votes"] == [[1], [2, 3]]
    assert "votes" not in case.variables


def test_withdrawing_a_repeated_subprocess_closes_the_tasks_inside_every_instance():
    inner = begin("in") + user("ask") + end("out") + path("in", "ask", "out")
    definition = read(
        begin(),
        node("subProcess", "hear", inner + many("experts", "expert")),
        boundary("late", "hear", timer("P1D")),
        end(),
        end("expired"),
        path("begin", "hear", "done"),
        path("late", "expired"),
    )
    case = Case(definition, experts=EXPERTS).do("ask").fire("late")
    assert len(case.last.closed) == 2
    assert [passed.element_id for passed in case.last.passed if passed.kind == "cancelled"] == ["ask", "hear"] * 2
    assert case.ends == ["expired"]


LOOP = '<bpmn:standardLoopCharacteristics testBefore="{before}"{maximum}>{condition}</bpmn:standardLoopCharacteristics>'


def looping(condition="", maximum="", before="false"):
    inner = f"<bpmn:loopCondition>{condition}</bpmn:loopCondition>" if condition else ""
    limit = f' loopMaximum="{maximum}"' if maximum else ""
    return voting(LOOP.format(before=before, maximum=limit, condition=inner))


def test_a_loop_repeats_while_its_condition_holds():
    case = Case(looping("more = true"))
    assert case.do("vote", more=True).open == ["vote"]
    assert case.do("vote", more=False).open == ["after"]


def test_a_loop_stops_at_its_maximum():
    case = Case(looping("true", maximum="2"))
    assert case.do("vote").open == ["vote"]
    assert case.do("vote").open == ["after"]


def test_a_loop_may_test_before_the_first_time():
    assert Case(looping("more = true", before="true")).open == ["after"]


def test_loop_counters_begin_with_zero():
    case = Case(looping("loopCounter &lt; 3"))
    assert case.do("vote").do("vote").do("vote").open == ["after"]
