"""Faults planted into a sound folder, one at a time: each is found by its rule, at the element that is meant."""

import json
import re
from datetime import UTC, datetime

import pytest

from engine.lint import RULES, Severity, examine

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DIAGRAM, FILL, REVIEW = "process.bpmn", "forms/fill_report.form", "forms/review_report.form"
TABLE, WINDOWS, PROCEDURE, SCENARIO = "decisions/size.dmn", "windows.yaml", "procedure.yaml", "scenarios/accepted.yaml"
DOC = "<documentation>说明。\n依据：东莞方案 六\n标记：依据</documentation>"
PROCESS_END = "</process>"
YES = '<sequenceFlow id="is_accepted__yes" sourceRef="is_accepted" targetRef="tell_park">'
CONDITION = 'review_decision = "agree" and size = "large"'
TIMER = "<timeDate>windows.filing.closes_at</timeDate>"
MESSAGE = 'messageRef="msg_withdraw" />'
DECIDE = '<sequenceFlow id="is_accepted__no" sourceRef="is_accepted" targetRef="fill_report" />'
#: Two branches at once, in lanes of their own, from the review to the gateway.
BRANCHES = """
  <parallelGateway id="{opens}">DOC</parallelGateway>
  <userTask id="give_opinion" name="会签">DOC</userTask>
  <userTask id="check_site" name="查看现场">DOC</userTask>
  <{closing} id="all_given" name="都齐了">DOC</{closing}>
  <sequenceFlow id="review_report__done" sourceRef="review_report" targetRef="{opens}" />
  <sequenceFlow id="to_opinion" sourceRef="{opens}" targetRef="give_opinion" />
  <sequenceFlow id="to_site" sourceRef="{opens}" targetRef="check_site" />
  <sequenceFlow id="opinion_given" sourceRef="give_opinion" targetRef="all_given" />
  <sequenceFlow id="site_checked" sourceRef="check_site" targetRef="all_given" />
  <sequenceFlow id="all_given__done" sourceRef="all_given" targetRef="is_accepted" />
""".replace("DOC", DOC)
IF_ONE = "<conditionExpression>jobs = 1</conditionExpression>"
LIMITS = (
    "time_limits:\n  review_report: {working_days: 20, after: filing.closes, basis: 来源文件未规定, mark: platform}\n"
)
DONE = '<sequenceFlow id="review_report__done" sourceRef="review_report" targetRef="is_accepted" />'
IN_BUREAU = "<flowNodeRef>withdrawn</flowNodeRef>"


def in_bureau(*names):
    return (DIAGRAM, IN_BUREAU, IN_BUREAU + "".join(f"<flowNodeRef>{name}</flowNodeRef>" for name in names))


def add(*xml):
    return (DIAGRAM, PROCESS_END, "".join(xml) + PROCESS_END)


def condition(feel):
    return (DIAGRAM, CONDITION, feel.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def branches(opens="all_at_once", closing="exclusiveGateway"):
    return (DIAGRAM, DONE, BRANCHES.format(opens=opens, closing=closing))


def hidden(feel):
    """The condition of a field, inside JSON."""
    text = '=review_decision = \\"agree\\" and jobs > 0 and now < deadlines.review_report'
    return (REVIEW, text, json.dumps("=" + feel)[1:-1])


#: What was broken: changes of (file, old, new), the rule that finds it, the element, the file when not the diagram.
FAULTS = {
    "a path that stops": (
        [(DIAGRAM, '<sequenceFlow id="tell_park__end" sourceRef="tell_park" targetRef="report_accepted" />', "")],
        "diagram",
        "tell_park",
        DIAGRAM,
    ),
    "a step nobody reaches": (
        [
            in_bureau("alone"),
            add(
                f'<userTask id="alone" name="孤立">{DOC}</userTask>',
                '<sequenceFlow id="alone__end" sourceRef="alone" targetRef="withdrawn" />',
            ),
        ],
        "diagram",
        "alone",
        DIAGRAM,
    ),
    "a loop without anybody in it": (
        [
            (
                DIAGRAM,
                'sourceRef="tell_park" targetRef="report_accepted"',
                'sourceRef="tell_park" targetRef="is_accepted"',
            )
        ],
        "diagram",
        "is_accepted",
        DIAGRAM,
    ),
    "a loop without a way out": (
        [
            (
                DIAGRAM,
                'sourceRef="tell_park" targetRef="report_accepted"',
                'sourceRef="tell_park" targetRef="wait_again"',
            ),
            (DIAGRAM, 'targetRef="withdrawn" />', 'targetRef="withdrawn" />'),
            in_bureau("wait_again"),
            add(
                f'<userTask id="wait_again" name="再等等">{DOC}</userTask>',
                '<sequenceFlow id="wait_again__done" sourceRef="wait_again" targetRef="tell_park" />',
            ),
        ],
        "no_way_out",
        "tell_park",
        DIAGRAM,
    ),
    "a parallel join behind a choice": (
        [
            branches("picks_one", "parallelGateway"),
            in_bureau("picks_one", "give_opinion", "check_site", "all_given"),
            (
                DIAGRAM,
                '<parallelGateway id="picks_one">',
                '<exclusiveGateway id="picks_one" name="选一条" default="to_site">',
            ),
            (DIAGRAM, "</parallelGateway>", "</exclusiveGateway>"),
            (
                DIAGRAM,
                'sourceRef="picks_one" targetRef="give_opinion" />',
                f'sourceRef="picks_one" targetRef="give_opinion">{IF_ONE}</sequenceFlow>',
            ),
        ],
        "join_stuck",
        "all_given",
        DIAGRAM,
    ),
    "branches that meet without a join": (
        [branches(), in_bureau("all_at_once", "give_opinion", "check_site", "all_given")],
        "done_twice",
        "all_given",
        DIAGRAM,
    ),
    "a gateway without a default": (
        [
            (DIAGRAM, ' default="is_accepted__no"', ""),
            (
                DIAGRAM,
                DECIDE,
                DECIDE.replace(" />", "><conditionExpression>jobs = 1</conditionExpression></sequenceFlow>"),
            ),
        ],
        "no_default",
        "is_accepted",
        DIAGRAM,
    ),
    "a way without a condition": ([(DIAGRAM, ' default="is_accepted__no"', "")], "diagram", "is_accepted__no", DIAGRAM),
    "two ways with the same condition": (
        [
            condition('review_decision = "agree"'),
            add(
                '<sequenceFlow id="is_accepted__also" sourceRef="is_accepted" targetRef="report_accepted">'
                '<conditionExpression>review_decision in ("agree", "return")</conditionExpression></sequenceFlow>'
            ),
        ],
        "overlapping_ways",
        "is_accepted__also",
        DIAGRAM,
    ),
    "a condition that never changes": ([condition("1 = 1")], "constant_condition", "is_accepted__yes", DIAGRAM),
    "a condition that is no FEEL": ([condition("review_decision ==")], "diagram", "is_accepted__yes", DIAGRAM),
    "a name that no form has": ([condition('reviev_decision = "agree"')], "diagram", "is_accepted__yes", DIAGRAM),
    "a text compared with a number": ([condition('jobs = "3"')], "types", "is_accepted__yes", DIAGRAM),
    "an answer that nobody can give": ([condition('review_decision = "agreed"')], "types", "is_accepted__yes", DIAGRAM),
    "an answer that no decision gives": ([condition('size = "huge"')], "types", "is_accepted__yes", DIAGRAM),
    "a condition that is no condition": ([condition("jobs + 1")], "types", "is_accepted__yes", DIAGRAM),
    "a function with too many arguments": (
        [condition("contains(narrative) = true")],
        "types",
        "is_accepted__yes",
        DIAGRAM,
    ),
    "arithmetic over a text": ([condition("narrative * 2 > 1")], "types", "is_accepted__yes", DIAGRAM),
    "a day that does not exist": ([condition('now > date("2026-02-30")')], "types", "is_accepted__yes", DIAGRAM),
    "a timer that is a number": (
        [(DIAGRAM, TIMER, "<timeDate>jobs + 1</timeDate>")],
        "types",
        "window_closed",
        DIAGRAM,
    ),
    "a timer that cannot be understood": (
        [(DIAGRAM, TIMER, "<timeDuration>P5WD</timeDuration>")],
        "diagram",
        "window_closed",
        DIAGRAM,
    ),
    "a timer without a zone": (
        [(DIAGRAM, TIMER, "<timeDate>2030-01-01T09:00:00</timeDate>")],
        "no_zone",
        "window_closed",
        DIAGRAM,
    ),
    "a timer in the past": (
        [(DIAGRAM, TIMER, "<timeDate>2020-01-01T09:00:00+08:00</timeDate>")],
        "time_gone",
        "window_closed",
        DIAGRAM,
    ),
    "a timer over a window that is not there": (
        [(DIAGRAM, TIMER, "<timeDate>windows.renewal.closes_at</timeDate>")],
        "diagram",
        "window_closed",
        DIAGRAM,
    ),
    "a name read before it is set": (
        [
            (
                DIAGRAM,
                'sourceRef="is_accepted" targetRef="fill_report"',
                'sourceRef="is_accepted" targetRef="withdrawn"',
            ),
            (DIAGRAM, TIMER, '<timeDate>if review_opinion = "a" then windows.filing.closes_at else now</timeDate>'),
        ],
        "unset_name",
        "fill_report",
        DIAGRAM,
    ),
    "a step in no lane": (
        [(DIAGRAM, "<flowNodeRef>review_report</flowNodeRef>", "")],
        "diagram",
        "review_report",
        DIAGRAM,
    ),
    "a role that does not exist": (
        [(DIAGRAM, 'candidateGroups="city_department"', 'candidateGroups="mayor"')],
        "diagram",
        "review_report",
        DIAGRAM,
    ),
    "a lane without a rule": (
        [(PROCEDURE, "  bureau: {role: city_department, office: {kind: iit_department, level: 地市级}}\n", "")],
        "no_role",
        "bureau",
        DIAGRAM,
    ),
    "a lane without steps": (
        [(DIAGRAM, '<lane id="bureau"', '<lane id="empty" name="空"></lane><lane id="bureau"')],
        "empty_lane",
        "empty",
        DIAGRAM,
    ),
    "a step without a form": (
        [
            in_bureau("sign_report"),
            (DIAGRAM, 'targetRef="report_accepted" />', 'targetRef="sign_report" />'),
            add(
                f'<userTask id="sign_report" name="签发">{DOC}</userTask>',
                '<sequenceFlow id="sign_report__done" sourceRef="sign_report" targetRef="report_accepted" />',
            ),
        ],
        "diagram",
        "sign_report",
        DIAGRAM,
    ),
    "a step without its clause": (
        [
            (
                DIAGRAM,
                '<userTask id="fill_report" name="填写年报">' + "<documentation>说明。\n依据：东莞方案 六（四）\n",
                '<userTask id="fill_report" name="填写年报">' + "<documentation>说明。\n",
            )
        ],
        "diagram",
        "fill_report",
        DIAGRAM,
    ),
    "an id left by a modeller": (
        [
            (DIAGRAM, '<endEvent id="withdrawn"', '<endEvent id="Event_0abc"'),
            (DIAGRAM, "<flowNodeRef>withdrawn<", "<flowNodeRef>Event_0abc<"),
            (DIAGRAM, 'targetRef="withdrawn"', 'targetRef="Event_0abc"'),
            (DIAGRAM, 'bpmnElement="withdrawn"', 'bpmnElement="Event_0abc"'),
        ],
        "diagram",
        "Event_0abc",
        DIAGRAM,
    ),
    "a message nobody sends": (
        [
            (
                DIAGRAM,
                '<message id="msg_withdraw" name="msg_withdraw" />',
                '<message id="msg_withdraw" name="msg_recall" />',
            )
        ],
        "message_never_comes",
        "report_withdrawn",
        DIAGRAM,
    ),
    "an error nobody handles": (
        [
            (DIAGRAM, "<message id", '<error id="err_lost" name="丢失" errorCode="lost" /><message id'),
            (DIAGRAM, '<endEvent id="report_late" name="逾期">', '<endEvent id="report_late" name="逾期">'),
            (
                DIAGRAM,
                "</documentation></endEvent>\n    <",
                '</documentation><errorEventDefinition id="e1" errorRef="err_lost" /></endEvent>\n    <',
            ),
        ],
        "error_lost",
        "report_late",
        DIAGRAM,
    ),
    "an operation that does not exist": (
        [(DIAGRAM, 'camunda:topic="notify"', 'camunda:topic="notfy"')],
        "diagram",
        "tell_park",
        DIAGRAM,
    ),
    "an operation without a parameter": (
        [(DIAGRAM, '<camunda:inputParameter name="title">年报已接受</camunda:inputParameter>', "")],
        "diagram",
        "tell_park",
        DIAGRAM,
    ),
    "a form that is broken": ([(FILL, '"type": "number"', '"type": "nummer"')], "form", "jobs", FILL),
    "a field that is hidden by a comparison that fails": ([hidden('jobs = "many"')], "types", "review_opinion", REVIEW),
    "a form that names an unknown field": ([hidden("jobz > 1")], "form", "jobz", REVIEW),
    "an answer without an effect": (
        [
            (
                FILL,
                '{"type": "textarea", "key": "remarks", "label": "备注"}',
                '{"type": "radio", "key": "agrees", "id": "agrees", "label": "同意", "validate": {"required": true}, '
                '"values": [{"value": "a", "label": "a"}, {"value": "b", "label": "b"}]}',
            )
        ],
        "answer_unused",
        "agrees",
        FILL,
    ),
    "rows that hit together": ([(TABLE, "&lt; 100", "&lt;= 100")], "rows_overlap", "large", TABLE),
    "a case that no row answers": ([(TABLE, "&gt;= 100", "&gt; 100")], "no_row_hits", "size", TABLE),
    "a row that is never reached": (
        [
            (TABLE, 'hitPolicy="UNIQUE"', 'hitPolicy="FIRST"'),
            (TABLE, "&lt; 100", "&lt; 500"),
            (TABLE, "&gt;= 100", "[100..400]"),
        ],
        "row_never_hits",
        "large",
        TABLE,
    ),
    "a cell that nothing passes": ([(TABLE, "&gt;= 100", "[200..100]")], "row_never_hits", "large", TABLE),
    "a cell of the wrong kind": ([(TABLE, "&gt;= 100", '"many"')], "types", "large", TABLE),
    "a cell that is no FEEL": ([(TABLE, "&gt;= 100", "&gt;&gt; 100")], "table", "规模", TABLE),
    "a decision that is not there": (
        [(DIAGRAM, 'decisionRef="size"', 'decisionRef="length"')],
        "diagram",
        "count_jobs",
        DIAGRAM,
    ),
    "a time limit of no step": (
        [(WINDOWS, "  review_report:", "  judge_report:")],
        "windows",
        "time_limits.judge_report",
        WINDOWS,
    ),
    "a gate that is no step": (
        [(WINDOWS, "[fill_report]", "[fill_raport]")],
        "windows",
        "windows.filing.gates",
        WINDOWS,
    ),
    "a step of an office without a time limit": (
        [
            (
                WINDOWS,
                LIMITS,
                "",
            ),
            hidden("jobs > 0"),
        ],
        "no_time_limit",
        "review_report",
        DIAGRAM,
    ),
    "an end without a scenario": ([(SCENARIO, "report_late, ", "")], "end_without_scenario", "report_late", DIAGRAM),
    "a scenario of a step that is gone": (
        [(SCENARIO, "task: fill_report", "task: fill_rapport")],
        "scenario",
        "fill_rapport",
        SCENARIO,
    ),
    "a scenario that cannot be read": ([(SCENARIO, "steps:", "steps: {")], "scenario", "", SCENARIO),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_at_its_element(files, change, fault):
    changes, rule, element, file = FAULTS[fault]
    for one in changes:
        change(*one)
    report = examine(files, name="park_report", now=NOW)
    assert (rule, element, file) in {(found.rule, found.element, found.file) for found in report.findings}


def test_there_is_nothing_to_find_without_a_fault(files):
    report = examine(files, name="park_report", now=NOW)
    assert [found for found in report.findings if found.rule != "layout"] == []
    assert report.is_publishable


@pytest.mark.parametrize("fault", FAULTS)
def test_an_error_and_only_an_error_keeps_the_folder_from_being_published(files, change, fault):
    for one in FAULTS[fault][0]:
        change(*one)
    report = examine(files, name="park_report", now=NOW)
    assert report.is_publishable == (not any(found.severity is Severity.ERROR for found in report.findings))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_finding_says_in_chinese_what_to_do(files, change, fault):
    for one in FAULTS[fault][0]:
        change(*one)
    report = examine(files, name="park_report", now=NOW)
    own = [found for found in report.findings if found.rule == FAULTS[fault][1]]
    assert own
    assert all(found.rule in RULES and re.search("[一-鿿]{2}", found.message) for found in own)
