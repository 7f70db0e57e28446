"""What keeps a diagram from running: every fault is found, with its file, element, line and a sentence."""

import pytest

from engine.errors import DefinitionRefused
from engine.runtime import read_definition
from engine.runtime.limits import MAX_FILE_BYTES
from tests.unit.runtime.runtime_diagrams import (
    HEADER,
    begin,
    boundary,
    catch,
    conditional,
    end,
    flow,
    many,
    message,
    node,
    path,
    read,
    script,
    service,
    signal,
    timer,
    user,
    xml,
)

#: A date and a length in one event.
TWO_TIMES = timer("P1D").replace("</bpmn:timer", "<bpmn:timeDate>2026-02-10</bpmn:timeDate></bpmn:timer")


def problems(*body, **options):
    with pytest.raises(DefinitionRefused) as caught:
        read(*body, **options)
    return caught.value.problems


def refusal(*body, **options):
    """The only problem as (element, sentence)."""
    (problem,) = problems(*body, **options)
    return problem.element, problem.message


def straight(step, *more, name="step", **options):
    """Begin, one step, end."""
    return refusal(begin(), step, end(), path("begin", name, "done"), *more, **options)


def file_refusal(content):
    with pytest.raises(DefinitionRefused) as caught:
        read_definition({"process.bpmn": content}, digest="d")
    (problem,) = caught.value.problems
    return problem


def test_every_problem_is_reported_at_once_with_its_place():
    found = problems(
        begin(), user("a"), service("b", ""), end(), path("begin", "a", "b"), flow("b", "done", when="1 +")
    )
    assert {problem.element for problem in found} == {"b", "b__done"}
    assert {problem.file for problem in found} == {"process.bpmn"}
    assert all(problem.line for problem in found)


def test_broken_xml_is_refused_with_its_line():
    problem = file_refusal(b"<a>\n<b>\n</a>")
    assert problem.line == 3
    assert "XML" in problem.message


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "XML"),
        (b"\x00\x01", "XML"),
        (b"<html/>", "BPMN"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "DOCTYPE"),
        (b" " * (MAX_FILE_BYTES + 1), "MB"),
    ],
)
def test_a_file_that_is_no_diagram_is_refused(content, word):
    assert word in file_refusal(content).message


def test_an_entity_bomb_is_refused_and_not_expanded():
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    content = f'<!DOCTYPE a [<!ENTITY e0 "x">{entities}]>{HEADER}&e11;</bpmn:definitions>'.encode()
    assert file_refusal(content).file == "process.bpmn"


def test_a_folder_without_a_diagram_is_refused():
    with pytest.raises(DefinitionRefused, match="没有流程图文件"):
        read_definition({"procedure.yaml": b""}, digest="d")


def test_two_main_diagrams_are_refused():
    with pytest.raises(DefinitionRefused, match="主流程"):
        read_definition({"a.bpmn": xml(), "b.bpmn": xml(process="other")}, digest="d")


def test_a_process_that_is_not_executable_is_refused():
    element, sentence = refusal(begin(), end(), path("begin", "done"), executable="false")
    assert element == "sample"
    assert "可执行" in sentence


def test_two_executable_processes_in_one_file_are_refused():
    content = xml(begin(), end(), path("begin", "done"))
    second = b'<bpmn:process id="second" isExecutable="true"/></bpmn:definitions>'
    assert file_refusal(content.replace(b"</bpmn:definitions>", second)).element == "second"


def test_a_duplicate_id_is_refused():
    found = problems(begin(), user("step"), user("step"), end(), path("begin", "step", "done"))
    assert any("重复" in problem.message and problem.element == "step" for problem in found)


def test_the_same_id_in_two_files_is_refused():
    called = {"called/check.bpmn": xml(begin(), end("out"), path("begin", "out"), process="check")}
    step = node("callActivity", "step", calledElement="check")
    found = problems(begin(), step, end(), path("begin", "step", "done"), called=called)
    assert any("begin" in problem.message and "重复" in problem.message for problem in found)


@pytest.mark.parametrize("name", ["Start", "End", "Root", "a.b", "a b", "step.scope"])
def test_ids_that_collide_with_the_engine_are_refused(name):
    element, sentence = straight(user(name), name=name)
    assert element == name
    assert "不能使用" in sentence


@pytest.mark.parametrize("tag", ["task", "businessRuleTask", "adHocSubProcess", "complexGateway"])
def test_unsupported_elements_are_refused(tag):
    assert straight(node(tag, "step"))[0] == "step"


@pytest.mark.parametrize(
    "event",
    [
        "compensateEventDefinition",
        "cancelEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
    ],
)
def test_unsupported_events_are_refused(event):
    element, sentence = straight(catch("step", f"<bpmn:{event}/>"))
    assert element == "step"
    assert "不支持" in sentence


def test_an_event_that_waits_for_nothing_is_refused():
    assert "等待什么" in straight(catch("step", ""))[1]


def test_an_event_with_two_triggers_is_refused():
    found = problems(
        begin(), catch("step", timer("P1D") + message("m")), end(), path("begin", "step", "done"), messages=["m"]
    )
    assert any("一种触发方式" in problem.message for problem in found)


def test_a_compensation_activity_is_refused():
    assert "补偿" in straight(user("step", isForCompensation="true"))[1]


@pytest.mark.parametrize(
    ("event", "word"),
    [
        ("<bpmn:timerEventDefinition/>", "没有写明时间"),
        (timer(""), "没有写明时间"),
        (timer("P1X"), "时长"),
        (timer("2026-02-30", "timeDate"), "日期"),
        (timer("R3/P1X", "timeCycle"), "时长"),
        (timer("R0/P1D", "timeCycle"), "零次"),
        (timer("1 +"), "FEEL"),
        (timer("-P1D"), "小于零"),
        (timer('duration("-PT1S")'), "小于零"),
        (timer("20260210", "timeDate"), "20260210"),
        (timer("2026/02/10", "timeDate"), "2026/02/10"),
        (timer("P9999Y"), "超出了日历"),
        (timer("9999-12-31T23:59:59Z", "timeDate"), "超出了日历"),
        (TWO_TIMES, "只留一个"),
        (timer("R3/PT0S", "timeCycle"), "大于零"),
        (timer('"R3/PT0S"', "timeCycle"), "大于零"),
        (timer("P1D", "timeCycle"), "重复间隔"),
        (timer("R3/P1D", "timeDuration"), "日期或时间"),
        (timer('date("2026-02-30")', "timeDate"), "日期、时间或时长"),
    ],
)
def test_a_timer_without_a_readable_time_is_refused(event, word):
    element, sentence = straight(catch("step", event))
    assert element == "step"
    assert word in sentence


@pytest.mark.parametrize(
    "feel",
    [
        "().__class__.__mro__",
        "__import__('os').system('id')",
        "a == b",
        "lambda: 1",
        "a and",
        "[x for x in y]",
        "${}",
        "a;b",
    ],
)
def test_a_condition_that_is_not_feel_is_refused(feel):
    found = problems(
        begin(), node("exclusiveGateway", "which", default="which__b"), end("a"), end("b"), path("begin", "which"),
        flow("which", "a", when=feel), flow("which", "b", name="which__b"),
    )  # fmt: skip
    assert {problem.element for problem in found} == {"which__a"}


@pytest.mark.parametrize(
    ("feel", "word"),
    [
        ('execution.getVariable("x") = 1', "execution.getVariable"),
        ("len(items) > 1", "len"),
        ("items[size(item) > 1] != []", "size"),
        ("ok = True", "true"),
        ("ok = None", "null"),
    ],
)
def test_what_would_be_null_in_every_case_is_refused(feel, word):
    gateway = node("exclusiveGateway", "which", default="no")
    ways = flow("which", "done", when=feel, name="yes") + flow("which", "other", name="no")
    element, message = refusal(begin(), gateway, end(), end("other"), path("begin", "which"), ways)
    assert element == "yes"
    assert f"函数“{word}”" in message or f"应写成 {word}" in message


@pytest.mark.parametrize("text", ["import os", "x == 1", "x = 1 +", "print(x)", "x += 1", "for i in y:", ""])
def test_a_script_that_is_not_lines_of_feel_is_refused(text):
    assert straight(script("step", text))[0] == "step"


def test_a_script_has_a_result_variable_with_a_name():
    step = node("scriptTask", "step", "<bpmn:script>1 + 1</bpmn:script>", camunda_resultVariable="two halves")
    assert straight(step)[0] == "step"


def test_a_script_cannot_set_what_the_engine_gives():
    assert "applicant" in straight(script("step", "applicant = 1"))[1]


def test_a_script_of_another_language_is_refused():
    step = node("scriptTask", "step", "<bpmn:script>x = 1</bpmn:script>", scriptFormat="groovy")
    assert "groovy" in straight(step)[1]


@pytest.mark.parametrize("parameters", [{"title": "=1 +"}, {"title": "=  "}, {"body": "您好 {applicant.}"}])
def test_a_parameter_that_is_not_feel_is_refused(parameters):
    assert straight(service("step", "notify", **parameters))[0] == "step"


def test_a_parameter_that_is_a_list_or_a_script_is_refused_by_name():
    inner = (
        '<bpmn:extensionElements><camunda:inputOutput><camunda:inputParameter name="to"><camunda:list>'
        "<camunda:value>a</camunda:value></camunda:list></camunda:inputParameter></camunda:inputOutput>"
        "</bpmn:extensionElements>"
    )
    step = node("serviceTask", "step", inner, camunda_type="external", camunda_topic="notify")
    element, message = straight(step)
    assert (element, "“to”" in message) == ("step", True)


@pytest.mark.parametrize("tag", ["serviceTask", "sendTask"])
def test_a_service_without_an_operation_is_refused(tag):
    step = node(tag, "step", camunda_class="org.example.Code")
    assert "操作" in straight(step)[1]


@pytest.mark.parametrize("extension", ["executionListener", "taskListener"])
def test_listeners_are_refused(extension):
    inner = f"<bpmn:extensionElements><camunda:{extension}/></bpmn:extensionElements>"
    assert "监听器" in straight(user("step", inner))[1]


def test_scripts_around_a_task_are_refused():
    inner = "<bpmn:extensionElements><spiff:preScript>import os</spiff:preScript></bpmn:extensionElements>"
    assert "脚本" in straight(user("step", inner))[1]


def test_a_condition_on_the_flow_out_of_a_task_is_refused():
    found = refusal(begin(), user("step"), end(), path("begin", "step"), flow("step", "done", when="x = 1"))
    assert found[0] == "step__done"


@pytest.mark.parametrize("gateway", ["exclusiveGateway", "inclusiveGateway"])
def test_a_flow_without_condition_that_is_not_the_default_is_refused(gateway):
    found = refusal(
        begin(), node(gateway, "which"), end("a"), end("b"), path("begin", "which", "a"),
        flow("which", "b", when="x = 1"),
    )  # fmt: skip
    assert found[0] == "which__a"


def test_a_condition_on_the_only_flow_of_a_gateway_is_refused():
    found = refusal(
        begin(), node("exclusiveGateway", "which"), end(), path("begin", "which"), flow("which", "done", "x")
    )
    assert found[0] == "which__done"


def test_a_default_flow_of_another_gateway_is_refused():
    found = refusal(
        begin(), node("exclusiveGateway", "which", default="begin__which"), end("a"), end("b"), path("begin", "which"),
        flow("which", "a", when="x = 1"), flow("which", "b", when="x = 2"),
    )  # fmt: skip
    assert found[0] == "which"


def test_a_condition_behind_a_parallel_gateway_is_refused():
    found = refusal(
        begin(), node("parallelGateway", "both"), end("a"), end("b"), path("begin", "both", "a"),
        flow("both", "b", when="x = 1"),
    )  # fmt: skip
    assert found[0] == "both__b"


def test_a_task_behind_an_event_gateway_is_refused():
    found = refusal(
        begin(), node("eventBasedGateway", "first"), user("step"), catch("later", timer("P1D")), end(),
        path("begin", "first", "step", "done"), path("first", "later", "done"),
    )  # fmt: skip
    assert found[0] == "step"


def test_two_equal_flows_are_refused():
    found = refusal(begin(), end(), flow("begin", "done", name="one"), flow("begin", "done", name="two"))
    assert found[0] == "two"


@pytest.mark.parametrize("broken", [flow("step", "nowhere"), flow("nowhere", "step")])
def test_a_flow_to_nowhere_is_refused(broken):
    found = problems(begin(), user("step"), end(), path("begin", "step", "done"), broken)
    assert any("nowhere" in problem.message for problem in found)


def test_a_flow_without_an_id_is_refused():
    found = refusal(begin(), end(), '<bpmn:sequenceFlow sourceRef="begin" targetRef="done"/>')
    assert "编号" in found[1]


def test_a_flow_into_a_subprocess_is_refused():
    inner = begin("in") + user("inside") + end("out") + path("in", "inside", "out")
    step = node("subProcess", "step", inner)
    found = problems(begin(), step, end(), path("begin", "step", "done"), flow("begin", "inside"))
    assert found[0].element == "begin__inside"


def test_a_dead_end_is_refused():
    found = problems(begin(), user("step"), end(), path("begin", "step"))
    assert {problem.element for problem in found} == {"step", "done"}


def test_an_element_nobody_reaches_is_refused():
    found = refusal(begin(), user("lost"), end(), path("begin", "done"), path("lost", "done"))
    assert found[0] == "lost"
    assert "到不了" in found[1]


@pytest.mark.parametrize("count", [0, 2])
def test_a_process_needs_exactly_one_start_event(count):
    starts = [begin(f"begin_{number}") for number in range(count)]
    paths = [path(f"begin_{number}", "step") for number in range(count)]
    found = problems(*starts, user("step"), end(), *paths, path("step", "done"))
    assert any("开始事件" in problem.message for problem in found)


def test_a_loop_without_anybody_in_it_is_refused():
    found = refusal(
        begin(), node("exclusiveGateway", "meet"), script("count", "n = n + 1"),
        node("exclusiveGateway", "more", default="more__no"), end(), path("begin", "meet", "count", "more"),
        flow("more", "meet", when="n < 3"), flow("more", "done", name="more__no"),
    )  # fmt: skip
    assert "count、meet、more" in found[1]


AT_ONCE = ["PT0S", "P0D", 'duration("PT0S")', "2026-02-10", 'date("2026-02-10")']


@pytest.mark.parametrize("text", AT_ONCE)
def test_a_timer_without_length_is_accepted_where_it_does_not_loop(text):
    read(begin(), catch("later", timer(text)), end(), path("begin", "later", "done"))


@pytest.mark.parametrize("text", AT_ONCE)
def test_a_timer_that_is_over_at_once_does_not_hold_up_a_loop(text):
    found = refusal(
        begin(), node("exclusiveGateway", "meet"), catch("later", timer(text)),
        node("exclusiveGateway", "more", default="more__no"), end(), path("begin", "meet", "later", "more"),
        flow("more", "meet", when="again"), flow("more", "done", name="more__no"),
    )  # fmt: skip
    assert found[0] == "later"
    assert "死循环" in found[1]


@pytest.mark.parametrize("interrupts", [True, False])
def test_a_deadline_that_is_over_at_once_and_leads_back_to_its_task_is_refused(interrupts):
    found = refusal(
        begin(), user("write"), boundary("late", "write", timer("PT0S"), interrupts=interrupts),
        script("note", "n = 1"), end(), path("begin", "write", "done"), path("late", "note", "write"),
    )  # fmt: skip
    assert found[0] == "late"
    assert "write" in found[1]


def test_a_task_with_a_deadline_that_is_over_at_once_may_stand_in_a_correction_loop():
    read(
        begin(), user("write"), boundary("at_once", "write", timer("PT0S"), interrupts=False), end("told"),
        node("exclusiveGateway", "is_good", default="is_good__yes"), end(), path("begin", "write", "is_good"),
        path("at_once", "told"), flow("is_good", "write", when="again"), flow("is_good", "done", name="is_good__yes"),
    )  # fmt: skip


def test_a_loop_with_a_task_in_it_is_accepted():
    definition = read(
        begin(), user("step"), node("exclusiveGateway", "more", default="more__no"), end(),
        path("begin", "step", "more"), flow("more", "step", when="again"), flow("more", "done", name="more__no"),
    )  # fmt: skip
    assert definition.variable_names == {"again"}


@pytest.mark.parametrize("host", ["nowhere", "begin", "which"])
def test_a_boundary_event_belongs_to_an_activity(host):
    found = problems(
        begin(), node("exclusiveGateway", "which"), end(), path("begin", "which", "done"),
        boundary("late", host, timer("P1D")), end("out"), path("late", "out"),
    )  # fmt: skip
    assert any(problem.element == "late" for problem in found)


def test_an_error_boundary_belongs_to_what_waits():
    event = '<bpmn:errorEventDefinition errorRef="e"/>'
    more = (boundary("failed", "step", event), end("out"), path("failed", "out"))
    assert straight(script("step", "a = 1"), *more, errors=["e"])[0] == "failed"


@pytest.mark.parametrize("event", [message("unknown"), signal("unknown"), "<bpmn:messageEventDefinition/>"])
def test_an_event_that_refers_to_nothing_is_refused(event):
    assert straight(catch("step", event))[0] == "step"


@pytest.mark.parametrize("called", ["unknown", ""])
def test_a_call_of_an_unknown_process_is_refused(called):
    assert straight(node("callActivity", "step", calledElement=called))[0] == "step"


def test_a_process_that_calls_itself_is_refused():
    assert "调用了自己" in straight(node("callActivity", "step", calledElement="sample"))[1]


@pytest.mark.parametrize(
    "repetition",
    [many(), many("a", cardinality="3"), many("a", collects=("results", "")), "<bpmn:standardLoopCharacteristics/>"],
)
def test_a_repetition_that_does_not_say_how_often_is_refused(repetition):
    assert straight(user("step", repetition))[0] == "step"


def lanes(**members):
    inside = "".join(
        node("lane", lane, "".join(f"<bpmn:flowNodeRef>{name}</bpmn:flowNodeRef>" for name in names))
        for lane, names in members.items()
    )
    return f"<bpmn:laneSet>{inside}</bpmn:laneSet>"


@pytest.mark.parametrize(
    ("members", "element", "word"),
    [
        ({"city": ["begin"]}, "step", "没有放在任何泳道"),
        ({"city": ["step"], "province": ["step"]}, "step", "几个泳道"),
        ({"city": ["step", "ghost"]}, "city", "ghost"),
    ],
)
def test_lanes_say_for_every_task_who_works_on_it(members, element, word):
    found = straight(user("step"), lanes(**members))
    assert found[0] == element
    assert word in found[1]


def test_a_diagram_that_is_too_large_is_refused():
    names = [f"step_{number}" for number in range(2_001)]
    found = refusal(begin(), *(user(name) for name in names), end(), path("begin", *names, "done"))
    assert "过大" in found[1]


def test_a_long_chain_of_tasks_is_read():
    names = [f"step_{number}" for number in range(1_900)]
    definition = read(begin(), *(user(name) for name in names), end(), path("begin", *names, "done"))
    assert len(definition.elements) == 1_902


def test_deeply_nested_subprocesses_are_refused():
    inner = begin("in_0") + end("out_0") + path("in_0", "out_0")
    for depth in range(1, 25):
        inner = begin(f"in_{depth}") + node("subProcess", f"sub_{depth}", inner) + end(f"out_{depth}")
        inner += path(f"in_{depth}", f"sub_{depth}", f"out_{depth}")
    assert "嵌套" in refusal(inner)[1]


@pytest.mark.parametrize("event", [timer("P1D"), signal("s"), conditional("x")])
def test_a_start_event_that_would_never_fire_beside_a_plain_one_is_refused(event):
    element, sentence = refusal(
        begin(), node("startEvent", "other", event), end(), path("begin", "done"), path("other", "done"), signals=["s"]
    )
    assert element == "other"
    assert "永远不会触发" in sentence


def test_a_thrown_message_nobody_waits_for_is_refused_with_advice():
    step = node("intermediateThrowEvent", "step", message("m"))
    assert "服务任务" in straight(step, messages=["m"])[1]


def aside(*starts, name="aside", **attributes):
    paths = "".join(path(start, "aside_out") for start in ("in", "in_2")[: len(starts)])
    return node("subProcess", name, "".join(starts) + end("aside_out") + paths, triggeredByEvent="true", **attributes)


@pytest.mark.parametrize(
    "start",
    [
        begin("in"),
        node("startEvent", "in", '<bpmn:errorEventDefinition errorRef="e"/>', isInterrupting="false"),
        node("startEvent", "in", "<bpmn:compensateEventDefinition/>"),
        node("startEvent", "in", timer("")),
        node("startEvent", "in", conditional("")),
    ],
)
def test_an_event_subprocess_needs_a_trigger_that_can_fire(start):
    found = problems(begin(), user("step"), end(), path("begin", "step", "done"), aside(start), errors=["e"])
    assert {problem.element for problem in found} == {"in"}


def test_an_event_subprocess_has_one_start_event():
    starts = (node("startEvent", "in", timer("P1D")), node("startEvent", "in_2", timer("P2D")))
    found = refusal(begin(), user("step"), end(), path("begin", "step", "done"), aside(*starts))
    assert found[0] == "aside"


def test_flows_to_and_from_an_event_subprocess_are_refused():
    found = problems(begin(), user("step"), end(), path("begin", "step", "done"), path("step", "aside", "done"),
                     aside(node("startEvent", "in", timer("P1D"))))  # fmt: skip
    assert [problem.element for problem in found] == ["aside", "aside"]


def test_a_boundary_event_on_an_event_subprocess_is_refused():
    more = (boundary("late", "aside", timer("P1D")), end("out"), path("late", "out"))
    inner = aside(node("startEvent", "in", timer("P1D")))
    found = refusal(begin(), user("step"), end(), path("begin", "step", "done"), inner, *more)
    assert found[0] == "late"


LINK = '<bpmn:linkEventDefinition name="{}"/>'


@pytest.mark.parametrize(
    ("events", "element"),
    [
        ([node("intermediateThrowEvent", "leap", LINK.format("a"))], "leap"),
        ([node("intermediateThrowEvent", "leap", LINK.format("")), catch("land", LINK.format("a"))], "leap"),
        ([node("intermediateThrowEvent", "leap", LINK.format("a")), catch("land", LINK.format("b"))], "land"),
        (
            [
                node("intermediateThrowEvent", "leap", LINK.format("a")),
                catch("land", LINK.format("a")),
                catch("land_2", LINK.format("a")),
            ],
            "land_2",
        ),
    ],
)
def test_a_link_has_one_end_of_the_same_name(events, element):
    found = problems(begin(), end(), *events, path("begin", "leap"), path("land", "done"))
    assert element in {problem.element for problem in found}


@pytest.mark.parametrize("place", ["process", "subProcess", "transaction"])
def test_a_cancel_end_belongs_to_a_transaction_with_a_cancel_boundary(place):
    cancel = end("stop", "<bpmn:cancelEventDefinition/>")
    if place == "process":
        found = refusal(begin(), cancel, path("begin", "stop"))
    else:
        found = straight(node(place, "step", begin("in") + cancel + path("in", "stop")))
    assert found[0] == "stop"


def test_a_cancel_boundary_on_a_subprocess_is_refused():
    inner = begin("in") + end("out") + path("in", "out")
    more = (boundary("stopped", "step", "<bpmn:cancelEventDefinition/>"), path("stopped", "done"))
    assert straight(node("subProcess", "step", inner), *more)[0] == "stopped"


def test_a_condition_behind_an_event_is_refused():
    found = refusal(begin(), end(), end("other"), flow("begin", "done", when="x = 1"), path("begin", "other"))
    assert found[0] == "begin__done"


def test_a_default_flow_without_any_condition_beside_it_is_refused():
    step = user("step", default="step__a")
    found = refusal(begin(), step, end("a"), end("b"), path("begin", "step", "a"), path("step", "b"))
    assert found[0] == "step"


@pytest.mark.parametrize("mapping", ['source="a"', 'target="b"', 'source="a" target="now"'])
def test_a_mapping_without_source_or_target_is_refused(mapping):
    inner = f"<bpmn:extensionElements><camunda:in {mapping}/></bpmn:extensionElements>"
    called = {"called/check.bpmn": xml(begin("in"), end("out"), path("in", "out"), process="check")}
    assert straight(node("callActivity", "step", inner, calledElement="check"), called=called)[0] == "step"


def test_parameters_of_a_task_that_is_no_service_are_refused():
    inner = (
        '<bpmn:extensionElements><camunda:inputOutput><camunda:inputParameter name="a">1</camunda:inputParameter>'
        "</camunda:inputOutput></bpmn:extensionElements>"
    )
    assert straight(user("step", inner))[0] == "step"


def test_output_parameters_are_refused():
    step = service("step", "notify", title="a").replace("inputParameter", "outputParameter")
    assert straight(step)[0] == "step"


def test_a_called_process_without_a_plain_start_is_refused():
    called = {
        "called/check.bpmn": xml(node("startEvent", "in", timer("P1D")), end("out"), path("in", "out"), process="check")
    }
    assert straight(node("callActivity", "step", calledElement="check"), called=called)[0] == "check"


def test_a_subprocess_that_begins_by_a_trigger_is_refused():
    inner = node("startEvent", "in", timer("P1D")) + end("out") + path("in", "out")
    assert straight(node("subProcess", "step", inner))[0] == "in"


@pytest.mark.parametrize(
    "attributes",
    [
        {"startQuantity": "2"},
        {"completionQuantity": "2"},
        {"isForCompensation": "true"},
    ],
)
def test_attributes_that_other_engines_would_obey_are_refused(attributes):
    assert straight(user("step", **attributes))[0] == "step"
    harmless = {name: "false" if value == "true" else "1" for name, value in attributes.items()}
    assert read(begin(), user("step", **harmless), end(), path("begin", "step", "done")).elements


def test_an_event_gateway_that_waits_for_all_events_is_refused():
    found = refusal(
        begin(), node("eventBasedGateway", "first", eventGatewayType="Parallel"), catch("a", timer("P1D")),
        catch("b", timer("P2D")), end(), path("begin", "first", "a", "done"), path("first", "b", "done"),
    )  # fmt: skip
    assert found[0] == "first"


def test_a_receive_task_that_would_begin_a_case_is_refused():
    step = node("receiveTask", "step", messageRef="m", instantiate="true")
    assert "消息开始事件" in straight(step, messages=["m"])[1]


LISTENER = '<bpmn:extensionElements><camunda:executionListener class="x"/></bpmn:extensionElements>'


def test_listeners_of_a_flow_and_of_the_process_are_refused():
    listening = node("sequenceFlow", "go", LISTENER, sourceRef="begin", targetRef="done")
    assert refusal(begin(), end(), listening)[0] == "go"
    assert refusal(LISTENER, begin(), end(), path("begin", "done"))[0] == "sample"


@pytest.mark.parametrize("extension", ["messagePayload", "messageVariable"])
def test_payload_expressions_of_messages_are_refused(extension):
    inner = f"<bpmn:extensionElements><spiff:{extension}>x</spiff:{extension}></bpmn:extensionElements>"
    step = node("receiveTask", "step", inner, messageRef="m")
    assert straight(step, messages=["m"])[0] == "step"


def test_errors_from_the_outcome_of_an_operation_are_refused():
    inner = "<bpmn:extensionElements><camunda:errorEventDefinition/></bpmn:extensionElements>"
    step = node("serviceTask", "step", inner, camunda_type="external", camunda_topic="notify")
    assert straight(step)[0] == "step"


def test_events_in_the_middle_of_a_multi_instance_are_refused():
    repeated = many(cardinality="2").replace("isSequential", 'behavior="None" isSequential', 1)
    assert straight(user("step", repeated))[0] == "step"


def test_a_message_whose_name_is_an_expression_is_refused():
    assert "固定" in straight(catch("step", message("m${x}")), messages=["m${x}"])[1]


LONG = "x" * 50_000


@pytest.mark.parametrize(
    "body",
    [
        (begin(), user("step"), end(), path("begin", "step"), flow("step", "done", when=f"{LONG} +")),
        (begin(), user("step"), end(), path("begin", "step"), flow("step", "done", when=f'"{LONG}" {LONG}')),
        (begin(), script("step", f"import {LONG}"), end(), path("begin", "step", "done")),
        (begin(), catch("step", timer(f"P{LONG}")), end(), path("begin", "step", "done")),
        (begin(), catch("step", timer(f"P1D{LONG}")), end(), path("begin", "step", "done")),
        (begin(), service("step", "notify", title="{" + LONG + " +}"), end(), path("begin", "step", "done")),
        (begin(), user(LONG), end(), path("begin", LONG, "done")),
        (begin(), user("step", name_=LONG), end(), path("begin", "step")),
        (begin(), node("callActivity", "step", calledElement=LONG), end(), path("begin", "step", "done")),
        (begin(), catch("step", message(LONG)), end(), path("begin", "step", "done")),
        (begin(), catch("step", f'<bpmn:linkEventDefinition name="{LONG}"/>'), end(), path("begin", "step", "done")),
        (begin(), user("step"), end(), flow("begin", LONG), path("step", "done")),
        (
            begin(),
            node("scriptTask", "step", "<bpmn:script/>", scriptFormat=LONG),
            end(),
            path("begin", "step", "done"),
        ),
        (begin(), user("step", default_=LONG), end(), path("begin", "step", "done")),
        (begin(), user("step", many(f"[{LONG}")), end(), path("begin", "step", "done")),
    ],
)
def test_a_sentence_repeats_only_the_beginning_of_a_long_text(body):
    found = problems(*body)
    assert max(len(str(problem)) for problem in found) < 700
    assert any("x…" in str(problem) for problem in found)
