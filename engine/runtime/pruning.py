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
    if not subprocesses:
        return
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
    """Keep the root, the live tasks and what encloses them, in the order of the tree."""
    root = workflow.task_tree
    live = _live(workflow)
    kept: dict[str, Any] = {root.id: root}
    root._children = []
    parent_id, spec, parent = None, None, root
    for task in live:
        if task is root:
            continue
        # The instances of a repetition are many, and all have the place of the first.
        if task._parent != parent_id or task.task_spec is not spec:
            parent_id, spec = task._parent, task.task_spec
            # Nothing is enclosed by the root of a level.
            parent = (None if parent_id == root.id else encloser(task)) or root
        if parent.id not in kept:
            _keep(kept, parent, encloser(parent) or root)
        task._parent, task._children = parent.id, []
        parent._children.append(task.id)
        kept[task.id] = task
    workflow.tasks = kept
    workflow.last_task = None


def _keep(kept: dict[str, Any], task: Any, parent: Any) -> None:
    task._parent, task._children = parent.id, []
    parent._children.append(task.id)
    kept[task.id] = task


def _live(workflow: Any) -> list[Any]:
    """Return the live tasks of one level, in the order of the tree."""
    found, pending, tasks = [], [workflow.task_tree], workflow.tasks
    while pending:
        task = pending.pop()
        if task._state & ALIVE:
            found.append(task)
        if task._children:
            pending.extend(map(tasks.__getitem__, reversed(task._children)))
    return found
