"""Assembling the processes: the web server, the pulse and the worker, together in one process or each in its own."""

from __future__ import annotations

import gc
import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from types import FrameType

from waitress.server import create_server

from engine.config import SettingRefused, Settings
from engine.database import Database, create_database_if_missing
from engine.errors import DefinitionRefused, Unavailable
from engine.migrations import migrate
from engine.postgres import DatabaseNotStarted, EmbeddedPostgres
from engine.pulse import Pulse
from engine.services.definitions import deploy_first_edition
from engine.services.demonstration import follow_clock, start_clock
from engine.services.organisations import load_organisations
from engine.system import System, build
from engine.workers import run_worker
from web import live
from web.application import MULTIPART_MARGIN, create_app
from web.unread_requests import speak_plainly

logger = logging.getLogger(__name__)

DATABASE_NAME = "guicheng"
#: Requests that are being answered may take so long to finish when the process is asked to stop.
GRACE_SECONDS = 20
#: A page makes some thousands of objects; nearly all go without garbage being looked for.
OBJECTS_BETWEEN_COLLECTIONS = 10_000
#: How often the embedded database is looked after.
KEEP_SECONDS = 3.0
#: How often a process of its own looks whether another one moved the simulated clock.
FOLLOW_SECONDS = 1.0


@contextmanager
def opened_database(settings: Settings, *, application_name: str) -> Iterator[Database]:
    """Give the database: the one that DATABASE_URL names, or else the embedded one, started if need be."""
    if settings.database_url is not None:
        database = Database(settings.database_url, application_name=application_name)
        try:
            yield database
        finally:
            database.close()
        return
    with EmbeddedPostgres(settings.database_folder) as server, _kept_running(server):
        url = server.url(DATABASE_NAME)
        create_database_if_missing(url)
        database = Database(url, application_name=application_name)
        try:
            yield database
        finally:
            database.close()


@contextmanager
def _kept_running(server: EmbeddedPostgres) -> Iterator[None]:
    """Start the embedded server again when it died: nobody else would."""
    done = Event()
    keeper = Thread(target=_keep, args=(server, done), name="database keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join(GRACE_SECONDS)


def _keep(server: EmbeddedPostgres, done: Event) -> None:
    while not done.wait(KEEP_SECONDS):
        try:
            server.start()
        except DatabaseNotStarted as error:
            logger.error("the database does not start: %s", error, extra={"action": "database_not_started"})


@contextmanager
def opened_system(settings: Settings, *, application_name: str, is_migrating: bool = False) -> Iterator[System]:
    """Give the assembled system.

    Args:
        settings: what this installation decided.
        application_name: shown in the database server's list of sessions.
        is_migrating: whether to bring the tables to the newest revision first.
    """
    with opened_database(settings, application_name=application_name) as database:
        if is_migrating:
            migrate(database)
        system = build(settings, database)
        if settings.is_demonstration:
            start_clock(system)
        yield system


def load_first_edition(system: System) -> list[DefinitionRefused]:
    """Load the organisations and deploy what of the owners' folder is new; return what was refused.

    A folder with faults stops nobody else's: the version in force stays in force.
    """
    folder = system.settings.bpmn
    load_organisations(system, read_texts(folder / "organisations"))
    refused = []
    for procedure in sorted(folder.glob("*/procedure.yaml")):
        try:
            deploy_first_edition(system, procedure.parent)
        except DefinitionRefused as error:
            refused.append(error)
    return refused


def read_texts(folder: Path) -> dict[str, str]:
    """Return the YAML files of a folder by name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))}


class WebServer:
    """Waitress around the application; bound to its port before anything is announced."""

    def __init__(self, system: System, stop: Event) -> None:
        """Bind.

        Args:
            system: the engine.
            stop: set when the process is to end; pages that are kept up to date hold it up no longer then.

        Raises:
            SettingRefused: the port is taken or the address is not ours.
        """
        settings, app = system.settings, create_app(system)
        live.places_of(app).ending = stop
        listeners: dict[int, object] = {}
        try:
            self._server = create_server(
                app,
                map=listeners,
                host=settings.host,
                port=settings.port,
                threads=settings.threads,
                ident="guicheng",
                max_request_body_size=settings.max_upload_bytes + MULTIPART_MARGIN,
                # With a proxy in front, the application itself believes exactly so many of its headers.
                clear_untrusted_proxy_headers=settings.trusted_proxies == 0,
                asyncore_use_poll=True,
                channel_timeout=60,
                # Lets a stream notice within a second that its reader left, and give its thread back.
                channel_request_lookahead=1,
            )
        except OSError as error:
            raise SettingRefused(
                f"不能在 {settings.host}:{settings.port} 提供服务：端口可能已被占用，可用 PORT=… 换一个。 {error}"
            ) from error
        speak_plainly(listeners.values())
        self.address = f"http://{settings.host}:{self._server.effective_port}"

    def run(self) -> None:
        """Answer requests until the process is asked to stop."""
        self._server.run()

    def close(self) -> None:
        """Take no further connection."""
        self._server.close()


@contextmanager
def background(system: System, stop: Event) -> Iterator[None]:
    """Run the pulse and one worker beside whatever the body does; end both after it."""
    pulse = Pulse(system)
    worker = Thread(target=_work_or_end, args=(system, stop), name="worker")
    pulse.start()
    worker.start()
    try:
        yield
    finally:
        stop.set()
        pulse.stop()
        worker.join(GRACE_SECONDS)


def _work_or_end(system: System, stop: Event) -> None:
    """End the whole process when the worker cannot go on: half a process behind a green light helps nobody."""
    try:
        run_worker(system, stop)
    finally:
        if not stop.is_set():
            logger.critical("the worker ended unasked, so this process ends", extra={"action": "worker_ended"})
            os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def following_the_clock(system: System, stop: Event) -> Iterator[None]:
    """In demonstration mode, take over what another process does to the simulated clock."""
    if not system.settings.is_demonstration:
        yield
        return
    follower = Thread(target=_follow, args=(system, stop), name="clock follower", daemon=True)
    follower.start()
    try:
        yield
    finally:
        stop.set()
        follower.join(GRACE_SECONDS)


def _follow(system: System, stop: Event) -> None:
    while not stop.wait(FOLLOW_SECONDS):
        try:
            follow_clock(system)
        except Unavailable as error:
            logger.warning("the simulated clock could not be read: %s", error, extra={"action": "clock_not_read"})


def settle() -> None:
    """Look for garbage less often, and not among what a start has loaded: it stays until the end."""
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)


def stop_on_signals(stop: Event) -> None:
    """Set `stop`, and leave whatever the main thread waits in, when the process is asked to end."""

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        # Asked once more while ending, the process ends at once.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        raise SystemExit(0)

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
