"""The running case: SpiffWorkflow's workflow with our walk over tokens, our event scopes and our budgets."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.event_definitions import ErrorEventDefinition, EscalationEventDefinition
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.errors import ExecutionError
from engine.runtime.events import BoundaryEvent, Error
from engine.runtime.joins import Join
from engine.runtime.limits import MAX_DEPTH
from engine.runtime.nodes import ProcessEnd, encloser
from engine.runtime.pruning import prune
from engine.runtime.repetition import Repeated
from engine.runtime.session import Session
from engine.runtime.withdrawal import alive

#: Finished tasks are dropped in the middle of a long action as well, so that a step never costs more than this.
PRUNE_ABOVE = 200


class Waking:
    """Wakes only what other tokens can set free: joins and the end of a process."""

    def update_waiting_tasks(self) -> None:
        """Ask every waiting join again. Events are woken by whoever brings them."""
        for task in list(self.tasks.values()):  # type: ignore[attr-defined]
            if task.state == TaskState.WAITING and isinstance(task.task_spec, (Join, ProcessEnd)):
                task.task_spec._update(task)


class SubWorkflow(Waking, BpmnSubWorkflow):
    """A subprocess or called process that is open."""


class CaseWorkflow(Waking, BpmnWorkflow):
    """One case. The library's own walk stops silently below a depth of 1000 tasks; ours has no depth."""

    def create_subprocess(self, my_task: Any, spec_name: str) -> SubWorkflow:
        """Open a subprocess.

        Raises:
            ExecutionError: too many processes call one another.
        """
        subprocess = SubWorkflow(self.subprocess_specs[spec_name], parent_task_id=my_task.id, top_workflow=self)
        if subprocess.depth > MAX_DEPTH:
            element_id = my_task.task_spec.bpmn_id
            raise ExecutionError(f"子流程嵌套超过 {MAX_DEPTH} 层，已停止。", element_id=element_id)
        self.subprocesses[my_task.id] = subprocess
        return subprocess

    def catch(self, event: Any) -> int:
        """Let the waiting events hear; return how many did."""
        definition = event.event_definition
        if isinstance(definition, (ErrorEventDefinition, EscalationEventDefinition)):
            hearers = self._innermost(event)
        else:
            hearers = [task for task in alive(self) if self._hears(task, event)]
        for task in hearers:
            task.task_spec.catch(task, event)
            task.task_spec._update(task)
        return len(hearers)

    def throw_error(self, code: str) -> bool:
        """Let an error from outside be heard where it is caught deepest; say whether anybody caught it.

        Among several catchers on the deepest level one that names the code goes before one that catches every
        error, and then the first of the tokens.
        """
        event = BpmnEvent(Error(None, code))
        catchers = [task for task in alive(self) if self._hears(task, event)]
        if not catchers:
            return False
        catcher = max(catchers, key=lambda t: (t.workflow.depth, t.task_spec.event_definition.code is not None))
        catcher.task_spec.catch(catcher, event)
        catcher.task_spec._update(catcher)
        return True

    @staticmethod
    def _hears(task: Any, event: Any) -> bool:
        definition = getattr(task.task_spec, "event_definition", None)
        return task.state == TaskState.WAITING and definition is not None and definition.catches(task, event)

    def _innermost(self, event: Any) -> list[Any]:
        """Return the boundary events of the nearest activity around the thrower that catch the code."""
        workflow = event.target
        while workflow.parent_task_id is not None:
            host = self.get_task_from_id(workflow.parent_task_id)
            workflow = host.workflow
            scope = encloser(host)
            if scope is not None and isinstance(scope.task_spec, Repeated):
                # The host is one instance; the boundary events belong to the whole.
                scope = encloser(scope)
            if scope is not None:
                found = [t for t in scope.children if isinstance(t.task_spec, BoundaryEvent) and self._hears(t, event)]
                if found:
                    return found
        return []

    def settle(self, session: Session) -> None:
        """Let every token run until it waits for somebody.

        Raises:
            ExecutionError: a budget is exceeded, or tokens wait for one another for ever.
        """
        while not self.completed:
            waiting = list(alive(self))
            ready = [task for task in waiting if _is_automatic(task)]
            if not ready:
                break
            for task in ready:
                if _is_automatic(task):
                    session.step(task, len(waiting))
                    task.run()
            if len(self.tasks) > PRUNE_ABOVE:
                prune(self)
        if not self.completed:
            self._check_that_somebody_can_act(session)

    def _check_that_somebody_can_act(self, session: Session) -> None:
        waiting = list(alive(self))
        if any(task.task_spec.manual or hasattr(task.task_spec, "event_definition") for task in waiting):
            return
        joins = [task.task_spec.bpmn_id for task in waiting if isinstance(task.task_spec, Join)]
        element_id = joins[0] if joins else ""
        name = session.name_of(element_id)
        raise ExecutionError(f"办件停在汇聚网关“{name}”：其他分支已无法到达这里，流程无法继续。", element_id=element_id)


def _is_automatic(task: Any) -> bool:
    return bool(task.state == TaskState.READY and not task.task_spec.manual)


def is_open_task(task: Any) -> bool:
    """Say whether a token waits for a person."""
    return bool(task.state == TaskState.READY and task.task_spec.manual)
