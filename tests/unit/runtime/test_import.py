"""Drawings of workshops and of other products, made executable with a report of everything that was assumed."""

import pytest
from lxml import etree

from engine.errors import DefinitionRefused
from engine.runtime import import_diagram, read_definition
from tests.unit.runtime.runtime_diagrams import (
    Case,
    begin,
    boundary,
    catch,
    conditional,
    end,
    error,
    escalation,
    flow,
    link,
    many,
    message,
    node,
    path,
    script,
    service,
    throw,
    timer,
    user,
    xml,
)


def drawn(*body, executable="false", **options):
    return import_diagram(xml(*body, executable=executable, **options))


def said(imported, element_id=""):
    return [one.sentence for one in imported.report if one.element_id == element_id]


def run(imported, **variables):
    return Case(read_definition({"process.bpmn": imported.bpmn}, digest="d"), **variables)


def straight(step, *more, name="step", **options):
    return drawn(begin(), step, end(), path("begin", name, "done"), *more, **options)


def extended(inner):
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


def test_a_diagram_that_runs_already_stays_as_it_is():
    imported = import_diagram(xml(begin(), user("write"), end(), path("begin", "write", "done")))
    assert imported.report == ()
    assert (imported.is_executable, imported.process_id) == (True, "sample")
    assert run(imported).open == ["write"]


def test_a_drawing_that_is_not_marked_executable_becomes_so():
    imported = straight(node("task", "step", name_="审查"))
    assert said(imported, "sample") == ["图上没有标为可执行，已标为可执行。"]
    assert said(imported, "step") == ["没有写明任务类型，按用户任务处理。"]
    assert run(imported).open == ["step"]


def test_an_assumption_is_one_line_that_names_the_element():
    imported = straight(node("task", "step", name_="审查"))
    assert "[step 审查] 没有写明任务类型，按用户任务处理。" in [str(one) for one in imported.report]


@pytest.mark.parametrize(
    ("step", "word"),
    [
        (node("serviceTask", "step"), "没有写明要执行的操作"),
        (node("serviceTask", "step", camunda_class="org.example.Code"), "org.example.Code"),
        (node("sendTask", "step"), "没有写明要执行的操作"),
        (node("scriptTask", "step", "<bpmn:script>x = 1;</bpmn:script>", scriptFormat="groovy"), "脚本"),
        (node("businessRuleTask", "step"), "没有写明要问的决策"),
        (node("callActivity", "step", calledElement="elsewhere"), "elsewhere"),
        (node("callActivity", "step"), "没有写明调用哪个流程"),
        (node("subProcess", "step"), "没有画内容"),
    ],
)
def test_what_has_nothing_to_run_becomes_a_task_of_a_person(step, word):
    imported = straight(step)
    assert word in said(imported, "step")[0]
    assert "用户任务" in said(imported, "step")[0]
    assert run(imported).open == ["step"]


def test_the_text_of_a_foreign_script_is_kept_in_the_explanation():
    imported = straight(node("scriptTask", "step", "<bpmn:script>total += 1</bpmn:script>", scriptFormat="python"))
    definition = read_definition({"process.bpmn": imported.bpmn}, digest="d")
    assert "total += 1" in definition.elements["step"].documentation


def test_what_can_run_is_left_alone():
    imported = drawn(
        begin(), script("count", "n = 1"), service("tell", "notify", title="t"), end(),
        path("begin", "count", "tell", "done"), executable="true",
    )  # fmt: skip
    assert said(imported, "count") == []
    assert "notify" in said(imported, "tell")[0]
    assert [effect.operation for effect in run(imported).effects] == ["notify"]


def test_a_decision_is_kept_and_its_file_is_still_wanted():
    imported = straight(node("businessRuleTask", "step", camunda_decisionRef="rate"), executable="true")
    assert not imported.is_executable
    assert said(imported, "step") == [
        "决策“rate”的文件要放进 decisions/。",
        "仍需修改：决策“rate”不在事项文件夹的 decisions/ 中。",
    ]


def choosing(gateway, *flows, **attributes):
    return drawn(
        begin(), user("write"), node(gateway, "which", **attributes), end("a"), end("b"), path("begin", "write"),
        path("write", "which"), *flows, executable="true",
    )  # fmt: skip


@pytest.mark.parametrize(("answer", "reached"), [("同意", "a"), ("不同意", "b"), (None, "b")])
def test_an_exclusive_gateway_without_conditions_asks_a_variable(answer, reached):
    flows = [flow("which", "a", name="f1").replace("<bpmn:sequenceFlow", '<bpmn:sequenceFlow name="同意"')]
    imported = choosing("exclusiveGateway", *flows, flow("which", "b"))
    assert "没有默认出线" in said(imported, "which")[0]
    assert "变量 which" in said(imported, "which")[1]
    assert run(imported).do("write", which=answer).ends == [reached]


@pytest.mark.parametrize(
    ("name", "variable"),
    [("是否同意", "是否同意"), ("sid-1-2", "choice_sid_1_2"), ("some", "choice_some"), ("_7f-a", "choice_7f_a")],
)
def test_the_variable_a_gateway_asks_is_one_word_of_feel(name, variable):
    imported = drawn(
        begin(), user("write"), node("exclusiveGateway", name), end("a"), end("b"), path("begin", "write", name),
        flow(name, "a"), flow(name, "b"),
    )  # fmt: skip
    assert run(imported).do("write", **{variable: "a"}).ends == ["a"]


def test_a_flow_called_otherwise_becomes_the_default():
    other = flow("which", "a", name="f1").replace("<bpmn:sequenceFlow", '<bpmn:sequenceFlow name="否则"')
    imported = choosing("exclusiveGateway", other, flow("which", "b"))
    assert run(imported).do("write").ends == ["a"]


def test_an_inclusive_gateway_without_conditions_asks_for_several_answers():
    imported = choosing("inclusiveGateway", flow("which", "a"), flow("which", "b"), default_="which__b")
    assert run(imported).do("write", which=["a"]).ends == ["a"]
    assert run(imported).do("write").ends == ["b"]


def test_the_only_flow_without_a_condition_becomes_the_default():
    imported = choosing("exclusiveGateway", flow("which", "a", when="x > 1"), flow("which", "b"))
    assert said(imported, "which") == ["没有默认出线，以“b”为默认。"]
    assert run(imported).do("write", x=2).ends == ["a"]


@pytest.mark.parametrize(
    ("condition", "feel"),
    [
        ("${decision == 'agree'}", 'decision = "agree"'),
        ("${amount > 10 && !rejected}", "amount > 10 and not(rejected)"),
        ("#{a eq 1 or b != 2}", "a = 1 or b != 2"),
        ('${a === "x == y"}', 'a = "x == y"'),
        ("not(bpmn:getDataObject('approved'))", "not(approved)"),
        ("bpmn:getDataObject('clarified') = 'yes'", 'clarified = "yes"'),
    ],
)
def test_a_plain_condition_of_another_engine_is_rewritten(condition, feel):
    imported = choosing("exclusiveGateway", flow("which", "a", when=condition), flow("which", "b"))
    assert f"改写为 FEEL：“{feel}”" in said(imported, "which__a")[0]
    definition = read_definition({"process.bpmn": imported.bpmn}, digest="d")
    assert definition.elements["which"].default_flow == "which__b"


def test_a_condition_that_cannot_be_rewritten_becomes_a_question():
    imported = choosing("exclusiveGateway", flow("which", "a", when="${bean.check(x)[0]->y}"), flow("which", "b"))
    assert "bean.check" in said(imported, "which__a")[0]
    assert run(imported).do("write", which="a").ends == ["a"]


@pytest.mark.parametrize("gateway", ["parallelGateway", "exclusiveGateway"])
def test_a_condition_that_chooses_nothing_is_taken_away(gateway):
    imported = drawn(
        begin(), node(gateway, "which"), user("step"), end(), path("begin", "which"),
        flow("which", "step", when="x = 1"), path("step", "done"), executable="true",
    )  # fmt: skip
    assert "x = 1" in said(imported, "which__step")[0]
    assert run(imported).open == ["step"]


def test_a_default_flow_of_a_task_makes_its_other_flows_ask():
    imported = drawn(
        begin(), user("write", default_="write__b"), end("a"), end("b"), path("begin", "write"), flow("write", "a"),
        flow("write", "b"), executable="true",
    )  # fmt: skip
    assert run(imported).do("write", write=["a"]).ends == ["a"]
    assert run(imported).do("write").ends == ["b"]


def test_a_missing_start_and_missing_ends_are_added():
    imported = drawn(node("task", "write"), node("task", "check"), node("task", "tell"), path("write", "check"))
    assert "“write”、“tell”" in said(imported, "case_begins")[0]
    assert "“check”、“tell”" in said(imported, "case_ends")[0]
    case = run(imported)
    assert sorted(case.open) == ["tell", "write"]
    assert case.do("write").do("check").do("tell").ends == ["case_ends", "case_ends"]


def test_a_subprocess_gets_its_own_start_and_end():
    imported = straight(node("subProcess", "step", node("task", "inside")))
    assert run(imported).do("inside").last.is_ended


def test_several_plain_starts_become_a_choice_of_the_one_who_begins():
    imported = drawn(
        begin(), begin("on_paper"), user("a"), user("b"), end(), path("begin", "a", "done"),
        path("on_paper", "b", "done"),
    )  # fmt: skip
    assert run(imported).open == ["a"]
    assert run(imported, how_it_begins="on_paper").open == ["b"]


def test_a_start_that_would_never_fire_becomes_a_choice_as_well():
    imported = drawn(
        begin(), node("startEvent", "yearly", timer("R/P1Y", "timeCycle")), user("a"), user("b"), end(),
        path("begin", "a", "done"), path("yearly", "b", "done"),
    )  # fmt: skip
    assert run(imported, how_it_begins="yearly").open == ["b"]


@pytest.mark.parametrize("event", [timer(""), conditional(""), timer("7 天以后")])
def test_a_start_that_says_no_time_or_condition_is_begun_by_hand(event):
    imported = drawn(node("startEvent", "begin", event), user("step"), end(), path("begin", "step", "done"))
    assert "改为由人发起" in said(imported, "begin")[0]
    assert run(imported).open == ["step"]


@pytest.mark.parametrize(
    ("event", "word"),
    [
        (timer(""), "没有写明时间"),
        (timer("7 days"), "7 days"),
        (timer("-P1D"), "-P1D"),
        (conditional(""), "没有写明条件"),
        (conditional("${a->b}"), "a->b"),
        ("", "没有写明等待什么"),
    ],
)
@pytest.mark.parametrize("interrupts", [True, False])
def test_an_event_that_does_not_say_what_it_waits_for_waits_for_a_message(event, word, interrupts):
    imported = drawn(
        begin(), user("write"), boundary("late", "write", event, interrupts=interrupts), user("remind"), end(),
        path("begin", "write", "done"), path("late", "remind", "done"), executable="true",
    )  # fmt: skip
    assert word in said(imported, "late")[0]
    assert run(imported).send("msg_late").open[-1] == "remind"


def test_a_time_that_is_a_single_word_is_read_as_a_variable_and_reported():
    imported = straight(catch("step", timer("七天")))
    assert "按变量读取" in said(imported, "step")[0]
    assert imported.is_executable


def test_events_without_a_message_get_one_of_their_own():
    imported = straight(catch("step", "<bpmn:messageEventDefinition/>"))
    assert "msg_step" in said(imported, "step")[0]
    assert run(imported).send("msg_step").last.is_ended


def test_a_message_that_nobody_in_the_process_hears_is_not_thrown():
    imported = straight(throw("step", message("msg_out")), messages=["msg_out"])
    assert "msg_out" in said(imported, "step")[0]
    assert run(imported).last.is_ended


def test_a_message_to_another_step_is_still_thrown():
    imported = drawn(
        begin(), node("parallelGateway", "split"), user("write"), throw("tell", message("msg")),
        catch("heard", message("msg")), end(), path("begin", "split", "write", "tell", "done"),
        path("split", "heard", "done"), messages=["msg"], executable="true",
    )  # fmt: skip
    assert imported.report == ()


def test_an_event_that_waits_for_nothing_is_a_milestone():
    assert run(straight(catch("step", ""))).last.is_ended


def test_a_link_without_a_name_takes_that_of_its_event():
    there, back = (
        node("intermediateThrowEvent", "leap", link(""), name_="A"),
        node("intermediateCatchEvent", "land", link(""), name_="A"),
    )
    imported = drawn(begin(), there, back, user("step"), end(), path("begin", "leap"), path("land", "step", "done"))
    assert run(imported).open == ["step"]


@pytest.mark.parametrize("event", [escalation("esc"), error("err")])
def test_a_boundary_event_that_could_never_fire_waits_for_a_message(event):
    imported = drawn(
        begin(), service("work", "notify"), user("next"), boundary("caught", "next", escalation("esc")),
        boundary("failed", "work", event), end(), path("begin", "work", "next", "done"), path("caught", "done"),
        path("failed", "done"), errors=["err"], escalations=["esc"],
    )  # fmt: skip
    assert "永远不会触发" in said(imported, "caught")[0]
    assert "永远不会触发" in said(imported, "failed")[0]
    assert imported.is_executable


def test_an_error_that_nobody_handles_ends_the_case():
    whole = drawn(begin(), user("step"), end("done", error("err")), path("begin", "step", "done"), errors=["err"])
    assert "改为终止结束" in said(whole, "done")[0]
    assert run(whole).do("step").ends == ["done"]


@pytest.mark.parametrize(
    "repeated",
    [
        "<bpmn:multiInstanceLoopCharacteristics/>",
        '<bpmn:multiInstanceLoopCharacteristics isSequential="true"/>',
        '<bpmn:standardLoopCharacteristics testBefore="false"/>',
        many("[1,"),
    ],
)
def test_a_repetition_that_does_not_say_how_often_happens_once(repeated):
    imported = straight(user("step", repeated))
    assert "只办一次" in said(imported, "step")[0]
    assert run(imported).do("step").last.is_ended


def test_a_list_of_the_drawing_becomes_a_variable():
    data = '<bpmn:dataObjectReference id="DataRef_1" name="offices"/>'
    imported = straight(user("step", many("DataRef_1", "office")), data)
    assert "变量 offices" in said(imported, "step")[0]
    assert run(imported, offices=["甲", "乙"]).open == ["step", "step"]


def test_ids_that_cannot_be_used_are_changed_everywhere():
    plane = (
        '<d:BPMNDiagram xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI"><d:BPMNPlane>'
        '<d:BPMNShape bpmnElement="a b"/></d:BPMNPlane></d:BPMNDiagram></bpmn:definitions>'
    )
    lanes = node("laneSet", "lanes", node("lane", "office", "<bpmn:flowNodeRef>a b</bpmn:flowNodeRef>"))
    imported = drawn(lanes, begin("Start"), user("a b"), end("End"), path("Start", "a b", "End"), after=plane)
    assert run(imported).open == ["a_b"]
    assert "“a b”" in said(imported, "a_b")[0]
    assert b'bpmnElement="a_b"' in imported.bpmn
    assert read_definition({"process.bpmn": imported.bpmn}, digest="d").elements["a_b"].lane == "office"


def test_references_with_a_prefix_are_understood():
    content = xml(begin(), user("step"), end(), path("begin", "step", "done"))
    content = content.replace(b'targetNamespace="test"', b'targetNamespace="test" xmlns:tns="test"')
    imported = import_diagram(content.replace(b'targetRef="step"', b'targetRef="tns:step"'))
    assert run(imported).open == ["step"]


def test_elements_without_an_id_get_one():
    imported = import_diagram(xml(begin(), end(), '<bpmn:sequenceFlow sourceRef="begin" targetRef="done"/>'))
    assert run(imported).ends == ["done"]


def test_lines_that_lead_nowhere_are_taken_away():
    imported = straight(user("step"), flow("step", "nowhere"), flow("begin", "step", name="again"))
    assert "已去掉" in said(imported, "step__nowhere")[0]
    assert "只保留了一条" in said(imported, "again")[0]
    assert run(imported).open == ["step"]


def in_pools(*processes, flows=""):
    pools = "".join(
        node("participant", f"pool_{name}", name_=f"池{name}", processRef=name) for name, _ in processes
    ) + node("participant", "outside", name_="外部单位")
    written = "".join(node("process", name, body) for name, body in processes)
    content = xml(after="</bpmn:definitions>").decode()
    head = content[: content.index("<bpmn:process")]
    return f"{head}{node('collaboration', 'all', pools + flows)}{written}</bpmn:definitions>".encode()


def pool(name, *steps):
    tasks = "".join(node("task", step) for step in steps)
    return name, begin(f"b_{name}") + tasks + end(f"e_{name}") + path(f"b_{name}", *steps, f"e_{name}")


def test_the_pool_with_the_most_steps_runs_and_the_others_stay_on_the_drawing():
    talk = node("messageFlow", "letter", name_="来函", sourceRef="a", targetRef="b")
    imported = import_diagram(in_pools(pool("small", "a"), pool("large", "b", "c"), flows=talk))
    assert imported.process_id == "large"
    assert "不会运行" in said(imported, "small")[0]
    assert any("来函" in sentence for sentence in said(imported))
    assert any("外部单位" in sentence for sentence in said(imported))
    assert run(imported).open == ["b"]


def test_another_pool_may_be_chosen():
    content = in_pools(pool("small", "a"), pool("large", "b", "c"))
    assert run(import_diagram(content, process_id="small")).open == ["a"]
    with pytest.raises(DefinitionRefused, match="nobody"):
        import_diagram(content, process_id="nobody")


def test_a_pool_that_is_called_becomes_a_called_process():
    called = ("large", begin("b1") + node("task", "x") + node("task", "y") + end("e1") + path("b1", "x", "y", "e1"))
    caller = ("small", begin("b2") + node("callActivity", "call", calledElement="large") + end("e2"))
    imported = import_diagram(in_pools(called, (caller[0], caller[1] + path("b2", "call", "e2"))))
    assert imported.process_id == "small"
    assert said(imported, "large") == ["由主流程调用，作为被调用的流程保留。"]
    assert run(imported).open == ["x"]


def test_tasks_outside_of_the_lanes_go_where_the_step_before_stands():
    lanes = node("laneSet", "lanes", node("lane", "office", "<bpmn:flowNodeRef>write</bpmn:flowNodeRef>"))
    imported = drawn(lanes, begin(), user("write"), user("check"), end(), path("begin", "write", "check", "done"))
    assert "先归入" in said(imported, "check")[0]
    assert read_definition({"process.bpmn": imported.bpmn}, digest="d").elements["check"].lane == "office"


def test_lanes_that_share_a_task_or_name_strangers_are_put_right():
    references = "<bpmn:flowNodeRef>write</bpmn:flowNodeRef><bpmn:flowNodeRef>stranger</bpmn:flowNodeRef>"
    lanes = node("laneSet", "lanes", node("lane", "one", references) + node("lane", "two", references))
    imported = drawn(lanes, begin(), user("write"), end(), path("begin", "write", "done"))
    assert "“one”" in said(imported, "write")[0]
    assert imported.is_executable


def test_forms_people_and_dates_of_camunda_are_kept_and_listed():
    attributes = {
        "camunda_formKey": "app:a.html",
        "camunda_candidateGroups": "clerks",
        "camunda_dueDate": "${due}",
        "camunda_assignee": "${who}",
    }
    imported = straight(user("step", **attributes), executable="true")
    sentences = said(imported, "step")
    assert ["app:a.html" in one for one in sentences] == [True, False, False]
    assert "clerks" in sentences[1]
    assert "${due}" in sentences[2]
    assert b'camunda:formKey="app:a.html"' in imported.bpmn


def test_the_attributes_of_activiti_and_flowable_are_those_of_camunda():
    content = xml(begin(), user("step", flowable_x="1"), end(), path("begin", "step", "done")).decode()
    content = content.replace("<bpmn:definitions", '<bpmn:definitions xmlns:f="http://flowable.org/bpmn"', 1)
    imported = import_diagram(content.replace('flowable_x="1"', 'f:candidateGroups="clerks"').encode())
    definition = read_definition({"process.bpmn": imported.bpmn}, digest="d")
    assert definition.elements["step"].attributes == {"candidateGroups": "clerks"}


def test_the_form_of_spiffworkflow_is_listed():
    properties = '<spiff:properties><spiff:property name="formJsonSchemaFilename" value="a.json"/></spiff:properties>'
    imported = straight(user("step", extended(properties)), executable="true")
    assert "a.json" in said(imported, "step")[0]
    assert b"formJsonSchemaFilename" in imported.bpmn


def test_listeners_and_parameters_are_taken_out_by_name():
    inner = extended(
        '<camunda:taskListener class="org.example.Listener" event="create"/>'
        '<camunda:inputOutput><camunda:inputParameter name="x">1</camunda:inputParameter></camunda:inputOutput>'
    )
    imported = straight(user("step", inner), executable="true")
    assert "org.example.Listener" in said(imported, "step")[0]
    assert "（x）" in said(imported, "step")[1]
    assert b"taskListener" not in imported.bpmn


def test_what_other_products_wrote_is_kept():
    inner = extended('<v:style xmlns:v="urn:vendor" colour="red"/>')
    imported = straight(user("step", inner), executable="true")
    assert said(imported) == ["“urn:vendor”的扩展内容 1 处原样保留，不影响运行。"]
    assert b'colour="red"' in imported.bpmn


def test_what_is_only_drawn_is_reported():
    more = '<bpmn:dataObjectReference id="data" name="申请表"/><bpmn:textAnnotation id="note"/><bpmn:group id="phase"/>'
    imported = straight(user("step"), more, executable="true")
    assert [sentence[:4] for sentence in said(imported)] == ["数据对象", "注释 1", "分组 1"]
    assert "申请表" in said(imported)[0]


def test_what_is_added_is_drawn_beside_its_neighbour():
    plane = (
        '<d:BPMNDiagram xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI" '
        'xmlns:c="http://www.omg.org/spec/DD/20100524/DC"><d:BPMNPlane>'
        '<d:BPMNShape bpmnElement="step"><c:Bounds x="100" y="50" width="100" height="80"/></d:BPMNShape>'
        "</d:BPMNPlane></d:BPMNDiagram></bpmn:definitions>"
    )
    imported = drawn(user("step"), after=plane)
    drawing = etree.fromstring(imported.bpmn).find("{*}BPMNDiagram")
    bounds = {
        shape.get("bpmnElement"): (float(shape[0].get("x")), float(shape[0].get("y")))
        for shape in drawing.iter("{*}BPMNShape")
    }
    assert bounds == {"step": (100, 50), "case_begins": (14, 72), "case_ends": (250, 72)}
    assert len([*drawing.iter("{*}BPMNEdge")]) == 2


@pytest.mark.parametrize(
    ("step", "word"),
    [
        (node("complexGateway", "step"), "复杂网关"),
        (node("adHocSubProcess", "step"), "即席"),
        (user("step", isForCompensation="true"), "补偿"),
        (throw("step", "<bpmn:compensateEventDefinition/>"), "补偿"),
    ],
)
def test_what_has_no_honest_reading_is_refused_by_name(step, word):
    with pytest.raises(DefinitionRefused) as caught:
        straight(step)
    assert [(problem.element, word in problem.message) for problem in caught.value.problems] == [("step", True)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html/>",
        xml(),
        xml(begin(), user("step"), user("step"), end()),
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    ],
)
def test_what_is_no_drawing_of_a_process_is_refused(content):
    with pytest.raises(DefinitionRefused):
        import_diagram(content)


def test_what_the_owner_still_has_to_draw_stands_at_the_end_of_the_report():
    imported = drawn(begin(), user("a"), user("lost"), end(), path("begin", "a", "done"), path("lost", "lost"))
    assert not imported.is_executable
    assert imported.report[-1].element_id == "lost"
    assert "仍需修改" in imported.report[-1].sentence


def test_the_same_drawing_is_imported_the_same_every_time():
    content = in_pools(pool("small", "a"), pool("large", "b", "c"))
    first = import_diagram(content)
    assert import_diagram(content) == first
    assert import_diagram(first.bpmn).is_executable


def test_a_signal_and_an_escalation_without_a_name_get_one():
    imported = drawn(
        begin(), node("subProcess", "work", begin("in") + throw("up", "<bpmn:escalationEventDefinition/>") + end("out")
        + path("in", "up", "out")), throw("call", "<bpmn:signalEventDefinition/>"), end(),
        path("begin", "work", "call", "done"),
    )  # fmt: skip
    assert "esc_up" in said(imported, "up")[0]
    assert "sig_call" in said(imported, "call")[0]
    assert run(imported).last.is_ended


def failing(name, *before):
    """A level that ends by an error."""
    return (
        begin(f"b_{name}")
        + "".join(before)
        + user(f"u_{name}")
        + end(f"failed_{name}", error("E"))
        + path(f"b_{name}", f"u_{name}", f"failed_{name}")
    )


@pytest.mark.parametrize(
    ("inside", "first"),
    [
        (node("subProcess", "box", failing("in")), "u_in"),
        (node("subProcess", "box", begin("b2") + node("subProcess", "deep", failing("in")) + end("e2")
              + path("b2", "deep", "e2")), "u_in"),
        (node("subProcess", "box", failing("in"))
         + boundary("other", "box", error("F")) + user("mend") + path("other", "mend"), "u_in"),
        (node("callActivity", "box", calledElement="called"), "u_in"),
    ],
)  # fmt: skip
def test_an_error_inside_that_nobody_handles_ends_the_case(inside, first):
    called = f"</bpmn:process>{node('process', 'called', failing('in'))}" if "callActivity" in inside else ""
    content = xml(begin(), inside, user("next"), end(), path("begin", "box", "next", "done"), errors=["E", "F"],
                  executable="false").decode().replace("</bpmn:process>", called or "</bpmn:process>", 1)  # fmt: skip
    imported = import_diagram(content.encode())
    assert "结束整个办件" in "".join(said(imported, "failed_in"))
    case = run(imported)
    assert case.do(first).last.is_ended
    assert case.open == []


def test_an_error_inside_that_somebody_handles_is_left_alone():
    mended = boundary("broken", "box", error("E")) + user("mend") + path("broken", "mend", "done")
    imported = drawn(begin(), node("subProcess", "box", failing("in")), mended, user("next"), end(),
                     path("begin", "box", "next", "done"), errors=["E"])  # fmt: skip
    assert said(imported, "failed_in") == []
    assert run(imported).do("u_in").open == ["mend"]


def drawing_of(**boxes):
    """The end of a file whose elements are drawn where they are said to be: x, y, width, height."""
    shapes = "".join(
        '<di:BPMNShape bpmnElement="{}"><dc:Bounds x="{}" y="{}" width="{}" height="{}"/></di:BPMNShape>'.format(
            name, *box
        )
        for name, box in boxes.items()
    )
    return (
        '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" '
        'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"><di:BPMNPlane bpmnElement="sample">'
        f"{shapes}</di:BPMNPlane></di:BPMNDiagram></bpmn:definitions>"
    )


def boxes_in(imported):
    shapes = etree.fromstring(imported.bpmn).iter("{*}BPMNShape")
    return {one.get("bpmnElement"): tuple(float(one[0].get(key)) for key in ("x", "y", "width")) for one in shapes}


def test_what_ends_a_case_by_an_error_is_drawn_below_everything():
    after = drawing_of(begin=(100, 50, 36, 36), box=(100, 200, 100, 80))
    imported = drawn(begin(), node("subProcess", "box", failing("in")), end(), path("begin", "box", "done"),
                     errors=["E"], after=after)  # fmt: skip
    assert boxes_in(imported)["unhandled_error"] == (100, 330, 200)
    (line,) = etree.fromstring(imported.bpmn).iter("{*}BPMNEdge")
    assert (line.get("bpmnElement"), len(line)) == ("error_occurred__ended_by_error", 2)


def test_what_ends_a_case_by_an_error_is_drawn_in_the_pool():
    places = {"pool": (0, 10, 600, 300), "upper": (30, 10, 570, 150), "inner": (60, 160, 300, 150)}
    after = drawing_of(begin=(100, 50, 36, 36), **places).replace(
        "</bpmn:definitions>", pools_around("sample") + "</bpmn:definitions>"
    )
    lanes = node("laneSet", "lanes", node("lane", "upper") + node("lane", "inner"))
    imported = drawn(lanes, begin(), node("subProcess", "box", failing("in")), end(), path("begin", "box", "done"),
                     errors=["E"], after=after)  # fmt: skip
    found = boxes_in(imported)
    assert found["unhandled_error"] == (600, 35, 200)
    assert (found["pool"], found["upper"], found["inner"]) == ((0, 10, 850), (30, 10, 820), (60, 160, 300))


def pools_around(process):
    return node("collaboration", "all", node("participant", "pool", processRef=process))


def test_names_of_data_in_a_condition_become_words():
    data = node("dataObject", "data", name_="Service\nLevel") + node("property", "p", name_="Service Level Agreed")
    first = flow("which", "a", 'Service Level Agreed == "x" && Service Level.kind != "Service Level"')
    steps = path("begin", "which", "b", "done") + first + path("a", "done")
    imported = drawn(data, begin(), node("exclusiveGateway", "which"), user("a"), user("b"), end(), steps)
    feel = 'Service_Level_Agreed = "x" and Service_Level.kind != "Service Level"'
    assert f">{feel}<" in imported.bpmn.decode()
    assert "条件改写为 FEEL" in said(imported, "which__a")[0]
    assert run(imported, Service_Level_Agreed="x", Service_Level={"kind": "y"}).open == ["a"]


def test_what_a_call_hands_over_is_said():
    mapped = "<bpmn:ioSpecification/><bpmn:dataInputAssociation/>"
    caller = begin("b2") + node("callActivity", "call", mapped, calledElement="large") + end("e2")
    called = begin("b1") + user("x") + end("e1") + path("b1", "x", "e1")
    asked = '<bpmn:ioSpecification><bpmn:dataInput id="asked"/></bpmn:ioSpecification>'
    sentences = [
        said(import_diagram(in_pools(("large", inner + called), ("small", caller + path("b2", "call", "e2")))), "call")
        for inner in ("", asked)
    ]
    assert sentences == [
        ["调用上画的数据输入、输出不起作用，已去掉；没有写明映射时，被调用的流程共用全部变量。"],
        ["按被调用流程声明的数据传递：交给它变量 asked，收回全部变量；请核对。"],
    ]


def test_a_pool_that_only_another_one_calls_does_not_belong_to_the_main_process():
    called = ("inner", begin("b1") + user("x") + end("e1") + path("b1", "x", "e1"))
    caller = ("outer", begin("b2") + node("callActivity", "call", calledElement="inner") + end("e2")
              + path("b2", "call", "e2"))  # fmt: skip
    imported = import_diagram(in_pools(called, caller, pool("alone", "a")), process_id="alone")
    assert "不会运行" in said(imported, "inner")[0]
    assert "按导入时的指定" in "".join(said(imported, "alone"))


@pytest.mark.parametrize("chosen", ["large", "small"])
def test_the_diagram_of_the_main_process_is_the_first_of_the_file(chosen):
    content = in_pools(pool("small", "a"), pool("large", "b", "c")).decode()
    drawings = "".join(
        drawing_of(**dict.fromkeys(steps, (0, 0, 100, 80))).removesuffix("</bpmn:definitions>")
        for steps in (("a", "b_small"), ("b", "c"))
    )
    content = content.replace("</bpmn:definitions>", f"{drawings}</bpmn:definitions>")
    imported = import_diagram(content.encode(), process_id=chosen)
    first = next(etree.fromstring(imported.bpmn).iter("{*}BPMNShape"))
    assert first.get("bpmnElement") == {"small": "a", "large": "b"}[chosen]


def test_a_long_chain_of_calls_with_errors_is_looked_through_once():
    def link_to(number):
        calls = "".join(node("callActivity", f"{way}{number}", calledElement=f"p{number + 1}") for way in "ac")
        steps = calls + path(f"a{number}", f"c{number}", f"e{number}") if number < 40 else user(f"a{number}")
        ways = path(f"b{number}", f"a{number}") + (path(f"a{number}", f"e{number}") if number == 40 else "")
        return node("process", f"p{number}", begin(f"b{number}") + steps + end(f"e{number}", error("E")) + ways)

    chain = "".join(link_to(number) for number in range(41))
    content = xml(after="</bpmn:definitions>").decode()
    head = content[: content.index("<bpmn:process")]
    imported = import_diagram(f"{head}{chain}</bpmn:definitions>".encode(), process_id="p0")
    assert "终止结束事件" in "".join(said(imported, "e0"))
    assert sum("结束整个办件" in one.sentence for one in imported.report) > 0
