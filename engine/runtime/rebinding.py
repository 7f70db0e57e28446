"""Putting the tokens of a case onto another version of its diagram: what can be kept, and what keeps it from moving.

Every token keeps its id and what it remembers: due instants, results of a multi-instance, arrivals at a join. Finished
work is not part of a state, so only what is open has to find its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.runtime.events import BoundaryEvent, BoundaryScope, EventBasedGateway, Trigger
from engine.runtime.joins import Join, ParallelGateway
from engine.runtime.nodes import ALIVE, ProcessEnd, encloser
from engine.runtime.repetition import MultiInstance
from engine.runtime.scopes import CallActivity
from engine.runtime.values import Definition

_SUFFIXES = (".scope", " [child]")


@dataclass(frozen=True, slots=True)
class Names:
    """From the names of the old version's specifications to those of the new version's."""

    old: Definition
    new: Definition
    element_map: Mapping[str, str]

    def of(self, name: str) -> str:
        """Return the new name of a specification."""
        suffix = next((suffix for suffix in _SUFFIXES if name.endswith(suffix)), "")
        element_id = name.removesuffix(suffix)
        return self.element_map.get(element_id, element_id) + suffix


@dataclass(slots=True)
class LevelPlan:
    """What happens to the tokens of one level: the process, or a subprocess that is open."""

    level: Any
    names: Names
    #: The level in the new version, or None when it vanished.
    spec: Any
    #: Tokens that go on, by id, with their new specification.
    kept: dict[Any, Any] = field(default_factory=dict)
    #: Events that nobody waits for any more.
    dropped: list[Any] = field(default_factory=list)
    #: Element and reason.
    refused: list[tuple[str, str]] = field(default_factory=list)

    def target(self, old: Any) -> Any:
        """Return the new specification for an old one, or None."""
        if isinstance(old, ProcessEnd):
            return self.spec.end
        return self.spec.task_specs.get(self.names.of(old.name))

    @property
    def alive(self) -> list[Any]:
        """Return the live tokens of the level."""
        return [task for task in self.level.tasks.values() if task.has_state(ALIVE)]


def plan_levels(workflow: Any, names: Names) -> list[LevelPlan]:
    """Find the new place of every token of a case."""
    plans = [LevelPlan(workflow, names, names.new.specs[names.new.process_id])]
    hosts: dict[Any, Any] = {}
    for level in sorted(workflow.subprocesses.values(), key=lambda level: level.depth):
        plans.append(LevelPlan(level, names, None))
    for plan in plans:
        if plan.level is not workflow:
            host = hosts.get(plan.level.parent_task_id)
            plan.spec = None if host is None else names.new.specs[host.spec]
        # A level that vanished is reported by the token that holds it.
        if plan.spec is not None:
            _place(plan)
            plan.refused.extend(_stuck_joins(plan))
            hosts |= plan.kept
    return plans


def _place(plan: LevelPlan) -> None:
    for task in plan.level.tasks.values():
        old = task.task_spec
        new = plan.target(old)
        if not task.has_state(ALIVE):
            continue
        if isinstance(old, (BoundaryEvent, Trigger)):
            _place_event(plan, task, new)
        elif reason := _misfit(task, new, plan.names):
            plan.refused.append((old.bpmn_id or plan.level.spec.name, reason))
        else:
            plan.kept[task.id] = new


def _place_event(plan: LevelPlan, task: Any, new: Any) -> None:
    """Keep an event that still stands at the same place and waits for the same kind of thing."""
    old = task.task_spec
    around = plan.names.of(task.parent.task_spec.name) if isinstance(old, BoundaryEvent) else "Start"
    if new is not None and around in new._inputs and _kind(old) == _kind(new):
        plan.kept[task.id] = new
    else:
        plan.dropped.append(task)


def _misfit(task: Any, new: Any, names: Names) -> str:
    """Say why a token cannot stand at the new specification, "" when it can."""
    old, outer = task.task_spec, encloser(task)
    if new is None:
        return "这一步正在办理，但新版流程图的同一层里没有它；请指定它对应新版的哪一步。"
    if _kind(old) != _kind(new):
        return "这一步正在办理，但在新版流程图里换了类型或重复执行的方式，不能原地继续。"
    if isinstance(old, Join) and {names.of(name) for name in old._inputs} != set(new._inputs):
        return "汇聚网关正在等待其他分支，但新版流程图改变了它的进入分支。"
    if outer is not None and isinstance(outer.task_spec, EventBasedGateway) and not _is_choice_of(new, outer, names):
        return "事件网关正在等待这个事件，但新版流程图里它不再接在这个网关之后。"
    return ""


def _is_choice_of(spec: Any, gateway: Any, names: Names) -> bool:
    name = names.of(gateway.task_spec.name)
    return name in spec._inputs and isinstance(spec._wf_spec.task_specs[name], EventBasedGateway)


def _kind(spec: Any) -> object:
    """Return what has to be the same on both sides for a token to feel no difference."""
    if isinstance(spec, MultiInstance):
        plan = spec.plan
        return (MultiInstance, plan.is_sequential, plan.item, plan.result, bool(plan.results))
    if isinstance(spec, CallActivity):
        return (CallActivity, spec.mapping is None)
    if spec.manual:
        return "task"
    definition = getattr(spec, "event_definition", None)
    if definition is not None:
        return (type(definition), getattr(spec, "cancel_activity", None))
    return type(spec)


def _stuck_joins(plan: LevelPlan) -> Iterator[tuple[str, str]]:
    """Yield parallel joins that nobody waits at yet and that would wait for ever for a branch that never began."""
    old_names = {plan.names.of(name): name for name in plan.level.spec.task_specs}
    tokens = [task for task in plan.alive if not isinstance(task.task_spec, ProcessEnd)]
    for name, join in plan.spec.task_specs.items():
        if not isinstance(join, ParallelGateway) or any(task.task_spec.name == old_names.get(name) for task in tokens):
            continue
        old = plan.level.spec.task_specs.get(old_names.get(name, ""))
        if _gets_stuck(plan, join, old if isinstance(old, ParallelGateway) else None, tokens):
            yield name, "并行分支正在办理中，而新版流程图改变了汇聚网关的分支，办件会永远停在这里。"


def _gets_stuck(plan: LevelPlan, join: Any, old: Any, tokens: list[Any]) -> bool:
    if old is not None:
        inside = [task for task in tokens if _behind(task.task_spec, old) & set(old._inputs)]
        if len(inside) > 1 and len(old._inputs) != len(join._inputs):
            return True
    reached: set[str] = set().union(*(_behind(plan.kept[task.id], join) for task in tokens if task.id in plan.kept))
    served = reached & set(join._inputs)
    return bool(served) and served != set(join._inputs)


def _behind(spec: Any, join: Any) -> set[str]:
    """Return every specification that a token can come to before it passes the join."""
    found, pending = {spec.name}, [spec.name]
    while pending:
        for name in spec._wf_spec.task_specs[pending.pop()]._outputs:
            if name not in found and name != join.name:
                found.add(name)
                pending.append(name)
    return found


def apply(workflow: Any, plans: list[LevelPlan], names: Names) -> None:
    """Move the tokens; the workflow then belongs to the new version."""
    for plan in plans:
        for task in plan.dropped:
            task.cancel()
    workflow.subprocess_specs = dict(names.new.specs)
    for plan in plans:
        old_spec, plan.level.spec = plan.level.spec, plan.spec
        _bind(plan, old_spec)
    for plan in plans[1:]:
        host = workflow.get_task_from_id(plan.level.parent_task_id)
        plan.level.completed_event = type(plan.level.completed_event)()
        plan.level.completed_event.connect(host.task_spec._on_subworkflow_completed, host)
    workflow.messages = [kept for kept in workflow.messages if kept[0] in names.new.message_names]


def _bind(plan: LevelPlan, old_spec: Any) -> None:
    level = plan.level
    before = {task.id: task.task_spec for task in level.tasks.values()}
    for task in level.tasks.values():
        arrived = task.internal_data.get("arrived", {})
        if arrived:
            task.internal_data["arrived"] = {plan.names.of(flow): count for flow, count in arrived.items()}
        if task not in plan.dropped:
            task.task_spec = plan.kept.get(task.id) or plan.target(task.task_spec) or task.task_spec
    for task in [task for task in level.tasks.values() if isinstance(before[task.id], BoundaryScope)]:
        _keep_scope(plan, task, before)
    for task in [task for task in level.tasks.values() if isinstance(task.task_spec, EventBasedGateway)]:
        _add_events(plan, task, set())
    for task in [task for task in level.tasks.values() if task.id in plan.kept]:
        _surround(plan, task)
    _add_triggers(plan, old_spec)


def _keep_scope(plan: LevelPlan, scope: Any, before: Mapping[Any, Any]) -> None:
    """Take a scope away whose activity has no boundary events any more, or let new ones wait."""
    if plan.target(before[scope.id]) is not None:
        _add_events(plan, scope, _known(plan.names, before[scope.id].outputs, scope.task_spec.outputs))
        return
    root = plan.level.task_tree
    for task in [task for task in scope.children if task.id in plan.kept]:
        _reparent(task, root)
    plan.level._remove_task(scope.id)


def _surround(plan: LevelPlan, task: Any) -> None:
    """Let boundary events wait around an open activity that had none."""
    scope_spec = plan.spec.task_specs.get(f"{task.task_spec.name}.scope")
    if scope_spec is None or task.parent.task_spec is scope_spec:
        return
    scope = plan.level.task_tree._add_child(scope_spec, TaskState.FUTURE)
    scope._set_state(TaskState.COMPLETED)
    _reparent(task, scope)
    _add_events(plan, scope, set())


def _reparent(task: Any, parent: Any) -> None:
    task.parent._children.remove(task.id)
    task._parent = parent.id
    parent._children.append(task.id)


def _known(names: Names, old: list[Any], new: list[Any]) -> set[str]:
    """Return the events that waited here before; one of them without a token has fired and does not wait again."""
    kinds = {names.of(spec.name): _kind(spec) for spec in old}
    return {spec.name for spec in new if kinds.get(spec.name) == _kind(spec)}


def _add_events(plan: LevelPlan, around: Any, known: set[str]) -> None:
    waiting = {task.task_spec.name for task in around.children if task.id in plan.kept}
    for spec in around.task_spec.outputs:
        if hasattr(spec, "event_definition") and spec.name not in waiting | known:
            spec._update(around._add_child(spec, TaskState.FUTURE))


def _add_triggers(plan: LevelPlan, old_spec: Any) -> None:
    """Let new event subprocesses wait, unless the level has not begun or was interrupted by another one."""
    open_specs = [task.task_spec for task in plan.alive]
    interrupted = [trigger for spec in open_specs if getattr(spec, "is_aside", False) for trigger in spec.inputs]
    if any(trigger.cancel_activity for trigger in interrupted) or any(spec.is_triggered_start for spec in open_specs):
        return
    known = _known(plan.names, old_spec.start.aside(), plan.spec.start.aside())
    waiting = {spec.name for spec in open_specs}
    for spec in plan.spec.start.aside():
        if spec.name not in waiting | known:
            spec._update(plan.level.task_tree._add_child(spec, TaskState.FUTURE))
