"""From the checked diagram to SpiffWorkflow's specifications, through its parser's extension points.

The library parses along the flows, which stops at about 500 elements in a row; here every element of a level is
created first and the flows are connected afterwards, in the order of the file.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import SubprocessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.event_definitions import NoneEventDefinition

from engine.runtime import events
from engine.runtime.diagram import Diagram
from engine.runtime.dialects import (
    RepetitionText,
    decision_rule,
    expression_text,
    operation,
    parameters,
    repetition,
    script_lines,
    timer_text,
)
from engine.runtime.documents import child, children, event_definitions, event_kind, flow_nodes, tag, text
from engine.runtime.expressions import Expressions
from engine.runtime.joins import InclusiveGateway, ParallelGateway
from engine.runtime.nodes import BusinessRuleTask, ExclusiveGateway, ProcessSpec, ScriptTask, ServiceTask, UserTask
from engine.runtime.repetition import Loop, MultiInstance, Plan
from engine.runtime.scopes import CallActivity, SubProcess
from engine.runtime.timers import CycleTimer, Timer

_REFERENCES = {
    "message": ("messageRef", events.Message),
    "signal": ("signalRef", events.Signal),
    "error": ("errorRef", events.Error),
    "escalation": ("escalationRef", events.Escalation),
}


class NodeParser(TaskParser):
    """Creates the specification of one element, without following its flows."""

    @property
    def expressions(self) -> Expressions:
        """The compiled expressions of the definition."""
        return self.process_parser.parser.expressions

    @property
    def bpmn_attributes(self) -> dict[str, Any]:
        """What the specification itself keeps; everything people read is in `Definition.elements`."""
        return {"description": tag(self.node), "bpmn_name": self.node.get("name")}

    def parse_node(self) -> Any:
        """Create the specification, inside its wrapper when the activity is repeated."""
        self.task = self.create_task()
        found = repetition(self.node)
        if found is not None:
            original = self.spec.task_specs.pop(self.task.name)
            self.task = self._wrapper(found)
            self._copy_task_attrs(original)
        return self.task

    def _wrapper(self, found: RepetitionText) -> Any:
        texts = (found.collection, found.cardinality, found.condition)
        compiled = {feel: self.expressions[feel] for feel in texts if feel}
        if found.is_loop:
            maximum = int(found.maximum) if found.maximum else None
            condition = compiled.get(found.condition)
            return Loop(
                self.spec,
                self.bpmn_id,
                condition=condition,
                maximum=maximum,
                tests_before=found.tests_before,
                **self.bpmn_attributes,
            )
        plan = Plan(
            is_sequential=found.is_sequential,
            collection=compiled.get(found.collection),
            cardinality=compiled.get(found.cardinality),
            item=found.item,
            results=found.results,
            result=found.result,
            until=compiled.get(found.condition),
        )
        return MultiInstance(self.spec, self.bpmn_id, plan, **self.bpmn_attributes)


class ScriptParser(NodeParser):
    """Reads the lines of a script task."""

    def create_task(self) -> Any:
        """Compile the lines."""
        script = tuple((name, self.expressions[feel]) for _, name, feel in script_lines(self.node))
        return self.spec_class(self.spec, self.bpmn_id, script, **self.bpmn_attributes)


class ServiceParser(NodeParser):
    """Reads the operation and parameters of a service or send task."""

    def create_task(self) -> Any:
        """Compile the parameters."""
        values = {name: self.expressions.parameter(value) for name, value in parameters(self.node)}
        return self.spec_class(self.spec, self.bpmn_id, operation(self.node), values, **self.bpmn_attributes)


class RuleParser(NodeParser):
    """Reads the decision of a business rule task."""

    def create_task(self) -> Any:
        """Keep what to ask."""
        return self.spec_class(self.spec, self.bpmn_id, decision_rule(self.node), **self.bpmn_attributes)


class ScopeParser(NodeParser):
    """Reads an embedded subprocess or a call activity."""

    def create_task(self) -> Any:
        """Name the specification of the inner level."""
        is_call = tag(self.node) == "callActivity"
        inner = (SubprocessParser.get_call_activity_spec if is_call else SubprocessParser.get_subprocess_spec)(self)
        return self.spec_class(self.spec, self.bpmn_id, inner, **self.bpmn_attributes)


class EventParser(NodeParser):
    """Reads an event or a receive task."""

    def create_task(self) -> Any:
        """Create the event with its definition."""
        more = self.bpmn_attributes
        if tag(self.node) == "boundaryEvent":
            more["cancel_activity"] = self.node.get("cancelActivity", "true") == "true"
        return self.spec_class(self.spec, self.bpmn_id, event_definition=self._definition(), **more)

    def _definition(self) -> Any:
        kind = event_kind(self.node)
        if not kind:
            return NoneEventDefinition()
        if kind == "terminate":
            return events.Terminate()
        if kind == "timer":
            unit, value = timer_text(self.node)
            return (CycleTimer if unit == "timeCycle" else Timer)(self.bpmn_id, self.expressions.timer(value))
        attribute, definition = _REFERENCES[kind]
        place = self.node if tag(self.node) == "receiveTask" else event_definitions(self.node)[0]
        return self._named(kind, definition, place.get(attribute))

    def _named(self, kind: str, definition: Any, reference: str | None) -> Any:
        parser = self.process_parser.parser
        if kind == "message":
            return definition(parser.messages[reference])
        if kind == "signal":
            return definition(parser.signals[reference])
        known = parser.errors if kind == "error" else parser.escalations
        entry = known.get(reference, {})
        return definition(entry.get("name"), entry.get(f"{kind}_code") or reference)


class LevelParser(ProcessParser):
    """Creates all specifications of a process or subprocess, then connects them."""

    def create_spec(self) -> ProcessSpec:
        """Create an empty process; called processes need not be marked executable."""
        return ProcessSpec(name=self.bpmn_id, description=self.get_name(), filename=self.filename)

    def add_tasks(self) -> None:
        """Create and connect."""
        nodes = {node.get("id") or "": node for node in flow_nodes(self.node)}
        made = {node_id: self.parse_node(node) for node_id, node in nodes.items()}
        entries = dict(made)
        for node_id, node in nodes.items():
            if tag(node) == "startEvent":
                self.spec.start.connect(made[node_id])
            elif tag(node) == "endEvent":
                made[node_id].connect(self.spec.end)
            elif tag(node) == "boundaryEvent":
                self._attach(made[node_id], node.get("attachedToRef") or "", made, entries)
        for flow in children(self.node, "sequenceFlow"):
            source, target = flow.get("sourceRef") or "", flow.get("targetRef") or ""
            self._connect(made[source], entries[target], flow, nodes[source].get("default"))

    def _attach(self, event: Any, host: str, made: dict[str, Any], entries: dict[str, Any]) -> None:
        if entries[host] is made[host]:
            entries[host] = events.BoundaryScope(self.spec, f"{host}.scope")
            entries[host].connect(made[host])
        entries[host].connect(event)

    def _connect(self, source: Any, target: Any, flow: Any, default: str | None) -> None:
        feel = expression_text(text(child(flow, "conditionExpression")))
        if feel and flow.get("id") != default:
            source.connect_outgoing_if(self.parser.expressions[feel], target)
        else:
            source.connect(target)


_CLASSES = {
    full_tag(name): classes
    for name, classes in {
        "startEvent": (EventParser, events.StartEvent),
        "endEvent": (EventParser, events.EndEvent),
        "intermediateCatchEvent": (EventParser, events.CatchEvent),
        "intermediateThrowEvent": (EventParser, events.ThrowEvent),
        "boundaryEvent": (EventParser, events.BoundaryEvent),
        "receiveTask": (EventParser, events.ReceiveTask),
        "userTask": (NodeParser, UserTask),
        "manualTask": (NodeParser, UserTask),
        "scriptTask": (ScriptParser, ScriptTask),
        "businessRuleTask": (RuleParser, BusinessRuleTask),
        "serviceTask": (ServiceParser, ServiceTask),
        "sendTask": (ServiceParser, ServiceTask),
        "subProcess": (ScopeParser, SubProcess),
        "callActivity": (ScopeParser, CallActivity),
        "exclusiveGateway": (NodeParser, ExclusiveGateway),
        "parallelGateway": (NodeParser, ParallelGateway),
        "inclusiveGateway": (NodeParser, InclusiveGateway),
        "eventBasedGateway": (NodeParser, events.EventBasedGateway),
    }.items()
}


class CaseParser(BpmnParser):
    """The one parser for every dialect. Drawing, lanes, data objects and stores are documentation to it."""

    PROCESS_PARSER_CLASS = LevelParser
    OVERRIDE_PARSER_CLASSES = _CLASSES

    def __init__(self, expressions: Expressions) -> None:
        """Keep the compiled expressions."""
        super().__init__()
        self.expressions = expressions

    def _add_data_stores(self, bpmn: Any) -> None:
        """Pass over data stores."""

    def _add_correlations(self, bpmn: Any) -> None:
        """Pass over correlations: a message belongs to the case it is sent to."""

    def _add_collaborations(self, bpmn: Any) -> None:
        """Pass over pools."""

    def _add_diagram_indexes(self, bpmn: Any) -> None:
        """Pass over the drawing."""


def build(diagram: Diagram, expressions: Expressions) -> dict[str, Any]:
    """Return the specifications of the main process and of everything inside it, by process id."""
    parser = CaseParser(expressions)
    for document in diagram.documents:
        parser.add_bpmn_xml(document.root, filename=document.file)
    process_id = diagram.main.get("id")
    return {process_id: parser.get_spec(process_id), **parser.get_subprocess_specs(process_id)}
