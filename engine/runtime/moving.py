"""Moving a token to another activity of the same process: 退回 to an earlier step, or past one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.errors import ExecutionError
from engine.language.wording import quoted
from engine.runtime.documents import ACTIVITIES
from engine.runtime.nodes import ALIVE, ProcessEnd, encloser
from engine.runtime.repetition import Repeated
from engine.runtime.values import Definition, Element
from engine.runtime.withdrawal import withdraw


def destinations(definition: Definition, element_id: str) -> frozenset[str]:
    """Return the ids of the activities of the process in which an element lies: where its token may be moved to."""
    levels = [spec.task_specs for spec in definition.specs.values()]
    own = next(level for level in levels if any(spec.bpmn_id == element_id for spec in level.values()))
    elements = definition.elements.values()
    return frozenset(element.id for element in elements if _landing(element, own) is not None)


def _landing(element: Element | None, level: Mapping[str, Any]) -> Any:
    """Return what a token moved to an element of the same process arrives at; None where it cannot."""
    if element is None or element.kind not in ACTIVITIES:
        return None
    landing = level.get(f"{element.id}.scope", level.get(element.id))
    return None if getattr(landing, "is_aside", False) else landing


def move(task: Any, element_id: str) -> None:
    """Take an open task back, with its boundary events, and let its token arrive at another activity.

    Raises:
        ExecutionError: the other element is no activity of the same process, or the token is not alone: moving one
            branch of a parallel block would leave its join waiting for ever.
    """
    level, session = task.workflow, task.workflow.script_engine
    name = session.name_of(element_id)
    target = _landing(session.elements.get(element_id), level.spec.task_specs)
    if target is None:
        raise ExecutionError(f"不能退回到{quoted(name)}：它不是同一流程中的任务。", element_id=element_id)
    held = _held_together(task)
    others = (other for other in level.tasks.values() if other.has_state(ALIVE) and other not in held)
    busy = [o for o in others if not isinstance(o.task_spec, ProcessEnd) and not o.task_spec.starts_aside]
    if busy or isinstance(held[0].parent.task_spec, Repeated):
        here = task.task_spec.bpmn_id
        sentence = (
            f"{quoted(session.name_of(here))}正与其他步骤并行办理，不能单独退回到{quoted(name)}；请先办结其他步骤。"
        )
        raise ExecutionError(sentence, element_id=here)
    for token in held:
        withdraw(token)
    arrival = level.task_tree._add_child(target, TaskState.FUTURE)
    target._update(arrival)


def _held_together(task: Any) -> list[Any]:
    outer = encloser(task)
    if outer is None or isinstance(outer.task_spec, Repeated):
        return [task]
    return [other for other in outer.children if other.has_state(ALIVE)]
