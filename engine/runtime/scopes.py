"""Subprocesses and called processes: one more level of tokens over the same case variables."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins import CallActivityMixin, SubWorkflowTaskMixin

from engine.runtime.nodes import Node
from engine.runtime.withdrawal import withdraw_all


class Nested:
    """Shares the case variables with the outer level, and what belongs to the instance it runs in."""

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
    """An embedded subprocess."""


class CallActivity(Nested, CallActivityMixin, Node):
    """Calls a process of another file of the same folder."""
