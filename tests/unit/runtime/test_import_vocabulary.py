"""Small drawings of our own with the vocabulary of each reference model of the public BPMN MIWG test suite.

Each is imported and then worked through to see that what was assumed can be lived with. The README has the verdicts.
"""

import random

import pytest

from engine.runtime import import_diagram, read_definition
from tests.unit.runtime.runtime_diagrams import Case, begin, boundary, end, flow, link, node, path, user

NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:activiti="http://activiti.org/bpmn" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:maker="urn:a-modeller"'
)
NO_TIME = "<bpmn:timerEventDefinition><bpmn:timeDate/></bpmn:timerEventDefinition>"
NO_CONDITION = "<bpmn:conditionalEventDefinition><bpmn:condition/></bpmn:conditionalEventDefinition>"
M1 = '<bpmn:messageEventDefinition messageRef="m1"/>'
SOME_MESSAGE = "<bpmn:messageEventDefinition/>"
SOME_SIGNAL = "<bpmn:signalEventDefinition/>"
SOME_ERROR = "<bpmn:errorEventDefinition/>"
SOME_ESCALATION = "<bpmn:escalationEventDefinition/>"
TERMINATE = "<bpmn:terminateEventDefinition/>"
DATA = '<bpmn:dataObject id="data"/><bpmn:dataObjectReference id="data_ref" name="材料" dataObjectRef="data"/>'
STORE = '<bpmn:dataStoreReference id="store_ref" name="业务系统"/>'
OWNER = "<bpmn:performer><bpmn:resourceRef>chief</bpmn:resourceRef></bpmn:performer>"


def file(*parts, encoding="UTF-8"):
    written = f'<?xml version="1.0" encoding="{encoding}"?><bpmn:definitions {NAMESPACES} targetNamespace="t">'
    return (written + "".join(parts) + "</bpmn:definitions>").encode(encoding, "xmlcharrefreplace")


def process(name, *body, **attributes):
    return node("process", name, "".join(body), **attributes)


def pools(*names, more=""):
    inner = "".join(node("participant", f"pool_{name}", processRef=name, name_=f"池 {name}") for name in names)
    return node("collaboration", "together", inner + more)


def lanes(**members):
    written = (
        node("lane", name, "".join(f"<bpmn:flowNodeRef>{one}</bpmn:flowNodeRef>" for one in inside.split()))
        for name, inside in members.items()
    )
    return node("laneSet", f"lanes_{'_'.join(members)}", "".join(written))


def task(name, inner="", **attributes):
    return node("task", name, inner, completionQuantity="1", isForCompensation="false", startQuantity="1", **attributes)


def asked(source, target, condition=""):
    written = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>'
    return flow(source, target).replace("></bpmn:sequenceFlow>", f">{written}</bpmn:sequenceFlow>")


def extended(inner):
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


def inside(name, *body, **attributes):
    return node("subProcess", name, "".join(body), **attributes)


def simple(name, inner="", begins="", ends=""):
    """A level of one task."""
    body = node("startEvent", f"{name}_in", begins) + task(f"{name}_step", inner) + end(f"{name}_out", ends)
    return body + path(f"{name}_in", f"{name}_step", f"{name}_out")


def catch(name, event):
    return node("intermediateCatchEvent", name, event)


def throw(name, event):
    return node("intermediateThrowEvent", name, event)


def one_of(name, **attributes):
    return node("exclusiveGateway", name, **attributes)


def all_of(name):
    return node("parallelGateway", name)


def call(name, called):
    return node("callActivity", name, calledElement=called)


def starts(name, event="", **attributes):
    return node("startEvent", name, event, **attributes)


def service(name):
    return node("serviceTask", name, implementation="##WebService")


MODELS = {
    "A.1.1": file(
        process("甲.1.1", begin(), user("fill"), service("register"), user("check"), end(),
                path("begin", "fill", "register", "check", "done"), isExecutable="false"),
    ),
    "A.1.2": file(
        '<bpmn:itemDefinition id="form"/><bpmn:resource id="chief" name="处长"/>',
        process("main", DATA, starts("begin", '<bpmn:messageEventDefinition messageRef="form"/>'),
                user("fill", OWNER), service("register"), end("done", '<bpmn:messageEventDefinition messageRef="no"/>'),
                path("begin", "fill", "register", "done"), isExecutable="true"),
        encoding="ISO-8859-1",
    ),
    "A.2.1": file(
        process("main", begin(), task("a"), one_of("split", default="split__b"),
                task("b", default_="b__c"), task("c"), one_of("meet"), end(),
                path("begin", "a", "split"), asked("split", "b"), asked("split", "c"), flow("b", "c"),
                asked("b", "done", "true"), flow("c", "meet"), asked("meet", "done"), isExecutable="false"),
    ),
    "A.4.1": file(
        pools("small", "large", more=node("messageFlow", "letter", sourceRef="large_step", targetRef="a")),
        process("small", lanes(one="b1 a e1"), starts("b1"), task("a"), end("e1"), path("b1", "a", "e1")),
        process("large", lanes(two="begin x work y done", three="other e5"), begin(), task("x"),
                inside("work", simple("large")), task("y"), end(), inside("other", simple("more")), end("e5"),
                path("begin", "x", "work", "y", "done"), path("x", "other", "e5"), isExecutable="false"),
    ),
    "B.1.0": file(
        '<bpmn:message id="m1"/>', pools("main", "yearly"),
        process("called", simple("called"), isExecutable="false"),
        process("yearly", starts("b1", NO_TIME), task("t1"), end("e1"), path("b1", "t1", "e1")),
        process("main", lanes(one="begin split call_1 call_2 told", two="which part whole stop u"),
                starts("begin", M1),
                all_of("split"), call("call_1", "called"),
                node("callActivity", "call_2"), end("told", SOME_MESSAGE), user("u"), one_of("which"),
                inside("part"), inside("whole", simple("whole")), one_of("meet"), service("s"),
                end("stop", TERMINATE), DATA, STORE, path("begin", "split", "call_1", "call_2", "told"),
                path("split", "u", "which", "part", "whole", "meet", "stop"), path("which", "s", "meet"),
                isExecutable="false"),
    ),
    "B.2.0": file(
        "<bpmn:globalUserTask id=\"global\"/>", pools("main", "called"),
        process("called", begin("b1"), starts("b2", NO_CONDITION, name_="条件具备"),
                user("many", '<bpmn:multiInstanceLoopCharacteristics isSequential="true"/>'), user("one"),
                boundary("stop", "one", SOME_MESSAGE), end("e1"), end("e2", TERMINATE), path("b1", "many", "one", "e1"),
                path("b2", "many"), path("stop", "e2"), isExecutable="false"),
        process("main", starts("asked", SOME_MESSAGE), starts("called_for", SOME_SIGNAL),
                task("a"), node("eventBasedGateway", "first", eventGatewayType="Exclusive", instantiate="false"),
                catch("answer", SOME_MESSAGE), catch("late", NO_TIME),
                call("call", "called"), call("task", "global"),
                boundary("up", "call", SOME_ESCALATION, interrupts=False), inside("empty"),
                throw("raise", SOME_ESCALATION), throw("go", link("L")),
                catch("come", link("L")), inside("work", begin("b3")
                + catch("sign", SOME_SIGNAL) + one_of("x7")
                + end("failed", SOME_ERROR) + end("e3") + path("b3", "sign", "x7", "e3") + path("x7", "failed")),
                boundary("broken", "work", SOME_ERROR), boundary("soon", "work", NO_TIME, interrupts=False), task("z"),
                user("again", '<bpmn:standardLoopCharacteristics testBefore="false"/>'), service("auto"),
                boundary("when", "auto", NO_CONDITION), node("receiveTask", "wait", instantiate="false"),
                node("inclusiveGateway", "some", default_="some__y"), task("y"), all_of("both"),
                end("e4", SOME_ESCALATION), end("e5", SOME_SIGNAL), end("e6"), STORE,
                path("asked", "a", "first", "answer", "call", "empty", "raise", "go"),
                path("first", "late", "task", "e6"),
                path("up", "e6"), path("come", "work", "again", "some", "z", "both", "e4"), path("some", "y", "both"),
                path("broken", "e6"), path("soon", "e6"), path("called_for", "auto", "wait", "e5"), path("when", "e6"),
                isExecutable="false"),
    ),
    "C.1.0": file(
        pools("engine", "assistant", more=node("messageFlow", "f", sourceRef="fill", targetRef="wait")),
        process("assistant", starts("s1", SOME_MESSAGE), task("scan"), end("e1"), path("s1", "scan", "e1")),
        process("engine", begin().replace(' id=', ' activiti:formKey="app:start.jsf" id='),
                user("fill", activiti_x="1").replace("activiti_x", "activiti:assignee"),
                catch("wait", SOME_MESSAGE), task("review"), node("eventBasedGateway", "first"),
                catch("needed", SOME_MESSAGE),
                catch("week", "<bpmn:timerEventDefinition/>"), end(), end("e2"),
                path("begin", "fill", "wait", "review", "first", "needed", "done"), path("first", "week", "e2"),
                isExecutable="true"),
    ),
    "C.1.1": file(
        process("main", begin(), user("assign").replace("<bpmn:userTask", '<bpmn:userTask activiti:formKey="a.jsf"', 1),
                user("approve", OWNER), one_of("approved"), user("review"), service("archive"), end(),
                path("begin", "assign", "approve", "approved"),
                asked("approved", "archive", "bpmn:getDataObject('ok')"),
                asked("approved", "review", "not(bpmn:getDataObject('ok'))"), path("review", "approve"),
                path("archive", "done"), isExecutable="true"),
    ),
    "C.2.0": file(
        '<bpmn:message id="m1"/><bpmn:message id="m2"/>', pools("customer", "shop"),
        process("shop", starts("b1", M1), task("pick"),
                end("e1"), path("b1", "pick", "e1"), isExecutable="false"),
        process("customer", begin(), task("browse"), one_of("is_ready", name_="选好了吗？"),
                inside("pay", begin("b2") + task("order") + one_of("is_paid") + throw("send", M1) + end("e2")
                + end("e3", SOME_ERROR) + path("b2", "order", "is_paid", "send", "e2") + path("is_paid", "e3")),
                boundary("failed", "pay", SOME_ERROR), end(), end("e4"), path("begin", "browse", "is_ready", "browse"),
                path("is_ready", "pay", "done"), path("failed", "e4"), isExecutable="false"),
    ),
    "C.3.0": file(
        '<bpmn:message id="m1"/>',
        process("main", starts("begin", M1),
                user("analyse", completionQuantity="2", startQuantity="2"), one_of("level"),
                user("usual"), user("first"), inside("urgent"), boundary("hours", "first", NO_TIME.replace(
                "<bpmn:timeDate/>", "<bpmn:timeDuration>PT2H</bpmn:timeDuration>")),
                boundary("changed", "usual", M1), end(),
                path("begin", "analyse", "level", "usual", "done"),
                asked("level", "first", "Service Level == 'first'"), path("first", "done"), path("hours", "urgent"),
                path("changed", "first"), path("urgent", "done"), isExecutable="true", processType="Private"),
    ),
    "C.4.0": file(
        '<bpmn:signal id="hired" name="新人入职"/>', pools("main", "it"),
        process("it", starts("b1", '<bpmn:signalEventDefinition signalRef="hired"/>'), user("computer"),
                end("e1", SOME_MESSAGE), path("b1", "computer", "e1")),
        process("main", lanes(one="begin sign accepted review", two="tell ready meet welcome done split"), begin(),
                user("sign"), one_of("accepted"), user("review"), all_of("split"),
                throw("tell", '<bpmn:signalEventDefinition signalRef="hired"/>'),
                catch("ready", SOME_MESSAGE), all_of("meet"), user("welcome"),
                end(), STORE, path("begin", "sign", "accepted", "split", "tell", "meet", "welcome", "done"),
                path("accepted", "review", "sign"), path("split", "ready", "meet")),
    ),
    "C.5.0": file(
        pools("bank"), process("check", simple("check")),
        process("bank", lanes(one="begin who interview", two="reject no"), begin(), user("interview"),
                one_of("who", name_="个人还是单位？"), call("look", "check"),
                all_of("split"), user("a"), user("b"), all_of("meet"), task("reject"),
                end("no", SOME_SIGNAL), end(), DATA, STORE,
                path("begin", "interview", "who", "look", "split", "a", "meet"),
                path("split", "b", "meet", "done"), path("who", "reject", "no")),
    ),
    "C.7.0": file(
        '<bpmn:resource id="chief" name="处长"/>', pools("bank"),
        process("bank", begin(), user("write", OWNER), user("approve"), one_of("is_good"),
                all_of("split"), service("publish"), node("businessRuleTask", "select"),
                user("post", '<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>data_ref'
                '</bpmn:loopDataInputRef></bpmn:multiInstanceLoopCharacteristics>'), all_of("meet"),
                end(), DATA.replace("材料", "places"), path("begin", "write", "approve", "is_good", "split", "publish",
                "meet", "done"), path("is_good", "write"), path("split", "select", "post", "meet")),
    ),
    "C.8.1": file(
        '<bpmn:error id="lost" name="没有找到" errorCode="404"/>', pools("main"),
        process("main", extended("<zeebe:userTaskForm>{}</zeebe:userTaskForm>"), begin(), service("find"),
                boundary("missing", "find", '<bpmn:errorEventDefinition errorRef="lost"/>'),
                node("businessRuleTask", "decide"), one_of("result", default="result__refuse"),
                node("sendTask", "refuse", extended('<zeebe:taskDefinition type="emailService"/><zeebe:ioMapping>'
                '<zeebe:input source="= a" target="subject"/></zeebe:ioMapping><maker:field name="to"/>')),
                user("by_hand", extended('<zeebe:formDefinition formKey="camunda-forms:x"/>')
                + "<bpmn:potentialOwner><bpmn:resourceAssignmentExpression><bpmn:formalExpression>manager"
                "</bpmn:formalExpression></bpmn:resourceAssignmentExpression></bpmn:potentialOwner>"),
                end(), end("e2"), DATA.replace("材料", "Vacation  Approval"),
                path("begin", "find", "decide", "result"), flow("result", "refuse"),
                asked("result", "by_hand", "Vacation Approval = &quot;Manual&quot;"), path("refuse", "done"),
                path("by_hand", "done"), path("missing", "e2"), isExecutable="true"),
    ),
    "C.9.0": file(
        process("main", begin(), service("score"), node("businessRuleTask", "check"),
                one_of("risk", default="risk__confirm"), node("callActivity", "by_hand"),
                boundary("fraud", "by_hand", SOME_ERROR), node("manualTask", "report"), end("declined", TERMINATE),
                service("confirm"), service("refuse"), end(),
                path("begin", "score", "check", "risk", "confirm", "done"),
                path("risk", "by_hand", "confirm"), path("risk", "refuse", "done"), path("fraud", "report", "declined"),
                inside("late", starts("b1", SOME_ERROR) + user("handle") + end("e1", SOME_MESSAGE)
                + path("b1", "handle", "e1"), triggeredByEvent="true"),
                inside("cancel", starts("b2", SOME_MESSAGE) + service("undo") + end("e2", SOME_MESSAGE)
                + path("b2", "undo", "e2"), triggeredByEvent="true"), isExecutable="false"),
    ),
    "C.9.1": file(
        '<bpmn:message id="m1" name="received"/>',
        process("main", begin(), node("sendTask", "ask", camunda_type="external", camunda_topic="notify"),
                node("receiveTask", "wait", messageRef="m1"), boundary("daily", "wait", NO_TIME.replace(
                "<bpmn:timeDate/>", "<bpmn:timeCycle>R6/P1D</bpmn:timeCycle>"), interrupts=False),
                boundary("week", "wait",
                NO_TIME.replace("<bpmn:timeDate/>", "<bpmn:timeDuration>P7D</bpmn:timeDuration>")),
                node("sendTask", "remind", camunda_type="external", camunda_topic="notify"), user("call"), end(),
                end("e2"), end("e3"), path("begin", "ask", "wait", "done"), path("daily", "remind", "e2"),
                path("week", "call", "e3"), isExecutable="true"),
    ),
    "C.9.2": file(
        '<bpmn:message id="m1" name="asked"/><bpmn:error id="fraud" name="欺诈" errorCode="02"/>', pools("main"),
        process("main", begin(), user("decide", extended('<zeebe:assignmentDefinition candidateGroups="clerks"/>')),
                end(),
                path("begin", "decide", "done"), inside("request", starts("b1",
                M1, isInterrupting="false") + node("callActivity", "call",
                extended('<zeebe:calledElement processId="elsewhere"/>') + "<bpmn:multiInstanceLoopCharacteristics>"
                + extended('<zeebe:loopCharacteristics inputCollection="=papers" inputElement="paper"/>')
                + "</bpmn:multiInstanceLoopCharacteristics>") + end("e1") + path("b1", "call", "e1"),
                triggeredByEvent="true"), boundary("week", "decide", NO_TIME.replace(
                "<bpmn:timeDate/>", "<bpmn:timeDuration>P7D</bpmn:timeDuration>")),
                end("late", '<bpmn:errorEventDefinition errorRef="fraud"/>'), path("week", "late"),
                inside("doubt", starts("b2", SOME_MESSAGE, isInterrupting="false") + user("look") + end("found",
                '<bpmn:errorEventDefinition errorRef="fraud"/>') + path("b2", "look", "found"),
                triggeredByEvent="true"), isExecutable="true"),
    ),
    "C.10.0": file(
        node("collaboration", "together", node("participant", "client", name_="申请人")
        + node("participant", "pool_main", processRef="main")
        + node("messageFlow", "m1", sourceRef="client", targetRef="begin")),
        process("main", lanes(one="begin check tell e1", two="plan calendar confirm send details done"),
                starts("begin", SOME_MESSAGE), user("check"), one_of("is_free"),
                throw("tell", SOME_MESSAGE), end("e1"),
                node("callActivity", "plan", "<bpmn:ioSpecification/><bpmn:dataInputAssociation/>",
                calledElement="called"),
                service("calendar"), user("confirm"), node("sendTask", "send"),
                catch("details", SOME_MESSAGE), end(), DATA, STORE,
                path("begin", "check", "is_free", "plan", "calendar", "confirm", "send", "details", "done"),
                path("is_free", "tell", "e1"), isExecutable="false"),
        process("called", '<bpmn:ioSpecification><bpmn:dataInput id="in-1" name="Client request"/>'
                '<bpmn:dataOutput id="out-1" name="Tickets"/></bpmn:ioSpecification>', begin("b1"), user("book"),
                end("e2"), path("b1", "book", "e2"), isExecutable="false"),
    ),
    "Facilities": file(
        node("collaboration", "together", extended("<maker:modelattributes><maker:value>无</maker:value>"
        "</maker:modelattributes>") + node("participant", "pool_main", processRef="main", name_="后勤")),
        process("main", extended('<maker:instance kind="x"><maker:record name="y"/></maker:instance>'),
                starts("hired", SOME_SIGNAL, name_="新人入职"), node("manualTask", "card"),
                user("access", "<bpmn:ioSpecification><bpmn:dataInput id='d1'/></bpmn:ioSpecification>"
                "<bpmn:dataInputAssociation><bpmn:sourceRef>store_ref</bpmn:sourceRef></bpmn:dataInputAssociation>"),
                end("ready", SOME_MESSAGE), STORE.replace("业务系统", "人员&#13;&#10; 名册"),
                path("hired", "card", "access", "ready")),
    ),
}  # fmt: skip

#: What each report must say, besides being complete; | between several.
SAID = {
    "A.1.1": "原编号“甲.1.1”",
    "A.1.2": "图上写的办理人“处长”",
    "A.2.1": "没有写明任务类型",
    "A.4.1": "“池 small”的步骤不属于主流程",
    "B.1.0": "没有写明调用哪个流程",
    "B.2.0": "发起时变量 how_it_begins 的值为“条件具备”",
    "C.1.0": "没有写明时间|这里没有表单，请把它的内容写进用户任务的表单",
    "C.1.1": "条件改写为 FEEL：“not(ok)”",
    "C.2.0": "消息“m1”不会自动发出",
    "C.3.0": "起始数量（startQuantity=2）不支持",
    "C.4.0": "没有默认出线，以“review”为默认",
    "C.5.0": "由主流程调用",
    "C.7.0": "改为看变量 places",
    "C.8.1": "FEEL：“Vacation_Approval = |变量映射（subject）|图上写的办理人“manager”|原表单“camunda-forms:x”",
    "C.9.0": "没有写明要问的决策",
    "C.9.1": "操作“notify”须是系统登记的操作",
    "C.9.2": "最外层没有谁处理这个错误|已在最外层加上事件子流程",
    "C.10.0": "没有画内部步骤的池（申请人）|调用上画的数据输入、输出不起作用",
    "Facilities": "没有写明是哪个信号|消息“ready”不会自动发出|“urn:a-modeller”的扩展内容|数据存储 1 个（人员 名册）",
}


@pytest.mark.parametrize("model", MODELS)
def test_the_vocabulary_of_a_reference_model_is_imported(model):
    imported = import_diagram(MODELS[model])
    assert imported.is_executable, [str(one) for one in imported.report]
    for words in SAID[model].split("|"):
        assert any(words in one.sentence for one in imported.report), [str(one) for one in imported.report]


def go_on(case, dice):
    """Let the person, the calendar or the world do one of the things that can be done."""
    waiting = [token for token in case.last.tokens if token.kind in {"task", "timer", "message", "signal"}]
    token = dice.choice(waiting)
    element = case.definition.elements[token.element_id]
    if token.kind == "task":
        case.do(token.element_id, ok=dice.random() < 0.7, places=["甲", "乙"], papers=["丙"])
    elif token.kind == "timer":
        case.fire(token.element_id)
    elif token.kind == "message":
        case.send(element.message)
    else:
        case.signal(f"sig_{token.element_id}")


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("model", MODELS)
def test_what_was_assumed_can_be_worked_through(model, seed):
    definition = read_definition({"process.bpmn": import_diagram(MODELS[model]).bpmn}, digest="d")
    case, dice = Case(definition, places=[], papers=["丙"]), random.Random(seed)
    for _ in range(60):
        if case.last.is_ended:
            break
        go_on(case, dice)
    assert case.last.is_ended or case.last.tokens
