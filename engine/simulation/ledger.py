"""What a simulated case has shown so far: open tokens, armed timers, and everything that happened, in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from engine.runtime import Armed, Effect, Passed, Progress, Token


@dataclass(slots=True)
class Ledger:
    """Adds up the progress of one action after another, as the rows of the database do for a real case."""

    #: Where the case is, those that wait longest first.
    tokens: tuple[Token, ...] = ()
    #: Timers that wait, by token, in the order in which they were armed.
    timers: dict[str, Armed] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    end_events: list[str] = field(default_factory=list)
    #: Names of the messages that nobody waits for yet.
    kept_messages: tuple[str, ...] = ()
    is_ended: bool = False

    def take(self, progress: Progress, fired: str = "") -> None:
        """Add what one action changed; `fired` is the token of the timer that it fired."""
        present = {token.token_id: token for token in progress.tokens}
        known = {token.token_id for token in self.tokens}
        stayed = tuple(present[token.token_id] for token in self.tokens if token.token_id in present)
        self.tokens = stayed + tuple(token for token in progress.tokens if token.token_id not in known)
        for token_id in (*progress.disarmed, fired):
            self.timers.pop(token_id, None)
        self.timers.update((armed.token_id, armed) for armed in progress.armed)
        self.effects += progress.effects
        self.passed += progress.passed
        self.end_events += progress.end_events
        self.kept_messages = progress.kept_messages
        self.is_ended = progress.is_ended

    def open_tasks(self) -> list[Token]:
        """Return the user and manual tasks that wait for a person, the oldest first."""
        return [token for token in self.tokens if token.kind == "task"]

    def next_due(self, until: datetime) -> Armed | None:
        """Return the timer that goes off first, if it is due by `until`; of several, the one armed first."""
        first = min(self.timers.values(), key=lambda armed: armed.due_at, default=None)
        return first if first is not None and first.due_at <= until else None
