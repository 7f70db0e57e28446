"""Tiny diagrams in one line per element, and a person who works on a case with a reload before every step."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from engine.runtime import (
    Context,
    complete,
    fire_timer,
    migrate,
    move_token,
    read_definition,
    send_message,
    send_signal,
    start,
    throw_error,
)

MORNING = datetime(2026, 1, 31, 2, 0, tzinfo=UTC)
HEADER = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:spiff="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="test">'
)


def node(tag, name, inner="", **attributes):
    """An element; `default_` and the like lose their underscore, `camunda_x` becomes camunda:x."""
    written = "".join(
        f" {key.rstrip('_').replace('camunda_', 'camunda:')}={quoteattr(value)}" for key, value in attributes.items()
    )
    return f'<bpmn:{tag} id="{name}"{written}>{inner}</bpmn:{tag}>'


def begin(name="begin"):
    return node("startEvent", name)


def end(name="done", event=""):
    return node("endEvent", name, event)


def user(name, inner="", **attributes):
    return node("userTask", name, inner, **attributes)


def flow(source, target, when="", name=""):
    condition = f"<bpmn:conditionExpression>{escape(when)}</bpmn:conditionExpression>" if when else ""
    attributes = {"sourceRef": source, "targetRef": target}
    return node("sequenceFlow", name or f"{source}__{target}", condition, **attributes)


def path(*names):
    return "".join(flow(source, target) for source, target in pairwise(names))


def timer(text, unit="timeDuration"):
    return f"<bpmn:timerEventDefinition><bpmn:{unit}>{escape(text)}</bpmn:{unit}></bpmn:timerEventDefinition>"


def message(name):
    return f'<bpmn:messageEventDefinition messageRef="{name}"/>'


def signal(name):
    return f'<bpmn:signalEventDefinition signalRef="{name}"/>'


def error(code):
    return f'<bpmn:errorEventDefinition errorRef="{code}"/>'


def conditional(feel):
    condition = f"<bpmn:condition>{escape(feel)}</bpmn:condition>"
    return f"<bpmn:conditionalEventDefinition>{condition}</bpmn:conditionalEventDefinition>"


def escalation(code):
    return f'<bpmn:escalationEventDefinition escalationRef="{code}"/>'


def link(name):
    return f'<bpmn:linkEventDefinition name="{name}"/>'


def aside(name, event, *body, interrupts=True, begins="asked"):
    """An event subprocess: what its start event waits for, and what comes after."""
    start = node("startEvent", begins, event, isInterrupting="true" if interrupts else "false")
    return node("subProcess", name, start + "".join(body), triggeredByEvent="true")


def catch(name, event):
    return node("intermediateCatchEvent", name, event)


def throw(name, event):
    return node("intermediateThrowEvent", name, event)


def boundary(name, on, event, interrupts=True):
    return node("boundaryEvent", name, event, attachedToRef=on, cancelActivity="true" if interrupts else "false")


def service(name, topic, **parameters):
    inputs = "".join(
        f"<camunda:inputParameter name={quoteattr(key)}>{escape(value)}</camunda:inputParameter>"
        for key, value in parameters.items()
    )
    extensions = f"<camunda:inputOutput>{inputs}</camunda:inputOutput>" if inputs else ""
    inner = f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>"
    return node("serviceTask", name, inner, camunda_type="external", camunda_topic=topic)


def script(name, text):
    return node("scriptTask", name, f"<bpmn:script>{escape(text)}</bpmn:script>")


def many(collection="", item="", *, cardinality="", until="", collects=("", ""), is_sequential=False):
    """A multi-instance; `collects` names the list of results and one result."""
    results, result = collects
    parts = [
        f"<bpmn:loopCardinality>{cardinality}</bpmn:loopCardinality>" if cardinality else "",
        f"<bpmn:loopDataInputRef>{collection}</bpmn:loopDataInputRef>" if collection else "",
        f"<bpmn:loopDataOutputRef>{results}</bpmn:loopDataOutputRef>" if results else "",
        f'<bpmn:inputDataItem name="{item}"/>' if item else "",
        f'<bpmn:outputDataItem name="{result}"/>' if result else "",
        f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>" if until else "",
    ]
    inner = "".join(parts)
    sequential = "true" if is_sequential else "false"
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{sequential}">'
        f"{inner}</bpmn:multiInstanceLoopCharacteristics>"
    )


def xml(*body, process="sample", executable="true", after="</bpmn:definitions>", **declarations):
    """A file with one process; messages, signals, errors and escalations are declared by name, or in `after`."""
    declared = "".join(
        f'<bpmn:{kinds[:-1]} id="{name}" name="{name}" />' for kinds, names in declarations.items() for name in names
    )
    inside = "".join(body)
    return (
        f'{HEADER}{declared}<bpmn:process id="{process}" isExecutable="{executable}">{inside}</bpmn:process>{after}'
    ).encode()


def read(*body, digest="d1", called=None, **options):
    files = {"process.bpmn": xml(*body, **options), **(called or {})}
    return read_definition(files, digest=digest)


class Case:
    """One case: state and variables go through the runtime as bytes and a dict at every single step."""

    def __init__(self, definition, now=MORNING, facts=None, **variables):
        self.definition = definition
        self.now = now
        self.facts = facts or {}
        self.variables = variables
        self.history = []
        self.ends = []
        self.effects = []
        self.timers = {}
        self._take(start(self.context))

    @property
    def context(self):
        return Context(definition=self.definition, variables=self.variables, facts={"now": self.now, **self.facts})

    def _take(self, progress, fired=""):
        self.last = progress
        self.state = progress.state
        self.variables = progress.variables
        self.history += progress.passed
        self.ends += progress.end_events
        self.effects += progress.effects
        for token_id in (*progress.disarmed, fired):
            self.timers.pop(token_id, None)
        self.timers |= {armed.token_id: armed for armed in progress.armed}
        return self

    @property
    def open(self):
        return [token.element_id for token in self.last.tokens if token.kind == "task"]

    @property
    def waiting(self):
        return [token.element_id for token in self.last.tokens]

    def token(self, element_id, kind=""):
        return next(t.token_id for t in self.last.tokens if t.element_id == element_id and kind in ("", t.kind))

    def do(self, element_id, **values):
        return self._take(complete(self.context, self.state, self.token(element_id, "task"), values))

    def do_token(self, token_id, **values):
        return self._take(complete(self.context, self.state, token_id, values))

    def fire(self, element_id):
        token_id = self.token(element_id, "timer")
        return self._take(fire_timer(self.context, self.state, token_id), fired=token_id)

    def move(self, element_id, target):
        return self._take(move_token(self.context, self.state, self.token(element_id, "task"), target))

    def send(self, name, *, keep=False, **payload):
        return self._take(send_message(self.context, self.state, name, payload, keep=keep))

    def migrate(self, definition, **element_map):
        old, self.definition = self.definition, definition
        facts = {"now": self.now, **self.facts}
        return self._take(migrate(old, definition, self.state, self.variables, facts, element_map))

    def signal(self, name):
        return self._take(send_signal(self.context, self.state, name))

    def fail(self, code):
        return self._take(throw_error(self.context, self.state, code))

    def later(self, **lengths):
        self.now += timedelta(**lengths)
        return self

    def due(self):
        return {armed.element_id: armed.due_at for armed in self.timers.values()}
