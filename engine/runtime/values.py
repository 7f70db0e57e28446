"""Frozen values that cross the border of the runtime, and the ways it says no."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from engine.errors import ExecutionError
from engine.language.wording import quoted

#: Names the engine gives at each action; a diagram may read them and must not set them.
FACTS = frozenset({"now", "applicant", "round", "windows", "deadlines", "offices", "experts", "title"})


class StateDamaged(ExecutionError):
    """The saved state is damaged, of another format, or of another definition."""

    default_sentence = "办件的流程状态无法读取，已停止办理并报告管理员。"


class MessageNotExpected(ExecutionError):
    """No step of the case waits for the message."""

    default_sentence = "办件当前没有等待这一事项的步骤，不能办理。"


class ErrorNotCaught(ExecutionError):
    """No open step of the case catches the error."""

    default_sentence = "办件当前没有处理这一错误的步骤。"


class TokenNotWaiting(ExecutionError):
    """The token does not exist any more, or does not wait for this action."""

    default_sentence = "这一步骤已经办结或被撤销，请刷新页面后再办理。"


class MigrationRefused(ExecutionError):
    """The case cannot go on in the other version of its diagram."""

    default_sentence = "办件不能迁移到新版流程。"

    def __init__(self, refused: tuple[tuple[str, str], ...]) -> None:
        """Keep every reason: element and Chinese sentence."""
        self.refused = refused
        reasons = "；".join(f"{quoted(element_id)}：{reason}" for element_id, reason in refused)
        super().__init__(f"办件不能迁移到新版流程：{reasons}", element_id=refused[0][0])


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationPreview:
    """What would become of the open steps of a case in another version of its diagram."""

    #: Old and new id of every element with an open token that goes on.
    mapped: tuple[tuple[str, str], ...]
    #: Events nobody would wait for any more, because the new version has none of their kind there.
    withdrawn: tuple[str, ...]
    #: Element and Chinese sentence; empty when the case can go on.
    refused: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A lane of the diagram: who works on the elements inside."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One activity, event or gateway of the diagram."""

    id: str
    name: str
    #: Local name of the BPMN tag: userTask, startEvent, boundaryEvent …
    kind: str
    #: Id of the innermost lane, or "".
    lane: str = ""
    #: The owner's explanation without the 依据 and 标记 lines.
    documentation: str = ""
    #: Text after 依据：
    basis: str = ""
    #: Text after 标记： (依据, 解释 or 平台默认).
    mark: str = ""
    #: camunda:* attributes by local name.
    attributes: Mapping[str, str] = field(default_factory=dict)
    #: Host of a boundary event, or "".
    attached_to: str = ""
    #: timer, message, signal, conditional, link, error, escalation, cancel, terminate; "" for a plain event and for
    #: everything else.
    event: str = ""
    #: Name of the message it waits for or throws, or "".
    message: str = ""
    #: The timer's expression as written, or "".
    timer: str = ""
    #: False for a boundary event or the start of an event subprocess that leaves the rest open.
    is_interrupting: bool = True
    #: Flow taken when no condition holds, or "".
    default_flow: str = ""
    #: Name under which one instance of a multi-instance gives its result, or "".
    result: str = ""
    file: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A diagram that may run. Immutable, shared by every case and every thread."""

    #: Digest of the owner's folder, given by the caller; a state belongs to exactly one.
    digest: str
    process_id: str
    name: str
    documentation: str
    elements: Mapping[str, Element]
    lanes: Mapping[str, Lane]
    #: Free names of all expressions: case variables and facts.
    variable_names: frozenset[str]
    #: Messages that some element waits for.
    message_names: frozenset[str]
    #: DMN file of every decision, by its id and by its name.
    decisions: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    #: The engine's own specifications by process and subprocess id.
    specs: Mapping[str, Any] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What one action may look at."""

    definition: Definition
    #: Case variables, kept beside the state by the caller.
    variables: Mapping[str, object]
    #: Given by the engine at each action and never stored; `now` is an aware date and time.
    facts: Mapping[str, object]
    #: DMN files by decision, besides those of the definition; one given here takes its place.
    decisions: Mapping[str, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A user task that waits for a person since this action."""

    token_id: str
    element_id: str
    #: What the instance of a repeated activity has for itself, e.g. its item.
    local: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Armed:
    """A timer that waits since this action."""

    token_id: str
    element_id: str
    #: Aware, UTC.
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """An operation the diagram asked for; the caller performs it after saving."""

    element_id: str
    operation: str
    parameters: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What happened at one element during this action."""

    element_id: str
    #: completed (activity), fired (event that was waited for), reached (gateway, start, throw, end), cancelled.
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """Where the case is now."""

    #: Stable as long as the token stays there.
    token_id: str
    element_id: str
    #: task, timer, message, signal, conditional, error, escalation, cancel, join (waits for other branches), or
    #: activity (something inside is open).
    kind: str
    #: Ids of the call activities that it is inside of, the outermost first; known where a saved case is looked at.
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Progress:
    """The case after one action, and what changed."""

    state: bytes
    variables: dict[str, object]
    opened: tuple[Opened, ...]
    #: User tasks withdrawn by the diagram; not the one that was completed.
    closed: tuple[str, ...]
    armed: tuple[Armed, ...]
    #: Timers that wait no longer; not the one that was fired.
    disarmed: tuple[str, ...]
    effects: tuple[Effect, ...]
    passed: tuple[Passed, ...]
    #: Counts `tokens` when somebody asks for them.
    look: Callable[[], tuple[Token, ...]] = field(repr=False, compare=False)
    is_ended: bool
    #: End events of the main process reached by this action, in order.
    end_events: tuple[str, ...]
    #: Names of the messages the case keeps because nobody waits for them yet, the oldest first.
    kept_messages: tuple[str, ...] = ()

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Where the case is now."""
        return self.look()
