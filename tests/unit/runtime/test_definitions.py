"""What a definition tells about its diagram, in every dialect."""

from concurrent.futures import ThreadPoolExecutor
from xml.sax.saxutils import quoteattr

import pytest

from engine.errors import ExecutionError
from engine.runtime import Lane, read_definition
from engine.runtime.dialects import expression_text
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
    script,
    service,
    timer,
    user,
    xml,
)

EXPLAINED = (
    "<bpmn:documentation>核对材料。\n逐项查看。\n依据：工信厅信发函〔2023〕278号 三\n标记：依据</bpmn:documentation>"
)
PROPERTIES = (
    '<bpmn:extensionElements><camunda:properties><camunda:property name="print" value="yes"/></camunda:properties>'
    '<spiff:properties><spiff:property name="tone" value="calm"/></spiff:properties></bpmn:extensionElements>'
)
LANES = (
    '<bpmn:laneSet><bpmn:lane id="city" name="城市"><bpmn:flowNodeRef>begin</bpmn:flowNodeRef>'
    '<bpmn:childLaneSet><bpmn:lane id="desk" name="经办"><bpmn:flowNodeRef>check</bpmn:flowNodeRef></bpmn:lane>'
    "</bpmn:childLaneSet><bpmn:flowNodeRef>work</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
)


@pytest.fixture(scope="module")
def definition():
    inner = begin("in") + user("inside") + end("out") + path("in", "inside", "out")
    return read(
        LANES,
        begin(),
        user("check", EXPLAINED + PROPERTIES, name_="核对\n材料", camunda_assignee="desk"),
        boundary("stopped", "check", message("msg_stop")),
        node("subProcess", "work", inner),
        node("exclusiveGateway", "which", default="which__done"),
        end(),
        end("other"),
        path("begin", "check", "work", "which", "done"),
        path("stopped", "other"),
        flow("which", "other", when="${amount > limit.upper}"),
        messages=["msg_stop"],
    )


def test_an_element_knows_its_explanation_its_clause_and_its_mark(definition):
    check = definition.elements["check"]
    assert (check.name, check.kind) == ("核对 材料", "userTask")
    assert check.documentation == "核对材料。\n逐项查看。"
    assert (check.basis, check.mark) == ("工信厅信发函〔2023〕278号 三", "依据")


def test_attributes_of_both_dialects_are_equals(definition):
    assert definition.elements["check"].attributes == {"assignee": "desk", "print": "yes", "tone": "calm"}


def test_the_innermost_lane_counts_and_is_inherited(definition):
    lanes = {name: element.lane for name, element in definition.elements.items()}
    assert (lanes["begin"], lanes["check"], lanes["stopped"]) == ("city", "desk", "desk")
    assert (lanes["work"], lanes["inside"]) == ("city", "city")
    assert definition.lanes["desk"] == Lane(id="desk", name="经办")


def test_events_name_their_host_and_message(definition):
    stopped = definition.elements["stopped"]
    assert (stopped.attached_to, stopped.event, stopped.message) == ("check", "message", "msg_stop")
    assert definition.message_names == {"msg_stop"}


def test_the_default_flow_is_known(definition):
    assert definition.elements["which"].default_flow == "which__done"


def test_a_definition_cannot_be_changed(definition):
    with pytest.raises(TypeError):
        definition.elements["check"] = None


def test_free_names_of_every_expression_are_collected_without_those_of_instances():
    definition = read(
        begin(), end(), catch("later", timer("deadline", "timeDate")),
        user("vote", many("experts", "expert", until="votes[item = wanted] != []", collects=("votes", "vote_"))),
        service("tell", "notify", to="=addressee", body="您好 {salutation}"),
        script("compute", "total = price * 2"), path("begin", "vote", "later", "tell", "compute", "done"),
    )  # fmt: skip
    names = definition.variable_names
    assert names >= {"experts", "wanted", "deadline", "addressee", "salutation", "price", "votes"}
    assert not names & {"expert", "vote_", "loopCounter", "total"}


@pytest.mark.parametrize("text", ["x = 1", " ${x = 1} ", "#{x = 1}", "=x = 1", "= x = 1"])
def test_the_wrappers_of_other_engines_are_taken_off(text):
    assert expression_text(text) == "x = 1"


def test_parameters_and_operations_of_the_spiff_dialect_are_read():
    inner = (
        '<bpmn:extensionElements><spiff:serviceTaskOperator id="notify"><spiff:parameters>'
        '<spiff:parameter id="title" type="str" value="=a + b"/></spiff:parameters></spiff:serviceTaskOperator>'
        "</bpmn:extensionElements>"
    )
    case = Case(read(begin(), node("serviceTask", "tell", inner), end(), path("begin", "tell", "done")), a=1, b=2)
    (effect,) = case.effects
    assert (effect.operation, effect.parameters) == ("notify", {"title": 3})


@pytest.mark.parametrize(
    ("value", "given"),
    [("a + b", 3), ("'规程'", "规程"), ('"规程"', "规程"), ("""'a "b" c'""", 'a "b" c'), ("= a", 1), ("", "")],
)
def test_every_parameter_of_the_spiff_dialect_is_an_expression(value, given):
    written = f'<spiff:parameter id="title" type="str" value={quoteattr(value)}/>'
    inner = (
        f'<bpmn:extensionElements><spiff:serviceTaskOperator id="notify"><spiff:parameters>{written}'
        "</spiff:parameters></spiff:serviceTaskOperator></bpmn:extensionElements>"
    )
    case = Case(read(begin(), node("serviceTask", "tell", inner), end(), path("begin", "tell", "done")), a=1, b=2)
    assert case.effects[0].parameters == {"title": given}


@pytest.mark.parametrize(
    ("value", "given"), [("${a + b}", 3), ("#{ a }", 1), ("共 ${a} 项，{b} 页", "共 {a} 项，{b} 页"), ("a", "a")]
)
def test_expressions_inside_the_parameters_of_the_camunda_dialect_are_read(value, given):
    case = Case(read(begin(), service("tell", "notify", title=value), end(), path("begin", "tell", "done")), a=1, b=2)
    assert case.effects[0].parameters == {"title": given}


def test_a_data_item_is_known_by_its_id_where_its_name_is_only_a_description():
    repetition = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>all</bpmn:loopDataInputRef>"
        '<bpmn:loopDataOutputRef>all</bpmn:loopDataOutputRef><bpmn:inputDataItem id="one" name="每 一 项"/>'
        '<bpmn:outputDataItem id="other" name="结果"/></bpmn:multiInstanceLoopCharacteristics>'
    )
    step = node("scriptTask", "double", "<bpmn:script>结果 = one * 2</bpmn:script>" + repetition)
    case = Case(read(begin(), step, user("look"), end(), path("begin", "double", "look", "done")), all=[1, 2])
    assert case.variables == {"all": [2, 4]}


def test_truth_values_and_references_may_be_written_as_xml_schema_lets_them():
    content = xml(
        *(begin(), user("write"), end(), path("begin", "write", "done")),
        *(boundary("asked", "write", message("msg_ask")), user("answer"), path("asked", "answer", "done")),
        messages=["msg_ask"],
    )
    for plain, other in (
        ('cancelActivity="true"', 'cancelActivity="0"'),
        ('isExecutable="true"', 'isExecutable=" 1 "'),
        ('attachedToRef="write"', 'attachedToRef="own:write"'),
        ('messageRef="msg_ask"', 'messageRef="own:msg_ask"'),
        ("<bpmn:definitions ", '<bpmn:definitions xmlns:own="test" '),
    ):
        content = content.replace(plain.encode(), other.encode())
    case = Case(read_definition({"process.bpmn": content}, digest="d")).send("msg_ask")
    assert case.open == ["write", "answer"]


def test_collections_of_the_camunda_dialect_are_read():
    attributes = 'camunda:collection="${items}" camunda:elementVariable="entry"'
    repetition = f"<bpmn:multiInstanceLoopCharacteristics {attributes}/>"
    case = Case(read(begin(), user("vote", repetition), end(), path("begin", "vote", "done")), items=[1, 2])
    assert case.open == ["vote", "vote"]


def test_drawing_and_data_objects_are_documentation():
    body = (
        '<bpmn:dataObject id="data"/><bpmn:dataObjectReference id="data_ref" dataObjectRef="missing"/>'
        '<bpmn:textAnnotation id="remark"/>'
    )
    association = "<bpmn:dataInputAssociation><bpmn:sourceRef>data_ref</bpmn:sourceRef></bpmn:dataInputAssociation>"
    case = Case(read(body, begin(), user("step", association), end(), path("begin", "step", "done")))
    assert case.open == ["step"]


def test_one_definition_serves_many_threads():
    definition = read(
        begin(), node("inclusiveGateway", "split"), user("left"), user("right", many(cardinality="2")),
        node("inclusiveGateway", "join"), end(), path("begin", "split"), flow("split", "left", when="true"),
        flow("split", "right", when="true"), path("left", "join", "done"), path("right", "join"),
    )  # fmt: skip

    def run(number):
        return Case(definition, number=number).do("left").do("right").do("right")

    with ThreadPoolExecutor(8) as threads:
        cases = list(threads.map(run, range(80)))
    assert all(case.last.is_ended for case in cases)
    assert [case.variables["number"] for case in cases] == list(range(80))


def test_branches_that_multiply_are_stopped_by_the_budget():
    stages = range(11)
    body = [
        node("parallelGateway", f"split_{n}") + user(f"a_{n}") + node("exclusiveGateway", f"meet_{n}") for n in stages
    ]
    automatic = [part.replace("userTask", "intermediateThrowEvent") for part in body]
    ways = [path(f"split_{n}", f"a_{n}", f"meet_{n}") + path(f"split_{n}", f"meet_{n}") for n in stages]
    links = [path(f"meet_{n}", f"split_{n + 1}") for n in stages if n + 1 in stages]
    definition = read(begin(), *automatic, end(), *ways, *links, path("begin", "split_0"), path("meet_10", "done"))
    with pytest.raises(ExecutionError, match=r"循环了太多次|太多并行分支") as caught:
        Case(definition)
    assert caught.value.element_id
