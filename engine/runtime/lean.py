"""The library's task without what nobody here looks at: a log record of every change of state, and its instant.

Ids are texts, as they are saved, and belong to one case: the library's UUIDs compute their hash anew at every look.
"""

from __future__ import annotations

import secrets
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

#: Bytes of chance in an id; it is never compared with those of another case.
_ID_BYTES = 8


class LeanTask(Task):
    """A token at an element, or where one has been."""

    id: str
    data: dict[str, Any]
    internal_data: dict[str, Any]
    _parent: str | None
    _children: list[str]

    def __init__(
        self, workflow: Any, task_spec: Any, parent: LeanTask | None = None, state: int = TaskState.MAYBE
    ) -> None:
        """Begin below a parent, or as the root."""
        self._become(workflow, task_spec, secrets.token_hex(_ID_BYTES), state)
        self.data, self.internal_data = {}, {}
        if parent is not None:
            self._parent = parent.id
            parent._children.append(self.id)

    @classmethod
    def restored(cls, workflow: Any, task_spec: Any, saved: tuple[str, int, Any, Any], parent: Any) -> LeanTask:
        """Return a task as it was saved: its id, its state, what it remembers, and its item."""
        task = cls.__new__(cls)
        task_id, state, task.internal_data, task.data = saved
        task._become(workflow, task_spec, task_id, state)
        if parent is not None:
            task._parent = parent.id
            parent._children.append(task_id)
        return task

    def _become(self, workflow: Any, task_spec: Any, task_id: str, state: int) -> None:
        self.id, self.workflow, self.task_spec, self._state = task_id, workflow, task_spec, state
        self._parent, self._children = None, []
        self.triggered, self.thread_id, self.last_state_change = False, 0, 0.0
        workflow.tasks[task_id] = self

    def _add_child(self, task_spec: Any, state: int = TaskState.MAYBE) -> LeanTask:
        task = LeanTask(self.workflow, task_spec, self, state)
        if state == TaskState.READY:
            task._ready()
        return task

    def _set_state(self, value: int) -> None:
        self._state = value
