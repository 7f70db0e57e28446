"""Subprocesses and called processes: one more level of tokens, over the case's variables or over some of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins import CallActivityMixin, SubWorkflowTaskMixin

from engine.language import Expression
from engine.runtime.nodes import Node
from engine.runtime.session import OWN
from engine.runtime.withdrawal import withdraw_all


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """What a called process gets and gives back; it has variables of its own."""

    #: Variable inside and the expression outside that gives its value.
    gets: tuple[tuple[str, Expression], ...] = ()
    #: Variable outside and the expression inside that gives its value.
    gives: tuple[tuple[str, Expression], ...] = ()
    gets_all: bool = False
    gives_all: bool = False


class Nested:
    """Shares the case variables with the outer level, and what belongs to the instance it runs in."""

    #: True for an event subprocess.
    is_aside = False

    def copy_data(self, my_task: Any, subworkflow: Any) -> None:
        """Hand nothing in."""

    def update_data(self, my_task: Any, subworkflow: Any) -> None:
        """Take nothing out."""

    def _on_cancel(self, my_task: Any) -> None:
        """Take everything inside back first."""
        top = my_task.workflow.top_workflow
        inner = top.subprocesses.pop(my_task.id, None)
        if inner is not None:
            withdraw_all(inner)
            inner.completed = True
        # The library's own hook cancels the subprocess once more; it is passed over.
        super(SubWorkflowTaskMixin, self)._on_cancel(my_task)  # type: ignore[misc]


class SubProcess(Nested, SubWorkflowTaskMixin, Node):
    """An embedded subprocess or a transaction."""


class EventSubProcess(SubProcess):
    """A subprocess that begins when its trigger fires; without flows around it."""

    is_aside = True


class CallActivity(Nested, CallActivityMixin, Node):
    """Calls a process of another file of the same folder."""

    def __init__(self, wf_spec: Any, bpmn_id: str, inner: str, mapping: Mapping | None = None, **kwargs: Any) -> None:
        """Keep what the called process gets and gives back; None shares everything."""
        super().__init__(wf_spec, bpmn_id, subworkflow_spec=inner, **kwargs)
        self.mapping = mapping

    def copy_data(self, my_task: Any, subworkflow: Any) -> None:
        """Give the called process variables of its own, when it has a mapping."""
        if self.mapping is None:
            return
        session = my_task.workflow.script_engine
        found = dict(session.visible(my_task)) if self.mapping.gets_all else {}
        for name, feel in self.mapping.gets:
            found[name] = session.kept(session.evaluate(my_task, feel), self.bpmn_id)
        my_task.internal_data[OWN] = found

    def update_data(self, my_task: Any, subworkflow: Any) -> None:
        """Bring the results back."""
        if self.mapping is None:
            return
        session, own = my_task.workflow.script_engine, my_task.internal_data.pop(OWN)
        scope = {**own, **session.facts}
        given = dict(own) if self.mapping.gives_all else {}
        given |= {name: session.evaluate_over(scope, my_task, feel) for name, feel in self.mapping.gives}
        for name, value in given.items():
            session.assign(my_task, name, value)
