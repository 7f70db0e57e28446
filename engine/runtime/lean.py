"""The library's task without what nobody here looks at: a log record of every change of state, and its instant.

Ids are texts, as they are saved, and belong to one case: the library's UUIDs compute their hash anew at every look.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

#: Bytes of chance in an id; it is never compared with those of another case.
_ID_BYTES = 8
_OVER = TaskState.COMPLETED | TaskState.CANCELLED


class LeanTask(Task):
    """A token at an element, or where one has been."""

    id: str
    data: dict[str, Any]
    internal_data: dict[str, Any]
    _parent: str | None
    _children: list[str]
    # What the library looks at and nobody here ever sets, except that an instance of a repetition is triggered.
    triggered = False
    thread_id = 0
    last_state_change = 0.0

    def __init__(
        self, workflow: Any, task_spec: Any, parent: LeanTask | None = None, state: int = TaskState.MAYBE
    ) -> None:
        """Begin below a parent, or as the root."""
        self.id, self.workflow, self.task_spec, self._state = os.urandom(_ID_BYTES).hex(), workflow, task_spec, state
        self.data, self.internal_data = {}, {}
        self._parent, self._children = None, []
        if parent is not None:
            self._parent = parent.id
            parent._children.append(self.id)
        workflow.tasks[self.id] = self

    @classmethod
    def restored(cls, workflow: Any, task_spec: Any, saved: tuple[str, int, Any, Any], parent: Any) -> LeanTask:
        """Return a task as it was saved: its id, its state, what it remembers, and its item."""
        task = cls.__new__(cls)
        task.workflow, task.task_spec = workflow, task_spec
        task_id, task._state, task.internal_data, task.data = saved
        task.id, task._parent, task._children = task_id, None, []
        if parent is not None:
            task._parent = parent.id
            parent._children.append(task_id)
        workflow.tasks[task_id] = task
        return task

    def run(self) -> bool | None:
        """Let its element act, and its followers begin unless it has to wait.

        The library marks a task that fails, before it passes the error on: here that undoes the action as a whole.
        """
        acted: bool | None = self.task_spec._run_hook(self)
        if acted is None:
            self._state = TaskState.STARTED
        else:
            self.complete()
        return acted

    def _ready(self) -> None:
        if not self._state & _OVER:
            self._state = TaskState.READY
            self.task_spec._on_ready(self)

    def __iter__(self) -> Iterator[Any]:
        """Walk over the task and what is below it; most have nothing."""
        return super().__iter__() if self._children else iter((self,))

    def _sync_children(self, task_specs: list[Any], state: int = TaskState.MAYBE) -> None:
        if self._children:
            super()._sync_children(task_specs, state)
            return
        for task_spec in task_specs:
            self._add_child(task_spec, state)

    def _add_child(self, task_spec: Any, state: int = TaskState.MAYBE) -> LeanTask:
        task = LeanTask(self.workflow, task_spec, self, state)
        if state == TaskState.READY:
            task._ready()
        return task

    def _set_state(self, value: int) -> None:
        self._state = value
