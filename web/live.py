"""Server-sent events: one listener per process, fanned out to the pages that watch a case or the whole platform.

A stream carries revision numbers only, never contents: the page that hears a new number asks for itself again, under
the reader's own permissions. Each stream holds one server thread for as long as it lives, so their number is capped.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Protocol, cast

from flask import Flask, Response, jsonify, request

from engine.errors import EngineError
from engine.services import live

#: A comment is sent after this many silent seconds, so that proxies keep the connection and dead readers are noticed.
KEEP_ALIVE_SECONDS = 15.0
#: A stream ends after this long and the browser opens another: its reader is authenticated again.
LIFETIME_SECONDS = 600.0
#: At most one number per second goes to a page, however much happens.
PAUSE_SECONDS = 1.0
#: How long the listener waits before it looks whether anybody still listens.
LISTEN_SECONDS = 2.0
#: What the browser waits before it opens a broken stream again.
RETRY_MILLISECONDS = 5000


class Subscription(Protocol):
    """What `engine.services.live.watch` gives."""

    def changes(self, timeout: float) -> set[int]:
        """Return the ids of the cases that changed, waiting at most `timeout` seconds."""

    def close(self) -> None:
        """Stop listening."""


class TooManyStreams(Exception):
    """Every thread that may hold a stream holds one; the page polls instead."""


class Stream:
    """One page's place in the hub."""

    def __init__(self, hub: Hub, case_id: int | None) -> None:
        """Watch one case, or every case when `case_id` is None."""
        self.case_id = case_id
        self.is_closed = False
        self._hub = hub
        self._woken = threading.Event()

    def wait(self, timeout: float) -> bool:
        """Return whether something changed (or the stream was closed) before `timeout` seconds passed."""
        was_woken = self._woken.wait(timeout)
        self._woken.clear()
        return was_woken

    def wake(self) -> None:
        """Let the reader look again."""
        self._woken.set()

    def close(self) -> None:
        """Give the place back; closing twice is fine."""
        self.is_closed = True
        self._woken.set()
        self._hub.discard(self)


class Hub:
    """Listens once and wakes every stream that is concerned."""

    def __init__(self, watch: Callable[[], Subscription], capacity: int) -> None:
        """Take the source of changes and the number of streams that may be open at once."""
        self.capacity = capacity
        self._watch = watch
        self._lock = threading.Lock()
        self._streams: set[Stream] = set()
        self._listener: threading.Thread | None = None

    def open_stream(self, case_id: int | None = None) -> Stream:
        """Open a stream on one case, or on all of them.

        Raises:
            TooManyStreams: the cap is reached.
        """
        with self._lock:
            if len(self._streams) >= self.capacity:
                raise TooManyStreams
            stream = Stream(self, case_id)
            self._streams.add(stream)
            if self._listener is None:
                self._listener = threading.Thread(target=self._listen, name="live-listener", daemon=True)
                self._listener.start()
        return stream

    def discard(self, stream: Stream) -> None:
        """Forget a stream; the listener stops after the last one."""
        with self._lock:
            self._streams.discard(stream)

    def close(self) -> None:
        """End every stream: the process stops, or the listener failed and the pages must connect again."""
        with self._lock:
            streams = tuple(self._streams)
        for stream in streams:
            stream.close()

    def _listen(self) -> None:
        # A listener that died in silence would leave every page stale. So its end, however it comes, closes the
        # streams: the browsers fall back to polling, and the next stream starts another listener.
        try:
            with closing(self._watch()) as subscription:
                # What changed before the listening began is found by looking once.
                self._wake(lambda stream: True)
                while self._has_streams():
                    case_ids = subscription.changes(LISTEN_SECONDS)
                    self._wake(lambda stream, ids=case_ids: bool(ids) and stream.case_id in (None, *ids))
        finally:
            with self._lock:
                if self._listener is threading.current_thread():
                    self._listener = None
                    orphans = tuple(self._streams)
                else:
                    orphans = ()
            for stream in orphans:
                stream.close()

    def _has_streams(self) -> bool:
        with self._lock:
            if not self._streams:
                self._listener = None
            return bool(self._streams)

    def _wake(self, is_concerned: Callable[[Stream], bool]) -> None:
        with self._lock:
            concerned = [stream for stream in self._streams if is_concerned(stream)]
        for stream in concerned:
            stream.wake()


def hub_of(app: Flask) -> Hub:
    """Return the application's hub, made on first use; a third of the server's threads may hold streams."""
    hub = app.extensions.get("guicheng_live")
    if hub is None:
        system = app.extensions["guicheng"]
        capacity = max(1, int(app.config.get("SERVER_THREADS", 32)) // 3)
        hub = app.extensions.setdefault("guicheng_live", Hub(lambda: live.watch(system), capacity))
    return hub


def stream_revisions(hub: Hub, read_revision: Callable[[], int], case_id: int | None = None) -> Response:
    """Answer with a stream of revision numbers: the present one, then each new one.

    Args:
        hub: where changes are heard.
        read_revision: reads the number under the reader's permissions; called outside the request.
        case_id: the case to watch; None watches all.

    Returns:
        A streaming answer, or 503 when the cap is reached (the page polls instead).

    Raises:
        EngineError: the reader may not see the case.
    """
    try:
        stream = hub.open_stream(case_id)
    except TooManyStreams:
        return Response("", 503, {"Retry-After": "30", "Cache-Control": "no-store"}, content_type="text/plain")
    try:
        revision = read_revision()
    except EngineError:
        stream.close()
        raise
    answer = Response(_events(stream, revision, read_revision), content_type="text/event-stream; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"
    # The generator cleans up once it runs; a reader who leaves before the first byte is caught here.
    answer.call_on_close(stream.close)
    return answer


def _events(stream: Stream, revision: int, read_revision: Callable[[], int]) -> Iterator[str]:
    ends_at = time.monotonic() + LIFETIME_SECONDS
    with closing(stream):
        yield f"retry: {RETRY_MILLISECONDS}\n" + _event(revision)
        while time.monotonic() < ends_at:
            if not stream.wait(KEEP_ALIVE_SECONDS):
                yield ": still here\n\n"
                continue
            if stream.is_closed:
                return
            try:
                latest = read_revision()
            except EngineError:
                return
            if latest != revision:
                revision = latest
                yield _event(revision)
                time.sleep(PAUSE_SECONDS)


def _event(revision: int) -> str:
    return f"event: revision\nid: {revision}\ndata: {revision}\n\n"


def answer_revision(revision: int) -> Response:
    """Answer a polling page with the revision as JSON, or 304 when it already has it."""
    answer = jsonify(revision=revision)
    answer.set_etag(str(revision))
    answer.headers["Cache-Control"] = "private, no-cache"
    return cast(Response, answer.make_conditional(request))
