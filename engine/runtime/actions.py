"""The door: everything that can be asked of a case. Bytes in, bytes out; no database, no clock, no thread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine.errors import ExecutionError
from engine.runtime.codec import load, save
from engine.runtime.events import Signal
from engine.runtime.joins import Join
from engine.runtime.moving import destinations, move
from engine.runtime.scopes import CallActivity
from engine.runtime.session import Session
from engine.runtime.timers import Timer
from engine.runtime.values import (
    Armed,
    Context,
    Definition,
    ErrorNotCaught,
    MessageNotExpected,
    Opened,
    Progress,
    Token,
    TokenNotWaiting,
)
from engine.runtime.withdrawal import alive, withdraw_all
from engine.runtime.workflow import CaseWorkflow, is_open_task


class Action:
    """One action on one case: remembers what was there before, and reports what changed."""

    def __init__(self, context: Context, state: bytes | None = None, saved_by: Definition | None = None) -> None:
        """Load the case, which another definition may have saved, or begin a new one."""
        self.definition = context.definition
        self.session = Session(context)
        self.before: dict[str, Any] = {}
        #: The token the caller acted on; it is reported neither as closed nor as disarmed.
        self.token_id = ""
        if state is None:
            specs = self.definition.specs
            process = specs[self.definition.process_id]
            self.workflow = CaseWorkflow(process, dict(specs), script_engine=self.session)
            return
        self.workflow = load(saved_by or self.definition, state, self.session)
        self.before = {task.id: task for task in alive(self.workflow)}

    def token(self, token_id: str) -> Any:
        """Return the live token the caller names.

        Raises:
            TokenNotWaiting: there is none.
        """
        self.token_id = token_id
        if token_id not in self.before:
            raise TokenNotWaiting(token_id=token_id)
        return self.before[token_id]

    def open_task(self, token_id: str) -> Any:
        """Return the user task the caller names.

        Raises:
            TokenNotWaiting: the token is not an open user task.
        """
        task = self.token(token_id)
        if not is_open_task(task):
            raise TokenNotWaiting(element_id=task.task_spec.bpmn_id or "", token_id=token_id)
        return task

    def _opened(self, task: Any) -> Opened:
        return Opened(token_id=task.id, element_id=task.task_spec.bpmn_id, local=self.session.local(task))

    def finish(self) -> Progress:
        """Let the case run until it waits, save it and report."""
        standing = self.workflow.settle(self.session)
        if self.workflow.completed:
            self.workflow.messages.clear()
        state = save(self.definition, self.workflow)
        after = {task.id: task for task in standing}
        gone = [task for token_id, task in self.before.items() if token_id not in after and token_id != self.token_id]
        fresh = [task for token_id, task in after.items() if token_id not in self.before]
        progress = Progress(
            state=state,
            variables=self.session.variables,
            opened=tuple(self._opened(task) for task in fresh if is_open_task(task)),
            closed=tuple(task.id for task in gone if task.task_spec.manual),
            armed=tuple(_armed(task) for task in fresh if _is_timer(task)),
            disarmed=tuple(task.id for task in gone if _is_timer(task)),
            effects=tuple(self.session.effects),
            passed=tuple(self.session.passed),
            look=partial(_tokens, standing),
            is_ended=self.workflow.completed,
            end_events=tuple(self.session.end_events),
            kept_messages=tuple(name for name, _ in self.workflow.messages),
        )
        self.workflow.let_go()
        return progress


@contextmanager
def translated() -> Iterator[None]:
    """Turn the library's own exceptions into ours; they name the specification they happened at."""
    try:
        yield
    except SpiffWorkflowException as error:
        element_id = getattr(getattr(error, "task_spec", None), "bpmn_id", None) or ""
        raise ExecutionError(element_id=element_id, reason=str(error)) from error


def start(context: Context, *, message: str = "", payload: Mapping[str, object] | None = None) -> Progress:
    """Begin a case at its plain start event; without one, every start event with a trigger waits for the first to fire.

    Args:
        context: what the action may look at.
        message: name of the message that begins the case, at the start event that waits for it.
        payload: becomes case variables; only with a message.

    Raises:
        MessageNotExpected: no start event waits for the message.
        ExecutionError: the diagram could not go on; names the element.
    """
    with translated():
        action = Action(context)
        if message:
            action.session.begins_by_message = True
            action.workflow.settle(action.session)
            if not action.workflow.deliver(message, payload or {}):
                raise MessageNotExpected(message=message)
        return action.finish()


def complete(context: Context, state: bytes, token_id: str, values: Mapping[str, object]) -> Progress:
    """Complete a user task; `values` become case variables, or the item's inside a multi-instance.

    Raises:
        TokenNotWaiting: the token is not an open user task of this case.
        ExecutionError: the diagram could not go on; names the element.
        StateDamaged: the state cannot be read.
    """
    with translated():
        action = Action(context, state)
        task = action.open_task(token_id)
        for name, value in values.items():
            action.session.assign(task, name, value)
        task.run()
        return action.finish()


def fire_timer(context: Context, state: bytes, token_id: str) -> Progress:
    """Let a waiting timer go off. The caller decides that it is due.

    Raises:
        TokenNotWaiting: the token is not a waiting timer of this case.
        ExecutionError: the diagram could not go on; names the element.
        StateDamaged: the state cannot be read.
    """
    with translated():
        action = Action(context, state)
        task = action.token(token_id)
        if not _is_timer(task):
            raise TokenNotWaiting(element_id=task.task_spec.bpmn_id or "", token_id=token_id)
        task.internal_data["event_fired"] = True
        task.task_spec._update(task)
        return action.finish()


def send_message(
    context: Context, state: bytes, name: str, payload: Mapping[str, object], *, keep: bool = False
) -> Progress:
    """Deliver a message to everybody in the case who waits for it; `payload` becomes variables.

    Args:
        context: what the action may look at.
        state: the saved state.
        name: the message's name in the diagram.
        payload: becomes variables where the message is heard.
        keep: when nobody waits for it yet, keep it with the case until somebody does.

    Raises:
        MessageNotExpected: nobody waits for it; with `keep`, no element ever will, or the case has ended.
        ExecutionError: the diagram could not go on; names the element.
        StateDamaged: the state cannot be read.
    """
    with translated():
        action = Action(context, state)
        if not action.workflow.deliver(name, payload):
            if not keep or action.workflow.completed or name not in context.definition.message_names:
                raise MessageNotExpected(message=name)
            action.workflow.keep(name, payload)
        return action.finish()


def send_signal(context: Context, state: bytes, name: str) -> Progress:
    """Broadcast a signal to everybody in the case who waits for it; one that nobody hears changes nothing.

    Raises:
        ExecutionError: the diagram could not go on; names the element.
        StateDamaged: the state cannot be read.
    """
    with translated():
        action = Action(context, state)
        action.workflow.catch(BpmnEvent(Signal(name)))
        return action.finish()


def throw_error(context: Context, state: bytes, code: str) -> Progress:
    """Throw an error from outside, as if the innermost open work that catches it had failed.

    Every open step may have failed, so the catcher on the deepest open level hears it: error boundary events of open
    activities and error event subprocesses of open levels. Among several on one level, one that names the code goes
    before one that catches every error, and then the first of the tokens.

    Args:
        context: what the action may look at.
        state: the saved state.
        code: the error's code (`errorCode`), or its id when it has none.

    Raises:
        ErrorNotCaught: nobody catches it; nothing has changed.
        ExecutionError: the diagram could not go on; names the element.
        StateDamaged: the state cannot be read.
    """
    with translated():
        action = Action(context, state)
        if not action.workflow.throw_error(code):
            raise ErrorNotCaught(code=code)
        return action.finish()


def move_token(context: Context, state: bytes, token_id: str, element_id: str) -> Progress:
    """Take an open user task back and go on at another activity of its process, or of one around it (退回).

    Leaving a called process or a subprocess takes back everything that is open in it.

    Raises:
        TokenNotWaiting: the token is not an open user task of this case.
        ExecutionError: the other element cannot be moved to, or other branches are open beside this one.
        StateDamaged: the state cannot be read.
    """
    with translated():
        action = Action(context, state)
        move(action.open_task(token_id), element_id)
        return action.finish()


def cancel(context: Context, state: bytes) -> Progress:
    """Take back everything that is open: the case ends here, without an end event and whatever it waits for.

    Args:
        context: what the action may look at.
        state: the saved state.

    Raises:
        StateDamaged: the state cannot be read.
    """
    with translated():
        action = Action(context, state)
        withdraw_all(action.workflow)
        action.workflow.completed = True
        return action.finish()


def read_tokens(definition: Definition, state: bytes) -> tuple[Token, ...]:
    """Say where a case is, without changing it.

    Raises:
        StateDamaged: the state cannot be read.
    """
    session = Session(Context(definition=definition, variables={}, facts={}))
    standing = [task for task in alive(load(definition, state, session)) if task.task_spec.bpmn_id]
    return tuple(replace(token, calls=_calls(task)) for token, task in zip(_tokens(standing), standing, strict=True))


def read_destinations(definition: Definition, state: bytes) -> frozenset[str]:
    """Return the ids of the activities that some open task may be moved to.

    Raises:
        StateDamaged: the state cannot be read.
    """
    session = Session(Context(definition=definition, variables={}, facts={}))
    standing = alive(load(definition, state, session))
    return frozenset().union(*(destinations(task) for task in standing if is_open_task(task)))


def _tokens(standing: Iterable[Any]) -> tuple[Token, ...]:
    return tuple(
        Token(token_id=task.id, element_id=task.task_spec.bpmn_id, kind=_kind(task))
        for task in standing
        if task.task_spec.bpmn_id
    )


def _calls(task: Any) -> tuple[str, ...]:
    """Return the calls around a task, the outermost first."""
    found: list[str] = []
    workflow = task.workflow
    while workflow.parent_task_id is not None:
        host = workflow.top_workflow.get_task_from_id(workflow.parent_task_id)
        if isinstance(host.task_spec, CallActivity):
            found.append(host.task_spec.bpmn_id)
        workflow = host.workflow
    return tuple(reversed(found))


def _kind(task: Any) -> str:
    spec = task.task_spec
    if spec.manual:
        return "task"
    if isinstance(spec, Join):
        return "join"
    definition = getattr(spec, "event_definition", None)
    if definition is None:
        return "activity"
    kind = type(definition).__name__.lower()
    return "timer" if isinstance(definition, Timer) else kind


def _is_timer(task: Any) -> bool:
    return isinstance(getattr(task.task_spec, "event_definition", None), Timer)


def _armed(task: Any) -> Armed:
    due_at = datetime.fromisoformat(task.internal_data["due"])
    return Armed(token_id=task.id, element_id=task.task_spec.bpmn_id, due_at=due_at)
