"""Server-sent events: a page hears the revision of what it shows, and polls when it cannot hold a stream.

A stream carries revision numbers only, never contents: the page that hears a new number asks for itself again, under
the reader's own permissions. Each stream holds one server thread for as long as it lives, so their number is capped;
`engine.live` looks once for all streams of a process, a few times a second while there are any.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Protocol, cast

from flask import Flask, Response, current_app, jsonify, request

from engine.errors import EngineError
from engine.services import live
from engine.system import System
from engine.views import Actor

#: A comment is sent after this many silent seconds, so that proxies keep the connection and dead readers are noticed.
KEEP_ALIVE_SECONDS = 15.0
#: How often a silent stream asks whether its reader left (waitress knows when `channel_request_lookahead` is set), or
#: the server is to end.
LOOK_SECONDS = 1.0
#: A stream ends after this long and the browser opens another: its reader is authenticated again.
LIFETIME_SECONDS = 600.0
#: At most one number per this many seconds goes to a page, however much happens.
PAUSE_SECONDS = 1.0
#: What the browser waits before it opens a broken stream again.
RETRY_MILLISECONDS = 5000
#: One thread in so many may hold a stream.
THREADS_PER_STREAM = 3
#: Browsers open six connections to a site; pages beyond this number poll, so that their reader's clicks get through.
STREAMS_PER_READER = 4
#: Announced by the engine after a gap: any case may have changed.
ANY_CASE = 0


class Subscription(Protocol):
    """What `engine.services.live.watch` gives."""

    def changes(self, timeout: float) -> set[int]:
        """Return the ids of the cases that changed, waiting at most `timeout` seconds."""

    def close(self) -> None:
        """Stop watching."""


class Places:
    """Who holds a stream, and how many streams may be open at once."""

    def __init__(self, capacity: int) -> None:
        """Offer this many places."""
        self.capacity = capacity
        #: Set once the server is to end: every stream ends then, instead of being waited for.
        self.ending = threading.Event()
        self._taken: Counter[int] = Counter()
        self._lock = threading.Lock()

    @property
    def taken(self) -> int:
        """How many streams are open."""
        return self._taken.total()

    def take(self, reader_id: int) -> bool:
        """Take a place; False when there is none, or this reader has enough."""
        with self._lock:
            if self.taken >= self.capacity or self._taken[reader_id] >= STREAMS_PER_READER:
                return False
            self._taken[reader_id] += 1
            return True

    def give_back(self, reader_id: int) -> None:
        """Free a place that this reader took."""
        with self._lock:
            self._taken[reader_id] -= 1
            self._taken += Counter()  # drops readers without a stream


class Stream:
    """One page's stream: a subscription, the case it shows (None: all of them), and its place."""

    def __init__(self, subscription: Subscription, case_id: int | None, give_back: Callable[[], None]) -> None:
        """Hold a place that was taken, until `close`."""
        self._give_back = give_back
        self._subscription = subscription
        self._case_id = case_id
        self._is_closed = threading.Event()

    def wait(self, is_over: Callable[[], bool]) -> bool:
        """Return whether the case changed before the next sign of life is due; close when all is over."""
        due_at = time.monotonic() + KEEP_ALIVE_SECONDS
        while not self.is_closed and time.monotonic() < due_at:
            changed = self._subscription.changes(LOOK_SECONDS)
            if changed and (self._case_id is None or not changed.isdisjoint({self._case_id, ANY_CASE})):
                return True
            if is_over():
                self.close()
        return False

    @property
    def is_closed(self) -> bool:
        """Whether nobody reads any more."""
        return self._is_closed.is_set()

    def close(self) -> None:
        """Give the place back; closing twice is fine."""
        if not self._is_closed.is_set():
            self._is_closed.set()
            self._subscription.close()
            self._give_back()


def places_of(app: Flask) -> Places:
    """Return the places of this application; a third of the server's threads may hold streams."""
    capacity = int(app.config["SERVER_THREADS"]) // THREADS_PER_STREAM
    return cast(Places, app.extensions.setdefault("guicheng_live", Places(capacity)))


def stream_revisions(
    system: System, actor: Actor, read_revision: Callable[[System, Actor], int], case_id: int | None = None
) -> Response:
    """Answer with a stream of revision numbers: the present one, then each new one.

    Args:
        system: the engine.
        actor: the reader.
        read_revision: reads the number as this reader may know it; called after the request, too.
        case_id: the case to watch; None watches all.

    Returns:
        A streaming answer, or 503 when no place is free (the page polls instead).

    Raises:
        EngineError: the reader may not see the case.
    """
    places = places_of(current_app)
    if not places.take(actor.account_id):
        return Response("", 503, {"Retry-After": "30", "Cache-Control": "no-store"}, content_type="text/plain")
    stream = Stream(live.watch(system), case_id, lambda: places.give_back(actor.account_id))
    try:
        revision = read_revision(system, actor)
    except EngineError:
        stream.close()
        raise
    has_left = request.environ.get("waitress.client_disconnected", lambda: False)

    def is_over() -> bool:
        return places.ending.is_set() or has_left()

    answer = Response(_events(stream, revision, lambda: read_revision(system, actor), is_over))
    answer.content_type = "text/event-stream; charset=utf-8"
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"
    # The generator cleans up once it runs; a reader who leaves before the first byte is caught here.
    answer.call_on_close(stream.close)
    return answer


def answer_revision(revision: int) -> Response:
    """Answer a polling page with the revision as JSON, or 304 when it already has it."""
    answer = jsonify(revision=revision)
    answer.set_etag(str(revision))
    answer.headers["Cache-Control"] = "private, no-cache"
    return cast(Response, answer.make_conditional(request))


def _events(
    stream: Stream, revision: int, read_revision: Callable[[], int], is_over: Callable[[], bool]
) -> Iterator[str]:
    ends_at = time.monotonic() + LIFETIME_SECONDS
    try:
        yield f"retry: {RETRY_MILLISECONDS}\n" + _event(revision)
        while not stream.is_closed and time.monotonic() < ends_at:
            if not stream.wait(is_over):
                yield ": still here\n\n"
                continue
            latest = read_revision()
            if latest != revision:
                revision = latest
                yield _event(revision)
                time.sleep(PAUSE_SECONDS)
    except EngineError:
        # The reader may no longer see the case; the page learns why when it asks again.
        return
    finally:
        stream.close()


def _event(revision: int) -> str:
    return f"event: revision\nid: {revision}\ndata: {revision}\n\n"
