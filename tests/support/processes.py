"""The `guicheng` command as processes of their own, and a person who talks to one of them over HTTP."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from contextlib import contextmanager
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from threading import Thread

from engine.config import read_settings
from engine.services.organisations import DEMONSTRATION_PASSWORD
from web.serving import load_first_edition, opened_system

REPOSITORY = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from web.command_line import main; main()"]
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
#: How long a start may take when everything else on the machine starts as well.
LONGEST_WAIT_SECONDS = 120
ADDRESS = re.compile(r"http://[0-9.]+:[0-9]+")


def environment(**settings: object) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONUNBUFFERED": "1", "BPMN": "bpmn", "PORT": "0", **{k: str(v) for k, v in settings.items()}}


def call(*arguments: str, typed: str = "", **settings: object) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(**settings),
        cwd=REPOSITORY,
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


class Installation:
    """What the first start of `guicheng run` makes of an empty folder: made once, then copied.

    The copies are as safe as ever when the program is killed, but not when the machine loses power.
    """

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template"
        settings = read_settings({"VAR": str(self._template), "BPMN": str(REPOSITORY / "bpmn")})
        with opened_system(settings, application_name="tests", is_migrating=True) as system:
            assert load_first_edition(system) == []
            with system.database.transaction() as connection:
                # The simulated time begins when a copy is started for the first time.
                connection.exec_driver_sql("DELETE FROM demonstration_clock")
        options = self._template / "postgres" / "data" / "postgresql.auto.conf"
        options.write_text("fsync = off\nfull_page_writes = off\n", encoding="utf-8")

    def copy_to(self, var: Path) -> None:
        """Make `var` such a folder; owners and modes are kept, which the database server insists on."""
        subprocess.run(["cp", "-a", str(self._template), str(var)], check=True)


class Process:
    """A running command whose lines are kept as they come."""

    def __init__(self, *arguments: str, **settings: object) -> None:
        self._running = subprocess.Popen(
            [*COMMAND, *arguments],
            env=environment(**settings),
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._news: queue.Queue[str | None] = queue.Queue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._running.stdout:
            self.lines.append(line)
            self._news.put(line)
        self._news.put(None)

    def address(self) -> str:
        """Wait for the line that names the address."""
        while not (found := ADDRESS.search(self._next_line())):
            pass
        return found[0]

    def wait_for(self, words: str) -> None:
        while words not in self._next_line():
            pass

    def _next_line(self) -> str:
        line = self._news.get(timeout=LONGEST_WAIT_SECONDS)
        assert line is not None, "it ended, having said:\n" + "".join(self.lines)
        return line

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask the process to end, and return its exit code."""
        self._running.send_signal(number)
        code = self._running.wait(timeout=LONGEST_WAIT_SECONDS)
        self._reader.join(60)
        self._running.stdout.close()
        return code

    @property
    def is_running(self) -> bool:
        return self._running.poll() is None


@contextmanager
def running(*arguments: str, **settings: object):
    """A process for the length of a test; one that a test ended already is left alone."""
    process = Process(*arguments, **settings)
    try:
        yield process
    finally:
        process.end(signal.SIGKILL)


class Person:
    """Somebody with a browser that keeps cookies and sends the token a page gave."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def read(self, path: str) -> str:
        with self._opener.open(self._address + path, timeout=60) as answer:
            return answer.read().decode()

    def post(self, path: str, *, page: str, **fields: str) -> str:
        """Send a form with the token of `page`; return the address of the page it led to."""
        token = unescape(TOKEN.search(self.read(page))[1])
        body = urllib.parse.urlencode({"csrf_token": token, **fields}).encode()
        with self._opener.open(self._address + path, data=body, timeout=60) as answer:
            return urllib.parse.urlsplit(answer.url).path

    def sign_in(self, login_name: str, password: str = DEMONSTRATION_PASSWORD) -> str:
        return self.post("/login", page="/login", login_name=login_name, password=password)


def eventually(what: Callable[[], bool], *, seconds: float = 60) -> bool:
    """Ask again and again until it is true or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.1)
    return False
