"""From the XML of one activity or gateway to its specification, through the library's parser classes."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.task_parsers import SubprocessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser

from engine.runtime.dialects import (
    RepetitionText,
    call_mapping,
    decision_rule,
    declared_mapping,
    operation,
    parameters,
    repetition,
    script_lines,
)
from engine.runtime.documents import is_event_subprocess, tag
from engine.runtime.expressions import Expressions
from engine.runtime.repetition import Loop, MultiInstance, Plan
from engine.runtime.scopes import CallActivity, EventSubProcess, Mapping, SubProcess


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

    def parameters(self) -> dict[str, Any]:
        """Return the compiled parameters of an operation."""
        return {name: self.expressions.parameter(value) for name, value in parameters(self.node)}

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
    """Reads the operation and parameters of a service task."""

    def create_task(self) -> Any:
        """Compile the parameters."""
        return self.spec_class(self.spec, self.bpmn_id, operation(self.node), self.parameters(), **self.bpmn_attributes)


class RuleParser(NodeParser):
    """Reads the decision of a business rule task."""

    def create_task(self) -> Any:
        """Keep what to ask."""
        return self.spec_class(self.spec, self.bpmn_id, decision_rule(self.node), **self.bpmn_attributes)


class ScopeParser(NodeParser):
    """Reads an embedded subprocess, a transaction or an event subprocess."""

    def create_task(self) -> Any:
        """Name the specification of the inner level."""
        inner = SubprocessParser.get_subprocess_spec(self)
        kind = EventSubProcess if is_event_subprocess(self.node) else SubProcess
        return kind(self.spec, self.bpmn_id, subworkflow_spec=inner, **self.bpmn_attributes)


class CallParser(NodeParser):
    """Reads a call activity."""

    def create_task(self) -> Any:
        """Name the called process, and compile what it gets and gives back."""
        called = SubprocessParser.get_call_activity_spec(self)
        more = {"mapping": self._mapping(), **self.bpmn_attributes}
        return CallActivity(self.spec, self.bpmn_id, called, **more)

    def _mapping(self) -> Mapping | None:
        called = self.process_parser.parser.process_parsers.get(self.node.get("calledElement"))
        found = call_mapping(self.node) or (called and declared_mapping(self.node, called.node))
        if not found:
            return None
        gets, gives = (
            tuple((name, self.expressions[feel]) for name, feel in pairs) for pairs in (found.gets, found.gives)
        )
        return Mapping(gets=gets, gives=gives, gets_all=found.gets_all, gives_all=found.gives_all)
