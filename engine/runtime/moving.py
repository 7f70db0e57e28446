"""Moving a token to another activity, of its own process or of one around it: 退回 to an earlier step, or past one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.errors import ExecutionError
from engine.language.wording import quoted
from engine.runtime.documents import ACTIVITIES
from engine.runtime.nodes import ALIVE, ProcessEnd, encloser
from engine.runtime.repetition import Repeated
from engine.runtime.values import Element
from engine.runtime.withdrawal import withdraw


def destinations(task: Any) -> frozenset[str]:
    """Return the ids of the activities of the processes in which a token lies: where it may be moved to."""
    elements = task.workflow.script_engine.elements.values()
    levels = [token.workflow.spec.task_specs for token in _outwards(task)]
    return frozenset(one.id for one in elements if any(_landing(one, level) is not None for level in levels))


def _outwards(task: Any) -> Iterator[Any]:
    """Yield a token, and the activity of each process around it that it lies in; what an event began is not left."""
    yield task
    while (host_id := task.workflow.parent_task_id) is not None:
        task = task.workflow.top_workflow.get_task_from_id(host_id)
        if task.task_spec.is_aside:
            return
        yield task


def _landing(element: Element | None, level: Mapping[str, Any]) -> Any:
    """Return what a token moved to an element of a process arrives at; None where it cannot."""
    if element is None or element.kind not in ACTIVITIES:
        return None
    landing = level.get(f"{element.id}.scope", level.get(element.id))
    return None if getattr(landing, "is_aside", False) else landing


def move(task: Any, element_id: str) -> None:
    """Take an open task back, with its boundary events, and let its token arrive at another activity.

    When the activity lies in a process around the task's own, everything that is open in the processes between is
    taken back with it.

    Raises:
        ExecutionError: the other element is no activity of these processes, or the token is not alone in its process:
            moving one branch of a parallel block would leave its join waiting for ever.
    """
    session = task.workflow.script_engine
    name, element = session.name_of(element_id), session.elements.get(element_id)
    reached = ((token, _landing(element, token.workflow.spec.task_specs)) for token in _outwards(task))
    leaving, target = next((one for one in reached if one[1] is not None), (None, None))
    if leaving is None or target is None:
        sentence = f"不能退回到{quoted(name)}：它不是同一流程中的任务，也不在调用本流程的流程中。"
        raise ExecutionError(sentence, element_id=element_id)
    held = _held_together(leaving)
    _refuse_company(leaving, held, name)
    for token in held:
        withdraw(token)
    arrival = leaving.workflow.task_tree._add_child(target, TaskState.FUTURE)
    target._update(arrival)


def _refuse_company(task: Any, held: list[Any], name: str) -> None:
    others = (other for other in task.workflow.tasks.values() if other.has_state(ALIVE) and other not in held)
    busy = [o for o in others if not isinstance(o.task_spec, ProcessEnd) and not o.task_spec.starts_aside]
    if not busy and not isinstance(held[0].parent.task_spec, Repeated):
        return
    here = task.task_spec.bpmn_id
    here_name = quoted(task.workflow.script_engine.name_of(here))
    sentence = f"{here_name}正与其他步骤并行办理，不能单独退回到{quoted(name)}；请先办结其他步骤。"
    raise ExecutionError(sentence, element_id=here)


def _held_together(task: Any) -> list[Any]:
    outer = encloser(task)
    if outer is None or isinstance(outer.task_spec, Repeated):
        return [task]
    return [other for other in outer.children if other.has_state(ALIVE)]
