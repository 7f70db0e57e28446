"""Events: what waits, what is thrown, and who hears it. Variables never travel with an event; they are the case's."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.control import SimpleBpmnTask
from SpiffWorkflow.bpmn.specs.event_definitions import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    MessageEventDefinition,
    SignalEventDefinition,
    TerminateEventDefinition,
)
from SpiffWorkflow.bpmn.specs.mixins import (
    BoundaryEventMixin,
    IntermediateCatchEventMixin,
    IntermediateThrowEventMixin,
    ReceiveTaskMixin,
    StartEventMixin,
)
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import ThrowingEvent
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.util.task import TaskState

from engine.errors import ExecutionError
from engine.runtime.nodes import Enclosing, Gateway, Node, Unpredicted
from engine.runtime.timers import CycleTimer, Timer
from engine.runtime.withdrawal import withdraw, withdraw_all


class Heard:
    """An event definition that only remembers that it was heard; the payload is already among the variables."""

    def catch(self, my_task: Any, event: Any = None) -> None:
        """Remember it."""
        my_task.internal_data["event_fired"] = True

    def update_task_data(self, my_task: Any) -> None:
        """Copy nothing."""

    def reset(self, my_task: Any) -> None:
        """Keep what was heard; a token waits only once."""


class Thrown(Heard):
    """An event definition that is thrown inside the case, without a copy of the data."""

    def throw(self, my_task: Any) -> None:
        """Let everybody who waits hear it."""
        my_task.workflow.top_workflow.catch(BpmnEvent(self, target=my_task.workflow))


class Message(Heard, MessageEventDefinition):
    """A message from outside, recognised by its name."""


class Signal(Thrown, SignalEventDefinition):
    """Heard by everybody in the case who waits for its name."""


class Error(Thrown, ErrorEventDefinition):
    """Heard by the innermost boundary event around the throwing scope; the library asks every scope."""

    def throw(self, my_task: Any) -> None:
        """Let the innermost boundary event hear it.

        Raises:
            ExecutionError: no boundary event around catches this error.
        """
        if not my_task.workflow.top_workflow.catch(BpmnEvent(self, target=my_task.workflow)):
            element_id = my_task.task_spec.bpmn_id
            name = my_task.workflow.script_engine.name_of(element_id)
            raise ExecutionError(f"错误事件“{name}”没有外层的错误边界事件来处理。", element_id=element_id)


class Escalation(Thrown, EscalationEventDefinition):
    """Like an error, but nobody has to hear it."""


class StartEvent(StartEventMixin, Node):
    """Where a process or subprocess begins."""

    passed_as = "reached"


class EndEvent(ThrowingEvent, Node):
    """Where a path ends; a terminate event ends its whole process."""

    passed_as = "reached"

    def leave(self, my_task: Any) -> None:
        """Note the end, and take every other token of the process back if it terminates."""
        super().leave(my_task)
        if my_task.workflow is my_task.workflow.top_workflow:
            my_task.workflow.script_engine.end_events.append(self.bpmn_id)
        if isinstance(self.event_definition, TerminateEventDefinition):
            withdraw_all(my_task.workflow, except_for=my_task)
            my_task.workflow._mark_complete(my_task)

    def following(self, my_task: Any) -> list[Any]:
        """Return nothing once an error or a terminate event has ended the process."""
        return [] if my_task.workflow.completed or isinstance(self.event_definition, Error) else self.outputs


class Terminate(TerminateEventDefinition):
    """Ends its process; `EndEvent` does it, nobody else hears of it."""

    def throw(self, my_task: Any) -> None:
        """Tell nobody."""


class ThrowEvent(IntermediateThrowEventMixin, Node):
    """Throws a signal or an escalation and goes on; a plain one is a milestone."""

    passed_as = "reached"


class CatchEvent(IntermediateCatchEventMixin, Node):
    """Waits for a timer, a message or a signal."""

    passed_as = "fired"


class ReceiveTask(ReceiveTaskMixin, Node):
    """Waits for a message."""


class BoundaryEvent(BoundaryEventMixin, Node):
    """Waits as long as its activity is open; one that does not interrupt waits again, as a new token."""

    passed_as = "fired"

    def leave(self, my_task: Any) -> None:
        """Interrupt the activity, or wait for the next time."""
        super().leave(my_task)
        again = self._again(my_task)
        if again is not None:
            successor = my_task.parent._add_child(self, TaskState.WAITING)
            successor.internal_data.update(again)
            self._update(successor)

    def _again(self, my_task: Any) -> dict[str, object] | None:
        """Return what the next token has to remember, or None when this was the last time."""
        if self.cancel_activity:
            return None
        if isinstance(self.event_definition, CycleTimer):
            return self.event_definition.rearmed(my_task)
        return None if isinstance(self.event_definition, Timer) else {}


class BoundaryScope(Enclosing, Unpredicted, SimpleBpmnTask):
    """Stands before an activity with boundary events and holds them together.

    It takes the place of the library's split and join around such an activity.
    """

    def inner_left(self, my_task: Any, inner: Any) -> None:
        """Take the boundary events back when the activity is done, everything when an interrupting one fired."""
        if isinstance(inner.task_spec, BoundaryEvent) and not inner.task_spec.cancel_activity:
            return
        for other in my_task.children:
            if other is not inner and self.holds(other):
                withdraw(other)


class EventBasedGateway(Enclosing, Gateway):
    """Lets every event behind it wait as a token of its own; the first one that fires takes the others back.

    The library merges the events into the gateway, where two timers share one due date.
    """

    def inner_left(self, my_task: Any, inner: Any) -> None:
        """Take the other choices back."""
        for other in my_task.children:
            if other is not inner:
                withdraw(other)
