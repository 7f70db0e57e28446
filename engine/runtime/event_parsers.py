"""From the XML of one event, receive task or send task to its specification."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions import NoneEventDefinition

from engine.runtime import events
from engine.runtime.dialects import code_variable, condition_text, operation, timer_text
from engine.runtime.documents import event_definitions, event_kind, interrupts, is_event_subprocess, tag
from engine.runtime.node_parsers import NodeParser
from engine.runtime.nodes import ServiceTask
from engine.runtime.timers import CycleTimer, Timer

_REFERENCES = {
    "message": ("messageRef", events.Message),
    "signal": ("signalRef", events.Signal),
    "error": ("errorRef", events.Error),
    "escalation": ("escalationRef", events.Escalation),
}
_SIMPLE = {"": NoneEventDefinition, "link": NoneEventDefinition, "terminate": events.Terminate, "cancel": events.Cancel}
_TASKS = {"receiveTask", "sendTask"}


class EventParser(NodeParser):
    """Reads an event or a receive task."""

    def create_task(self) -> Any:
        """Create the event with its definition."""
        more = self.bpmn_attributes
        if tag(self.node) == "boundaryEvent":
            more["cancel_activity"] = interrupts(self.node)
        return self.spec_class(self.spec, self.bpmn_id, event_definition=self.definition(), **more)

    def definition(self) -> Any:
        """Return what the event waits for or throws."""
        kind = event_kind(self.node)
        if kind in _SIMPLE:
            return _SIMPLE[kind]()
        if kind == "timer":
            unit, value = timer_text(self.node)
            return (CycleTimer if unit == "timeCycle" else Timer)(self.bpmn_id, self.expressions.timer(value))
        if kind == "conditional":
            return events.Conditional(self.bpmn_id, self.expressions[condition_text(self.node)])
        if kind == "message" and operation(self.node):
            return events.Operation(operation(self.node), self.parameters())
        attribute, definition = _REFERENCES[kind]
        place = self.node if tag(self.node) in _TASKS else event_definitions(self.node)[0]
        found = self._named(kind, definition, place.get(attribute))
        found.code_variable = code_variable(place)
        return found

    def _named(self, kind: str, definition: Any, reference: str | None) -> Any:
        parser = self.process_parser.parser
        if kind == "message":
            return definition(parser.messages[reference])
        if kind == "signal":
            return definition(parser.signals[reference])
        known = parser.errors if kind == "error" else parser.escalations
        entry = known.get(reference, {})
        return definition(entry.get("name"), entry.get(f"{kind}_code") or reference)


class StartParser(EventParser):
    """Reads a start event; that of an event subprocess is a plain one inside, and a trigger outside."""

    def create_task(self) -> Any:
        """Create the start event."""
        if not is_event_subprocess(self.node.getparent()):
            return super().create_task()
        definition = NoneEventDefinition()
        return events.InnerStart(self.spec, self.bpmn_id, event_definition=definition, **self.bpmn_attributes)


class TriggerParser(EventParser):
    """Reads the start event of an event subprocess as what waits for it on the level around."""

    def create_task(self) -> Any:
        """Create the trigger."""
        more = {**self.bpmn_attributes, "cancel_activity": interrupts(self.node)}
        return events.Trigger(self.spec, self.bpmn_id, event_definition=self.definition(), **more)


class SendParser(EventParser):
    """Reads a send task: an operation, or a message to another step."""

    def create_task(self) -> Any:
        """Create the task."""
        if operation(self.node):
            return ServiceTask(self.spec, self.bpmn_id, operation(self.node), self.parameters(), **self.bpmn_attributes)
        return super().create_task()
