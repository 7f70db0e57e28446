"""Walking over live tokens, and taking them back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.runtime.nodes import ALIVE


def alive(workflow: Any) -> Iterator[Any]:
    """Yield the tokens of a workflow and of the subprocesses open in it, in the order of the tree."""
    subprocesses = workflow.top_workflow.subprocesses
    pending = [workflow.task_tree]
    while pending:
        task = pending.pop()
        pending.extend(reversed(task.children))
        if task.has_state(ALIVE):
            yield task
            if task.id in subprocesses:
                yield from alive(subprocesses[task.id])


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
