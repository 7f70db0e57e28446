"""What every element of our diagrams does: SpiffWorkflow's specifications without prediction and without task data.

The library grows a tree of everything that may happen, which is exponential in the number of parallel blocks, and
copies all data along it. Here a token's followers are created when it leaves an element, and `task.data` holds only
what belongs to one instance of a repeated activity; case variables live in the session.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask, SimpleBpmnTask
from SpiffWorkflow.bpmn.specs.mixins import ExclusiveGatewayMixin, UserTaskMixin
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.errors import ExecutionError
from engine.language import Expression
from engine.language.wording import quoted
from engine.runtime.decisions import Rule

#: A token is here.
ALIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED


class Unpredicted:
    """Replaces prediction: followers are created when a token leaves."""

    #: What is noted when a token leaves: completed, fired, reached, or "" for nothing.
    passed_as = "completed"
    #: True for what waits for an event subprocess to begin; it does not keep its level open.
    starts_aside = False
    #: How a start event begins; neither for anything else.
    is_plain_start = False
    is_triggered_start = False
    #: True for a join that is asked only when nothing in the case moves any more: it looks at tokens elsewhere.
    looks_around = False

    @cached_property
    def is_watchful(self) -> bool:
        """Whether a token here may be set free by what happened elsewhere: at such a join, or before a condition."""
        definition = getattr(self, "event_definition", None)
        return self.looks_around or getattr(definition, "is_condition", False)

    @cached_property
    def followers(self) -> tuple[Any, ...]:
        """The specifications that its flows lead to. Cases ask for them, and the diagram has been read by then."""
        return tuple(self.outputs)  # type: ignore[attr-defined]

    def _predict(self, my_task: Any, *args: Any, **kwargs: Any) -> None:
        """Predict nothing."""

    def _update_hook(self, my_task: Any) -> bool | None:
        """Copy no data; what belongs to an instance of a repeated activity is kept there and looked up."""
        return True

    def _update(self, my_task: Any) -> None:
        """Without prediction: let the token go on if it need not wait."""
        if self._update_hook(my_task):
            my_task._ready()

    def _on_ready(self, my_task: Any) -> None:
        """Without the checks and assignments of the library, which our specifications do not have."""
        self._on_ready_hook(my_task)

    def _on_ready_hook(self, my_task: Any) -> None:
        """Tell nobody: the library's subscribers are not used."""

    def _run_hook(self, my_task: Any) -> bool | None:
        """Let the token go on."""
        return True

    def _on_complete(self, my_task: Any) -> None:
        """Create the followers and wake them."""
        self._on_complete_hook(my_task)
        workflow = my_task.workflow
        for child in [workflow.tasks[child_id] for child_id in my_task._children]:
            if not child._state & TaskState.FINISHED_MASK:
                child.task_spec._update(child)
        workflow._task_completed_notify(my_task)

    def _on_complete_hook(self, my_task: Any) -> None:
        """Create the followers."""
        self.leave(my_task)
        my_task._sync_children(self.following(my_task), TaskState.FUTURE)

    def _on_cancel(self, my_task: Any) -> None:
        """Note the withdrawal of work that was open."""
        if self.passed_as == "completed":
            my_task.workflow.script_engine.note(my_task, "cancelled")
        super()._on_cancel(my_task)  # type: ignore[misc]

    def following(self, my_task: Any) -> list[Any]:
        """Return the specifications that get a token next."""
        return list(self.followers)

    def leave(self, my_task: Any) -> None:
        """Note that the token leaves."""
        my_task.workflow.script_engine.note(my_task, self.passed_as)


class Enclosing:
    """Holds several tokens together: an activity with its boundary events, the choices after an event gateway."""

    def holds(self, inner: Any) -> bool:
        """Say whether a child is one of the tokens held together, and not simply what comes next."""
        return inner.task_spec.name in self._outputs  # type: ignore[attr-defined]

    def inner_left(self, my_task: Any, inner: Any) -> None:
        """Act on a held token that leaves."""
        raise NotImplementedError


def encloser(task: Any) -> Any:
    """Return the task that holds this one together with others, or None."""
    parent = task.workflow.tasks.get(task._parent)
    if parent is None or not isinstance(parent.task_spec, Enclosing):
        return None
    return parent if parent.task_spec.holds(task) else None


class Node(Unpredicted, BpmnSpecMixin):
    """Base of every element that the diagram shows.

    Several flows out of one all get a token; those with a condition only when it holds, and the default flow when no
    condition does (BPMN 2.0, 13.3.1).
    """

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        """Begin without conditions."""
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.conditions: dict[str, Expression] = {}
        self.default_name = ""

    def connect_when(self, feel: Expression, target: Any) -> None:
        """Connect a follower that gets a token when a condition holds."""
        self.conditions[target.name] = feel
        self.connect(target)

    def connect_otherwise(self, target: Any) -> None:
        """Connect the follower that gets a token when no condition holds."""
        self.default_name = target.name
        self.connect(target)

    def following(self, my_task: Any) -> list[Any]:
        """Return the flows without a condition, those whose condition holds, or the default flow.

        Raises:
            ExecutionError: there is none of these.
        """
        if not self.conditions:
            return list(self.followers)
        session = my_task.workflow.script_engine
        held = [name for name, feel in self.conditions.items() if session.evaluate(my_task, feel) is True]
        held = held or [self.default_name]
        chosen = [name for name in self._outputs if name in held or name not in {*self.conditions, self.default_name}]
        if not chosen:
            raise no_way_out(my_task)
        return [self._wf_spec.task_specs[name] for name in chosen]

    def leave(self, my_task: Any) -> None:
        """Tell the multi-instance or the boundary events around this activity that it is done."""
        super().leave(my_task)
        outer = encloser(my_task)
        if outer is not None:
            outer.task_spec.inner_left(outer, my_task)


class UserTask(UserTaskMixin, Node):
    """Waits for a person."""


class ScriptTask(Node):
    """Sets variables: lines `name = FEEL`."""

    def __init__(self, wf_spec: Any, bpmn_id: str, script: tuple[tuple[str, Expression], ...], **kwargs: Any) -> None:
        """Keep the compiled lines."""
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.script = script

    def _run_hook(self, my_task: Any) -> bool:
        return bool(my_task.workflow.script_engine.execute(my_task, self.script))


class ServiceTask(Node):
    """Asks the engine for a named operation and goes on at once."""

    def __init__(self, wf_spec: Any, bpmn_id: str, operation: str, parameters: dict[str, Any], **kwargs: Any) -> None:
        """Keep the operation's name and its compiled parameters."""
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.operation = operation
        self.parameters = parameters

    def _run_hook(self, my_task: Any) -> bool:
        my_task.workflow.script_engine.perform(my_task, self.operation, self.parameters)
        return True


class BusinessRuleTask(Node):
    """Asks a decision and goes on with its answer."""

    def __init__(self, wf_spec: Any, bpmn_id: str, rule: Rule, **kwargs: Any) -> None:
        """Keep what to ask and where the answer goes."""
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.rule = rule

    def _run_hook(self, my_task: Any) -> bool:
        my_task.workflow.script_engine.decide(my_task, self.rule)
        return True


class Gateway(Node):
    """Base of the gateways."""

    passed_as = "reached"


class ExclusiveGateway(ExclusiveGatewayMixin, Gateway):
    """Takes the first flow whose condition is true, in the order of the file; otherwise the default flow."""

    def _run_hook(self, my_task: Any) -> bool:
        return True

    def following(self, my_task: Any) -> list[Any]:
        """Return the one flow that is taken.

        Raises:
            ExecutionError: no condition holds and there is no default flow.
        """
        names = [name for condition, name in self.cond_task_specs if condition and holds(my_task, condition)][:1]
        if not names and self.default_task_spec:
            names = [self.default_task_spec]
        if not names:
            raise no_way_out(my_task)
        return [self._wf_spec.task_specs[name] for name in names]


def holds(my_task: Any, condition: Any) -> bool:
    """Say whether the condition of a flow is true; null and anything else is false."""
    return condition._matches(my_task) is True


def no_way_out(my_task: Any) -> ExecutionError:
    """Return the error of an element without a flow to take."""
    element_id = my_task.task_spec.bpmn_id
    name = my_task.workflow.script_engine.name_of(element_id)
    return ExecutionError(f"{quoted(name)}之后的条件都不成立，也没有默认出线，流程无法继续。", element_id=element_id)


class Start(Unpredicted, BpmnStartTask):
    """The library's own beginning of a process: leads to its start events and wakes its event subprocesses."""

    def following(self, my_task: Any) -> list[Any]:
        """Return the plain start event with what waits aside, or else every start event that has a trigger."""
        begun_by_message = my_task.workflow.parent_task_id is None and my_task.workflow.script_engine.begins_by_message
        plain = [spec for spec in self.followers if spec.is_plain_start]
        if not plain or begun_by_message:
            return [spec for spec in self.followers if spec.is_triggered_start]
        return plain + self.aside()

    def aside(self) -> list[Any]:
        """Return what waits for an event subprocess of this level to begin."""
        return [spec for spec in self.followers if spec.starts_aside]


class Finish(Unpredicted, SimpleBpmnTask):
    """The library's own end of a process; the workflow is complete when it completes."""


class ProcessEnd(Unpredicted, SimpleBpmnTask):
    """Collects the tokens that reached end events; the last one ends the process."""

    looks_around = False

    def _update_hook(self, my_task: Any) -> bool:
        others = [task for task in my_task.workflow.tasks.values() if task is not my_task and task.has_state(ALIVE)]
        for task in others:
            if task.task_spec is self and task.state == TaskState.WAITING:
                task._set_state(TaskState.CANCELLED)
        idle = [task for task in others if task.task_spec.starts_aside and task.state == TaskState.WAITING]
        if any(task.task_spec is not self and task not in idle for task in others):
            my_task._set_state(TaskState.WAITING)
            return False
        for task in idle:
            task.cancel()
        return bool(super()._update_hook(my_task))


class ProcessSpec(BpmnProcessSpec):
    """A process or embedded subprocess, with our own beginning and end."""

    def __init__(self, name: str, description: str | None = None, filename: str | None = None) -> None:
        """Replace the library's start and end specifications, which predict, by ours."""
        super().__init__(name=name, description=description, filename=filename)
        self.task_specs.clear()
        self.start = Start(self, "Start")
        self.end = ProcessEnd(self, f"{self.name}.EndJoin")
        self.end.connect(Finish(self, "End"))
