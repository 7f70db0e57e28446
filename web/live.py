"""Server-sent events: a page hears the revision of what it shows, and polls when it cannot hold a stream.

A stream carries revision numbers only, never contents: the page that hears a new number asks for itself again, under
the reader's own permissions. Each stream holds one server thread for as long as it lives, so their number is capped;
`engine.services.live` listens once per process, however many streams there are.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Protocol, cast

from flask import Flask, Response, jsonify, request

from engine.errors import EngineError
from engine.services import live

#: A comment is sent after this many silent seconds, so that proxies keep the connection and dead readers are noticed.
KEEP_ALIVE_SECONDS = 15.0
#: How often a silent stream asks whether its reader left (waitress knows when `channel_request_lookahead` is set).
LOOK_SECONDS = 1.0
#: A stream ends after this long and the browser opens another: its reader is authenticated again.
LIFETIME_SECONDS = 600.0
#: At most one number per this many seconds goes to a page, however much happens.
PAUSE_SECONDS = 1.0
#: What the browser waits before it opens a broken stream again.
RETRY_MILLISECONDS = 5000
#: One thread in so many may hold a stream.
THREADS_PER_STREAM = 3
#: Announced by the engine after a gap: any case may have changed.
ANY_CASE = 0


class Subscription(Protocol):
    """What `engine.services.live.watch` gives."""

    def changes(self, timeout: float) -> set[int]:
        """Return the ids of the cases that changed, waiting at most `timeout` seconds."""

    def close(self) -> None:
        """Stop watching."""


class Places:
    """How many streams may be open at once, and how many are."""

    def __init__(self, capacity: int) -> None:
        """Offer this many places."""
        self.capacity = capacity
        self.taken = 0
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Take a place; False when there is none."""
        with self._lock:
            if self.taken >= self.capacity:
                return False
            self.taken += 1
            return True

    def give_back(self) -> None:
        """Free a place that was taken."""
        with self._lock:
            self.taken -= 1


class Stream:
    """One page's stream: a place, a subscription, and the case it shows (None: all of them)."""

    def __init__(self, places: Places, subscription: Subscription, case_id: int | None) -> None:
        """Hold a place that was taken, until `close`."""
        self._places = places
        self._subscription = subscription
        self._case_id = case_id
        self._is_closed = threading.Event()

    def wait(self, has_left: Callable[[], bool]) -> bool:
        """Return whether the case changed before the next sign of life is due; close when the reader left."""
        due_at = time.monotonic() + KEEP_ALIVE_SECONDS
        while not self.is_closed and time.monotonic() < due_at:
            changed = self._subscription.changes(LOOK_SECONDS)
            if changed and (self._case_id is None or not changed.isdisjoint({self._case_id, ANY_CASE})):
                return True
            if has_left():
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
            self._places.give_back()


def places_of(app: Flask) -> Places:
    """Return the places of this application; a third of the server's threads may hold streams."""
    capacity = int(app.config["SERVER_THREADS"]) // THREADS_PER_STREAM
    return cast(Places, app.extensions.setdefault("guicheng_live", Places(capacity)))


def stream_revisions(app: Flask, read_revision: Callable[[], int], case_id: int | None = None) -> Response:
    """Answer with a stream of revision numbers: the present one, then each new one.

    Args:
        app: the application whose places are taken.
        read_revision: reads the number under the reader's permissions; called outside the request, too.
        case_id: the case to watch; None watches all.

    Returns:
        A streaming answer, or 503 when every place is taken (the page polls instead).

    Raises:
        EngineError: the reader may not see the case.
    """
    places = places_of(app)
    if not places.take():
        return Response("", 503, {"Retry-After": "30", "Cache-Control": "no-store"}, content_type="text/plain")
    stream = Stream(places, live.watch(app.extensions["guicheng"]), case_id)
    try:
        revision = read_revision()
    except EngineError:
        stream.close()
        raise
    has_left = request.environ.get("waitress.client_disconnected", lambda: False)
    answer = Response(_events(stream, revision, read_revision, has_left))
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
    stream: Stream, revision: int, read_revision: Callable[[], int], has_left: Callable[[], bool]
) -> Iterator[str]:
    ends_at = time.monotonic() + LIFETIME_SECONDS
    try:
        yield f"retry: {RETRY_MILLISECONDS}\n" + _event(revision)
        while not stream.is_closed and time.monotonic() < ends_at:
            if not stream.wait(has_left):
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
