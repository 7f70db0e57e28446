"""Parallel and inclusive gateways as token games: arrivals are counted per flow and kept in the waiting token.

The library looks for arrivals in the history of the whole case, which fires joins early inside correction loops and
forbids pruning. Here each firing takes one token of every incoming flow that has one, and the rest keeps waiting.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import Any

from SpiffWorkflow.specs.MultiChoice import MultiChoice
from SpiffWorkflow.util.task import TaskState

from engine.runtime.nodes import ALIVE, Gateway, holds, no_way_out


class Join(Gateway):
    """Waits for tokens on its incoming flows."""

    def _update_hook(self, my_task: Any) -> bool:
        super()._update_hook(my_task)
        if my_task.state != TaskState.WAITING:
            self._arrive(my_task)
            if self.looks_around:
                my_task._set_state(TaskState.WAITING)
                return False
        arrived = my_task.internal_data["arrived"]
        if not self.may_fire(my_task, set(arrived)):
            my_task._set_state(TaskState.WAITING)
            return False
        rest = {flow: count - 1 for flow, count in arrived.items() if count > 1}
        if rest:
            remainder = my_task.workflow.task_tree._add_child(self, TaskState.WAITING)
            remainder.internal_data["arrived"] = rest
        my_task.internal_data.clear()
        return True

    def _arrive(self, my_task: Any) -> None:
        """Take over what already waits here, so that one token stands for all arrivals."""
        arrived = Counter({my_task.parent.task_spec.name: 1})
        for other in my_task.workflow.tasks.values():
            if other.task_spec is self and other.state == TaskState.WAITING and other is not my_task:
                arrived.update(other.internal_data["arrived"])
                other._set_state(TaskState.CANCELLED)
        my_task.internal_data["arrived"] = dict(arrived)

    def may_fire(self, my_task: Any, arrived: set[str]) -> bool:
        """Say whether no further token has to be waited for."""
        raise NotImplementedError


class ParallelGateway(Join):
    """Fires when every incoming flow has a token."""

    def may_fire(self, my_task: Any, arrived: set[str]) -> bool:
        """Compare with the incoming flows."""
        return arrived >= set(self._inputs)


class InclusiveGateway(MultiChoice, Join):
    """Fires when no token elsewhere can still come in on an empty flow; then takes every flow whose condition is true.

    A token that can also reach a flow that already has one is not waited for (BPMN 2.0, 13.4.3). Where a token can get
    to is known only when it has come to rest: on its way to a choice or a split it could still get anywhere.
    """

    @property
    def looks_around(self) -> bool:  # type: ignore[override]
        """Whether there is more than one flow to come in on."""
        return len(self._inputs) > 1

    def _run_hook(self, my_task: Any) -> bool:
        return True

    def may_fire(self, my_task: Any, arrived: set[str]) -> bool:
        """Look for tokens on the way to an empty flow."""
        empty = set(self._inputs) - arrived
        awaited = set().union(*(self.sources[flow] for flow in empty))
        served = set().union(*(self.sources[flow] for flow in arrived))
        pending = awaited - served
        return not any(
            task.task_spec.name in pending
            for task in my_task.workflow.tasks.values()
            if task.has_state(ALIVE) and task.task_spec is not self
        )

    @cached_property
    def sources(self) -> dict[str, set[str]]:
        """For each incoming flow, the elements from which a token can come in on it without passing this gateway."""
        specs = self._wf_spec.task_specs
        found = {}
        for flow in self._inputs:
            reached, pending = {flow}, [flow]
            while pending:
                for name in specs[pending.pop()]._inputs:
                    if name not in reached and name != self.name:
                        reached.add(name)
                        pending.append(name)
            found[flow] = reached
        return found

    def following(self, my_task: Any) -> list[Any]:
        """Return every flow whose condition is true, otherwise the default flow.

        Raises:
            ExecutionError: no condition holds and there is no default flow.
        """
        chosen = [name for condition, name in self.cond_task_specs if condition and holds(my_task, condition)]
        chosen = chosen or [name for condition, name in self.cond_task_specs if condition is None]
        if not chosen:
            raise no_way_out(my_task)
        return [self._wf_spec.task_specs[name] for name in chosen]
