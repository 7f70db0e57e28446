"""Forgetting finished tasks: what is saved is where the case is, not where it has been.

Kept are the root of each level, live tokens, and the enclosing tasks whose tokens still belong together. Everything
else is history, which the engine above records in its own way.
"""

from __future__ import annotations

from typing import Any

from engine.runtime.nodes import ALIVE, encloser


def prune(workflow: Any) -> None:
    """Forget finished tasks of a case and of its open subprocesses."""
    subprocesses = workflow.subprocesses
    _prune_level(workflow)
    open_ids, levels = set(workflow.tasks), [workflow]
    while levels:
        level = levels.pop()
        for task_id in [task_id for task_id in level.tasks if task_id in subprocesses]:
            inner = subprocesses[task_id]
            _prune_level(inner)
            open_ids.update(inner.tasks)
            levels.append(inner)
    for task_id in [task_id for task_id in subprocesses if task_id not in open_ids]:
        del subprocesses[task_id]


def _prune_level(workflow: Any) -> None:
    root = workflow.task_tree
    kept: dict[str, Any] = {}
    parents: dict[str, Any] = {}
    for task in _live(workflow):
        outer = encloser(task)
        if outer and outer.id not in kept:
            kept[outer.id] = outer
            parents[outer.id] = encloser(outer) or root
        kept[task.id] = task
        parents[task.id] = outer or root
    parents.pop(root.id, None)
    kept = {root.id: root, **kept}
    for task in kept.values():
        task._children = []
    for task_id, parent in parents.items():
        kept[task_id]._parent = parent.id
        parent._children.append(task_id)
    workflow.tasks = kept
    workflow.last_task = None


def _live(workflow: Any) -> list[Any]:
    """Return the live tasks of one level, in the order of the tree."""
    found, pending, tasks = [], [workflow.task_tree], workflow.tasks
    while pending:
        task = pending.pop()
        if task._state & ALIVE:
            found.append(task)
        if task._children:
            pending.extend([tasks[child] for child in reversed(task._children)])
    return found
