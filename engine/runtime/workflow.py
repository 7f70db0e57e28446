"""The running case: SpiffWorkflow's workflow with our walk over tokens, our event scopes and our budgets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.event_definitions import (
    CancelEventDefinition,
    ErrorEventDefinition,
    EscalationEventDefinition,
)
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.errors import ExecutionError
from engine.language.wording import quoted
from engine.runtime.events import BoundaryEvent, Conditional, Error, Message, Trigger
from engine.runtime.joins import Join
from engine.runtime.lean import LeanTask
from engine.runtime.limits import MAX_DEPTH, MAX_MESSAGES, MAX_TOKENS
from engine.runtime.nodes import ProcessEnd, encloser
from engine.runtime.pruning import prune
from engine.runtime.repetition import Repeated
from engine.runtime.session import Session
from engine.runtime.withdrawal import alive

#: Finished tasks are dropped in the middle of a long action as well, so that a step never costs more than this.
PRUNE_ABOVE = 200
#: Thrown inside a scope and heard by the nearest catcher around it; nobody can count on one to come.
_SCOPED = (ErrorEventDefinition, EscalationEventDefinition, CancelEventDefinition)


class Level:
    """What a case and the subprocesses open in it have in common: lean tasks, and who is woken."""

    def __init__(self, *args: Any, deserializing: bool = False, **kwargs: Any) -> None:
        """Begin at the start of the process, or empty for a saved one."""
        super().__init__(*args, deserializing=True, **kwargs)  # type: ignore[call-arg]
        if not deserializing:
            self.task_tree = LeanTask(self, self.spec.start, state=TaskState.FUTURE)  # type: ignore[attr-defined]
            self.task_tree._ready()

    def update_waiting_tasks(self) -> None:
        """Ask every waiting join again. Events are woken by whoever brings them, the rest when nothing moves."""
        for task in list(self.tasks.values()):  # type: ignore[attr-defined]
            spec = task.task_spec
            if task._state == TaskState.WAITING and isinstance(spec, (Join, ProcessEnd)) and not spec.looks_around:
                spec._update(task)


class SubWorkflow(Level, BpmnSubWorkflow):
    """A subprocess or called process that is open."""


class CaseWorkflow(Level, BpmnWorkflow):
    """One case. The library's own walk stops silently below a depth of 1000 tasks; ours has no depth."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin without kept messages."""
        #: Messages that nobody waited for when they were sent: name and payload, the oldest first.
        self.messages: list[tuple[str, dict[str, object]]] = []
        super().__init__(*args, **kwargs)

    def create_subprocess(self, my_task: Any, spec_name: str) -> SubWorkflow:
        """Open a subprocess.

        Raises:
            ExecutionError: too many processes call one another.
        """
        subprocess = SubWorkflow(self.subprocess_specs[spec_name], parent_task_id=my_task.id, top_workflow=self)
        if subprocess.depth > MAX_DEPTH:
            element_id = my_task.task_spec.bpmn_id
            raise ExecutionError(f"子流程嵌套超过 {MAX_DEPTH} 层，已停止。", element_id=element_id)
        self.subprocesses[my_task.id] = subprocess
        return subprocess

    def let_go(self) -> None:
        """Part the tasks from a case that is saved: they point at it, and it need not wait for a search for circles."""
        for level in (self, *self.subprocesses.values()):
            level.tasks, level.task_tree, level.last_task = {}, None, None
        self.event_manager.tasks.clear()

    def catch(self, event: Any) -> int:
        """Let the waiting events hear; return how many did."""
        if isinstance(event.event_definition, _SCOPED):
            hearers = self._innermost(event)
        else:
            hearers = [task for task in alive(self) if self._hears(task, event)]
        for task in hearers:
            task.task_spec.catch(task, event)
            task.task_spec._update(task)
        return len(hearers)

    def deliver(self, name: str, payload: Mapping[str, object]) -> int:
        """Let everybody who waits for a message hear it, with its payload as variables; return how many did."""
        event = BpmnEvent(Message(name))
        hearers = [task for task in alive(self) if self._hears(task, event)]
        for task in hearers:
            for key, value in payload.items():
                self.script_engine.assign(task, key, value)
        return self.catch(event) if hearers else 0

    def keep(self, name: str, payload: Mapping[str, object], element_id: str = "") -> None:
        """Keep a message until somebody waits for it.

        Raises:
            ExecutionError: too many are kept already; names the element that sent it.
        """
        if len(self.messages) >= MAX_MESSAGES:
            sentence = f"消息{quoted(name)}一直没有步骤接收，已积压 {MAX_MESSAGES} 条，不能再发。"
            raise ExecutionError(sentence, element_id=element_id)
        kept = {key: self.script_engine.kept(value, element_id) for key, value in payload.items()}
        self.messages.append((name, kept))

    def throw_error(self, code: str) -> bool:
        """Let an error from outside be heard where it is caught deepest; say whether anybody caught it.

        Among several catchers on the deepest level one that names the code goes before one that catches every
        error, and then the first of the tokens.
        """
        event = BpmnEvent(Error(None, code))
        catchers = [task for task in alive(self) if self._hears(task, event)]
        if not catchers:
            return False
        # A boundary event guards the level inside its activity, an event subprocess the level it stands on.
        depths = {t.id: t.workflow.depth + isinstance(t.task_spec, BoundaryEvent) for t in catchers}
        deepest = max(depths.values())
        catcher = _most_exact([task for task in catchers if depths[task.id] == deepest])[0]
        catcher.task_spec.catch(catcher, event)
        catcher.task_spec._update(catcher)
        return True

    @staticmethod
    def _hears(task: Any, event: Any) -> bool:
        definition = getattr(task.task_spec, "event_definition", None)
        return task.state == TaskState.WAITING and definition is not None and definition.catches(task, event)

    def _innermost(self, event: Any) -> list[Any]:
        """Return who catches the event nearest to the thrower: an event subprocess of its level, or a boundary."""
        workflow = event.target
        while True:
            aside = [t for t in workflow.tasks.values() if isinstance(t.task_spec, Trigger) and self._hears(t, event)]
            if aside or workflow.parent_task_id is None:
                return _most_exact(aside)
            host = self.get_task_from_id(workflow.parent_task_id)
            workflow = host.workflow
            scope = encloser(host)
            if scope is not None and isinstance(scope.task_spec, Repeated):
                # The host is one instance; the boundary events belong to the whole.
                scope = encloser(scope)
            if scope is not None:
                found = [t for t in scope.children if isinstance(t.task_spec, BoundaryEvent) and self._hears(t, event)]
                if found:
                    return _most_exact(found)

    def settle(self, session: Session) -> list[Any]:
        """Let every token run until it waits for somebody; return the tokens in the order of the tree.

        Raises:
            ExecutionError: a budget is exceeded, or tokens wait for one another for ever.
        """
        while not self.completed:
            waiting = alive(self)
            ready = [task for task in waiting if task._state == TaskState.READY and not task.task_spec.manual]
            if not ready and not self._look_around(waiting):
                self._check_that_somebody_can_act(session, waiting)
                return waiting
            crowd = len(waiting)
            for task in ready:
                if _is_automatic(task):
                    session.step(task, crowd)
                    task.run()
                    # Its followers take its place; what is more than one makes the crowd larger.
                    crowd += max(len(task._children) - 1, 0)
            if len(self.tasks) > PRUNE_ABOVE:
                prune(self)
        return alive(self)

    def _look_around(self, waiting: list[Any]) -> bool:
        """At rest, ask inclusive joins, look at conditions, redeliver a message; say whether anything was set free."""
        watchful = [task for task in waiting if task.task_spec.is_watchful]
        if any(_fires(task) for task in watchful):
            return True
        became_true = [task for task in watchful if _has_become_true(task)]
        for task in became_true:
            task.task_spec._update(task)
        if became_true:
            return True
        for position, (name, payload) in enumerate(self.messages):
            if self.deliver(name, payload):
                del self.messages[position]
                return True
        return False

    @staticmethod
    def _check_that_somebody_can_act(session: Session, waiting: list[Any]) -> None:
        if len(waiting) > MAX_TOKENS:
            session.check_crowd([task.task_spec.bpmn_id for task in waiting if task.task_spec.bpmn_id])
        if any(_can_be_set_free(task) for task in waiting):
            return
        joins = [task.task_spec.bpmn_id for task in waiting if isinstance(task.task_spec, Join)]
        element_id = joins[0] if joins else ""
        name = session.name_of(element_id)
        raise ExecutionError(
            f"办件停在汇聚网关{quoted(name)}：其他分支已无法到达这里，流程无法继续。", element_id=element_id
        )


def _most_exact(catchers: list[Any]) -> list[Any]:
    """Return one catcher: one that names the code goes before one that catches every code."""
    named = [task for task in catchers if getattr(task.task_spec.event_definition, "code", None) is not None]
    return (named or catchers)[:1]


def _fires(task: Any) -> bool:
    """Ask a join that looks around; say whether it goes on."""
    if task._state != TaskState.WAITING or not (isinstance(task.task_spec, Join) and task.task_spec.looks_around):
        return False
    task.task_spec._update(task)
    return bool(task._state != TaskState.WAITING)


def _has_become_true(task: Any) -> bool:
    if task._state != TaskState.WAITING:
        return False
    definition = getattr(task.task_spec, "event_definition", None)
    return isinstance(definition, Conditional) and definition.look(task)


def _can_be_set_free(task: Any) -> bool:
    definition = getattr(task.task_spec, "event_definition", None)
    return bool(task.task_spec.manual or (definition is not None and not isinstance(definition, _SCOPED)))


def _is_automatic(task: Any) -> bool:
    return bool(task._state == TaskState.READY and not task.task_spec.manual)


def is_open_task(task: Any) -> bool:
    """Say whether a token waits for a person."""
    return bool(task._state == TaskState.READY and task.task_spec.manual)
