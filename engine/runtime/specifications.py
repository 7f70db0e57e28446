"""From the checked diagram to SpiffWorkflow's specifications, through its parser's extension points.

The library parses along the flows, which stops at about 500 elements in a row; here every element of a level is
created first and the flows are connected afterwards, in the order of the file.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.util import full_tag

from engine.runtime import events
from engine.runtime.diagram import Diagram
from engine.runtime.dialects import expression_text, links
from engine.runtime.documents import child, children, flow_nodes, is_event_subprocess, tag, text
from engine.runtime.event_parsers import EventParser, SendParser, StartParser, TriggerParser
from engine.runtime.expressions import Expressions
from engine.runtime.joins import InclusiveGateway, ParallelGateway
from engine.runtime.node_parsers import CallParser, NodeParser, RuleParser, ScopeParser, ScriptParser, ServiceParser
from engine.runtime.nodes import BusinessRuleTask, ExclusiveGateway, ProcessSpec, ScriptTask, ServiceTask, UserTask
from engine.runtime.scopes import CallActivity, SubProcess


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
            elif is_event_subprocess(node):
                self._set_aside(made[node_id], node)
        for source, target in links(nodes.values()):
            made[source].connect(made[target])
        for flow in children(self.node, "sequenceFlow"):
            source, target = flow.get("sourceRef") or "", flow.get("targetRef") or ""
            self._connect(made[source], entries[target], flow, nodes[source].get("default"))

    def _attach(self, event: Any, host: str, made: dict[str, Any], entries: dict[str, Any]) -> None:
        if entries[host] is made[host]:
            entries[host] = events.BoundaryScope(self.spec, f"{host}.scope")
            entries[host].connect(made[host])
        entries[host].connect(event)

    def _set_aside(self, subprocess: Any, node: Any) -> None:
        start = children(node, "startEvent")[0]
        trigger = TriggerParser(self, events.Trigger, start, self.nsmap, lane=self.lane).parse_node()
        self.spec.start.connect(trigger)
        trigger.connect(subprocess)
        subprocess.connect(self.spec.end)

    def _connect(self, source: Any, target: Any, flow: Any, default: str | None) -> None:
        feel = expression_text(text(child(flow, "conditionExpression")))
        is_gateway = isinstance(source, (ExclusiveGateway, InclusiveGateway))
        if feel and flow.get("id") != default:
            expression = self.parser.expressions[feel]
            (source.connect_outgoing_if if is_gateway else source.connect_when)(expression, target)
        elif flow.get("id") == default and not is_gateway:
            source.connect_otherwise(target)
        else:
            source.connect(target)


_CLASSES = {
    full_tag(name): classes
    for name, classes in {
        "startEvent": (StartParser, events.StartEvent),
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
        "sendTask": (SendParser, events.SendTask),
        "subProcess": (ScopeParser, SubProcess),
        "transaction": (ScopeParser, SubProcess),
        "callActivity": (CallParser, CallActivity),
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
