"""Events: what waits, what is thrown, and who hears it. Variables never travel with an event; they are the case's."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.control import SimpleBpmnTask
from SpiffWorkflow.bpmn.specs.event_definitions import (
    CancelEventDefinition,
    ErrorEventDefinition,
    EscalationEventDefinition,
    MessageEventDefinition,
    NoneEventDefinition,
    SignalEventDefinition,
    TerminateEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
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
from engine.language import Expression
from engine.language.wording import quoted
from engine.runtime.nodes import Enclosing, Gateway, Node, Unpredicted
from engine.runtime.timers import CycleTimer, Timer
from engine.runtime.withdrawal import withdraw, withdraw_all


class Heard:
    """An event definition that only remembers that it was heard; the payload is already among the variables."""

    #: Variable that receives the code of a caught error or escalation, or "".
    code_variable = ""

    def catch(self, my_task: Any, event: Any = None) -> None:
        """Remember it."""
        my_task.internal_data["event_fired"] = True
        if self.code_variable:
            my_task.workflow.script_engine.assign(my_task, self.code_variable, event.event_definition.code)

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
    """A message from outside or from another step of the case, recognised by its name."""

    def throw(self, my_task: Any) -> None:
        """Let everybody who waits hear it, or keep it until somebody waits."""
        case = my_task.workflow.top_workflow
        if not case.deliver(self.name, {}):
            case.keep(self.name, {}, my_task.task_spec.bpmn_id)


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
            sentence = f"错误事件{quoted(name)}没有外层的错误边界事件或事件子流程来处理。"
            raise ExecutionError(sentence, element_id=element_id)


class Escalation(Thrown, EscalationEventDefinition):
    """Like an error, but nobody has to hear it."""


class Cancel(Thrown, CancelEventDefinition):
    """Heard by the boundary event of the transaction it ends."""


class Conditional(EventDefinition):
    """Goes off when its condition becomes true; looked at whenever the case has come to rest."""

    is_condition = True

    def __init__(self, name: str, condition: Expression) -> None:
        """Keep the compiled condition."""
        super().__init__(name)
        self.condition = condition

    def catches(self, my_task: Any, event: Any) -> bool:
        """Hear nothing."""
        return False

    def update_task_data(self, my_task: Any) -> None:
        """Copy nothing."""

    def reset(self, my_task: Any) -> None:
        """Keep what was seen; a token waits only once."""

    def look(self, my_task: Any) -> bool:
        """Say whether the condition has become true since the last look, and remember it."""
        remembered = my_task.internal_data
        was_true = remembered.get("held", False)
        remembered["held"] = my_task.workflow.script_engine.evaluate(my_task, self.condition) is True
        if remembered["held"] and not was_true:
            remembered["event_fired"] = True
        return bool(remembered.get("event_fired", False))


class Operation(EventDefinition):
    """An operation that a throwing event asks the engine for."""

    def __init__(self, operation: str, parameters: dict[str, Any]) -> None:
        """Keep the operation's name and its compiled parameters."""
        super().__init__(operation)
        self.parameters = parameters

    def throw(self, my_task: Any) -> None:
        """Ask for it."""
        my_task.workflow.script_engine.perform(my_task, self.name, self.parameters)


class StartEvent(StartEventMixin, Node):
    """Where a process or subprocess begins; of several with a trigger the first one that fires begins the process."""

    passed_as = "reached"

    def __init__(self, wf_spec: Any, bpmn_id: str, event_definition: Any, **kwargs: Any) -> None:
        """Note how it begins."""
        super().__init__(wf_spec, bpmn_id, event_definition=event_definition, **kwargs)
        self.is_plain_start = isinstance(event_definition, NoneEventDefinition)
        self.is_triggered_start = not self.is_plain_start
        if self.is_triggered_start:
            self.passed_as = "fired"

    def _update_hook(self, my_task: Any) -> bool | None:
        """A plain one waits for nothing, and nothing is remembered of it."""
        return self.is_plain_start or super()._update_hook(my_task)

    def _run_hook(self, my_task: Any) -> bool | None:
        """A plain one has nothing to forget."""
        return self.is_plain_start or super()._run_hook(my_task)

    def leave(self, my_task: Any) -> None:
        """Take the other start events back, and let the event subprocesses wait from now on."""
        super().leave(my_task)
        if not self.is_triggered_start:
            return
        for other in list(my_task.workflow.tasks.values()):
            if isinstance(other.task_spec, StartEvent) and other is not my_task:
                withdraw(other)
        for spec in self._wf_spec.start.aside():
            spec._update(my_task.parent._add_child(spec, TaskState.FUTURE))


class InnerStart(StartEvent):
    """Where an event subprocess goes on; its trigger was noted outside."""

    passed_as = ""


class EndEvent(ThrowingEvent, Node):
    """Where a path ends; a terminate event ends its whole process."""

    passed_as = "reached"

    def leave(self, my_task: Any) -> None:
        """Note the end, and take every other token of the process back if it terminates."""
        super().leave(my_task)
        if _is_main(my_task.workflow):
            my_task.workflow.script_engine.end_events.append(self.bpmn_id)
        if isinstance(self.event_definition, TerminateEventDefinition):
            withdraw_all(my_task.workflow, except_for=my_task)
            my_task.workflow._mark_complete(my_task)

    def following(self, my_task: Any) -> list[Any]:
        """Return nothing once an error or a terminate event has ended the process."""
        is_over = my_task.workflow.completed or isinstance(self.event_definition, Error)
        return [] if is_over else list(self.followers)


def _is_main(workflow: Any) -> bool:
    """Say whether an end event here ends the case: on the main level, or in an event subprocess of it."""
    while workflow.parent_task_id is not None:
        host = workflow.top_workflow.get_task_from_id(workflow.parent_task_id)
        if not host.task_spec.is_aside:
            return False
        workflow = host.workflow
    return True


class Terminate(TerminateEventDefinition):
    """Ends its process; `EndEvent` does it, nobody else hears of it."""

    def throw(self, my_task: Any) -> None:
        """Tell nobody."""


class ThrowEvent(IntermediateThrowEventMixin, Node):
    """Throws a signal, a message or an escalation and goes on; a plain one is a milestone, or one end of a link."""

    passed_as = "reached"


class SendTask(ThrowEvent):
    """Throws a message and goes on."""

    passed_as = "completed"


class CatchEvent(IntermediateCatchEventMixin, Node):
    """Waits for a timer, a message, a signal or a condition."""

    passed_as = "fired"


class ReceiveTask(ReceiveTaskMixin, Node):
    """Waits for a message."""


class Recurring(Node):
    """An event that waits again, as a new token, unless it interrupts."""

    passed_as = "fired"
    cancel_activity: bool

    def leave(self, my_task: Any) -> None:
        """Wait for the next time."""
        super().leave(my_task)
        again = None if self.cancel_activity else self._again(my_task)
        if again is not None:
            successor = my_task.parent._add_child(self, TaskState.WAITING)
            successor.internal_data.update(again)
            self._update(successor)

    def _again(self, my_task: Any) -> dict[str, object] | None:
        """Return what the next token has to remember, or None when this was the last time."""
        definition = self.event_definition
        if isinstance(definition, CycleTimer):
            return definition.rearmed(my_task)
        if isinstance(definition, Conditional):
            return {"held": True}
        return None if isinstance(definition, Timer) else {}


class BoundaryEvent(BoundaryEventMixin, Recurring):
    """Waits as long as its activity is open; `BoundaryScope` interrupts the activity."""


class Trigger(BoundaryEventMixin, Recurring):
    """Waits on a level for an event subprocess of that level to begin."""

    starts_aside = True

    def leave(self, my_task: Any) -> None:
        """Take everything else on the level back if it interrupts."""
        super().leave(my_task)
        if self.cancel_activity:
            withdraw_all(my_task.workflow, except_for=my_task)


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
