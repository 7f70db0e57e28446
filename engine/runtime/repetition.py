"""Activities that run several times: multi-instance (all at once or one after another) and standard loops.

The library copies data between the instances and the case and wires instances through subscribers on the shared
specification. Here an instance tells its wrapper when it leaves, and results are collected in the collection's order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.util.task import TaskState

from engine.errors import ExecutionError
from engine.language import Expression
from engine.language.wording import quoted
from engine.runtime.limits import MAX_ITEMS
from engine.runtime.nodes import Enclosing, Node, encloser
from engine.runtime.withdrawal import withdraw

#: Names that an instance may use besides its item.
COUNTER = "loopCounter"
#: How far a multi-instance is, in the words of BPMN and in Camunda's spelling.
_COUNTS = (
    ("numberOfInstances", "nrOfInstances"),
    ("numberOfCompletedInstances", "nrOfCompletedInstances"),
    ("numberOfActiveInstances", "nrOfActiveInstances"),
    ("numberOfTerminatedInstances", "nrOfTerminatedInstances"),
)
COUNTS = frozenset(name for names in _COUNTS for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How often an activity runs and what it gives back."""

    is_sequential: bool = False
    #: Exactly one of the two for a multi-instance.
    collection: Expression | None = None
    cardinality: Expression | None = None
    #: Name of the item inside an instance.
    item: str = ""
    #: Case variable that receives the results, and the name of one result inside an instance.
    results: str = ""
    result: str = ""
    #: Ends the multi-instance early.
    until: Expression | None = None


class Repeated(Enclosing, Node):
    """Base of the wrappers around a repeated activity."""

    passed_as = ""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        """Leave the name of the inner specification to the parser."""
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.task_spec = ""

    def holds(self, inner: Any) -> bool:
        """Say whether a child is an instance."""
        return bool(inner.task_spec.name == self.task_spec)

    def begin(self, my_task: Any, index: int, local: dict[str, object]) -> None:
        """Start one instance with its own names."""
        my_task.workflow.script_engine.begin_instance(self.bpmn_id)
        inner: BpmnTaskSpec = self._wf_spec.task_specs[self.task_spec]
        instance = my_task._add_child(inner, TaskState.FUTURE)
        instance.triggered = True
        instance.data = {**local, COUNTER: index}
        instance.internal_data["index"] = index
        inner._update(instance)

    def refuse(self, my_task: Any, reason: str) -> ExecutionError:
        """Return an error that names the activity."""
        name = my_task.workflow.script_engine.name_of(self.bpmn_id)
        return ExecutionError(f"多实例任务{quoted(name)}无法开始：{reason}。", element_id=self.bpmn_id)


class MultiInstance(Repeated):
    """One instance per item of a collection, or a fixed number of instances."""

    def __init__(self, wf_spec: Any, bpmn_id: str, plan: Plan, **kwargs: Any) -> None:
        """Keep the plan."""
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.plan = plan

    def _update_hook(self, my_task: Any) -> bool:
        super()._update_hook(my_task)
        items = self._items(my_task)
        my_task.internal_data.update(total=len(items), done=[], waiting=list(enumerate(items)))
        if not items:
            self._finish(my_task)
            return True
        my_task._set_state(TaskState.STARTED)
        for _ in items[:1] if self.plan.is_sequential else items:
            self._next(my_task)
        return False

    def _items(self, my_task: Any) -> list[object]:
        session = my_task.workflow.script_engine
        expression = self.plan.collection or self.plan.cardinality
        value = session.kept(session.evaluate(my_task, expression), self.bpmn_id)
        if self.plan.collection is None and isinstance(value, int) and not isinstance(value, bool):
            value = list(range(min(max(value, 0), MAX_ITEMS + 1)))
        if not isinstance(value, list):
            raise self.refuse(my_task, f"{quoted(expression.text)}应得到一个列表或个数" if expression else "没有集合")
        if len(value) > MAX_ITEMS:
            raise self.refuse(my_task, f"超过 {MAX_ITEMS} 项")
        return value

    def _next(self, my_task: Any) -> None:
        index, item = my_task.internal_data["waiting"].pop(0)
        # The result may have the item's name: what becomes of the item is the result then.
        local = {name: value for name, value in ((self.plan.result, None), (self.plan.item, item)) if name}
        self.begin(my_task, index, local)

    def inner_left(self, my_task: Any, inner: Any) -> None:
        """Keep the result; start the next instance or finish."""
        record = my_task.internal_data
        record["done"].append([inner.internal_data["index"], inner.data.get(self.plan.result)])
        if self._is_decided(my_task, inner):
            for other in filter(self.holds, my_task.children):
                withdraw(other)
        elif record["waiting"]:
            if self.plan.is_sequential:
                self._next(my_task)
            return
        elif len(record["done"]) < record["total"]:
            return
        self._finish(my_task)
        my_task._set_state(TaskState.READY)

    def _is_decided(self, my_task: Any, inner: Any) -> bool:
        if self.plan.until is None:
            return False
        names = {self.plan.results: self._results(my_task)} if self.plan.results else {}
        return my_task.workflow.script_engine.evaluate(inner, self.plan.until, names) is True

    def counts(self, my_task: Any) -> dict[str, object]:
        """Return how far the instances are. None is taken back while the others go on."""
        record = my_task.internal_data
        done, total = len(record["done"]), record["total"]
        numbers = (total, done, total - done - len(record["waiting"]), 0)
        return {name: number for names, number in zip(_COUNTS, numbers, strict=True) for name in names}

    def _results(self, my_task: Any) -> list[object]:
        return [result for _, result in sorted(my_task.internal_data["done"], key=lambda pair: pair[0])]

    def _finish(self, my_task: Any) -> None:
        if self.plan.results:
            my_task.workflow.script_engine.assign(my_task, self.plan.results, self._results(my_task))
        my_task.internal_data.clear()


class Loop(Repeated):
    """Runs again while a condition holds, at most a given number of times."""

    def __init__(
        self,
        wf_spec: Any,
        bpmn_id: str,
        *,
        condition: Expression | None,
        maximum: int | None,
        tests_before: bool,
        **kwargs: Any,
    ) -> None:
        """Keep the condition; at least one of condition and maximum is given."""
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.condition = condition
        self.maximum = maximum
        self.tests_before = tests_before

    def _update_hook(self, my_task: Any) -> bool:
        super()._update_hook(my_task)
        if self.tests_before and not self._goes_on(my_task, 0):
            return True
        my_task._set_state(TaskState.STARTED)
        self.begin(my_task, 0, {})
        return False

    def inner_left(self, my_task: Any, inner: Any) -> None:
        """Run once more or finish."""
        count = inner.internal_data["index"] + 1
        if self._goes_on(my_task, count):
            self.begin(my_task, count, {})
        else:
            my_task._set_state(TaskState.READY)

    def _goes_on(self, my_task: Any, count: int) -> bool:
        if self.maximum is not None and count >= self.maximum:
            return False
        if self.condition is None:
            return True
        return my_task.workflow.script_engine.evaluate(my_task, self.condition, {COUNTER: count}) is True


def counts_around(task: Any) -> dict[str, object]:
    """Return how far the innermost multi-instance around a task is; empty outside of one."""
    while task is not None:
        outer = encloser(task)
        if outer is not None and isinstance(outer.task_spec, MultiInstance):
            return outer.task_spec.counts(outer)
        host_id = task.workflow.parent_task_id
        task = None if host_id is None else task.workflow.top_workflow.get_task_from_id(host_id)
    return {}
