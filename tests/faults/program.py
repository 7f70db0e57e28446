"""The program as people start it, and a browser of the standard library that talks to it."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, ProxyHandler, Request, build_opener

from engine.postgres import EmbeddedPostgres
from engine.services.organisations import DEMONSTRATION_PASSWORD
from tests.support.offices import PDF, REPOSITORY

LONGEST_START_SECONDS = 120
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
KEY = re.compile(r'name="completion_key" value="([^"]+)"')


@dataclass
class Program:
    """`guicheng run` in demonstration mode with everything under a folder of its own."""

    var: Path
    zone: str = "UTC"
    process: subprocess.Popen | None = None
    address: str = ""
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start, and wait for the line that gives the address."""
        self.var.mkdir(parents=True, exist_ok=True)
        output = self.var / f"output-{len(self.starts)}"
        began = time.monotonic()
        with output.open("wb") as stream, (self.var / "errors").open("ab") as errors:
            self.process = subprocess.Popen(
                [str(Path(sys.executable).parent / "guicheng"), "run"],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=errors,
                cwd=REPOSITORY,
                env={**os.environ, "VAR": str(self.var), "PORT": "0", "TZ": self.zone, "PYTHONUNBUFFERED": "1"},
            )
        while not (found := re.search(r"http://\S+", output.read_text(encoding="utf-8"))):
            assert self.process.poll() is None, (self.var / "errors").read_text(encoding="utf-8")[-3000:]
            assert time.monotonic() < began + LONGEST_START_SECONDS
            time.sleep(0.05)
        self.address = found[0]
        self.starts.append(time.monotonic() - began)

    def kill(self) -> None:
        """End the process at once, as `kill -9` does."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        assert self.process.wait(60) == -signal.SIGKILL

    def stop(self) -> None:
        """Ask the process to end, and make sure that its database ends as well."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(120)
        with self.server():
            pass

    def server(self) -> EmbeddedPostgres:
        """Return its database server, for another user of it."""
        return EmbeddedPostgres(self.var / "postgres")

    def server_number(self) -> int:
        """Return the process number of its database server."""
        return int((self.var / "postgres" / "data" / "postmaster.pid").read_text(encoding="utf-8").split("\n")[0])


class Staying(HTTPRedirectHandler):
    """Leaves it to the caller to follow."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""


@dataclass(frozen=True)
class Answer:
    """What came back, or status 0 when the connection broke."""

    status: int
    text: str = ""
    location: str = ""


class Visitor:
    """One person at one browser; the cookies outlive the program."""

    def __init__(self, program: Program, login_name: str) -> None:
        """Sign in."""
        self.program = program
        jar = http.cookiejar.CookieJar()
        self._opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(jar), Staying())
        answer = self.post("/login", page="/login", login_name=login_name, password=DEMONSTRATION_PASSWORD)
        assert answer.status == 302, answer

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._send(Request(self.program.address + quote(path, safe="/?=&%#")))

    def read(self, path: str) -> str:
        """Return a page that must be there."""
        answer = self.get(path)
        assert answer.status == 200, (path, answer)
        return answer.text

    def post(self, path: str, *, page: str, **fields: str) -> Answer:
        """Submit fields with the token of a page."""
        return self.press(path, {"csrf_token": self.token(page), **fields})

    def press(self, path: str, fields: dict) -> Answer:
        """Submit fields as they are; status 0 when the program died before it answered."""
        return self._send(Request(self.program.address + path, data=urlencode(fields, doseq=True).encode()))

    def upload(self, task_id: int, field_key: str) -> Answer:
        """Upload one file to a step."""
        border = uuid.uuid4().hex
        head = 'Content-Disposition: form-data; name="{}"'
        parts = [(head.format("csrf_token"), self.token(f"/tasks/{task_id}").encode())]
        parts.append((head.format("field_key"), field_key.encode()))
        name = f'{head.format(f"file:{field_key}")}; filename="{field_key}.pdf"\r\nContent-Type: application/pdf'
        parts.append((name, PDF))
        body = b"".join(f"--{border}\r\n{part}\r\n\r\n".encode() + content + b"\r\n" for part, content in parts)
        headers = {"Content-Type": f"multipart/form-data; boundary={border}"}
        address = f"{self.program.address}/tasks/{task_id}/materials"
        return self._send(Request(address, data=body + f"--{border}--\r\n".encode(), headers=headers))

    def token(self, page: str) -> str:
        """Return the token of a page's forms."""
        return unescape(TOKEN.search(self.read(page))[1])

    def completing(self, task_id: int, values: dict) -> tuple[str, dict]:
        """Return address and fields of submitting a task, as its page in the browser would send them."""
        page = self.read(f"/tasks/{task_id}")
        typed = {name: "true" if value is True else value for name, value in values.items()}
        proof = {"csrf_token": unescape(TOKEN.search(page)[1]), "completion_key": KEY.search(page)[1]}
        return f"/tasks/{task_id}/complete", {**typed, **proof}

    def task(self) -> int:
        """Return the only task of the inbox."""
        (number,) = set(re.findall(r'href="/tasks/(\d+)', self.read("/inbox")))
        return int(number)

    def _send(self, request: Request) -> Answer:
        try:
            with self._opener.open(request, timeout=60) as answer:
                return Answer(answer.status, answer.read().decode())
        except HTTPError as answer:
            with answer:
                return Answer(answer.code, answer.read().decode(), answer.headers.get("Location") or "")
        except (URLError, ConnectionError, OSError):
            return Answer(0)
