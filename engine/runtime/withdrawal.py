"""Walking over live tokens, and taking them back."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.runtime.nodes import ALIVE


def alive(workflow: Any) -> list[Any]:
    """Return the tokens of a workflow and of the subprocesses open in it, in the order of the tree.

    Every step of every action asks this, so it goes along the tree without the properties of the library.
    """
    found: list[Any] = []
    subprocesses, tasks = workflow.top_workflow.subprocesses, workflow.tasks
    pending = [workflow.task_tree]
    while pending:
        task = pending.pop()
        if task._children:
            pending.extend(map(tasks.__getitem__, reversed(task._children)))
        if task._state & ALIVE:
            found.append(task)
            if subprocesses and task.id in subprocesses:
                found.extend(alive(subprocesses[task.id]))
    return found


def withdraw(task: Any) -> None:
    """Take back a token with everything inside it; finished tasks stay as they are.

    The library removes the children of a cancelled task without cancelling them, which leaves the subprocesses of
    a multi-instance running; so inner tokens are taken back first.
    """
    if not task.has_state(TaskState.NOT_FINISHED_MASK):
        return
    for inner in task.children:
        withdraw(inner)
    task.cancel()


def withdraw_all(workflow: Any, except_for: Any = None) -> None:
    """Take back every token of one workflow."""
    for task in [task for task in workflow.tasks.values() if task.has_state(ALIVE)]:
        if task is not except_for:
            withdraw(task)
