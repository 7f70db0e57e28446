"""A case without a database: a diagram, a clock of its own, and a person, a calendar and the outside world in one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import orjson

from engine.clock import ZONE, FixedClock, local
from engine.errors import ExecutionError
from engine.runtime import (
    Context,
    Effect,
    Passed,
    Progress,
    Token,
    TokenNotWaiting,
    complete,
    fire_timer,
    read_definition,
    send_message,
    send_signal,
    start,
    throw_error,
)
from engine.runtime.plain import plain
from engine.simulation.ledger import Ledger

#: Timers that one `advance` may fire before it stops: a daily reminder for 27 years.
MAX_FIRINGS = 10_000
#: When a case begins that does not care: runs have to be the same every day.
BEGINNING = datetime(2026, 1, 1, 9, 0, tzinfo=ZONE)

Facts: TypeAlias = Mapping[str, object] | Callable[[datetime], Mapping[str, object]]


class Sandbox:
    """One run of a diagram. Between two steps there is nothing but bytes, as in a database.

    A step either happens as a whole or raises and leaves the case as it was.
    """

    def __init__(
        self,
        bpmn: bytes,
        process_id: str,
        variables: Mapping[str, object] | None = None,
        at: datetime = BEGINNING,
        decisions: Mapping[str, bytes] | Iterable[bytes] | None = None,
        *,
        facts: Facts | None = None,
    ) -> None:
        """Read the diagram and begin a case.

        Args:
            bpmn: the file. Processes of it that do not start can be called.
            process_id: the process that starts, executable or not; "" for the only executable one.
            variables: what the case knows from the beginning.
            at: the instant at which it begins, always the same unless given; without a zone it is in Asia/Shanghai.
            decisions: the DMN files that business rule tasks ask, in any order or by any name.
            facts: what expressions may read besides variables and `now`, and what is never kept; or a function that
                says what they are at an instant.

        Raises:
            DefinitionRefused: the diagram or a decision cannot run; carries every problem found.
            ExecutionError: it could not go on; names the element.
            TypeError: a variable is something that JSON does not know.
        """
        files = {"process.bpmn": bpmn, **_decision_files(decisions or ())}
        #: Nothing else reads these states, so the digest needs to name nothing else.
        self._definition = read_definition(files, digest="sandbox", process_id=process_id)
        self._clock = FixedClock(_aware(at))
        self._facts: Callable[[datetime], Mapping[str, object]] = facts if callable(facts) else lambda _: facts or {}
        self._ledger = Ledger()
        self._state = b""
        self._variables = orjson.dumps(plain(variables or {}))
        self._take(start(self._context()))

    @property
    def at(self) -> datetime:
        """The present instant, in Asia/Shanghai."""
        return local(self._clock.now())

    @property
    def ready(self) -> list[str]:
        """Elements of the open user and manual tasks, once per token, the oldest first."""
        return [token.element_id for token in self._ledger.open_tasks()]

    @property
    def tokens(self) -> tuple[Token, ...]:
        """Everything that waits: tasks, events, joins and the activities around them, the oldest first."""
        return self._ledger.tokens

    @property
    def timers(self) -> list[tuple[str, datetime]]:
        """Waiting timers with the instant at which they are due, the earliest first."""
        armed = sorted(self._ledger.timers.values(), key=lambda timer: (timer.due_at, timer.element_id))
        return [(timer.element_id, local(timer.due_at)) for timer in armed]

    @property
    def variables(self) -> dict[str, Any]:
        """The case variables, as JSON keeps them."""
        found: dict[str, Any] = orjson.loads(self._variables)
        return found

    @property
    def effects(self) -> list[Effect]:
        """Operations that would have been called, with their parameters, in order."""
        return list(self._ledger.effects)

    @property
    def passed(self) -> list[str]:
        """Elements that were completed, fired or reached, in order."""
        return [step.element_id for step in self._ledger.passed if step.kind != "cancelled"]

    @property
    def history(self) -> tuple[Passed, ...]:
        """What happened at which element, in order, with what was taken back."""
        return tuple(self._ledger.passed)

    @property
    def ended(self) -> bool:
        """Whether no token is left."""
        return self._ledger.is_ended

    @property
    def end_events(self) -> list[str]:
        """End events of the main process that were reached, in order."""
        return list(self._ledger.end_events)

    @property
    def kept_messages(self) -> list[str]:
        """Names of the messages that came before anybody waited for them, in order of arrival."""
        return list(self._ledger.kept_messages)

    def complete(self, element_id: str, /, **values: object) -> None:
        """Complete the open task of this element that waits longest; of a multi-instance, the first open item's.

        Args:
            element_id: the user or manual task.
            values: become case variables, or the item's inside a multi-instance.

        Raises:
            TokenNotWaiting: no task of this element is open.
            ExecutionError: the diagram could not go on; names the element.
        """
        token = next((one for one in self._ledger.open_tasks() if one.element_id == element_id), None)
        if token is None:
            found = "、".join(dict.fromkeys(self.ready)) or "无"
            raise TokenNotWaiting(f"“{element_id}”没有待办的任务；现在待办的是：{found}。", element_id=element_id)
        self._take(complete(self._context(), self._state, token.token_id, values))

    def advance(self, duration: timedelta | None = None, *, to: datetime | None = None) -> None:
        """Let time pass and fire every timer that becomes due on the way, each at its own instant.

        Timers that are armed meanwhile count; those due at the same instant fire in the order they were armed. One
        that was due before now fires now.

        Args:
            duration: how long; or
            to: until when; without a zone it is in Asia/Shanghai.

        Raises:
            ValueError: neither or both are given, or time would run backwards.
            ExecutionError: the diagram could not go on, or more than 10,000 timers fired; names the element. The
                clock stands at the instant at which that happened.
        """
        until = self._target(duration, to)
        fired = 0
        while armed := self._ledger.next_due(until):
            self._clock.move_to(max(self._clock.now(), armed.due_at))
            if fired == MAX_FIRINGS:
                sentence = f"已连续触发 {MAX_FIRINGS} 次定时，在“{armed.element_id}”停下；请缩短推进的时间或加长周期。"
                raise ExecutionError(sentence, element_id=armed.element_id)
            fired += 1
            self._take(fire_timer(self._context(), self._state, armed.token_id), fired=armed.token_id)
        self._clock.move_to(until)

    def send_message(self, name: str, payload: Mapping[str, object] | None = None) -> None:
        """Deliver a message to everybody who waits for it, or keep it until somebody does.

        Args:
            name: the message's name in the diagram.
            payload: becomes case variables when the message is delivered.

        Raises:
            MessageNotExpected: no element of the diagram ever waits for it, or the case has ended.
            ExecutionError: the diagram could not go on; names the element.
        """
        self._take(send_message(self._context(), self._state, name, payload or {}, keep=True))

    def send_signal(self, name: str) -> None:
        """Broadcast a signal to everybody who waits for it; one that nobody hears is gone.

        Args:
            name: the signal's name in the diagram.

        Raises:
            ExecutionError: the diagram could not go on; names the element.
        """
        self._take(send_signal(self._context(), self._state, name))

    def throw_error(self, code: str) -> None:
        """Let the open work fail with this error; the innermost step that catches it goes on.

        Args:
            code: the error's code in the diagram, or its id when it has none.

        Raises:
            ErrorNotCaught: nothing that is open catches it.
            ExecutionError: the diagram could not go on; names the element.
        """
        self._take(throw_error(self._context(), self._state, code))

    def _context(self) -> Context:
        now = self._clock.now()
        facts = {**self._facts(now), "now": now}
        return Context(definition=self._definition, variables=self.variables, facts=facts)

    def _take(self, progress: Progress, fired: str = "") -> None:
        self._variables = orjson.dumps(progress.variables)
        self._state = progress.state
        self._ledger.take(progress, fired)

    def _target(self, duration: timedelta | None, to: datetime | None) -> datetime:
        if (duration is None) == (to is None):
            raise ValueError("advance takes either a duration or an instant")
        now = self._clock.now()
        until = now + (duration or timedelta(0)) if to is None else _aware(to)
        if until < now:
            raise ValueError(f"time does not run backwards: it is {local(now)} already")
        return until


def _aware(instant: datetime) -> datetime:
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=ZONE)


def _decision_files(decisions: Mapping[str, bytes] | Iterable[bytes]) -> dict[str, bytes]:
    """Return the files as they would stand in an owner's folder, each content once."""
    if isinstance(decisions, bytes):
        decisions = (decisions,)
    if not isinstance(decisions, Mapping):
        decisions = {str(number): content for number, content in enumerate(decisions, 1)}
    names = {content: name.removeprefix("decisions/").removesuffix(".dmn") for name, content in decisions.items()}
    return {f"decisions/{name}.dmn": content for content, name in names.items()}
